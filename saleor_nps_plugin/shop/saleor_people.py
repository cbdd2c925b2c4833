"""The people of Saleor: who placed an order, whose an account is, when the parcels of an order were on their way."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Prefetch, Q, QuerySet
from django.db.models.functions import Lower
from saleor.account.models import Address, User
from saleor.order import FulfillmentStatus, OrderEvents, OrderOrigin, OrderStatus
from saleor.order.models import Fulfillment, OrderEvent
from saleor.order.models import Order as SaleorOrder

from .interface import Contact

_ADDRESS = ("phone", "street_address_1", "street_address_2", "postal_code", "city", "country")
_OF_CONTACT = (
    "collection_point_id",
    "user_email",
    "language_code",
    "user__email",
    "user__first_name",
    *(f"{kind}_address__{name}" for kind in ("shipping", "billing") for name in ("first_name", *_ADDRESS)),
)


def read_contacts(ids: Collection[UUID]) -> Mapping[UUID, Contact]:
    """Return who placed each order, in one query."""
    related = ("user", "shipping_address", "billing_address")
    rows = SaleorOrder.objects.filter(pk__in=ids).select_related(*related).only(*_OF_CONTACT)
    return {row.pk: _contact_of_order(row) for row in rows}


def _contact_of_order(row: SaleorOrder) -> Contact:
    # Where customers collect an order themselves it is sent to the shop's own address.
    shipping = None if row.collection_point_id else row.shipping_address
    addresses = [address for address in (shipping, row.billing_address) if address]
    email = row.get_customer_email() or ""
    first_name = (row.user.first_name if row.user else "") or (addresses[0].first_name if addresses else "")
    contact = _contact(email, first_name, row.language_code, addresses)
    # Somebody logged in who wrote another address is still that account.
    return replace(contact, emails=contact.emails | {row.user.email}) if row.user else contact


def read_customers(ids: Collection[int]) -> Mapping[int, Contact]:
    """Return the accounts that exist with their address books, in two queries."""
    address_book = Prefetch("addresses", Address.objects.only(*_ADDRESS))
    rows = User.objects.filter(pk__in=ids).only("email", "first_name", "language_code").prefetch_related(address_book)
    return {row.pk: _contact(row.email, row.first_name, row.language_code, row.addresses.all()) for row in rows}


def _contact(email: str, first_name: str, language_code: str, addresses: Collection[Address]) -> Contact:
    return Contact(
        email=email,
        first_name=first_name,
        language_code=language_code,
        emails=frozenset({email} - {""}),
        phones=frozenset(str(address.phone) for address in addresses if address.phone),
        addresses=frozenset(map(_postal, addresses)),
    )


def _postal(address: Address) -> str:
    # The second line tells neighbours in one house from each other.
    street = f"{address.street_address_1} {address.street_address_2}".strip()
    return "\n".join((street, address.postal_code, address.city, str(address.country.code or "")))


_NEVER_BOUGHT = (OrderStatus.DRAFT, OrderStatus.UNCONFIRMED, OrderStatus.EXPIRED, OrderStatus.CANCELED)
_NOT_PLACED_BY_A_CUSTOMER = (OrderOrigin.REISSUE, OrderOrigin.BULK_CREATE)


def _placed(since: datetime, channels: Collection[str]) -> "QuerySet[SaleorOrder]":
    placed = SaleorOrder.objects.filter(created_at__gte=since, channel__slug__in=channels).exclude(user_email="")
    return placed.exclude(Q(status__in=_NEVER_BOUGHT) | Q(origin__in=_NOT_PLACED_BY_A_CUSTOMER))


def placed_orders(
    since: datetime, channels: Collection[str], before: tuple[datetime, UUID] | None, limit: int
) -> list[tuple[datetime, UUID]]:
    """Return when orders were placed and which, newest first, along Saleor's index of their time."""
    rows = _placed(since, channels)
    if before is not None:
        at, last = before
        rows = rows.filter(Q(created_at__lt=at) | Q(created_at=at, pk__lt=last), created_at__lte=at)
    return list(rows.order_by("-created_at", "-pk").values_list("created_at", "pk")[:limit])


def count_customers(since: datetime, channels: Collection[str]) -> int:
    """Return how many addresses of e-mail placed orders."""
    return int(_placed(since, channels).aggregate(count=Count(Lower("user_email"), distinct=True))["count"])


def read_tracked(ids: Collection[UUID]) -> Mapping[UUID, datetime]:
    """Return since when every parcel of these orders has had a tracking number, in two queries.

    A number that came with the fulfilment leaves no event; one that came later does, and so does each change of it.
    """
    sent = Fulfillment.objects.filter(order_id__in=ids, status=FulfillmentStatus.FULFILLED).order_by()
    parcels = list(sent.values_list("order_id", "order__number", "fulfillment_order", "tracking_number", "created_at"))
    unknown = {order_id for order_id, _, _, tracking, _ in parcels if not tracking}
    known = {order_id for order_id, *_ in parcels} - unknown
    told: dict[tuple[UUID, str], datetime] = {}
    events = OrderEvent.objects.filter(order_id__in=known, type=OrderEvents.TRACKING_UPDATED).order_by("-date")
    for order_id, parameters, at in events.values_list("order_id", "parameters", "date"):
        if parameters.get("tracking_number"):
            told[order_id, str(parameters.get("fulfillment"))] = at
    found: dict[UUID, datetime] = {}
    for order_id, number, place, _, created_at in parcels:
        if order_id in known:
            at = told.get((order_id, f"{number}-{place}"), created_at)
            found[order_id] = max(found.get(order_id, at), at)
    return found
