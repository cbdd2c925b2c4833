"""Figures that come from little, and how numbers are written."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone, translation

from saleor_nps_plugin.dashboard.tags import number, percent, signed
from tests.surveys.reporting.respondents import a_survey, answers


@pytest.fixture
def now():
    return timezone.now() - timedelta(minutes=1)


def card(page, name):
    return page.one("section", **{"aria-labelledby": f"title-{name}"})


def test_an_overall_score_that_hangs_on_a_few_answers_says_so(desk, story, survey):
    for _ in range(30):
        answers(story, survey, 10)
    second = a_survey("second", weight="0.5")
    for _ in range(4):
        answers(story, second, 0)
    answers(story, a_survey("weightless", weight="0"), 0)
    ada = desk()

    ada.get("overview/beside/")

    weighted = card(ada.sees(), "weighted")
    assert weighted.one("p", class_="few").text == (
        "33.3% of this figure is by 4 answers: a survey with fewer than 30 answers counts by its whole weight."
    )
    unsure = [row.one("th").text for row in weighted.all("tr", class_="unsure")]
    assert unsure == ["Second", "Weightless"]


def test_an_overall_score_of_many_answers_comes_without_a_warning(desk, story, survey):
    second = a_survey("second")
    for _ in range(30):
        answers(story, survey, 10)
        answers(story, second, 0)
    ada = desk()

    ada.get("overview/beside/")

    assert card(ada.sees(), "weighted").all("p", class_="few") == []


def test_no_false_detractors_are_nothing_to_look_at(desk, story, survey):
    answers(story, a_survey("both", asks_discourage=True), 1, discourage=10)
    ada = desk()

    ada.get("overview/beside/")

    index = card(ada.sees(), "word-of-mouth")
    assert "0 of 1 detractor would not discourage anybody." in index.text
    assert "Show these" not in index.text
    assert index.one("div", class_="false-detractors").all("a") == []


def test_answers_are_counted_in_whole_numbers_on_the_axis(desk, story, survey):
    answers(story, survey, 10)
    answers(story, a_survey("support", scale="csat"), 5)
    ada = desk()

    for address in ("overview/", "overview/csat/"):
        ada.get(address)
        drawn = ada.sees().one("section", class_="distribution-card").one("canvas")["data-chart"]
        assert json.loads(drawn)["whole"] is True


@pytest.mark.parametrize("language", ["en", "de", "fr", "es", "pl", "ro", "ru", "fa"])
def test_there_is_one_minus(language):
    with translation.override(language):
        written = [number(-5), number(-0.5, 1), signed(-5)]

    assert all(text.count("−") == 1 and "-" not in text for text in written)


def test_persian_has_signs_of_its_own(desk, story, survey):
    for score in (10, 9, 0):
        answers(story, survey, score)
    with translation.override("fa"):
        assert percent(0.501) == "۵۰٫۱٪"
        assert number(1234.5, 1) == "۱٬۲۳۴٫۵"
    with translation.override("en"):
        assert percent(0.501) == "50.1%"
    reader = desk(language="fa")

    reader.get("overview/")

    page = reader.sees()
    assert "%" not in page.one("section", class_="score-card").text
    assert "۶۶٫۷٪" in page.one("ul", class_="legend").text
