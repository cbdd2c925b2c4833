"""What the domain asks of the shop that it lives in."""

from functools import cache

from django.conf import settings as django_settings
from django.utils.module_loading import import_string

from .interface import Shop

SALEOR_SHOP = "saleor_nps_plugin.shop.saleor.SaleorShop"


def shop_path() -> str:
    """Dotted path of the Shop in use; the setting exists for projects without Saleor, such as the preview."""
    return getattr(django_settings, "SALEOR_NPS_SHOP", SALEOR_SHOP)


@cache
def _shop(path: str) -> Shop:
    return import_string(path)()


def get_shop() -> Shop:
    """Return the shop that this process serves."""
    return _shop(shop_path())
