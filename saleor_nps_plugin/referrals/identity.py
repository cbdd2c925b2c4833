"""Whether two people are one, judged by what each told the shop. Pure: text in, yes or no out.

What is empty, or cannot be what it should be, matches nothing.
"""

import re
import unicodedata
from collections.abc import Iterable
from contextlib import suppress

# Mailboxes that are one under several names.
_SAME_DOMAIN = {"googlemail.com": "gmail.com"}
# Where dots in a name mean nothing. Elsewhere a.b@ and ab@ are two people.
_DOTLESS = {"gmail.com"}

_EXTENSION = re.compile(r"(?<=\d)\s*(?:ext|x|#|;).*", re.IGNORECASE | re.DOTALL)
# Numbers are compared without the country's prefix, which people leave out: so many last digits at most, and at least.
_LAST_DIGITS = 9
_LEAST_DIGITS = 7


def share_email(some: Iterable[str], others: Iterable[str]) -> bool:
    """Whether an address of one is an address of the other, or a variant that reaches the same mailbox."""
    return bool({plain_email(email) for email in some} & {plain_email(email) for email in others} - {""})


def plain_email(email: str) -> str:
    """Return an address without what its mailbox ignores: case, a tag after a plus, dots at Gmail; "" if it is none."""
    name, _, domain = unicodedata.normalize("NFKC", email).strip().casefold().rpartition("@")
    domain = _plain_domain(domain)
    # A plus at the start is the name itself.
    plain = name[:1] + name[1:].partition("+")[0]
    if domain in _DOTLESS:
        plain = plain.replace(".", "")
    return f"{plain}@{domain}" if plain and domain else ""


def _plain_domain(domain: str) -> str:
    domain = domain.rstrip(".")
    with suppress(UnicodeError):
        domain = domain.encode("idna").decode()
    return _SAME_DOMAIN.get(domain, domain)


def share_phone(some: Iterable[str], others: Iterable[str]) -> bool:
    """Whether a number of one is a number of the other, with or without prefixes and however written."""
    ours, theirs = _numbers(some), _numbers(others)
    return any(_is_same_number(one, other) for one in ours for other in theirs)


def _is_same_number(one: str, other: str) -> bool:
    length = min(len(one), len(other), _LAST_DIGITS)
    return one[-length:] == other[-length:]


def _numbers(phones: Iterable[str]) -> set[str]:
    return {number for number in map(plain_phone, phones) if number}


def plain_phone(phone: str) -> str:
    """Return the digits of a number without leading zeros; "" for what is too short for one or merely fills a field."""
    digits = "".join(str(unicodedata.digit(c)) for c in _EXTENSION.sub("", phone) if c.isdecimal()).lstrip("0")
    is_filler = len(set(digits)) == 1 or digits in "1234567890"
    return "" if len(digits) < _LEAST_DIGITS or is_filler else digits


def share_address(some: Iterable[str], others: Iterable[str]) -> bool:
    """Whether a postal address of one is one of the other's, however written. See `Contact.addresses` for their form."""
    return bool({plain_address(address) for address in some} & {plain_address(address) for address in others} - {""})


def plain_address(address: str) -> str:
    """Return first line, postal code and country without case, accents, spaces and punctuation; "" if it is none.

    Where there is no postal code, as in Hong Kong, the city takes its place.
    """
    line, postal_code, city, country, *_ = [_plain_text(part) for part in address.split("\n")] + [""] * 4
    place = postal_code or city
    return f"{line}/{place}/{country}" if line and place else ""


def _plain_text(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in decomposed if character.isalnum())
