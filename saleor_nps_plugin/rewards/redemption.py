"""Points become a gift card."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from .. import money
from ..announcements.announcing import POINTS_REDEEMED, announce
from ..announcements.ids import global_id, global_id_or_none
from ..errors import BelowMinimum, Invalid, NotFound, Required, RewardsInactive
from ..shop import get_shop
from ..shop.interface import GiftCard
from ..shoppers.models import Shopper
from . import ledger, notices
from .models import NoticeKind, PointsAccount, PointsEntry
from .reaching import contact_of

LONGEST_KEY = 100


@dataclass(frozen=True)
class Redeemed:
    """What a redemption gave. `account` is as it stands after it."""

    entry: PointsEntry
    account: PointsAccount
    gift_card: GiftCard


@transaction.atomic
def redeem(account: PointsAccount, *, points: int, channel: str, key: str, now: datetime) -> Redeemed:
    """Turn points into a gift card for their owner: the debit and the card are one transaction.

    The same key gives the same card. Raises Required or Invalid for an input that cannot be, NotUnique for a key that was
    used with other arguments, NotFound for a repeated key whose card is gone, RewardsInactive, BelowMinimum,
    InsufficientPoints; then nothing is changed.
    """
    _check(points, key)
    issued: list[GiftCard] = []

    def issue(locked: PointsAccount) -> int:
        _check_channel(locked, channel, points)
        issued.append(_issue(locked, points, channel))
        return issued[0].id

    spent = ledger.spend_for(issue, account, points=points, key=key, now=now, channel=channel)
    if not spent.is_new:
        return Redeemed(spent.entry, spent.account, _card_of(spent.entry))
    _announce(spent.account, spent.entry, issued[0], now)
    _deliver(spent.account, spent.entry, issued[0], now)
    return Redeemed(spent.entry, spent.account, issued[0])


def _check(points: object, key: str) -> None:
    if not key.strip():
        raise Required("Give a key of your own, so that a repeated request is known as such.", field="idempotency_key")
    if len(key) > LONGEST_KEY:
        raise Invalid(f"A key has at most {LONGEST_KEY} characters.", field="idempotency_key")
    if isinstance(points, bool) or not isinstance(points, int) or not 0 < points <= money.MOST_POINTS:
        raise Invalid("Write a whole number of points, 1 or more.", field="points")


def _check_channel(account: PointsAccount, channel: str, points: int) -> None:
    settings = get_shop().settings().for_channel(channel)
    currency = get_shop().currency(channel)
    if not currency:
        raise NotFound(f'There is no channel "{channel}".', field="channel")
    if currency != account.currency:
        raise Invalid(f"This channel sells in {currency}; the points are {account.currency}.", field="channel")
    if not settings.enabled:
        raise RewardsInactive
    if points < settings.minimum_redemption:
        raise BelowMinimum(f"At least {settings.minimum_redemption} points are redeemed at once.", field="points")
    get_shop().see_gift_cards_accepted(channel)


def _card_of(entry: PointsEntry) -> GiftCard:
    card = get_shop().gift_cards([entry.gift_card_id]).get(entry.gift_card_id) if entry.gift_card_id else None
    if card is None:
        raise NotFound("These points were redeemed, and the shop has deleted the gift card since.")
    return card


def _issue(account: PointsAccount, points: int, channel: str) -> GiftCard:
    shopper = account.shopper
    if shopper is None:
        raise Invalid("These points have no owner any more.")
    return get_shop().issue_gift_card(
        amount=money.worth(points, account.currency),
        currency=account.currency,
        channel=channel,
        user_id=shopper.user_id,
        email="" if shopper.user_id is not None else _address_of_guest(shopper),
    )


def _address_of_guest(shopper: Shopper) -> str:
    contact = contact_of(shopper)
    if contact is None or not contact.email:
        raise Invalid("The shop knows no address of yours any more, so a gift card would reach nobody.")
    return contact.email


def _announce(account: PointsAccount, entry: PointsEntry, card: GiftCard, now: datetime) -> None:
    user_id = account.shopper.user_id if account.shopper is not None else None
    payload = {
        "user": global_id_or_none("User", user_id),
        "points_entry": global_id("NpsPointsEntry", entry.pk),
        # Never its code: whoever reads it could spend it.
        "gift_card": global_id("GiftCard", card.id),
        "points": -entry.points,
        "currency": account.currency,
    }
    announce(POINTS_REDEEMED, key=f"redemption:{entry.pk}", payload=payload, channel=entry.channel, now=now)


def _deliver(account: PointsAccount, entry: PointsEntry, card: GiftCard, now: datetime) -> None:
    """Mail the card ourselves where the shop does not."""
    if card.is_mailed or account.shopper is None:
        return
    notices.add(
        account.shopper,
        kind=NoticeKind.GIFT_CARD,
        key=f"gift_card:{entry.pk}",
        channel=entry.channel,
        facts={"gift_card": card.id, "points": -entry.points, "currency": account.currency},
        now=now,
    )
