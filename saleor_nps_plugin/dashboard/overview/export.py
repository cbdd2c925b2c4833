"""The overview's numbers as rows of a CSV file, the same columns for every table."""

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext, gettext_noop

from ...surveys.reporting import competitors, recovered, reports
from ...surveys.reporting.reports import TrendPoint
from ...surveys.reporting.scoring import NPS, Score
from .asking import Asking, asking
from .figures import DIMENSIONS, label_of
from .filters import Selection

TABLES = ("score", "trend", "distribution", "funnel", *DIMENSIONS, "survey", "competitor", "recovery")
# More parts than this are no table any more.
MOST_PARTS = 5000
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
    # Of a figure that is no NPS; the margin of error is its then.
    gettext_noop("Value"),
)
_TITLES = {
    "score": gettext_noop("Score"),
    "trend": gettext_noop("Score over time"),
    "distribution": gettext_noop("Responses per score"),
    "funnel": gettext_noop("From order to answer"),
    **DIMENSIONS,
    "survey": gettext_noop("Surveys"),
    "competitor": gettext_noop("Us or another shop"),
    "recovery": gettext_noop("After resolved cases"),
}


def filename(selection: Selection, table: str) -> str:
    """Return a name that says what the file is about."""
    ends = [str(day) for day in (selection.period.since, selection.period.until) if day]
    scale = "" if selection.scale == NPS else selection.scale
    chosen = [scale, table, selection.channel, selection.touchpoint, selection.survey and f"survey-{selection.survey}"]
    return "-".join(["feedback", *filter(None, chosen), *ends]) + ".csv"


def rows(
    selection: Selection, tables: Sequence[str], trend: tuple[str, list[TrendPoint]]
) -> Iterator[Sequence[object]]:
    """Yield the head and the rows of these tables, names of TABLES; `trend` is the interval and its points."""
    yield [gettext(name) for name in _COLUMNS]
    for table in tables:
        title, found = gettext(_TITLES[table]), _rows_of(selection, table, trend[1])
        if table == "funnel":
            # Of orders or of waves: what is chosen decides how it is called.
            funnel = asking(selection)
            title, found = funnel.title, _funnel(selection, funnel)
        for row in found:
            yield (title, *row, *[None] * (len(_COLUMNS) - 1 - len(row)))


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
    elif table == "competitor":
        yield from _competition(selection)
    elif table == "recovery":
        yield from _recovery(selection)
    else:
        for part in reports.by(selection.wanted, table, first=MOST_PARTS):
            yield (part.key, label_of(table, part), since, until, None, *_score(part.score))


def _funnel(selection: Selection, found: Asking) -> Iterator[Sequence[object]]:
    days = _days(selection)
    for step in found.steps:
        yield (step.name, step.label, *days, step.count)
    for code, reason, count in found.reasons:
        yield (code, gettext("Not asked: %(reason)s") % {"reason": reason}, *days, count)


def _competition(selection: Selection) -> Iterator[Sequence[object]]:
    found = competitors.competition(selection.wanted)
    if not found.preference.score.responses:
        return
    named = [(item.keys[0], item.name, item.preference) for item in found.competitors]
    for key, name, preference in [("", gettext("Everybody who was asked"), found.preference), *named]:
        value, margin, responses, *_ = _score(preference.score)
        yield (key, name, *_days(selection), None, None, margin, responses, None, None, None, value)


def _recovery(selection: Selection) -> Iterator[Sequence[object]]:
    found, days = recovered.recovery(selection.wanted), _days(selection)
    if not found.asked:
        return
    yield ("asked", gettext("Asked again"), *days, found.asked)
    yield ("answered", gettext("Answered"), *days, found.answered)
    yield ("lost", gettext("Were detractors before"), *days, found.lost)
    yield ("recovered", gettext("Won back"), *days, found.recovered)
    yield _value(
        "recovered_share", gettext("Won back, in percent"), days, found.recovered_percent, found.percent_margin
    )
    yield ("after", gettext("Score now"), *days, None, *_score(found.after))
    yield _value("mean_before", gettext("Mean score before"), days, found.mean_before)
    yield _value("mean_after", gettext("Mean score after"), days, found.mean_after)
    yield _value("change", gettext("Change of the mean"), days, found.change, found.margin_of_change)


def _value(
    key: str, name: str, days: Sequence[object], value: float | None, margin: float | None = None
) -> Sequence[object]:
    return (key, name, *days, None, None, _rounded(margin), None, None, None, None, _rounded(value))


def _days(selection: Selection) -> Sequence[object]:
    return selection.period.since, selection.period.until


def _score(score: Score) -> Sequence[object]:
    value, margin = score.exact_value, score.margin_of_error
    return (
        _rounded(value),
        _rounded(margin),
        score.responses,
        score.promoters,
        score.passives,
        score.detractors,
    )


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)
