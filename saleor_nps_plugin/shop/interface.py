"""The one interface to the shop: a protocol, and the values that cross it."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any, Protocol
from uuid import UUID

from ..emails import Mail
from .desk import Desk
from .reading import Discount
from .settings import RewardSettings, ShopSettings, SurveySettings


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
    `user_id` is None for a guest, and where the order's address is not the account's own and confirmed. An order that came
    with an event may name an account that nobody has looked at yet: `unseen_user_id`, and `user_id` is None until the order
    is asked for again. `is_refunded` and `is_returned` mean in full. `is_askable` is False for orders that no customer
    placed in the shop (reissued, imported in bulk).

    `goods_total` is the price of the goods before any discount, `goods_paid` what was paid for goods in money: after
    discounts, without shipping and gift cards bought, less what gift cards paid. `charged` is all money taken,
    `refunded` all money given back. `fulfilled_at` is when the last of it was sent, None until then; it stays when
    goods come back.
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
    created_at: datetime | None = None
    fulfilled_at: datetime | None = None
    is_paid: bool = False
    voucher_code: str = ""
    goods_total: Decimal = Decimal(0)
    goods_paid: Decimal = Decimal(0)
    charged: Decimal = Decimal(0)
    refunded: Decimal = Decimal(0)
    unseen_user_id: int | None = None

    @property
    def is_fulfilled(self) -> bool:
        """Whether all of it was sent, whatever came back since."""
        return self.fulfilled_at is not None

    @property
    def refunded_share(self) -> Fraction:
        """How much of the money was given back, 0 to 1; 1 for an order that is cancelled or returned in full."""
        if self.is_canceled or self.is_refunded or self.is_returned:
            return Fraction(1)
        return min(Fraction(self.refunded) / Fraction(self.charged), Fraction(1)) if self.charged else Fraction(0)


@dataclass(frozen=True)
class Contact:
    """How a person can be reached, as the shop has it. Held in memory only, never stored by us.

    `emails`, `phones` and `addresses` are all that is known, as written; each address is its parts (first line, postal
    code, city, country code) joined by line ends. `email` and `first_name` are the ones to use, or "".
    """

    email: str = ""
    first_name: str = ""
    language_code: str = ""
    emails: frozenset[str] = frozenset()
    phones: frozenset[str] = frozenset()
    addresses: frozenset[str] = frozenset()


@dataclass(frozen=True)
class PublishedCode:
    """A voucher code as the shop has it. `discount` is what it takes off in its channel, None where it takes off nothing:
    its voucher is not for sale there, or has ended."""

    code: str
    voucher_id: int
    is_active: bool
    discount: Discount | None = None


@dataclass(frozen=True)
class GiftCard:
    """A gift card of the shop. `is_mailed` says, of one just issued, that the shop itself sends its code to the customer."""

    id: int
    code: str
    is_active: bool = True
    is_mailed: bool = False
    expires_on: date | None = None


class Mailer(Protocol):
    """Sends the mails of one channel over one connection."""

    def send(self, mail: Mail) -> None:
        """Hand one mail over. Raises what smtplib or the socket raises."""


class Shop(Desk, Protocol):
    """Everything that the domain may ask of the shop, and what the pages for staff ask beside."""

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

    def tracked_since(self, order_ids: Collection[UUID]) -> Mapping[UUID, datetime]:
        """Return since when every parcel that was sent of these orders has had a tracking number; orders of which one has
        none are left out."""

    def placed_orders(
        self, *, since: datetime, channels: Collection[str], before: tuple[datetime, UUID] | None, limit: int
    ) -> list[tuple[datetime, UUID]]:
        """Return when customers placed up to `limit` orders since then in these channels, and which, newest first.

        `before` is the last of what was returned before, None for the start. Orders that nobody paid or that were cancelled
        are left out, and so are those that are not `is_askable`.
        """

    def count_customers(self, *, since: datetime, channels: Collection[str]) -> int:
        """Return how many addresses of e-mail `placed_orders` leads to."""

    def home_countries(self) -> Mapping[str, str]:
        """Return the country (ISO 3166) of every channel, by its slug."""

    def order_ids_by_number(self, text: str) -> list[UUID]:
        """Return the orders whose number starts with `text`, at most 100."""

    def labels(self, dimension: str, keys: Collection[str]) -> Mapping[str, str]:
        """Return names to show for the keys of a breakdown: channels, products, categories."""

    def channels(self) -> list[str]:
        """Return the slugs of every channel."""

    def currency(self, channel: str) -> str:
        """Return the currency of a channel, or "" if there is no such channel."""

    def currencies(self) -> Mapping[str, str]:
        """Return the currency of every channel, by its slug."""

    def contacts(self, order_ids: Collection[UUID]) -> Mapping[UUID, Contact]:
        """Return who placed each of these orders, as the order says: its address of e-mail, postal addresses, phones."""

    def customers(self, user_ids: Collection[int]) -> Mapping[int, Contact]:
        """Return the accounts that still exist, with every address of their address books."""

    def see_codes_possible(self, channel: str, settings: RewardSettings) -> None:
        """Raise Invalid, with what to write instead, if these settings do not let codes be published in the channel."""

    def publish_code(self, code: str, channel: str, settings: RewardSettings) -> int:
        """Add a voucher code under the channel's referral voucher; return the voucher's id.

        The voucher is the operator's (`referral_voucher`) or one of the plugin's own, made if need be and kept as the
        settings say, in amounts that the channel's currency has: the discount rounded down, the least order up. Raises
        NotUnique when any voucher or gift card has this code; Invalid when the channel does not exist (field "channel"),
        when the operator's voucher does not exist, is not the only one of its name or is not for sale in the channel
        ("referral_voucher"), and when the discount rounds to nothing ("referral_discount"). Inside a transaction; what
        the shop tells others waits for it.
        """

    def withdraw_code(self, code: str) -> None:
        """Make a code stop working; it stays taken. A code that is gone already is no error."""

    def published_codes(self, codes: Collection[str], channel: str) -> Mapping[str, PublishedCode]:
        """Return those of these codes that the shop still has, with the discount that they give in the channel."""

    def refresh_referral_voucher(self, channel: str, settings: RewardSettings) -> None:
        """Let the plugin's own voucher of a channel be as the settings say. Nothing happens where there is none."""

    def see_gift_cards_accepted(self, channel: str) -> None:
        """Raise Invalid if a gift card could not pay in this channel."""

    def issue_gift_card(
        self, *, amount: Decimal, currency: str, channel: str, user_id: int | None, email: str
    ) -> GiftCard:
        """Issue a gift card to a customer, with the shop's own expiry, events and e-mail.

        `email` is a guest's; an account has its own address. Raises Invalid where neither leads to anybody.

        Inside a transaction; what the shop tells others waits for it. Without an account, or for one that is gone, it is
        whoever's has its code. Raises ValueError for an amount that the currency does not have.
        """

    def gift_cards(self, ids: Collection[int]) -> Mapping[int, GiftCard]:
        """Return those of these gift cards that still exist."""

    def orders_changed(self, *, since: datetime) -> Iterator[list[tuple[UUID, str]]]:
        """Yield, in batches, the orders that were placed or changed since then, each with its voucher code or ""."""

    def mailer(self, channel: str, settings: SurveySettings) -> AbstractContextManager[Mailer]:
        """Open the way in which this channel delivers e-mail."""

    def announce(self, event: str, payload: Mapping[str, Any], channel: str) -> Collection[str] | None:
        """Tell the shop's apps of an event; return what those deliveries are called that have not arrived yet.

        None where no app listens. `channel` is a slug, "" for none; `payload` has an "id" of its own. The shop has taken it
        over when this returns, and repeats it a few times by itself. Raises OSError where that cannot be done now.
        """

    def repeat_failed(self, deliveries: Collection[str]) -> Collection[str]:
        """Start those of these deliveries anew that the shop has given up; return those that have not arrived yet.

        An app that is gone, or does not listen any more, misses nothing. Raises OSError where that cannot be done now.
        """

    def write_access(self) -> AbstractContextManager[None]:
        """Permit writes in a background task; Saleor guards its writer connection."""
