"""The Dashboard's ids of things, which are Saleor's global ids: base64 of "Order:<uuid>", "User:<number>", "Product:<number>"."""

import binascii
from base64 import b64decode, b64encode
from uuid import UUID

from django.utils.translation import gettext

from ..errors import NotFound


def global_id(kind: str, pk: object) -> str:
    """Return the global id of an object of Saleor's."""
    return b64encode(f"{kind}:{pk}".encode()).decode()


def order_id(text: str) -> UUID:
    """Read the global id of an order. Raises NotFound."""
    try:
        return UUID(_read(text, "Order"))
    except ValueError:
        raise NotFound(gettext("There is no such order.")) from None


def number_of(text: str, kind: str) -> int:
    """Read the global id of a "User" or "Product". Raises NotFound."""
    written = _read(text, kind)
    if not (written.isascii() and written.isdecimal() and len(written) < 10):
        raise NotFound
    return int(written)


def _read(text: str, kind: str) -> str:
    try:
        found, _, pk = b64decode(text, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError, ValueError):
        raise NotFound from None
    if found != kind:
        raise NotFound
    return pk


def order_page(order_id: object) -> str:
    """Return the Dashboard's own address of an order."""
    return f"/orders/{global_id('Order', order_id)}"


def customer_page(user_id: object) -> str:
    """Return the Dashboard's own address of a customer."""
    return f"/customers/{global_id('User', user_id)}"


def product_page(product_id: object) -> str:
    """Return the Dashboard's own address of a product."""
    return f"/products/{global_id('Product', product_id)}"
