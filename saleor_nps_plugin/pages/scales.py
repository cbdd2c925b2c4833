"""The numbers that are chosen from, and the words at both ends of them."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext, gettext_noop

from .. import languages
from ..surveys.models import Scale
from ..surveys.reporting.scoring import category, scores_on

LIKELY = (gettext_noop("Not at all likely"), gettext_noop("Extremely likely"))
_ENDS: Mapping[str, tuple[str, str]] = {
    Scale.NPS: LIKELY,
    Scale.RECOVERY: LIKELY,
    Scale.CSAT: (gettext_noop("Very dissatisfied"), gettext_noop("Very satisfied")),
    Scale.CES: (gettext_noop("Very difficult"), gettext_noop("Very easy")),
}


@dataclass(frozen=True)
class Number:
    """One number to choose; `category` is what choosing it means."""

    value: int
    label: str
    category: str
    is_chosen: bool


@dataclass(frozen=True)
class Numbers:
    """A row of numbers with the words at its ends, "" where there are none."""

    numbers: tuple[Number, ...]
    lowest: str
    highest: str
    low_words: str
    high_words: str


def numbers_of(scale: str, chosen: int | None, language: str, ends: tuple[str, str] | None = None) -> Numbers:
    """Return the numbers of a scale in the language that is spoken now; `ends` are other words for its ends, as msgids."""
    scores = scores_on(scale)
    low, high = _ENDS[scale] if ends is None else ends
    numbers = [
        Number(score, languages.localize_digits(score, language), category(score, scale).value, score == chosen)
        for score in scores
    ]
    return Numbers(tuple(numbers), numbers[0].label, numbers[-1].label, low and gettext(low), high and gettext(high))
