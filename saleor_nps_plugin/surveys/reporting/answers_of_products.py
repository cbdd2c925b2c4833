"""Scores that are counted from the responses: of several products, or of one product in another dimension.

An order with two of the products would count twice in their tallies, and two dimensions at once are not tallied. The index
on segments narrows the responses to the products' own.
"""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from .score_filter import ScoreFilter, responses_to
from .scoring import SCORES, Score
from .tallies import utc_day


def score(wanted: ScoreFilter) -> Score:
    """Return the score of the wanted answers."""
    return _counted(((None, value) for value in _rows(wanted)), [None])[None]


def by_day(wanted: ScoreFilter, start_of: Callable[[date], date]) -> dict[date, Score]:
    """Return the score per interval; `start_of` names the interval of a day by its first day."""
    return _counted((start_of(utc_day(moment)), value) for value, moment in _rows(wanted, "created_at"))


def by(wanted: ScoreFilter, dimension: str, column: str | None) -> dict[str, Score]:
    """Return the score per value of a column of the responses, or per segment of a dimension."""
    if column is not None:
        return _counted((str(key), value) for value, key in _rows(wanted, column) if key != "")
    rows = _rows(wanted, "segments")
    return _counted((key, value) for value, segments in rows for key in segments.get(dimension, ()))


def _rows(wanted: ScoreFilter, *columns: str) -> Iterable[Any]:
    return responses_to(wanted).values_list("score", *columns, flat=not columns).iterator()


def _counted[Key](answers: Iterable[tuple[Key, int]], keys: Iterable[Key] = ()) -> dict[Key, Score]:
    counts = {key: [0] * len(SCORES) for key in keys}
    for key, value in answers:
        counts.setdefault(key, [0] * len(SCORES))[value] += 1
    return {key: Score.of(numbers) for key, numbers in counts.items()}
