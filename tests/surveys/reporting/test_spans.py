import random
from datetime import UTC, date, datetime, timedelta

import pytest

from saleor_nps_plugin.surveys.models import Response
from saleor_nps_plugin.surveys.reporting import reports, tallies
from saleor_nps_plugin.surveys.reporting.score_filter import ScoreFilter, responses_to
from saleor_nps_plugin.surveys.reporting.spans import Days, Spans, days_of, spans_of

FIRST = date(2025, 11, 1)
LENGTH = 180


@pytest.fixture
def half_a_year(survey):
    """Ten answers a day in two channels, made at once; scores and products by chance."""
    chance = random.Random(7)
    Response.objects.bulk_create(
        Response(
            survey=survey,
            channel=chance.choice(["default-channel", "channel-pln"]),
            country=chance.choice(["PL", "DE", ""]),
            segments={"language": ["en"], "product": [chance.choice(["7", "8"])]},
            score=chance.randrange(11),
            created_at=moment,
            updated_at=moment,
            editable_until=moment,
        )
        for day in range(LENGTH)
        for hour in range(0, 20, 2)
        if (moment := datetime(2025, 11, 1, hour, tzinfo=UTC) + timedelta(days=day))
    )
    tallies.rebuild()


@pytest.mark.parametrize(
    ("since", "until", "spans"),
    [
        (None, None, Spans(Days(None, None))),
        (date(2026, 1, 1), date(2026, 2, 28), Spans(Days(date(2026, 1, 1), date(2026, 2, 1)))),
        # An end within a month: what is not wanted of it is taken away, and usually has not come yet.
        (
            date(2026, 1, 1),
            date(2026, 2, 20),
            Spans(Days(date(2026, 1, 1), date(2026, 2, 1)), taken=(Days(date(2026, 2, 21), date(2026, 2, 28)),)),
        ),
        # A beginning within a month: whichever is less.
        (
            date(2026, 1, 25),
            None,
            Spans(Days(date(2026, 2, 1), None), days=(Days(date(2026, 1, 25), date(2026, 1, 31)),)),
        ),
        (
            date(2026, 1, 5),
            None,
            Spans(Days(date(2026, 1, 1), None), taken=(Days(date(2026, 1, 1), date(2026, 1, 4)),)),
        ),
        (date(2026, 1, 5), date(2026, 1, 9), days_of(date(2026, 1, 5), date(2026, 1, 9))),
        (date(2026, 3, 5), date(2026, 1, 9), days_of(date(2026, 3, 5), date(2026, 1, 9))),
        (None, date.max, Spans(Days(None, date(9999, 12, 1)))),
        (date.max, None, days_of(date.max, None)),
    ],
)
def test_a_period_is_whole_months_and_few_days(since, until, spans):
    assert spans_of(since, until) == spans


def test_every_period_counts_exactly_its_days(half_a_year):
    chance = random.Random(11)
    periods = [(None, None), (date.max, None), (None, date.max), (date(2026, 2, 3), date(2026, 1, 3))]
    for _ in range(15):
        since = FIRST + timedelta(days=chance.randrange(-20, LENGTH + 20))
        until = since + timedelta(days=chance.randrange(LENGTH))
        periods += [(since, until), (since, None), (None, until)]

    for since, until in periods:
        wanted = ScoreFilter(since=since, until=until)
        scores = list(responses_to(wanted).values_list("score", flat=True))
        expected = tuple(scores.count(score) for score in range(11))

        assert reports.score(wanted).distribution == expected, (since, until)
        for dimension in ("channel", "product"):
            parts = [part.score.distribution for part in reports.by(wanted, dimension)]
            assert tuple(map(sum, zip(*parts, strict=True))) == (expected if scores else ()), (dimension, since, until)


@pytest.mark.parametrize("interval", ["day", "week", "month", "quarter"])
def test_a_trend_of_any_interval_adds_up(half_a_year, interval):
    wanted = ScoreFilter(since=date(2025, 11, 20), until=date(2026, 3, 7), product_ids=("7",))

    points = reports.trend(wanted, interval, today=date(2026, 4, 29))

    assert sum(point.score.responses for point in points) == responses_to(wanted).count()
    for point in points:
        part = ScoreFilter(since=point.start, until=point.end, product_ids=("7",))
        assert point.score == reports.score(part)


def test_a_breakdown_of_twelve_months_reads_no_days_of_whole_months(half_a_year, django_assert_num_queries):
    with django_assert_num_queries(1) as queries:
        reports.by(ScoreFilter(since=date(2025, 12, 1), until=date(2026, 4, 20)), "product_reason")

    (query,) = queries.captured_queries
    assert "\"span\" = 'month'" in query["sql"]
    assert "2026-04-21" in query["sql"], "days to come are taken away, and there are none"
