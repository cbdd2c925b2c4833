"""The part of the stand-in shop that serves staff."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.http import HttpRequest

from saleor_nps_plugin.errors import Conflict, Invalid, NotSignedIn, TooManyRequests
from saleor_nps_plugin.shop.desk import History, OfferVoucher
from saleor_nps_plugin.shop.interface import Order
from saleor_nps_plugin.shop.reading import Discount
from saleor_nps_plugin.shop.settings import CHANNEL_SETTINGS, parse
from saleor_nps_plugin.shop.staff import ANSWERS, PERMISSIONS, Staff

from .shop_rewards import Code, Voucher

ADA = Staff(1, "Ada Lovelace", "ada@example.com", frozenset(PERMISSIONS), fingerprint="ada-1")
BEN = Staff(2, "Ben Ode", "ben@example.com", frozenset({ANSWERS}), frozenset({"channel-pln"}), fingerprint="ben-1")
CYD = Staff(3, "Cyd Mori", "cyd@example.com", fingerprint="cyd-1")
PASSWORD = "preview"
MOST_WRONG_PASSWORDS = 20

DEFAULTS: dict[str, str | bool] = {setting.name: setting.default for setting in CHANNEL_SETTINGS}
DEFAULTS |= {
    "enabled": False,
    "channels": "",
    "overrides": "",
}


class PreviewDesk:
    """See `Desk`. Ada may do everything, Ben answers in channel-pln only, Cyd may do nothing of ours.

    A token is "token of <e-mail>", or "token of <e-mail> at <number>", which is over once `tokens_over` is that number;
    `is_open` says whether our app is active in the Dashboard.
    """

    is_open: bool
    _orders: dict[UUID, Order]
    rewards: Any

    def open_desk(self) -> None:
        """Have the same staff as at the beginning."""
        self.is_open = True
        self.tokens_over = 0
        self.people: dict[int, Staff] = {person.id: person for person in (ADA, BEN, CYD)}
        self.stored: dict[str, str | bool] = {}
        self.offers = {7: OfferVoucher(7, "Sorry", "10 %"), 8: OfferVoucher(8, "Free shipping", "")}
        self.offered: dict[str, int] = {}
        self.wrong_passwords = 0

    def change_password(self, user_id: int) -> None:
        """Every session of this person is over."""
        person = self.people[user_id]
        self.people[user_id] = replace(person, fingerprint=person.fingerprint + "'")

    def dismiss(self, user_id: int) -> None:
        """This person is staff no more."""
        del self.people[user_id]

    def staff_from_token(self, token: str) -> Staff:
        written, _, given_at = token.partition(" at ")
        found = [person for person in self.people.values() if written == f"token of {person.email}"]
        is_over = given_at.isdecimal() and int(given_at) <= self.tokens_over
        if not found or is_over or not self.is_open:
            raise NotSignedIn
        return found[0]

    def staff_from_password(self, request: HttpRequest, email: str, password: str) -> Staff:
        if self.wrong_passwords >= MOST_WRONG_PASSWORDS:
            raise TooManyRequests("Too many wrong passwords. Please wait a while, then try again.")
        found = [person for person in self.people.values() if person.email == email]
        if not found or password != PASSWORD:
            self.wrong_passwords += 1
            raise NotSignedIn("This e-mail address and password do not belong together.")
        self.wrong_passwords = 0
        return found[0]

    def staff(self, ids: Collection[int]) -> Mapping[int, Staff]:
        return {user_id: self.people[user_id] for user_id in ids if user_id in self.people}

    def staff_who_may(self, permission: str) -> list[Staff]:
        return sorted((person for person in self.people.values() if person.may(permission)), key=lambda one: one.name)

    def is_in_dashboard(self) -> bool:
        return self.is_open

    def histories(self, order_ids: Collection[UUID]) -> Mapping[UUID, History]:
        found = {order_id: self._orders[order_id] for order_id in order_ids if order_id in self._orders}
        return {order_id: self._history_of(order.user_id, order.email) for order_id, order in found.items()}

    def customer_history(self, user_id: int) -> History | None:
        return self._history_of(user_id, "") if user_id in getattr(self, "_customers", {}) else None

    def _history_of(self, user_id: int | None, email: str) -> History:
        own = [
            order
            for order in self._orders.values()
            if not order.is_canceled
            and ((user_id is not None and order.user_id == user_id) or (email and order.email == email))
        ]
        spent: dict[str, Decimal] = {}
        for order in own:
            spent[order.currency] = spent.get(order.currency, Decimal(0)) + order.charged - order.refunded
        placed = [order.created_at for order in own if order.created_at]
        return History(len(own), spent, min(placed, default=None), max(placed, default=None))

    def revenue(self, order_ids: Collection[UUID]) -> Mapping[str, Decimal]:
        total: dict[str, Decimal] = {}
        for order in (self._orders[order_id] for order_id in order_ids if order_id in self._orders):
            total[order.currency] = total.get(order.currency, Decimal(0)) + order.charged - order.refunded
        return total

    def offer_vouchers(self, channel: str) -> list[OfferVoucher]:
        return sorted(self.offers.values(), key=lambda voucher: voucher.name)

    def find_offer(self, text: str, channel: str) -> int:
        found = [voucher.id for voucher in self.offers.values() if voucher.name == text]
        found += [voucher_id for code, voucher_id in self.offered.items() if code == text]
        if len(found) != 1:
            raise Invalid("There is no voucher of which a code can be given.", field="voucher")
        return found[0]

    def publish_offer(self, code: str, voucher_id: int, channel: str) -> str:
        if voucher_id not in self.offers:
            raise Invalid("This voucher is not to be had in the channel.", field="voucher")
        voucher = self.offers[voucher_id]
        self.offered[code] = voucher_id
        percent, sign, _ = voucher.discount.partition("%")
        discounts = {channel: Discount(Decimal(percent.strip()), is_percentage=True)} if sign else {}
        self.rewards.codes[code] = Code(Voucher(voucher_id, voucher.name, discounts, is_single_use=True))
        return voucher.name

    def stored_settings(self) -> Mapping[str, str | bool]:
        return DEFAULTS | self.stored

    def store_settings(self, values: Mapping[str, str | bool], *, known: Mapping[str, str | bool]) -> None:
        stored = self.stored_settings()
        if any(stored[name] != value for name, value in known.items()):
            raise Conflict
        self._settings = parse({**stored, **values})
        self.stored |= values
