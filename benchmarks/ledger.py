"""Earning points against a bare INSERT and SELECT … FOR UPDATE; a balance with a long history against a short one."""

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from benchmarks.measuring import Times, Verdict, in_turns, median, tell_times
from saleor_nps_plugin.rewards import balances, checking, ledger
from saleor_nps_plugin.rewards.models import EntryKind, PointsAccount
from saleor_nps_plugin.shoppers.recognizing import recognize

CHANNEL = "default-channel"
ROUNDS = 400
WARM_UP = 20
SHORT, LONG = 10, 100_000
BARE, OURS = "SELECT … FOR UPDATE and INSERT", "posting an entry"
LOCK = "SELECT * FROM nps_points_account WHERE id = %s FOR UPDATE"
INSERT = """
    INSERT INTO nps_points_entry (account_id, kind, points, key, channel, available_at, expires_at, created_at)
    VALUES (%s, 'cashback', 200, %s, %s, %s, %s, %s) RETURNING id
"""
# A long history of rewards, all of them unspent, the last few about to become available.
HISTORY = """
    WITH entry AS (
        INSERT INTO nps_points_entry (account_id, kind, points, key, channel, available_at, expires_at, created_at)
        SELECT %(account)s, 'cashback', 200, 'history:' || %(account)s || ':' || number, %(channel)s,
            moment, moment + interval '365 days', %(now)s - interval '30 days'
        FROM (
            SELECT number, %(now)s + interval '1 minute' * (CASE WHEN number < 5 THEN number + 1 ELSE -number END) AS moment
            FROM generate_series(0, %(entries)s - 1) AS number
        ) AS rewards
        RETURNING *
    )
    INSERT INTO nps_points_lot (entry_id, account_id, remaining, available_at, expires_at)
    SELECT id, account_id, points, available_at, expires_at FROM entry
"""
SUMS = """
    UPDATE nps_points_account SET as_of = %s, available = (
        SELECT coalesce(sum(remaining), 0) FROM nps_points_lot WHERE account_id = nps_points_account.id AND available_at <= %s
    ), pending = (
        SELECT coalesce(sum(remaining), 0) FROM nps_points_lot WHERE account_id = nps_points_account.id AND available_at > %s
    ) WHERE id = %s
"""


def measure() -> list[Verdict]:
    now = timezone.now()
    posting = _posting(now)
    reading = _reading(now)
    tell_times(posting | reading)
    assert list(checking.violations()) == []
    return [
        Verdict(f"{OURS} takes so many times as long as {BARE}", _ratio(posting, OURS, BARE), at_most=4.0),
        Verdict(
            f"a balance takes with {LONG:,} entries so many times as long as with {SHORT}",
            _ratio(reading, _balance_with(LONG), _balance_with(SHORT)),
            at_most=2.0,
        ),
        Verdict("SQL statements for 100 balances", _statements(100, now), at_most=_statements(1, now), digits=0),
    ]


def _ratio(times: Times, ours: str, other: str) -> float:
    return median(times[ours]) / median(times[other])


def _account(name: str, now: datetime) -> PointsAccount:
    shopper = recognize(email=f"{name}@bench.example", user_id=None)
    return ledger.account_of(shopper, "USD", now=now)


def _posting(now: datetime) -> Times:
    """Both write a pending reward that will expire, to an account of their own, and each is one transaction."""
    numbers = count()
    account, bare = _account("posting", now), _account("bare", now)
    available_at, expires_at = now + timedelta(days=30), now + timedelta(days=395)

    def post() -> None:
        number = next(numbers)
        ledger.post(
            account,
            kind=EntryKind.CASHBACK,
            points=200,
            key=f"posted:{number}",
            now=now + timedelta(seconds=number),
            available_at=available_at,
            expires_at=expires_at,
            channel=CHANNEL,
        )

    def insert() -> None:
        number = next(numbers)
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(LOCK, [bare.pk])
            cursor.fetchone()
            moment = now + timedelta(seconds=number)
            cursor.execute(INSERT, [bare.pk, f"bare:{number}", CHANNEL, available_at, expires_at, moment])
            cursor.fetchone()

    times = in_turns({OURS: post, BARE: insert}, rounds=ROUNDS, warm_up=WARM_UP)
    with transaction.atomic(), connection.cursor() as cursor:
        # What the bare side left is no ledger.
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("DELETE FROM nps_points_entry WHERE account_id = %s", [bare.pk])
    return times


def _reading(now: datetime) -> Times:
    """Time has passed since either account was written to, and the same few rewards have become available."""
    later = now + timedelta(hours=1)
    return in_turns(
        {_balance_with(entries): _balance(_with_history(entries, now), later) for entries in (SHORT, LONG)},
        rounds=ROUNDS,
        warm_up=WARM_UP,
    )


def _balance(account: PointsAccount, now: datetime) -> Callable[[], object]:
    return lambda: balances.balance(account, now=now)


def _balance_with(entries: int) -> str:
    return f"balance with {entries:,} entries"


def _with_history(entries: int, now: datetime) -> PointsAccount:
    account = _account(f"history-{entries}", now)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(HISTORY, {"account": account.pk, "entries": entries, "now": now, "channel": CHANNEL})
        cursor.execute(SUMS, [now, now, now, account.pk])
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE nps_points_lot, nps_points_account")
    return account


def _statements(accounts: int, now: datetime) -> int:
    asked = [_account(f"one-of-many-{number}", now) for number in range(accounts)]
    with CaptureQueriesContext(connection) as written:
        assert len(balances.balances(asked, now=now + timedelta(days=1))) == accounts
    return len(written)
