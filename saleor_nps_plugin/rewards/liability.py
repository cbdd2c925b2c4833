"""What the shop owes in points, proven by the entries alone."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from django.db import connection

from .. import errors

BEGINNING = datetime.min.replace(tzinfo=UTC)
END = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Liability:
    """Points owed in one currency: opening + earned + redeemed + expired + reversed + adjusted = closing.

    Redeemed, expired and reversed are 0 or less. `redemption_rate` is the share, 0 to 1, of the points earned in the period
    that was redeemed in it; None where nothing was earned.
    """

    currency: str
    opening: int
    earned: int
    redeemed: int
    expired: int
    reversed: int
    adjusted: int
    closing: int
    redemption_rate: Decimal | None


_EARNED = "('cashback', 'referral', 'bonus')"
_IN_PERIOD = "entry.created_at >= %(start)s AND entry.created_at < %(end)s"
_LIABILITY = f"""
    WITH moved AS (
        SELECT currency, kind, sum(points) FILTER (WHERE entry.created_at < %(start)s) AS before,
            coalesce(sum(points) FILTER (WHERE entry.created_at >= %(start)s), 0) AS points
        FROM nps_points_entry entry JOIN nps_points_account account ON account.id = entry.account_id
        WHERE entry.created_at < %(end)s GROUP BY 1, 2
    ), redeemed AS (
        SELECT currency, sum(draw.points) AS points
        FROM nps_points_entry entry
        JOIN nps_points_draw draw ON draw.lot_id = entry.id
        JOIN nps_points_entry spent ON spent.id = draw.entry_id
        JOIN nps_points_account account ON account.id = entry.account_id
        WHERE {_IN_PERIOD} AND entry.kind IN {_EARNED} AND spent.kind = 'redemption' AND spent.created_at < %(end)s
        GROUP BY 1
    )
    SELECT currency, coalesce(sum(before), 0)::bigint,
        {
    ", ".join(
        f"(coalesce(sum(points) FILTER (WHERE kind IN {kinds}), 0))::bigint"
        for kinds in (_EARNED, "('redemption')", "('expiry')", "('reversal')", "('adjustment')")
    )
},
        coalesce((SELECT points FROM redeemed WHERE redeemed.currency = moved.currency), 0)::bigint
    FROM moved GROUP BY currency ORDER BY currency
"""


def liability(*, start: date | None, end: date | None) -> list[Liability]:
    """Return what was owed before and after the days from `start` to `end`, and what changed it, one row per currency.

    Both days are of UTC and count; None leaves that side open. Entries count when they were made: points that are pending
    are owed too, and expired points until their expiry was written. One statement. Raises Invalid if the end is before the
    start.
    """
    if start and end and end < start:
        raise errors.Invalid("The period ends before it begins.", field="period")
    period = {"start": _midnight(start) if start else BEGINNING, "end": _midnight_after(end) if end else END}
    with connection.cursor() as cursor:
        cursor.execute(_LIABILITY, period)
        return [_row(*row) for row in cursor.fetchall()]


def _row(
    currency: str,
    opening: int,
    earned: int,
    redeemed: int,
    expired: int,
    taken_back: int,
    adjusted: int,
    redeemed_of_earned: int,
) -> Liability:
    return Liability(
        currency=currency,
        opening=opening,
        earned=earned,
        redeemed=redeemed,
        expired=expired,
        reversed=taken_back,
        adjusted=adjusted,
        closing=opening + earned + redeemed + expired + taken_back + adjusted,
        redemption_rate=Decimal(redeemed_of_earned) / earned if earned else None,
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=UTC)


def _midnight_after(day: date) -> datetime:
    return _midnight(day + timedelta(days=1)) if day < date.max else END
