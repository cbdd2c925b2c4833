"""What the shop's apps are told of referrals. docs/announcements.md promises the shape."""

from datetime import datetime

from ..announcements.announcing import REFERRAL_REWARDED, announce
from ..announcements.ids import global_id, global_id_or_none
from ..rewards.models import PointsEntry
from ..shoppers.models import Shopper
from .models import Referral


def tell_of_reward(referral: Referral, entry: PointsEntry, owner: Shopper, *, now: datetime) -> None:
    """Announce that a friend's order has earned the owner of its code a reward. Inside the transaction that books it."""
    payload = {
        "user": global_id_or_none("User", owner.user_id),
        "referral": global_id("NpsReferral", referral.pk),
        "referral_code": global_id("NpsReferralCode", referral.code_id),
        "order": global_id("Order", referral.order_id),
        "points_entry": global_id("NpsPointsEntry", entry.pk),
        "points": entry.points,
        "currency": entry.account.currency,
    }
    key = f"referral:{referral.order_id}"
    announce(REFERRAL_REWARDED, key=key, payload=payload, channel=entry.channel, now=now)
