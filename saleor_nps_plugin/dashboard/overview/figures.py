"""The numbers of the overview, ready to be shown: each with its margin, its number of responses, and where it leads."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from babel import Locale
from django.utils.translation import gettext, gettext_noop, ngettext

from ... import languages
from ...surveys.reporting import reports
from ...surveys.reporting.reports import Segment, TrendPoint
from ...surveys.reporting.scoring import SCORES, Difference, Score, category, difference
from .. import periods
from ..charts import Chart, Series
from ..tags import number, percent
from .filters import Selection

# Fewer answers than this rank nothing: their margin is some thirty points wide.
FEWEST_TO_RANK = 30
SHOWN, SHOWN_AT_MOST = 8, 100
_SHORTEST_AXIS = 60
DIMENSIONS = {
    "channel": gettext_noop("Channels"),
    "country": gettext_noop("Countries"),
    "product": gettext_noop("Products"),
    "category": gettext_noop("Product categories"),
    "language": gettext_noop("Languages"),
    "customer_kind": gettext_noop("New and returning customers"),
    "reason": gettext_noop("Reasons that customers chose"),
    "touchpoint": gettext_noop("Touchpoints"),
    "about": gettext_noop("Products that answers are about"),
}
# Promoters are asked for other reasons than detractors: how many chose one says more than the score of those who did.
REASON = "reason"
CATEGORIES = {
    "promoter": gettext_noop("Promoters"),
    "passive": gettext_noop("Passives"),
    "detractor": gettext_noop("Detractors"),
}


@dataclass(frozen=True)
class Change:
    """What became of a score since the period before; `before` is that period's, `link` leads to its responses."""

    before: Score
    difference: Difference
    days: str
    link: str

    @property
    def direction(self) -> str:
        """ "up", "down", or "" where the change may be chance."""
        if self.difference.is_noise or self.difference.points is None:
            return ""
        return "up" if self.difference.points > 0 else "down"


@dataclass(frozen=True)
class Share:
    """How many of the responses are of a category; `share` of them, 0 to 1."""

    name: str
    label: str
    count: int
    share: float
    link: str


