"""The overview of a scale of its own: customer satisfaction (CSAT) or customer effort (CES)."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import re_path
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop

from ... import languages
from ...shop.staff import ANSWERS, Staff
from ...surveys.models import Scale
from ...surveys.reporting import satisfaction
from ...surveys.reporting.reports import Segment
from ...surveys.reporting.satisfaction import Satisfaction, SatisfactionPoint, SatisfactionSegment
from ...surveys.reporting.scoring import Category, Score, category, scores_on
from ...surveys.reporting.tallies import utc_day
from .. import periods, words
from ..charts import Chart, Series
from ..frame import page, show
from ..tags import number, percent
from .figures import DIMENSIONS, FEWEST_TO_RANK, SHOWN, in_words, label_of
from .filters import Selection, read_selection
from .selecting import days_of_trend, filters_of, intervals_of, tabs_of

_COMPARED = ("touchpoint", "channel", "country", "product", "category", "language")
# What the answers are called by the ends of their scale; categories are those of the survey.
_GROUPS = {
    Scale.CSAT.value: {
        Category.PROMOTER: gettext_noop("Satisfied: 4 and 5"),
        Category.PASSIVE: gettext_noop("Neither: 3"),
        Category.DETRACTOR: gettext_noop("Dissatisfied: 1 and 2"),
    },
    Scale.CES.value: {
        Category.PROMOTER: gettext_noop("Easy: 5 to 7"),
        Category.PASSIVE: gettext_noop("Neither: 4"),
        Category.DETRACTOR: gettext_noop("Difficult: 1 to 3"),
    },
}
# What the value may be, and its short name.
_ENDS = {Scale.CSAT.value: (0, 100), Scale.CES.value: (1, 7)}
_FIGURES = {Scale.CSAT.value: gettext_noop("CSAT"), Scale.CES.value: gettext_noop("CES")}
_EXPLAINED = {
    Scale.CSAT.value: gettext_noop("The share of those who are satisfied."),
    Scale.CES.value: gettext_noop("The mean of the answers from 1 (very difficult) to 7 (very easy)."),
}


@page(ANSWERS)
def overview(request: HttpRequest, staff: Staff, scale: str) -> HttpResponse:
    today = utc_day(timezone.now())
    selection = read_selection(request, staff, today=today, scale=scale)
    interval, wanted = days_of_trend(selection, today)
    points = satisfaction.trend(scale, wanted, interval, today=today)
    whole = satisfaction.satisfaction(scale, selection.wanted)
    title = gettext(words.SCALE_NAMES[scale])
    context = {
        "selection": selection,
        "tabs": tabs_of(selection),
        "filters": filters_of(selection, staff),
        "title": title,
        "whole": whole if whole.responses else None,
        "everything": f"{selection.base}{selection.place}?period=all",
        **(_figures(selection, whole, points, interval) if whole.responses else {}),
    }
    return show(request, "overview_satisfaction.html", context, title=title, section="overview")


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
        "tables": [table for dimension in _COMPARED if (table := _table(selection, dimension))],
        "ends": _ENDS[whole.scale],
        "figure": gettext(_FIGURES[whole.scale]),
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
    counts = dict.fromkeys(Category, 0)
    for value, count in zip(scores_on(whole.scale), whole.distribution, strict=True):
        counts[category(value, whole.scale)] += count
    return [
        {
            "name": group.value,
            "label": gettext(label),
            "count": counts[group],
            "share": counts[group] / whole.responses,
            "link": selection.responses(group=group.value),
        }
        for group, label in _GROUPS[whole.scale].items()
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
        written=[[f"{number(count)} ({percent(count / whole.responses)})" for count in whole.distribution]],
    )


def _table(selection: Selection, dimension: str) -> dict[str, Any] | None:
    """A breakdown, of the parts with most answers; None where there is nothing to compare."""
    found = satisfaction.by(selection.scale, selection.wanted, dimension, first=SHOWN)
    if len(found) < 2:
        return None
    rows = sorted((_row(selection, dimension, part) for part in found), key=lambda row: (row["is_unsure"], -row["at"]))
    return {"dimension": dimension, "title": gettext(DIMENSIONS[dimension]), "rows": rows}


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


urlpatterns = [re_path(rf"^/overview/(?P<scale>{'|'.join(satisfaction.MEASURED)})/?$", overview)]
