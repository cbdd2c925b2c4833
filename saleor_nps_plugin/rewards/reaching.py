"""How a shopper can be reached: asked of the shop each time, because we keep no addresses."""

from collections.abc import Collection, Mapping
from dataclasses import replace

from ..shop import get_shop
from ..shop.interface import Contact
from ..shoppers.models import Shopper
from ..shoppers.recognizing import email_hash


def contact_of(shopper: Shopper) -> Contact | None:
    """Return what the shop knows of a shopper: the account's, else the last order's; None where it knows nothing any more.

    An account's contact includes the addresses and phones of the last order.
    """
    return contacts_of([shopper]).get(shopper.pk)


def contacts_of(shoppers: Collection[Shopper]) -> Mapping[int, Contact]:
    """Return the same for many shoppers at once, by their ids; those of whom the shop knows nothing are left out."""
    shop = get_shop()
    user_ids = {shopper.user_id for shopper in shoppers if shopper.user_id is not None}
    order_ids = {shopper.order_id for shopper in shoppers if shopper.order_id is not None}
    accounts = shop.customers(user_ids) if user_ids else {}
    orders = shop.contacts(order_ids) if order_ids else {}
    found = {
        shopper.pk: _contact(
            shopper,
            accounts.get(shopper.user_id) if shopper.user_id is not None else None,
            orders.get(shopper.order_id) if shopper.order_id is not None else None,
        )
        for shopper in shoppers
    }
    return {pk: contact for pk, contact in found.items() if contact is not None}


def _contact(shopper: Shopper, account: Contact | None, order: Contact | None) -> Contact | None:
    if account is None:
        # An order could have got another address since.
        return order if order is not None and email_hash(order.email) == shopper.email_hash else None
    if order is None:
        return account
    return replace(
        account,
        first_name=account.first_name or order.first_name,
        language_code=account.language_code or order.language_code,
        emails=account.emails | order.emails,
        phones=account.phones | order.phones,
        addresses=account.addresses | order.addresses,
    )
