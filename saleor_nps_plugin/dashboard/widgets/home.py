"""On the Dashboard's home page: the score, where it is going, and who waits for an answer."""

from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import re_path
from django.utils import timezone
from django.utils.translation import gettext

from ... import languages
from ...shop.staff import ANSWERS, Staff
from ...surveys.models import CaseStatus
from ...surveys.reporting import reports
from ...surveys.reporting.reports import TrendPoint
from ...surveys.reporting.response_filter import ResponseFilter, count_up_to, matching
from ...surveys.reporting.score_filter import ScoreFilter
from ...surveys.reporting.scoring import Score, difference
from ...surveys.reporting.tallies import utc_day
from ..charts import Chart
from ..frame import base_of, page, show
from ..overview.figures import Change, score_in_words, together, trend_series
from ..overview.filters import Selection, visible_channels
from ..periods import Period, days_between, label_of

WEEKS = 12
_MOST_CASES = 1000
_LEAST_SPAN = 10


@page(ANSWERS, kind="widget")
def widget(request: HttpRequest, staff: Staff) -> HttpResponse:
    today = utc_day(timezone.now())
    since = _first_monday(today)
    selection = Selection(base_of(request), Period("custom", since, today), channels=visible_channels(staff))
    points, earlier = _two_periods(selection.channels, since, today)
    score = together(points)
    context = {
        "score": score,
        "responses": selection.responses(),
        "overview": selection.address(),
        "change": _change(selection, score, earlier) if score.responses else None,
        "trend": _trend(points) if score.responses else None,
        **_cases(selection),
    }
    return show(request, "widget_home.html", context, title=gettext("Customer feedback"))


def _first_monday(today: date) -> date:
    """Where the last weeks begin: whole ones and the running one, so that each point of the trend is a week."""
    return today - timedelta(days=today.weekday(), weeks=WEEKS - 1)


def _two_periods(
    channels: tuple[str, ...] | None, since: date, today: date
) -> tuple[list[TrendPoint], list[TrendPoint]]:
    """The weeks from `since` on and as many before, in one read."""
    twice = ScoreFilter(channels=channels, since=since - timedelta(weeks=WEEKS), until=today)
    points = reports.trend(twice, "week", today=today)
    return points[WEEKS:], points[:WEEKS]


def _change(selection: Selection, now: Score, earlier: list[TrendPoint]) -> Change:
    before = together(earlier)
    days = days_between(earlier[0].start, earlier[-1].end, languages.current())
    link = selection.responses(since=earlier[0].start, until=earlier[-1].end)
    return Change(before, difference(now, before), days, link)


def _trend(points: list[TrendPoint]) -> Chart:
    known = [point.score.exact_value for point in points if point.score.exact_value is not None]
    return Chart(
        kind="spark",
        title=gettext("Score of the last %(weeks)s weeks") % {"weeks": WEEKS},
        labels=[label_of(point.start, "week", languages.current()) for point in points],
        series=[trend_series(points)],
        low=max(-100, min(known) - _LEAST_SPAN / 2),
        high=min(100, max(known) + _LEAST_SPAN / 2),
        written=[[score_in_words(point.score) for point in points]],
    )


def _cases(selection: Selection) -> dict[str, Any]:
    """How many unhappy customers nobody has looked after yet, and since when the first of them waits."""
    open_cases = matching(ResponseFilter(channels=selection.channels, case_statuses=(CaseStatus.OPEN,)))
    many = count_up_to(open_cases, _MOST_CASES + 1)
    oldest = open_cases.order_by("created_at").values_list("created_at", flat=True).first() if many else None
    return {
        "cases": min(many, _MOST_CASES),
        "has_more_cases": many > _MOST_CASES,
        "oldest": oldest,
        "cases_address": f"{selection.base}responses/?status={CaseStatus.OPEN}",
    }


urlpatterns = [re_path(r"^/widgets/home/?$", widget)]
