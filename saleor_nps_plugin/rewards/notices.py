"""Mails about rewards: noted with the event, sent when due."""

import logging
import smtplib
from collections.abc import Mapping
from datetime import datetime
from itertools import groupby
from typing import Any

from ..queue import QUEUE_FIELDS, claim_due
from ..shop import get_shop
from ..shop.interface import Mailer, Order
from ..shop.mailing import MailServerDown, describe
from ..shoppers.models import Shopper
from .models import Notice, NoticeKind, PointsEntry
from .writing import mail_of

logger = logging.getLogger(__name__)


def add(
    shopper: Shopper,
    *,
    kind: str,
    key: str,
    channel: str,
    facts: Mapping[str, Any],
    now: datetime,
    language_code: str = "",
    due_at: datetime | None = None,
) -> None:
    """Note that a shopper is to be told something, once per key, at `due_at` or now.

    Who refused such mails gets gift cards only, and apologies unless they refused surveys too.
    """
    notice = Notice(
        shopper=shopper,
        kind=kind,
        key=key,
        channel=channel,
        language_code=language_code,
        facts=dict(facts),
        created_at=now,
        due_at=None if _is_refused(shopper, kind) else due_at or now,
    )
    Notice.objects.bulk_create([notice], ignore_conflicts=True)


def _is_refused(shopper: Shopper, kind: str) -> bool:
    if kind == NoticeKind.APOLOGY:
        return shopper.opted_out_at is not None
    return shopper.rewards_opted_out_at is not None and kind != NoticeKind.GIFT_CARD


def tell_of_reversal(entry: PointsEntry, reversal: PointsEntry, order: Order, *, now: datetime) -> None:
    """Note that the owner of a reward is to be told that it was taken back, and why."""
    if entry.account.shopper is None:
        return
    facts = {
        "points": -reversal.points,
        "currency": entry.account.currency,
        "reason": _reason(order),
        "order_number": order.number if entry.kind == "cashback" else "",
    }
    add(
        entry.account.shopper,
        kind=NoticeKind.REVERSAL,
        key=f"reversal:{reversal.pk}",
        channel=entry.channel,
        facts=facts,
        now=now,
    )


def _reason(order: Order) -> str:
    if order.is_canceled:
        return "order_canceled"
    if order.is_returned:
        return "order_returned"
    return "order_refunded" if order.refunded_share == 1 else "refund"


def send_due(*, now: datetime, limit: int = 200) -> int:
    """Send up to `limit` mails that are due; return how many were taken up."""
    notices = claim_due(Notice.objects.select_related("shopper"), now=now, limit=limit)
    notices.sort(key=lambda notice: notice.channel)
    for channel, group in groupby(notices, key=lambda notice: notice.channel):
        _send_all(channel, list(group), now)
    return len(notices)


def _send_all(channel: str, waiting: list[Notice], now: datetime) -> None:
    settings = get_shop().settings().for_channel(channel)
    try:
        with get_shop().mailer(channel, settings) as mailer:
            while waiting:
                _send(mailer, waiting[0], now)
                waiting.pop(0)
    except (MailServerDown, OSError, smtplib.SMTPException) as error:
        for notice in waiting:
            _postpone(notice, error, now)


def _send(mailer: Mailer, notice: Notice, now: datetime) -> None:
    try:
        mail = None if _is_refused(notice.shopper, notice.kind) else mail_of(notice)
        if mail is not None:
            mailer.send(mail)
    except (smtplib.SMTPRecipientsRefused, ValueError) as error:
        # An address that no mail can have must not hold up the others.
        _postpone(notice, error, now)
    else:
        notice.settle(None)
        notice.sent_at = None if mail is None else now
        notice.save(update_fields=["sent_at", *QUEUE_FIELDS])


def _postpone(notice: Notice, error: Exception, now: datetime) -> None:
    if notice.postpone_or_give_up(describe(error), now):
        logger.error("Notice %d could not be sent: %s", notice.pk, notice.last_error)
    notice.save(update_fields=QUEUE_FIELDS)
