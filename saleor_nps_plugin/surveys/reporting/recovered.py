"""Have we made it right? What people say who were asked again after their case was resolved."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import sqrt
from typing import Any, NamedTuple

from django.db.models import Count, F, OuterRef, Q, Subquery
from django.db.models.functions import JSONObject

from ..models import Invitation, Response, Touchpoint
from .score_filter import APART, ScoreFilter, within
from .scoring import HIGHEST_SCORE, NPS, SCALES, SCORES, Z_95, Category, Score, category, scores_of


class Outcome(StrEnum):
    """Which of those who answered again: all of them, those who were detractors before, those of them who are none now."""

    ANSWERED = "answered"
    LOST = "lost"
    RECOVERED = "recovered"


class Pair(NamedTuple):
    """How many people scored `before`, on `scale`, and `after` it was made right, from 0 to 10."""

    before: int
    scale: str
    after: int
    people: int


@dataclass(frozen=True)
class Recovery:
    """`asked` counts those asked again in the period, `pairs` those of them who answered at any time since."""

    asked: int
    pairs: Sequence[Pair]

    @property
    def after(self) -> Score:
        """What those who answered say now."""
        counts = [0] * len(SCORES)
        for pair in self.pairs:
            counts[pair.after] += pair.people
        return Score.of(counts)

    @property
    def answered(self) -> int:
        return self.after.responses

    @property
    def lost(self) -> int:
        """Of those who answered: how many were detractors before."""
        return sum(pair.people for pair in self._lost)

    @property
    def recovered(self) -> int:
        """How many of those are detractors no more."""
        return sum(pair.people for pair in self._lost if category(pair.after) is not Category.DETRACTOR)

    @property
    def recovered_share(self) -> float | None:
        """`recovered` of `lost`, 0 to 1; None without any."""
        return self.recovered / self.lost if self.lost else None

    @property
    def recovered_margin(self) -> float | None:
        """Half of the 95 % interval of that share, adjusted Wald; None without any."""
        if not self.lost:
            return None
        n = self.lost + Z_95**2
        share = (self.recovered + Z_95**2 / 2) / n
        return Z_95 * sqrt(share * (1 - share) / n)

    @property
    def recovered_percent(self) -> float | None:
        """The share in percent."""
        return None if self.recovered_share is None else 100 * self.recovered_share

    @property
    def percent_margin(self) -> float | None:
        """Its margin in points of a hundred."""
        return None if self.recovered_margin is None else 100 * self.recovered_margin

    @property
    def mean_before(self) -> float | None:
        """Mean of the first answers, 0 to 10, of those who answered again; of the 0-10 scale only. None without any."""
        return _mean((pair.before, pair.people) for pair in self._comparable)

    @property
    def mean_after(self) -> float | None:
        """Mean of the second answers of the same people."""
        return _mean((pair.after, pair.people) for pair in self._comparable)

    @property
    def change(self) -> float | None:
        """By how much the mean has risen since the first answers; None without any."""
        before, after = self.mean_before, self.mean_after
        return None if before is None or after is None else after - before

    @property
    def margin_of_change(self) -> float | None:
        """Half of the 95 % interval of the difference of the means, from each person's own change; None below two people."""
        changes = [(pair.after - pair.before, pair.people) for pair in self._comparable]
        n, mean = sum(count for _, count in changes), _mean(changes)
        if n < 2 or mean is None:
            return None
        variance = sum(count * (change - mean) ** 2 for change, count in changes) / (n - 1)
        return min(Z_95 * sqrt(variance / n), 2.0 * HIGHEST_SCORE)

    @property
    def _lost(self) -> list[Pair]:
        return [pair for pair in self.pairs if category(pair.before, pair.scale) is Category.DETRACTOR]

    @property
    def _comparable(self) -> list[Pair]:
        return [pair for pair in self.pairs if pair.scale == NPS]


def recovery(wanted: ScoreFilter) -> Recovery:
    """Return what came of asking again. The days of the filter are those on which people were asked again; everything else
    is about the first answer. An answer that staff have left out counts as none."""
    # Looked up case by case: PostgreSQL would rather read all answers in order than join to a hundredth of them.
    first = Response.objects.filter(_about(wanted, ""), pk=OuterRef("recovers"))
    second = Response.objects.filter(invitation=OuterRef("pk"), is_counted=True)
    rows = (
        Invitation.objects.filter(_asked_again(wanted, ""))
        .annotate(before=Subquery(first.values(facts=JSONObject(score=F("score"), scale=F("survey__scale")))))
        .annotate(after=Subquery(second.values("score")))
        .filter(before__isnull=False)
        .values_list("before", "after")
        .annotate(count=Count("pk"))
        .order_by()
    )
    found = list(rows)
    pairs = [
        Pair(before["score"], before["scale"], after, count) for before, after, count in found if after is not None
    ]
    return Recovery(sum(count for _, _, count in found), pairs)


def answers_of(outcome: str, wanted: ScoreFilter) -> Q:
    """Condition on responses: the second answers behind a figure of `recovery`; of those left out, too."""
    condition = _asked_again(wanted, "invitation__") & _about(wanted, "invitation__recovers__")
    if outcome != Outcome.ANSWERED:
        condition &= Q(*(_was_detractor(scale) for scale in SCALES), _connector=Q.OR)
    if outcome == Outcome.RECOVERED:
        condition &= Q(score__in=scores_of(Category.PASSIVE, Category.PROMOTER))
    return condition


def _was_detractor(scale: str) -> Q:
    return Q(
        invitation__recovers__survey__scale=scale,
        invitation__recovers__score__in=scores_of(Category.DETRACTOR, scale=scale),
    )


def _asked_again(wanted: ScoreFilter, path: str) -> Q:
    """Condition on invitations, which `path` leads to."""
    is_sent = Q(**{f"{path}recovers__isnull": False, f"{path}sent_at__isnull": False})
    return is_sent & within(f"{path}sent_at", wanted.since, wanted.until)


def _about(wanted: ScoreFilter, path: str) -> Q:
    """Condition on first answers, which `path` leads to."""
    conditions: dict[str, Any] = {}
    if wanted.channels is not None:
        conditions["channel__in"] = wanted.channels
    if wanted.survey_ids:
        conditions["survey__in"] = wanted.survey_ids
    if wanted.touchpoints:
        conditions["survey__touchpoint__in"] = wanted.touchpoints
    if not wanted.survey_ids and not wanted.touchpoints:
        conditions["survey__touchpoint__in"] = [value for value in Touchpoint.values if value not in APART]
    if wanted.countries:
        conditions["country__in"] = wanted.countries
    products = (Q(**{f"{path}segments__contains": {"product": [key]}}) for key in wanted.product_ids)
    return Q(**{f"{path}{name}": value for name, value in conditions.items()}) & Q(*products, _connector=Q.OR)


def _mean(counts: Iterable[tuple[int, int]]) -> float | None:
    listed = list(counts)
    n = sum(count for _, count in listed)
    return sum(value * count for value, count in listed) / n if n else None
