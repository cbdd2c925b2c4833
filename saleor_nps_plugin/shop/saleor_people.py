"""The people of Saleor: who placed an order, whose an account is."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from uuid import UUID

from django.db.models import Prefetch
from saleor.account.models import Address, User
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
