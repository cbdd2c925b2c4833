"""The word-of-mouth index: who recommends, minus who would tell people to stay away.

Few of those who answer 0-6 would do that. The second question, how likely to discourage others, tells them apart.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from . import reports, reports_by_survey
from .score_filter import ScoreFilter
from .scoring import Category, Score, category, margin_of_error, net_promoter_score

DISCOURAGES_FROM = 9
DIMENSION = "discourage"
# Answers to the second question of those who would not discourage.
HARMLESS = tuple(range(DISCOURAGES_FROM))


@dataclass(frozen=True)
class WordOfMouth:
    """`by_answer` maps each answer to "how likely to discourage", 0 to 10, to the scores of those who gave it."""

    by_answer: Mapping[int, Score]

    @property
    def responses(self) -> int:
        """How many answered both questions; every number here is about them."""
        return sum(score.responses for score in self.by_answer.values())

    @property
    def discouraging(self) -> int:
        """How many answered 9 or 10 to the second question."""
        return sum(score.responses for answer, score in self.by_answer.items() if answer >= DISCOURAGES_FROM)

    @property
    def value(self) -> float | None:
        """Promoters % minus the share that would discourage, -100 to 100; None where nobody was asked."""
        exact = net_promoter_score(self._promoters, self.discouraging, self.responses)
        return None if exact is None else float(exact)

    @property
    def margin_of_error(self) -> float | None:
        """Half of the 95 % interval of the value. Who does both, recommend and discourage, adds nothing to either side."""
        both = sum(score.promoters for answer, score in self.by_answer.items() if answer >= DISCOURAGES_FROM)
        return margin_of_error(self._promoters - both, self.discouraging - both, self.responses)

    @property
    def detractors(self) -> int:
        """How many scored 0 to 6, of those who answered both."""
        return sum(score.detractors for score in self.by_answer.values())

    @property
    def false_detractors(self) -> int:
        """How many scored 0 to 6 and yet would not discourage anybody: they answered 8 or less."""
        return sum(score.detractors for answer, score in self.by_answer.items() if answer < DISCOURAGES_FROM)

    @property
    def nps(self) -> int | None:
        """The NPS of the same people, to compare with."""
        return Score.of([sum(counts) for counts in zip(*self._distributions, strict=True)]).value

    @property
    def _promoters(self) -> int:
        return sum(score.promoters for score in self.by_answer.values())

    @property
    def _distributions(self) -> list[tuple[int, ...]]:
        return [score.distribution for score in self.by_answer.values()] or [reports.NO_SCORE.distribution]


def word_of_mouth(wanted: ScoreFilter) -> WordOfMouth:
    """Return the index of those of the wanted answers that have both questions answered."""
    return _of(reports.scores_by(wanted, DIMENSION))


def by_survey(survey_ids: Collection[int], wanted: ScoreFilter) -> dict[int, WordOfMouth]:
    """Return the index of each survey, in as many queries as for one."""
    found = reports_by_survey.scores_by(survey_ids, wanted, DIMENSION)
    return {pk: _of(scores) for pk, scores in found.items()}


def is_false_detractor(score: int, discourage_score: int | None) -> bool:
    """Whether somebody scored 0 to 6 on the 0-10 scale, but would not discourage others."""
    return (
        discourage_score is not None and category(score) is Category.DETRACTOR and discourage_score < DISCOURAGES_FROM
    )


def _of(scores: Mapping[str, Score]) -> WordOfMouth:
    return WordOfMouth({int(answer): score for answer, score in scores.items() if score.responses})
