"""What a stranger may know about a code, and how often one may ask."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network

from django.db import connection

from ..errors import TooManyRequests
from ..rewards.reaching import contact_of
from ..shop import get_shop
from ..shop.reading import Discount
from ..shoppers.recognizing import keyed_hash
from . import codes
from .models import LookupCount

LOOKUPS_PER_MINUTE = 20
_KEPT_FOR = timedelta(hours=1)
# Old rows go with every so manieth lookup.
_CLEAN_EVERY = 100
_SALT = b"saleor_nps_plugin.visitor"

# One statement, so that lookups at the same moment are all counted. Ids grow with every attempt, also where none is used.
_COUNT = """
INSERT INTO nps_lookup_count AS counted (visitor, minute, count) VALUES (%s, %s, 1)
ON CONFLICT (visitor, minute) DO UPDATE SET count = counted.count + 1
RETURNING counted.id, counted.count
"""


@dataclass(frozen=True)
class CodeInfo:
    """A code as a landing page shows it. Of one that does not work, nothing but its text.

    `first_name` is the owner's, or "". `discount` is what a friend gets, an amount being in `currency`.
    """

    code: str
    is_active: bool
    first_name: str = ""
    discount: Discount | None = None
    currency: str = ""


def info(text: str, channel: str, visitor: str, *, now: datetime) -> CodeInfo | None:
    """Return what a stranger may know about the code that was typed; None for one unknown, or not of this channel.

    `visitor` is the address of the network that asks. Raises TooManyRequests after 20 lookups in a minute, whatever came
    of them.
    """
    with get_shop().write_access():
        _count(visitor, now)
    code = codes.find_code(text)
    if code is None or code.channel != channel:
        return None
    settings = get_shop().settings().for_channel(channel)
    published = codes.published(code)
    is_on = settings.enabled and settings.referral_enabled and code.deactivated_at is None
    if published is None or not (is_on and published.is_active and published.discount):
        return CodeInfo(code.code, is_active=False)
    owner = contact_of(code.shopper) if code.shopper is not None else None
    return CodeInfo(
        code.code,
        is_active=True,
        first_name=owner.first_name if owner else "",
        discount=published.discount,
        currency=get_shop().currency(channel),
    )


def delete_old(*, now: datetime) -> int:
    """Forget who asked more than an hour ago; return how many rows that were."""
    return LookupCount.objects.filter(minute__lt=now - _KEPT_FOR).delete()[0]


def _count(visitor: str, now: datetime) -> None:
    minute = now.replace(second=0, microsecond=0)
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [_hash(visitor), minute])
        row_id, count = cursor.fetchone()
    if row_id % _CLEAN_EVERY == 0 and count == 1:
        delete_old(now=now)
    if count > LOOKUPS_PER_MINUTE:
        raise TooManyRequests


def _hash(visitor: str) -> str:
    return keyed_hash(_network(visitor), salt=_SALT)


def _network(visitor: str) -> str:
    """One visitor of IPv6 has a whole network of addresses to ask from."""
    try:
        address = ip_address(visitor.strip())
    except ValueError:
        return visitor
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ip_network((int(address), 64), strict=False))
    return str(address)
