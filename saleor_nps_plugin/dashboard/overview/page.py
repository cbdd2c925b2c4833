"""The page "Overview": the score, how sure it is, where it comes from, and what is behind it."""

from datetime import date, timedelta
from typing import Any

from babel.dates import format_timedelta
from django.db.models import Min
from django.http import HttpRequest, HttpResponse
from django.urls import re_path
from django.utils import timezone
from django.utils.translation import gettext

from ... import languages
from ...errors import NotFound
from ...shop import get_shop
from ...shop.staff import ANSWERS, SETTINGS, Staff
from ...surveys import reports
from ...surveys.models import Survey
from ...surveys.reports import Funnel, TrendPoint
from ...surveys.score_filter import ScoreFilter, tallies_of
from ...surveys.scoring import Score
from ...surveys.tallies import utc_day
from .. import periods, words
from ..export import csv_response
from ..frame import last_of, page, part, show
from . import export as overview_export
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


@page(ANSWERS)
def overview(request: HttpRequest, staff: Staff) -> HttpResponse:
    today = utc_day(timezone.now())
    selection = read_selection(request, staff, today=today)
    interval, points = _points(selection, today)
    # Every answer is in a point of the trend: to ask for the score too would be one statement more.
    score = together(points)
    context = {
        "selection": selection,
        "filters": _filters(selection, staff),
        "export": selection.address("overview/export.csv"),
        **(_figures(selection, score, interval, points, today) if score.responses else _nothing(selection, staff)),
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
        overview_export.filename(selection, wanted), overview_export.rows(selection, tables, _points(selection, today))
    )


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
        "intervals": [
            {
                "label": gettext(label),
                "address": selection.address(interval=name),
                "is_current": name == interval,
            }
            for name, label in periods.INTERVALS.items()
        ],
        "distribution": distribution_chart(selection, score),
        "funnel": _funnel(selection, reports.funnel(selection.wanted)),
        "breakdowns": selection.address("overview/breakdowns/"),
        "exports": {name: _export(selection, name) for name in ("trend", "distribution", "funnel")},
    }


def _points(selection: Selection, today: date) -> tuple[str, list[TrendPoint]]:
    """The trend from the first answer on, and its interval."""
    wanted = selection.wanted
    until = wanted.until or today
    since = wanted.since
    if selection.period.name in ("all", "custom"):
        first = tallies_of(wanted).aggregate(first=Min("day"))["first"] or until
        since = max(since or first, first)
    since = since or until
    interval = periods.interval_for(selection.interval, since, until)
    narrowed = ScoreFilter(channels=wanted.channels, touchpoints=wanted.touchpoints, since=since, until=until)
    return interval, reports.trend(narrowed, interval, today=today)


def _funnel(selection: Selection, funnel: Funnel) -> dict[str, Any]:
    """Steps with their share of the step before and of the whole, and why the others were not asked."""
    counts = (
        (gettext("Orders fulfilled"), funnel.fulfilled, ""),
        (gettext("Asked"), funnel.asked, ""),
        (gettext("Sent"), funnel.sent, ""),
        (gettext("Opened"), funnel.opened, ""),
        (gettext("Answered"), funnel.answered, selection.responses()),
    )
    before: int | None = None
    steps = []
    for label, count, link in counts:
        steps.append(
            {
                "label": label,
                "count": count,
                "share": count / before if before else None,
                "link": link,
                "width": round(100 * count / (funnel.fulfilled or 1), 1),
            }
        )
        before = count
    skipped = funnel.skipped or {}
    reasons = [{"label": words.skip_reason(reason), "count": count} for reason, count in skipped.items()]
    return {"steps": steps, "reasons": reasons, "skipped": sum(skipped.values())}


def _more(selection: Selection, table: Breakdown) -> str:
    return selection.address(f"overview/breakdowns/{table.dimension}/") if table.has_more else ""


def _export(selection: Selection, table: str) -> str:
    return selection.address("overview/export.csv", table=table)


def _filters(selection: Selection, staff: Staff) -> dict[str, Any]:
    shop = get_shop()
    channels = [slug for slug in shop.channels() if staff.sees(slug)]
    if selection.channel and selection.channel not in channels:
        channels.append(selection.channel)
    names = shop.labels("channel", channels)
    touchpoints = set(Survey.objects.values_list("touchpoint", flat=True)) | ({selection.touchpoint} - {""})
    return {
        "address": f"{selection.base}overview/",
        "periods": [(name, gettext(label)) for name, label in periods.PERIODS.items()],
        "channels": sorted(((slug, names.get(slug, slug)) for slug in channels), key=lambda item: item[1]),
        "touchpoints": sorted(((code, words.touchpoint(code)) for code in touchpoints), key=lambda item: item[1]),
    }


def _nothing(selection: Selection, staff: Staff) -> dict[str, Any]:
    """What to show, and what to do, where there are no answers."""
    everything = ScoreFilter(channels=visible_channels(staff))
    has_answers = bool(reports.score(everything).responses)
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
    asking = [slug for slug in channels if settings.for_channel(slug).enabled]
    funnel = reports.funnel(everything)
    language = languages.current()
    delay = timedelta(hours=settings.for_channel(asking[0] if asking else "").delay_hours)
    return {
        "is_on": bool(asking),
        "fulfilled": funnel.fulfilled,
        "sent": funnel.sent,
        "delay": delay and languages.localize_digits(format_timedelta(delay, locale=language), language),
        "may_switch_on": staff.may(SETTINGS),
    }


urlpatterns = [
    re_path(r"^/overview/?$", overview),
    re_path(r"^/overview/breakdowns/?$", breakdowns),
    re_path(r"^/overview/breakdowns/(?P<dimension>\w+)/?$", one_breakdown),
    re_path(r"^/overview/export\.csv$", export),
]
