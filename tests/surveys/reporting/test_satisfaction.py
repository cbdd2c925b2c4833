from dataclasses import replace
from datetime import date
from math import sqrt

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from saleor_nps_plugin.surveys.models import Response, Tally
from saleor_nps_plugin.surveys.reporting import competitors, reports, satisfaction, tallies, weighing, word_of_mouth
from saleor_nps_plugin.surveys.reporting.satisfaction import Satisfaction
from saleor_nps_plugin.surveys.reporting.score_filter import ScoreFilter
from saleor_nps_plugin.surveys.reporting.scoring import scores_on
from tests.surveys.reporting.respondents import a_survey, answers

EVERYTHING = ScoreFilter()


@pytest.fixture
def csat(survey):
    return a_survey("csat-test", scale="csat")


@pytest.fixture
def ces(survey):
    return a_survey("ces-test", scale="ces")


def test_without_answers_there_is_no_value(db):
    for scale, counts in (("csat", (0,) * 5), ("ces", (0,) * 7)):
        found = satisfaction.satisfaction(scale, EVERYTHING)

        assert (found.value, found.mean, found.margin_of_error, found.distribution) == (None, None, None, counts)
    assert satisfaction.scales_answered(EVERYTHING) == []


def test_csat_is_the_share_of_fours_and_fives(story, csat):
    for score in (5, 4, 3, 1):
        answers(story, csat, score)

    found = satisfaction.satisfaction("csat", EVERYTHING)

    assert (found.value, found.good, found.responses, found.mean) == (50, 2, 4, 3.25)
    assert found.distribution == (1, 0, 1, 1, 1)
    # Agresti and Coull: 3.84 answers are added, half of them good; the share stays a half.
    assert found.margin_of_error == pytest.approx(100 * 1.959964 * sqrt(0.25 / 7.841459), rel=1e-6)


def test_ces_is_the_mean(story, ces):
    for score in (7, 6, 2):
        answers(story, ces, score)

    found = satisfaction.satisfaction("ces", EVERYTHING)

    assert (found.value, found.good, found.responses) == (5, 2, 3)
    assert found.distribution == (0, 1, 0, 0, 0, 1, 1)
    # The numbers 7, 6, 2 and one at either end of the scale: 7 and 1.
    assert found.margin_of_error == pytest.approx(1.959964 * sqrt(8.3 / 5), rel=1e-6)


@pytest.mark.parametrize("scale", ["csat", "ces"])
@given(data=st.data())
def test_a_margin_shrinks_with_more_answers_of_the_same_kind(scale, data):
    counts = data.draw(st.lists(st.integers(0, 50), min_size=len(scores_on(scale)), max_size=len(scores_on(scale))))
    few, many = Satisfaction(scale, tuple(counts)), Satisfaction(scale, tuple(10 * count for count in counts))

    if few.responses:
        assert 0 < many.margin_of_error < few.margin_of_error
        assert many.value == pytest.approx(few.value)


def test_trend_and_breakdown_are_of_the_scale_only(story, csat, ces):
    answers(story, csat, 5, channel="channel-pln")
    answers(story, csat, 1)
    answers(story, ces, 7)
    story.answer(story.invite(), 0)

    points = satisfaction.trend("csat", EVERYTHING, "month", today=story.now.date())
    parts = satisfaction.by("csat", EVERYTHING, "channel")

    assert [point.satisfaction.responses for point in points] == [0] * 11 + [2]
    assert (points[-1].start, points[-1].end) == (date(2026, 3, 1), date(2026, 3, 2))
    assert {(part.key, part.satisfaction.value) for part in parts} == {("channel-pln", 100), ("default-channel", 0)}
    assert [part.label for part in satisfaction.by("ces", EVERYTHING, "survey")] == ["Ces-Test"]
    products = ScoreFilter(product_ids=("12", "13"))
    assert satisfaction.satisfaction("csat", products).responses == 2
    assert satisfaction.satisfaction("ces", replace(products, countries=("DE",))).responses == 0


def test_a_scale_is_known_once_somebody_answered_on_it_in_a_channel_that_is_wanted(story, csat, ces):
    answers(story, csat, 5)
    answers(story, ces, 5, channel="channel-pln")

    assert satisfaction.scales_answered(EVERYTHING) == ["csat", "ces"]
    assert satisfaction.scales_answered(ScoreFilter(channels=("channel-pln",))) == ["ces"]
    assert satisfaction.scales_answered(ScoreFilter(channels=())) == []


def everything_about_nps(today):
    both = ScoreFilter(product_ids=("12", "13"))
    return {
        "score": [reports.score(wanted) for wanted in (EVERYTHING, both, ScoreFilter(countries=("PL",)))],
        "sending": reports.sending(EVERYTHING),
        "funnel": reports.funnel(EVERYTHING),
        "trend": reports.trend(EVERYTHING, "day", today=today)[-3:],
        "by": [
            reports.by(wanted, dimension)
            for wanted in (EVERYTHING, both)
            for dimension in ("channel", "country", "product", "survey", "touchpoint", "language", "reason")
        ],
        "weighted": weighing.weighted(EVERYTHING),
        "word_of_mouth": word_of_mouth.word_of_mouth(EVERYTHING),
        "competition": competitors.competition(EVERYTHING),
    }


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    phases=(Phase.explicit, Phase.generate),
)
@given(
    others=st.lists(
        st.tuples(st.sampled_from(["csat", "ces", "recovery"]), st.integers(1, 5), st.booleans()),
        min_size=1,
        max_size=5,
    )
)
def test_no_answer_on_another_scale_ever_changes_anything_about_nps(story, survey, others):
    if not Response.objects.exists():
        for score in (10, 8, 3):
            answers(story, survey, score, discourage=score)
    surveys = {
        scale: survey.__class__.objects.get_or_create(
            slug=f"p-{scale}", defaults={"name": scale, "scale": scale, "touchpoint": "support_contact"}
        )[0]
        for scale in ("csat", "ces", "recovery")
    }
    before = everything_about_nps(story.now.date())
    counts = list(Tally.objects.exclude(dimension__contains=":").order_by("pk").values())

    for scale, score, discourages in others:
        answers(story, surveys[scale], score, discourage=10 if discourages else None)

    assert everything_about_nps(story.now.date()) == before
    assert list(Tally.objects.exclude(dimension__contains=":").order_by("pk").values()) == counts
    assert tallies.differences() == 0
