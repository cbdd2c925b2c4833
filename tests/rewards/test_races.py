"""Many connections to PostgreSQL at once."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connections

from saleor_nps_plugin import errors
from saleor_nps_plugin.rewards import checking, expiring, ledger, merging
from saleor_nps_plugin.rewards.models import EntryKind, PointsAccount, PointsEntry
from tests.rewards.purse import CHANNEL, Purse

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(ways: Iterable[Callable[[], Any]]) -> list[Any]:
    """Do all of this at the same time, over a connection each; return what each gave, or the refusal it met."""
    ways = list(ways)
    start = Barrier(len(ways))

    def run(way: Callable[[], Any]) -> Any:
        try:
            start.wait()
            return way()
        except errors.NpsError as refusal:
            return refusal
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(ways)) as pool:
        return [task.result() for task in [pool.submit(run, way) for way in ways]]


@pytest.fixture
def purse(now):
    yield Purse.of("ada@example.com", now)
    assert list(checking.violations()) == []


def test_sixty_four_people_spend_exactly_what_there_is(purse):
    for number in range(5):
        purse.earn(100, lasts=1 + number)

    results = at_once(lambda number=number: purse.spend(30, key=str(number)) for number in range(64))

    spent = [result for result in results if isinstance(result, PointsEntry)]
    refused = [result for result in results if isinstance(result, errors.InsufficientPoints)]
    assert (len(spent), len(refused)) == (16, 48)
    assert purse.has == (20, 0)


def test_one_event_is_booked_once_and_everybody_gets_its_entry(purse):
    results = at_once(lambda: purse.earn(100, key="cashback:1", waits=1) for _ in range(8))

    assert len(set(results)) == 1
    assert purse.has == (0, 100)


def test_one_event_cannot_be_booked_for_two(purse, now):
    bob = Purse.of("bob@example.com", now)

    results = at_once(lambda one=one: one.earn(100, key="cashback:1") for one in (purse, bob))

    assert sorted(type(result).__name__ for result in results) == ["NotUnique", "PointsEntry"]
    assert sorted([purse.has, bob.has]) == [(0, 0), (100, 0)]


def test_one_request_spends_once(purse):
    purse.earn(100)

    results = at_once(lambda: purse.spend(60, key="k") for _ in range(8))

    assert len(set(results)) == 1
    assert purse.has == (40, 0)


def test_one_refund_is_taken_back_once(purse):
    reward = purse.earn(100, waits=30)

    results = at_once(lambda: purse.reverse(reward, "1/3") for _ in range(8))

    assert [result.points for result in results if result] == [-33]
    assert purse.has == (0, 67)


def test_one_account_is_made(purse):
    accounts = at_once(lambda: ledger.account_of(purse.shopper, "EUR", now=purse.now) for _ in range(8))

    assert len(set(accounts)) == 1
    assert PointsAccount.objects.count() == 2


def test_points_expire_once(purse):
    purse.earn(100, lasts=1)
    purse.later(days=1)

    at_once([*[lambda: expiring.expire_due(now=purse.now)] * 4, *[lambda: purse.earn(1)] * 4])

    assert PointsEntry.objects.filter(kind="expiry").count() == 1
    assert purse.has == (4, 0)


def test_everything_at_once_leaves_the_ledger_in_order(purse, now):
    reward = purse.earn(500, lasts=3)
    purse.later(days=1)
    ways = [
        lambda: purse.earn(50, waits=1),
        lambda: purse.earn(50),
        lambda: purse.spend(120),
        lambda: purse.reverse(reward, "1/2"),
        lambda: purse.adjust(-40),
        lambda: purse.has,
    ]

    at_once(ways * 4)

    entries = PointsEntry.objects.values_list("points", flat=True)
    assert sum(entries) == sum(purse.has)
    assert PointsEntry.objects.filter(kind="reversal").count() == 1


def test_two_accounts_that_are_merged_both_ways_become_one(purse, now):
    guest = Purse.of("guest@example.com", now)
    for one in (purse, guest):
        one.earn(100)
    pairs = [(purse, guest), (guest, purse)] * 3

    at_once(
        lambda kept=kept, other=other: merging.merge(kept=kept.shopper, other=other.shopper, now=now)
        for kept, other in pairs
    )

    roots = PointsAccount.objects.filter(merged_into=None)
    assert sum(account.available for account in roots) == 200
    assert PointsEntry.objects.count() == 2


def test_nothing_is_lost_that_is_written_while_accounts_are_merged(purse, now):
    guest = Purse.of("guest@example.com", now)
    guest.earn(100)
    account = guest.account

    def earn(number: int) -> PointsEntry:
        return ledger.post(account, kind=EntryKind.BONUS, points=1, key=f"bonus {number}", now=now, channel=CHANNEL)

    at_once(
        [
            *[lambda number=number: earn(number) for number in range(10)],
            lambda: merging.merge(kept=purse.shopper, other=guest.shopper, now=now),
            *[lambda number=number: earn(number) for number in range(10, 20)],
        ]
    )

    assert purse.has == guest.has == (120, 0)
