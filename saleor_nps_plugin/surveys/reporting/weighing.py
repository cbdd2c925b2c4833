"""Many surveys, one number: the mean of their scores by the weights that the operator gave them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import hypot

from ..models import Survey
from . import reports, reports_by_survey
from .score_filter import ScoreFilter
from .scoring import Score


@dataclass(frozen=True)
class Part:
    """What a survey adds to the overall score."""

    survey_id: int
    name: str
    weight: Decimal
    score: Score


@dataclass(frozen=True)
class Weighted:
    """The overall score of surveys, -100 to 100: Σ(weight · score) / Σ weight, of those that have answers and a weight.

    `parts` are all surveys with answers, most answers first; one of weight 0 takes no part in the value.
    """

    parts: Sequence[Part]

    @property
    def _weighed(self) -> list[Part]:
        return [part for part in self.parts if part.weight and part.score.responses]

    @property
    def value(self) -> float | None:
        """None where no survey with a weight has answers."""
        total = sum(part.weight for part in self._weighed)
        if not total:
            return None
        return sum(float(part.weight / total) * (part.score.exact_value or 0.0) for part in self._weighed)

    @property
    def margin_of_error(self) -> float | None:
        """Half of the 95 % interval: the surveys' own margins m make √Σ(weight · m)² / Σ weight, for they are independent."""
        total = sum(part.weight for part in self._weighed)
        if not total:
            return None
        return hypot(*(float(part.weight / total) * (part.score.margin_of_error or 0.0) for part in self._weighed))

    @property
    def responses(self) -> int:
        """The answers behind the value."""
        return sum(part.score.responses for part in self._weighed)


def weighted(wanted: ScoreFilter) -> Weighted:
    """Return the overall score of the surveys whose answers are wanted."""
    scores = {int(key): score for key, score in reports.scores_by(wanted, "survey").items()}
    return Weighted(sorted(_parts(scores), key=lambda part: (-part.score.responses, part.survey_id)))


def by_survey(survey_ids: Collection[int], wanted: ScoreFilter) -> dict[int, Weighted]:
    """Return the overall score of each survey alone: its own, unless it has no weight. Two queries for all of them."""
    parts = {part.survey_id: part for part in _parts(reports_by_survey.scores(survey_ids, wanted))}
    return {pk: Weighted([parts[pk]] if pk in parts else []) for pk in survey_ids}


def _parts(scores: Mapping[int, Score]) -> list[Part]:
    found = {pk: score for pk, score in scores.items() if score.responses}
    surveys = Survey.objects.filter(pk__in=found).values_list("pk", "name", "weight") if found else ()
    return [Part(pk, name, weight, found[pk]) for pk, name, weight in surveys]
