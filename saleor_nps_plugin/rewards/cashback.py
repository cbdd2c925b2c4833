"""Cashback: points for what was paid for the goods of an order."""

from datetime import datetime, timedelta

from django.db import transaction

from ..money import points_for
from ..shop import get_shop
from ..shop.interface import Order
from ..shop.settings import RewardSettings
from ..shoppers.recognizing import recognize_customer
from . import ledger, notices
from .models import EntryKind, PointsEntry


def points_of(order: Order, settings: RewardSettings) -> int:
    """Return the points that an order earns, rounded down."""
    return points_for(order.goods_paid * settings.cashback_percent / 100, order.currency)


def times_of(order: Order, settings: RewardSettings, now: datetime) -> tuple[datetime, datetime | None]:
    """Return from when and until when points for an order can be used: after its return window, for as long as points last."""
    returnable_until = (order.fulfilled_at or now) + timedelta(days=settings.return_window_days)
    available_at = max(now, returnable_until)
    valid_days = settings.points_valid_days
    return available_at, available_at + timedelta(days=valid_days) if valid_days else None


def entry_of(order_id: object) -> PointsEntry | None:
    """Return the cashback of an order, if there is any."""
    return PointsEntry.objects.filter(key=f"cashback:{order_id}").select_related("account__shopper").first()


@transaction.atomic
def follow_order(order: Order, *, is_earned: bool, now: datetime) -> PointsEntry | None:
    """Bring the cashback of an order up to date; return its entry, if there is any. Repeating it changes nothing.

    Credited once, when the order is paid and fulfilled and `is_earned`; taken back in proportion to what was refunded.
    """
    entry = entry_of(order.id)
    if entry is None:
        entry = _credit(order, now) if is_earned else None
    if entry is None or not order.refunded_share:
        return entry
    reversal = ledger.reverse(entry, share=order.refunded_share, now=now)
    if reversal is not None:
        notices.tell_of_reversal(entry, reversal, order, now=now)
    return entry


def _credit(order: Order, now: datetime) -> PointsEntry | None:
    settings = get_shop().settings().for_channel(order.channel)
    is_due = order.is_paid and order.is_fulfilled and order.refunded_share < 1
    points = points_of(order, settings)
    if not settings.enabled or not order.email or not is_due or points < 1:
        return None
    shopper = recognize_customer(email=order.email, user_id=order.user_id, order_id=order.id)
    account = ledger.account_of(shopper, order.currency, now=now)
    available_at, expires_at = times_of(order, settings, now)
    return ledger.post(
        account,
        kind=EntryKind.CASHBACK,
        points=points,
        key=f"cashback:{order.id}",
        now=now,
        available_at=available_at,
        expires_at=expires_at,
        channel=order.channel,
        order_id=order.id,
    )
