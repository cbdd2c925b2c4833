"""From order to answer, and from wave to answer, on the page "Overview"."""

import csv
from datetime import timedelta
from io import StringIO
from urllib.parse import parse_qs, urlsplit

import pytest
from django.utils import timezone

from preview.shop_desk import BEN
from saleor_nps_plugin.surveys.asking import waves
from saleor_nps_plugin.surveys.asking.address_lists import Person
from saleor_nps_plugin.surveys.models import Invitation, Touchpoint
from saleor_nps_plugin.surveys.reporting import stages
from tests.surveys.reporting.respondents import a_survey, answers, asked


@pytest.fixture
def now():
    return timezone.now() - timedelta(minutes=1)


@pytest.fixture
def wave(story, survey):
    """So many addresses are asked at once."""

    def wave(count, *, touchpoint, is_anonymous=False):
        made = a_survey(f"wave-{touchpoint}", touchpoint=touchpoint)
        plan = waves.Plan(made, "Wave", starts_at=story.now, days=1)
        people = [Person(f"{touchpoint}{number}@example.com") for number in range(count)]
        planned = waves.ask_addresses(plan, people, channel="channel-pln", now=story.now, is_anonymous=is_anonymous)
        answers(story, made, 9, source="link", channel="channel-pln")
        stages.count_new(limit=100)
        return planned

    return wave


def funnel_of(page):
    return page.one("section", **{"aria-labelledby": "funnel-title"})


def steps_of(page):
    rows = funnel_of(page).one("table", class_="funnel").one("tbody").all("tr")
    return [(row.one("th").text, row.all("td")[1].text) for row in rows]


def test_people_in_waves_are_left_out_of_the_orders_and_named_beside(desk, story, survey, wave):
    answers(story, survey, 9)
    stages.count_new(limit=100)
    wave(20, touchpoint="relationship")
    ada = desk()

    ada.get("overview/")

    assert steps_of(ada.sees())[0] == ("Orders fulfilled", "1")
    assert "20 people in waves, or invited by staff, are not counted here" in funnel_of(ada.sees()).text
    assert funnel_of(ada.sees()).one("h2").text == "From order to answer"


@pytest.mark.parametrize("touchpoint", ["relationship", "employee", "partner"])
def test_of_a_stopped_wave_nobody_was_asked_who_got_no_mail(desk, story, wave, touchpoint):
    planned = wave(20, touchpoint=touchpoint)
    first = Invitation.objects.filter(wave=planned).earliest("pk")
    stages.uncount([first.pk])
    Invitation.objects.filter(pk=first.pk).update(status="sent", sent_at=story.now)
    waves.stop(planned.pk, now=story.now)
    stages.count_new(limit=100)
    ada = desk()

    ada.get("overview/", touchpoint=touchpoint)

    funnel = funnel_of(ada.sees())
    assert funnel.one("h2").text == "From wave to answer"
    assert steps_of(ada.sees()) == [("People in waves", "20"), ("Sent", "1"), ("Opened", "0"), ("Answered", "0")]
    assert "order" not in funnel.text
    assert funnel.all("a")[-1]["href"] == "/dashboard/waves/"


def test_of_an_anonymous_wave_it_says_that_nobody_can_say_who_answered(desk, wave):
    wave(6, touchpoint="employee", is_anonymous=True)
    ada = desk()

    ada.get("overview/", touchpoint="employee")

    assert steps_of(ada.sees()) == [("People in waves", "6"), ("Sent", "0")]
    assert "Of an anonymous survey nobody can say who opened it or who answered." in funnel_of(ada.sees()).text


def test_a_survey_of_a_wave_has_its_funnel_without_its_touchpoint_being_chosen(desk, wave):
    planned = wave(3, touchpoint="employee")
    ada = desk()

    ada.get("overview/", survey=planned.survey_id)

    assert steps_of(ada.sees())[0] == ("People in waves", "3")


def test_who_may_not_see_waves_is_not_led_there(desk, wave):
    wave(3, touchpoint="relationship")
    ben = desk(BEN)

    ben.get("overview/", touchpoint="relationship")

    assert steps_of(ben.sees())[0] == ("People in waves", "3")
    assert [link.text for link in funnel_of(ben.sees()).all("a")] == ["CSV"]


def test_those_invited_after_a_contact_are_no_wave(desk, story, survey):
    contact = a_survey("contact")
    asked(story, contact, source="staff")
    answers(story, contact, 9, source="staff")
    stages.count_new(limit=100)
    ada = desk()

    ada.get("overview/", touchpoint="support_contact")

    assert funnel_of(ada.sees()).one("h2").text == "From invitation to answer"
    assert [count for _, count in steps_of(ada.sees())] == ["2", "2", "1", "1"]
    assert steps_of(ada.sees())[0][0] == "People invited"


def test_answers_through_doors_have_no_invitation(desk, story, survey):
    answers(story, a_survey("shop", touchpoint="store_visit"), 9, source="kiosk")
    stages.count_new(limit=100)
    ada = desk()

    ada.get("overview/", touchpoint="store_visit")

    funnel = funnel_of(ada.sees())
    assert funnel.all("table") == []
    assert "Nobody was invited in this period." in funnel.text


def test_the_file_says_what_it_counts(desk, wave):
    wave(3, touchpoint="relationship")
    ada = desk()

    text = b"".join(ada.get("overview/export.csv?table=funnel&touchpoint=relationship").streaming_content)

    rows = list(csv.DictReader(StringIO(text.decode("utf-8-sig"))))
    assert [(row["Table"], row["Key"], row["Count"]) for row in rows] == [
        ("From wave to answer", "people", "3"),
        ("From wave to answer", "sent", "0"),
        ("From wave to answer", "opened", "0"),
        ("From wave to answer", "answered", "0"),
    ]


def test_every_touchpoint_says_that_employees_and_partners_are_not_in_it(desk, story, survey):
    answers(story, survey, 9)
    ada = desk()

    def first_choice(**chosen):
        ada.get("overview/", **chosen)
        return ada.sees().one("select", name="touchpoint").all("option")[0].text

    assert first_choice() == "All touchpoints"
    crew = a_survey("crew", touchpoint=Touchpoint.EMPLOYEE)
    answers(story, crew, 9)
    assert first_choice() == "All but employees and partners"
    assert first_choice(survey=crew.pk) == "All touchpoints"


def test_answers_without_a_channel_a_country_or_a_language_are_called_so(desk, story, survey):
    answers(story, survey, 9, channel="", country="", segments={})
    ada = desk()

    ada.get("overview/breakdowns/")

    alone = ada.sees().one("p", class_="alone")
    assert "Channels: No channel" in alone.text
    assert [link.text for link in alone.all("a") if "No channel" in link.text] == []
    answers(story, survey, 9)
    ada.get("overview/breakdowns/")
    rows = ada.sees().one("section", id="by-channel").one("tbody").all("tr")
    assert {row.one("th").text: len(row.one("th").all("a")) for row in rows} == {"No channel": 0, "default-channel": 1}


def test_an_answer_without_a_channel_has_a_name_in_satisfaction_too(desk, story, survey):
    support = a_survey("support", scale="csat")
    answers(story, support, 5, channel="")
    answers(story, support, 5)
    ada = desk()

    ada.get("overview/csat/")

    rows = ada.sees().one("section", id="by-channel").one("tbody").all("tr")
    assert "No channel" in {row.one("th").text for row in rows}
    assert all("channel" in parse_qs(urlsplit(link["href"]).query) for row in rows for link in row.all("a"))
