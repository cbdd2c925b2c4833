"""Have we made it right? What people say who were asked again after their case was resolved."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any, NamedTuple

from django.db.models import Count, Q

from ..models import Invitation, Touchpoint
from .score_filter import APART, ScoreFilter, within
from .scoring import HIGHEST_SCORE, NPS, SCORES, Z_95, Category, Score, category


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
    def mean_before(self) -> float | None:
        """Mean of the first answers, 0 to 10, of those who answered again; of the 0-10 scale only. None without any."""
        return _mean((pair.before, pair.people) for pair in self._comparable)

    @property
    def mean_after(self) -> float | None:
        """Mean of the second answers of the same people."""
        return _mean((pair.after, pair.people) for pair in self._comparable)

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
    rows = (
        Invitation.objects.filter(_about(wanted), within("sent_at", wanted.since, wanted.until), sent_at__isnull=False)
        .values_list("recovers__score", "recovers__survey__scale", "response__score", "response__is_counted")
        .annotate(count=Count("pk"))
        .order_by()
    )
    found = list(rows)
    pairs = [
        Pair(before, scale, after, count) for before, scale, after, is_counted, count in found if is_counted is True
    ]
    return Recovery(sum(row[-1] for row in found), pairs)


def _about(wanted: ScoreFilter) -> Q:
    conditions: dict[str, Any] = {"recovers__isnull": False}
    if wanted.channels is not None:
        conditions["recovers__channel__in"] = wanted.channels
    if wanted.survey_ids:
        conditions["recovers__survey__in"] = wanted.survey_ids
    if wanted.touchpoints:
        conditions["recovers__survey__touchpoint__in"] = wanted.touchpoints
    if not wanted.survey_ids and not wanted.touchpoints:
        conditions["recovers__survey__touchpoint__in"] = [value for value in Touchpoint.values if value not in APART]
    if wanted.countries:
        conditions["recovers__country__in"] = wanted.countries
    products = (Q(recovers__segments__contains={"product": [key]}) for key in wanted.product_ids)
    return Q(**conditions) & Q(*products, _connector=Q.OR)


def _mean(counts: Iterable[tuple[int, int]]) -> float | None:
    listed = list(counts)
    n = sum(count for _, count in listed)
    return sum(value * count for value, count in listed) / n if n else None
