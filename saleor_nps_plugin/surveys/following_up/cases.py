"""What staff do about a response: follow it up, note it, leave it out of the score."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext

from ...errors import Conflict, Invalid, NotFound, Required
from ...shop import get_shop
from ..answering.submission import LONGEST_COMMENT, clean_text
from ..models import CaseNote, CaseStatus, NoteKind, Response
from ..reporting import tallies
from ..reporting.scoring import Category
from . import announced, recovery, withheld

# The name of a change by the customer: whether they wanted to hear from the shop before, and now.
CALLBACK = "callback"
MOST_TAGS = 50
LONGEST_TAG = 50
LONGEST_REASON = 200
_TOLD = ("case_status", "assignee_id", "tags", "is_counted", "exclusion_reason")


@dataclass(frozen=True)
class Changes:
    """What is to change; None leaves a thing as it is. `assignee_id` 0 takes the case away from everybody."""

    case_status: str | None = None
    assignee_id: int | None = None
    tags: Sequence[str] | None = None
    note: str | None = None
    is_counted: bool | None = None
    exclusion_reason: str | None = None


class CaseConflict(Conflict):
    """Somebody else changed the case meanwhile. `note` says what staff did last; None: the customer changed the answer."""

    def __init__(self, message: str, note: CaseNote | None) -> None:
        self.note = note
        super().__init__(message, field="revision")


def update_response(
    response_id: int,
    changes: Changes,
    *,
    staff_id: int | None,
    now: datetime,
    visible: Q = Q(),
    revision: int | None = None,
) -> Response:
    """Apply what staff decided, all or nothing; what changed becomes a line in the history of the case.

    `staff_id` is a user id, None for an app; `visible` narrows down which responses the asker may touch. `revision` is the
    one that staff had in front of them, None for whoever does not care. Raises NotFound, Invalid, Required where an
    exclusion has no reason, or CaseConflict, which says who changed what, if the response is another by now.
    """
    with transaction.atomic():
        response = lock(response_id, staff_id=staff_id, visible=visible, revision=revision)
        before = facts_of(response)
        _follow_up(response, changes)
        if _count(response, changes):
            _take_up_again(response, changes, now)
        if changes.note is not None:
            write_note(response, changes.note, staff_id=staff_id, now=now)
        keep(response, before, staff_id=staff_id, now=now)
        return response


def lock(response_id: int, *, staff_id: int | None, visible: Q = Q(), revision: int | None = None) -> Response:
    """Return a response that nobody else changes until the transaction ends. Raises NotFound or CaseConflict.

    What `staff_id` did since `revision` is no conflict: they know of it.
    """
    response = Response.objects.select_for_update(of=("self",)).filter(visible, pk=response_id).first()
    if response is None:
        raise NotFound(gettext("There is no such response."), field="id")
    see_current(response, revision, staff_id=staff_id)
    return response


def see_current(response: Response, revision: int | None, *, staff_id: int | None) -> None:
    """Raise CaseConflict if somebody else has changed a response since a revision; None is as good as the newest."""
    if revision in (None, response.revision):
        return
    since = response.notes.filter(facts__revision__gt=revision)
    own = since.filter(author_id=staff_id).values_list("facts__revision", flat=True) if staff_id is not None else []
    if len(set(own)) != response.revision - (revision or 0):
        raise _conflict(response, since.exclude(author_id=staff_id).last())


def facts_of(response: Response) -> dict[str, Any]:
    """Return what the history of a case tells the changes of."""
    return {name: getattr(response, name) for name in _TOLD}


def keep(
    response: Response,
    before: Mapping[str, Any],
    *,
    staff_id: int | None,
    now: datetime,
    also: Mapping[str, Sequence[Any]] | None = None,
) -> None:
    """Save a response that staff changed, with a line in its history. Inside a transaction, the response locked.

    `before` are its facts before that, `also` what else changed. Nothing is written about what stayed as it was.
    """
    changed = {name: [old, getattr(response, name)] for name, old in before.items() if old != getattr(response, name)}
    changed |= {name: list(values) for name, values in (also or {}).items()}
    if changed:
        _add(response, NoteKind.CHANGE, "", changed, staff_id, now)
    response.save(update_fields=[*_TOLD, "revision", "thanks_due_at"])
    if "case_status" in changed:
        is_resolved = response.case_status == CaseStatus.RESOLVED
        recovery.follow_case(response, is_resolved=is_resolved, now=now)
        if is_resolved:
            withheld.drop_apology(response)
            announced.tell_of_resolved(response, now=now)


def write_note(
    response: Response,
    text: str,
    *,
    staff_id: int | None,
    now: datetime,
    kind: NoteKind = NoteKind.NOTE,
    facts: Mapping[str, Any] | None = None,
) -> CaseNote:
    """Add a line to the history of a case; the caller saves the response. Raises Invalid for a text that cannot be."""
    cleaned = clean_text(text)
    if not cleaned and kind != NoteKind.OFFER:
        raise Invalid(gettext("The note is empty."), field="note")
    if len(cleaned) > LONGEST_COMMENT:
        longest = gettext("A note has at most {number} characters.").format(number=LONGEST_COMMENT)
        raise Invalid(longest, field="note")
    return _add(response, kind, cleaned, facts or {}, staff_id, now)


def _add(
    response: Response, kind: NoteKind, text: str, facts: Mapping[str, Any], staff_id: int | None, now: datetime
) -> CaseNote:
    response.revision += 1
    # By its revision a line is known to have been seen, or not, by whoever saves the next one.
    told = {**facts, "revision": response.revision}
    return CaseNote.objects.create(
        response=response, kind=kind, facts=told, author_id=staff_id, text=text, created_at=now
    )


def _conflict(response: Response, note: CaseNote | None) -> CaseConflict:
    """Return the refusal that says who changed a response, and what; without a note it was the customer."""
    if note is None or CALLBACK in note.facts:
        return CaseConflict(gettext("The customer has changed the answer meanwhile."), None)
    author = get_shop().staff([note.author_id]).get(note.author_id) if note.author_id else None
    name = author.name if author else gettext("Somebody else")
    return CaseConflict(_what_happened(note).format(name=name), note)


def _what_happened(note: CaseNote) -> str:
    if note.kind in (NoteKind.REPLY, NoteKind.OFFER):
        return gettext("{name} has replied to the customer meanwhile.")
    if note.kind == NoteKind.NOTE:
        return gettext("{name} has written a note meanwhile.")
    if "case_status" in note.facts:
        return gettext("{name} has changed the status meanwhile.")
    if "assignee_id" in note.facts:
        return gettext("{name} has changed who takes care of it meanwhile.")
    if "tags" in note.facts:
        return gettext("{name} has changed the tags meanwhile.")
    return gettext("{name} has changed meanwhile whether it counts.")


def _follow_up(response: Response, changes: Changes) -> None:
    if changes.case_status is not None:
        if changes.case_status not in CaseStatus.values:
            raise Invalid(gettext("There is no such status."), field="case_status")
        response.case_status = CaseStatus(changes.case_status).value
    if changes.assignee_id is not None:
        response.assignee_id = changes.assignee_id or None
    if changes.tags is not None:
        response.tags = _read_tags(changes.tags)


def _read_tags(tags: Sequence[str]) -> list[str]:
    cleaned = list(dict.fromkeys(filter(None, (clean_text(tag) for tag in tags))))
    if len(cleaned) > MOST_TAGS:
        most = gettext("A response takes at most {number} tags.").format(number=MOST_TAGS)
        raise Invalid(most, field="tags")
    if any(len(tag) > LONGEST_TAG for tag in cleaned):
        longest = gettext("A tag has at most {number} characters.").format(number=LONGEST_TAG)
        raise Invalid(longest, field="tags")
    return cleaned


def _count(response: Response, changes: Changes) -> bool:
    """Leave a response out of every score, or take it in again; the tallies follow. Return whether it was taken in again."""
    was_counted = response.is_counted
    change = tallies.Change()
    change.count_response(response, -1)
    if changes.is_counted is not None:
        response.is_counted = changes.is_counted
    if changes.exclusion_reason is not None:
        response.exclusion_reason = clean_text(changes.exclusion_reason)
    if len(response.exclusion_reason) > LONGEST_REASON:
        longest = gettext("The reason has at most {number} characters.").format(number=LONGEST_REASON)
        raise Invalid(longest, field="exclusion_reason")
    if response.is_counted:
        response.exclusion_reason = ""
    elif not response.exclusion_reason:
        raise Required(gettext("Say why this response is left out of the score."), field="exclusion_reason")
    change.count_response(response)
    change.write()
    return response.is_counted and not was_counted


def _take_up_again(response: Response, changes: Changes, now: datetime) -> None:
    """Open the case that was set aside while the answer looked untrue, and give what the answer is owed."""
    is_unhappy = response.category is Category.DETRACTOR
    if response.flags and is_unhappy and response.case_status == CaseStatus.NONE and changes.case_status is None:
        response.case_status = CaseStatus.OPEN
    withheld.release(response, now=now)
