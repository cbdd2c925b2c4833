"""Reads what an operator wrote. Every reader takes text and returns a value, or raises ValueError with a sentence that says
what to write instead."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email, validate_slug
from django.utils.translation import gettext

from .contrast import MINIMUM_CONTRAST, contrast_with_white, darken_until_readable

CONTROL_CHARACTERS = re.compile(r"[\x00-\x1f\x7f]")
HEX_COLOR = re.compile(r"#[0-9a-fA-F]{6}")


@dataclass(frozen=True)
class Discount:
    """So much off: percent of a price, or an amount in a channel's currency."""

    value: Decimal
    is_percentage: bool


def text(value: str) -> str:
    """One line of text."""
    if CONTROL_CHARACTERS.search(value) or len(value) > 200:
        raise ValueError(gettext("Write one line of at most 200 characters."))
    return value


def whole_number(minimum: int, maximum: int) -> Callable[[str], int]:
    """A reader of whole numbers between two bounds."""

    def read(value: str) -> int:
        # int() alone would accept "1_000" and digits of other scripts.
        if not re.fullmatch(r"[0-9]{1,9}", value) or not minimum <= int(value) <= maximum:
            sentence = gettext("Write a whole number from {low} to {high}, such as {example}.")
            example = min(max(24, minimum), maximum)
            raise ValueError(sentence.format(low=minimum, high=maximum, example=example))
        return int(value)

    return read


def amount(value: str) -> Decimal:
    """An amount of money, 0 or more."""
    try:
        amount = Decimal(value)
    except InvalidOperation:
        amount = Decimal(-1)
    if not amount.is_finite() or amount < 0 or amount >= Decimal(10) ** 12:
        raise ValueError(gettext("Write an amount of 0 or more with a dot for the decimals, such as 25 or 19.90."))
    return amount


def slugs(value: str) -> tuple[str, ...]:
    """Channel slugs with commas, spaces or line ends between."""
    slugs = tuple(dict.fromkeys(re.split(r"[\s,;]+", value.strip()))) if value.strip() else ()
    for slug in slugs:
        try:
            validate_slug(slug)
        except ValidationError:
            sentence = gettext(
                '"{slug}" is no channel slug. Write slugs with commas between, such as default-channel, channel-pln.'
            )
            raise ValueError(sentence.format(slug=slug)) from None
    return slugs


def color(value: str) -> str:
    """A colour that carries white text."""
    if not HEX_COLOR.fullmatch(value):
        raise ValueError(gettext("Write a colour as # and six hexadecimal digits, such as #1a4fba."))
    contrast = contrast_with_white(value)
    if contrast < MINIMUM_CONTRAST:
        sentence = gettext(
            "White text on a button of {color} is hard to read (contrast {contrast}, needed {needed}). "
            "Write a darker colour, such as {darker}."
        )
        darker = darken_until_readable(value)
        raise ValueError(
            sentence.format(color=value, contrast=f"{contrast:.1f}", needed=MINIMUM_CONTRAST, darker=darker)
        )
    return value.lower()


def url(value: str) -> str:
    """A web address, or nothing."""
    if not value:
        return ""
    try:
        URLValidator(schemes=["http", "https"])(value)
    except ValidationError:
        raise ValueError(
            gettext("Write a whole address that starts with https://, such as https://shop.example/logo.png.")
        ) from None
    return value


def survey_url(value: str) -> str:
    """A web address with {token} in it, or nothing."""
    if value and value.count("{token}") != 1:
        raise ValueError(
            gettext(
                "Write the address of your own survey page with {token} in it once, such as "
                "https://shop.example/survey/{token}."
            )
        )
    url(value.replace("{token}", "token"))
    return value


def choice(*choices: str) -> Callable[[str], str]:
    """A reader that takes one of a few words."""

    def read(value: str) -> str:
        if value not in choices:
            raise ValueError(gettext("Write one of: {choices}.").format(choices=", ".join(choices)))
        return value

    return read


def email(value: str) -> str:
    """An e-mail address, or nothing."""
    if not value:
        return ""
    try:
        validate_email(value)
    except ValidationError:
        sentence = gettext('"{text}" is no e-mail address. Write one such as care@shop.example.')
        # By replace: what was written may have braces in it.
        raise ValueError(sentence.replace("{text}", CONTROL_CHARACTERS.sub("", value)[:80])) from None
    return value


def emails(value: str) -> tuple[str, ...]:
    """E-mail addresses with commas, spaces or line ends between."""
    return tuple(email(address) for address in re.split(r"[\s,;]+", value.strip()) if address)


def yes_or_no(value: str) -> bool:
    """true or false."""
    if value.lower() not in ("true", "false"):
        raise ValueError(gettext("Write true or false."))
    return value.lower() == "true"


def percentage(value: str) -> Decimal:
    """A share in percent, 0 to 100."""
    try:
        share = amount(value.removesuffix("%").strip())
    except ValueError:
        share = Decimal(-1)
    if not 0 <= share <= 100:
        raise ValueError(gettext("Write a percentage from 0 to 100, such as 5 or 2.5."))
    return share


def discount(value: str) -> Discount:
    """A percentage with its sign, or an amount; more than nothing."""
    is_percentage = value.endswith("%")
    try:
        read = percentage(value) if is_percentage else amount(value)
    except ValueError:
        read = Decimal(0)
    if not read:
        raise ValueError(gettext("Write a percentage such as 10%, or an amount above 0 such as 5 or 7.50."))
    return Discount(read, is_percentage)


def share_url(value: str) -> str:
    """A web address with {code} in it, or nothing."""
    if value and value.count("{code}") != 1:
        raise ValueError(
            gettext(
                "Write the address of your storefront with {code} in it once, such as "
                "https://shop.example/?voucher={code}."
            )
        )
    url(value.replace("{code}", "CODE"))
    return value


def days_before(value: str) -> tuple[int, ...]:
    """Numbers of days with commas between, most days first, or nothing."""
    read = whole_number(1, 365)
    try:
        return tuple(sorted({read(part) for part in re.split(r"[\s,;]+", value.strip()) if part}, reverse=True))
    except ValueError:
        raise ValueError(gettext("Write numbers of days from 1 to 365 with commas between, such as 30, 7.")) from None


def hours_of_the_day(value: str) -> frozenset[int]:
    """The hours between two, such as 21-8 for 21, 22, 23, 0 to 7; or nothing."""
    if not value:
        return frozenset()
    found = re.fullmatch(r"([01]?[0-9]|2[0-4])\s*[-–]\s*([01]?[0-9]|2[0-4])", value, re.ASCII)
    start, end = (int(hour) % 24 for hour in found.groups()) if found else (0, 0)
    if start == end:
        raise ValueError(gettext("Write two different hours from 0 to 24 with a hyphen between, such as 21-8."))
    return frozenset(range(start, end)) if start < end else frozenset((*range(start, 24), *range(end)))


DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def named_days(value: str) -> frozenset[int]:
    """Days of the week, Monday is 0, with commas or spaces between; or nothing."""
    days = set()
    for name in re.split(r"[\s,;]+", value.strip().lower()) if value.strip() else ():
        found = [number for number, day in enumerate(DAYS) if len(name) >= 3 and day.startswith(name)]
        if not found:
            raise ValueError(gettext("Write days in English with commas between, such as sat, sun."))
        days.update(found)
    return frozenset(days)


def days_of_the_week(value: str) -> frozenset[int]:
    """The same, of which at least one stays free."""
    days = named_days(value)
    if len(days) == len(DAYS):
        raise ValueError(gettext("Leave at least one day on which surveys may be sent."))
    return days
