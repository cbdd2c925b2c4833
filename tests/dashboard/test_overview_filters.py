"""Every part of the overview is about what its address chooses, and leads to the responses behind its figures."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.utils import timezone

from preview.shop_desk import BEN
from saleor_nps_plugin.surveys.following_up import cases
from saleor_nps_plugin.surveys.models import Response
from tests.dashboard.overview_story import asked_again, comparing, prefers
from tests.surveys.reporting.respondents import a_survey, answers

ELSEWHERE = ("channel=channel-pln", "touchpoint=store_visit", "period=custom&since=2020-01-01&until=2020-01-31")


@pytest.fixture
def now():
    return timezone.now() - timedelta(minutes=1)


@pytest.fixture
def everything(story):
    """Two answers to each thing that the overview tells, all in default-channel, after a contact with support."""
    whole = a_survey("whole", asks_discourage=True)
    questions = comparing(whole, "Leaf")
    prefers(story, questions, 10, 0)
    prefers(story, questions, 2, 0)
    answers(story, whole, 1, discourage=0)
    answers(story, whole, 10, discourage=0)
    again = a_survey("again", scale="recovery", touchpoint="order_fulfilled")
    first = a_survey("first")
    asked_again(story, again, answers(story, first, 1), 9)
    asked_again(story, again, answers(story, first, 8), 10)
    csat = a_survey("on-csat", scale="csat")
    for survey in (csat, a_survey("on-ces", scale="ces")):
        answers(story, survey, 5)
    for survey in (first, csat):
        untrue(story, answers(story, survey, 1))
    return whole


def untrue(story, response):
    """The worker finds that an answer looks untrue."""
    Response.objects.filter(pk=response.pk).update(flags=["too_fast"])
    changes = cases.Changes(is_counted=False, exclusion_reason="Looks untrue")
    cases.update_response(response.pk, changes, staff_id=None, now=story.now)


def card(page, name):
    return page.one("section", **{"aria-labelledby": f"title-{name}"})


def scores_behind(desk, link):
    """The scores of the responses to which a figure leads."""
    reader = desk()
    reader.get(link["href"].removeprefix("/dashboard/"))
    rows = reader.sees().all("a", class_="case-row")
    pks = [int(row["id"].removeprefix("row-")) for row in rows]
    return sorted(Response.objects.filter(pk__in=pks).values_list("score", flat=True))


@pytest.mark.parametrize("chosen", ELSEWHERE)
def test_what_is_chosen_away_is_nowhere(desk, everything, chosen):
    ada = desk()

    ada.get(f"overview/beside/?{chosen}")
    beside = ada.sees().text
    pages = {}
    for scale in ("csat", "ces"):
        ada.get(f"overview/{scale}/?{chosen}")
        pages[scale] = ada.sees()

    assert beside == ""
    assert all("No answers here" in page.text for page in pages.values())
    assert all("look" not in page.one("section", class_="nothing").text for page in pages.values())


@pytest.mark.parametrize("chosen", ["", "channel=default-channel", "touchpoint=support_contact", "period=30d"])
def test_what_is_chosen_is_everywhere(desk, everything, chosen):
    ada = desk()

    ada.get(f"overview/beside/?{chosen}")

    page = ada.sees()
    assert {section["aria-labelledby"] for section in page.all("section")} == {
        "title-weighted",
        "title-word-of-mouth",
        "title-competitor",
        "title-recovery",
    }
    assert "1 answer looks untrue" in page.one("p", class_="doubted").text
    for link in page.all("a"):
        query = {name: values[-1] for name, values in parse_qs(urlsplit(link["href"]).query).items()}
        assert (
            dict(pair.split("=") for pair in chosen.split("&") if "period" not in pair and pair).items()
            <= query.items()
        )
    ada.get(f"overview/csat/?{chosen}")
    assert "1 answer looks untrue and is left out of the score: 50% of all." in ada.sees().text


def test_word_of_mouth_leads_to_those_who_answered_both(desk, everything):
    ada = desk()
    ada.get("overview/beside/?touchpoint=support_contact")

    index = card(ada.sees(), "word-of-mouth")

    assert scores_behind(desk, index.one("p", class_="nps").one("a")) == [1, 10]


def test_competitors_lead_to_those_who_were_asked(desk, everything):
    ada = desk()
    ada.get("overview/beside/?channel=default-channel")

    preference = card(ada.sees(), "competitor").one("p", class_="nps").one("a")

    assert scores_behind(desk, preference) == [9, 9]


def test_resolved_cases_lead_to_what_was_answered_after_them(desk, story, everything):
    ada = desk()
    ada.get("overview/beside/?touchpoint=support_contact&channel=default-channel&period=30d")

    recovery = card(ada.sees(), "recovery")

    links = {link.text: link for link in recovery.all("a")}
    assert scores_behind(desk, recovery.one("p", class_="nps").one("a")) == [9]
    assert scores_behind(desk, links["Show those won back"]) == [9]
    assert scores_behind(desk, links["Show their answers"]) == [9, 10]
    assert scores_behind(desk, links["Promoters 2"]) == [9, 10]
    assert scores_behind(desk, links["Detractors 0"]) == []


def test_a_resolved_case_belongs_to_the_days_on_which_people_were_asked_again(desk, story, survey):
    again = a_survey("again", scale="recovery")
    today = story.now
    story.now -= timedelta(days=60)
    first = answers(story, survey, 2)
    story.now = today
    asked_again(story, again, first, 3)
    ada = desk()

    ada.get("overview/?period=30d")
    assert "No answers here" in ada.sees().text
    besides = ada.sees().one("div", class_="besides")["hx-get"]
    ada.get(besides.removeprefix("/dashboard/"))

    recovery = card(ada.sees(), "recovery")
    assert "0 of 1 detractor was won back." in recovery.text
    assert scores_behind(desk, recovery.one("p", class_="nps").one("a")) == [3]


def test_a_survey_can_be_chosen_on_each_scale(desk, story, survey):
    answers(story, survey, 10)
    answers(story, a_survey("second"), 0)
    support = a_survey("support", scale="csat")
    answers(story, support, 5)
    answers(story, a_survey("chat", scale="csat"), 1)
    ada = desk()

    ada.get("overview/", survey=survey.pk)

    page = ada.sees()
    assert page.one("p", class_="nps").text.startswith("100 ± ")
    assert [option.text for option in page.one("select", name="survey").all("option")][:3] == [
        "All surveys",
        "After delivery",
        "Second",
    ]
    assert parse_qs(urlsplit(page.one("span", class_="figure").one("a")["href"]).query)["survey"] == [str(survey.pk)]
    # The other scale has other surveys.
    tab = page.one("nav", class_="tabs").all("a")[1]["href"]
    assert "survey" not in tab
    ada.get("overview/csat/", survey=support.pk)
    assert ada.sees().one("p", class_="nps").text.startswith("100% ± ")
    ada.get("overview/beside/", survey=survey.pk)
    assert ada.sees().text == ""


@pytest.mark.parametrize("made_up", ["0", "999999999", "1 OR 1=1", "٣", "9" * 30])
def test_made_up_surveys_are_not_found(desk, survey, made_up):
    ada = desk()

    for address in ("overview/", "overview/beside/", "overview/csat/", "overview/export.csv"):
        assert ada.get(address, survey=made_up).status_code == 404


def test_a_survey_on_another_scale_or_in_another_channel_is_not_found(desk, survey):
    csat = a_survey("support", scale="csat")
    foreign = a_survey("foreign", channels=["default-channel"])

    assert desk().get("overview/", survey=csat.pk).status_code == 404
    assert desk(BEN).get("overview/", survey=foreign.pk).status_code == 404
    assert desk(BEN).get("overview/", survey=survey.pk).status_code == 200


@pytest.mark.parametrize(("number", "is_warned"), [(1, True), (4, True), (5, False)])
def test_a_handful_of_answers_comes_with_a_warning(desk, story, survey, number, is_warned):
    support, again = a_survey("support", scale="csat"), a_survey("again", scale="recovery")
    questions = comparing(a_survey("whole", asks_discourage=True), "Leaf")
    for _ in range(number):
        asked_again(story, again, answers(story, survey, 1), 9)
        answers(story, support, 5)
    ada = desk()

    ada.get("overview/")
    warnings = [ada.sees().all("p", class_="few")]
    ada.get("overview/csat/")
    warnings.append(ada.sees().all("p", class_="few"))
    for _ in range(number):
        prefers(story, questions, 10)
        answers(story, questions[0].survey, 10, discourage=0)
    ada.get("overview/beside/")
    warnings += [card(ada.sees(), name).all("p", class_="few") for name in ("word-of-mouth", "competitor", "recovery")]

    words = "Only 1 answer: too few" if number == 1 else f"Only {number} answers: too few"
    assert [[warning.text.startswith(words) for warning in found] for found in warnings] == [[True] * is_warned] * 5


def test_a_shop_whose_only_answers_look_untrue_sees_them(desk, story, survey):
    untrue(story, answers(story, survey, 0))
    ada = desk()

    ada.get("overview/")

    assert "No answers here" in ada.sees().text
    ada.get(ada.sees().one("div", class_="besides")["hx-get"].removeprefix("/dashboard/"))
    doubted = ada.sees().one("p", class_="doubted")
    assert "1 answer looks untrue and is left out of the score: 100% of all." in doubted.text
    assert scores_behind(desk, doubted.one("a")) == [0]


def test_who_may_make_surveys_is_led_there_where_nobody_answered_on_a_scale(desk, survey):
    ada, ben = desk(), desk(BEN)

    ada.get("overview/csat/")
    ben.get("overview/csat/")

    assert ada.sees().one("section", class_="nothing").one("a")["href"] == "/dashboard/surveys/"
    nothing = ben.sees().one("section", class_="nothing")
    assert (nothing.all("a"), "needs the permission" in nothing.text) == ([], True)


def test_without_a_named_shop_the_card_says_so(desk, story, survey):
    prefers(story, comparing(a_survey("comparing"), "Leaf"), 8)
    ada = desk()

    ada.get("overview/beside/")

    assert "Nobody has named another shop in this period and selection." in card(ada.sees(), "competitor").text
