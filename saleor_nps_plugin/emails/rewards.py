"""Writes the mails about rewards.

All take the same about their reader: `key` names the mail, `first_name` may be empty, `rewards_url` is the address of "my
rewards", `opt_out_url` that of refusing such mails. `worth` is money as readers of the language write it, `points` a
number above 0.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils import translation
from django.utils.translation import gettext, gettext_noop, ngettext

from .. import languages
from .headers import leavable_headers, new_message, one_line, plain_headers
from .mail import Brand, Mail
from .payloads import greetable, payload_of
from .shells import flags_of, rendered

# Why points were taken back, as the events of an order are called.
REASONS = {
    "refund": gettext_noop(
        "Part of the money for an order was given back, so the points for that part were taken back as well."
    ),
    "order_canceled": gettext_noop("An order was cancelled, so the points for it were taken back."),
    "order_refunded": gettext_noop("An order was refunded, so the points for it were taken back."),
    "order_returned": gettext_noop("An order was returned, so the points for it were taken back."),
}
_AMOUNTS = ("friend_gets", "owner_gets", "minimum", "worth")


@dataclass(frozen=True)
class _Reader:
    """Whom a mail is for, and how the shop appears in it. Without `opt_out_url` the mail cannot be refused."""

    key: UUID | str
    to: str
    language_code: str
    brand: Brand
    first_name: str
    rewards_url: str
    opt_out_url: str = ""

    @property
    def language(self) -> str:
        return languages.spoken(self.language_code)


def promoter_thanks_mail(
    *,
    key: UUID | str,
    to: str,
    language_code: str,
    brand: Brand,
    first_name: str,
    rewards_url: str,
    opt_out_url: str,
    code: str,
    share_url: str,
    friend_gets: str,
    owner_gets: str,
    points: int,
    worth: str,
    available_on: date | None,
    minimum: str = "",
) -> Mail:
    """Return the thanks for an answer: a code for friends and what it brings, cashback, either or both.

    `friend_gets` and `owner_gets` are a discount and an amount as written, `minimum` what a friend's order has to come to;
    empty where there is nothing. `points` is 0 without cashback.
    """
    reader = _Reader(key, to, language_code, brand, first_name, rewards_url, opt_out_url)
    shown = {"code": code, "share_url": share_url, "friend_gets": friend_gets, "owner_gets": owner_gets}
    shown |= {"minimum": minimum}
    shown |= _points(points, worth, reader.language)
    shown |= {"day": _day(available_on if points else None, reader.language)}
    return _written(
        "promoter_thanks", _thanks_subject(code, points, reader.language), reader, shown, points, available_on
    )


def referral_reward_mail(
    *,
    key: UUID | str,
    to: str,
    language_code: str,
    brand: Brand,
    first_name: str,
    rewards_url: str,
    opt_out_url: str,
    points: int,
    worth: str,
    available_on: date | None,
) -> Mail:
    """Return the news that a friend's order earned a reward, which can be used from `available_on`."""
    reader = _Reader(key, to, language_code, brand, first_name, rewards_url, opt_out_url)
    shown = _points(points, worth, reader.language) | {"day": _day(available_on, reader.language)}
    with translation.override(reader.language):
        subject = gettext("A friend ordered with your code")
    return _written("referral_reward", subject, reader, shown, points, available_on)


def expiry_warning_mail(
    *,
    key: UUID | str,
    to: str,
    language_code: str,
    brand: Brand,
    first_name: str,
    rewards_url: str,
    opt_out_url: str,
    points: int,
    worth: str,
    on: date,
) -> Mail:
    """Return the warning that points not yet used expire on a day."""
    reader = _Reader(key, to, language_code, brand, first_name, rewards_url, opt_out_url)
    shown = _points(points, worth, reader.language) | {"day": _day(on, reader.language)}
    with translation.override(reader.language):
        subject = gettext("Your points expire on {day}").replace("{day}", shown["day"])
    return _written("points_expiring", subject, reader, shown, points, on)


def reversal_mail(
    *,
    key: UUID | str,
    to: str,
    language_code: str,
    brand: Brand,
    first_name: str,
    rewards_url: str,
    opt_out_url: str,
    points: int,
    worth: str,
    reason: str,
) -> Mail:
    """Return the news that points were taken back, and why: `reason` is one of REASONS."""
    reader = _Reader(key, to, language_code, brand, first_name, rewards_url, opt_out_url)
    with translation.override(reader.language):
        subject, why = gettext("Points were taken back"), gettext(REASONS[reason])
    shown = _points(points, worth, reader.language) | {"reason": why}
    mail = _written("reward_reversed", subject, reader, shown, points, None)
    mail.payload["reason"] = reason
    return mail


def gift_card_mail(
    *,
    key: UUID | str,
    to: str,
    language_code: str,
    brand: Brand,
    first_name: str,
    rewards_url: str,
    gift_card_code: str,
    worth: str,
    expires_on: date | None,
) -> Mail:
    """Return the code of the gift card that points were turned into. Nobody can refuse this mail: the card is paid for."""
    reader = _Reader(key, to, language_code, brand, first_name, rewards_url)
    shown = {"code": gift_card_code, "worth": worth, "day": _day(expires_on, reader.language)}
    with translation.override(reader.language):
        subject = gettext("Your gift card for {shop_name}")
    return _written("gift_card", subject, reader, shown, 0, expires_on)


def _thanks_subject(code: str, points: int, language: str) -> str:
    with translation.override(language):
        if code:
            return gettext("A code for your friends, from {shop_name}")
        return gettext("Your cashback from {shop_name}") if points else gettext("Thank you from {shop_name}")


def _points(points: int, worth: str, language: str) -> dict[str, str]:
    if not points:
        return {"points": "", "worth": ""}
    with translation.override(language):
        text = ngettext("{points} point", "{points} points", points)
    return {"points": text.replace("{points}", languages.number(points, language)), "worth": worth}


def _day(value: date | None, language: str) -> str:
    return languages.day(value, language) if value else ""


def _in_digits(name: str, value: str, language: str) -> str:
    return languages.localize_digits(value, language) if name in _AMOUNTS else value


def _written(kind: str, subject: str, reader: _Reader, shown: Mapping[str, str], points: int, day: date | None) -> Mail:
    facts = {name: _in_digits(name, one_line(value), reader.language) for name, value in shown.items()} | {
        "first_name": greetable(one_line(reader.first_name)),
        "rewards_url": reader.rewards_url,
        "opt_out_url": reader.opt_out_url,
    }
    subject = one_line(subject.replace("{shop_name}", reader.brand.shop_name))
    text, html = rendered(kind, reader.language, reader.brand, flags_of(facts), facts | {"title": subject})
    headers = (
        leavable_headers(reader.key, kind, reader.opt_out_url)
        if reader.opt_out_url
        else plain_headers(reader.key, kind, reader.rewards_url)
    )
    message = new_message(subject, text, html, brand=reader.brand, to=[reader.to], headers=headers)
    more = {"points": points, "day": day.isoformat() if day else ""}
    payload = payload_of(message, html, language_code=reader.language_code, brand=reader.brand, **(facts | more))
    return Mail(f"nps_{kind}", message, payload)
