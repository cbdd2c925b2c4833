from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from saleor_nps_plugin.rewards import merging, reports
from saleor_nps_plugin.rewards.liability import liability
from saleor_nps_plugin.rewards.models import EntryKind
from saleor_nps_plugin.rewards.reports import Given, Month, Standing
from tests.rewards.purse import Purse

MARCH = date(2026, 3, 1)


def test_every_month_closes_with_what_is_owed_then(purse):
    """March: 1000 earned. April: nothing. May: something of every kind."""
    purse.earn(1000, lasts=60)
    purse.later(days=60)
    reward = purse.earn(300)
    purse.spend(200)
    purse.reverse(reward, "1/3")
    purse.adjust(-40)

    found = reports.owed_by_month(since=date(2026, 3, 20), until=date(2026, 5, 31))

    assert found == {
        "USD": [
            Month(MARCH, earned=1000, closing=1000),
            Month(date(2026, 4, 1), closing=1000),
            Month(date(2026, 5, 1), earned=300, redeemed=-200, expired=-1000, reversed=-100, adjusted=-40, closing=-40),
        ]
    }


def test_what_was_owed_before_the_first_month_counts(purse):
    purse.earn(70)
    purse.later(days=90)
    purse.earn(5)

    (month,) = reports.owed_by_month(since=date(2026, 5, 31), until=date(2026, 5, 31))["USD"]

    assert month == Month(date(2026, 5, 1), earned=5, closing=75)


def test_the_last_month_ends_with_the_period(purse):
    purse.earn(1)
    purse.later(days=1)
    purse.earn(10)

    (month,) = reports.owed_by_month(since=MARCH, until=date(2026, 3, 2))["USD"]

    assert (month.earned, month.closing) == (1, 1)


def test_months_agree_with_the_liability(purse, now):
    purse.earn(500)
    Purse.of("bob@example.com", now, "JPY").earn(7)
    purse.later(days=40)
    purse.spend(100)

    months = reports.owed_by_month(since=MARCH, until=purse.now.date())

    closing = {currency: rows[-1].closing for currency, rows in months.items()}
    assert closing == {row.currency: row.closing for row in liability(start=None, end=None)} == {"JPY": 7, "USD": 400}
    assert reports.owed_now() == closing


def test_many_currencies_and_years_take_one_statement(purse, now):
    for number in range(5):
        Purse.of(f"{number}@example.com", now, currency=f"U{number}D").earn(5)

    with CaptureQueriesContext(connection) as statements:
        found = reports.owed_by_month(since=date(2020, 1, 1), until=date(2026, 12, 31))

    assert len(statements) == 1
    assert [len(months) for months in found.values()] == [84] * 5


def test_what_was_given_is_told_by_reason_without_what_was_taken_back(purse):
    cashback = purse.earn(300)
    friend = purse.earn(500, kind=EntryKind.REFERRAL)
    purse.earn(50, kind=EntryKind.BONUS)
    purse.adjust(1000)
    purse.reverse(cashback, "1/3")
    purse.reverse(friend)

    assert reports.given(start=None, end=None) == {"USD": Given(referral=0, cashback=200, bonus=50)}


def test_what_was_given_can_be_of_some_days_and_channels(purse):
    purse.earn(1)
    purse.later(days=1)
    purse.earn(10)
    purse.earn(100, channel="other")
    purse.later(days=1)
    purse.earn(1000)

    day = date(2026, 3, 3)

    assert reports.given(start=day, end=day) == {"USD": Given(cashback=110)}
    assert reports.given(start=day, end=day, channels=["other"]) == {"USD": Given(cashback=100)}
    assert reports.given(start=day, end=day, channels=[]) == {}


def test_where_nothing_was_given_there_is_no_row(db, now):
    assert reports.given(start=None, end=None) == {}
    assert reports.standings(least={}, now=now) == []
    assert reports.owed_by_month(since=MARCH, until=MARCH) == {}


def test_standings_tell_what_customers_have_now(purse, now):
    """Ada has 700 to use and 50 that wait, Bob 40, Cleo owes 30, Dan's have expired unnoticed."""
    purse.earn(600)
    purse.earn(100, lasts=20)
    purse.earn(50, waits=10)
    Purse.of("bob@example.com", now).earn(40)
    Purse.of("cleo@example.com", now).adjust(-30)
    Purse.of("dan@example.com", now - timedelta(days=9)).earn(900, lasts=3)

    (row,) = reports.standings(least={"USD": 500}, now=now)

    assert row == Standing("USD", accounts=2, able=1, usable=740, pending=50, expiring=100, owed_by_customers=30)
    assert reports.owed_now() == {"USD": 700 + 50 + 40 - 30 + 900}


def test_what_waited_long_enough_can_be_used_though_nothing_was_written_since(purse):
    purse.earn(500, waits=10)

    (before,) = reports.standings(least={"USD": 500}, now=purse.in_days(9))
    (after,) = reports.standings(least={"USD": 500}, now=purse.in_days(10))

    assert (before.able, before.usable, before.pending) == (0, 0, 500)
    assert (after.able, after.usable, after.pending) == (1, 500, 0)


def test_a_debt_is_paid_before_anything_can_be_used(purse):
    purse.adjust(-300)
    purse.earn(400, waits=1, lasts=5)

    (row,) = reports.standings(least={}, now=purse.in_days(1))

    assert (row.accounts, row.usable, row.expiring, row.owed_by_customers) == (1, 100, 100, 0)


def test_a_merged_account_is_one(purse, now):
    guest = Purse.of("guest@example.com", now)
    guest.earn(300)
    purse.earn(300)
    merging.merge(kept=purse.shopper, other=guest.shopper, now=now)

    (row,) = reports.standings(least={"USD": 500}, now=now)

    assert (row.accounts, row.able, row.usable) == (1, 1, 600)
    assert reports.owed_now() == {"USD": 600}


@pytest.mark.parametrize("many", [1, 6])
def test_standings_take_one_statement(purse, now, many):
    for number in range(many):
        Purse.of(f"{number}@example.com", now).earn(5)

    with CaptureQueriesContext(connection) as statements:
        reports.standings(least={"USD": 1}, now=now)

    assert len(statements) == 1
