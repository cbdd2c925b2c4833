"""Recognising people without keeping their addresses."""

import hashlib
import hmac

from django.conf import settings
from django.db import transaction

from .models import Invitation, Response, Shopper

_SALT = b"saleor_nps_plugin.shopper"


def normalize_email(email: str) -> str:
    """Return the form of an address under which its owner is recognised."""
    return email.strip().casefold()


def email_hash(email: str) -> str:
    """Return the keyed hash (HMAC-SHA256, hexadecimal) that stands for an address."""
    key = hashlib.sha256(_SALT + settings.SECRET_KEY.encode()).digest()
    return hmac.new(key, normalize_email(email).encode(), hashlib.sha256).hexdigest()


def find(*, email: str = "", user_id: int | None = None) -> list[Shopper]:
    """Return every shopper that this account or this address stands for."""
    by_email = Shopper.objects.filter(email_hash=email_hash(email)) if email else Shopper.objects.none()
    by_user = Shopper.objects.filter(user_id=user_id) if user_id is not None else Shopper.objects.none()
    return list(by_email.union(by_user))


def recognize(*, email: str, user_id: int | None) -> Shopper:
    """Return the shopper with this address, made if need be."""
    shopper, _ = Shopper.objects.get_or_create(email_hash=email_hash(email), defaults={"user_id": user_id})
    return shopper


@transaction.atomic
def follow_account(*, user_id: int, email: str) -> None:
    """Keep one shopper per account when its address has changed, so that cooldown and refusal follow the person."""
    own = list(Shopper.objects.select_for_update().filter(user_id=user_id).order_by("pk"))
    current = Shopper.objects.select_for_update().filter(email_hash=email_hash(email)).first()
    if not own:
        if current and current.user_id is None:
            Shopper.objects.filter(pk=current.pk).update(user_id=user_id)
        return
    kept = current or own[0]
    for other in own:
        if other.pk != kept.pk:
            _absorb(kept, other)
    kept.email_hash, kept.user_id = email_hash(email), user_id
    kept.save()


def _absorb(kept: Shopper, other: Shopper) -> None:
    Invitation.objects.filter(shopper=other).update(shopper=kept)
    Response.objects.filter(shopper=other).update(shopper=kept)
    kept.opted_out_at = kept.opted_out_at or other.opted_out_at
    if other.asked_at and (kept.asked_at is None or other.asked_at > kept.asked_at):
        kept.asked_at, kept.asked_about = other.asked_at, other.asked_about
    other.delete()
