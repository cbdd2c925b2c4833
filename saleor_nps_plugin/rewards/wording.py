"""Why a balance changed, in words."""

from babel.numbers import format_percent
from django.utils import translation
from django.utils.translation import gettext

from .. import languages, money
from ..shop.reading import Discount
from .models import EntryKind, PointsEntry, PointsRemark


def note_of(entry: PointsEntry, language: str = languages.DEFAULT) -> str:
    """Return the reason of an entry in one of our languages; what staff wrote stands as they wrote it."""
    with translation.override(languages.spoken(language)):
        if entry.kind == EntryKind.ADJUSTMENT:
            return _remark(entry) or gettext("Correction by the shop")
        if entry.kind == EntryKind.REVERSAL:
            return _of_reversal(entry)
        return _WORDS[EntryKind(entry.kind)]()


def discount_written(discount: Discount, currency: str, language: str) -> str:
    """Return a discount as readers of a language write it: 10%, 5,00 €."""
    if not discount.is_percentage:
        return money.amount_written(discount.value, currency, language)
    locale = language.replace("-", "_")
    return format_percent(discount.value / 100, locale=locale, decimal_quantization=False)


def _remark(entry: PointsEntry) -> str:
    try:
        return entry.remark.text
    except PointsRemark.DoesNotExist:
        return ""


def _of_reversal(entry: PointsEntry) -> str:
    reversed_kind = entry.reverses.kind if entry.reverses is not None else ""
    if reversed_kind == EntryKind.REFERRAL:
        return gettext("Taken back: your friend's order was refunded or cancelled")
    return gettext("Taken back: the order was refunded or cancelled")


_WORDS = {
    EntryKind.CASHBACK: lambda: gettext("Cashback for your order"),
    EntryKind.REFERRAL: lambda: gettext("A friend ordered with your code"),
    EntryKind.BONUS: lambda: gettext("Bonus"),
    EntryKind.REDEMPTION: lambda: gettext("Turned into a gift card"),
    EntryKind.EXPIRY: lambda: gettext("Expired"),
}
