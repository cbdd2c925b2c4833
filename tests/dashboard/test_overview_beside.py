"""What stands beside the score on the page "Overview", and the pages of other scales."""

import csv
from datetime import timedelta
from io import StringIO
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from preview.shop_desk import BEN
from saleor_nps_plugin.surveys.answering.submission import SubmittedAnswer
from saleor_nps_plugin.surveys.following_up import cases
from saleor_nps_plugin.surveys.models import Question, QuestionKind, QuestionRole, Response, Source
from tests.surveys.reporting.respondents import a_survey, answered, answers, asked


@pytest.fixture
def now():
    return timezone.now() - timedelta(minutes=1)


@pytest.fixture
def beside(desk, story):
    """What somebody sees beside the score."""

    def beside(whom=None, **parameters):
        reader = desk(whom) if whom else desk()
        reader.get("overview/beside/", **parameters)
        return reader.sees()

    return beside


def query(link):
    return parse_qs(urlsplit(link["href"]).query)


def card(page, name):
    return page.one("section", **{"aria-labelledby": f"title-{name}"})


def listed(desk, link):
    """The scores of the responses to which a figure leads."""
    reader = desk()
    reader.get(link["href"].removeprefix("/dashboard/"))
    return reader.sees()


def test_with_one_survey_and_one_question_nothing_stands_beside_the_score(beside, story, survey):
    answers(story, survey, 9)

    assert beside().text == ""


def test_the_overall_score_stands_with_the_surveys_it_is_made_of(beside, story, survey):
    for score in (10, 10, 8):
        answers(story, survey, score)
    answers(story, a_survey("second", weight="0.5"), 0)

    found = card(beside(), "weighted")

    # (1 · 67 + 0.5 · -100) / 1.5
    assert found.one("p", class_="nps").text.startswith("11 ± ")
    rows = [[cell.text for cell in (*row.all("th"), *row.all("td"))] for row in found.one("tbody").all("tr")]
    assert [row[:2] for row in rows] == [["After delivery", "1"], ["Second", "0.5"]]
    assert rows[1][2].startswith("−100 ± ")
    assert query(found.one("tbody").all("a")[0])["survey"] == [str(survey.pk)]


def test_false_detractors_are_counted_and_one_click_away(desk, beside, story, survey):
    both = a_survey("both", asks_discourage=True)
    answers(story, both, 2, discourage=3)
    answers(story, both, 1, discourage=10)
    answers(story, both, 10, discourage=0)
    answers(story, survey, 0)

    found = card(beside(), "word-of-mouth")

    assert found.one("p", class_="nps").text == "0 ± 61"
    assert "From 3 answers to both questions. The NPS of the same people is −33." in found.text
    assert "1 of 2 detractors would not discourage anybody." in found.text
    link = found.all("a")[-1]
    assert query(link)["false_detractor"] == ["yes"]
    page = listed(desk, link)
    assert "1 response" in page.text
    assert "False detractors: Yes" in page.text


def test_competitors_stand_with_a_warning_where_few_named_them(desk, beside, story, survey):
    comparing = a_survey("comparing")
    scale = Question.objects.create(survey=comparing, position=1, kind=QuestionKind.SCALE, role=QuestionRole.PREFERENCE)
    which = Question.objects.create(
        survey=comparing,
        position=2,
        kind=QuestionKind.SINGLE_CHOICE,
        role=QuestionRole.COMPETITOR,
        choices=[{"value": "a", "labels": {"en": "<b>Tea</b> Palace"}}, {"value": "b", "labels": {"en": "Leaf"}}],
    )
    for preference, shop in ((10, "a"), (0, "b"), *[(9, "a")] * 29):
        given = [SubmittedAnswer(question_id=scale.pk, number=preference)]
        answers(story, comparing, 9, *given, SubmittedAnswer(question_id=which.pk, choices=(shop,)))

    found = card(beside(), "competitor")

    rows = [[cell.text for cell in (*row.all("th"), *row.all("td"))] for row in found.one("tbody").all("tr")]
    assert [(row[0], row[1], row[3]) for row in rows] == [
        ("<b>Tea</b> Palace", "", "30"),
        ("Leaf", "Too few answers", "1"),
    ]
    assert "From 31 answers" in found.text
    link = found.one("tbody").all("a")[1]
    assert query(link)["competitor"] == [f"{which.pk}:b"]
    assert "Competitor: Leaf" in listed(desk, link).text


def test_what_became_of_resolved_cases_is_said(beside, story, survey):
    again = a_survey("again", scale="recovery")
    for before, after in ((2, 9), (3, 4), (1, None)):
        invitation = asked(story, again, recovers=answers(story, survey, before), source=Source.CASE, segments={})
        if after is not None:
            answered(story, invitation, after)

    found = card(beside(), "recovery")

    assert found.one("p", class_="nps").text == "50% ± 41"
    assert "1 of 2 detractors were won back." in found.text
    assert "3 customers were asked again; 2 answered." in found.text
    assert "Mean score before: 2.5, after: 6.5." in found.text


def test_answers_that_look_untrue_are_told_with_their_share(beside, story, survey):
    for number in range(4):
        response = answers(story, survey, 9)
        if number < 2:
            Response.objects.filter(pk=response.pk).update(flags=["too_fast"])
    changes = cases.Changes(is_counted=False, exclusion_reason="Looks untrue")
    cases.update_response(response.pk - 2, changes, staff_id=None, now=story.now)

    found = beside().one("p", class_="doubted")

    assert "1 answer looks untrue and is left out of the score: 25% of all." in found.text
    assert "1 that looked untrue was put back by staff." in found.text
    assert query(found.one("a"))["flagged"] == ["yes"]
    assert "counted" not in query(found.one("a"))


