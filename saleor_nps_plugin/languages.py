"""The languages that the plugin speaks, and how each is written."""

from datetime import date

from babel.dates import format_date
from babel.numbers import format_decimal
from django.utils import translation
from django.utils.translation.trans_real import parse_accept_lang_header

DEFAULT = "en"
SUPPORTED = ("en", "de", "fr", "es", "pl", "ro", "ru", "fa")
_RIGHT_TO_LEFT = {"fa"}
_PERSIAN_DIGITS = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")


def spoken(language_code: str) -> str:
    """Return the language of ours that serves readers of this one best: de for de-at, English for what we do not know."""
    base = language_code.replace("_", "-").lower().split("-")[0]
    return base if base in SUPPORTED else DEFAULT


def spoken_from_header(accept_language: str) -> str:
    """Return the first language of a browser's Accept-Language header that we speak."""
    wanted = (code.split("-")[0] for code, _ in parse_accept_lang_header(accept_language))
    return next((code for code in wanted if code in SUPPORTED), DEFAULT)


def current() -> str:
    """Return the language of ours that texts are written in right now."""
    return spoken(translation.get_language() or DEFAULT)


def direction(language: str) -> str:
    """Return the HTML direction of one of our languages."""
    return "rtl" if language in _RIGHT_TO_LEFT else "ltr"


def localize_digits(text: object, language: str) -> str:
    """Write the digits of a number as readers of the language do; Persian has its own."""
    return str(text).translate(_PERSIAN_DIGITS) if language == "fa" else str(text)


def number(value: int, language: str) -> str:
    """Write a whole number as readers of the language do: 1,234, 1.234, ۱٬۲۳۴."""
    return localize_digits(format_decimal(value, locale=language, numbering_system="default"), language)


def day(value: date, language: str) -> str:
    """Write a day as readers of the language do: April 12, 2026, 12. April 2026."""
    return localize_digits(format_date(value, "long", locale=language), language)


def isolate(text: str, language: str) -> str:
    """Keep a name or number in one piece inside a sentence that runs from right to left."""
    return f"\N{FIRST STRONG ISOLATE}{text}\N{POP DIRECTIONAL ISOLATE}" if direction(language) == "rtl" else text


def keep_together(name: str, language: str) -> str:
    """Write a name so that no line break falls into it, unless it is too long for that on a phone."""
    unbroken = name.replace(" ", "\N{NO-BREAK SPACE}") if len(name) <= 24 else name
    return isolate(unbroken, language)
