"""The competitor question: how likely people are to prefer us, and to whom.

It is estimated from one shop's own customers. Everybody is asked for their preference, 0 to 10; who answers 9-10 or 0-6 is
asked which other shop they had in mind. Both are counted together in the tallies, in dimension "preferred" under
"<line of the competitor question>:<value of the choice>:<preference>", or ":<preference>" where no shop was named. Dimension
"competitor" has the same without the preference, so that lists can be narrowed down to it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

from ..models import Answer, QuestionRole
from . import reports
from .labels import labels_of
from .score_filter import ScoreFilter
from .scoring import HIGHEST_SCORE, SCORES, Z_95, Score

COMPETITOR, PREFERRED = "competitor", "preferred"
SEGMENTS = (COMPETITOR, PREFERRED)
# Fewer answers than this are an anecdote: the margin is some thirty points wide.
FEWEST_TO_RELY_ON = 30


@dataclass(frozen=True)
class Preference:
    """How likely people are to prefer us to another shop: `score.value` is the share of 9-10 minus that of 0-6."""

    score: Score

    @property
    def mean(self) -> float | None:
        """Mean of the answers, 0 to 10; None without any."""
        counts = self.score.distribution
        return sum(value * count for value, count in enumerate(counts)) / sum(counts) if sum(counts) else None

    @property
    def mean_margin(self) -> float | None:
        """Half of the 95 % interval of the mean, never beyond the scale; None with fewer than two answers."""
        counts, mean = self.score.distribution, self.mean
        n = sum(counts)
        if n < 2 or mean is None:
            return None
        variance = sum(count * (value - mean) ** 2 for value, count in enumerate(counts)) / (n - 1)
        return min(Z_95 * sqrt(variance / n), float(HIGHEST_SCORE))

    @property
    def is_small(self) -> bool:
        """Whether there are too few answers to rely on."""
        return self.score.responses < FEWEST_TO_RELY_ON


@dataclass(frozen=True)
class Competitor:
    """A shop that respondents named, as the operator wrote its name; `keys` are its choices, "<line of the question>:<value>"."""

    name: str
    keys: Sequence[str]
    preference: Preference


@dataclass(frozen=True)
class Competition:
    """`preference` is that of everybody who was asked; `competitors` those who were named, most often first."""

    preference: Preference
    competitors: Sequence[Competitor]


def competition(wanted: ScoreFilter) -> Competition:
    """Return how the wanted answers compare us with other shops."""
    counts: dict[str, list[int]] = {}
    whole = [0] * len(SCORES)
    for key, score in reports.scores_by(wanted, PREFERRED).items():
        named, _, preference = key.rpartition(":")
        whole[int(preference)] += score.responses
        counts.setdefault(named, [0] * len(SCORES))[int(preference)] += score.responses
    counts.pop("", None)
    return Competition(Preference(Score.of(whole)), _competitors(counts))


def _competitors(counts: Mapping[str, Sequence[int]]) -> list[Competitor]:
    """One per name: two surveys, or two versions of a question, may have the same shop among their choices."""
    labels = labels_of(COMPETITOR, sorted(counts)) if counts else {}
    by_name: dict[str, tuple[str, list[str]]] = {}
    for key in sorted(counts):
        name = labels.get(key) or key.partition(":")[2]
        by_name.setdefault(name.casefold(), (name, []))[1].append(key)
    found = [Competitor(name, keys, _together(counts[key] for key in keys)) for name, keys in by_name.values()]
    named = [competitor for competitor in found if competitor.preference.score.responses]
    return sorted(named, key=lambda competitor: (-competitor.preference.score.responses, competitor.name))


def _together(counts: Iterable[Sequence[int]]) -> Preference:
    return Preference(Score.of([sum(column) for column in zip(*counts, strict=True)]))


def segments(answers: Iterable[Answer]) -> dict[str, list[str]]:
    """Return the segments that a response has of its answers; none where the preference was not answered."""
    by_role = {answer.question.role: answer for answer in answers if answer.question.role}
    preference, named = by_role.get(QuestionRole.PREFERENCE), by_role.get(QuestionRole.COMPETITOR)
    if preference is None or preference.number is None:
        return {}
    if named is None or not named.choices:
        return {PREFERRED: [f":{int(preference.number)}"]}
    key = f"{named.question.line_id}:{named.choices[0]}"
    return {COMPETITOR: [key], PREFERRED: [f"{key}:{int(preference.number)}"]}
