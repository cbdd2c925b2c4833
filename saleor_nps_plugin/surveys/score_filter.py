"""Which answers a report is about, and the rows that hold them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.db.models import Q, QuerySet

from .models import Response, Tally


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


def _asked_in[Row: (Tally, Response)](rows: QuerySet[Row], wanted: ScoreFilter) -> QuerySet[Row]:
    """Those of the wanted channels, surveys and touchpoints."""
    if wanted.channels is not None:
        rows = rows.filter(channel__in=wanted.channels)
    if wanted.survey_ids:
        rows = rows.filter(survey__in=wanted.survey_ids)
    if wanted.touchpoints:
        rows = rows.filter(survey__touchpoint__in=wanted.touchpoints)
    return rows


def tallies_of(wanted: ScoreFilter, *, dimension: str = "", per_country: bool = False) -> QuerySet[Tally]:
    """Rows that count each wanted answer exactly once per key of `dimension`."""
    rows = _asked_in(Tally.objects.filter(dimension=dimension), wanted)
    if wanted.countries:
        rows = rows.filter(country__in=wanted.countries)
    else:
        rows = rows.exclude(country="") if per_country else rows.filter(country="")
    if wanted.since:
        rows = rows.filter(day__gte=wanted.since)
    if wanted.until:
        rows = rows.filter(day__lte=wanted.until)
    return rows


def responses_to(wanted: ScoreFilter) -> QuerySet[Response]:
    """Return the counted responses behind a score."""
    rows = _asked_in(Response.objects.filter(is_counted=True), wanted)
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
