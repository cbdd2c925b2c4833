"""Points and money: one point is the smallest unit of a currency."""

from decimal import ROUND_DOWN, Decimal

from babel.core import UnknownLocaleError
from babel.numbers import format_currency, get_currency_precision

# What GraphQL's Int holds, and so the most that a balance can be.
MOST_POINTS = 2**31 - 1


def digits(currency: str) -> int:
    """Return the number of decimals of a currency: 2 for USD, 0 for JPY, 3 for KWD."""
    return get_currency_precision(currency)


def points_for(amount: Decimal, currency: str) -> int:
    """Return how many whole points an amount of money is, rounded down."""
    return int(amount.scaleb(digits(currency)).to_integral_value(ROUND_DOWN))


def worth(points: int, currency: str) -> Decimal:
    """Return the money that points are worth, with the currency's decimals."""
    return Decimal(points).scaleb(-digits(currency))


def written(points: int, currency: str, language: str) -> str:
    """Return the worth of points as readers of a language write money: $5.00, 5,00 €."""
    return amount_written(worth(points, currency), currency, language)


def amount_written(amount: Decimal, currency: str, language: str) -> str:
    """Return an amount of money as readers of a language write it."""
    try:
        return format_currency(amount, currency, locale=language.replace("-", "_"), numbering_system="default")
    except (UnknownLocaleError, ValueError):
        return format_currency(amount, currency, locale="en")
