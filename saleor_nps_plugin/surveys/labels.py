"""Names for what reports break down by, in the reader's language."""

from collections.abc import Iterable

from babel import Locale, UnknownLocaleError
from django.utils import translation
from django.utils.translation import gettext, gettext_noop

from .. import languages
from ..shop import get_shop
from .models import Question, Survey, Touchpoint
from .texts import choice_label

TOUCHPOINTS = {
    Touchpoint.ORDER_FULFILLED: gettext_noop("Order fulfilled"),
    Touchpoint.PRODUCT_USED: gettext_noop("Product used"),
    Touchpoint.SUPPORT_CONTACT: gettext_noop("Contact with support"),
    Touchpoint.SITE_VISIT: gettext_noop("Visit to the website"),
    Touchpoint.STORE_VISIT: gettext_noop("Visit to a store"),
    Touchpoint.RELATIONSHIP: gettext_noop("Relationship as a whole"),
    Touchpoint.EMPLOYEE: gettext_noop("Employees"),
    Touchpoint.PARTNER: gettext_noop("Partners"),
}
CUSTOMER_KINDS = {"new": gettext_noop("New customers"), "returning": gettext_noop("Returning customers")}


def labels_of(dimension: str, keys: list[str]) -> dict[str, str]:
    """Return names to show for the keys of a breakdown; a key without one is missing."""
    if dimension == "survey":
        return {str(pk): name for pk, name in Survey.objects.filter(pk__in=keys).values_list("pk", "name")}
    if dimension == "reason":
        return _reasons(keys)
    if dimension == "language":
        return {key: name for key in keys if (name := _language(key))}
    if dimension == "touchpoint":
        return {key: gettext(TOUCHPOINTS[Touchpoint(key)]) for key in keys}
    if dimension == "customer_kind":
        return {key: gettext(CUSTOMER_KINDS[key]) for key in keys if key in CUSTOMER_KINDS}
    return dict(get_shop().labels(dimension, keys))


def _reader() -> str:
    return translation.get_language() or languages.DEFAULT


def _language(code: str) -> str:
    try:
        name = Locale.parse(code, sep="-").get_display_name(_reader().replace("-", "_")) or ""
    except (UnknownLocaleError, ValueError):
        return ""
    return name[:1].upper() + name[1:]


def _reasons(keys: Iterable[str]) -> dict[str, str]:
    """Labels of choices, by "<question id>:<value>"."""
    ids = {key.partition(":")[0] for key in keys}
    questions = Question.objects.filter(pk__in=[pk for pk in ids if pk.isdecimal()])
    return {
        f"{pk}:{choice['value']}": choice_label(choice, _reader(), default_language=default)
        for pk, choices, default in questions.values_list("pk", "choices", "survey__default_language")
        for choice in choices
    }
