"""The running counts behind every score. Whoever changes a response or sends an invitation calls here in the same
transaction."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from itertools import chain, product
from typing import Any, NamedTuple

from django.db import connection, transaction

from ..models import Invitation, Response, Survey, Tally
from . import stages
from .scoring import NPS, SCORES

SCORE_FIELDS = tuple(f"score_{score}" for score in SCORES)
COUNT_FIELDS = ("sent", "answered", *SCORE_FIELDS)


class Cell(NamedTuple):
    """Which row of the tallies; see `Tally`. Ordered, so that every transaction locks rows in the same order."""

    dimension: str
    country: str
    survey_id: int
    day: date
    channel: str
    key: str
    span: str


CELL_FIELDS = Cell._fields


def utc_day(moment: datetime) -> date:
    """The day on which a moment is counted."""
    return moment.astimezone(UTC).date()


def _spans(day: date) -> Iterator[tuple[date, str]]:
    yield day, Tally.Span.DAY.value
    yield day.replace(day=1), Tally.Span.MONTH.value


def prefix_of(scale: str) -> str:
    """What the dimensions of a scale begin with: nothing for NPS, "csat:" and so on for the others."""
    return "" if scale == NPS else f"{scale}:"


def _whole(survey: Survey, day: date, channel: str, country: str) -> Iterator[Cell]:
    for first, span in _spans(day):
        for place in {"", country}:
            yield Cell(prefix_of(survey.scale), place, survey.pk, first, channel, "", span)


def _cells(response: Response) -> Iterator[Cell]:
    day, segments, prefix = utc_day(response.created_at), response.segments, prefix_of(response.survey.scale)
    yield from _whole(response.survey, day, response.channel, response.country)
    for first, span in _spans(day):
        for dimension, keys in segments.items():
            for key, place in product(keys, {"", response.country}):
                yield Cell(prefix + dimension, place, response.survey_id, first, response.channel, key, span)
        for bought, reason in product(segments.get("product", ()), segments.get("reason", ())):
            key = f"{bought}:{reason}"
            yield Cell(f"{prefix}product_reason", "", response.survey_id, first, response.channel, key, span)


class Change:
    """Additions to the tallies, gathered and then written in one statement."""

    def __init__(self) -> None:
        self._counts: dict[Cell, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        self._reached: list[Any] | None = None

    def _add(self, cell: Cell, field: str, amount: int) -> None:
        self._counts[cell][field] += amount

    def count_response(self, response: Response, amount: int = 1) -> None:
        """Count a response in, or out with -1; a response left out of every score changes nothing."""
        if response.is_counted:
            for cell in _cells(response):
                self._add(cell, f"score_{response.score}", amount)

    def count_sent(self, invitation: Invitation, sent_at: datetime, amount: int = 1) -> None:
        """Count an invitation in, or out with -1, on the day on which it was sent."""
        for cell in _whole(invitation.survey, utc_day(sent_at), invitation.channel, invitation.country):
            self._add(cell, "sent", amount)

    def count_answered(self, invitation: Invitation) -> None:
        """Count the first answer to an invitation, on the day on which that was sent."""
        if invitation.sent_at is not None:
            for cell in _whole(invitation.survey, utc_day(invitation.sent_at), invitation.channel, invitation.country):
                self._add(cell, "answered", 1)

    def note_reached(self, invitation: Invitation, *reached: str) -> None:
        """Count, together with its answer, that an invitation, locked, has reached these of the `stages`."""
        if invitation.is_tallied and reached:
            self._reached = stages.values(invitation.pk, *reached)

    def write(self, *, along: str = "", values: Sequence[Any] = ()) -> None:
        """Add everything gathered to the stored counts. `along` is a WITH clause that joins the statement."""
        rows = [(cell, counts) for cell, counts in sorted(self._counts.items()) if any(counts.values())]
        if self._reached is not None:
            along, values = stages.ALONG, self._reached
        if not rows:
            return
        fields = sorted({field for _, counts in rows for field in counts})
        counted: list[tuple[Any, ...]] = [(*cell, *(counts.get(field, 0) for field in fields)) for cell, counts in rows]
        with connection.cursor() as cursor:
            cursor.execute(f"{along} {_upsert(tuple(fields), len(rows))}", [*values, *chain.from_iterable(counted)])


def uncount(invitation: Invitation) -> None:
    """Take an invitation, locked, that will be made anew out of all counts."""
    stages.uncount([invitation.pk])
    invitation.is_tallied = False
    if invitation.sent_at is not None:
        change = Change()
        change.count_sent(invitation, invitation.sent_at, -1)
        change.write()


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


_SCORE_COUNTS = ", ".join(f"count(*) FILTER (WHERE score = {score})::int AS score_{score}" for score in SCORES)

_SUMS = ", ".join(f"sum({field})::int" for field in COUNT_FIELDS)

# What the tallies ought to be, counted from responses and invitations. Each is read once, in the row of its country; the
# rows of all countries are sums of those.
_COUNTED = f"""
WITH scales AS (
    SELECT id, CASE scale WHEN '{NPS}' THEN '' ELSE scale || ':' END AS prefix FROM nps_survey
), answers AS (
    SELECT r.*, (r.created_at AT TIME ZONE 'UTC')::date AS day, s.prefix
    FROM nps_response AS r JOIN scales AS s ON s.id = r.survey_id WHERE is_counted AND {{answers}}
), parts AS (
    SELECT prefix AS dimension, country, survey_id, day, channel, '' AS key, 0 AS sent, 0 AS answered, score FROM answers
    UNION ALL
    SELECT prefix || dimension, country, survey_id, day, channel, key, 0, 0, score
    FROM answers CROSS JOIN LATERAL jsonb_each(segments) AS d (dimension, keys)
    CROSS JOIN LATERAL jsonb_array_elements_text(keys) AS k (key)
    UNION ALL
    SELECT prefix || 'product_reason', '', survey_id, day, channel, bought || ':' || reason, 0, 0, score
    FROM answers CROSS JOIN LATERAL jsonb_array_elements_text(segments -> 'product') AS b (bought)
    CROSS JOIN LATERAL jsonb_array_elements_text(segments -> 'reason') AS w (reason)
    UNION ALL
    SELECT s.prefix, country, survey_id, (sent_at AT TIME ZONE 'UTC')::date, channel, '', 1,
        (status = 'answered')::int, NULL
    FROM nps_invitation AS i JOIN scales AS s ON s.id = i.survey_id WHERE sent_at IS NOT NULL AND {{invitations}}
), by_country AS (
    SELECT dimension, country, survey_id, day, channel, key,
        count(*) FILTER (WHERE sent = 1)::int AS sent, count(*) FILTER (WHERE answered = 1)::int AS answered, {_SCORE_COUNTS}
    FROM parts GROUP BY 1, 2, 3, 4, 5, 6
), days AS (
    SELECT * FROM by_country WHERE country <> ''
    UNION ALL
    SELECT dimension, '', survey_id, day, channel, key, {_SUMS} FROM by_country GROUP BY 1, 3, 4, 5, 6
)
SELECT {", ".join(CELL_FIELDS[:-1])}, 'day' AS span, {", ".join(COUNT_FIELDS)} FROM days
UNION ALL
SELECT dimension, country, survey_id, date_trunc('month', day)::date, channel, key, 'month', {_SUMS}
FROM days GROUP BY 1, 2, 3, 4, 5, 6
"""
_COUNTED_ANEW = _COUNTED.format(answers="true", invitations="true")

_ALL_FIELDS = ", ".join((*CELL_FIELDS, *COUNT_FIELDS))
_NOT_EMPTY = " OR ".join(f"{field} <> 0" for field in COUNT_FIELDS)


# Ordered as every other transaction locks them, which compares texts as Python does.
_ADDED = f"""
INSERT INTO nps_tally ({_ALL_FIELDS})
SELECT {_ALL_FIELDS} FROM ({_COUNTED.format(answers="r.id = ANY (%s)", invitations="false")}) AS added
ORDER BY dimension COLLATE "C", country COLLATE "C", survey_id, day, channel COLLATE "C", key COLLATE "C", span COLLATE "C"
ON CONFLICT ({", ".join(CELL_FIELDS)}) DO UPDATE SET
    {", ".join(f"{field} = nps_tally.{field} + excluded.{field}" for field in SCORE_FIELDS)}
