"""From fulfilled orders to answers: how many were asked, or not and why, and what they did; and the same of waves."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.db.models import Sum

from ..models import SkipReason, Touchpoint, Wave
from .score_filter import ScoreFilter, invitations_in
from .stages import ANSWERED, ASKED, OPENED, SENT

# Only these are asked because an order was fulfilled; everybody else is in a wave, or was invited by staff.
BY_ORDERS = frozenset({Touchpoint.ORDER_FULFILLED.value, Touchpoint.PRODUCT_USED.value})


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
        """Everybody whom this is about; of people without an order, how many there were."""
        return self.asked + sum(self.skipped.values())


@dataclass(frozen=True)
class Funnels:
    """`orders` is about fulfilled orders, `people` about those who were asked apart from any order: in waves, or by staff.

    Opened and answered are not known of people whose survey is anonymous. `touchpoints` are those of `people`.
    """

    orders: Funnel = Funnel()
    people: Funnel = Funnel()
    touchpoints: frozenset[str] = frozenset()
    is_anonymous: bool = False


def funnels(wanted: ScoreFilter) -> Funnels:
    """Return what became of the invitations made in the period.

    Channels, surveys, touchpoints and days narrow it down; countries and products do not: they are not known of somebody
    who was not asked. New invitations are counted within a minute.
    """
    rows = invitations_in(wanted).values_list("survey__touchpoint", "survey", "survey__is_anonymous", "stage")
    found = [(*row, count) for *row, count in rows.annotate(count=Sum("count")).order_by() if count]
    people = [row for row in found if row[0] not in BY_ORDERS]
    surveys = {survey for _, survey, *_ in people}
    return Funnels(
        orders=_funnel((stage, count) for touchpoint, *_, stage, count in found if touchpoint in BY_ORDERS),
        people=_funnel((stage, count) for *_, stage, count in people),
        touchpoints=frozenset(touchpoint for touchpoint, *_ in people),
        # A wave can be anonymous where its survey is not.
        is_anonymous=any(is_anonymous for _, _, is_anonymous, *_ in people)
        or (bool(surveys) and Wave.objects.filter(survey__in=surveys, is_anonymous=True).exists()),
    )


def funnel(wanted: ScoreFilter) -> Funnel:
    """Return what became of the orders fulfilled in the period; see `funnels`."""
    return funnels(wanted).orders


def _funnel(stages: Iterable[tuple[str, int]]) -> Funnel:
    counts: dict[str, int] = {}
    for stage, count in stages:
        counts[stage] = counts.get(stage, 0) + count
    skipped = {reason: counts[reason] for reason in SkipReason.values if counts.get(reason)}
    return Funnel(
        asked=counts.get(ASKED, 0),
        skipped=dict(sorted(skipped.items(), key=lambda item: -item[1])),
        sent=counts.get(SENT, 0),
        opened=counts.get(OPENED, 0),
        answered=counts.get(ANSWERED, 0),
    )