@dataclass(frozen=True)
class Axis:
    """The part of -100 to 100 that a breakdown shows, in steps of 20. Positions on it are percent of its length."""

    low: int = 0
    high: int = 100

    @classmethod
    def around(cls, scores: Iterable[Score]) -> "Axis":
        """The shortest one that holds these scores with their margins, and not so short that noise looks large."""
        ends = [(_value(score) - _margin(score), _value(score) + _margin(score)) for score in scores]
        if not ends:
            return cls()
        low, high = int(min(low for low, _ in ends) // 20 * 20), -int(-max(high for _, high in ends) // 20 * 20)
        high = min(100, max(high, low + _SHORTEST_AXIS))
        return cls(max(-100, min(low, high - _SHORTEST_AXIS)), high)

    def place(self, value: float) -> float:
        at = 100 * (value - self.low) / (self.high - self.low)
        return round(min(max(at, 0), 100), 1)


@dataclass(frozen=True)
class Row:
    """One part of a breakdown."""

    key: str
    label: str
    score: Score
    link: str

    @property
    def is_ranked(self) -> bool:
        return self.score.responses >= FEWEST_TO_RANK


@dataclass(frozen=True)
class Breakdown:
    """A score taken apart: ranked rows, best first, then those with too few answers, most answers first; reasons are not
    ranked.

    `has_more` says that parts with fewer answers were left out.
    """

    dimension: str
    title: str
    rows: Sequence[Row]
    has_more: bool

    @property
    def is_worth_a_table(self) -> bool:
        """Whether there is anything to compare."""
        return len(self.rows) > (0 if self.dimension == REASON else 1)

    @property
    def ranked_scores(self) -> list[Score]:
        """What an axis has to hold."""
        if self.dimension == REASON:
            return []
        return [row.score for row in self.rows if row.is_ranked]


def _value(score: Score) -> float:
    return score.exact_value or 0.0


def _margin(score: Score) -> float:
    return score.margin_of_error or 0.0


def change(selection: Selection, now: Score, *, today: date) -> Change | None:
    """Return what became of the score since the period before; None where nothing can be before."""
    if selection.period.since is None:
        return None
    wanted = reports.previous(selection.wanted, today=today)
    before = reports.score(wanted)
    earlier = replace(selection, period=periods.Period("custom", wanted.since, wanted.until))
    days = periods.days_between(wanted.since, wanted.until, languages.current())
    return Change(before, difference(now, before), days, earlier.responses())


def shares(selection: Selection, score: Score) -> list[Share]:
    """Return promoters, passives and detractors."""
    counts = {"promoter": score.promoters, "passive": score.passives, "detractor": score.detractors}
    return [
        Share(
            name,
            gettext(label),
            counts[name],
            counts[name] / (score.responses or 1),
            selection.responses(group=name),
        )
        for name, label in CATEGORIES.items()
    ]


def trend_chart(selection: Selection, points: Sequence[TrendPoint], interval: str) -> Chart:
    """Return the score over time with its margins; each point leads to its responses."""
    axis = Axis.around(point.score for point in points if point.score.responses)
    return Chart(
        kind="line",
        title=gettext("Score over time"),
        labels=[periods.label_of(point.start, interval, languages.current()) for point in points],
        series=[trend_series(points)],
        links=[selection.responses(since=point.start, until=point.end) for point in points],
        low=axis.low,
        high=axis.high,
        written=[[score_in_words(point.score) for point in points]],
    )


def together(points: Iterable[TrendPoint]) -> Score:
    """The score of all points of a trend."""
    return Score.of([sum(counts) for counts in zip(*(point.score.distribution for point in points), strict=True)])


def trend_series(points: Sequence[TrendPoint]) -> Series:
    """Return the line of a trend; a point without responses is a gap."""
    values = [_rounded(point.score.exact_value) for point in points]
    return Series(gettext("NPS"), values, margins=[_rounded(point.score.margin_of_error) for point in points])


def distribution_chart(selection: Selection, score: Score) -> Chart:
    """Return how often each score from 0 to 10 was given."""
    return Chart(
        kind="bars",
        title=gettext("Responses per score"),
        labels=[number(value) for value in SCORES],
        series=[
            Series(gettext("Responses"), score.distribution, tones=[category(value).value for value in SCORES]),
        ],
        links=[selection.responses(score=value) for value in SCORES],
        low=0,
        is_whole=True,
        written=[[f"{number(count)} ({percent(count / (score.responses or 1))})" for count in score.distribution]],
    )


def score_in_words(score: Score) -> str:
    """A score with what is needed to read it: 47 ± 4 from 310 responses; – without responses."""
    if score.value is None:
        return "–"
    return in_words(number(score.value), number(score.margin_of_error), score.responses)


def in_words(value: str, margin: str, responses: int) -> str:
    """A figure, written, with its margin of error and the number of responses that it comes from."""
    text = ngettext(
        "%(score)s ± %(margin)s from %(count)s response",
        "%(score)s ± %(margin)s from %(count)s responses",
        responses,
    )
    return text % {"score": value, "margin": margin, "count": number(responses)}


def breakdown(selection: Selection, dimension: str, *, first: int = SHOWN) -> Breakdown:
    """Return the score per part of a dimension, of the `first` parts with most answers."""
    found = reports.by(selection.wanted, dimension, first=first + 1)
    rows = [
        Row(part.key, label_of(dimension, part), part.score, selection.responses_with(dimension, part.key))
        for part in found[:first]
    ]
    if dimension != REASON:
        rows.sort(key=lambda row: (not row.is_ranked, -_value(row.score) if row.is_ranked else 0))
    return Breakdown(dimension, gettext(DIMENSIONS[dimension]), rows, len(found) > first)


def breakdown_table(
    selection: Selection, table: Breakdown, whole: Score, axis: Axis, *, more: str, figure: str = ""
) -> dict[str, Any]:
    """What the template of a breakdown needs; `more` is the address of the same with more rows, or "". `figure` says what
    the score is called."""
    return {
        "table": table,
        "figure": figure or gettext("NPS"),
        "axis": axis,
        "whole_at": axis.place(_value(whole)),
        "rows": [_on_axis(row, axis) for row in table.rows],
        "is_reason": table.dimension == REASON,
        "more": more,
        "export": selection.address("overview/export.csv", table=table.dimension),
    }


def _on_axis(row: Row, axis: Axis) -> dict[str, Any]:
    value, margin = _value(row.score), _margin(row.score)
    low = axis.place(value - margin)
    return {
        "row": row,
        "at": axis.place(value),
        "low": low,
        "width": round(axis.place(value + margin) - low, 1),
        "categories": [(name, getattr(row.score, f"{name}s")) for name in CATEGORIES if getattr(row.score, f"{name}s")],
    }


def label_of(dimension: str, part: Segment) -> str:
    """What a part of a breakdown is called in the reader's language."""
    if dimension == "country":
        return str(Locale.parse(languages.current()).territories.get(part.key) or part.label)
    return part.label


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)
