from fractions import Fraction
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saleor_nps_plugin.surveys.reporting.scoring import (
    SCORES,
    Category,
    Difference,
    Score,
    category,
    difference,
    margin_of_error,
    round_score,
    scores_of,
)


def score_of(*, promoters: int = 0, passives: int = 0, detractors: int = 0) -> Score:
    counts = [0] * 11
    counts[10], counts[7], counts[0] = promoters, passives, detractors
    return Score.of(counts)


def test_every_score_has_the_category_of_the_method():
    assert [category(score) for score in SCORES] == [Category.DETRACTOR] * 7 + [Category.PASSIVE] * 2 + [
        Category.PROMOTER
    ] * 2
    assert scores_of(Category.PASSIVE) == [7, 8]


@pytest.mark.parametrize(
    ("promoters", "passives", "detractors", "value"),
    [(400, 500, 100, 30), (85, 10, 5, 80), (1, 0, 0, 100), (0, 0, 1, -100), (0, 5, 0, 0), (1, 0, 1, 0)],
)
def test_worked_examples_of_the_field_come_out(promoters, passives, detractors, value):
    score = score_of(promoters=promoters, passives=passives, detractors=detractors)

    assert score.value == value
    assert score.responses == promoters + passives + detractors


@pytest.mark.parametrize(
    ("exact", "rounded"),
    [
        (Fraction(1, 2), 1),
        (Fraction(-1, 2), -1),
        (Fraction(5, 2), 3),
        (Fraction(-5, 2), -3),
        (Fraction(49, 100), 0),
        (Fraction(-100), -100),
    ],
)
def test_halves_are_rounded_away_from_zero(exact, rounded):
    assert round_score(exact) == rounded


# Published with 50 % promoters and 20 % detractors, see docs.
@pytest.mark.parametrize(("n", "margin"), [(30, 26.6), (50, 21.0), (100, 15.1), (200, 10.7), (500, 6.8), (1000, 4.8)])
def test_margin_of_error_is_adjusted_wald(n, margin):
    assert margin_of_error(n // 2, n // 5, n) == pytest.approx(margin, abs=0.06)


def test_without_responses_there_is_no_score_and_no_margin():
    score = score_of()

    assert (score.value, score.exact_value, score.margin_of_error, score.responses) == (None, None, None, 0)


def test_a_single_answer_has_a_margin_that_admits_how_little_it_says():
    assert 60 < (score_of(promoters=1).margin_of_error or inf) < 200


@given(st.lists(st.integers(0, 10_000), min_size=11, max_size=11))
def test_a_score_stays_in_its_bounds_whatever_the_counts(counts):
    score = Score.of(counts)

    assert score.promoters + score.passives + score.detractors == score.responses == sum(counts)
    if score.responses:
        assert -100 <= score.value <= 100
        assert abs(score.exact_value - score.value) <= 0.5
        assert score.margin_of_error > 0


def test_a_difference_has_the_margin_of_both_scores():
    now, before = score_of(promoters=60, passives=30, detractors=10), score_of(promoters=30, passives=50, detractors=20)

    found = difference(now, before)

    assert found.points == 40
    assert found.margin == pytest.approx((now.margin_of_error**2 + before.margin_of_error**2) ** 0.5)
    assert not found.is_noise


def test_a_small_difference_of_few_answers_is_noise():
    assert difference(
        score_of(promoters=6, passives=3, detractors=1), score_of(promoters=5, passives=4, detractors=1)
    ).is_noise
    assert not difference(
        score_of(promoters=6000, passives=3000, detractors=1000),
        score_of(promoters=5000, passives=4000, detractors=1000),
    ).is_noise


@pytest.mark.parametrize(("now", "before"), [(0, 1), (1, 0), (0, 0)])
def test_without_answers_there_is_nothing_to_compare(now, before):
    assert difference(score_of(promoters=now), score_of(promoters=before)) == Difference(None, None, is_noise=True)
