"""From fulfilled orders to answers: how many were asked, or not and why, and what they did."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db.models import Sum

from ..models import SkipReason
from .score_filter import ScoreFilter, invitations_in
from .stages import ANSWERED, ASKED, OPENED, SENT


@dataclass(frozen=True)
class Funnel:
    """What became of the invitations made in a period: of each fulfilled order one per survey, plus those made by hand.

    `asked` plus everything in `skipped` (by SkipReason, most first) makes `fulfilled`. Sent, opened and answered are parts
    of `asked`, whenever they happened.
    """

    asked: int = 0
    skipped: Mapping[str, int] = field(default_factory=dict)
    sent: int = 0
    opened: int = 0
    answered: int = 0

    @property
    def fulfilled(self) -> int:
        return self.asked + sum(self.skipped.values())


def funnel(wanted: ScoreFilter) -> Funnel:
    """Return what became of the invitations made in the period.

    Channels, surveys, touchpoints and days narrow it down; countries and products do not: they are not known of somebody
    who was not asked. New invitations are counted within a minute.
    """
    counts = dict(invitations_in(wanted).values_list("stage").annotate(Sum("count")).order_by())
    skipped = {reason: counts[reason] for reason in SkipReason.values if counts.get(reason)}
    return Funnel(
        asked=counts.get(ASKED, 0),
        skipped=dict(sorted(skipped.items(), key=lambda item: -item[1])),
        sent=counts.get(SENT, 0),
        opened=counts.get(OPENED, 0),
        answered=counts.get(ANSWERED, 0),
    )
