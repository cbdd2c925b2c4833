"""The numbers of a scale of its own as rows of a CSV file, the same columns for every table."""

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext, gettext_noop

from ...surveys.reporting import satisfaction
from ...surveys.reporting.reports import Segment
from ...surveys.reporting.satisfaction import Satisfaction, SatisfactionPoint
from ...surveys.reporting.scoring import Score, scores_on
from .. import words
from .export import MOST_PARTS
from .figures import DIMENSIONS, label_of
from .filters import Selection
from .groups import COMPARED, FIGURES, GROUPS, counts_of

TABLES = ("score", "trend", "distribution", *COMPARED)
_BEFORE = (
    gettext_noop("Table"),
    gettext_noop("Key"),
    gettext_noop("Name"),
    gettext_noop("From"),
    gettext_noop("Until"),
    gettext_noop("Count"),
)
_AFTER = (gettext_noop("Margin of error"), gettext_noop("Mean"), gettext_noop("Responses"))
_TITLES = {"trend": gettext_noop("Over time"), "distribution": gettext_noop("Responses per score"), **DIMENSIONS}


def rows(
    selection: Selection, tables: Sequence[str], points: Sequence[SatisfactionPoint]
) -> Iterator[Sequence[object]]:
    """Yield the head and the rows of these tables, names of TABLES; `points` are those of the trend."""
    scale = selection.scale
    head = [*_BEFORE, FIGURES[scale], *_AFTER, *GROUPS[scale].values()]
    yield [gettext(name) for name in head]
    for table in tables:
        title = gettext(words.SCALE_NAMES[scale] if table == "score" else _TITLES[table])
        for row in _rows_of(selection, table, points):
            yield (title, *row, *[None] * (len(head) - 1 - len(row)))


def _rows_of(selection: Selection, table: str, points: Sequence[SatisfactionPoint]) -> Iterator[Sequence[object]]:
    since, until = selection.period.since, selection.period.until
    scale, wanted = selection.scale, selection.wanted
    if table == "score":
        yield ("", "", since, until, None, *_figures(satisfaction.satisfaction(scale, wanted)))
    elif table == "trend":
        for point in points:
            yield ("", "", point.start, point.end, None, *_figures(point.satisfaction))
    elif table == "distribution":
        whole = satisfaction.satisfaction(scale, wanted)
        for value, count in zip(scores_on(scale), whole.distribution, strict=True):
            yield (value, "", since, until, count)
    else:
        for part in satisfaction.by(scale, wanted, table, first=MOST_PARTS):
            name = label_of(table, Segment(part.key, part.label, Score.of([])))
            yield (part.key, name, since, until, None, *_figures(part.satisfaction))


def _figures(found: Satisfaction) -> Sequence[object]:
    return (
        _rounded(found.value),
        _rounded(found.margin_of_error),
        _rounded(found.mean),
        found.responses,
        *counts_of(found).values(),
    )


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 2)
