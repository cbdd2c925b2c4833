"""The list of responses: its rows, its filters and what there is to choose from."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext, gettext_noop

from ... import languages
from ...shop import get_shop
from ...shop.interface import Order
from ...shop.staff import ANSWERS, Staff
from ...surveys.making.texts import shown_name
from ...surveys.models import Response, Survey
from ...surveys.reporting.labels import TOUCHPOINTS
from ...surveys.reporting.response_filter import count_up_to
from .conditions import chips_of
from .filters import ROWS, SORTS, VIEWS, Wanted, view_counts
from .origin import NAMES, Origin, origins_of
from .words import GROUPS, STATUS_TONES, STATUSES, age_tone, author_word, status_word

COUNTED_UP_TO = 1000
_VIEWS_UP_TO = 99
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
# These too, unless a link from elsewhere asks for more than one of them.
_ONE_IN_FORM = ("survey", "touchpoint", "by")


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
    origin: Origin
    is_current: bool = False


def rows_of(responses: Sequence[Response], *, staff: Staff, now: datetime, current_id: int | None = None) -> list[Row]:
    """Return responses as rows, in a number of statements that does not grow with them."""
    shop = get_shop()
    orders: Mapping[UUID, Order] = shop.orders({row.order_id for row in responses if row.order_id})
    people = shop.staff({row.assignee_id for row in responses if row.assignee_id and row.assignee_id != staff.id})
    origins = origins_of(responses)
    return [
        _row(one, orders.get(one.order_id) if one.order_id else None, people, staff, now, origins, current_id)
        for one in responses
    ]


def _row(
    one: Response,
    order: Order | None,
    people: Mapping[int, Staff],
    staff: Staff,
    now: datetime,
    origins: Mapping[int, Origin],
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
        origin=origins[one.pk],
        is_current=one.pk == current_id,
    )


def page_of_rows(
    wanted: Wanted, staff: Staff, *, now: datetime, after: Response | None = None, current_id: int | None = None
) -> dict[str, Any]:
    """Return so many rows as the list shows at once, and whether there are more."""
    wanted_rows = (wanted.rows if after is None else wanted.after(after)).select_related("survey", "invitation__wave")
    found = list(wanted_rows[: ROWS + 1])
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
        "chips": chips_of(wanted, staff),
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
    in_form = {*_IN_FORM, *(name for name in _ONE_IN_FORM if len(wanted.values(name)) < 2)}

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
        "selects": [
            {"name": name, "title": gettext(title), "every": gettext(every), "choices": choices(name, options)}
            for name, title, every, options in (
                ("survey", gettext_noop("Survey"), gettext_noop("Every survey"), _surveys(staff)),
                ("touchpoint", gettext_noop("Touchpoint"), gettext_noop("Every touchpoint"), _written(TOUCHPOINTS)),
                ("by", gettext_noop("Came by"), gettext_noop("Any way"), _written(NAMES)),
            )
            if name in in_form
        ],
        "kept": [(name, value) for name, value in wanted.params if name not in in_form],
    }


def _written(titles: Mapping[Any, str]) -> list[tuple[str, str]]:
    return [(value, gettext(title)) for value, title in titles.items()]


def _surveys(staff: Staff) -> list[tuple[str, str]]:
    rows = Survey.objects.order_by("-is_active", "name")
    if staff.channels is not None:
        rows = rows.filter(Q(channels=[]) | Q(channels__overlap=sorted(staff.channels)))
    return [(str(pk), shown_name(slug, name)) for pk, slug, name in rows.values_list("pk", "slug", "name")]


def choices_of_sort(wanted: Wanted) -> list[dict[str, Any]]:
    """The ways in which the list can be sorted."""
    return [{"value": name, "title": gettext(title), "is_chosen": name == wanted.sort} for name, title in SORTS.items()]
