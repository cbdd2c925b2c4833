"""Points that run out of time, and the warnings before."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import batched

from django.db import connection, transaction

from ..shop import get_shop
from ..shop.settings import ShopSettings
from ..shoppers.models import Shopper
from . import ledger, notices, statements
from .book import Book
from .models import Notice, NoticeKind, PointsAccount, PointsLot

BATCH = 500


def expire_due(*, now: datetime, limit: int = 500) -> int:
    """Write an entry for what is left of each lot whose time is over; return how many lots were seen to.

    About `limit` lots, each account in a transaction of its own. 0 means that none is left.
    """
    due = PointsLot.objects.filter(remaining__gt=0, expires_at__lte=now).order_by("expires_at")[:limit]
    seen_to = 0
    for account in PointsAccount.objects.filter(pk__in=set(due.values_list("account_id", flat=True))).order_by("pk"):
        with transaction.atomic():
            book = Book(account, now)
            book.save()
        seen_to += book.changed
    return seen_to


def expiring_next(account_ids: Collection[int], now: datetime) -> dict[int, tuple[int, date]]:
    """Return what expires next of each account, if anything: points that are unspent so far, and the day (UTC).

    One statement. Points that will be used up by a debt are left out.
    """
    with connection.cursor() as cursor:
        cursor.execute(statements.EXPIRING_NEXT, {"now": now, "accounts": list(account_ids)})
        return {account: (points, day) for account, points, day in cursor.fetchall()}


@dataclass(frozen=True)
class _Expiry:
    """What an account loses on a day (UTC) unless it is spent; `channel` is where the first of it was earned, or ""."""

    account_id: int
    shopper_id: int
    currency: str
    day: date
    channel: str
    points: int


def warn_due(*, now: datetime) -> int:
    """Note mails about points that expire soon, each once per account, day and number of days before.

    Only what can be spent and is unspent now is told of. Returns how many mails are new. Where several warnings are due at
    once, as after a pause, the most urgent one stands for all.
    """
    settings = get_shop().settings()
    today = now.astimezone(UTC).date()
    _settle_debts(now)
    expiries = (
        (key, expiry)
        for expiry in _expiries(settings, now)
        if (key := _warning(expiry, settings, (expiry.day - today).days))
    )
    return sum(_note(dict(some), now) for some in batched(expiries, BATCH))


def _settle_debts(now: datetime) -> None:
    owing = PointsAccount.objects.filter(debt__gt=0, lots__remaining__gt=0, lots__available_at__lte=now)
    for account in owing.distinct():
        with transaction.atomic():
            ledger.lock(account, now=now)


def _expiries(settings: ShopSettings, now: datetime) -> Iterator[_Expiry]:
    days = [settings.for_channel(channel).expiry_warning_days for channel in ("", *get_shop().channels())]
    until = now + timedelta(days=max((longest for some in days for longest in some), default=0) + 1)
    with connection.cursor() as cursor:
        cursor.execute(statements.UNSPENT_UNTIL, {"now": now, "until": until})
        yield from (_Expiry(*row) for row in cursor.fetchall())


def _warning(expiry: _Expiry, settings: ShopSettings, days_left: int) -> str:
    """Return the key of the warning that this expiry calls for, or ""."""
    own = settings.for_channel(expiry.channel)
    days = min((days for days in own.expiry_warning_days if days >= days_left), default=None)
    return f"warning:{expiry.account_id}:{expiry.day}:{days}" if own.enabled and days is not None else ""


def _note(warnings: dict[str, _Expiry], now: datetime) -> int:
    noted = set(Notice.objects.filter(key__in=list(warnings)).values_list("key", flat=True))
    new = {key: expiry for key, expiry in warnings.items() if key not in noted}
    shoppers = Shopper.objects.in_bulk([expiry.shopper_id for expiry in new.values()])
    for key, expiry in new.items():
        notices.add(
            shoppers[expiry.shopper_id],
            kind=NoticeKind.EXPIRY_WARNING,
            key=key,
            channel=expiry.channel,
            language_code="",
            facts={"points": expiry.points, "currency": expiry.currency, "on": expiry.day.isoformat()},
            now=now,
        )
    return len(new)
