"""The Shop on Saleor's own tables."""

import json
import logging
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from itertools import batched
from typing import Any
from uuid import UUID

from django.contrib.sites.models import Site
from django.db.models import Min, QuerySet, Sum
from django_countries import countries
from saleor.channel.models import Channel
from saleor.core.db.connection import allow_writer
from saleor.core.utils import build_absolute_uri
from saleor.order import FulfillmentStatus, OrderOrigin, OrderStatus
from saleor.order.models import Fulfillment, OrderLine
from saleor.order.models import Order as SaleorOrder
from saleor.payment import TransactionKind
from saleor.payment.models import Transaction, TransactionItem
from saleor.plugins.models import PluginConfiguration
from saleor.product.models import Category, Product

from ..links import PAGES_PATH, PLUGIN_ID
from .interface import Line, Mailer, Order
from .saleor_mail import open_mailer
from .settings import ShopSettings, SurveySettings, read_leniently

logger = logging.getLogger(__name__)

_NOT_PLACED_BY_A_CUSTOMER = (OrderOrigin.REISSUE, OrderOrigin.BULK_CREATE)
_FULFILLED = (OrderStatus.FULFILLED, OrderStatus.PARTIALLY_RETURNED)
_NEVER_BOUGHT = (OrderStatus.DRAFT, OrderStatus.UNCONFIRMED, OrderStatus.EXPIRED, OrderStatus.CANCELED)
_BATCH = 500


def order_from(order: SaleorOrder) -> Order:
    """Return what an event needs of an order, without a query beyond the order's channel."""
    return Order(
        id=order.pk,
        number=str(order.number),
        channel=order.channel.slug,
        currency=order.currency,
        total=order.total_gross_amount,
        email=order.get_customer_email() or "",
        user_id=order.user_id,
        language_code=order.language_code,
        is_canceled=order.status in (OrderStatus.CANCELED, OrderStatus.EXPIRED),
        is_returned=order.status == OrderStatus.RETURNED,
        is_askable=order.origin not in _NOT_PLACED_BY_A_CUSTOMER,
    )


def _whole_order(order: SaleorOrder, lines: tuple[Line, ...], refunded: Decimal) -> Order:
    address = order.shipping_address or order.billing_address
    return replace(
        order_from(order),
        first_name=(order.user.first_name if order.user else "") or (address.first_name if address else ""),
        country=str(address.country.code or "") if address else "",
        lines=lines,
        is_refunded=bool(refunded and refunded >= order.total_gross_amount),
    )


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
    settings, errors = read_leniently(json.loads(values))
    for name, message in errors.items():
        logger.warning("The stored setting %s is not usable, its default is: %s", name, message)
    return settings


_RELATED = ("channel", "user", "shipping_address", "billing_address")
# An order and its relations have some two hundred columns, which take longer to read than all the rest of a mail.
_READ = (
    "number",
    "currency",
    "total_gross_amount",
    "user_email",
    "language_code",
    "status",
    "origin",
    "channel__slug",
    "user__email",
    "user__first_name",
    *(f"{kind}_address__{name}" for kind in ("shipping", "billing") for name in ("first_name", "country")),
)


class SaleorShop:
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
        if not ids:
            return {}
        rows = SaleorOrder.objects.filter(pk__in=ids).select_related(*_RELATED).only(*_READ)
        lines, refunds = _lines(ids), _refunds(ids)
        return {row.pk: _whole_order(row, tuple(lines[row.pk]), refunds[row.pk]) for row in rows}

    def fulfilled_order_ids(self, *, since: datetime, channels: Collection[str]) -> Iterator[list[UUID]]:
        rows = (
            Fulfillment.objects.filter(
                status=FulfillmentStatus.FULFILLED,
                created_at__gte=since,
                order__status__in=_FULFILLED,
                order__channel__slug__in=channels,
            )
            .exclude(order__origin__in=_NOT_PLACED_BY_A_CUSTOMER)
            .values_list("order_id", flat=True)
            .distinct()
        )
        for ids in batched(rows.iterator(chunk_size=_BATCH), _BATCH):
            yield list(ids)

    def returning_customers(self, orders: Collection[Order]) -> set[UUID]:
        if not orders:
            return set()
        # Plain lists of values: compared row by row, PostgreSQL would look addresses up in the index for parts of words.
        bought = SaleorOrder.objects.exclude(status__in=_NEVER_BOUGHT).order_by()
        asked = SaleorOrder.objects.filter(pk__in=[order.id for order in orders])
        rows = list(asked.values_list("pk", "user_id", "user_email", "created_at"))
        first: dict[int | str | None, datetime] = {}
        for field, values in (
            ("user_id", {user_id for _, user_id, _, _ in rows if user_id}),
            ("user_email", {email for _, _, email, _ in rows if email}),
        ):
            found = bought.filter(**{f"{field}__in": values}).values_list(field).annotate(Min("created_at"))
            first |= dict(found)
        return {pk for pk, user_id, email, at in rows if min(first.get(user_id, at), first.get(email, at)) < at}

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

    def mailer(self, channel: str, settings: SurveySettings) -> AbstractContextManager[Mailer]:
        return open_mailer(channel, settings)

    @contextmanager
    def write_access(self) -> Iterator[None]:
        with allow_writer():
            yield


_NAMED_MODELS: dict[str, Any] = {"product": Product, "category": Category}


def _names(rows: QuerySet[Any]) -> dict[str, str]:
    return {str(pk): name for pk, name in rows.values_list("pk", "name")}


def _lines(ids: Collection[UUID]) -> Mapping[UUID, list[Line]]:
    lines: dict[UUID, list[Line]] = defaultdict(list)
    rows = OrderLine.objects.filter(order_id__in=ids).order_by("created_at", "pk")
    for order_id, product, category, name in rows.values_list(
        "order_id", "variant__product_id", "variant__product__category_id", "product_name"
    ):
        lines[order_id].append(Line(product_id=str(product or ""), category_id=str(category or ""), name=name))
    return lines


def _refunds(ids: Collection[UUID]) -> Mapping[UUID, Decimal]:
    """What was given back per order, through Saleor's older payments and its transactions."""
    refunds: dict[UUID, Decimal] = defaultdict(Decimal)
    by_transaction = TransactionItem.objects.filter(order_id__in=ids).values_list("order_id")
    by_payment = Transaction.objects.filter(payment__order_id__in=ids, kind=TransactionKind.REFUND, is_success=True)
    for order_id, amount in by_transaction.annotate(Sum("refunded_value")):
        refunds[order_id] += amount or 0
    for order_id, amount in by_payment.values_list("payment__order_id").annotate(Sum("amount")):
        refunds[order_id] += amount or 0
    return refunds
