"""npsScore with a trend of twelve months, at 10,000 and at 1,000,000 responses, against counting the responses."""

from collections.abc import Callable
from datetime import UTC, datetime

from django.db.models import Count, Q
from django.db.models.functions import TruncMonth
from saleor.core.db.connection import allow_writer

from benchmarks.measuring import Verdict, in_turns, median, tell_times
from benchmarks.shop import Api, configure, staff_token
from benchmarks.year import Year
from saleor_nps_plugin.surveys.models import Response
from saleor_nps_plugin.surveys.reporting import reports
from saleor_nps_plugin.surveys.reporting.score_filter import ScoreFilter
from saleor_nps_plugin.surveys.reporting.scoring import PASSIVE_FROM, PROMOTER_FROM

FEW, MANY = 10_000, 1_000_000
SCORE = "{ npsScore { value responses marginOfError responseRate trend { from to score { value responses } } } }"


def measure() -> list[Verdict]:
    configure()
    few, many = Year(FEW), Year(MANY)
    with allow_writer():
        for year in (few, many):
            print(f"  {year.responses:,} responses make {year.fill():,} rows of tallies", flush=True)
        times = in_turns(
            {
                f"npsScore at {FEW:,}": _in(few, _from_tallies),
                f"npsScore at {MANY:,}": _in(many, _from_tallies),
                f"counting {MANY:,} responses": _in(many, _from_responses),
            },
            rounds=15,
        )
        api = Api(staff_token())
        requests = in_turns(
            {f"request at {year.responses:,}": _in(year, lambda: api.ask(SCORE)) for year in (few, many)}, rounds=25
        )
    tell_times(times | requests)
    at_few, at_many, counting = (median(seconds) for seconds in times.values())
    request_few, request_many = (median(seconds) for seconds in requests.values())
    return [
        Verdict("the score comes faster than by counting, times", counting / at_many, at_least=100, digits=0),
        Verdict("the score at a million against ten thousand, times", at_many / at_few, at_most=1.2),
        Verdict("the whole GraphQL request likewise, times", request_many / request_few, at_most=1.2),
    ]


def _in(year: Year, ask: Callable[[], object]) -> Callable[[], None]:
    def run() -> None:
        with year.current():
            ask()

    return run


def _from_tallies() -> None:
    wanted = ScoreFilter()
    reports.score(wanted)
    reports.sending(wanted)
    reports.trend(wanted, "month", today=datetime.now(UTC).date())


def _from_responses() -> None:
    """The same figures, as one would count them without tallies: all in all, and per month."""
    counts = {
        "responses": Count("pk"),
        "promoters": Count("pk", filter=Q(score__gte=PROMOTER_FROM)),
        "detractors": Count("pk", filter=Q(score__lt=PASSIVE_FROM)),
    }
    counted = Response.objects.filter(is_counted=True)
    counted.aggregate(**counts)
    list(counted.annotate(month=TruncMonth("created_at")).values("month").annotate(**counts).order_by("month"))
