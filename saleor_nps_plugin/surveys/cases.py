"""What staff do about a response: follow it up, note it, leave it out of the score."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from ..errors import Invalid, NotFound, Required
from . import tallies
from .models import CaseNote, CaseStatus, Response
from .submission import LONGEST_COMMENT, clean_text

MOST_TAGS = 50
LONGEST_TAG = 50
LONGEST_REASON = 200


@dataclass(frozen=True)
class Changes:
    """What is to change; None leaves a thing as it is. `assignee_id` 0 takes the case away from everybody."""

    case_status: str | None = None
    assignee_id: int | None = None
    tags: Sequence[str] | None = None
    note: str | None = None
    is_counted: bool | None = None
    exclusion_reason: str | None = None


def update_response(
    response_id: int, changes: Changes, *, staff_id: int | None, now: datetime, visible: Q = Q()
) -> Response:
    """Apply what staff decided, all or nothing.

    `staff_id` is a user id, None for an app; `visible` narrows down which responses the asker may touch. Raises NotFound,
    Invalid, or Required where an exclusion has no reason.
    """
    with transaction.atomic():
        response = Response.objects.select_for_update(of=("self",)).filter(visible, pk=response_id).first()
        if response is None:
            raise NotFound("There is no such response.", field="id")
        _follow_up(response, changes)
        _count(response, changes)
        if changes.note is not None:
            _note(response, changes.note, staff_id, now)
        response.save()
        return response


def _follow_up(response: Response, changes: Changes) -> None:
    if changes.case_status is not None:
        response.case_status = CaseStatus(changes.case_status)
    if changes.assignee_id is not None:
        response.assignee_id = changes.assignee_id or None
    if changes.tags is not None:
        response.tags = _read_tags(changes.tags)


def _read_tags(tags: Sequence[str]) -> list[str]:
    cleaned = list(dict.fromkeys(filter(None, (clean_text(tag) for tag in tags))))
    if len(cleaned) > MOST_TAGS:
        raise Invalid(f"A response takes at most {MOST_TAGS} tags.", field="tags")
    if any(len(tag) > LONGEST_TAG for tag in cleaned):
        raise Invalid(f"A tag has at most {LONGEST_TAG} characters.", field="tags")
    return cleaned


def _count(response: Response, changes: Changes) -> None:
    """Leave a response out of every score, or take it in again; the tallies follow."""
    change = tallies.Change()
    change.count_response(response, -1)
    if changes.is_counted is not None:
        response.is_counted = changes.is_counted
    if changes.exclusion_reason is not None:
        response.exclusion_reason = clean_text(changes.exclusion_reason)
    if len(response.exclusion_reason) > LONGEST_REASON:
        raise Invalid(f"The reason has at most {LONGEST_REASON} characters.", field="exclusion_reason")
    if response.is_counted:
        response.exclusion_reason = ""
    elif not response.exclusion_reason:
        raise Required("Say why this response is left out of the score.", field="exclusion_reason")
    change.count_response(response)
    change.write()


def _note(response: Response, text: str, staff_id: int | None, now: datetime) -> None:
    cleaned = clean_text(text)
    if not cleaned:
        raise Invalid("The note is empty.", field="note")
    if len(cleaned) > LONGEST_COMMENT:
        raise Invalid(f"A note has at most {LONGEST_COMMENT} characters.", field="note")
    CaseNote.objects.create(response=response, author_id=staff_id, text=cleaned, created_at=now)
