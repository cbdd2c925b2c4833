"""How pages write points, money and days."""

from datetime import date, datetime
from decimal import Decimal

from django.utils import timezone, translation
from django.utils.html import format_html
from django.utils.translation import ngettext

from .. import languages, money

MINUS = "\N{MINUS SIGN}"


def points_written(points: int, language: str) -> str:
    """Return a number of points with the word for it: 1 point, 1,234 points."""
    with translation.override(language):
        text = ngettext("{points} point", "{points} points", abs(points))
    number = languages.number(abs(points), language)
    return text.replace("{points}", number if points >= 0 else languages.isolate(f"{MINUS}{number}", language))


def worth_written(points: int, currency: str, language: str) -> str:
    """Return the money that points are worth."""
    return amount(money.worth(points, currency), currency, language)


def amount(value: Decimal, currency: str, language: str) -> str:
    """Return an amount of money, in one piece inside a sentence of any direction."""
    written = money.amount_written(value, currency, language).replace("-", MINUS)
    return languages.isolate(languages.localize_digits(written, language), language)


def change_written(points: int, language: str) -> str:
    """Return a change of a balance with its sign: +500, −120."""
    return f"{'+' if points > 0 else MINUS}{languages.number(abs(points), language)}"


def day(moment: date, language: str) -> str:
    """Return a day, or that of a moment, as a <time>; the script writes it in the reader's own calendar."""
    local = timezone.localtime(moment) if isinstance(moment, datetime) else moment
    return format_html('<time datetime="{}" data-day>{}</time>', local.isoformat(), languages.day(local, language))


def masked(email: str) -> str:
    """Return an address so that its owner knows it and nobody else learns it: a•••@example.com."""
    name, _, domain = email.rpartition("@")
    # One run from left to right, also inside a sentence that runs the other way.
    return format_html('<bdi dir="ltr">{}•••@{}</bdi>', name[:1], domain) if domain else ""
