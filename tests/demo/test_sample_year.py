"""The demo's year is believable."""

from datetime import UTC, datetime, timedelta

import pytest

from demo.sample_comments import COMMENTS
from demo.sample_people import FIRST_NAMES
from demo.sample_year import ANSWERED, MARKETS, UNANSWERED, Product, SampleSurvey, Year

NOW = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)
PRODUCTS = [Product(str(number), f"Product {number}") for number in range(20)]
CATALOGUE = {"default-channel": [*PRODUCTS, Product("20", "Neck Warmer")], "channel-pln": PRODUCTS}


@pytest.fixture(scope="module")
def surveys() -> list[SampleSurvey]:
    return list(Year(NOW, CATALOGUE).surveys())


def score_of(surveys: list[SampleSurvey]) -> float:
    scores = [survey.answer.score for survey in surveys if survey.answer]
    return 100 * (sum(score >= 9 for score in scores) - sum(score <= 6 for score in scores)) / len(scores)


def test_there_are_two_thousand_answers_within_the_year(surveys: list[SampleSurvey]) -> None:
    answers = [survey.answer for survey in surveys if survey.answer]

    assert len(answers) == ANSWERED
    assert len(surveys) == ANSWERED + UNANSWERED
    assert max(answer.answered_at for answer in answers) <= NOW
    assert min(answer.answered_at for answer in answers) > NOW - timedelta(days=367)


def test_nobody_answers_before_being_asked(surveys: list[SampleSurvey]) -> None:
    assert all(survey.sent_at < survey.answer.answered_at for survey in surveys if survey.answer)


def test_no_order_is_asked_about_twice(surveys: list[SampleSurvey]) -> None:
    assert len({survey.order_id for survey in surveys}) == len(surveys)


def test_the_same_day_has_the_same_year(surveys: list[SampleSurvey]) -> None:
    assert list(Year(NOW, CATALOGUE).surveys()) == surveys


def test_christmas_and_a_bad_product_show_in_the_score(surveys: list[SampleSurvey]) -> None:
    christmas = [survey for survey in surveys if survey.answer and survey.answer.answered_at.month in (12, 1)]
    bad = [survey for survey in surveys if any(product.name == "Neck Warmer" for product in survey.products)]

    assert score_of(christmas) < score_of(surveys) - 10
    assert score_of(bad) < score_of(surveys) - 20


def test_every_market_has_names_and_comments_in_its_language() -> None:
    for market in MARKETS:
        assert FIRST_NAMES[market.language]
        assert set(COMMENTS[market.language]) == {"promoter", "passive", "detractor"}


def test_people_come_back_and_stay_in_their_country(surveys: list[SampleSurvey]) -> None:
    countries: dict[str, set[str]] = {}
    for survey in surveys:
        countries.setdefault(survey.person.email, set()).add(survey.market.country)

    assert len(countries) < len(surveys) * 0.8
    assert all(len(seen) == 1 for seen in countries.values())
