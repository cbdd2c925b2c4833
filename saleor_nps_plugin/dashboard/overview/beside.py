"""What stands beside the score: the surveys by weight, word of mouth, competitors, resolved cases, answers that look untrue."""

from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import re_path
from django.utils import timezone
from django.utils.translation import gettext

from ...shop.staff import ANSWERS, Staff
from ...surveys.reporting import competitors, recovered, reports, weighing, word_of_mouth
from ...surveys.reporting.competitors import Competition
from ...surveys.reporting.doubted import doubted
from ...surveys.reporting.recovered import Recovery
from ...surveys.reporting.tallies import utc_day
from ...surveys.reporting.weighing import Weighted
from ...surveys.reporting.word_of_mouth import WordOfMouth
from ..frame import part, show
from ..tags import number
from .figures import CATEGORIES, Axis, Breakdown, Row, breakdown_table
from .filters import Selection, read_selection


@part(ANSWERS)
def beside(request: HttpRequest, staff: Staff) -> HttpResponse:
    """All of it at once; what a shop does not ask is not shown."""
    selection = read_selection(request, staff, today=utc_day(timezone.now()))
    wanted = selection.wanted
    context = {
        "weighted": _weighted(selection, weighing.weighted(wanted)),
        "word_of_mouth": _word_of_mouth(selection, word_of_mouth.word_of_mouth(wanted)),
        "competition": _competition(selection, competitors.competition(wanted)),
        "recovery": _recovery(recovered.recovery(wanted)),
        "doubted": _doubted(selection),
    }
    return show(request, "overview_beside.html", context)


def _weighted(selection: Selection, found: Weighted) -> dict[str, Any] | None:
    """With a single survey it is the score itself."""
    if len(found.parts) < 2:
        return None
    return {
        "value": found.value,
        "margin": found.margin_of_error,
        "parts": [
            {
                "part": part,
                "weight": number(float(part.weight), _decimals(part.weight)),
                "link": selection.responses(survey=part.survey_id),
            }
            for part in found.parts
        ],
    }


def _decimals(weight: Decimal) -> int:
    """How many digits behind the point say something: none of 2.000, one of 0.500."""
    return max(0, -int(weight.normalize().as_tuple().exponent))


def _word_of_mouth(selection: Selection, found: WordOfMouth) -> dict[str, Any] | None:
    if not found.responses:
        return None
    return {
        "found": found,
        "share": found.false_detractors / found.detractors if found.detractors else None,
        "link": selection.responses(false_detractor="yes"),
    }


def _competition(selection: Selection, found: Competition) -> dict[str, Any] | None:
    if not found.preference.score.responses:
        return None
    rows = [
        Row(
            item.keys[0],
            item.name,
            item.preference.score,
            selection.responses(competitor=list(item.keys)),
        )
        for item in found.competitors
    ]
    table = Breakdown("competitor", gettext("Us or another shop"), rows, has_more=False)
    axis = Axis.around([found.preference.score, *table.ranked_scores])
    return {
        "preference": found.preference,
        "item": breakdown_table(selection, table, found.preference.score, axis, more="", figure=gettext("Prefer us")),
    }


def _recovery(found: Recovery) -> dict[str, Any] | None:
    if not found.asked:
        return None
    counts = {name: getattr(found.after, f"{name}s") for name in CATEGORIES}
    return {
        "found": found,
        "margin": None if found.recovered_margin is None else 100 * found.recovered_margin,
        "parts": [(name, gettext(label), counts[name]) for name, label in CATEGORIES.items()],
        "change": None
        if found.mean_after is None or found.mean_before is None
        else {"before": found.mean_before, "after": found.mean_after, "margin": found.margin_of_change},
    }


def _doubted(selection: Selection) -> dict[str, Any] | None:
    found = doubted(selection.wanted)
    if not found.left_out and not found.put_back:
        return None
    counted = reports.score(selection.wanted).responses
    return {
        "found": found,
        "share": found.share(counted),
        "link": selection.responses(counted="", flagged="yes"),
    }


urlpatterns = [re_path(r"^/overview/beside/?$", beside)]
