"""A shop without Saleor: everything that the domain asks of a shop, in memory. Serves the preview and the tests."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, datetime
from itertools import count
from threading import RLock
from typing import Any
from uuid import UUID

from django.core.mail.message import sanitize_address

from saleor_nps_plugin.emails import Mail
from saleor_nps_plugin.shop.interface import Mailer, Order
from saleor_nps_plugin.shop.settings import CHANNEL_SETTINGS, ShopSettings, SurveySettings, parse

DEFAULTS = {setting.name: setting.default for setting in CHANNEL_SETTINGS} | {
    "enabled": False,
    "channels": "",
    "overrides": "",
}


class PreviewShop:
    """See `Shop`. Mails land in `outbox`; an exception put into `mail_errors` is raised by the next attempt to send."""

    def __init__(self) -> None:
        self._lock = RLock()
        self.base_url = "http://localhost:8010"
        self.reset()

    def reset(self) -> None:
        """Empty the shop and return every setting to its default."""
        with self._lock:
            self._orders: dict[UUID, Order] = {}
            self._fulfilled_at: dict[UUID, datetime] = {}
            self.outbox: list[Mail] = []
            self.mail_errors: list[Exception] = []
            self.connections_opened = 0
            self._numbers = count(1001)
            self.configure()

    def configure(self, **values: Any) -> None:
        """Replace the settings: names and texts as an operator writes them, defaults for the others."""
        self._settings = parse(DEFAULTS | {"shop_name": "Preview shop"} | values)

    def add_order(self, order: Order, *, fulfilled_at: datetime | None = None) -> None:
        """Put an order into the shop, or replace it by what it has become."""
        with self._lock:
            self._orders[order.id] = order
            self._fulfilled_at[order.id] = fulfilled_at or self._fulfilled_at.get(order.id) or datetime.now(UTC)

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
        earlier: dict[str, UUID] = {}
        for order in placed:
            earlier.setdefault(order.email, order.id)
        return {order.id for order in orders if earlier.get(order.email, order.id) != order.id}

    def order_ids_by_number(self, text: str) -> list[UUID]:
        with self._lock:
            return [order.id for order in self._orders.values() if order.number == text.strip().lstrip("#")]

    def labels(self, dimension: str, keys: Collection[str]) -> Mapping[str, str]:
        if dimension != "product":
            return {}
        with self._lock:
            return {
                line.product_id: line.name
                for order in self._orders.values()
                for line in order.lines
                if line.product_id in keys
            }

    def channels(self) -> list[str]:
        return ["channel-pln", "default-channel"]

    @contextmanager
    def mailer(self, channel: str, settings: SurveySettings) -> Iterator[Mailer]:
        self.connections_opened += 1
        yield _Outbox(self)

    def write_access(self) -> AbstractContextManager[None]:
        return nullcontext()


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
