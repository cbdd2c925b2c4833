"""What satisfaction and effort are called, and how their answers fall into groups."""

from collections.abc import Mapping

from django.utils.translation import gettext_noop

from ...surveys.models import Scale
from ...surveys.reporting.satisfaction import Satisfaction
from ...surveys.reporting.scoring import Category, category, scores_on

# Dimensions by which such a report is broken down.
COMPARED = ("touchpoint", "channel", "country", "product", "category", "language")
# What the answers are called by the ends of their scale; categories are those of the survey.
GROUPS: Mapping[str, Mapping[Category, str]] = {
    Scale.CSAT.value: {
        Category.PROMOTER: gettext_noop("Satisfied: 4 and 5"),
        Category.PASSIVE: gettext_noop("Neither: 3"),
        Category.DETRACTOR: gettext_noop("Dissatisfied: 1 and 2"),
    },
    Scale.CES.value: {
        Category.PROMOTER: gettext_noop("Easy: 5 to 7"),
        Category.PASSIVE: gettext_noop("Neither: 4"),
        Category.DETRACTOR: gettext_noop("Difficult: 1 to 3"),
    },
}
FIGURES = {Scale.CSAT.value: gettext_noop("CSAT"), Scale.CES.value: gettext_noop("CES")}


def counts_of(found: Satisfaction) -> dict[Category, int]:
    """Return how many answers are in each group, in the order of GROUPS."""
    counts = dict.fromkeys(Category, 0)
    for value, count in zip(scores_on(found.scale), found.distribution, strict=True):
        counts[category(value, found.scale)] += count
    return counts
