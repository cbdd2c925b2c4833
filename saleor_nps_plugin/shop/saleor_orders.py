"""Saleor's orders."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from itertools import batched
from uuid import UUID

from django.db.models import Min, OuterRef, Subquery, Sum
from saleor.order import FulfillmentStatus, OrderChargeStatus, OrderOrigin, OrderStatus
from saleor.order.models import Fulfillment, OrderLine
from saleor.order.models import Order as SaleorOrder
from saleor.payment import TransactionEventType, TransactionKind
from saleor.payment.models import Transaction, TransactionEvent, TransactionItem

from .interface import Line, Order

_NOT_PLACED_BY_A_CUSTOMER = (OrderOrigin.REISSUE, OrderOrigin.BULK_CREATE)
_FULFILLED = (OrderStatus.FULFILLED, OrderStatus.PARTIALLY_RETURNED)
_ALL_SENT = (*_FULFILLED, OrderStatus.RETURNED)
_NEVER_BOUGHT = (OrderStatus.DRAFT, OrderStatus.UNCONFIRMED, OrderStatus.EXPIRED, OrderStatus.CANCELED)
_NEVER_SENT = (FulfillmentStatus.CANCELED, FulfillmentStatus.WAITING_FOR_APPROVAL)
_PAID = (OrderChargeStatus.FULL, OrderChargeStatus.OVERCHARGED)
# Saleor's own gateway, since 3.23: what it charges is taken from a gift card.
_GIFT_CARD_GATEWAY = "saleor.io.gift-card-payment-gateway"
_BATCH = 500
_NOTHING = Decimal(0)


def order_from(order: SaleorOrder) -> Order:
    """Return what an event needs of an order, without a query beyond its channel.

    Staff wait while an event is handled, so an account that Saleor has not loaded with the order stays unseen. Refunds,
    fulfilments and what was paid for goods are not among it.
    """
    email = order.get_customer_email() or ""
    is_seen = order.user_id is None or SaleorOrder._meta.get_field("user").is_cached(order)
    return Order(
        id=order.pk,
        number=str(order.number),
        channel=order.channel.slug,
        currency=order.currency,
        total=order.total_gross_amount,
        email=email,
        user_id=_account_of(order, email) if is_seen else None,
        language_code=order.language_code,
        is_canceled=order.status in (OrderStatus.CANCELED, OrderStatus.EXPIRED),
        is_returned=order.status == OrderStatus.RETURNED,
        is_askable=order.origin not in _NOT_PLACED_BY_A_CUSTOMER,
        created_at=order.created_at,
        is_paid=order.charge_status in _PAID or order.total_charged_amount >= order.total_gross_amount,
        voucher_code=order.voucher_code or "",
        charged=order.total_charged_amount,
        unseen_user_id=None if is_seen else order.user_id,
    )


def _account_of(order: SaleorOrder, email: str) -> int | None:
    """The account whose order this is beyond doubt: with the account's own address, and that confirmed.

    Whoever is logged in can write any address into a checkout, and would find what its owner has earned.
    """
    user = order.user
    return user.pk if user is not None and user.is_confirmed and user.email.lower() == email.lower() else None


@dataclass
class _Lines:
    lines: list[Line] = field(default_factory=list)
    total: Decimal = _NOTHING
    undiscounted: Decimal = _NOTHING
    gift_cards: Decimal = _NOTHING


@dataclass
class _Payments:
    """What moved after the first charge: Saleor keeps what is left of the charges only."""

    given_back: Decimal = _NOTHING
    on_its_way_back: Decimal = _NOTHING
    # Of both of these, and of what is left, so much is no money but gift cards.
    by_gift_card: Decimal = _NOTHING
    given_back_to_gift_cards: Decimal = _NOTHING


_RELATED = ("channel", "user", "shipping_address", "billing_address")
# An order and its relations have some two hundred columns, which take longer to read than all the rest of a mail.
_READ = (
    "number",
    "currency",
    "total_gross_amount",
    "total_charged_amount",
    "shipping_price_gross_amount",
    "user_email",
    "language_code",
    "status",
    "charge_status",
    "origin",
    "created_at",
    "voucher_code",
    "channel__slug",
    "user__email",
    "user__first_name",
    "user__is_confirmed",
    *(f"{kind}_address__{name}" for kind in ("shipping", "billing") for name in ("first_name", "country")),
)


def read_orders(ids: Collection[UUID]) -> Mapping[UUID, Order]:
    """Return the orders that exist, in five queries."""
    if not ids:
        return {}
    rows = SaleorOrder.objects.filter(pk__in=ids).select_related(*_RELATED).only(*_READ)
    lines, payments, sent = _lines(ids), _payments(ids), _last_sent(ids)
    return {row.pk: _whole_order(row, lines[row.pk], payments[row.pk], sent.get(row.pk)) for row in rows}


def _whole_order(row: SaleorOrder, lines: _Lines, payments: _Payments, last_sent_at: datetime | None) -> Order:
    address = row.shipping_address or row.billing_address
    order = order_from(row)
    # Saleor subtracts refunds from what was charged, and counts its gateway's gift cards as charged.
    taken = row.total_charged_amount + payments.given_back + payments.on_its_way_back
    money = taken - payments.by_gift_card
    # Gift cards used the old way are no payment: they make the total less than the sum of its parts.
    by_gift_card = max(lines.total + row.shipping_price_gross_amount - row.total_gross_amount, _NOTHING)
    goods = lines.total - lines.gift_cards - by_gift_card - payments.by_gift_card
    return replace(
        order,
        first_name=(row.user.first_name if row.user else "") or (address.first_name if address else ""),
        country=str(address.country.code or "") if address else "",
        lines=tuple(lines.lines),
        is_refunded=bool(payments.given_back and payments.given_back >= order.total),
        fulfilled_at=last_sent_at if row.status in _ALL_SENT else None,
        is_paid=order.is_paid or taken >= order.total,
        goods_total=lines.undiscounted,
        goods_paid=max(min(goods, money - row.shipping_price_gross_amount), _NOTHING),
        charged=money,
        refunded=payments.given_back - payments.given_back_to_gift_cards,
    )


def _last_sent(ids: Collection[UUID]) -> Mapping[UUID, datetime]:
    # Summed up here: as a part of the query for the orders, Django would take longer over it than the database.
    rows = Fulfillment.objects.filter(order_id__in=ids).exclude(status__in=_NEVER_SENT).order_by()
    # A return makes a fulfilment of its own, later than the one that brought the goods.
    last: dict[UUID, tuple[bool, datetime]] = {}
    for order_id, status, at in rows.values_list("order_id", "status", "created_at"):
        found = (status == FulfillmentStatus.FULFILLED, at)
        last[order_id] = max(last.get(order_id, found), found)
    return {order_id: at for order_id, (_, at) in last.items()}


def _lines(ids: Collection[UUID]) -> Mapping[UUID, _Lines]:
    found: dict[UUID, _Lines] = defaultdict(_Lines)
    rows = OrderLine.objects.filter(order_id__in=ids).order_by("created_at", "pk")
    for order_id, product, category, name, price, undiscounted, is_gift_card in rows.values_list(
        "order_id",
        "variant__product_id",
        "variant__product__category_id",
        "product_name",
        "total_price_gross_amount",
        "undiscounted_total_price_gross_amount",
        "is_gift_card",
    ):
        of_order = found[order_id]
        of_order.lines.append(Line(product_id=str(product or ""), category_id=str(category or ""), name=name))
        of_order.total += price
        of_order.undiscounted += undiscounted
        of_order.gift_cards += price if is_gift_card else _NOTHING
    return found


def _payments(ids: Collection[UUID]) -> Mapping[UUID, _Payments]:
    """What went back per order, through Saleor's older payments and its transactions."""
    found: dict[UUID, _Payments] = defaultdict(_Payments)
    # A bank that takes a charge back lessens what is charged, and nothing else.
    taken_back = TransactionEvent.objects.filter(
        transaction_id=OuterRef("pk"), type=TransactionEventType.CHARGE_BACK, include_in_calculations=True
    ).order_by()
    by_transaction = TransactionItem.objects.filter(order_id__in=ids).order_by()
    for order_id, gateway, charged, refunded, pending, back in by_transaction.values_list(
        "order_id",
        "app_identifier",
        "charged_value",
        "refunded_value",
        "refund_pending_value",
        Subquery(taken_back.values("transaction_id").annotate(sum=Sum("amount_value")).values("sum")),
    ):
        payments = found[order_id]
        given_back = refunded + (back or _NOTHING)
        payments.given_back += given_back
        payments.on_its_way_back += pending
        if gateway == _GIFT_CARD_GATEWAY:
            payments.by_gift_card += charged + given_back + pending
            payments.given_back_to_gift_cards += given_back
    by_payment = Transaction.objects.filter(payment__order_id__in=ids, kind=TransactionKind.REFUND, is_success=True)
    for order_id, amount in by_payment.values_list("payment__order_id").annotate(Sum("amount")):
        found[order_id].given_back += amount or _NOTHING
    return found