"""


def count_many(response_ids: Sequence[int]) -> None:
    """Count responses in that were made in bulk, in the transaction that makes them."""
    with connection.cursor() as cursor:
        cursor.execute(_ADDED, [list(response_ids)])


def rebuild() -> int:
    """Replace the tallies by what the responses and invitations say; return the number of rows."""
    with transaction.atomic(), connection.cursor() as cursor:
        # Answers given meanwhile wait, so that none is counted twice or not at all.
        cursor.execute("LOCK TABLE nps_tally IN EXCLUSIVE MODE")
        cursor.execute("DELETE FROM nps_tally")
        cursor.execute(f"INSERT INTO nps_tally ({_ALL_FIELDS}) {_COUNTED_ANEW}")
        rows = int(cursor.rowcount)
    return rows + stages.rebuild()


def differences() -> int:
    """Return how many cells of the tallies are not what the responses and invitations say; 0 proves them equal."""
    stored = f"SELECT {_ALL_FIELDS} FROM nps_tally WHERE {_NOT_EMPTY}"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(DISTINCT ({', '.join(CELL_FIELDS)})) FROM "
            f"((({_COUNTED_ANEW}) EXCEPT ({stored})) UNION ALL (({stored}) EXCEPT ({_COUNTED_ANEW}))) AS wrong"
        )
        return int(cursor.fetchone()[0]) + stages.differences()
