"""From order to answer, or from wave to answer: who was asked, who was spared and why, and who answered."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext, ngettext

from ...surveys.models import Touchpoint
from ...surveys.reporting.funnel import BY_ORDERS, Funnel, Funnels, funnels
from .. import words
from ..tags import number
from .filters import Selection

_IN_WAVES = frozenset({Touchpoint.RELATIONSHIP.value, Touchpoint.EMPLOYEE.value, Touchpoint.PARTNER.value})


@dataclass(frozen=True)
class Step:
    """How many came as far as this; `share` of those of the step before, 0 to 1, `width` percent of the first step."""

    name: str
    label: str
    count: int
    share: float | None
    width: float
    link: str = ""


@dataclass(frozen=True)
class Asking:
    """What the card shows: `steps`, `reasons` why the others were not asked, most first, and `notes` to read it by.

    `reasons` are (SkipReason, words, count). Without a first step nobody was to be asked, and `nobody` says so.
    """

    title: str
    steps: Sequence[Step]
    reasons: Sequence[tuple[str, str, int]]
    notes: Sequence[str]
    nobody: str
    is_of_orders: bool

    @property
    def skipped(self) -> int:
        return sum(count for _, _, count in self.reasons)


def asking(selection: Selection) -> Asking:
    """Return the funnel of orders, or that of people asked apart from orders where only those were chosen."""
    found = funnels(selection.wanted)
    return _of_people(selection, found) if _is_about_people(selection, found) else _of_orders(selection, found)


def _is_about_people(selection: Selection, found: Funnels) -> bool:
    if selection.touchpoint:
        return selection.touchpoint not in BY_ORDERS
    return bool(selection.survey and found.people.fulfilled and not found.orders.fulfilled)


def _of_orders(selection: Selection, found: Funnels) -> Asking:
    funnel = found.orders
    steps = (
        ("fulfilled", gettext("Orders fulfilled"), funnel.fulfilled),
        ("asked", gettext("Asked"), funnel.asked),
        ("sent", gettext("Sent"), funnel.sent),
        ("opened", gettext("Opened"), funnel.opened),
        ("answered", gettext("Answered"), funnel.answered),
    )
    notes = [gettext("By the day on which an order was fulfilled; the percentages are of the step before.")]
    return Asking(
        title=gettext("From order to answer"),
        steps=_steps(selection, steps),
        reasons=_reasons(funnel),
        notes=(notes if funnel.fulfilled else []) + _elsewhere(found.people),
        nobody=gettext("No order was fulfilled in this period."),
        is_of_orders=True,
    )


def _elsewhere(people: Funnel) -> list[str]:
    if not people.fulfilled:
        return []
    text = ngettext(
        "%(count)s person in a wave, or invited by staff, is not counted here: choose the touchpoint to see them.",
        "%(count)s people in waves, or invited by staff, are not counted here: choose their touchpoint to see them.",
        people.fulfilled,
    )
    return [text % {"count": number(people.fulfilled)}]


def _of_people(selection: Selection, found: Funnels) -> Asking:
    funnel, touchpoints = found.people, set(found.touchpoints) or {selection.touchpoint}
    are_waves = touchpoints <= _IN_WAVES
    # A wave asks by sending: what is not sent yet when it is stopped was never asked.
    steps = [
        ("people", gettext("People in waves") if are_waves else gettext("People invited"), funnel.fulfilled),
        ("sent", gettext("Sent"), funnel.sent),
    ]
    notes = [gettext("By the day on which an invitation was made; the percentages are of the step before.")]
    if found.is_anonymous:
        notes.append(gettext("Of an anonymous survey nobody can say who opened it or who answered."))
    else:
        steps += [("opened", gettext("Opened"), funnel.opened), ("answered", gettext("Answered"), funnel.answered)]
    return Asking(
        title=gettext("From wave to answer") if are_waves else gettext("From invitation to answer"),
        steps=_steps(selection, steps),
        reasons=_reasons(funnel),
        notes=notes if funnel.fulfilled else [],
        nobody=gettext(
            "Nobody was invited in this period. Answers through links, tablets and the storefront have no invitation."
        ),
        is_of_orders=False,
    )


def _steps(selection: Selection, counts: Sequence[tuple[str, str, int]]) -> list[Step]:
    first, before, steps = counts[0][2], 0, []
    for name, label, count in counts:
        share = count / before if before else None
        link = selection.responses() if name == "answered" and count else ""
        steps.append(Step(name, label, count, share, round(100 * count / (first or 1), 1), link))
        before = count
    return steps


def _reasons(funnel: Funnel) -> list[tuple[str, str, int]]:
    return [(reason, words.skip_reason(reason), count) for reason, count in funnel.skipped.items()]
