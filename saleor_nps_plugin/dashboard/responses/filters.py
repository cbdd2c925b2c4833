"""Which responses the reader of the list wants, as its address says, and the addresses that go with it."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db.models import F, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_noop

from ...shop.staff import Staff
from ...surveys.following_up.case_values import OPEN
from ...surveys.models import CaseStatus, Response, Source, Touchpoint
from ...surveys.reporting.recovered import Outcome
from ...surveys.reporting.response_filter import ResponseFilter, matching
from ...surveys.reporting.scoring import SCALES, SCORES, Category
from ..frame import base_of

ROWS = 25
_MOST_VALUES = 100
_LONGEST_VALUE = 200
_CASES = (("status", CaseStatus.OPEN.value), ("status", CaseStatus.IN_PROGRESS.value), ("sort", "value"))
# What the desk opens with, and what people come back to: name, title, query.
VIEWS: tuple[tuple[str, str, tuple[tuple[str, str], ...]], ...] = (
    ("open", gettext_noop("Open cases"), _CASES),
    ("mine", gettext_noop("Mine"), (("assignee", "me"), *_CASES)),
    ("unassigned", gettext_noop("Unassigned"), (("assignee", "nobody"), *_CASES)),
    ("all", gettext_noop("Everything"), (("sort", "newest"),)),
)
# The last name of each tells rows apart, and in which direction to go on.
_ORDERS: Mapping[str, tuple[tuple[str, bool], ...]] = {
    "newest": (("created_at", True), ("id", True)),
    "oldest": (("created_at", False), ("id", False)),
    "lowest": (("score", False), ("id", False)),
    "value": (("customer_value", True), ("created_at", False), ("id", False)),
}
SORTS = {
    "value": gettext_noop("Most valuable customers first"),
    "newest": gettext_noop("Newest first"),
    "oldest": gettext_noop("Oldest first"),
    "lowest": gettext_noop("Lowest score first"),
}
_TEXT = re.compile(r"[^\x00-\x1f]+")
# Every name of the address, with what its values may look like.
_ALLOWED: Mapping[str, re.Pattern[str]] = {
    "since": re.compile(r"\d{4}-\d\d-\d\d"),
    "until": re.compile(r"\d{4}-\d\d-\d\d"),
    "channel": _TEXT,
    "touchpoint": re.compile("|".join(Touchpoint.values)),
    "survey": re.compile(r"\d{1,9}"),
    "country": re.compile(r"[A-Z]{2}"),
    "language": re.compile(r"[A-Za-z-]{2,35}"),
    "product": _TEXT,
    "category": _TEXT,
    "kind": re.compile("new|returning"),
    "reason": _TEXT,
    "competitor": _TEXT,
    "about": _TEXT,
    "score": re.compile(r"10|\d"),
    "group": re.compile("|".join(item.value for item in Category)),
    "status": re.compile("|".join(CaseStatus.values)),
    "assignee": re.compile(r"me|nobody|\d{1,9}"),
    "tag": _TEXT,
    "comment": re.compile("yes|no"),
    "counted": re.compile("yes|no"),
    "false_detractor": re.compile("yes|no"),
    "flagged": re.compile("yes|no"),
    "second": re.compile("discourage|preference"),
    "outcome": re.compile("|".join(Outcome)),
    "by": re.compile("|".join(Source.values)),
    "scale": re.compile("|".join(SCALES)),
    "customer": re.compile(r"\d{1,9}"),
    "search": _TEXT,
    "sort": re.compile("|".join(_ORDERS)),
}
_ONE = (
    "since",
    "until",
    "assignee",
    "comment",
    "counted",
    "false_detractor",
    "flagged",
    "second",
    "outcome",
    "scale",
    "customer",
    "search",
    "sort",
)


@dataclass(frozen=True)
class Wanted:
    """What an address asks for. `params` are its names and values, those that mean nothing left out."""

    base: str
    params: tuple[tuple[str, str], ...]
    filter: ResponseFilter
    sort: str

    @property
    def rows(self) -> QuerySet[Response]:
        """The wanted responses, in the wanted order."""
        return matching(self.filter).order_by(*_order_by(self.sort))

    @property
    def query(self) -> str:
        """The query of the address, with its question mark; "" where it is empty."""
        return f"?{urlencode(self.params)}" if self.params else ""

    @property
    def view(self) -> str:
        """The name of the quick view that this is, or ""."""
        return next((name for name, _, query in VIEWS if sorted(query) == sorted(self.params)), "")

    def values(self, name: str) -> list[str]:
        """What is asked for under one name."""
        return [value for key, value in self.params if key == name]

    def without(self, name: str, value: str = "") -> str:
        """Return the address of the list without one of its conditions."""
        left = [(key, text) for key, text in self.params if key != name or (value and text != value)]
        # Nothing at all would be the desk's first view.
        return f"{self.base}responses/?{urlencode(left or [('sort', 'newest')])}"

    def after(self, last: Response) -> QuerySet[Response]:
        """The rows that come after one."""
        return self.rows.filter(_beyond(last, _ORDERS[self.sort]))


def read_wanted(request: HttpRequest, staff: Staff) -> Wanted:
    """Return what an address asks for; what cannot be read of it is left out. Without anything: the open cases.

    Never more than the reader may see.
    """
    given = request.GET
    params = [
        (name, value.strip())
        for name, allowed in _ALLOWED.items()
        for value in _given(given.getlist(name), many=name not in _ONE)
        if allowed.fullmatch(value.strip())
    ]
    params = [(name, value) for name, value in params if name not in ("since", "until") or _day(value)]
    if not params:
        params = list(VIEWS[0][2])
    found: dict[str, list[str]] = {}
    for name, value in params:
        found.setdefault(name, []).append(value)
    sort = found.get("sort", ["newest"])[0]
    return Wanted(base_of(request), tuple(params), visible_only(_filter(found, staff), staff), sort)


def view_counts(staff: Staff) -> dict[str, QuerySet[Response]]:
    """Return what there is in those of the quick views that are worked off."""
    cases = visible_only(ResponseFilter(case_statuses=tuple(map(str, OPEN))), staff)
    return {
        "open": matching(cases),
        "mine": matching(replace(cases, assignee_id=staff.id)),
        "unassigned": matching(replace(cases, assignee_id=0)),
    }


def visible_only(wanted: ResponseFilter, staff: Staff) -> ResponseFilter:
    """The same, without what belongs to channels that the reader may not see."""
    if staff.channels is None:
        return wanted
    channels = staff.channels if wanted.channels is None else staff.channels & set(wanted.channels)
    return replace(wanted, channels=tuple(sorted(channels)))


def visible_to(staff: Staff) -> Q:
    """Condition on rows with a channel: those that the reader may see."""
    return Q() if staff.channels is None else Q(channel__in=staff.channels)


def _given(values: Iterable[str], *, many: bool) -> list[str]:
    own = [value for value in dict.fromkeys(values) if value and len(value) <= _LONGEST_VALUE]
    return own[:_MOST_VALUES] if many else own[-1:]


def _filter(found: Mapping[str, list[str]], staff: Staff) -> ResponseFilter:
    one = {name: values[0] for name, values in found.items()}

    def many(name: str) -> tuple[str, ...]:
        return tuple(found.get(name, ()))

    return ResponseFilter(
        search=one.get("search", ""),
        categories=many("group"),
        scores=tuple(score for score in map(int, many("score")) if score in SCORES),
        channels=many("channel") or None,
        survey_ids=tuple(map(int, many("survey"))),
        touchpoints=many("touchpoint"),
        countries=many("country"),
        languages=many("language"),
        product_ids=many("product"),
        category_ids=many("category"),
        customer_kinds=many("kind"),
        reasons=many("reason"),
        competitors=many("competitor"),
        about_ids=many("about"),
        case_statuses=many("status"),
        assignee_id=_assignee(one.get("assignee", ""), staff),
        tags=many("tag"),
        has_comment=_yes(one.get("comment")),
        is_counted=_yes(one.get("counted")),
        is_false_detractor=_yes(one.get("false_detractor")),
        is_flagged=_yes(one.get("flagged")),
        second=one.get("second", ""),
        outcome=one.get("outcome", ""),
        came_by=many("by"),
        scale=one.get("scale", ""),
        user_id=int(one["customer"]) if "customer" in one else None,
        since=_day(one.get("since", "")),
        until=_day(one.get("until", "")),
    )


def _assignee(text: str, staff: Staff) -> int | None:
    return {"": None, "me": staff.id, "nobody": 0}[text] if not text.isdecimal() else int(text)


def _yes(text: str | None) -> bool | None:
    return None if text is None else text == "yes"


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _order_by(sort: str) -> list[Any]:
    return [_falling(name) if is_falling else F(name).asc() for name, is_falling in _ORDERS[sort]]


def _falling(name: str) -> Any:
    # Only where there are nulls: the index by age has none, and PostgreSQL would not use it.
    return F(name).desc(nulls_last=True) if name == "customer_value" else F(name).desc()


def _beyond(last: Response, order: tuple[tuple[str, bool], ...]) -> Q:
    """Condition on rows that come after one: equal so far, and then further."""
    found, same = Q(pk__in=[]), Q()
    for name, is_falling in order:
        value = getattr(last, name)
        if value is None:
            # Nulls come last, so only later names tell these rows apart.
            same &= Q(**{f"{name}__isnull": True})
            continue
        further = Q(**{f"{name}__{'lt' if is_falling else 'gt'}": value})
        if name == "customer_value":
            further |= Q(customer_value=None)
        found |= same & further
        same &= Q(**{name: value})
    return found
