"""Answers of tablets and storefronts: kept the moment they come, recorded by the worker.

Many may come at once, and a visitor of a storefront is not to wait for tallies and cases. So what is sent is checked and
written down by one INSERT; what the device sends again, because it never heard of that, is the same row.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Count, Max

from ...errors import NpsError, TooManyRequests
from ..models import Door, DoorAnswer
from . import crowds, doors, untrue
from .submission import Submission, SubmittedAnswer

# So long a device that sends an answer again is known by the row; after that by the invitation.
KEPT_FOR = timedelta(days=1)
# What could not be recorded is kept for staff to see why.
FAILED_KEPT_FOR = timedelta(days=30)
# A tablet without a network says how long ago it was answered.
LONGEST_WAIT = timedelta(days=7)

_KEEP = f"""
WITH room AS ({crowds.TAKE_ROOM}), kept AS (
    INSERT INTO nps_door_answer (key, door_id, content, trace, language_code, received_at, error)
    SELECT %s::uuid, %s::bigint, %s::jsonb, %s::jsonb, %s, %s::timestamptz, '' WHERE EXISTS (SELECT FROM room)
    ON CONFLICT (key) DO NOTHING
    RETURNING 1
)
SELECT (SELECT count(*) FROM room), (SELECT count(*) FROM kept)
"""  # noqa: S608 (our own text)


def keep(
    door: Door,
    submission: Submission,
    *,
    key: UUID,
    language_code: str,
    now: datetime,
    waited: timedelta = timedelta(),
    trace: Mapping[str, Any] | None = None,
) -> bool:
    """Keep an answer until the worker records it; return False if it is known already. One statement.

    `waited` is how long the device kept it to itself. The trace's addresses are hashed here, before anything is written.
    Raises TooManyRequests, and keeps nothing, where the network has sent more than `crowds` lets it.
    """
    answered_at = now - min(max(waited, timedelta()), LONGEST_WAIT)
    kept = untrue.sealed(trace, now=now) if trace is not None else {}
    network = kept["sealed"]["network"] if kept else ""
    content = asdict(submission) | {"answered_at": answered_at.isoformat()}
    values: list[Any] = [key, door.pk, json.dumps(content), json.dumps(kept), language_code, now]
    with connection.cursor() as cursor:
        cursor.execute(_KEEP, [*crowds.values(door, network, now), *values])
        has_room, is_new = cursor.fetchone()
    if not has_room:
        raise TooManyRequests
    return bool(is_new)


def record_due(*, now: datetime, limit: int = 200) -> int:
    """Record up to `limit` answers that wait, longest first, and let old ones go; return how many were taken up.

    Rows that another worker has in hand are passed over. What cannot be recorded keeps the reason in `error`.
    """
    with transaction.atomic():
        waiting = DoorAnswer.objects.filter(recorded_at=None, error="").order_by("received_at")
        rows = list(waiting.select_for_update(skip_locked=True, of=("self",)).select_related("door__survey")[:limit])
        for row in rows:
            _record(row, now)
    if not rows:
        _delete_old(now)
    return len(rows)


def _record(row: DoorAnswer, now: datetime) -> None:
    submission, answered_at = _read(row.content)
    trace = row.trace or None
    try:
        with transaction.atomic():
            _record_whole(row, submission, answered_at, trace)
    except NpsError as error:
        # What was said stays as it was, for staff to look at.
        row.error = (error.message or type(error).__name__)[:200]
        row.trace = {}
        row.save(update_fields=["error", "trace"])
        return
    # The answer is in its place now; a copy would outlive a wish to be forgotten.
    row.recorded_at, row.content, row.trace = now, {}, {}
    row.save(update_fields=["recorded_at", "content", "trace"])


def _record_whole(
    row: DoorAnswer, submission: Submission, answered_at: datetime, trace: Mapping[str, Any] | None
) -> None:
    doors.record(
        row.door,
        submission,
        key=row.key,
        language_code=row.language_code,
        now=answered_at,
        trace=trace,
        # Whoever walked away from a tablet has answered what they have answered.
        may_leave_out=True,
    )


def _read(content: Mapping[str, Any]) -> tuple[Submission, datetime]:
    given = dict(content)
    answered_at = datetime.fromisoformat(given.pop("answered_at"))
    answers = [SubmittedAnswer(**{**answer, "choices": tuple(answer["choices"])}) for answer in given.pop("answers")]
    return Submission(**given, answers=tuple(answers)), answered_at


def _delete_old(now: datetime) -> None:
    DoorAnswer.objects.filter(recorded_at__lte=now - KEPT_FOR).delete()
    failed = DoorAnswer.objects.filter(recorded_at=None, received_at__lte=now - FAILED_KEPT_FOR)
    failed.exclude(error="").delete()
    crowds.delete_old(now=now)


def failures_of(door: Door) -> list[dict[str, Any]]:
    """Return why answers through a door could not be recorded: {"error", "answers", "latest"}, most frequent first."""
    failed = door.answers.filter(recorded_at=None).exclude(error="")
    rows = failed.values("error").annotate(answers=Count("pk"), latest=Max("received_at"))
    return list(rows.order_by("-answers", "error")[:10])
