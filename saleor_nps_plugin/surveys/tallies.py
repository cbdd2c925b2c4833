"""The running counts behind every score. Whoever changes a response or sends an invitation calls here in the same
transaction."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from itertools import chain
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import connection, transaction
from django.db.models import Func, IntegerField

from .models import Invitation, Response, Tally
from .scoring import SCORES

CELL_FIELDS = ("dimension", "country", "survey_id", "day", "channel", "key")
SCORE_FIELDS = tuple(f"score_{score}" for score in SCORES)
COUNT_FIELDS = ("sent", "answered", *SCORE_FIELDS)


class ScoreCounts(Func):
    """The sums of the eleven counts in one array: Django takes longer over eleven sums than PostgreSQL does."""

    template = f"ARRAY[{', '.join(f'sum({field})' for field in SCORE_FIELDS)}]"
    contains_aggregate = True
    output_field = ArrayField(IntegerField())

    def get_group_by_cols(self) -> list[Any]:
        return []


@dataclass(frozen=True, order=True)
class Cell:
    """Which row of the tallies; see `Tally`. Ordered, so that every transaction locks rows in the same order."""

    dimension: str
    country: str
    survey_id: int
    day: date
    channel: str
    key: str


def utc_day(moment: datetime) -> date:
    """The day on which a moment is counted."""
    return moment.astimezone(UTC).date()


def _whole(survey_id: int, day: date, channel: str, country: str) -> Iterator[Cell]:
    for place in {"", country}:
        yield Cell("", place, survey_id, day, channel, "")


def _cells(response: Response) -> Iterator[Cell]:
    day = utc_day(response.created_at)
    yield from _whole(response.survey_id, day, response.channel, response.country)
    for dimension, keys in response.segments.items():
        for key in keys:
            for place in {"", response.country}:
                yield Cell(dimension, place, response.survey_id, day, response.channel, key)


class Change:
    """Additions to the tallies, gathered and then written in one statement."""

    def __init__(self) -> None:
        self._counts: dict[Cell, dict[str, int]] = defaultdict(lambda: defaultdict(int))

    def _add(self, cell: Cell, field: str, amount: int) -> None:
        self._counts[cell][field] += amount

    def count_response(self, response: Response, amount: int = 1) -> None:
        """Count a response in, or out with -1; a response left out of every score changes nothing."""
        if response.is_counted:
            for cell in _cells(response):
                self._add(cell, f"score_{response.score}", amount)

    def count_sent(self, invitation: Invitation, sent_at: datetime) -> None:
        """Count an invitation on the day on which it was sent."""
        for cell in _whole(invitation.survey_id, utc_day(sent_at), invitation.channel, invitation.country):
            self._add(cell, "sent", 1)

    def count_answered(self, invitation: Invitation) -> None:
        """Count the first answer to an invitation, on the day on which that was sent."""
        if invitation.sent_at is not None:
            for cell in _whole(
                invitation.survey_id, utc_day(invitation.sent_at), invitation.channel, invitation.country
            ):
                self._add(cell, "answered", 1)

    def write(self, *, along: str = "", values: Sequence[Any] = ()) -> None:
        """Add everything gathered to the stored counts. `along` is a WITH clause that joins the statement."""
        rows = [(cell, counts) for cell, counts in sorted(self._counts.items()) if any(counts.values())]
        if not rows:
            return
        fields = sorted({field for _, counts in rows for field in counts})
        counted = [(*_cell_values(cell), *(counts.get(field, 0) for field in fields)) for cell, counts in rows]
        with connection.cursor() as cursor:
            cursor.execute(f"{along} {_upsert(tuple(fields), len(rows))}", [*values, *chain.from_iterable(counted)])


def _cell_values(cell: Cell) -> tuple[Any, ...]:
    return tuple(getattr(cell, field) for field in CELL_FIELDS)


@lru_cache(maxsize=256)
def _upsert(fields: tuple[str, ...], rows: int) -> str:
    """SQL that adds `rows` rows of counts; Django's own upsert can only overwrite."""
    columns = (*CELL_FIELDS, *fields)
    row = f"({', '.join(['%s'] * len(columns))}{', 0' * (len(COUNT_FIELDS) - len(fields))})"
    others = [field for field in COUNT_FIELDS if field not in fields]
    additions = ", ".join(f"{field} = nps_tally.{field} + excluded.{field}" for field in fields)
    return (
        f"INSERT INTO nps_tally ({', '.join((*columns, *others))}) VALUES {', '.join([row] * rows)} "
        f"ON CONFLICT ({', '.join(CELL_FIELDS)}) DO UPDATE SET {additions}"
    )


_SCORE_COUNTS = ", ".join(f"count(*) FILTER (WHERE score = {score})" for score in SCORES)

# What the tallies ought to be, counted from responses and invitations; the four parts have no cell in common that the
# final sum does not bring together.
_COUNTED_ANEW = f"""
WITH places AS (
    SELECT r.*, (r.created_at AT TIME ZONE 'UTC')::date AS day, place
    FROM nps_response r CROSS JOIN LATERAL (SELECT '' UNION SELECT r.country) AS p(place)
    WHERE r.is_counted
), invited AS (
    SELECT i.*, (i.sent_at AT TIME ZONE 'UTC')::date AS day, place
    FROM nps_invitation i CROSS JOIN LATERAL (SELECT '' UNION SELECT i.country) AS p(place)
    WHERE i.sent_at IS NOT NULL
), parts AS (
    SELECT '' AS dimension, place, survey_id, day, channel, '' AS key, 0 AS sent, 0 AS answered, score FROM places
    UNION ALL
    SELECT dimension, place, survey_id, day, channel, key, 0, 0, score
    FROM places CROSS JOIN LATERAL jsonb_each(segments) AS d(dimension, keys)
    CROSS JOIN LATERAL jsonb_array_elements_text(keys) AS k(key)
    UNION ALL
    SELECT '', place, survey_id, day, channel, '', 1, (status = 'answered')::int, NULL FROM invited
)
SELECT dimension, place AS country, survey_id, day, channel, key,
    sum(sent)::int, sum(answered)::int, {_SCORE_COUNTS}
FROM parts GROUP BY 1, 2, 3, 4, 5, 6
"""

_ALL_FIELDS = ", ".join((*CELL_FIELDS, *COUNT_FIELDS))
_NOT_EMPTY = " OR ".join(f"{field} <> 0" for field in COUNT_FIELDS)


def rebuild() -> int:
    """Replace the tallies by what the responses and invitations say; return the number of rows."""
    with transaction.atomic(), connection.cursor() as cursor:
        # Answers given meanwhile wait, so that none is counted twice or not at all.
        cursor.execute("LOCK TABLE nps_tally IN EXCLUSIVE MODE")
        cursor.execute("DELETE FROM nps_tally")
        cursor.execute(f"INSERT INTO nps_tally ({_ALL_FIELDS}) {_COUNTED_ANEW}")
        return Tally.objects.count()


def differences() -> int:
    """Return how many cells of the tallies are not what the responses and invitations say; 0 proves them equal."""
    stored = f"SELECT {_ALL_FIELDS} FROM nps_tally WHERE {_NOT_EMPTY}"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(DISTINCT ({', '.join(CELL_FIELDS)})) FROM "
            f"((({_COUNTED_ANEW}) EXCEPT ({stored})) UNION ALL (({stored}) EXCEPT ({_COUNTED_ANEW}))) AS wrong"
        )
        return int(cursor.fetchone()[0])
