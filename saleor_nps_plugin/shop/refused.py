"""What the shop refuses of settings that can each be read: vouchers that are not there, discounts that it cannot give."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ..errors import Invalid
from . import get_shop
from .settings import DEFAULTS, ChannelSettings, ShopSettings


@dataclass(frozen=True)
class Refusal:
    """`setting` is the name of the one to change, `message` a sentence that says what to write instead.

    `is_own` says that the channel, a slug, has a value of its own for it.
    """

    setting: str
    channel: str
    message: str
    is_own: bool


def refusals(settings: ShopSettings) -> list[Refusal]:
    """Return what is refused in the channels that ask: what keeps codes from being published, and offers from being made."""
    return [
        *_refused(settings, _see_codes, "referral_voucher"),
        *_refused(settings, _see_offers, "passive_offer_voucher"),
    ]


def _see_codes(channel: str, own: ChannelSettings) -> None:
    if own.referral_enabled:
        get_shop().see_codes_possible(channel, own)


def _see_offers(channel: str, own: ChannelSettings) -> None:
    if own.passive_offer_voucher:
        get_shop().find_offer(own.passive_offer_voucher, channel)


def _refused(settings: ShopSettings, see: Callable[[str, ChannelSettings], None], usual: str) -> Iterator[Refusal]:
    """What a check refuses, by the setting that it names, or else the `usual` one."""
    for channel in settings.channels or get_shop().channels():
        own = settings.for_channel(channel)
        try:
            if own.enabled:
                see(channel, own)
        except Invalid as error:
            name = error.field if error.field in DEFAULTS else usual
            yield Refusal(name, channel, error.message, name in settings.overrides.get(channel, {}))
