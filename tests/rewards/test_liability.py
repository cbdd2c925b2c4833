from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from saleor_nps_plugin import errors
from saleor_nps_plugin.rewards import expiring, merging
from saleor_nps_plugin.rewards.liability import Liability, liability
from saleor_nps_plugin.rewards.models import EntryKind
from tests.rewards.purse import Purse


def test_nothing_is_owed_where_nothing_was_earned(db):
    assert liability(start=None, end=None) == []


def test_a_period_tells_what_changed_and_closes(purse):
    """Two days before the period, one day in it, one after."""
    old = purse.earn(1000, lasts=2)
    purse.later(days=2)
    expiring.expire_due(now=purse.now)
    rewards = [
        purse.earn(300),
        purse.earn(200, kind=EntryKind.REFERRAL, waits=30),
        purse.earn(50, kind=EntryKind.BONUS),
    ]
    purse.adjust(-40)
    purse.adjust(15)
    purse.reverse(rewards[0], "1/3")
    purse.spend(110)
    purse.later(days=1)
    purse.earn(9999)

    (row,) = liability(start=date(2026, 3, 4), end=date(2026, 3, 4))

    assert row == Liability("USD", 1000, 550, -110, -1000, -100, -25, 315, Decimal(110) / 550)
    assert old.created_at.date() == date(2026, 3, 2)


def test_the_day_ends_at_midnight_utc(purse):
    purse.later(hours=12, microseconds=-1)
    purse.earn(1)
    purse.later(microseconds=1)
    purse.earn(10)

    assert [row.closing for row in liability(start=None, end=date(2026, 3, 2))] == [1]
    (row,) = liability(start=date(2026, 3, 3), end=None)
    assert (row.opening, row.earned, row.closing) == (1, 10, 11)


def test_each_currency_has_a_row(purse, now):
    purse.earn(5)
    Purse.of("ada@example.com", now, "JPY").earn(7)

    assert [(row.currency, row.closing) for row in liability(start=None, end=None)] == [("JPY", 7), ("USD", 5)]


def test_a_merged_account_counts_once(purse, now):
    guest = Purse.of("guest@example.com", now)
    guest.earn(5)
    purse.earn(7)
    merging.merge(kept=purse.shopper, other=guest.shopper, now=now)

    assert [(row.earned, row.closing) for row in liability(start=None, end=None)] == [(12, 12)]


def test_points_owed_by_customers_lower_it(purse, now):
    purse.adjust(-50)
    Purse.of("bob@example.com", now).earn(20)

    assert [row.closing for row in liability(start=None, end=None)] == [-30]


def test_the_rate_is_about_points_earned_in_the_period(purse):
    purse.earn(100)
    purse.later(days=1)
    purse.earn(50)
    purse.spend(120)

    today = purse.now.date()
    (before,) = liability(start=None, end=today - timedelta(days=1))
    (row,) = liability(start=today, end=today)
    (all_time,) = liability(start=None, end=None)

    assert before.redemption_rate == 0
    assert (row.redeemed, row.redemption_rate) == (-120, Decimal("0.4"))
    assert all_time.redemption_rate == Decimal("0.8")


def test_there_is_no_rate_where_nothing_was_earned(purse):
    purse.adjust(5)

    (row,) = liability(start=None, end=None)

    assert row.redemption_rate is None


def test_a_quiet_period_opens_as_it_closes(purse):
    purse.earn(5)

    (row,) = liability(start=date(2027, 1, 1), end=date(2027, 12, 31))

    assert (row.opening, row.closing) == (5, 5)


@pytest.mark.parametrize(("start", "end"), [(date.min, date.max), (date.max, None), (None, date.min)])
def test_any_day_can_be_asked_for(purse, start, end):
    purse.earn(5)

    assert all(row.closing == 5 for row in liability(start=start, end=end))


def test_a_period_that_ends_before_it_begins_is_refused(db):
    with pytest.raises(errors.Invalid):
        liability(start=date(2026, 3, 2), end=date(2026, 3, 1))


def test_it_takes_one_statement(purse, now):
    for number in range(5):
        Purse.of(f"{number}@example.com", now, currency=f"U{number}D").earn(5)

    with CaptureQueriesContext(connection) as statements:
        assert len(liability(start=None, end=None)) == 5

    assert len(statements) == 1
