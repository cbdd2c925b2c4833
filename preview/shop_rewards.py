"""What a shop without Saleor has of vouchers and gift cards, in memory."""

import secrets
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import ROUND_DOWN, Decimal
from itertools import count
from threading import RLock

from saleor_nps_plugin import errors, money
from saleor_nps_plugin.shop.interface import GiftCard, PublishedCode
from saleor_nps_plugin.shop.reading import Discount
from saleor_nps_plugin.shop.settings import RewardSettings


@dataclass
class Voucher:
    """A voucher and the discount it gives in each channel. `own_of` is the channel whose own voucher of the plugin it is."""

    id: int
    name: str
    discounts: dict[str, Discount] = field(default_factory=dict)
    minimum_spend: dict[str, Decimal] = field(default_factory=dict)
    is_single_use: bool = False
    own_of: str = ""


@dataclass
class Code:
    """A voucher code."""

    voucher: Voucher
    is_active: bool = True


@dataclass(frozen=True)
class IssuedGiftCard:
    """A gift card with what only the shop knows of it."""

    card: GiftCard
    amount: Decimal
    currency: str
    channel: str
    user_id: int | None
    email: str


class PreviewRewards:
    """The part of `Shop` that is about vouchers and gift cards.

    `mails_gift_cards` (the shop's own mails), `gift_cards_expire_on` and `channels_without_gift_cards` may be set.
    """

    def __init__(self, lock: RLock, currency: Callable[[str], str], email_of: Callable[[int | None], str]) -> None:
        self._lock = lock
        self._email_of = email_of
        self._currency = currency
        self._ids = count(1)
        self.vouchers: dict[int, Voucher] = {}
        self.codes: dict[str, Code] = {}
        self.gift_cards: dict[int, IssuedGiftCard] = {}
        self.mails_gift_cards = False
        self.gift_cards_expire_on: date | None = None
        self.channels_without_gift_cards: set[str] = set()

    def add_voucher(self, name: str, *, discounts: Mapping[str, Discount], codes: Collection[str] = ()) -> Voucher:
        """Add an operator's voucher that gives these discounts, by channel."""
        with self._lock:
            voucher = Voucher(next(self._ids), name, dict(discounts))
            self.vouchers[voucher.id] = voucher
            self.codes |= {code: Code(voucher) for code in codes}
            return voucher

    def remove_voucher(self, voucher_id: int) -> None:
        """Delete a voucher with all its codes."""
        with self._lock:
            del self.vouchers[voucher_id]
            self.codes = {text: code for text, code in self.codes.items() if code.voucher.id != voucher_id}

    def see_codes_possible(self, channel: str, settings: RewardSettings) -> None:
        with self._lock:
            if settings.referral_voucher:
                self._operators_voucher(settings.referral_voucher, channel)

    def publish_code(self, code: str, channel: str, settings: RewardSettings) -> int:
        with self._lock:
            if code in self.codes or any(code == issued.card.code for issued in self.gift_cards.values()):
                raise errors.NotUnique(f'There is a voucher or gift card with the code "{code}" already.', field="code")
            if settings.referral_voucher:
                voucher = self._operators_voucher(settings.referral_voucher, channel)
            else:
                voucher = self._own_voucher(channel) or self._make_own_voucher(channel)
                self._keep_in_step(voucher, channel, settings)
            self.codes[code] = Code(voucher)
            return voucher.id

    def withdraw_code(self, code: str) -> None:
        with self._lock:
            if code in self.codes:
                self.codes[code].is_active = False

    def published_codes(self, codes: Collection[str], channel: str) -> Mapping[str, PublishedCode]:
        with self._lock:
            return {
                text: PublishedCode(text, code.voucher.id, code.is_active, code.voucher.discounts.get(channel))
                for text, code in self.codes.items()
                if text in codes
            }

    def refresh_referral_voucher(self, channel: str, settings: RewardSettings) -> None:
        with self._lock:
            voucher = self._own_voucher(channel)
            if voucher and not settings.referral_voucher:
                self._keep_in_step(voucher, channel, settings)

    def see_gift_cards_accepted(self, channel: str) -> None:
        if not self._currency(channel):
            raise errors.Invalid(f'There is no channel "{channel}".', field="channel")
        if channel in self.channels_without_gift_cards:
            raise errors.Invalid("Gift cards cannot pay in this channel.", field="channel")

    def issue_gift_card(
        self, *, amount: Decimal, currency: str, channel: str, user_id: int | None, email: str
    ) -> GiftCard:
        if amount <= 0 or amount != round(amount, money.digits(currency)):
            raise ValueError(f"{amount} {currency} cannot be the balance of a gift card")
        email = email or self._email_of(user_id)
        if not email:
            raise errors.Invalid("This account is gone, so a gift card would reach nobody.")
        with self._lock:
            code = secrets.token_hex(6).upper()
            text = f"{code[:4]}-{code[4:8]}-{code[8:]}"
            card = GiftCard(
                next(self._ids), text, is_mailed=self.mails_gift_cards, expires_on=self.gift_cards_expire_on
            )
            self.gift_cards[card.id] = IssuedGiftCard(card, amount, currency, channel, user_id, email)
            return card

    def found_gift_cards(self, ids: Collection[int]) -> Mapping[int, GiftCard]:
        with self._lock:
            found = {number: self.gift_cards[number].card for number in ids if number in self.gift_cards}
            return {number: replace(card, is_mailed=False) for number, card in found.items()}

    def deactivate_gift_card(self, card_id: int) -> None:
        """Switch a gift card off, as staff can."""
        with self._lock:
            issued = self.gift_cards[card_id]
            self.gift_cards[card_id] = replace(issued, card=replace(issued.card, is_active=False))

    def _own_voucher(self, channel: str) -> Voucher | None:
        return next((voucher for voucher in self.vouchers.values() if voucher.own_of == channel), None)

    def _make_own_voucher(self, channel: str) -> Voucher:
        if not self._currency(channel):
            raise errors.Invalid(f'There is no channel "{channel}".', field="channel")
        voucher = Voucher(next(self._ids), f"Referrals ({channel})", own_of=channel)
        self.vouchers[voucher.id] = voucher
        return voucher

    def _keep_in_step(self, voucher: Voucher, channel: str, settings: RewardSettings) -> None:
        discount = settings.referral_discount
        if not discount.is_percentage:
            smallest = Decimal(1).scaleb(-money.digits(self._currency(channel)))
            discount = replace(discount, value=discount.value.quantize(smallest, ROUND_DOWN))
        if not discount.value:
            raise errors.Invalid("Write a larger discount.", field="referral_discount")
        voucher.discounts = {channel: discount}
        voucher.minimum_spend = {channel: settings.referral_minimum_spend}
        voucher.is_single_use = settings.referral_code_uses == 1

    def _operators_voucher(self, text: str, channel: str) -> Voucher:
        found = [voucher for voucher in self.vouchers.values() if voucher.name == text]
        if text in self.codes:
            found = [self.codes[text].voucher]
        if len(found) != 1:
            raise errors.Invalid(
                f'{len(found) or "No"} vouchers are called "{text}". Write the name or a code of one voucher.',
                field="referral_voucher",
            )
        if channel not in found[0].discounts:
            raise errors.Invalid(
                f'The voucher "{text}" is not for sale in {channel}. Give it a discount there, or choose another.',
                field="referral_voucher",
            )
        return found[0]
