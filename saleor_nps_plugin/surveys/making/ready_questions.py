"""Follow-up questions that staff add with one click, in words that the plugin has in every language."""

from collections.abc import Mapping

from django.utils.translation import gettext, gettext_noop

from ..models import QuestionKind, QuestionRole
from ..reporting.scoring import Category
from .drafts import ChoiceDraft, QuestionDraft

_LIKED = ("quality", "price", "choice", "delivery", "packaging", "service", "website")
_IMPROVE = (*_LIKED, "description", "returns")


def _choices(values: tuple[str, ...]) -> tuple[ChoiceDraft, ...]:
    return tuple(ChoiceDraft(value) for value in values)


# Staff write the shops to choose from themselves, in the last one.
READY: Mapping[str, QuestionDraft] = {
    QuestionRole.LIKED.value: QuestionDraft(
        kind=QuestionKind.MULTIPLE_CHOICE.value,
        role=QuestionRole.LIKED.value,
        categories=(Category.PROMOTER.value,),
        choices=_choices(_LIKED),
    ),
    QuestionRole.IMPROVE.value: QuestionDraft(
        kind=QuestionKind.MULTIPLE_CHOICE.value,
        role=QuestionRole.IMPROVE.value,
        categories=(Category.PASSIVE.value, Category.DETRACTOR.value),
        choices=_choices(_IMPROVE),
    ),
    QuestionRole.PRODUCT.value: QuestionDraft(kind=QuestionKind.SINGLE_CHOICE.value, role=QuestionRole.PRODUCT.value),
    QuestionRole.PREFERENCE.value: QuestionDraft(kind=QuestionKind.SCALE.value, role=QuestionRole.PREFERENCE.value),
    QuestionRole.COMPETITOR.value: QuestionDraft(
        kind=QuestionKind.SINGLE_CHOICE.value, role=QuestionRole.COMPETITOR.value
    ),
}
_NAMES: Mapping[str, str] = {
    QuestionRole.LIKED: gettext_noop("Reasons of promoters"),
    QuestionRole.IMPROVE: gettext_noop("Reasons of passives and detractors"),
    QuestionRole.PRODUCT: gettext_noop("Product of the order"),
    QuestionRole.PREFERENCE: gettext_noop("Preference over other shops"),
    QuestionRole.COMPETITOR: gettext_noop("Other shop"),
}


def ready_question(key: str) -> QuestionDraft:
    """Return one of the ready questions; raises KeyError for a key that `READY` has not."""
    return READY[key]


def name_of(key: str) -> str:
    """Return what a ready question is called, in the reader's language."""
    return gettext(_NAMES[key])
