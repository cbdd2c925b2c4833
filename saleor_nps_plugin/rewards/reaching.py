"""How a shopper can be reached: asked of the shop each time, because we keep no addresses."""

from dataclasses import replace

from ..shop import get_shop
from ..shop.interface import Contact
from ..shoppers.models import Shopper
from ..shoppers.recognizing import email_hash


def contact_of(shopper: Shopper) -> Contact | None:
    """Return what the shop knows of a shopper: the account's, else the last order's; None where it knows nothing any more.

    An account's contact includes the addresses and phones of the last order.
    """
    shop = get_shop()
    account = shop.customers([shopper.user_id]).get(shopper.user_id) if shopper.user_id is not None else None
    order = shop.contacts([shopper.order_id]).get(shopper.order_id) if shopper.order_id is not None else None
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
