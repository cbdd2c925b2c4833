"""What every page of the overview begins with: its tabs, the form of its filters, and the days of its trend."""

from collections.abc import Collection
from dataclasses import replace
from datetime import date
from typing import Any

from django.db.models import Min
from django.utils.translation import gettext

from ...shop import get_shop
from ...shop.staff import Staff
from ...surveys.making.texts import shown_name
from ...surveys.models import Survey
from ...surveys.reporting import satisfaction
from ...surveys.reporting.score_filter import APART, ScoreFilter, tallies_of
from ...surveys.reporting.scoring import NPS
from .. import periods, words
from .filters import Selection, surveys_on


def tabs_of(selection: Selection) -> list[dict[str, Any]]:
    """Return the pages of the overview, one per scale that somebody answered on; one alone needs no tabs."""
    scales = [NPS, *satisfaction.scales_answered(ScoreFilter(channels=selection.channels))]
    # A survey asks on one scale.
    pages = [
        (scale, selection if scale == selection.scale else replace(selection, scale=scale, survey=""))
        for scale in scales
    ]
    tabs = [
        {
            "label": gettext(words.SCALE_NAMES[scale]),
            "address": page.address(),
            "is_current": scale == selection.scale,
        }
        for scale, page in pages
    ]
    return tabs if len(tabs) > 1 or selection.scale != NPS else []


def days_of_trend(selection: Selection, today: date) -> tuple[str, ScoreFilter]:
    """Return the interval of the trend and its days, from the first answer on."""
    wanted = selection.wanted
    until = wanted.until or today
    since = wanted.since
    if selection.period.name in ("all", "custom"):
        first = tallies_of(wanted).aggregate(first=Min("day"))["first"] or until
        since = max(since or first, first)
    since = since or until
    interval = periods.interval_for(selection.interval, since, until)
    return interval, replace(wanted, since=since, until=until)


def intervals_of(selection: Selection, current: str) -> list[dict[str, Any]]:
    """Return the lengths that the points of a trend may have, with their addresses."""
    return [
        {"label": gettext(label), "address": selection.address(interval=name), "is_current": name == current}
        for name, label in periods.INTERVALS.items()
    ]


def filters_of(selection: Selection, staff: Staff) -> dict[str, Any]:
    """Return what the form of the filters shows."""
    shop = get_shop()
    channels = [slug for slug in shop.channels() if staff.sees(slug)]
    if selection.channel and selection.channel not in channels:
        channels.append(selection.channel)
    names = shop.labels("channel", channels)
    surveys = surveys_on(selection.scale, staff).values_list("pk", "slug", "name")
    touchpoints = set(Survey.objects.values_list("touchpoint", flat=True)) | ({selection.touchpoint} - {""})
    return {
        "address": f"{selection.base}{selection.place}",
        "periods": [(name, gettext(label)) for name, label in periods.PERIODS.items()],
        "channels": sorted(((slug, names.get(slug, slug)) for slug in channels), key=lambda item: item[1]),
        "every_touchpoint": _every(touchpoints, selection),
        "touchpoints": sorted(((code, words.touchpoint(code)) for code in touchpoints), key=lambda item: item[1]),
        "surveys": sorted(((str(pk), shown_name(slug, name)) for pk, slug, name in surveys), key=lambda item: item[1]),
    }


def _every(touchpoints: Collection[str], selection: Selection) -> str:
    """What no choice of a touchpoint means: employees and partners count only where somebody asks for them."""
    if selection.survey or not set(APART) & set(touchpoints):
        return gettext("All touchpoints")
    return gettext("All but employees and partners")
