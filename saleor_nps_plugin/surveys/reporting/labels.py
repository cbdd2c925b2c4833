"""Names for what reports break down by, in the reader's language."""

from collections.abc import Iterable, Iterator

from babel import Locale, UnknownLocaleError
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext, gettext_noop

from ... import languages
from ...shop import get_shop
from ..making.texts import choice_label, shown_name
from ..models import Question, Survey, Touchpoint

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
# What an answer has none of: somebody of a wave who never ordered, or who came through a door.
_WITHOUT = {
    "channel": gettext_noop("No channel"),
    "country": gettext_noop("No country"),
    "language": gettext_noop("No language"),
}
CUSTOMER_KINDS = {"new": gettext_noop("New customers"), "returning": gettext_noop("Returning customers")}


def labels_of(dimension: str, keys: list[str]) -> dict[str, str]:
    """Return names to show for the keys of a breakdown; a key without one is missing. "" is what answers without have."""
    without = {"": gettext(_WITHOUT[dimension])} if "" in keys and dimension in _WITHOUT else {}
    return _names(dimension, [key for key in keys if key]) | without


def _names(dimension: str, keys: list[str]) -> dict[str, str]:
    if dimension == "survey":
        rows = Survey.objects.filter(pk__in=keys).values_list("pk", "slug", "name")
        return {str(pk): shown_name(slug, name) for pk, slug, name in rows}
    if dimension in ("reason", "competitor"):
        return _reasons(keys)
    if dimension == "language":
        return {key: name for key in keys if (name := _language(key))}
    if dimension == "touchpoint":
        return {key: gettext(TOUCHPOINTS[Touchpoint(key)]) for key in keys}
    if dimension == "customer_kind":
        return {key: gettext(CUSTOMER_KINDS[key]) for key in keys if key in CUSTOMER_KINDS}
    # "about" is the product that an answer is about, among those of the order.
    return dict(get_shop().labels("product" if dimension == "about" else dimension, keys))


def _reader() -> str:
    return translation.get_language() or languages.DEFAULT


def _language(code: str) -> str:
    try:
        name = Locale.parse(code, sep="-").get_display_name(_reader().replace("-", "_")) or ""
    except (UnknownLocaleError, ValueError):
        return ""
    return name[:1].upper() + name[1:]


def _reasons(keys: Iterable[str]) -> dict[str, str]:
    """Labels of choices, by "<id of the question's line>:<value>"."""
    lines = {int(line) for key in keys if (line := key.partition(":")[0]).isdecimal()}
    rows = Question.objects.filter(Q(pk__in=lines) | Q(origin_id__in=lines)).select_related("survey")
    # The newest row of a line last: a choice is called as it was last.
    newest_last = rows.order_by("since_version", "pk")
    return {f"{row.line_id}:{value}": label for row in newest_last for value, label in _choices(row)}


def _choices(question: Question) -> Iterator[tuple[str, str]]:
    for choice in question.choices:
        yield choice["value"], choice_label(choice, _reader(), default_language=question.survey.default_language)
