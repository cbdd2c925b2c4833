"""The page "Overview": the score, how sure it is, where it comes from, and what is behind it."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from babel.dates import format_timedelta
from django.http import HttpRequest, HttpResponse
from django.urls import re_path
from django.utils import timezone
from django.utils.translation import gettext

from ... import languages
from ...errors import NotFound
from ...shop import get_shop
from ...shop.staff import ANSWERS, SETTINGS, Staff
from ...surveys.models import Touchpoint
from ...surveys.reporting import reports
from ...surveys.reporting.doubted import doubted
from ...surveys.reporting.funnel import funnels
from ...surveys.reporting.reports import TrendPoint
from ...surveys.reporting.score_filter import ScoreFilter
from ...surveys.reporting.scoring import Score
from ...surveys.reporting.tallies import utc_day
from .. import periods
from ..export import csv_response
from ..frame import last_of, page, part, show
from . import beside, satisfaction
from . import export as overview_export
from .asking import asking
from .figures import (
    DIMENSIONS,
    SHOWN_AT_MOST,
    Axis,
    Breakdown,
    breakdown,
    breakdown_table,
    change,
    distribution_chart,
    shares,
    together,
    trend_chart,
)
from .filters import Selection, read_selection, visible_channels
from .remarks import few
from .selecting import days_of_trend, filters_of, intervals_of, tabs_of


@page(ANSWERS)
def overview(request: HttpRequest, staff: Staff) -> HttpResponse:
    today = utc_day(timezone.now())
    selection = read_selection(request, staff, today=today)
    interval, points = points_of(selection, today)
    # Every answer is in a point of the trend: to ask for the score too would be one statement more.
    score = together(points)
    tabs = tabs_of(selection)
    found = _figures(selection, score, interval, points, today) if score.responses else _nothing(selection, staff, tabs)
    context = {
        "selection": selection,
        "filters": filters_of(selection, staff),
        "tabs": tabs,
        "export": selection.address("overview/export.csv"),
        "beside": selection.address("overview/beside/"),
        **found,
    }
    return show(request, "overview.html", context, title=gettext("Overview"), section="overview")


@part(ANSWERS)
def breakdowns(request: HttpRequest, staff: Staff) -> HttpResponse:
    """Every breakdown at once: some small reads cost less than as many requests."""
    selection = read_selection(request, staff, today=utc_day(timezone.now()))
    whole = reports.score(selection.wanted)
    found = [breakdown(selection, dimension) for dimension in DIMENSIONS]
    compared = [table for table in found if table.is_worth_a_table]
    # The same axis for all of them, so that the eye may wander from one to the other.
    axis = Axis.around(score for table in compared for score in table.ranked_scores)
    context = {
        "tables": [breakdown_table(selection, table, whole, axis, more=_more(selection, table)) for table in compared],
        "alone": [table for table in found if table.rows and not table.is_worth_a_table],
    }
    return show(request, "overview_breakdowns.html", context)


@part(ANSWERS)
def one_breakdown(request: HttpRequest, staff: Staff, dimension: str) -> HttpResponse:
    """A breakdown with more of its parts."""
    if dimension not in DIMENSIONS:
        raise NotFound
    selection = read_selection(request, staff, today=utc_day(timezone.now()))
    table = breakdown(selection, dimension, first=SHOWN_AT_MOST)
    whole, axis = reports.score(selection.wanted), Axis.around(table.ranked_scores)
    context = {"item": breakdown_table(selection, table, whole, axis, more="")}
    return show(request, "overview_breakdown.html", context)


@part(ANSWERS)
def export(request: HttpRequest, staff: Staff) -> HttpResponse:
    """One table, or all of them below each other, as CSV."""
    today = utc_day(timezone.now())
    selection = read_selection(request, staff, today=today)
    wanted = last_of(request, "table")
    if wanted and wanted not in overview_export.TABLES:
        raise NotFound
    tables = (wanted,) if wanted else overview_export.TABLES
    return csv_response(
        overview_export.filename(selection, wanted),
        overview_export.rows(selection, tables, points_of(selection, today)),
    )


def points_of(selection: Selection, today: date) -> tuple[str, list[TrendPoint]]:
    """Return the interval of the trend, and its points."""
    interval, wanted = days_of_trend(selection, today)
    return interval, reports.trend(wanted, interval, today=today)


def _figures(
    selection: Selection, score: Score, interval: str, points: list[TrendPoint], today: date
) -> dict[str, Any]:
    return {
        "score": score,
        "responses": selection.responses(),
        "change": change(selection, score, today=today),
        "shares": shares(selection, score),
        "days": periods.days_between(selection.period.since, selection.period.until, languages.current()),
        "trend": trend_chart(selection, points, interval),
        "intervals": intervals_of(selection, interval),
        "distribution": distribution_chart(selection, score),
        "funnel": asking(selection),
        "few": few(score.responses),
        "breakdowns": selection.address("overview/breakdowns/"),
        "exports": {name: _export(selection, name) for name in ("trend", "distribution", "funnel")},
    }


def _more(selection: Selection, table: Breakdown) -> str:
    return selection.address(f"overview/breakdowns/{table.dimension}/") if table.has_more else ""


def _export(selection: Selection, table: str) -> str:
    return selection.address("overview/export.csv", table=table)


def _nothing(selection: Selection, staff: Staff, tabs: Sequence[object]) -> dict[str, Any]:
    """What to show, and what to do, where there are no answers."""
    # Employees and partners are answers too, if nobody else has answered.
    everything = ScoreFilter(channels=visible_channels(staff), touchpoints=tuple(Touchpoint.values))
    has_answers = bool(tabs) or bool(reports.score(everything).responses) or bool(doubted(everything).left_out)
    context: dict[str, Any] = {
        "score": None,
        "has_answers": has_answers,
        "everything": f"{selection.base}overview/?period=all",
    }
    return context if has_answers else context | {"start": _start(everything, staff)}


def _start(everything: ScoreFilter, staff: Staff) -> dict[str, Any]:
    """How far a new shop has come on the way to its first answer."""
    shop = get_shop()
    settings = shop.settings()
    channels = [slug for slug in shop.channels() if staff.sees(slug)]
    switched_on = [slug for slug in channels if settings.for_channel(slug).enabled]
    found = funnels(everything)
    language = languages.current()
    delay = timedelta(hours=settings.for_channel(switched_on[0] if switched_on else "").delay_hours)
    return {
        "is_on": bool(switched_on),
        "fulfilled": found.orders.fulfilled,
        "sent": found.orders.sent + found.people.sent,
        "delay": delay and languages.localize_digits(format_timedelta(delay, locale=language), language),
        "may_switch_on": staff.may(SETTINGS),
    }


urlpatterns = [
    re_path(r"^/overview/?$", overview),
    *satisfaction.urlpatterns,
    *beside.urlpatterns,
    re_path(r"^/overview/breakdowns/?$", breakdowns),
    re_path(r"^/overview/breakdowns/(?P<dimension>\w+)/?$", one_breakdown),
    re_path(r"^/overview/export\.csv$", export),
]
