"""npsScore: who may read it, what it counts, how it is broken down."""

from datetime import timedelta

import pytest

from .conftest import ask, complaint, global_id, queries_of, refusal

SCORE = """
query ($filter: NpsScoreFilterInput) {
  npsScore(filter: $filter) {
    value exactValue marginOfError responses promoters passives detractors distribution
    invitationsSent responseRate weightedValue weightedMarginOfError
    wordOfMouthIndex wordOfMouthMarginOfError wordOfMouthResponses falseDetractors
  }
}
"""
VALUE = "query ($filter: NpsScoreFilterInput) { npsScore(filter: $filter) { value responses } }"
TREND = """
query ($filter: NpsScoreFilterInput, $interval: NpsIntervalEnum) {
  npsScore(filter: $filter) { trend(interval: $interval) { from to score { value responses promoters passives detractors } } }
}
"""
BY = """
query ($dimension: NpsDimensionEnum!, $first: Int, $filter: NpsScoreFilterInput) {
  npsScore(filter: $filter) { by(dimension: $dimension, first: $first) { key label score { value responses } } }
}
"""


@pytest.fixture
def answers(story, place):
    """Two promoters, one passive, one detractor; one more was asked and kept silent."""
    for score in (10, 9, 8, 0):
        story.answer(place(), score)
    story.invite(place())


def test_staff_read_the_score_with_what_is_needed_to_understand_it(staff, answers):
    score = ask(staff, SCORE)["npsScore"]

    assert score == {
        "value": 25,
        "exactValue": 25.0,
        "marginOfError": pytest.approx(58.45, abs=0.01),
        "responses": 4,
        "promoters": 2,
        "passives": 1,
        "detractors": 1,
        "distribution": [1, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1],
        "invitationsSent": 5,
        "responseRate": 0.8,
        "weightedValue": 25.0,
        "weightedMarginOfError": pytest.approx(58.45, abs=0.01),
        "wordOfMouthIndex": None,
        "wordOfMouthMarginOfError": None,
        "wordOfMouthResponses": 0,
        "falseDetractors": None,
    }


def test_without_responses_there_is_no_value(staff, survey):
    score = ask(staff, SCORE)["npsScore"]

    assert (score["value"], score["exactValue"], score["marginOfError"], score["responseRate"]) == (
        None,
        None,
        None,
        None,
    )
    assert (score["responses"], score["distribution"]) == (0, [0] * 11)


@pytest.mark.parametrize("asker", ["anybody", "customer", "staff_without_permission", "app_api_client"])
def test_only_staff_with_the_permission_read_the_score(request, asker, answers):
    assert refusal(request.getfixturevalue(asker), VALUE) == "PermissionDenied"


def test_an_app_with_the_permission_reads_the_score(app_with_permission, answers):
    assert ask(app_with_permission, VALUE)["npsScore"] == {"value": 25, "responses": 4}


def test_staff_of_one_channel_read_its_score_only(polish_staff, staff, story, order, polish_order):
    story.answer(order, 0)
    story.answer(polish_order, 10)

    assert ask(staff, VALUE)["npsScore"] == {"value": 0, "responses": 2}
    assert ask(polish_staff, VALUE)["npsScore"] == {"value": 100, "responses": 1}
    asked_for_both = {"channels": [order.channel.slug, polish_order.channel.slug]}
    assert ask(polish_staff, VALUE, filter=asked_for_both)["npsScore"] == {"value": 100, "responses": 1}
    assert ask(polish_staff, VALUE, filter={"channels": [order.channel.slug]})["npsScore"]["responses"] == 0
    by_channel = ask(polish_staff, BY, dimension="CHANNEL")["npsScore"]["by"]
    assert [segment["key"] for segment in by_channel] == [polish_order.channel.slug]


def test_the_score_is_narrowed_by_each_filter(staff, story, survey, order_with_lines, polish_order):
    product = order_with_lines.lines.first().variant.product
    country = order_with_lines.shipping_address.country.code
    today = story.now.date()
    story.ago(days=40).answer(polish_order, 0)
    story.answer(order_with_lines, 10)

    def value(**wanted):
        return ask(staff, VALUE, filter=wanted)["npsScore"]["value"]

    assert value(channels=[order_with_lines.channel.slug]) == 100
    assert value(channels=[polish_order.channel.slug]) == -100
    assert value(surveys=[global_id("NpsSurvey", survey.pk)]) == 0
    assert value(surveys=[global_id("NpsSurvey", survey.pk + 1)]) is None
    assert value(touchpoints=["ORDER_FULFILLED"]) == 0
    assert value(touchpoints=["EMPLOYEE"]) is None
    assert value(countries=[country]) == 0
    assert value(countries=["JP"]) is None
    assert value(products=[global_id("Product", product.pk)]) == 100
    assert value(responded={"gte": str(today - timedelta(days=1))}) == 100
    assert value(responded={"lte": str(today - timedelta(days=1))}) == -100
    assert value(responded={}) == 0
    assert value(channels=[]) == 0


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        ({"channels": ["a"] * 101}, "at most 100"),
        ({"surveys": [global_id("Product", 1)]}, "Expected: NpsSurvey"),
        ({"surveys": ["nonsense"]}, "Expected: NpsSurvey"),
        ({"products": [global_id("Order", 1)]}, "Expected: Product"),
    ],
)
def test_a_filter_that_cannot_be_is_refused_in_words(staff, survey, wanted, words):
    assert words in complaint(staff, VALUE, filter=wanted)


