"""The list of responses: its rows, its filters and what there is to choose from."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from babel import Locale
from django.utils.translation import gettext, gettext_noop

from ... import languages
from ...shop import get_shop
from ...shop.interface import Order
from ...shop.staff import ANSWERS, Staff
from ...surveys.models import Response
from ...surveys.reporting.labels import labels_of
from ...surveys.reporting.response_filter import count_up_to
from ..tags import day
from ..words import SCALE_NAMES
from .filters import ROWS, SORTS, VIEWS, Wanted, view_counts
from .words import GROUPS, STATUS_TONES, STATUSES, age_tone, author_word, status_word

COUNTED_UP_TO = 1000
_VIEWS_UP_TO = 99
_NAMES = {
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
    "scale": gettext_noop("Scale"),
    "customer": gettext_noop("Customer"),
}
# What the form of the filters holds itself; the rest stays as the address has it.
_IN_FORM = (
    "since",
    "until",
    "channel",
    "group",
    "status",
    "assignee",
    "comment",
    "counted",
    "flagged",
    "tag",
    "search",
    "sort",
)
_LABELLED = {"kind": "customer_kind"}


@dataclass(frozen=True)
class Row:
    """A response as the list shows it."""

    response: Response
    order: Order | None
    author: str
    status: str
    tone: str
    age_tone: str
    assignee: str
    currency: str
    is_current: bool = False


def rows_of(responses: Sequence[Response], *, staff: Staff, now: datetime, current_id: int | None = None) -> list[Row]:
    """Return responses as rows, in a number of statements that does not grow with them."""
    shop = get_shop()
    orders: Mapping[UUID, Order] = shop.orders({row.order_id for row in responses if row.order_id})
    people = shop.staff({row.assignee_id for row in responses if row.assignee_id and row.assignee_id != staff.id})
    return [
        _row(one, orders.get(one.order_id) if one.order_id else None, people, staff, now, current_id)
        for one in responses
    ]


def _row(
    one: Response,
    order: Order | None,
    people: Mapping[int, Staff],
    staff: Staff,
    now: datetime,
    current_id: int | None,
) -> Row:
    assignee = people.get(one.assignee_id or 0)
    return Row(
        response=one,
        order=order,
        author=author_word(one),
        status="" if one.case_status == "none" else status_word(one.case_status),
        tone=STATUS_TONES.get(one.case_status, ""),  # type: ignore[call-overload]
        age_tone=age_tone(one, now=now),
        assignee=gettext("You") if one.assignee_id == staff.id else assignee.name if assignee else "",
        # Somebody restricted to channels does not learn what was bought elsewhere.
        currency=order.currency if order and staff.channels is None else "",
        is_current=one.pk == current_id,
    )


def page_of_rows(
    wanted: Wanted, staff: Staff, *, now: datetime, after: Response | None = None, current_id: int | None = None
) -> dict[str, Any]:
    """Return so many rows as the list shows at once, and whether there are more."""
    found = list((wanted.rows if after is None else wanted.after(after)).select_related("survey")[: ROWS + 1])
    rows = rows_of(found[:ROWS], staff=staff, now=now, current_id=current_id)
    more = f"{wanted.query}{'&' if wanted.query else '?'}after={found[ROWS - 1].pk}" if len(found) > ROWS else ""
    return {"rows": rows, "more": more, "query": wanted.query}


def list_of(wanted: Wanted, staff: Staff, *, now: datetime, current_id: int | None = None) -> dict[str, Any]:
    """Return what the list shows: its rows, how many there are, and the conditions in force."""
    count = count_up_to(wanted.rows, COUNTED_UP_TO + 1)
    return {
        **page_of_rows(wanted, staff, now=now, current_id=current_id),
        "count": min(count, COUNTED_UP_TO),
        "is_more": count > COUNTED_UP_TO,
        "chips": _chips(wanted, staff),
        "is_work": bool(wanted.view) and wanted.view != "all",
        "has_conditions": any(name != "sort" for name, _ in wanted.params),
        "everything": f"{wanted.base}responses/?sort=newest",
    }


def views_of(wanted: Wanted, staff: Staff) -> list[dict[str, Any]]:
    """Return the quick views with how much is in them."""
    counts = counts_of(staff)
    return [
        {
            "name": name,
            "title": gettext(title),
            "address": f"{wanted.base}responses/?" + "&".join(f"{key}={value}" for key, value in query),
            "count": counts.get(name, ""),
            "is_current": name == wanted.view,
        }
        for name, title, query in VIEWS
    ]


def counts_of(staff: Staff) -> dict[str, str]:
    """Return how much is in each quick view that is worked off, as it is written."""
    language = languages.current()
    found = {name: count_up_to(rows, _VIEWS_UP_TO + 1) for name, rows in view_counts(staff).items()}
    return {
        name: languages.number(min(count, _VIEWS_UP_TO), language) + ("+" if count > _VIEWS_UP_TO else "")
        for name, count in found.items()
    }


def form_of(wanted: Wanted, staff: Staff) -> dict[str, Any]:
    """Return what the form of the filters shows."""
    shop = get_shop()
    channels = sorted(staff.channels if staff.channels is not None else shop.channels())
    names = shop.labels("channel", channels)
    people = shop.staff_who_may(ANSWERS)

    def choices(name: str, options: Iterable[tuple[str, str]]) -> list[dict[str, Any]]:
        chosen = wanted.values(name)
        return [{"value": value, "title": title, "is_chosen": value in chosen} for value, title in options]

    return {
        "search": wanted.filter.search,
        "since": (wanted.values("since") or [""])[0],
        "until": (wanted.values("until") or [""])[0],
        "tag": (wanted.values("tag") or [""])[0],
        "sorts": choices_of_sort(wanted),
        "channels": choices("channel", [(slug, names.get(slug, slug)) for slug in channels])
        if len(channels) > 1
        else [],
        "groups": choices("group", [(group.value, gettext(title)) for group, title in GROUPS.items()]),
        "statuses": choices("status", [(status.value, gettext(title)) for status, title in STATUSES.items()]),
        "people": choices(
            "assignee",
            [
                ("me", gettext("Me")),
                ("nobody", gettext("Nobody")),
                *((str(person.id), person.name) for person in people if person.id != staff.id),
            ],
        ),
        "comments": choices("comment", [("yes", gettext("With comment")), ("no", gettext("Without comment"))]),
        "counted": choices("counted", [("yes", gettext("Counted")), ("no", gettext("Left out of the score"))]),
        "flagged": choices("flagged", [("yes", gettext("Looks untrue")), ("no", gettext("Nothing against it"))]),
        "kept": [(name, value) for name, value in wanted.params if name not in _IN_FORM],
    }


def choices_of_sort(wanted: Wanted) -> list[dict[str, Any]]:
    """The ways in which the list can be sorted."""
    return [{"value": name, "title": gettext(title), "is_chosen": name == wanted.sort} for name, title in SORTS.items()]


def _chips(wanted: Wanted, staff: Staff) -> list[dict[str, str]]:
    """The conditions in force, each with the address of the list without it. A quick view says its own."""
    own = ("status", "assignee", "sort", "search") if wanted.view else ("sort", "search")
    shown = [(name, value) for name, value in wanted.params if name not in own]
    labels = _labels(shown, staff)
    return [
        {
            "text": gettext("{name}: {value}").format(name=gettext(_NAMES[name]), value=labels[name, value]),
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
        case "comment" | "counted" | "false_detractor" | "flagged":
            known = {"yes": gettext("Yes"), "no": gettext("No")}
        case "customer":
            contacts = get_shop().customers([int(value) for value in values])
            known = {str(user_id): contact.email for user_id, contact in contacts.items()}
        case "score":
            known = {value: languages.localize_digits(value, language) for value in values}
    return [(value, known.get(value, value)) for value in values]
