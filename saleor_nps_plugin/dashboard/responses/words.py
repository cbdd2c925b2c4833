"""What the desk calls states and events of a case."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext, gettext_noop, ngettext

from ... import languages, money
from ...surveys.answering.untrue import told_flags
from ...surveys.following_up.cases import CALLBACK
from ...surveys.models import CaseNote, CaseStatus, NoteKind, Response
from ...surveys.reporting.scoring import Category

STATUSES = {
    CaseStatus.OPEN: gettext_noop("Open"),
    CaseStatus.IN_PROGRESS: gettext_noop("In progress"),
    CaseStatus.RESOLVED: gettext_noop("Resolved"),
    CaseStatus.NONE: gettext_noop("No case"),
}
STATUS_TONES = {CaseStatus.OPEN: "info", CaseStatus.IN_PROGRESS: "warn", CaseStatus.RESOLVED: "good"}
GROUPS = {
    Category.PROMOTER: gettext_noop("Promoters"),
    Category.PASSIVE: gettext_noop("Passives"),
    Category.DETRACTOR: gettext_noop("Detractors"),
}
AUTHORS = {
    Category.PROMOTER: gettext_noop("Promoter"),
    Category.PASSIVE: gettext_noop("Passive"),
    Category.DETRACTOR: gettext_noop("Detractor"),
}
_STATUS_CHANGES = {
    "open": gettext_noop("{name} opened the case again."),
    "in_progress": gettext_noop("{name} is working on it."),
    "resolved": gettext_noop("{name} resolved the case."),
    "none": gettext_noop("{name} closed it: no case."),
}
# Whether the customer wanted to hear from the shop before, and does now.
_WISHES = {
    (False, True): gettext_noop("The customer asked to be contacted."),
    (True, True): gettext_noop("The customer changed how they want to be contacted."),
    (True, False): gettext_noop("The customer does not want to be contacted any more."),
}
# How a case that waits looks, by the days that it has waited.
_AGES = ((7, "late"), (3, "bad"), (1, "warn"), (0, "fresh"))


def age_tone(response: Response, *, now: datetime) -> str:
    """Return the tone in which the age of a case is written, or "" where nobody waits."""
    if response.case_status not in (CaseStatus.OPEN, CaseStatus.IN_PROGRESS):
        return ""
    waited = now - response.created_at
    return next((tone for days, tone in _AGES if waited >= timedelta(days=days)), "")


def status_word(status: str) -> str:
    """Where a case stands."""
    return gettext(STATUSES[CaseStatus(status)])


def author_word(response: Response) -> str:
    """What a score makes of its author."""
    return gettext(AUTHORS[response.category])


@dataclass(frozen=True)
class Names:
    """What members of staff are called: `known` by id."""

    known: Mapping[int, str]

    def of(self, user_id: int | None) -> str:
        """The name of somebody; None is an app."""
        if user_id is None:
            return gettext("An app")
        return self.known.get(user_id) or gettext("Somebody who left")


def events(note: CaseNote, names: Names) -> list[str]:
    """Return a sentence for everything that a line of the history tells, apart from its text."""
    if note.kind == NoteKind.OFFER:
        return list(_offered(note, names))
    if note.kind == NoteKind.CHANGE:
        return list(_changed(note, names))
    return []


def _changed(note: CaseNote, names: Names) -> Iterator[str]:
    facts, name = note.facts, names.of(note.author_id)
    if CALLBACK in facts:
        yield gettext(_WISHES[*facts[CALLBACK]])
    if "case_status" in facts and CALLBACK in facts:
        yield gettext("That opened the case again.")
    elif "case_status" in facts:
        yield gettext(_STATUS_CHANGES.get(facts["case_status"][1], "{name}")).format(name=name)
    if "assignee_id" in facts:
        yield _assigned(*facts["assignee_id"], note=note, names=names)
    if "tags" in facts:
        tags = ", ".join(facts["tags"][1])
        yield (gettext("{name} set the tags: {tags}") if tags else gettext("{name} removed the tags.")).format(
            name=name, tags=tags
        )
    if "flags" in facts:
        doubts = told_flags([flag for flag in facts["flags"][1] if flag not in facts["flags"][0]])
        yield gettext("Looks untrue: {reasons}").format(reasons=doubts)
    elif "is_counted" in facts or "exclusion_reason" in facts:
        yield _counted(facts, name)


def _assigned(before: int | None, after: int | None, *, note: CaseNote, names: Names) -> str:
    name = names.of(note.author_id)
    if after is None:
        return gettext("{name} took the case away from {other}.").format(name=name, other=names.of(before))
    if after == note.author_id:
        return gettext("{name} took the case.").format(name=name)
    return gettext("{name} gave the case to {other}.").format(name=name, other=names.of(after))


def _counted(facts: Mapping[str, Any], name: str) -> str:
    _, reason = facts.get("exclusion_reason", ["", ""])
    if not reason:
        return gettext("{name} counts it in the score again.").format(name=name)
    return gettext("{name} left it out of the score: {reason}").format(name=name, reason=reason)


def _offered(note: CaseNote, names: Names) -> Iterator[str]:
    facts, name = note.facts, names.of(note.author_id)
    if "code" in facts:
        words = gettext("{name} gave a code of the voucher {voucher}: {code}")
        yield words.format(name=name, voucher=facts.get("voucher", ""), code=facts["code"])
    if "points" in facts:
        points, language = facts["points"], languages.current()
        words = ngettext("{name} gave {points} point ({worth}).", "{name} gave {points} points ({worth}).", points)
        worth = languages.localize_digits(money.written(points, facts["currency"], language), language)
        yield words.format(name=name, points=languages.number(points, language), worth=worth)
