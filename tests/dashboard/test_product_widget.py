"""The widget on a product's page."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest
from django.utils import timezone

from preview.shop_desk import BEN, CYD
from saleor_nps_plugin.dashboard.entities import global_id
from saleor_nps_plugin.links import invitation_token
from saleor_nps_plugin.shop.interface import Line
from saleor_nps_plugin.surveys.answering import recording
from saleor_nps_plugin.surveys.answering.submission import Submission, SubmittedAnswer
from saleor_nps_plugin.surveys.models import Question, QuestionKind
from tests.reading import read

TEA, COFFEE = (
    (Line(product_id="12", category_id="3", name="Assam"),),
    (Line(product_id="13", category_id="3", name="Mocca"),),
)
ADDRESS = "widgets/product/"


@pytest.fixture
def now():
    return timezone.now() - timedelta(minutes=1)


def product(number):
    return global_id("Product", number)


def query(link):
    return {name: values[-1] for name, values in parse_qs(urlsplit(link["href"]).query).items()}


def test_it_tells_what_buyers_of_the_product_say(desk, answers):
    answers(10, 10, 0, lines=TEA)
    answers(0, 0, lines=COFFEE)
    ada = desk()

    ada.get(ADDRESS, productId=product(12))

    page = ada.sees()
    assert page.one("p", class_="nps").text == "33 ± 68 Too few answers"
    link = page.all("a")[0]
    assert link.text == "3 responses"
    assert query(link)["product"] == "12"
    assert query(link)["counted"] == "yes"


def test_enough_answers_need_no_remark(desk, answers):
    answers(*[10] * 30, lines=TEA)
    ada = desk()

    ada.get(ADDRESS, productId=product(12))

    assert ada.sees().one("p", class_="nps").text == "100 ± 12"


def test_it_names_the_reasons_chosen_most_often(desk, story, survey):
    question = Question.objects.create(
        survey=survey,
        position=9,
        kind=QuestionKind.MULTIPLE_CHOICE,
        texts={"en": "Why?"},
        choices=[
            {"value": "taste", "labels": {"en": "Taste", "de": "Geschmack"}},
            {"value": "price", "labels": {"en": "Price", "de": "Preis"}},
        ],
    )
    for chosen in (("taste", "price"), ("taste",)):
        invitation = story.invite(email=f"{uuid4().hex}@example.com", lines=TEA)
        submission = Submission(score=9, answers=(SubmittedAnswer(question.pk, choices=chosen),))
        recording.submit(invitation_token(invitation.key), submission, now=story.now)
    reader = desk(language="de")

    reader.get(ADDRESS, productId=product(12))

    reasons = reader.sees().one("ul", class_="reasons").all("li")
    assert [reason.text.split()[:2] for reason in reasons] == [["Geschmack", "2"], ["Preis", "1"]]
    assert query(reasons[0].one("a"))["reason"] == f"{question.pk}:taste"


def test_a_product_without_answers_says_so(desk, answers):
    answers(10, lines=TEA)
    ada = desk()

    ada.get(ADDRESS, productId=product(999))

    assert "No answers" in ada.sees().text


@pytest.mark.parametrize("made_up", ["", "12", "%%%", global_id("Order", 12), global_id("Product", "1' OR 1=1")])
def test_ids_that_are_none_are_refused(desk, made_up):
    ada = desk()

    assert ada.get(ADDRESS, productId=made_up).status_code == 404


def test_answers_of_other_channels_are_not_shown(desk, answers):
    answers(10, lines=TEA)
    ben = desk(BEN)

    ben.get(ADDRESS, productId=product(12))

    assert "No answers" in ben.sees().text


def test_the_dashboard_opens_it_with_its_token(client, db, answers):
    answers(10, lines=TEA)

    answer = client.post(f"/dashboard/{ADDRESS}", {"accessToken": "token of ada@example.com", "productId": product(12)})

    assert answer.status_code == 200
    assert read(answer.content).one("span", class_="figure").text == "100"


def test_who_may_not_see_answers_sees_none(desk, answers):
    answers(10, lines=TEA)

    assert desk(CYD).get(ADDRESS, productId=product(12)).status_code == 403


def test_it_costs_the_same_statements_however_much_there_is(desk, answers, django_assert_num_queries):
    answers(10, lines=TEA)
    ada = desk()
    ada.get(ADDRESS, productId=product(12))

    with django_assert_num_queries(2):
        ada.get(ADDRESS, productId=product(12))
