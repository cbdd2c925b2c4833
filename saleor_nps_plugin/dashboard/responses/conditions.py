"""The conditions in force, in words, each with the address of the list without it."""

from collections.abc import Iterable, Mapping
from datetime import date

from babel import Locale
from django.utils.translation import gettext, gettext_noop

from ... import languages
from ...shop import get_shop
from ...shop.staff import Staff
from ...surveys.reporting.labels import labels_of
from ...surveys.reporting.recovered import Outcome
from ..tags import day
from ..words import SCALE_NAMES
from .filters import Wanted
from .origin import NAMES
from .words import GROUPS, STATUSES

_TITLES = {
    "since": gettext_noop("From"),
    "until": gettext_noop("Until"),
    "channel": gettext_noop("Channel"),
    "touchpoint": gettext_noop("Touchpoint"),
    "survey": gettext_noop("Survey"),
    "country": gettext_noop("Country"),
    "language": gettext_noop("Language"),
    "product": gettext_noop("Product"),
    "category": gettext_noop("Product category"),
    "kind": gettext_noop("Customers"),
    "reason": gettext_noop("Reason"),
    "competitor": gettext_noop("Competitor"),
    "about": gettext_noop("About the product"),
    "score": gettext_noop("Score"),
    "group": gettext_noop("Score"),
    "status": gettext_noop("Case"),
    "assignee": gettext_noop("Assigned to"),
    "tag": gettext_noop("Tag"),
    "comment": gettext_noop("Comment"),
    "counted": gettext_noop("Counted"),
    "false_detractor": gettext_noop("False detractors"),
    "flagged": gettext_noop("Looks untrue"),
    "second": gettext_noop("Answered too"),
    "by": gettext_noop("Came by"),
    "outcome": gettext_noop("Asked again after a resolved case"),
    "scale": gettext_noop("Scale"),
    "customer": gettext_noop("Customer"),
}
_LABELLED = {"kind": "customer_kind"}
_SECOND = {
    "discourage": gettext_noop("How likely to discourage others"),
    "preference": gettext_noop("How likely to prefer us"),
}
_OUTCOMES = {
    Outcome.ANSWERED: gettext_noop("Answered"),
    Outcome.LOST: gettext_noop("Was a detractor before"),
    Outcome.RECOVERED: gettext_noop("Won back"),
}


def chips_of(wanted: Wanted, staff: Staff) -> list[dict[str, str]]:
    """Return the conditions in force as "text", each with the "address" of the list without it. A quick view says its own."""
    own = ("status", "assignee", "sort", "search") if wanted.view else ("sort", "search")
    shown = [(name, value) for name, value in wanted.params if name not in own]
    labels = _labels(shown, staff)
    return [
        {
            "text": gettext("{name}: {value}").format(name=gettext(_TITLES[name]), value=labels[name, value]),
            "address": wanted.without(name, value),
        }
        for name, value in shown
    ]


def _labels(shown: Iterable[tuple[str, str]], staff: Staff) -> dict[tuple[str, str], str]:
    by_name: dict[str, list[str]] = {}
    for name, value in shown:
        by_name.setdefault(name, []).append(value)
    return {
        (name, value): label for name, values in by_name.items() for value, label in _labels_of(name, values, staff)
    }


def _labels_of(name: str, values: list[str], staff: Staff) -> list[tuple[str, str]]:
    language = languages.current()
    known: Mapping[str, str] = {}
    match name:
        case "since" | "until":
            known = {value: day(date.fromisoformat(value)) for value in values}
        case "country":
            territories = Locale.parse(language).territories
            known = {value: str(territories.get(value, value)) for value in values}
        case (
            "channel"
            | "touchpoint"
            | "survey"
            | "language"
            | "product"
            | "category"
            | "kind"
            | "reason"
            | "competitor"
            | "about"
        ):
            known = labels_of(_LABELLED.get(name, name), values)
        case "group":
            known = {group.value: gettext(title) for group, title in GROUPS.items()}
        case "status":
            known = {status.value: gettext(title) for status, title in STATUSES.items()}
        case "assignee":
            people = get_shop().staff([int(value) for value in values if value.isdecimal()])
            known = {str(user_id): person.name for user_id, person in people.items()}
            known = {**known, "me": staff.name, "nobody": gettext("Nobody")}
        case "scale":
            known = {scale: gettext(title) for scale, title in SCALE_NAMES.items()}
        case "second":
            known = {question: gettext(title) for question, title in _SECOND.items()}
        case "outcome":
            known = {outcome.value: gettext(title) for outcome, title in _OUTCOMES.items()}
        case "by":
            known = {way: gettext(title) for way, title in NAMES.items()}
        case "comment" | "counted" | "false_detractor" | "flagged":
            known = {"yes": gettext("Yes"), "no": gettext("No")}
        case "customer":
            contacts = get_shop().customers([int(value) for value in values])
            known = {str(user_id): contact.email for user_id, contact in contacts.items()}
        case "score":
            known = {value: languages.localize_digits(value, language) for value in values}
    return [(value, known.get(value, value)) for value in values]
