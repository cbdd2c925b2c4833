"""The stand-in shop with its channels, and people who order there."""

from datetime import datetime
from decimal import Decimal
from uuid import uuid4

from saleor_nps_plugin.shop import get_shop
from saleor_nps_plugin.shop.interface import Line, Order

from .shop import PreviewShop

PREFIX = "/plugins/global/nps"
# The gallery has channels of its own, so that the journey's score counts the journey's answers only.
SHOP, GALLERY, GALLERY_WITH_LOGO, CLOSED = "default-channel", "gallery", "gallery-logo", "closed"


def shop() -> PreviewShop:
    """Return the stand-in shop."""
    found = get_shop()
    assert isinstance(found, PreviewShop)
    return found


def place_order(
    *,
    first_name: str,
    language: str,
    channel: str,
    fulfilled_at: datetime,
    voucher_code: str = "",
    lines: tuple[Line, ...] = (Line(product_id="12", category_id="3", name="Birch tea tray"),),
) -> Order:
    """Somebody orders and pays, and the order is fulfilled; nobody has been asked yet."""
    order = Order(
        id=uuid4(),
        number=str(shop().next_order_number()),
        channel=channel,
        currency="EUR",
        total=Decimal("84.50"),
        goods_total=Decimal("84.50"),
        email=f"shopper-{uuid4().hex[:8]}@example.com",
        user_id=None,
        language_code=language,
        first_name=first_name,
        country="NO",
        lines=lines,
        created_at=fulfilled_at,
        is_paid=True,
        fulfilled_at=fulfilled_at,
        voucher_code=voucher_code,
        goods_paid=Decimal("84.50"),
        charged=Decimal("84.50"),
    )
    shop().add_order(order, fulfilled_at=fulfilled_at)
    return order
