"""The one interface to the shop: a protocol, and the values that cross it."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Protocol
from uuid import UUID

from ..emails import Mail
from .settings import ShopSettings, SurveySettings


@dataclass(frozen=True)
class Line:
    """One product of an order. Ids are the shop's own, as text."""

    product_id: str
    category_id: str = ""
    name: str = ""


@dataclass(frozen=True)
class Order:
    """An order as it stands now.

    `channel` is a slug, `total` the gross amount in `currency`, `country` the ISO 3166 code of the delivery address or "".
    `user_id` is None for a guest. `is_refunded` and `is_returned` mean in full. `is_askable` is False for orders that no
    customer placed in the shop (reissued, imported in bulk).
    """

    id: UUID
    number: str
    channel: str
    currency: str
    total: Decimal
    email: str
    user_id: int | None
    language_code: str
    first_name: str = ""
    country: str = ""
    lines: tuple[Line, ...] = ()
    is_canceled: bool = False
    is_refunded: bool = False
    is_returned: bool = False
    is_askable: bool = True


class Mailer(Protocol):
    """Sends the mails of one channel over one connection."""

    def send(self, mail: Mail) -> None:
        """Hand one mail over. Raises what smtplib or the socket raises."""


class Shop(Protocol):
    """Everything that the domain may ask of the shop."""

    def settings(self) -> ShopSettings:
        """Return the operator's settings, with their overrides per channel."""

    def public_url(self, path: str) -> str:
        """Return the absolute address of one of our pages; `path` starts with a slash."""

    def orders(self, ids: Collection[UUID]) -> Mapping[UUID, Order]:
        """Return the orders that still exist, as they stand now, in a fixed number of queries."""

    def fulfilled_order_ids(self, *, since: datetime, channels: Collection[str]) -> Iterator[list[UUID]]:
        """Yield, in batches, ids of orders whose last fulfilment was made after `since`, in these channels."""

    def returning_customers(self, orders: Collection[Order]) -> set[UUID]:
        """Return the ids of those orders whose customer, guest or not, had ordered before."""

    def order_ids_by_number(self, text: str) -> list[UUID]:
        """Return the orders whose number starts with `text`, at most 100."""

    def labels(self, dimension: str, keys: Collection[str]) -> Mapping[str, str]:
        """Return names to show for the keys of a breakdown: channels, products, categories."""

    def channels(self) -> list[str]:
        """Return the slugs of every channel."""

    def mailer(self, channel: str, settings: SurveySettings) -> AbstractContextManager[Mailer]:
        """Open the way in which this channel delivers e-mail."""

    def write_access(self) -> AbstractContextManager[None]:
        """Permit writes in a background task; Saleor guards its writer connection."""
