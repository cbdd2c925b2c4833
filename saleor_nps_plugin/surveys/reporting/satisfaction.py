"""Reports on scales of their own: customer satisfaction (CSAT, 1-5) and customer effort (CES, 1-7, where 7 is easy).

They read the same tallies as the Net Promoter Score, in rows of their own, and never count in it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from math import sqrt

from ..models import Scale, Tally
from . import reports
from .score_filter import ScoreFilter, asked_in
from .scoring import Z_95, Category, Score, category, scores_on
from .tallies import prefix_of

# The scales that have such a report.
MEASURED = (Scale.CSAT, Scale.CES)


@dataclass(frozen=True)
class Satisfaction:
    """Answers on a scale: `distribution` has one count per number of it, lowest first."""

    scale: str
    distribution: tuple[int, ...]

    @classmethod
    def of(cls, scale: str, score: Score) -> "Satisfaction":
        return cls(scale, tuple(score.distribution[value] for value in scores_on(scale)))

    @property
    def responses(self) -> int:
        return sum(self.distribution)

    @property
    def good(self) -> int:
        """How many are satisfied (CSAT: 4-5), or had it easy (CES: 5-7)."""
        return sum(count for value, count in self._counts if category(value, self.scale) is Category.PROMOTER)

    @property
    def mean(self) -> float | None:
        """Mean of the answers on their scale; None without any."""
        return sum(value * count for value, count in self._counts) / self.responses if self.responses else None

    @property
    def value(self) -> float | None:
        """What the scale is known by. CSAT: the share of 4-5 in percent. CES: the mean, 1 to 7. None without answers."""
        if not self.responses:
            return None
        return self.mean if self.scale == Scale.CES else 100 * self.good / self.responses

    @property
    def margin_of_error(self) -> float | None:
        """Half of the 95 % interval, in the units of the value; None without answers."""
        if not self.responses:
            return None
        return self._margin_of_mean if self.scale == Scale.CES else self._margin_of_share

    @property
    def _margin_of_share(self) -> float:
        # Adjusted Wald (Agresti and Coull 1998): z² answers are added, half of them good.
        n = self.responses + Z_95**2
        share = (self.good + Z_95**2 / 2) / n
        return 100 * Z_95 * sqrt(share * (1 - share) / n)

    @property
    def _margin_of_mean(self) -> float:
        # One answer is added at either end of the scale: a few answers that agree by chance must not look certain.
        scale = scores_on(self.scale)
        counts = [*self._counts, (scale[0], 1), (scale[-1], 1)]
        n = self.responses + 2
        mean = sum(value * count for value, count in counts) / n
        variance = sum(count * (value - mean) ** 2 for value, count in counts) / (n - 1)
        return Z_95 * sqrt(variance / n)

    @property
    def _counts(self) -> list[tuple[int, int]]:
        return list(zip(scores_on(self.scale), self.distribution, strict=True))


@dataclass(frozen=True)
class SatisfactionPoint:
    """The answers of the days from `start` to `end`, both included."""

    start: date
    end: date
    satisfaction: Satisfaction


@dataclass(frozen=True)
class SatisfactionSegment:
    """One part of a breakdown."""

    key: str
    label: str
    satisfaction: Satisfaction


def satisfaction(scale: str, wanted: ScoreFilter) -> Satisfaction:
    """Return the wanted answers on a scale."""
    return Satisfaction.of(scale, reports.score(replace(wanted, scale=scale)))


def trend(scale: str, wanted: ScoreFilter, interval: str, *, today: date) -> list[SatisfactionPoint]:
    """Return a point for every interval of the period, as `reports.trend` does."""
    points = reports.trend(replace(wanted, scale=scale), interval, today=today)
    return [SatisfactionPoint(point.start, point.end, Satisfaction.of(scale, point.score)) for point in points]


def by(scale: str, wanted: ScoreFilter, dimension: str, *, first: int = 20) -> list[SatisfactionSegment]:
    """Return the parts of a dimension, those with most answers first."""
    segments = reports.by(replace(wanted, scale=scale), dimension, first=first)
    return [SatisfactionSegment(part.key, part.label, Satisfaction.of(scale, part.score)) for part in segments]


def scales_answered(wanted: ScoreFilter) -> Sequence[str]:
    """Return those of MEASURED on which anybody ever answered, in the channels of the filter; one query."""
    prefixes = {prefix_of(scale): scale for scale in MEASURED}
    rows = Tally.objects.filter(span=Tally.Span.MONTH, country="", dimension__in=prefixes)
    found = set(asked_in(rows, ScoreFilter(channels=wanted.channels)).values_list("dimension", flat=True).distinct())
    return [scale for prefix, scale in prefixes.items() if prefix in found]
