from datetime import date
from decimal import Decimal
from math import sqrt

import pytest

from saleor_nps_plugin.surveys.reporting import reports, weighing
from saleor_nps_plugin.surveys.reporting.score_filter import ScoreFilter
from saleor_nps_plugin.surveys.reporting.scoring import margin_of_error
from tests.surveys.reporting.respondents import a_survey, answers

EVERYTHING = ScoreFilter()


@pytest.fixture
def light(survey):
    return a_survey("light", weight=1)


@pytest.fixture
def heavy(survey):
    return a_survey("heavy", weight=3)


def test_without_answers_there_is_no_overall_score(light, heavy):
    found = weighing.weighted(EVERYTHING)

    assert (found.value, found.margin_of_error, found.responses, found.parts) == (None, None, 0, [])


def test_the_overall_score_is_the_weighted_mean_of_the_surveys_however_many_answers_each_has(story, light, heavy):
    for score in (10, 10, 10, 10, 10):
        answers(story, light, score)
    for score in (10, 8, 0, 0):
        answers(story, heavy, score)

    found = weighing.weighted(EVERYTHING)

    # (1 · 100 + 3 · -25) / 4, while all answers together have a score of 44.
    assert found.value == pytest.approx(6.25)
    assert reports.score(EVERYTHING).value == 44
    assert found.responses == 9
    assert [(part.name, part.weight, part.score.value) for part in found.parts] == [
        ("Light", Decimal("1.000"), 100),
        ("Heavy", Decimal("3.000"), -25),
    ]


def test_its_margin_follows_from_the_margins_of_the_parts(story, light, heavy):
    answers(story, light, 10)
    for score in (10, 0):
        answers(story, heavy, score)

    one, two = margin_of_error(1, 0, 1), margin_of_error(1, 1, 2)
    expected = sqrt((1 * one) ** 2 + (3 * two) ** 2) / 4
    assert weighing.weighted(EVERYTHING).margin_of_error == pytest.approx(expected)


def test_a_survey_without_answers_or_weight_takes_no_part(story, light, heavy):
    weightless = a_survey("weightless", weight=0)
    answers(story, light, 10)
    answers(story, weightless, 0)

    found = weighing.weighted(EVERYTHING)

    assert (found.value, found.responses) == (100, 1)
    assert {part.name for part in found.parts} == {"Light", "Weightless"}


def test_where_no_survey_has_a_weight_there_is_no_overall_score(story, survey):
    answers(story, a_survey("weightless", weight=0), 0)

    found = weighing.weighted(EVERYTHING)

    assert (found.value, found.margin_of_error, found.responses) == (None, None, 0)


def test_the_overall_score_of_one_survey_is_its_own(story, heavy, light, django_assert_num_queries):
    answers(story, heavy, 10)
    answers(story, heavy, 7)

    with django_assert_num_queries(2):
        found = weighing.by_survey([heavy.pk, light.pk], EVERYTHING)

    alone = reports.score(ScoreFilter(survey_ids=(heavy.pk,)))
    assert (found[heavy.pk].value, found[light.pk].value) == (50, None)
    assert found[heavy.pk].margin_of_error == pytest.approx(alone.margin_of_error)


@pytest.mark.parametrize(
    ("wanted", "value"),
    [
        (ScoreFilter(channels=("channel-pln",)), -100),
        (ScoreFilter(product_ids=("7",)), -100),
        (ScoreFilter(product_ids=("7", "12")), -50),
        (ScoreFilter(countries=("DE",)), None),
        (ScoreFilter(since=date(2026, 3, 3)), None),
    ],
)
def test_every_filter_narrows_it_down(story, light, heavy, wanted, value):
    answers(story, light, 10)
    answers(story, heavy, 0, channel="channel-pln", segments={"product": ["7"]})

    assert weighing.weighted(wanted).value == value


def test_employees_and_partners_are_not_customers(story, light):
    answers(story, light, 10)
    crew = a_survey("crew", touchpoint="employee")
    answers(story, crew, 0)
    answers(story, a_survey("partners", touchpoint="partner"), 0)

    assert weighing.weighted(EVERYTHING).value == reports.score(EVERYTHING).value == 100
    assert reports.sending(EVERYTHING).sent == 1
    assert [part.key for part in reports.by(EVERYTHING, "touchpoint")] == ["support_contact"]
    assert reports.score(ScoreFilter(touchpoints=("employee",))).value == -100
    assert reports.score(ScoreFilter(survey_ids=(crew.pk,))).value == -100
    # Several products are counted from the responses.
    assert reports.score(ScoreFilter(product_ids=("12", "13"))).responses == 1
