"""What points cost and what is left of them: for whoever has to pay for them."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db import connection

from .ledger import EARNED
from .liability import END
from .models import EntryKind

SOON = timedelta(days=30)


@dataclass(frozen=True)
class Month:
    """What changed the points that are owed in one currency; `closing` is what is owed at the end of the month, or of
    the period if that ends earlier. Redeemed, expired and reversed are 0 or less."""

    start: date
    earned: int = 0
    redeemed: int = 0
    expired: int = 0
    reversed: int = 0
    adjusted: int = 0
    closing: int = 0


@dataclass(frozen=True)
class Given:
    """Points that were given in a period in one currency, less what was taken back of them in it."""

    referral: int = 0
    cashback: int = 0
    bonus: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return self.referral + self.cashback + self.bonus


@dataclass(frozen=True)
class Standing:
    """What customers have in one currency now.

    `accounts` have points, of which `usable` can be spent and `pending` wait for their return window to pass; `expiring`
    of the usable ones expire within 30 days. Customers below zero owe `owed_by_customers`. `able` accounts have enough to
    redeem.
    """

    currency: str
    accounts: int
    able: int
    usable: int
    pending: int
    expiring: int
    owed_by_customers: int


_BY_MONTH = """
    SELECT account.currency, greatest(date_trunc('month', entry.created_at, 'UTC'), %(before)s) AS month,
        entry.kind, sum(entry.points)::bigint
    FROM nps_points_entry entry JOIN nps_points_account account ON account.id = entry.account_id
    WHERE entry.created_at < %(end)s GROUP BY 1, 2, 3
"""
_GIVEN = """
    SELECT account.currency, coalesce(origin.kind, entry.kind), sum(entry.points)::bigint
    FROM nps_points_entry entry
    JOIN nps_points_account account ON account.id = entry.account_id
    LEFT JOIN nps_points_entry origin ON origin.id = entry.reverses_id
    WHERE entry.created_at >= %(start)s AND entry.created_at < %(end)s AND entry.kind = ANY(%(kinds)s)
        AND (%(channels)s::text[] IS NULL OR entry.channel = ANY(%(channels)s))
    GROUP BY 1, 2
"""
# What a debt will take of the lots cannot be used, and does not expire either.
_STANDINGS = """
    WITH has AS (
        SELECT account_id,
            coalesce(sum(remaining) FILTER (WHERE available_at <= %(now)s), 0) AS usable,
            coalesce(sum(remaining) FILTER (WHERE available_at > %(now)s), 0) AS pending,
            coalesce(sum(remaining) FILTER (WHERE available_at <= %(now)s AND expires_at < %(soon)s), 0) AS expiring
        FROM nps_points_lot
        WHERE remaining > 0 AND (expires_at IS NULL OR expires_at > %(now)s) GROUP BY account_id
    ), least AS (
        SELECT * FROM unnest(%(currencies)s::text[], %(points)s::bigint[]) AS least(currency, points)
    )
    SELECT account.currency, count(has.account_id),
        count(*) FILTER (WHERE has.usable - account.debt >= coalesce(least.points, 1)),
        coalesce(sum(greatest(has.usable - account.debt, 0)), 0)::bigint,
        coalesce(sum(has.pending), 0)::bigint,
        coalesce(sum(least(has.expiring, greatest(has.usable - account.debt, 0))), 0)::bigint,
        coalesce(sum(greatest(account.debt - coalesce(has.usable, 0), 0)), 0)::bigint
    FROM nps_points_account account
    LEFT JOIN has ON has.account_id = account.id
    LEFT JOIN least ON least.currency = account.currency
    WHERE account.merged_into_id IS NULL AND (has.account_id IS NOT NULL OR account.debt > 0)
    GROUP BY account.currency ORDER BY account.currency
"""
_OWED = """
    SELECT currency, sum(available + pending - debt)::bigint FROM nps_points_account
    WHERE merged_into_id IS NULL GROUP BY currency ORDER BY currency
"""
_FIELDS = dict.fromkeys(EARNED, "earned") | {
    EntryKind.REDEMPTION: "redeemed",
    EntryKind.EXPIRY: "expired",
    EntryKind.REVERSAL: "reversed",
    EntryKind.ADJUSTMENT: "adjusted",
}


def owed_now() -> dict[str, int]:
    """Return the points that are owed, by currency: those of customers below zero are taken off.

    Reads the sums that accounts keep, so it is quick, and tells what all entries together say. One statement.
    """
    with connection.cursor() as cursor:
        cursor.execute(_OWED)
        return dict(cursor.fetchall())


def owed_by_month(*, since: date, until: date) -> dict[str, list[Month]]:
    """Return the months from the one of `since` to the one of `until`, for each currency with points until then.

    Every month is there, quiet ones too; entries until the end of the day `until` (UTC) count. One statement.
    """
    starts = _months(since, until)
    before = _midnight(starts[0] - timedelta(days=1))
    changes: dict[str, dict[date, dict[str, int]]] = defaultdict(lambda: defaultdict(lambda: defaultdict(int)))
    with connection.cursor() as cursor:
        cursor.execute(_BY_MONTH, {"before": before, "end": _after(until)})
        for currency, month, kind, points in cursor.fetchall():
            changes[currency][month.astimezone(UTC).date()][_FIELDS[kind]] += points
    return {currency: _closed(changes[currency], starts, before.date()) for currency in sorted(changes)}


def _closed(changes: Mapping[date, Mapping[str, int]], starts: Collection[date], before: date) -> list[Month]:
    closing = sum(changes.get(before, {}).values())
    months = []
    for start in starts:
        changed = changes.get(start, {})
        closing += sum(changed.values())
        months.append(Month(start, **changed, closing=closing))
    return months


def given(*, start: date | None, end: date | None, channels: Collection[str] | None = None) -> dict[str, Given]:
    """Return the points given on the days (UTC) from `start` to `end`, by currency; `channels` are where they were earned.

    One statement.
    """
    values: dict[str, Any] = {
        "start": _midnight(start) if start else datetime.min.replace(tzinfo=UTC),
        "end": _after(end) if end else END,
        "kinds": [*map(str, EARNED), EntryKind.REVERSAL.value],
        "channels": None if channels is None else list(channels),
    }
    found: dict[str, dict[str, int]] = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute(_GIVEN, values)
        for currency, kind, points in cursor.fetchall():
            found[currency][kind] = points
    return {currency: Given(**found[currency]) for currency in sorted(found)}


def standings(*, least: Mapping[str, int], now: datetime) -> list[Standing]:
    """Return what customers have now, one row per currency; `least` are the fewest points that can be redeemed in each.

    One statement.
    """
    values: dict[str, Any] = {"now": now, "soon": now + SOON, "currencies": list(least), "points": list(least.values())}
    with connection.cursor() as cursor:
        cursor.execute(_STANDINGS, values)
        return [Standing(*row) for row in cursor.fetchall()]


def _months(since: date, until: date) -> list[date]:
    starts = [since.replace(day=1)]
    while (following := (starts[-1] + timedelta(days=31)).replace(day=1)) <= until:
        starts.append(following)
    return starts


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=UTC)


def _after(day: date) -> datetime:
    return _midnight(day) + timedelta(days=1) if day < date.max else END
