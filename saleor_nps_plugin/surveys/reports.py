"""What the answers say: score, trend, breakdown, response rate. Reads the tallies, never the responses."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.conf.locale import LANG_INFO
from django.db.models import F, Q, QuerySet, Sum
from django.db.models.functions import TruncDay, TruncMonth, TruncQuarter, TruncWeek

from ..shop import get_shop
from .models import Response, Survey, Tally, Touchpoint
from .scoring import SCORES, Score
from .tallies import SCORE_FIELDS

_TRUNCATE = {"day": TruncDay, "week": TruncWeek, "month": TruncMonth, "quarter": TruncQuarter}
_MONTHS = {"month": 1, "quarter": 3}
_COLUMNS = {"channel": "channel", "country": "country", "survey": "survey_id", "touchpoint": "survey__touchpoint"}
_SCORE_SUMS = {field: Sum(field) for field in SCORE_FIELDS}


@dataclass(frozen=True)
class ScoreFilter:
    """Which answers: channels by slug (None: all), surveys and products by id, and the days of `since` to `until`."""

    channels: tuple[str, ...] | None = None
    survey_ids: tuple[int, ...] = ()
    touchpoints: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    product_ids: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None


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


def _tallies(wanted: ScoreFilter, *, dimension: str = "", per_country: bool = False) -> QuerySet[Tally]:
    """Rows that count each wanted answer exactly once per key of `dimension`."""
    rows = Tally.objects.filter(dimension=dimension)
    if wanted.countries:
        rows = rows.filter(country__in=wanted.countries)
    else:
        rows = rows.exclude(country="") if per_country else rows.filter(country="")
    if wanted.channels is not None:
        rows = rows.filter(channel__in=wanted.channels)
    if wanted.survey_ids:
        rows = rows.filter(survey__in=wanted.survey_ids)
    if wanted.touchpoints:
        rows = rows.filter(survey__touchpoint__in=wanted.touchpoints)
    if wanted.since:
        rows = rows.filter(day__gte=wanted.since)
    if wanted.until:
        rows = rows.filter(day__lte=wanted.until)
    return rows


def _counted(wanted: ScoreFilter) -> QuerySet[Tally]:
    """Rows of the whole, or of one product."""
    if not wanted.product_ids:
        return _tallies(wanted)
    return _tallies(wanted, dimension="product").filter(key__in=wanted.product_ids)


def _score(row: dict[str, Any]) -> Score:
    return Score.of([row[field] for field in SCORE_FIELDS])


def score(wanted: ScoreFilter) -> Score:
    """Return the score of the wanted answers."""
    if len(wanted.product_ids) > 1:
        return _score_of_several_products(wanted)
    return _score(_counted(wanted).aggregate(**_SCORE_SUMS))


def responses_to(wanted: ScoreFilter) -> QuerySet[Response]:
    """Return the counted responses behind a score."""
    rows = Response.objects.filter(is_counted=True)
    if wanted.channels is not None:
        rows = rows.filter(channel__in=wanted.channels)
    if wanted.survey_ids:
        rows = rows.filter(survey__in=wanted.survey_ids)
    if wanted.touchpoints:
        rows = rows.filter(survey__touchpoint__in=wanted.touchpoints)
    if wanted.countries:
        rows = rows.filter(country__in=wanted.countries)
    if wanted.product_ids:
        rows = rows.filter(has_product(wanted.product_ids))
    if wanted.since:
        rows = rows.filter(created_at__gte=_midnight(wanted.since))
    if wanted.until:
        rows = rows.filter(created_at__lt=_midnight(wanted.until + timedelta(days=1)))
    return rows


def _midnight(day: date) -> datetime:
    # The tallies count by UTC days, whatever the clock of the shop.
    return datetime.combine(day, time.min, tzinfo=UTC)


def has_product(product_ids: Iterable[str]) -> Q:
    """Condition on responses: the order held any of these products."""
    return Q(*(Q(segments__contains={"product": [product_id]}) for product_id in product_ids), _connector=Q.OR)


def _score_of_several_products(wanted: ScoreFilter) -> Score:
    # An order with two of the products would count twice in their tallies, so this one question goes to the responses.
    scores = responses_to(wanted).values_list("score", flat=True)
    counts = [0] * len(SCORES)
    for value in scores.iterator():
        counts[value] += 1
    return Score.of(counts)


def scores_by_survey(survey_ids: Collection[int], wanted: ScoreFilter) -> dict[int, Score]:
    """Return the score of each of these surveys, in one query."""
    rows = _counted(replace(wanted, survey_ids=tuple(survey_ids))).values("survey_id").annotate(**_SCORE_SUMS)
    found = {row["survey_id"]: _score(row) for row in rows}
    return {survey_id: found.get(survey_id, Score.of([0] * len(SCORES))) for survey_id in survey_ids}


def sending(wanted: ScoreFilter) -> Sending:
    """Return how many invitations were sent in the period and answered since; products do not narrow this down."""
    row = _tallies(wanted).aggregate(sent=Sum("sent", default=0), answered=Sum("answered", default=0))
    return Sending(**row)


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
    until = wanted.until or today
    since = wanted.since or (_first_day(wanted) if wanted.until else _year_until(today))
    rows = _counted(replace(wanted, since=since, until=until)).annotate(start=_TRUNCATE[interval]("day"))
    found = {row["start"]: _score(row) for row in rows.values("start").annotate(**_SCORE_SUMS).order_by()}
    points = []
    start = _start_of(since, interval)
    while start <= until:
        following = _next_start(start, interval)
        points.append(
            TrendPoint(
                max(start, since),
                min(following - timedelta(days=1), until),
                found.get(start, Score.of([0] * len(SCORES))),
            )
        )
        start = following
    return points


def _first_day(wanted: ScoreFilter) -> date:
    first = _counted(wanted).order_by("day").values_list("day", flat=True).first()
    return first or _year_until(wanted.until or date.max)


def by(wanted: ScoreFilter, dimension: str, *, first: int = 20) -> list[Segment]:
    """Return the score per channel, country, survey, product …, those with most answers first."""
    if dimension in _COLUMNS:
        rows = _counted_per_country(wanted) if dimension == "country" else _counted(wanted)
        grouped = rows.values(segment=F(_COLUMNS[dimension]))
    else:
        grouped = _tallies(wanted, dimension=dimension).values(segment=F("key"))
        if wanted.product_ids:
            return _by_of_products(wanted, dimension, first)
    scores = {str(row["segment"]): _score(row) for row in grouped.annotate(**_SCORE_SUMS).order_by()}
    return _ranked(scores, dimension, first)


def _counted_per_country(wanted: ScoreFilter) -> QuerySet[Tally]:
    rows = _tallies(wanted, dimension="product" if wanted.product_ids else "", per_country=True)
    return rows.filter(key__in=wanted.product_ids) if wanted.product_ids else rows


def _by_of_products(wanted: ScoreFilter, dimension: str, first: int) -> list[Segment]:
    # Two dimensions at once are not tallied; the index on segments narrows the responses to the products' own.
    counts: dict[str, list[int]] = {}
    for value, segments in responses_to(wanted).values_list("score", "segments").iterator():
        for key in segments.get(dimension, ()):
            counts.setdefault(key, [0] * len(SCORES))[value] += 1
    return _ranked({key: Score.of(values) for key, values in counts.items()}, dimension, first)


def _ranked(scores: dict[str, Score], dimension: str, first: int) -> list[Segment]:
    answered = sorted(
        ((key, score) for key, score in scores.items() if score.responses),
        key=lambda item: (-item[1].responses, item[0]),
    )
    labels = _labels(dimension, [key for key, _ in answered[:first]])
    return [Segment(key, labels.get(key, key), score) for key, score in answered[:first]]


def _labels(dimension: str, keys: list[str]) -> dict[str, str]:
    if dimension == "survey":
        return {str(pk): name for pk, name in Survey.objects.filter(pk__in=keys).values_list("pk", "name")}
    if dimension == "language":
        return {key: LANG_INFO[key]["name"] for key in keys if "name" in LANG_INFO.get(key, ())}
    if dimension == "touchpoint":
        return dict(Touchpoint.choices)
    if dimension == "customer_kind":
        return {"new": "New customers", "returning": "Returning customers"}
    return dict(get_shop().labels(dimension, keys))
