"""What a new survey can begin with: one of the ready ones, or nothing but the first question."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.utils.translation import gettext, gettext_noop

from ...errors import NotFound
from ...shop.staff import Staff
from ...surveys.making.drafts import Draft, QuestionDraft
from ...surveys.making.ready import AFTER_DELIVERY, CES, CSAT, PRODUCT_USED, ready_draft
from ...surveys.models import Survey, Touchpoint

# Stands for the id of a survey that has none yet.
NEW = "new"


@dataclass(frozen=True)
class Start:
    """What a new survey begins with, and how that is called and explained."""

    name: str
    hint: str
    draft: Draft


def _own(touchpoint: Touchpoint, *, is_anonymous: bool = False) -> Draft:
    comment = QuestionDraft(is_comment=True)
    return Draft(
        name="",
        is_active=False,
        touchpoint=touchpoint.value,
        delay_hours=None,
        is_anonymous=is_anonymous,
        ignores_cooldown=touchpoint in (Touchpoint.EMPLOYEE, Touchpoint.PARTNER),
        questions=(comment,),
    )


STARTS: Mapping[str, Start] = {
    AFTER_DELIVERY: Start(
        gettext_noop("After delivery"),
        gettext_noop("How likely to recommend, asked some hours after an order was fulfilled."),
        ready_draft(AFTER_DELIVERY),
    ),
    PRODUCT_USED: Start(
        gettext_noop("When the product has been used"),
        gettext_noop("30 days later: which product it was about, what people like about it and what to improve."),
        ready_draft(PRODUCT_USED),
    ),
    CSAT: Start(
        gettext_noop("Satisfaction (CSAT)"),
        gettext_noop("From 1 to 5, after a contact with support. Has a report of its own and does not change the NPS."),
        ready_draft(CSAT),
    ),
    CES: Start(
        gettext_noop("Effort (CES)"),
        gettext_noop("How easy it was, from 1 to 7. Has a report of its own and does not change the NPS."),
        ready_draft(CES),
    ),
    "relationship": Start(
        gettext_noop("Relationship"),
        gettext_noop("How likely to recommend, asked in waves of customers whatever they bought."),
        _own(Touchpoint.RELATIONSHIP),
    ),
    "employee": Start(
        gettext_noop("Employees (eNPS)"),
        gettext_noop("Asked in waves of addresses; anonymous, so that no answer leads to an address."),
        _own(Touchpoint.EMPLOYEE, is_anonymous=True),
    ),
    "blank": Start(
        gettext_noop("Something else"),
        gettext_noop("How likely to recommend, and nothing more yet."),
        _own(Touchpoint.ORDER_FULFILLED),
    ),
}


def start_name(kind: str) -> str:
    """Return how a beginning is called, in the reader's language."""
    return gettext(STARTS[kind].name)


def start_hint(kind: str) -> str:
    """Return what a beginning is for, in the reader's language."""
    return gettext(STARTS[kind].hint)


def start_of(kind: str, staff: Staff) -> Draft:
    """Return what a survey of this kind begins with; off, so that nobody is asked before it is looked at."""
    if kind not in STARTS:
        raise NotFound(gettext("There is no such survey."))
    channels = () if staff.channels is None else tuple(sorted(staff.channels))
    name = "" if kind == "blank" else start_name(kind)
    return replace(STARTS[kind].draft, name=name, slug="", is_active=False, channels=channels)


def unsaved(draft: Draft) -> Survey:
    """Return a survey that is not stored, with what decides how it looks. Its id is 0: without any it could have no texts."""
    return Survey(
        pk=0,
        name=draft.name,
        touchpoint=draft.touchpoint,
        scale=draft.scale,
        is_active=False,
        channels=list(draft.channels),
    )