@pytest.mark.parametrize(
    "wanted",
    [
        {"channels": ["a\x00b"]},
        {"surveys": [global_id("NpsSurvey", 10**30)]},
        {"responded": {"gte": "0001-01-01", "lte": "9999-12-31"}},
        {"responded": {"gte": "2026-02-01", "lte": "2026-01-01"}},
    ],
)
def test_a_filter_that_nothing_matches_counts_nothing(staff, survey, wanted):
    assert ask(staff, VALUE, filter=wanted)["npsScore"] == {"value": None, "responses": 0}


def test_the_trend_shows_the_last_twelve_months_unless_told_otherwise(staff, story, order):
    story.answer(order, 10)

    points = ask(staff, TREND)["npsScore"]["trend"]

    assert len(points) == 12
    assert points[-1] == {
        "from": str(story.now.date().replace(day=1)),
        "to": str(story.now.date()),
        "score": {"value": 100, "responses": 1, "promoters": 1, "passives": 0, "detractors": 0},
    }
    assert {point["score"]["responses"] for point in points[:-1]} == {0}


def test_the_trend_has_a_point_for_every_day_of_a_period(staff, story, order):
    story.answer(order, 0)
    today = story.now.date()
    period = {"gte": str(today - timedelta(days=2)), "lte": str(today)}

    points = ask(staff, TREND, interval="DAY", filter={"responded": period})["npsScore"]["trend"]

    assert [(point["from"], point["score"]["value"]) for point in points] == [
        (str(today - timedelta(days=2)), None),
        (str(today - timedelta(days=1)), None),
        (str(today), -100),
    ]


def test_a_trend_has_bounds(staff, survey):
    words = complaint(staff, TREND, interval="DAY", filter={"responded": {"gte": "1990-01-01"}})

    assert "more than 1000 points" in words
    assert (
        len(ask(staff, TREND, interval="QUARTER", filter={"responded": {"gte": "1990-01-01"}})["npsScore"]["trend"])
        > 140
    )


def test_the_score_is_broken_down(staff, story, survey, order_with_lines, polish_order, place):
    product = order_with_lines.lines.first().variant.product
    story.answer(order_with_lines, 10)
    story.answer(polish_order, 0)
    story.answer(place(), 7)

    def by(dimension, **arguments):
        segments = ask(staff, BY, dimension=dimension, **arguments)["npsScore"]["by"]
        return {segment["key"]: (segment["label"], segment["score"]["value"]) for segment in segments}

    usd, pln = order_with_lines.channel, polish_order.channel
    assert by("CHANNEL") == {usd.slug: (usd.name, 50), pln.slug: (pln.name, -100)}
    assert list(by("CHANNEL", first=1)) == [usd.slug]
    assert by("SURVEY") == {str(survey.pk): (survey.name, 0)}
    assert by("TOUCHPOINT")["order_fulfilled"][1] == 0
    assert by("PRODUCT")[str(product.pk)] == (product.name, 100)
    assert by("LANGUAGE")["en"][1] == 0
    assert by("COUNTRY")[order_with_lines.shipping_address.country.code][1] == 0
    assert by("REASON") == {}


@pytest.mark.parametrize("first", [0, -1, 101])
def test_a_breakdown_has_bounds(staff, survey, first):
    assert "from 1 to 100" in complaint(staff, BY, dimension="CHANNEL", first=first)


def test_the_number_of_queries_does_not_depend_on_the_number_of_answers(staff, story, place):
    everything = """{ npsScore {
        value marginOfError responses invitationsSent responseRate trend { from score { value } }
        by(dimension: CHANNEL) { key label score { value } }
    } }"""
    story.answer(place(), 10)
    ask(staff, everything)
    with_one = queries_of(staff, everything)
    for score in (1, 5):
        story.answer(place(), score)

    assert queries_of(staff, everything) == with_one