def test_somebody_restricted_to_channels_sees_nothing_of_others_beside_the_score(beside, story, survey):
    both = a_survey("both", asks_discourage=True)
    again = a_survey("again", scale="recovery")
    first = answers(story, both, 2, discourage=3)
    answered(story, asked(story, again, recovers=first, source=Source.CASE), 9)
    Response.objects.filter(pk=answers(story, survey, 0).pk).update(flags=["too_fast"], is_counted=False)

    assert beside(BEN).text == ""
    assert "false detractors" in beside().text


def test_beside_the_score_the_number_of_statements_does_not_grow(desk, story, survey):
    ada = desk()

    def statements():
        with CaptureQueriesContext(connection) as caught:
            ada.get("overview/beside/")
            ada.get("overview/csat/")
        return len(caught)

    def happen(number):
        again = a_survey(f"again-{number}", scale="recovery")
        both = a_survey(f"both-{number}", asks_discourage=True)
        first = answers(story, both, 2, discourage=3, country=["PL", "DE", "FR"][number])
        answered(story, asked(story, again, recovers=first, source=Source.CASE), 9)
        answers(story, a_survey(f"csat-{number}", scale="csat"), 5, country=["PL", "DE", "FR"][number])

    happen(0)
    happen(1)
    few = statements()
    happen(2)

    assert statements() == few


@pytest.fixture
def scales(story, survey):
    """Five answers each on scales of their own."""
    support = a_survey("support", scale="csat")
    effort = a_survey("effort", scale="ces", touchpoint="site_visit")
    for score in (5, 5, 4, 3, 1):
        answers(story, support, score)
    for score in (7, 7, 6, 4, 1):
        answers(story, effort, score, channel="channel-pln")


def test_a_scale_has_a_page_of_its_own_once_somebody_answered(desk, story, survey, scales):
    answers(story, survey, 10)
    ada = desk()

    ada.get("overview/")

    tabs = ada.sees().one("nav", class_="tabs").all("a")
    assert [tab.text for tab in tabs] == ["Net Promoter Score", "Satisfaction (CSAT)", "Effort (CES)"]
    assert ada.sees().one("p", class_="nps").text.startswith("100 ± ")
    ada.get(tabs[1]["href"].removeprefix("/dashboard/"))
    csat = ada.sees()
    assert csat.one("p", class_="nps").text == "60% ± 33"
    assert [item.text for item in csat.one("ul", class_="legend").all("li")] == [
        "Satisfied: 4 and 5 60% 3",
        "Neither: 3 20% 1",
        "Dissatisfied: 1 and 2 20% 1",
    ]
    ada.get(tabs[2]["href"].removeprefix("/dashboard/"))
    assert ada.sees().one("p", class_="nps").text == "5.0 ± 2.0"


def test_figures_of_a_scale_lead_to_its_answers_only(desk, story, survey, scales):
    for score in (1, 5):
        answers(story, survey, score)
    ada = desk()
    ada.get("overview/csat/")

    link = ada.sees().one("ul", class_="legend").all("a")[2]

    assert query(link)["scale"] == ["csat"]
    page = listed(desk, link)
    assert "1 response" in page.text
    assert "Scale: Satisfaction (CSAT)" in page.text


def test_without_other_scales_there_are_no_tabs(desk, story, survey):
    answers(story, survey, 10)
    ada = desk()

    ada.get("overview/")

    assert ada.sees().all("nav", class_="tabs") == []


def test_a_shop_that_measures_satisfaction_only_is_not_told_to_start(desk, story, survey, scales):
    ada = desk()

    ada.get("overview/")

    assert "No answers here" in ada.sees().text
    assert len(ada.sees().one("nav", class_="tabs").all("a")) == 3


def test_tabs_are_those_of_the_readers_channels(desk, story, survey, scales):
    ben = desk(BEN)

    ben.get("overview/")

    assert [tab.text for tab in ben.sees().one("nav", class_="tabs").all("a")] == ["Net Promoter Score", "Effort (CES)"]
    ben.get("overview/csat/")
    assert "Nobody has answered on this scale yet" in ben.sees().text


@pytest.mark.parametrize("address", ["overview/nps/", "overview/recovery/", "overview/made-up/"])
def test_there_are_no_pages_of_made_up_scales(desk, survey, address):
    assert desk().get(address).status_code == 404


def test_employees_are_seen_where_they_are_chosen(desk, story, survey):
    answers(story, survey, 10)
    answers(story, a_survey("crew", touchpoint="employee"), 0)
    ada = desk()

    ada.get("overview/")
    assert ada.sees().one("p", class_="nps").text.startswith("100 ± ")

    ada.get("overview/?touchpoint=employee")
    assert ada.sees().one("p", class_="nps").text.startswith("−100 ± ")


def test_surveys_and_competitors_are_exported(desk, story, survey):
    answers(story, survey, 10)
    answers(story, a_survey("second"), 0)
    ada = desk()

    text = b"".join(ada.get("overview/export.csv?table=survey").streaming_content).decode("utf-8-sig")

    assert {(row["Name"], row["NPS"]) for row in csv.DictReader(StringIO(text))} == {
        ("After delivery", "100.0"),
        ("Second", "-100.0"),
    }
    assert ada.get("overview/export.csv?table=competitor").status_code == 200


def test_persian_readers_see_their_digits_on_every_scale(desk, story, survey, scales):
    reader = desk(language="fa")

    reader.get("overview/ces/")

    assert reader.sees().one("p", class_="nps").text == "۵٫۰ ± ۲٫۰"
