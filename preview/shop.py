"""A shop without Saleor: everything that the domain asks of a shop, in memory. Serves the preview and the tests."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from itertools import count
from threading import RLock
from typing import Any
from uuid import UUID

from django.core.mail.message import sanitize_address

from saleor_nps_plugin.emails import Mail
from saleor_nps_plugin.shop.interface import Contact, GiftCard, Mailer, Order, PublishedCode
from saleor_nps_plugin.shop.settings import RewardSettings, ShopSettings, SurveySettings, parse

from .shop_desk import DEFAULTS, PreviewDesk
from .shop_rewards import PreviewRewards


class PreviewShop(PreviewDesk):
    """See `Shop`. Mails land in `outbox`; an exception put into `mail_errors` is raised by the next attempt to send.

    What apps are told lands in `announced` while it `has_listeners`; `announcing_errors` are like `mail_errors`. Nothing
    arrives while `apps_are_down`; `repeated` is what was started anew.

    `rewards` holds vouchers and gift cards. Nothing here is undone when a transaction is.
    """

    def __init__(self) -> None:
        self._lock = RLock()
        self.base_url = "http://localhost:8010"
        self.reset()

    def reset(self) -> None:
        """Empty the shop and return every setting to its default."""
        with self._lock:
            self._orders: dict[UUID, Order] = {}
            self._fulfilled_at: dict[UUID, datetime] = {}
            self._changed_at: dict[UUID, datetime] = {}
            self._contacts: dict[UUID, Contact] = {}
            self._customers: dict[int, Contact] = {}
            self._currencies = {"default-channel": "USD", "channel-pln": "PLN"}
            self._homes = {"default-channel": "US", "channel-pln": "PL"}
            self._tracked_since: dict[UUID, datetime] = {}
            self.rewards = PreviewRewards(self._lock, self.currency, self._email_of)
            # Names of categories, channels and countries, by dimension.
            self.names: dict[str, Mapping[str, str]] = {}
            self.outbox: list[Mail] = []
            self.mail_errors: list[Exception] = []
            self.has_listeners = True
            self.apps_are_down = False
            self.repeated: list[str] = []
            self.announced: list[tuple[str, dict[str, Any], str]] = []
            self.announcing_errors: list[Exception] = []
            self.connections_opened = 0
            self._numbers = count(1001)
            self.open_desk()
            self.configure()

    def configure(self, **values: Any) -> None:
        """Replace the settings: names and texts as an operator writes them, defaults for the others."""
        self.stored = {"shop_name": "Preview shop", **values}
        self._settings = parse(DEFAULTS | self.stored)

    def add_channel(self, slug: str, currency: str, country: str = "US") -> None:
        """Open another channel."""
        with self._lock:
            self._currencies[slug], self._homes[slug] = currency, country

    def track(self, order_id: UUID, since: datetime) -> None:
        """Note that every parcel of an order has had a tracking number since then."""
        with self._lock:
            self._tracked_since[order_id] = since

    def add_order(
        self,
        order: Order,
        *,
        fulfilled_at: datetime | None = None,
        changed_at: datetime | None = None,
        contact: Contact | None = None,
    ) -> None:
        """Put an order into the shop, or replace it by what it has become.

        `changed_at` is now if left out. Without a `contact` the order names its e-mail address and first name only.
        """
        with self._lock:
            self._orders[order.id] = replace(order, fulfilled_at=fulfilled_at or order.fulfilled_at)
            known = fulfilled_at or order.fulfilled_at or self._fulfilled_at.get(order.id)
            self._fulfilled_at[order.id] = known or datetime.now(UTC)
            self._changed_at[order.id] = changed_at or datetime.now(UTC)
            if contact:
                self._contacts[order.id] = contact

    def add_customer(self, user_id: int, contact: Contact) -> None:
        """Open an account, or replace what is known of it."""
        with self._lock:
            self._customers[user_id] = contact

    def _email_of(self, user_id: int | None) -> str:
        customer = self._customers.get(user_id) if user_id is not None else None
        return customer.email if customer else ""

    def remove_customer(self, user_id: int) -> None:
        """Delete an account."""
        with self._lock:
            del self._customers[user_id]

    def next_order_number(self) -> int:
        """Return the number of the next order."""
        return next(self._numbers)

    def remove_order(self, order_id: UUID) -> None:
        """Delete an order."""
        with self._lock:
            del self._orders[order_id]

    def settings(self) -> ShopSettings:
        return self._settings

    def public_url(self, path: str) -> str:
        return f"{self.base_url}{path}"

    def orders(self, ids: Collection[UUID]) -> Mapping[UUID, Order]:
        with self._lock:
            return {order_id: self._orders[order_id] for order_id in ids if order_id in self._orders}

    def fulfilled_order_ids(self, *, since: datetime, channels: Collection[str]) -> Iterator[list[UUID]]:
        with self._lock:
            yield [
                order.id
                for order in self._orders.values()
                if order.channel in channels and order.is_askable and self._fulfilled_at[order.id] >= since
            ]

    def returning_customers(self, orders: Collection[Order]) -> set[UUID]:
        with self._lock:
            placed = list(self._orders.values())
        earlier: set[str | int] = set()
        returning = set()
        asked = {order.id for order in orders}
        for order in placed:
            keys = {key for key in (order.email.lower(), order.user_id) if key}
            if order.id in asked and keys & earlier:
                returning.add(order.id)
            if not order.is_canceled:
                earlier |= keys
        return returning

    def tracked_since(self, order_ids: Collection[UUID]) -> Mapping[UUID, datetime]:
        with self._lock:
            return {pk: self._tracked_since[pk] for pk in order_ids if pk in self._tracked_since}

    def placed_orders(
        self, *, since: datetime, channels: Collection[str], before: tuple[datetime, UUID] | None, limit: int
    ) -> list[tuple[datetime, UUID]]:
        placed = sorted(((at, order.id) for at, order in self._placed(since, channels)), reverse=True)
        return [place for place in placed if before is None or place < before][:limit]

    def count_customers(self, *, since: datetime, channels: Collection[str]) -> int:
        return len({order.email.lower() for _, order in self._placed(since, channels)})

    def _placed(self, since: datetime, channels: Collection[str]) -> list[tuple[datetime, Order]]:
        with self._lock:
            placed = [
                (order.created_at or order.fulfilled_at or self._fulfilled_at[order.id], order)
                for order in self._orders.values()
                if order.channel in channels and order.email and order.is_askable and not order.is_canceled
            ]
        return [(at, order) for at, order in placed if at >= since]

    def home_countries(self) -> Mapping[str, str]:
        return dict(self._homes)

    def order_ids_by_number(self, text: str) -> list[UUID]:
        with self._lock:
            return [order.id for order in self._orders.values() if order.number == text.strip().lstrip("#")]

    def labels(self, dimension: str, keys: Collection[str]) -> Mapping[str, str]:
        if dimension != "product":
            return {key: name for key, name in self.names.get(dimension, {}).items() if key in keys}
        with self._lock:
            return {
                line.product_id: line.name
                for order in self._orders.values()
                for line in order.lines
                if line.product_id in keys
            }

    def channels(self) -> list[str]:
        return sorted(self._currencies)

    def currency(self, channel: str) -> str:
        return self._currencies.get(channel, "")

    def currencies(self) -> Mapping[str, str]:
        return dict(sorted(self._currencies.items()))

    def contacts(self, order_ids: Collection[UUID]) -> Mapping[UUID, Contact]:
        return {
            order_id: self._contacts.get(order_id) or _contact_of(order)
            for order_id, order in self.orders(order_ids).items()
        }

    def customers(self, user_ids: Collection[int]) -> Mapping[int, Contact]:
        with self._lock:
            return {user_id: self._customers[user_id] for user_id in user_ids if user_id in self._customers}

    def orders_changed(self, *, since: datetime) -> Iterator[list[tuple[UUID, str]]]:
        with self._lock:
            changed = [order for order in self._orders.values() if self._changed_at[order.id] >= since]
        yield [(order.id, order.voucher_code) for order in changed]

    def see_codes_possible(self, channel: str, settings: RewardSettings) -> None:
        self.rewards.see_codes_possible(channel, settings)

    def publish_code(self, code: str, channel: str, settings: RewardSettings) -> int:
        return self.rewards.publish_code(code, channel, settings)

    def withdraw_code(self, code: str) -> None:
        self.rewards.withdraw_code(code)

    def published_codes(self, codes: Collection[str], channel: str) -> Mapping[str, PublishedCode]:
        return self.rewards.published_codes(codes, channel)

    def refresh_referral_voucher(self, channel: str, settings: RewardSettings) -> None:
        self.rewards.refresh_referral_voucher(channel, settings)

    def see_gift_cards_accepted(self, channel: str) -> None:
        self.rewards.see_gift_cards_accepted(channel)

    def issue_gift_card(
        self, *, amount: Decimal, currency: str, channel: str, user_id: int | None, email: str
    ) -> GiftCard:
        return self.rewards.issue_gift_card(
            amount=amount, currency=currency, channel=channel, user_id=user_id, email=email
        )

    def gift_cards(self, ids: Collection[int]) -> Mapping[int, GiftCard]:
        return self.rewards.found_gift_cards(ids)

    @contextmanager
    def mailer(self, channel: str, settings: SurveySettings) -> Iterator[Mailer]:
        self.connections_opened += 1
        yield _Outbox(self)

    def announce(self, event: str, payload: Mapping[str, Any], channel: str) -> Collection[str] | None:
        if self.announcing_errors:
            raise self.announcing_errors.pop(0)
        if not self.has_listeners:
            return None
        self.announced.append((event, dict(payload), channel))
        return [payload["id"]] if self.apps_are_down else []

    def repeat_failed(self, deliveries: Collection[str]) -> Collection[str]:
        self.repeated += deliveries
        return deliveries if self.apps_are_down else []

    def write_access(self) -> AbstractContextManager[None]:
        return nullcontext()


def _contact_of(order: Order) -> Contact:
    emails = frozenset({order.email} - {""})
    return Contact(order.email, order.first_name, order.language_code, emails=emails)


class _Outbox:
    def __init__(self, shop: PreviewShop) -> None:
        self._shop = shop

    def send(self, mail: Mail) -> None:
        if self._shop.mail_errors:
            raise self._shop.mail_errors.pop(0)
        # As Django's own connection does: an address or a header that no mail can have is refused.
        mail.message.message()
        for address in mail.message.recipients():
            sanitize_address(address, "utf-8")
        self._shop.outbox.append(mail)
