from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from saleor_nps_plugin.rewards import balances, ledger, merging
from saleor_nps_plugin.rewards.balances import Balance
from saleor_nps_plugin.rewards.models import PointsAccount
from tests.rewards.purse import Purse


def test_a_new_account_has_nothing(purse):
    assert balances.balance(purse.account, now=purse.now) == Balance(0, 0)


def test_reading_writes_nothing(purse):
    purse.earn(100, waits=1, lasts=1)
    purse.adjust(-10)
    purse.later(days=1)
    before = PointsAccount.objects.values().get()

    assert purse.has == (90, 0)
    purse.later(days=1)
    assert purse.has == (0, 0)
    assert PointsAccount.objects.values().get() == before


def test_a_reading_is_what_writing_would_find(purse):
    purse.adjust(-25)
    purse.earn(10, waits=1, lasts=1)
    purse.earn(30, waits=2, lasts=2)
    purse.earn(40, waits=2, lasts=9)
    purse.earn(50, waits=8)
    for _ in range(12):
        purse.later(days=0.5)
        before = purse.has
        with transaction.atomic():
            account = ledger.lock(purse.account, now=purse.now)
            assert (account.available - account.debt, account.pending) == before
            transaction.set_rollback(True)


def test_a_clock_that_is_late_finds_what_was_written_last(purse):
    purse.earn(100, waits=1)
    purse.later(days=1)
    purse.earn(5)

    assert balances.balance(purse.account, now=purse.now - timedelta(days=9)) == Balance(105, 0)


def test_a_merged_account_is_answered_for_by_the_one_that_is_left(purse):
    purse.earn(100)
    guest = Purse.of("guest@example.com", purse.now)
    earned = guest.earn(20)
    merging.merge(kept=purse.shopper, other=guest.shopper, now=purse.now)
    stale = guest.account
    fresh = PointsAccount.objects.get(pk=stale.pk)

    both = balances.balances([purse.account, stale], now=purse.now)
    assert both == {purse.account.pk: Balance(120, 0), stale.pk: Balance(120, 0)}
    assert earned in balances.entries_of(purse.account)
    assert list(balances.entries_of(fresh)) == list(balances.entries_of(purse.account))


def test_entries_come_newest_first(purse):
    first, second = purse.earn(1), purse.earn(2)
    purse.later(days=1)
    third = purse.spend(3)

    assert list(balances.entries_of(purse.account)) == [third, second, first]


@pytest.mark.parametrize("how_many", [0, 1, 12])
def test_any_number_of_balances_takes_one_statement(db, now, how_many):
    purses = [Purse.of(f"{number}@example.com", now) for number in range(how_many)]
    for number, purse in enumerate(purses):
        purse.earn(1 + number, waits=1, lasts=1 + number)

    with CaptureQueriesContext(connection) as statements:
        read = balances.balances([purse.account for purse in purses], now=now + timedelta(days=2))

    assert len(statements) == 1
    assert read == {purse.account.pk: Balance(number + 1 if number else 0, 0) for number, purse in enumerate(purses)}
