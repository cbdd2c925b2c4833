"""The Shop on Saleor's own tables."""

import json
import logging
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.contrib.sites.models import Site
from django.db.models import QuerySet
from django.utils import translation
from django_countries import countries
from saleor.channel.models import Channel
from saleor.core.db.connection import allow_writer
from saleor.core.utils import build_absolute_uri
from saleor.order.models import Order as SaleorOrder
from saleor.plugins.models import PluginConfiguration
from saleor.product.models import Category, Product

from ..links import PAGES_PATH, PLUGIN_ID
from . import saleor_announcing, saleor_gift_cards, saleor_orders, saleor_people, saleor_vouchers
from .interface import Contact, GiftCard, Mailer, Order, PublishedCode
from .saleor_desk import SaleorDesk
from .saleor_mail import open_mailer
from .saleor_orders import order_from as order_from
from .settings import RewardSettings, ShopSettings, SurveySettings, read_leniently

logger = logging.getLogger(__name__)

# While Saleor hands us a request: the settings that it has loaded for that already.
_known: ContextVar[ShopSettings | None] = ContextVar("settings", default=None)


@contextmanager
def known_settings(settings: ShopSettings) -> Iterator[None]:
    """Let everything inside go by these settings, instead of reading the stored ones again."""
    token = _known.set(settings)
    try:
        yield
    finally:
        _known.reset(token)


def settings_from(configuration: Iterable[Mapping[str, Any]], *, active: bool) -> ShopSettings:
    """Return what a stored configuration of the plugin means."""
    settings = _read(json.dumps({item["name"]: item["value"] for item in configuration}))
    base = replace(settings.base, shop_name=settings.base.shop_name or Site.objects.get_current().name)
    return replace(settings, base=base if active else replace(base, enabled=False))


@lru_cache(maxsize=16)
def _read(values: str) -> ShopSettings:
    # The sentences are for a log, whoever's request it is that reads them first.
    with translation.override("en"):
        settings, errors = read_leniently(json.loads(values))
    for name, message in errors.items():
        logger.warning("The stored setting %s is not usable, its default is: %s", name, message)
    return settings


class SaleorShop(SaleorDesk):
    """See `Shop`. Reads and writes Saleor through its models, mails through its plugins."""

    def settings(self) -> ShopSettings:
        known = _known.get()
        if known is not None:
            return known
        row = PluginConfiguration.objects.filter(identifier=PLUGIN_ID, channel=None).first()
        return settings_from(row.configuration if row else [], active=row is None or row.active)

    def public_url(self, path: str) -> str:
        return str(build_absolute_uri(PAGES_PATH + path))

    def orders(self, ids: Collection[UUID]) -> Mapping[UUID, Order]:
        return saleor_orders.read_orders(ids)

    def fulfilled_order_ids(self, *, since: datetime, channels: Collection[str]) -> Iterator[list[UUID]]:
        return saleor_orders.fulfilled_since(since, channels)

    def orders_changed(self, *, since: datetime) -> Iterator[list[tuple[UUID, str]]]:
        return saleor_orders.changed_since(since)

    def returning_customers(self, orders: Collection[Order]) -> set[UUID]:
        return saleor_orders.returning(orders)

    def contacts(self, order_ids: Collection[UUID]) -> Mapping[UUID, Contact]:
        return saleor_people.read_contacts(order_ids)

    def customers(self, user_ids: Collection[int]) -> Mapping[int, Contact]:
        return saleor_people.read_customers(user_ids)

    def tracked_since(self, order_ids: Collection[UUID]) -> Mapping[UUID, datetime]:
        return saleor_people.read_tracked(order_ids)

    def placed_orders(
        self, *, since: datetime, channels: Collection[str], before: tuple[datetime, UUID] | None, limit: int
    ) -> list[tuple[datetime, UUID]]:
        return saleor_people.placed_orders(since, channels, before, limit)

    def count_customers(self, *, since: datetime, channels: Collection[str]) -> int:
        return saleor_people.count_customers(since, channels)

    def home_countries(self) -> Mapping[str, str]:
        return {slug: str(country) for slug, country in Channel.objects.values_list("slug", "default_country")}

    def order_ids_by_number(self, text: str) -> list[UUID]:
        digits = text.strip().lstrip("#")
        if not digits.isdecimal() or len(digits) > 9:
            return []
        return list(SaleorOrder.objects.filter(number=int(digits)).values_list("pk", flat=True))

    def labels(self, dimension: str, keys: Collection[str]) -> Mapping[str, str]:
        if dimension == "channel":
            return dict(Channel.objects.filter(slug__in=keys).values_list("slug", "name"))
        if dimension in _NAMED_MODELS:
            return _names(_NAMED_MODELS[dimension].objects.filter(pk__in=[key for key in keys if key.isdecimal()]))
        if dimension == "country":
            return {key: countries.name(key) or key for key in keys}
        return {}

    def channels(self) -> list[str]:
        return list(Channel.objects.order_by("slug").values_list("slug", flat=True))

    def currency(self, channel: str) -> str:
        return Channel.objects.filter(slug=channel).values_list("currency_code", flat=True).first() or ""

    def currencies(self) -> Mapping[str, str]:
        return dict(Channel.objects.order_by("slug").values_list("slug", "currency_code"))

    def see_codes_possible(self, channel: str, settings: RewardSettings) -> None:
        saleor_vouchers.see_codes_possible(channel, settings)

    def publish_code(self, code: str, channel: str, settings: RewardSettings) -> int:
        return saleor_vouchers.publish_code(code, channel, settings)

    def withdraw_code(self, code: str) -> None:
        saleor_vouchers.withdraw_code(code)

    def published_codes(self, codes: Collection[str], channel: str) -> Mapping[str, PublishedCode]:
        return saleor_vouchers.published_codes(codes, channel)

    def refresh_referral_voucher(self, channel: str, settings: RewardSettings) -> None:
        saleor_vouchers.refresh_referral_voucher(channel, settings)

    def see_gift_cards_accepted(self, channel: str) -> None:
        saleor_gift_cards.see_gift_cards_accepted(channel)

    def issue_gift_card(
        self, *, amount: Decimal, currency: str, channel: str, user_id: int | None, email: str
    ) -> GiftCard:
        return saleor_gift_cards.issue_gift_card(
            amount=amount, currency=currency, channel=channel, user_id=user_id, email=email
        )

    def gift_cards(self, ids: Collection[int]) -> Mapping[int, GiftCard]:
        return saleor_gift_cards.read_gift_cards(ids)

    def mailer(self, channel: str, settings: SurveySettings) -> AbstractContextManager[Mailer]:
        return open_mailer(channel, settings)

    def announce(self, event: str, payload: Mapping[str, Any], channel: str) -> Collection[str] | None:
        return saleor_announcing.announce(event, payload, channel)

    def repeat_failed(self, deliveries: Collection[str]) -> Collection[str]:
        return saleor_announcing.repeat_failed(deliveries)

    @contextmanager
    def write_access(self) -> Iterator[None]:
        with allow_writer():
            yield


_NAMED_MODELS: dict[str, Any] = {"product": Product, "category": Category}


def _names(rows: QuerySet[Any]) -> dict[str, str]:
    return {str(pk): name for pk, name in rows.values_list("pk", "name")}
