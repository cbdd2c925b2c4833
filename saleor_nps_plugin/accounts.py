"""One shopper per account, across the rooms."""

import logging
from datetime import datetime

from django.db import transaction

from .referrals import codes
from .rewards import merging
from .shop import get_shop
from .shop.interface import Order
from .shoppers.models import Shopper
from .shoppers.recognizing import email_hash, hash_of_account, recognize
from .surveys.models import Invitation, Response

logger = logging.getLogger(__name__)


def follow_invited(*, now: datetime, limit: int = 200) -> int:
    """Look at the accounts that up to `limit` orders asked about name; return how many invitations were looked at.

    Nobody waits for this, unlike for the event that told of the order. Each is looked at once, whatever comes of it.
    """
    unseen = Invitation.objects.filter(has_unseen_account=True).select_related("shopper").order_by("pk")
    invitations = list(unseen[:limit])
    orders = get_shop().orders({invitation.order_id for invitation in invitations if invitation.order_id})
    for invitation in invitations:
        order = orders.get(invitation.order_id) if invitation.order_id else None
        if order is not None and invitation.shopper is not None:
            _follow_safely(invitation.shopper, order, now)
    Invitation.objects.filter(pk__in=[invitation.pk for invitation in invitations]).update(has_unseen_account=False)
    return len(invitations)


def _follow_safely(asked: Shopper, order: Order, now: datetime) -> None:
    """Let a shopper be the account whose order this is beyond doubt. Nothing happens where that is known, or nobody's."""
    if order.user_id is None or order.user_id == asked.user_id or asked.email_hash != email_hash(order.email):
        return
    try:
        with transaction.atomic():
            _follow_order(asked, order, order.user_id, now)
    except Exception:
        # One that cannot be followed must not keep the others, and the mails after them, from going out.
        logger.exception("The account of order %s could not be followed", order.id)


def _follow_order(asked: Shopper, order: Order, user_id: int, now: datetime) -> None:
    follow_account(user_id=user_id, email=order.email, now=now)
    own = recognize(email=order.email, user_id=user_id, order_id=order.id)
    if own.pk != asked.pk:
        # The address was another account's when we last heard of it; the quiet period goes with the address.
        Invitation.objects.filter(order_id=order.id, shopper=asked).update(shopper=own)
        quiet = Shopper.objects.filter(pk=own.pk, asked_at=None)
        quiet.update(asked_at=asked.asked_at, asked_about=asked.asked_about)


@transaction.atomic
def follow_account(*, user_id: int, email: str, now: datetime) -> None:
    """Keep one shopper per account when a guest has signed up or an address has changed.

    Cooldown, refusals, answers, codes and points follow the person; nothing is counted twice.
    """
    # Not against rows that merely refer to a shopper: whoever redeems holds an account and makes such a row.
    shoppers = Shopper.objects.select_for_update(no_key=True)
    own = list(shoppers.filter(user_id=user_id).order_by("pk"))
    current = shoppers.filter(email_hash=email_hash(email)).first()
    if current is not None and current.user_id is not None and current.user_id != user_id:
        # It was another account's when we last heard of it; that one keeps what it has earned.
        shoppers.filter(pk=current.pk).update(email_hash=hash_of_account(current.user_id))
        current = None
    if not own:
        if current and current.user_id is None:
            Shopper.objects.filter(pk=current.pk).update(user_id=user_id)
        return
    kept = current or own[0]
    for other in own:
        if other.pk != kept.pk:
            _absorb(kept, other, now)
    kept.email_hash, kept.user_id = email_hash(email), user_id
    kept.save()


def _absorb(kept: Shopper, other: Shopper, now: datetime) -> None:
    Invitation.objects.filter(shopper=other).update(shopper=kept)
    Response.objects.filter(shopper=other).update(shopper=kept)
    other.notices.update(shopper=kept)
    codes.hand_over(other, kept, now=now)
    merging.merge(kept=kept, other=other, now=now)
    kept.opted_out_at = kept.opted_out_at or other.opted_out_at
    kept.rewards_opted_out_at = kept.rewards_opted_out_at or other.rewards_opted_out_at
    kept.order_id = kept.order_id or other.order_id
    if other.asked_at and (kept.asked_at is None or other.asked_at > kept.asked_at):
        kept.asked_at, kept.asked_about = other.asked_at, other.asked_about
    other.delete()
