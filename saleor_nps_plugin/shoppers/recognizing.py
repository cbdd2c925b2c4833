"""Recognising people without keeping their addresses."""

import hashlib
import hmac
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet

from .models import Shopper

_SALT = b"saleor_nps_plugin.shopper"


def normalize_email(email: str) -> str:
    """Return the form of an address under which its owner is recognised."""
    return email.strip().casefold()


def email_hash(email: str) -> str:
    """Return the keyed hash (HMAC-SHA256, hexadecimal) that stands for an address."""
    return keyed_hash(normalize_email(email), salt=_SALT)


def keyed_hash(text: str, *, salt: bytes) -> str:
    """Return the hash (HMAC-SHA256, hexadecimal) by which a text is known again without being kept; one kind of text, one salt."""
    key = hashlib.sha256(salt + settings.SECRET_KEY.encode()).digest()
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def find(*, email: str = "", user_id: int | None = None) -> list[Shopper]:
    """Return every shopper that this account or this address stands for."""
    by_email = Shopper.objects.filter(email_hash=email_hash(email)) if email else Shopper.objects.none()
    by_user = Shopper.objects.filter(user_id=user_id) if user_id is not None else Shopper.objects.none()
    return list(by_email.union(by_user))


def recognize(*, email: str, user_id: int | None, order_id: UUID | None = None) -> Shopper:
    """Return the shopper with this address, made if need be; `order_id` is the order that shows it."""
    shopper, _ = Shopper.objects.get_or_create(
        email_hash=email_hash(email), defaults={"user_id": user_id, "order_id": order_id}
    )
    return shopper


def recognize_customer(*, email: str, user_id: int | None, order_id: UUID | None = None) -> Shopper:
    """Return the one shopper whom codes and points belong to: an account's, whatever address an order names."""
    own = Shopper.objects.filter(user_id=user_id).order_by("pk").first() if user_id is not None else None
    if own is not None:
        return own
    shopper = recognize(email=email, user_id=user_id, order_id=order_id)
    if user_id is None or shopper.user_id in (None, user_id):
        return shopper
    # An address that was another account's when we last heard of it.
    mine, _ = Shopper.objects.get_or_create(
        email_hash=hash_of_account(user_id), defaults={"user_id": user_id, "order_id": order_id}
    )
    return mine


def same_person(shopper: Shopper) -> QuerySet[Shopper]:
    """Return a shopper together with all others of the same account."""
    same = Q(pk=shopper.pk)
    if shopper.user_id is not None:
        same |= Q(user_id=shopper.user_id)
    return Shopper.objects.filter(same)


def hash_of_account(user_id: int) -> str:
    """Return what stands for an account whose address we do not know; no address has this hash."""
    return email_hash(f"account {user_id}")
