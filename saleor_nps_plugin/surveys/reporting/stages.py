"""The running counts of what becomes of invitations.

A new invitation is counted by the worker: orders that are fulfilled at once need not wait for each other at a count.
Whatever happens to it later is counted in the transaction that notes it, unless the worker has yet to come: it counts
what it finds.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import connection, transaction

ASKED, SENT, OPENED, ANSWERED = "asked", "sent", "opened", "answered"

_CELL = "survey_id, day, channel, stage"
_INSERT = f"INSERT INTO nps_invitation_tally AS t ({_CELL}, count)"
# In order, so that two transactions lock the rows alike.
_UPSERT = f"""GROUP BY {_CELL} ORDER BY {_CELL}
    ON CONFLICT ({_CELL}) DO UPDATE SET count = t.count + excluded.count"""
# The rows of an invitation. Who came through a door, or was asked elsewhere, was not asked by us.
_STAGES = """
    SELECT survey_id, (created_at AT TIME ZONE 'UTC')::date AS day, channel, stage
    FROM {invitations} CROSS JOIN LATERAL (VALUES
        (CASE WHEN status = 'skipped' THEN skip_reason ELSE 'asked' END),
        (CASE WHEN sent_at IS NOT NULL THEN 'sent' END),
        (CASE WHEN opened_at IS NOT NULL THEN 'opened' END),
        (CASE WHEN status = 'answered' THEN 'answered' END)
    ) AS s (stage)
    WHERE stage IS NOT NULL AND source NOT IN ('link', 'kiosk', 'snippet', 'imported') AND {condition}
"""
_COUNT_NEW = f"""
WITH fresh AS (
    SELECT id FROM nps_invitation WHERE NOT is_tallied ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED
), noted AS (
    UPDATE nps_invitation AS i SET is_tallied = true FROM fresh WHERE i.id = fresh.id RETURNING i.*
), counted AS (
    {_INSERT} SELECT {_CELL}, count(*)
    FROM ({_STAGES.format(invitations="noted", condition="true")}) AS stages {_UPSERT}
)
SELECT count(*) FROM noted
"""
_UNCOUNT = f"""
WITH known AS (
    SELECT id, is_tallied AS was_tallied FROM nps_invitation WHERE id = ANY (%s) ORDER BY id FOR UPDATE
), noted AS (
    UPDATE nps_invitation AS i SET is_tallied = false FROM known WHERE i.id = known.id RETURNING i.*, was_tallied
)
{_INSERT} SELECT {_CELL}, -count(*)
FROM ({_STAGES.format(invitations="noted", condition="was_tallied")}) AS stages {_UPSERT}
"""
# To go along with a statement of somebody else; the invitation is locked already.
_ADD = f"""{_INSERT} SELECT survey_id, (created_at AT TIME ZONE 'UTC')::date AS day, channel, stage, count(*)
    FROM nps_invitation CROSS JOIN unnest(%s::text[]) AS s (stage) WHERE id = %s AND is_tallied {_UPSERT}"""
ALONG = f"WITH staged AS ({_ADD})"

# To go along with a statement whose CTE `marked` returns invitations that were sent.
ALONG_MARKED = f""", staged AS (
    {_INSERT} SELECT survey_id, (created_at AT TIME ZONE 'UTC')::date AS day, channel, 'sent' AS stage, count(*)
    FROM marked WHERE is_tallied {_UPSERT}
)"""


def count_new(*, now: datetime | None = None, limit: int) -> int:
    """Count up to `limit` invitations that nobody has counted yet; return how many."""
    with connection.cursor() as cursor:
        cursor.execute(_COUNT_NEW, [limit])
        return int(cursor.fetchone()[0])


def uncount(invitation_ids: Iterable[int]) -> None:
    """Take invitations out of the counts before they change; the worker counts them anew as it finds them.

    Inside the transaction that changes them: they are locked until its end.
    """
    with connection.cursor() as cursor:
        cursor.execute(_UNCOUNT, [list(invitation_ids)])


def values(invitation_id: int, *reached: str) -> list[Any]:
    """The values of ALONG: an invitation, locked, has reached these stages."""
    return [list(reached), invitation_id]


def add(invitation_id: int, *reached: str) -> None:
    """Count that an invitation, locked, has reached these stages."""
    with connection.cursor() as cursor:
        cursor.execute(_ADD, values(invitation_id, *reached))


_COUNTED_ANEW = f"""SELECT {_CELL}, count(*)::int
    FROM ({_STAGES.format(invitations="nps_invitation", condition="is_tallied")}) AS stages GROUP BY {_CELL}"""


def rebuild() -> int:
    """Replace the counts by what the invitations say; return the number of rows."""
    with transaction.atomic(), connection.cursor() as cursor:
        # Whoever changes an invitation meanwhile waits with its count, or has brought it in already.
        cursor.execute("LOCK TABLE nps_invitation_tally IN EXCLUSIVE MODE")
        cursor.execute("DELETE FROM nps_invitation_tally")
        cursor.execute(f"INSERT INTO nps_invitation_tally ({_CELL}, count) {_COUNTED_ANEW}")
        rows = int(cursor.rowcount)
    while count_new(limit=1000):
        pass
    return rows


def differences() -> int:
    """Return how many cells are not what the invitations say; those that the worker has yet to count are left out."""
    stored = f"SELECT {_CELL}, count FROM nps_invitation_tally WHERE count <> 0"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(DISTINCT ({_CELL})) FROM "
            f"((({_COUNTED_ANEW}) EXCEPT ({stored})) UNION ALL (({stored}) EXCEPT ({_COUNTED_ANEW}))) AS wrong"
        )
        return int(cursor.fetchone()[0])
