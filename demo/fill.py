"""Run once per demo database, inside Saleor: python -m demo.fill [--new]."""

import sys

import django
from django.core.management import call_command

from demo.sample_year import Product

PLUGIN_ID = "nps"
SETTINGS = {
    "enabled": True,
    "delay_hours": "0",
    "shop_name": "Saleor Demo Shop",
    "delivery": "django",
    "sender_name": "Saleor Demo Shop",
    "sender_address": "shop@example.com",
    "staff_emails": "support@example.com",
    # Somebody who tries it out fulfils ten orders in a row and wants ten mails.
    "cooldown_days": "0",
    "share_url": "http://localhost:3000/?voucher={code}",
}


def main() -> None:
    django.setup()
    call_command("migrate", verbosity=0)
    if "--new" in sys.argv:
        configure_plugin()
        allow_unpaid_orders()
        load_a_year()


def configure_plugin() -> None:
    """As an operator does it in the Dashboard, so that the settings are checked too."""
    from saleor.plugins.manager import get_plugins_manager

    configuration = [{"name": name, "value": value} for name, value in SETTINGS.items()]
    manager = get_plugins_manager(allow_replica=False)
    manager.save_plugin_configuration(PLUGIN_ID, None, {"active": True, "configuration": configuration})


def allow_unpaid_orders() -> None:
    """So that `make demo-order` can buy without a payment app."""
    from saleor.channel.models import Channel

    Channel.objects.update(allow_unpaid_orders=True)


def load_a_year() -> None:
    from django.utils import timezone

    from demo import past
    from demo.sample_year import Year

    now = timezone.now()
    past.live_through(Year(now, catalogue()).surveys(), until=now)


def catalogue() -> dict[str, list[Product]]:
    from saleor.channel.models import Channel
    from saleor.product.models import Product as SaleorProduct

    return {
        channel.slug: [
            Product(str(product.pk), product.name, str(product.category_id or ""))
            for product in SaleorProduct.objects.filter(channel_listings__channel=channel).order_by("pk")
        ]
        for channel in Channel.objects.all()
    }


if __name__ == "__main__":
    main()