def fulfilled_since(since: datetime, channels: Collection[str]) -> Iterator[list[UUID]]:
    """Yield ids of orders whose last fulfilment was made after `since`."""
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


def changed_since(since: datetime) -> Iterator[list[tuple[UUID, str]]]:
    """Yield orders placed or changed since then, with their voucher codes."""
    placed = SaleorOrder.objects.exclude(status=OrderStatus.DRAFT).order_by()
    # A payment app reports to its transaction first; what it did may reach the order later, or never.
    paid = TransactionItem.objects.filter(modified_at__gte=since, order_id__isnull=False)
    # One query per index: joined by OR they would be read one order after the other.
    by_order, by_age, by_payment = (
        orders.values_list("pk", "voucher_code")
        for orders in (
            placed.filter(updated_at__gte=since),
            placed.filter(created_at__gte=since),
            placed.filter(pk__in=paid.order_by().values("order_id")),
        )
    )
    rows = by_order.union(by_age, by_payment)
    for batch in batched(rows.iterator(chunk_size=_BATCH), _BATCH):
        yield [(pk, code or "") for pk, code in batch]


def returning(orders: Collection[Order]) -> set[UUID]:
    """Return the ids of those orders whose customer had ordered before."""
    if not orders:
        return set()
    # Plain lists of values: compared row by row, PostgreSQL would look addresses up in the index for parts of words.
    bought = SaleorOrder.objects.exclude(status__in=_NEVER_BOUGHT).order_by()
    asked = SaleorOrder.objects.filter(pk__in=[order.id for order in orders])
    rows = list(asked.values_list("pk", "user_id", "user_email", "created_at"))
    emails = {email for _, _, email, _ in rows if email}
    first: dict[int | str, datetime] = {}
    for name, values in (
        ("user_id", {user_id for _, user_id, _, _ in rows if user_id}),
        ("user_email", emails | {email.lower() for email in emails}),
    ):
        found = bought.filter(**{f"{name}__in": values}).values_list(name).annotate(Min("created_at"))
        for key, at in found:
            key = key.lower() if isinstance(key, str) else key
            first[key] = min(first.get(key, at), at)
    return {pk for pk, user_id, email, at in rows if min(first.get(user_id, at), first.get(email.lower(), at)) < at}
