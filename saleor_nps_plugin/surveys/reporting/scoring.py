"""Pure arithmetic of the Net Promoter Score."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from math import hypot, sqrt

HIGHEST_SCORE = 10
PROMOTER_FROM = 9
PASSIVE_FROM = 7
SCORES = range(HIGHEST_SCORE + 1)

# Two-sided 95 % quantile of the normal distribution.
Z_95 = 1.959963984540054


# Each scale's numbers, and from which of them on an answer is a promoter's and a passive's.
NPS = "nps"
_SCALES: Mapping[str, tuple[range, int, int]] = {
    NPS: (SCORES, PROMOTER_FROM, PASSIVE_FROM),
    "recovery": (SCORES, PROMOTER_FROM, PASSIVE_FROM),
    "csat": (range(1, 6), 4, 3),
    "ces": (range(1, 8), 5, 4),
}
SCALES = tuple(_SCALES)


class Category(Enum):
    """Promoter 9-10, passive 7-8, detractor 0-6; other scales have their own bounds."""

    PROMOTER = "promoter"
    PASSIVE = "passive"
    DETRACTOR = "detractor"


def scores_on(scale: str) -> range:
    """Return the integers with which a survey on this scale ("nps", "csat", "ces", "recovery") can be answered."""
    return _SCALES[scale][0]


def category(score: int, scale: str = NPS) -> Category:
    """Return the category of an integer score on its scale.

    NPS and recovery: promoter 9-10, passive 7-8, detractor 0-6. CSAT: 4-5, 3, 1-2. CES, where 7 is easy: 5-7, 4, 1-3.
    """
    _, promoter_from, passive_from = _SCALES[scale]
    if score >= promoter_from:
        return Category.PROMOTER
    return Category.PASSIVE if score >= passive_from else Category.DETRACTOR


def scores_of(*categories: Category, scale: str = NPS) -> list[int]:
    """Return the scores of a scale that belong to any of these categories."""
    return [score for score in scores_on(scale) if category(score, scale) in categories]


def net_promoter_score(promoters: int, detractors: int, responses: int) -> Fraction | None:
    """Promoters % minus detractors %, exactly, -100 to 100; None without responses."""
    return Fraction(100 * (promoters - detractors), responses) if responses else None


def round_score(value: Fraction) -> int:
    """Round to the nearest integer, halves away from zero."""
    magnitude = (2 * abs(value.numerator) + value.denominator) // (2 * value.denominator)
    return magnitude if value >= 0 else -magnitude


def margin_of_error(promoters: int, detractors: int, responses: int) -> float | None:
    """Half-width of the 95 % confidence interval in NPS points; None without responses.

    Adjusted Wald: three answers are added, 3/4 of one promoter and 3/4 of one detractor among them (B. Rocks, "Interval
    estimation for the Net Promoter Score", The American Statistician 70(4), 2016).
    """
    if not responses:
        return None
    n = responses + 3
    promoter_share = (promoters + 0.75) / n
    detractor_share = (detractors + 0.75) / n
    variance = promoter_share + detractor_share - (promoter_share - detractor_share) ** 2
    return 100 * Z_95 * sqrt(variance / n)


@dataclass(frozen=True)
class Score:
    """A score with what is needed to read it, from eleven counts: of scores 0 to 10."""

    distribution: tuple[int, ...]

    @classmethod
    def of(cls, counts: Sequence[int | None]) -> "Score":
        return cls(tuple(count or 0 for count in counts))

    def _count(self, wanted: Category) -> int:
        return sum(self.distribution[score] for score in scores_of(wanted))

    @property
    def responses(self) -> int:
        return sum(self.distribution)

    @property
    def promoters(self) -> int:
        return self._count(Category.PROMOTER)

    @property
    def passives(self) -> int:
        return self._count(Category.PASSIVE)

    @property
    def detractors(self) -> int:
        return self._count(Category.DETRACTOR)

    @property
    def value(self) -> int | None:
        exact = net_promoter_score(self.promoters, self.detractors, self.responses)
        return None if exact is None else round_score(exact)

    @property
    def exact_value(self) -> float | None:
        exact = net_promoter_score(self.promoters, self.detractors, self.responses)
        return None if exact is None else float(exact)

    @property
    def margin_of_error(self) -> float | None:
        return margin_of_error(self.promoters, self.detractors, self.responses)


@dataclass(frozen=True)
class Difference:
    """How much better a score is than an earlier one, in NPS points; None where either has no answers.

    The two margins of error make that of the difference. A change within it `is_noise`: it says nothing yet.
    """

    points: float | None
    margin: float | None
    is_noise: bool


def difference(now: Score, before: Score) -> Difference:
    """Compare two scores that have no answer in common. What cannot be compared counts as noise."""
    if not now.responses or not before.responses:
        return Difference(None, None, is_noise=True)
    points = (now.exact_value or 0.0) - (before.exact_value or 0.0)
    margin = hypot(now.margin_of_error or 0.0, before.margin_of_error or 0.0)
    return Difference(points, margin, is_noise=abs(points) <= margin)
