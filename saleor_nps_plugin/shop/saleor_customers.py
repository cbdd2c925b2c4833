"""What the customers of Saleor have bought."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from itertools import batched
from typing import Any
from uuid import UUID

from django.db.models import Count, DecimalField, F, Max, Min, OuterRef, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce
from saleor.account.models import User
from saleor.order import OrderStatus
from saleor.order.models import Order as SaleorOrder
from saleor.payment.models import TransactionItem

from .desk import History

_NEVER_BOUGHT = (OrderStatus.DRAFT, OrderStatus.UNCONFIRMED, OrderStatus.EXPIRED, OrderStatus.CANCELED)
# Saleor's own gateway, since 3.23: it counts as charged what was taken from a gift card.
_GIFT_CARD_GATEWAY = "saleor.io.gift-card-payment-gateway"
_AMOUNT: DecimalField[Any, Any] = DecimalField(max_digits=20, decimal_places=3)
_NOTHING = Value(Decimal(0), output_field=_AMOUNT)
_BATCH = 1000


@dataclass
class _Sum:
    """Orders added up: all those of one account, or all those with one address."""

    orders: int = 0
    spent: dict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    placed: list[datetime] = field(default_factory=list)

    def add(self, currency: str, orders: int, spent: Decimal, first: datetime, last: datetime) -> None:
        self.orders += orders
        self.spent[currency] += spent
        self.placed += [first, last]


def histories(order_ids: Collection[UUID]) -> Mapping[UUID, History]:
    """Return what the customer of each order has bought, in three queries."""
    asked = SaleorOrder.objects.filter(pk__in=order_ids).order_by()
    rows = list(asked.values_list("pk", "user_email", "user_id", "user__email", "user__is_confirmed"))
    people = {pk: _Person.of_order(*facts) for pk, *facts in rows}
    found = _sums(people.values())
    return {pk: _history(person, found) for pk, person in people.items()}


def customer_history(user_id: int) -> History | None:
    """Return what an account has bought, in three queries; None if there is no such account."""
    account = User.objects.filter(pk=user_id).values_list("pk", "email", "is_confirmed").first()
    if account is None:
        return None
    person = _Person.of_account(*account)
    return _history(person, _sums([person]))


def revenue(order_ids: Collection[UUID]) -> Mapping[str, Decimal]:
    """Return what was charged less what was given back, by currency."""
    total: dict[str, Decimal] = defaultdict(Decimal)
    for ids in batched(order_ids, _BATCH):
        rows = _bought().filter(pk__in=ids).values_list("currency").annotate(spent=_money())
        for currency, amount in rows:
            total[currency] += amount
    return dict(total)


@dataclass(frozen=True)
class _Person:
    """An account, with the address under which it may have ordered as a guest; or a guest, who is an address alone."""

    user_id: int | None
    email: str

    @classmethod
    def of_account(cls, user_id: int, email: str, is_confirmed: bool) -> "_Person":
        # Before an address is confirmed anybody could have written it.
        return cls(user_id, email if is_confirmed else "")

    @classmethod
    def of_order(cls, email: str, user_id: int | None, own: str | None, is_confirmed: bool | None) -> "_Person":
        if user_id is None:
            return cls(None, email)
        return cls.of_account(user_id, own or "", bool(is_confirmed))


@dataclass
class _Sums:
    of_accounts: dict[int, _Sum] = field(default_factory=lambda: defaultdict(_Sum))
    # Orders with an address, by whether an account placed them.
    of_addresses: dict[tuple[str, bool], _Sum] = field(default_factory=lambda: defaultdict(_Sum))


def _sums(people: Iterable[_Person]) -> _Sums:
    found, people = _Sums(), list(people)
    accounts = {person.user_id for person in people if person.user_id is not None}
    for user_id, *facts in _added_up(_bought().filter(user_id__in=accounts), "user_id"):
        found.of_accounts[user_id].add(*facts)
    addresses = {written for person in people if person.email for written in (person.email, person.email.lower())}
    # Lists of values, as written and in small letters: for anything cleverer PostgreSQL has no index.
    for email, user_id, *facts in _added_up(_bought().filter(user_email__in=addresses), "user_email", "user_id"):
        found.of_addresses[email.lower(), user_id is not None].add(*facts)
    return found


def _history(person: _Person, found: _Sums) -> History:
    parts = [found.of_addresses[person.email.lower(), False]] if person.email else []
    if person.user_id is not None:
        parts.append(found.of_accounts[person.user_id])
    elif person.email:
        parts.append(found.of_addresses[person.email.lower(), True])
    whole = _Sum()
    for part in parts:
        whole.orders += part.orders
        whole.placed += part.placed
        for currency, amount in part.spent.items():
            whole.spent[currency] += amount
    return History(whole.orders, dict(whole.spent), min(whole.placed, default=None), max(whole.placed, default=None))


def _bought() -> QuerySet[SaleorOrder]:
    return SaleorOrder.objects.exclude(status__in=_NEVER_BOUGHT).order_by()


def _money() -> Sum:
    """Saleor has subtracted refunds already; gift cards are no money."""
    by_gift_card = TransactionItem.objects.filter(order_id=OuterRef("pk"), app_identifier=_GIFT_CARD_GATEWAY).order_by()
    cards = Subquery(by_gift_card.values("order_id").annotate(sum=Sum("charged_value")).values("sum"))
    return Sum(F("total_charged_amount") - Coalesce(cards, _NOTHING, output_field=_AMOUNT), output_field=_AMOUNT)


def _added_up(orders: QuerySet[SaleorOrder], *keys: str) -> Iterable[tuple[Any, ...]]:
    rows = orders.values(*keys, "currency").annotate(
        many=Count("pk"), spent=_money(), first=Min("created_at"), last=Max("created_at")
    )
    return rows.values_list(*keys, "currency", "many", "spent", "first", "last")
