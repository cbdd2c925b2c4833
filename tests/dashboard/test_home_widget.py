"""The widget on the Dashboard's home page."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from preview.shop_desk import BEN
from saleor_nps_plugin.surveys.models import CaseStatus, Response
from tests.reading import read

ADDRESS = "widgets/home/"


@pytest.fixture
def now():
    return timezone.now() - timedelta(minutes=1)


def test_it_shows_the_score_of_twelve_weeks_and_what_became_of_it(desk, story, answers):
    today = story.now
    story.now -= timedelta(weeks=13)
    answers(*[0] * 20)
    story.now = today
    answers(*[10] * 20)
    ada = desk()

    ada.get(ADDRESS)

    page = ada.sees()
    assert page.one("p", class_="nps").text == "100 ± 17"
    assert "20 responses in twelve weeks" in page.text
    assert page.one("span", class_="delta").text == "+200"
    assert page.one("span", class_="pill").text == "Better: more than chance"
    drawn = json.loads(page.one("canvas")["data-chart"])
    assert drawn["series"][0]["values"] == [None] * 11 + [100.0]


def test_it_counts_open_cases_and_says_since_when_the_oldest_waits(desk, story, answers):
    today = story.now
    story.now -= timedelta(days=5)
    answers(0)
    story.now = today
    answers(2, 3)
    Response.objects.filter(score=3).update(case_status=CaseStatus.RESOLVED)
    ada = desk()

    ada.get(ADDRESS)

    waiting = ada.sees().one("p", class_="waiting")
    assert waiting.text == "2 open cases The oldest has waited 5 days"
    assert waiting.one("a")["href"] == "/dashboard/responses/?status=open"


def test_an_empty_shop_has_an_empty_widget(desk, survey):
    ada = desk()

    ada.get(ADDRESS)

    assert ada.sees().text == "No answers in the last twelve weeks. No case is open."


def test_answers_and_cases_of_other_channels_are_left_out(desk, answers):
    answers(0, 0)
    answers(10, channel="channel-pln")
    ben = desk(BEN)

    ben.get(ADDRESS)

    assert ben.sees().one("span", class_="figure").text == "100"
    assert "No case is open." in ben.sees().text


def test_the_dashboard_opens_it_with_its_token(client, db, answers):
    answers(10)

    answer = client.post(f"/dashboard/{ADDRESS}", {"accessToken": "token of ada@example.com"})

    assert answer.status_code == 200
    assert read(answer.content).one("span", class_="figure").text == "100"


def test_it_costs_three_statements(desk, answers, django_assert_num_queries):
    answers(10, 0, 0, 0)
    ada = desk()

    with django_assert_num_queries(3):
        ada.get(ADDRESS)
