"""The overview's numbers as rows of a CSV file, the same columns for every table."""

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext, gettext_noop

from ...surveys.reporting import competitors, reports
from ...surveys.reporting.reports import TrendPoint
from ...surveys.reporting.scoring import Score
from .. import words
from .figures import DIMENSIONS, label_of
from .filters import Selection

TABLES = ("score", "trend", "distribution", "funnel", *DIMENSIONS, "survey", "competitor")
_MOST_PARTS = 5000
_COLUMNS = (
    gettext_noop("Table"),
    gettext_noop("Key"),
    gettext_noop("Name"),
    gettext_noop("From"),
    gettext_noop("Until"),
    gettext_noop("Count"),
    gettext_noop("NPS"),
    gettext_noop("Margin of error"),
    gettext_noop("Responses"),
    gettext_noop("Promoters"),
    gettext_noop("Passives"),
    gettext_noop("Detractors"),
)
_TITLES = {
    "score": gettext_noop("Score"),
    "trend": gettext_noop("Score over time"),
    "distribution": gettext_noop("Responses per score"),
    "funnel": gettext_noop("From order to answer"),
    **DIMENSIONS,
    "survey": gettext_noop("Surveys"),
    "competitor": gettext_noop("Us or another shop"),
}
_STAGES = {
    "fulfilled": gettext_noop("Orders fulfilled"),
    "asked": gettext_noop("Asked"),
    "sent": gettext_noop("Sent"),
    "opened": gettext_noop("Opened"),
    "answered": gettext_noop("Answered"),
}


def filename(selection: Selection, table: str) -> str:
    """Return a name that says what the file is about."""
    ends = [str(day) for day in (selection.period.since, selection.period.until) if day]
    return (
        "-".join(["feedback", *([table] if table else []), *([selection.channel] if selection.channel else []), *ends])
        + ".csv"
    )


def rows(
    selection: Selection, tables: Sequence[str], trend: tuple[str, list[TrendPoint]]
) -> Iterator[Sequence[object]]:
    """Yield the head and the rows of these tables, names of TABLES; `trend` is the interval and its points."""
    yield [gettext(name) for name in _COLUMNS]
    for table in tables:
        for row in _rows_of(selection, table, trend[1]):
            yield (gettext(_TITLES[table]), *row, *[None] * (len(_COLUMNS) - 1 - len(row)))


def _rows_of(selection: Selection, table: str, trend: list[TrendPoint]) -> Iterator[Sequence[object]]:
    since, until = selection.period.since, selection.period.until
    if table == "score":
        yield ("", "", since, until, None, *_score(reports.score(selection.wanted)))
    elif table == "trend":
        for point in trend:
            yield ("", "", point.start, point.end, None, *_score(point.score))
    elif table == "distribution":
        for value, count in enumerate(reports.score(selection.wanted).distribution):
            yield (value, "", since, until, count)
    elif table == "funnel":
        yield from _funnel(selection)
    elif table == "competitor":
        for named in competitors.competition(selection.wanted).competitors:
            yield (named.keys[0], named.name, since, until, None, *_score(named.preference.score))
    else:
        for part in reports.by(selection.wanted, table, first=_MOST_PARTS):
            yield (part.key, label_of(table, part), since, until, None, *_score(part.score))


def _funnel(selection: Selection) -> Iterator[Sequence[object]]:
    since, until = selection.period.since, selection.period.until
    funnel = reports.funnel(selection.wanted)
    for stage, label in _STAGES.items():
        yield (stage, gettext(label), since, until, getattr(funnel, stage))
    for reason, count in (funnel.skipped or {}).items():
        yield (reason, gettext("Not asked: %(reason)s") % {"reason": words.skip_reason(reason)}, since, until, count)


def _score(score: Score) -> Sequence[object]:
    value, margin = score.exact_value, score.margin_of_error
    return (
        None if value is None else round(value, 1),
        None if margin is None else round(margin, 1),
        score.responses,
        score.promoters,
        score.passives,
        score.detractors,
    )
