"""One shopper per account, across the rooms."""

from datetime import datetime

from django.db import transaction

from .referrals import codes
from .rewards import merging
from .shoppers.models import Shopper
from .shoppers.recognizing import email_hash, hash_of_account
from .surveys.models import Invitation, Response


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
