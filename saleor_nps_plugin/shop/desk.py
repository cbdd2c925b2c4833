"""What pages for staff ask of the shop, beside what the domain asks of it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Protocol
from uuid import UUID

from django.http import HttpRequest

from .staff import Staff


@dataclass(frozen=True)
class History:
    """What a customer, guest or not, has bought so far: orders that were not cancelled.

    `spent` maps currencies to what was charged less what was given back.
    """

    orders: int
    spent: Mapping[str, Decimal]
    first_at: datetime | None = None
    last_at: datetime | None = None


@dataclass(frozen=True)
class OfferVoucher:
    """A voucher of the operator's from which staff may give a single code to an unhappy customer."""

    id: int
    name: str
    discount: str


class Desk(Protocol):
    """The part of `Shop` that serves staff."""

    def staff_from_token(self, token: str) -> Staff:
        """Return whom the shop's Dashboard opened one of our pages for, with no more permissions than our app has.

        Raises errors.NotSignedIn for a token that is expired, made for another app, forged, of somebody who is no staff any
        more, or made while our app was active and no longer is.
        """

    def staff_from_password(self, request: HttpRequest, email: str, password: str) -> Staff:
        """Return who signs in. Raises errors.NotSignedIn, and errors.TooManyRequests after too many wrong passwords."""

    def staff(self, ids: Collection[int]) -> Mapping[int, Staff]:
        """Return those of these users who are active staff now."""

    def staff_who_may(self, permission: str) -> list[Staff]:
        """Return every active member of staff with a permission, by name; at most 200."""

    def is_in_dashboard(self) -> bool:
        """Whether our app in the shop's Dashboard is installed and active."""

    def histories(self, order_ids: Collection[UUID]) -> Mapping[UUID, History]:
        """Return what the customer of each of these orders has bought, in a fixed number of queries."""

    def customer_history(self, user_id: int) -> History | None:
        """Return what an account has bought; None if there is no such account."""

    def revenue(self, order_ids: Collection[UUID]) -> Mapping[str, Decimal]:
        """Return what was charged less what was given back for these orders, by currency."""

    def offer_vouchers(self, channel: str) -> list[OfferVoucher]:
        """Return the operator's vouchers that are for sale in a channel now and whose codes work once, by name; at most 100.

        Ours are left out."""

    def find_offer(self, text: str, channel: str) -> int:
        """Return the id of the one of those vouchers that has this name, or this code.

        Raises Invalid (field "voucher"), with what to write instead, where it is none of them or more than one.
        """

    def publish_offer(self, code: str, voucher_id: int, channel: str) -> str:
        """Add a code that works once under one of those vouchers; return the voucher's name.

        Raises NotUnique, and Invalid (field "voucher") where the voucher is not to be had in the channel. Inside a transaction.
        """

    def stored_settings(self) -> Mapping[str, str | bool]:
        """Return the operator's settings as stored: names, and texts or booleans. Never secret."""

    def store_settings(self, values: Mapping[str, str | bool], *, known: Mapping[str, str | bool]) -> None:
        """Store these settings the way the shop's own page for plugins does; others stay as they are.

        `known` are settings as the caller has seen them. Raises Conflict if one of them is stored otherwise by now, and
        SettingsInvalid with a sentence for each that is wrong; then nothing is stored.
        """
