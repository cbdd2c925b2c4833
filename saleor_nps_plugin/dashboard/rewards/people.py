"""Whose codes and points these are, and whom somebody is looking for."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Q

from ...errors import NotFound
from ...referrals.codes import find_code
from ...shop import get_shop
from ...shop.staff import CODES, Staff
from ...shoppers.models import Shopper
from ...shoppers.recognizing import email_hash
from ..entities import number_of


@dataclass(frozen=True)
class Owner:
    """Somebody who has codes or points, as the shop knows them now: "" and None are what it does not know."""

    first_name: str = ""
    email: str = ""
    user_id: int | None = None
    is_forgotten: bool = False


FORGOTTEN = Owner(is_forgotten=True)


def owners_of(shoppers: Iterable[Shopper | None]) -> Mapping[int, Owner]:
    """Return who these shoppers are, by their ids, in a fixed number of queries."""
    known = {shopper.pk: shopper for shopper in shoppers if shopper is not None}
    users = [shopper.user_id for shopper in known.values() if shopper.user_id is not None]
    orders = [one.order_id for one in known.values() if one.user_id is None and one.order_id is not None]
    accounts = get_shop().customers(users) if users else {}
    guests = get_shop().contacts(orders) if orders else {}
    found = {}
    for pk, shopper in known.items():
        if shopper.user_id is not None:
            contact = accounts.get(shopper.user_id)
        else:
            contact = guests.get(shopper.order_id) if shopper.order_id else None
            # An order could have got another address since.
            contact = contact if contact and email_hash(contact.email) == shopper.email_hash else None
        user_id = shopper.user_id if contact else None
        found[pk] = Owner(contact.first_name if contact else "", contact.email if contact else "", user_id)
    return found


def shoppers_like(text: str, staff: Staff) -> Q:
    """Return the condition on rows of a shopper for what somebody typed: a whole e-mail address, the id of a customer, a code.

    All that is the same account's is found with it. Codes are found by staff who may see them.
    """
    words = text.strip().replace("\0", "")
    rows = Shopper.objects.none()
    if "@" in words:
        rows = Shopper.objects.filter(email_hash=email_hash(words))
    elif (user_id := _user_id(words)) is not None:
        return Q(shopper__user_id=user_id)
    elif staff.may(CODES):
        code = find_code(words)
        if code is not None and code.shopper_id is not None and staff.sees(code.channel):
            rows = Shopper.objects.filter(pk=code.shopper_id)
    found = list(rows.values_list("pk", "user_id"))
    users = [user_id for _, user_id in found if user_id is not None]
    return Q(shopper__in=[pk for pk, _ in found]) | Q(shopper__user_id__in=users)


def _user_id(words: str) -> int | None:
    if words.isascii() and words.isdecimal() and len(words) < 10:
        return int(words)
    try:
        return number_of(words, "User")
    except NotFound:
        return None


def currencies_of(staff: Staff) -> Collection[str]:
    """Return the currencies of the channels that a member of staff may see, in alphabetical order. One query."""
    found = get_shop().currencies()
    return sorted({currency for channel, currency in found.items() if staff.sees(channel)})
