"""The overview of a scale of its own: customer satisfaction (CSAT) or customer effort (CES)."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import re_path
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop

from ... import languages
from ...errors import NotFound
from ...shop.staff import ANSWERS, SETTINGS, Staff
from ...surveys.models import Scale
from ...surveys.reporting import satisfaction
from ...surveys.reporting.reports import Segment
from ...surveys.reporting.satisfaction import Satisfaction, SatisfactionPoint, SatisfactionSegment
from ...surveys.reporting.score_filter import ScoreFilter
from ...surveys.reporting.scoring import Score, category, scores_on
from ...surveys.reporting.tallies import utc_day
from .. import periods, words
from ..charts import Chart, Series
from ..export import csv_response
from ..frame import last_of, page, part, show
from ..tags import number, percent
from . import satisfaction_export
from .export import filename
from .figures import DIMENSIONS, FEWEST_TO_RANK, SHOWN, in_words, label_of
from .filters import Selection, read_selection, visible_channels
from .groups import COMPARED, FIGURES, GROUPS, counts_of
from .remarks import doubted_of, few
from .selecting import days_of_trend, filters_of, intervals_of, tabs_of

# What the value may be.
_ENDS = {Scale.CSAT.value: (0, 100), Scale.CES.value: (1, 7)}
_EXPLAINED = {
    Scale.CSAT.value: gettext_noop("The share of those who are satisfied."),
    Scale.CES.value: gettext_noop("The mean of the answers from 1 (very difficult) to 7 (very easy)."),
}


@page(ANSWERS)
def overview(request: HttpRequest, staff: Staff, scale: str) -> HttpResponse:
    today = utc_day(timezone.now())
    selection = read_selection(request, staff, today=today, scale=scale)
    interval, points = _points_of(selection, today)
    whole = satisfaction.satisfaction(scale, selection.wanted)
    title = gettext(words.SCALE_NAMES[scale])
    context = {
        "selection": selection,
        "tabs": tabs_of(selection),
        "filters": filters_of(selection, staff),
        "title": title,
        "whole": whole if whole.responses else None,
        "doubted": doubted_of(selection),
        "export": _export_of(selection),
        **(_figures(selection, whole, points, interval) if whole.responses else _nothing(selection, staff)),
    }
    return show(request, "overview_satisfaction.html", context, title=title, section="overview")


@part(ANSWERS)
def export(request: HttpRequest, staff: Staff, scale: str) -> HttpResponse:
    """One table, or all of them below each other, as CSV."""
    today = utc_day(timezone.now())
    selection = read_selection(request, staff, today=today, scale=scale)
    wanted = last_of(request, "table")
    if wanted and wanted not in satisfaction_export.TABLES:
        raise NotFound
    tables = (wanted,) if wanted else satisfaction_export.TABLES
    _, points = _points_of(selection, today)
    return csv_response(filename(selection, wanted), satisfaction_export.rows(selection, tables, points))


def _points_of(selection: Selection, today: date) -> tuple[str, list[SatisfactionPoint]]:
    interval, wanted = days_of_trend(selection, today)
    return interval, satisfaction.trend(selection.scale, wanted, interval, today=today)


def _export_of(selection: Selection, table: str = "") -> str:
    return selection.address(f"{selection.place}export.csv", table=table)


def _nothing(selection: Selection, staff: Staff) -> dict[str, Any]:
    """What to do where there are no answers: look further, or ask somebody."""
    answered = satisfaction.scales_answered(ScoreFilter(channels=visible_channels(staff)))
    return {
        "has_answers": selection.scale in answered,
        "everything": f"{selection.base}{selection.place}?period=all",
        "may_ask": staff.may(SETTINGS),
    }


def _figures(
    selection: Selection, whole: Satisfaction, points: Sequence[SatisfactionPoint], interval: str
) -> dict[str, Any]:
    return {
        "value": value_in_words(whole),
        "margin": margin_in_words(whole),
        "explained": gettext(_EXPLAINED[whole.scale]),
        "days": periods.days_between(selection.period.since, selection.period.until, languages.current()),
        "responses": selection.responses(),
        "shares": _shares(selection, whole),
        "trend": _trend_chart(selection, points, interval),
        "intervals": intervals_of(selection, interval),
        "distribution": _distribution_chart(selection, whole),
        "tables": [table for dimension in COMPARED if (table := _table(selection, dimension))],
        "ends": _ENDS[whole.scale],
        "figure": gettext(FIGURES[whole.scale]),
        "few": few(whole.responses),
        "exports": {name: _export_of(selection, name) for name in ("trend", "distribution")},
    }


def value_in_words(found: Satisfaction) -> str:
    """67% of CSAT, 5.3 of CES, – without responses."""
    if found.value is None:
        return "–"
    return percent(round(found.value) / 100) if found.scale == Scale.CSAT else number(found.value, 1)


def margin_in_words(found: Satisfaction) -> str:
    """The margin of error in the units of the value: 5 points of a hundred, or tenths of a mean."""
    return number(found.margin_of_error, 0 if found.scale == Scale.CSAT else 1)


def _in_words(found: Satisfaction) -> str:
    if found.value is None:
        return "–"
    return in_words(value_in_words(found), margin_in_words(found), found.responses)


def _shares(selection: Selection, whole: Satisfaction) -> list[dict[str, Any]]:
    counts = counts_of(whole)
    return [
        {
            "name": group.value,
            "label": gettext(label),
            "count": counts[group],
            "share": counts[group] / whole.responses,
            "link": selection.responses(group=group.value),
        }
        for group, label in GROUPS[whole.scale].items()
    ]


def _trend_chart(selection: Selection, points: Sequence[SatisfactionPoint], interval: str) -> Chart:
    found = [point.satisfaction for point in points]
    low, high = _ENDS[selection.scale]
    series = Series(
        gettext(words.SCALE_NAMES[selection.scale]),
        _rounded(item.value for item in found),
        margins=_rounded(item.margin_of_error for item in found),
    )
    return Chart(
        kind="line",
        title=gettext("Over time"),
        labels=[periods.label_of(point.start, interval, languages.current()) for point in points],
        series=[series],
        links=[selection.responses(since=point.start, until=point.end) for point in points],
        low=low,
        high=high,
        written=[[_in_words(item) for item in found]],
    )


def _rounded(values: Iterable[float | None]) -> list[float | None]:
    return [None if value is None else round(value, 2) for value in values]


def _distribution_chart(selection: Selection, whole: Satisfaction) -> Chart:
    scale = scores_on(whole.scale)
    return Chart(
        kind="bars",
        title=gettext("Responses per score"),
        labels=[number(value) for value in scale],
        series=[
            Series(
                gettext("Responses"),
                whole.distribution,
                tones=[category(value, whole.scale).value for value in scale],
            )
        ],
        links=[selection.responses(score=value) for value in scale],
        low=0,
        is_whole=True,
        written=[[f"{number(count)} ({percent(count / whole.responses)})" for count in whole.distribution]],
    )


def _table(selection: Selection, dimension: str) -> dict[str, Any] | None:
    """A breakdown, of the parts with most answers; None where there is nothing to compare."""
    found = satisfaction.by(selection.scale, selection.wanted, dimension, first=SHOWN + 1)
    if len(found) < 2:
        return None
    rows = sorted(
        (_row(selection, dimension, part) for part in found[:SHOWN]), key=lambda row: (row["is_unsure"], -row["at"])
    )
    return {
        "dimension": dimension,
        "title": gettext(DIMENSIONS[dimension]),
        "rows": rows,
        "has_more": len(found) > SHOWN,
        "export": _export_of(selection, dimension),
    }


def _row(selection: Selection, dimension: str, part: SatisfactionSegment) -> dict[str, Any]:
    low, high = _ENDS[selection.scale]
    value, margin = part.satisfaction.value or 0.0, part.satisfaction.margin_of_error or 0.0

    def place(at: float) -> float:
        return round(min(max(100 * (at - low) / (high - low), 0), 100), 1)

    return {
        "label": label_of(dimension, Segment(part.key, part.label, Score.of([]))),
        "link": selection.responses_with(dimension, part.key),
        "value": value_in_words(part.satisfaction),
        "margin": margin_in_words(part.satisfaction),
        "responses": part.satisfaction.responses,
        "is_unsure": part.satisfaction.responses < FEWEST_TO_RANK,
        "at": place(value),
        "low": place(value - margin),
        "width": round(place(value + margin) - place(value - margin), 1),
    }


_SCALE = rf"^/overview/(?P<scale>{'|'.join(satisfaction.MEASURED)})"
urlpatterns = [re_path(rf"{_SCALE}/?$", overview), re_path(rf"{_SCALE}/export\.csv$", export)]
