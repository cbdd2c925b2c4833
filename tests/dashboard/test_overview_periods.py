"""Days as readers of the overview choose them."""

from datetime import date

import pytest

from saleor_nps_plugin.dashboard.overview.figures import Axis
from saleor_nps_plugin.dashboard.periods import Period, days_between, interval_for, label_of, read_period
from saleor_nps_plugin.surveys.reporting.scoring import Score

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("name", "since", "until"),
    [
        ("30d", date(2026, 10, 24), TODAY),
        ("90d", date(2026, 8, 25), TODAY),
        ("12m", date(2025, 12, 1), TODAY),
        ("year", date(2026, 1, 1), TODAY),
        ("all", None, None),
    ],
)
def test_a_period_has_days(name, since, until):
    assert read_period(name, "", "", today=TODAY) == Period(name, since, until)


def test_twelve_months_begin_in_the_month_after_that_of_a_year_ago():
    assert read_period("12m", "", "", today=date(2026, 12, 31)).since == date(2026, 1, 1)
    assert read_period("12m", "", "", today=date(2026, 1, 31)).since == date(2025, 2, 1)


@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [
        ("2026-01-02", "2026-03-04", (date(2026, 1, 2), date(2026, 3, 4))),
        ("2026-03-04", "2026-01-02", (date(2026, 1, 2), date(2026, 3, 4))),
        ("2026-01-02", "", (date(2026, 1, 2), None)),
        ("", "2026-01-02", (None, date(2026, 1, 2))),
        ("2026-01-02", "2999-01-01", (date(2026, 1, 2), TODAY)),
        ("0001-01-01", "2026-01-02", (date(2000, 1, 1), date(2026, 1, 2))),
        ("yesterday", "", (date(2026, 8, 25), TODAY)),
    ],
)
def test_chosen_days_are_read_kindly(since, until, expected):
    period = read_period("custom", since, until, today=TODAY)

    assert (period.since, period.until) == expected


def test_an_unknown_period_is_the_usual_one():
    assert read_period("forever", "", "", today=TODAY) == read_period("90d", "", "", today=TODAY)


@pytest.mark.parametrize(
    ("wanted", "since", "expected"),
    [
        ("", date(2026, 8, 25), "week"),
        ("", date(2025, 12, 1), "month"),
        ("", date(2020, 1, 1), "quarter"),
        ("quarter", date(2026, 8, 25), "quarter"),
        ("week", date(2020, 1, 1), "month"),
        ("week", date(1, 1, 1), "quarter"),
        ("minute", date(2026, 8, 25), "week"),
    ],
)
def test_a_trend_has_as_many_points_as_can_be_seen(wanted, since, expected):
    assert interval_for(wanted, since, TODAY) == expected


def test_points_and_periods_are_written_as_readers_do():
    assert label_of(date(2026, 11, 2), "week", "de") == "2. Nov."
    assert label_of(date(2026, 10, 1), "quarter", "pl") == "IV kw. 2026"
    assert days_between(date(2026, 11, 2), date(2026, 12, 3), "en") == "Nov 2\N{THIN SPACE}–\N{THIN SPACE}Dec 3, 2026"
    assert days_between(None, None, "en") == ""
    assert "۲۰۲۶" in days_between(date(2026, 11, 2), date(2026, 12, 3), "fa")


@pytest.mark.parametrize(
    ("scores", "expected"),
    [
        ([], Axis(0, 100)),
        ([[0] * 9 + [0, 3000]], Axis(40, 100)),
        ([[3000] + [0] * 10], Axis(-100, -60)),
        ([[100] + [0] * 9 + [100]], Axis(-20, 40)),
        ([[100] + [0] * 9 + [100], [0] * 10 + [500]], Axis(-20, 100)),
    ],
)
def test_an_axis_holds_what_is_shown(scores, expected):
    assert Axis.around(Score.of(counts) for counts in scores) == expected
