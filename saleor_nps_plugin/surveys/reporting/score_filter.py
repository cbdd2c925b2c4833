"""Which answers a report is about, and the rows that hold them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.db.models import Q, QuerySet

from ..models import InvitationTally, Response, Survey, Tally, Touchpoint
from .scoring import NPS
from .spans import Days, RowSums, Spans, days_of, spans_of
from .tallies import prefix_of

# Employees and partners are not customers: they count only where somebody asks for them.
APART = (Touchpoint.EMPLOYEE, Touchpoint.PARTNER)


@dataclass(frozen=True)
class ScoreFilter:
    """Which answers: channels by slug (None: all), surveys and products by id, and the days of `since` to `until`.

    Only answers on one `scale` are ever counted together. Surveys of employees and partners are left out unless
    `survey_ids` or `touchpoints` name them.
    """

    channels: tuple[str, ...] | None = None
    survey_ids: tuple[int, ...] = ()
    touchpoints: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    product_ids: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    scale: str = NPS


def asked_in[Row: (Tally, InvitationTally, Response)](rows: QuerySet[Row], wanted: ScoreFilter) -> QuerySet[Row]:
    """Those of the wanted channels, surveys and touchpoints."""
    if wanted.channels is not None:
        rows = rows.filter(channel__in=wanted.channels)
    if wanted.survey_ids:
        rows = rows.filter(survey__in=wanted.survey_ids)
    if wanted.touchpoints:
        rows = rows.filter(survey__touchpoint__in=wanted.touchpoints)
    if not wanted.survey_ids and not wanted.touchpoints:
        rows = rows.exclude(survey__in=Survey.objects.filter(touchpoint__in=APART).values("pk"))
    return rows


def tallies_of(
    wanted: ScoreFilter, *, dimension: str = "", per_country: bool = False, by_days: bool = False
) -> QuerySet[Tally]:
    """Rows that count each wanted answer exactly once per key of `dimension`, when summed up as `summed` says.

    Without `by_days` they are of whole months as far as possible.
    """
    rows = asked_in(Tally.objects.filter(dimension=f"{prefix_of(wanted.scale)}{dimension}"), wanted)
    if wanted.countries:
        rows = rows.filter(country__in=wanted.countries)
    else:
        rows = rows.exclude(country="") if per_country else rows.filter(country="")
    return rows.filter(_spans(wanted, by_days=by_days).rows)


def summed(wanted: ScoreFilter, *columns: str, by_days: bool = False) -> RowSums:
    """Return the sums of columns over the rows that `tallies_of` gives for the same filter and `by_days`, as an array."""
    return RowSums(columns, _spans(wanted, by_days=by_days).sign)


def _spans(wanted: ScoreFilter, *, by_days: bool) -> Spans:
    return days_of(wanted.since, wanted.until) if by_days else spans_of(wanted.since, wanted.until)


def invitations_in(wanted: ScoreFilter) -> QuerySet[InvitationTally]:
    """Rows that count each invitation made in the period exactly once per stage."""
    rows = asked_in(InvitationTally.objects.filter(survey__scale=wanted.scale), wanted)
    return rows.filter(Days(wanted.since, wanted.until).condition)


def responses_to(wanted: ScoreFilter) -> QuerySet[Response]:
    """Return the counted responses behind a score."""
    rows = asked_in(Response.objects.filter(is_counted=True, survey__scale=wanted.scale), wanted)
    if wanted.countries:
        rows = rows.filter(country__in=wanted.countries)
    return rows.filter(has_segment("product", wanted.product_ids), answered_within(wanted.since, wanted.until))


def answered_within(since: date | None, until: date | None) -> Q:
    """Condition on responses: first answered on one of these days, both included."""
    return within("created_at", since, until)


def within(column: str, since: date | None, until: date | None) -> Q:
    """Condition on a moment: on one of these days in UTC, both included."""
    ends = {
        f"{column}__gte": since and _midnight(since),
        f"{column}__lt": until and until < date.max and _midnight(until + timedelta(days=1)),
    }
    return Q(**{end: moment for end, moment in ends.items() if moment})


def _midnight(day: date) -> datetime:
    # The tallies count by UTC days, whatever the clock of the shop.
    return datetime.combine(day, time.min, tzinfo=UTC)


def has_segment(dimension: str, keys: Iterable[str]) -> Q:
    """Condition on responses: any of these keys, such as product ids, is among the answer's; without keys no condition."""
    return Q(*(Q(segments__contains={dimension: [key]}) for key in keys), _connector=Q.OR)
