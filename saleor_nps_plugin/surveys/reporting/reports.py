"""What the answers say: score, trend, breakdown, response rate. Reads the tallies, not the responses."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.db.models import F, QuerySet
from django.db.models.functions import Substr, TruncDay, TruncMonth, TruncQuarter, TruncWeek

from ..models import Tally
from . import answers_of_products
from .funnel import Funnel, funnel
from .labels import labels_of
from .score_filter import ScoreFilter, summed, tallies_of
from .scoring import SCORES, Score
from .spans import RowSums
from .tallies import SCORE_FIELDS

TRUNCATE = {"day": TruncDay, "week": TruncWeek, "month": TruncMonth, "quarter": TruncQuarter}
_MONTHS = {"month": 1, "quarter": 3}
COLUMNS = {"channel": "channel", "country": "country", "survey": "survey_id", "touchpoint": "survey__touchpoint"}
__all__ = [
    "Funnel",
    "Segment",
    "Sending",
    "TrendPoint",
    "by",
    "funnel",
    "previous",
    "reasons_of",
    "score",
    "scores_by",
    "sending",
    "trend",
]
NO_SCORE = Score.of([0] * len(SCORES))


@dataclass(frozen=True)
class Sending:
    """Invitations sent in a period, and how many of those were answered at any time since."""

    sent: int
    answered: int

    @property
    def response_rate(self) -> float | None:
        """Answered share, 0 to 1; None when nothing was sent."""
        return self.answered / self.sent if self.sent else None


@dataclass(frozen=True)
class TrendPoint:
    """The score of the days from `start` to `end`, both included."""

    start: date
    end: date
    score: Score


@dataclass(frozen=True)
class Segment:
    """The score of one part of a breakdown."""

    key: str
    label: str
    score: Score


def counted(wanted: ScoreFilter, *, by_days: bool = False) -> QuerySet[Tally]:
    """Rows of the whole, or of one product."""
    if not wanted.product_ids:
        return tallies_of(wanted, by_days=by_days)
    return tallies_of(wanted, dimension="product", by_days=by_days).filter(key__in=wanted.product_ids)


def score_sums(wanted: ScoreFilter, *, by_days: bool = False) -> dict[str, RowSums]:
    """What to annotate rows of `counted` with, so that `score_in` finds the score."""
    return {"counts": summed(wanted, *SCORE_FIELDS, by_days=by_days)}


def score_in(row: dict[str, Any]) -> Score:
    """The score in a row of sums."""
    return Score.of(row["counts"])


def score(wanted: ScoreFilter) -> Score:
    """Return the score of the wanted answers."""
    if len(wanted.product_ids) > 1:
        return answers_of_products.score(wanted)
    return score_in(counted(wanted).aggregate(**score_sums(wanted)))


def sending(wanted: ScoreFilter) -> Sending:
    """Return how many invitations were sent in the period and answered since; products do not narrow this down."""
    row = tallies_of(wanted).aggregate(sums=summed(wanted, "sent", "answered"))
    return sending_in(row["sums"])


def sending_in(sums: Sequence[int | None]) -> Sending:
    """What a row of two sums says."""
    sent, answered = (count or 0 for count in sums)
    return Sending(sent, answered)


def previous(wanted: ScoreFilter, *, today: date) -> ScoreFilter:
    """Return the same filter for the period just before, equally long; of a period still running, what is over of it.

    Before a period without a beginning there was nothing: then the filter lets no answer through.
    """
    if wanted.since is None:
        return replace(wanted, channels=())
    until = min(wanted.until or today, today)
    return replace(
        wanted, since=wanted.since - (until - wanted.since) - timedelta(days=1), until=wanted.since - timedelta(days=1)
    )


def _start_of(day: date, interval: str) -> date:
    if interval == "week":
        return day - timedelta(days=day.weekday())
    if interval in _MONTHS:
        months = _MONTHS[interval]
        return day.replace(month=(day.month - 1) // months * months + 1, day=1)
    return day


def _next_start(start: date, interval: str) -> date:
    if interval in _MONTHS:
        month = start.month - 1 + _MONTHS[interval]
        return date(start.year + month // 12, month % 12 + 1, 1)
    return start + timedelta(days=7 if interval == "week" else 1)


def _year_until(day: date) -> date:
    """The first day of the twelve months that end with the month of `day`."""
    return date(day.year - 1, day.month, 1) if day.month == 12 else date(day.year - 1, day.month + 1, 1)


def trend(wanted: ScoreFilter, interval: str, *, today: date) -> list[TrendPoint]:
    """Return a point for every day, week, month or quarter of the period, those without answers too.

    Without a period: the last twelve months. The first and the last point are cut to the period.
    """
    since, until = period_of(wanted, today)
    wanted = replace(wanted, since=since, until=until)
    if len(wanted.product_ids) > 1:
        by_start = answers_of_products.by_day(wanted, lambda day: _start_of(day, interval))
        return points_of(by_start, interval, since=since, until=until)
    rows, sums = starting(wanted, interval)
    found = {row["start"]: score_in(row) for row in rows.values("start").annotate(**sums).order_by()}
    return points_of(found, interval, since=since, until=until)


def starting(wanted: ScoreFilter, interval: str) -> tuple[QuerySet[Any], dict[str, RowSums]]:
    """The rows of a trend, each with the `start` of its interval, and what to annotate them with."""
    by_days = interval not in _MONTHS
    rows = counted(wanted, by_days=by_days).annotate(start=TRUNCATE[interval]("day"))
    return rows, score_sums(wanted, by_days=by_days)


def period_of(wanted: ScoreFilter, today: date) -> tuple[date, date]:
    """First and last day of a trend."""
    until = wanted.until or today
    return wanted.since or (_first_day(wanted) if wanted.until else _year_until(today)), until


def points_of(found: Mapping[date, Score], interval: str, *, since: date, until: date) -> list[TrendPoint]:
    """A point for every interval of the period, from the scores of those that have any."""
    points = []
    start = _start_of(since, interval)
    while start <= until:
        following = _next_start(start, interval)
        points.append(
            TrendPoint(max(start, since), min(following - timedelta(days=1), until), found.get(start, NO_SCORE))
        )
        start = following
    return points


def _first_day(wanted: ScoreFilter) -> date:
    first = counted(wanted, by_days=True).order_by("day").values_list("day", flat=True).first()
    return first or _year_until(wanted.until or date.max)


def by(wanted: ScoreFilter, dimension: str, *, first: int = 20) -> list[Segment]:
    """Return the score per channel, country, survey, product …, those with most answers first."""
    return ranked(scores_by(wanted, dimension), dimension, first)


def scores_by(wanted: ScoreFilter, dimension: str) -> dict[str, Score]:
    """Return the score under every key of a dimension, in no order; of some keys it may have no answers."""
    if not _is_tallied(wanted, dimension):
        return answers_of_products.by(wanted, dimension, COLUMNS.get(dimension))
    rows = segments_of(wanted, dimension).values("segment").annotate(**score_sums(wanted)).order_by()
    return {str(row["segment"]): score_in(row) for row in rows}


def _is_tallied(wanted: ScoreFilter, dimension: str) -> bool:
    if len(wanted.product_ids) > 1:
        return False
    return not wanted.product_ids or dimension in COLUMNS or (dimension == "reason" and not wanted.countries)


def reasons_of(product_id: str, wanted: ScoreFilter, first: int = 5) -> list[Segment]:
    """Return the reasons chosen most often by buyers of a product, each with the score of those who chose it."""
    return by(replace(wanted, product_ids=(product_id,)), "reason", first=first)


def segments_of(wanted: ScoreFilter, dimension: str) -> QuerySet[Any]:
    """The rows that a breakdown sums up, each with its `segment`."""
    if dimension == "reason" and wanted.product_ids:
        product = f"{wanted.product_ids[0]}:"
        rows = tallies_of(wanted, dimension="product_reason").filter(key__startswith=product)
        return rows.annotate(segment=Substr("key", len(product) + 1))
    if dimension not in COLUMNS:
        return tallies_of(wanted, dimension=dimension).annotate(segment=F("key"))
    rows = _counted_per_country(wanted) if dimension == "country" else counted(wanted)
    return rows.annotate(segment=F(COLUMNS[dimension]))


def _counted_per_country(wanted: ScoreFilter) -> QuerySet[Tally]:
    rows = tallies_of(wanted, dimension="product" if wanted.product_ids else "", per_country=True)
    return rows.filter(key__in=wanted.product_ids) if wanted.product_ids else rows


def largest(scores: Mapping[str, Score], first: int) -> list[str]:
    """The keys of the segments with most answers."""
    answered = sorted((-score.responses, key) for key, score in scores.items() if score.responses)
    return [key for _, key in answered[:first]]


def ranked(scores: Mapping[str, Score], dimension: str, first: int) -> list[Segment]:
    """The segments with most answers, with their labels."""
    keys = largest(scores, first)
    labels = labels_of(dimension, keys)
    return [Segment(key, labels.get(key, key), scores[key]) for key in keys]
