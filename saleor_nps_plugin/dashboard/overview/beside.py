"""What stands beside the score: the surveys by weight, word of mouth, competitors, resolved cases, answers that look untrue."""

from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import re_path
from django.utils import timezone
from django.utils.translation import gettext, ngettext

from ...shop.staff import ANSWERS, Staff
from ...surveys.models import Scale
from ...surveys.reporting import competitors, recovered, weighing, word_of_mouth
from ...surveys.reporting.competitors import Competition
from ...surveys.reporting.recovered import Outcome, Recovery
from ...surveys.reporting.tallies import utc_day
from ...surveys.reporting.weighing import Weighted
from ...surveys.reporting.word_of_mouth import WordOfMouth
from ..frame import part, show
from ..tags import number, percent
from .figures import CATEGORIES, FEWEST_TO_RANK, Axis, Breakdown, Row, breakdown_table
from .filters import Selection, read_selection
from .remarks import doubted_of, few


@part(ANSWERS)
def beside(request: HttpRequest, staff: Staff) -> HttpResponse:
    """All of it at once; what a shop does not ask is not shown."""
    selection = read_selection(request, staff, today=utc_day(timezone.now()))
    wanted = selection.wanted
    context = {
        "weighted": _weighted(selection, weighing.weighted(wanted)),
        "word_of_mouth": _word_of_mouth(selection, word_of_mouth.word_of_mouth(wanted)),
        "competition": _competition(selection, competitors.competition(wanted)),
        "recovery": _recovery(selection, recovered.recovery(wanted)),
        "doubted": doubted_of(selection),
    }
    return show(request, "overview_beside.html", context)


def _weighted(selection: Selection, found: Weighted) -> dict[str, Any] | None:
    """With a single survey it is the score itself."""
    if len(found.parts) < 2:
        return None
    return {
        "value": found.value,
        "margin": found.margin_of_error,
        "few": _resting_on_few(found),
        "parts": [
            {
                "part": part,
                "is_unsure": not part.weight or part.score.responses < FEWEST_TO_RANK,
                "weight": number(float(part.weight), _decimals(part.weight)),
                "link": selection.responses(survey=part.survey_id),
            }
            for part in found.parts
        ],
    }


def _resting_on_few(found: Weighted) -> str:
    """Say how much of the overall score a few answers make; "" where every survey that counts has enough."""
    weighed = [part for part in found.parts if part.weight]
    unsure = [part for part in weighed if part.score.responses < FEWEST_TO_RANK]
    if not unsure:
        return ""
    responses = sum(part.score.responses for part in unsure)
    text = ngettext(
        "%(share)s of this figure is by %(count)s answer: a survey with fewer than %(fewest)s answers counts by its whole weight.",
        "%(share)s of this figure is by %(count)s answers: a survey with fewer than %(fewest)s answers counts by its whole weight.",
        responses,
    )
    share = sum(part.weight for part in unsure) / sum(part.weight for part in weighed)
    return text % {
        "share": percent(float(share)),
        "count": number(responses),
        "fewest": number(FEWEST_TO_RANK),
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
        "responses": selection.responses(second="discourage"),
        "few": few(found.responses),
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
        "responses": selection.responses(second="preference"),
        "few": few(found.preference.score.responses),
        "item": breakdown_table(selection, table, found.preference.score, axis, more="", figure=gettext("Prefer us")),
    }


def _recovery(selection: Selection, found: Recovery) -> dict[str, Any] | None:
    if not found.asked:
        return None

    def responses(outcome: Outcome, **narrowed: str) -> str:
        return selection.responses(scale=Scale.RECOVERY.value, outcome=outcome.value, **narrowed)

    return {
        "found": found,
        "margin": found.percent_margin,
        "few": few(found.answered),
        "responses": responses(Outcome.ANSWERED),
        "lost": responses(Outcome.LOST),
        "won_back": responses(Outcome.RECOVERED),
        "parts": [
            (name, gettext(label), getattr(found.after, f"{name}s"), responses(Outcome.ANSWERED, group=name))
            for name, label in CATEGORIES.items()
        ],
        "export": selection.address("overview/export.csv", table="recovery"),
        "change": None
        if found.mean_after is None or found.mean_before is None
        else {"before": found.mean_before, "after": found.mean_after, "margin": found.margin_of_change},
    }


urlpatterns = [re_path(r"^/overview/beside/?$", beside)]
