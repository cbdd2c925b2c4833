"""The questions after the score, as the page shows them.

All are in the page, each marked with the categories that are asked it; style and script show those that fit the score.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext

from .. import languages
from ..surveys.making.texts import choice_label, question_text
from ..surveys.models import Invitation, Question, QuestionKind, QuestionRole, Scale
from ..surveys.reporting.scoring import Category
from .form import NO, YES, Form, Product, field_name, score_or_none
from .scales import LIKELY, Numbers, numbers_of


@dataclass(frozen=True)
class Wording:
    """How the comment is asked for after a score of this category; "none" stands for no score yet."""

    category: str
    text: str
    is_required: bool = False


@dataclass(frozen=True)
class Choice:
    """One of several answers to choose from."""

    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True)
class Field:
    """One follow-up question; `classes` names the categories that are asked it, or is empty for all, and its role."""

    name: str
    kind: str
    text: str
    classes: str
    value: str
    choices: Sequence[Choice]
    numbers: Numbers | None
    is_required: bool
    error: str

    @property
    def is_multiple(self) -> bool:
        return self.kind == QuestionKind.MULTIPLE_CHOICE


def wordings(questions: Sequence[Question], invitation: Invitation) -> list[Wording]:
    """Return how the comment is asked for, per category."""
    neutral = gettext("Would you like to tell us more?")
    found = [Wording("none", neutral)]
    for asked in Category:
        question = next((item for item in questions if item.is_comment and item.is_asked(asked)), None)
        text, is_required = (_text(question, invitation), question.is_required) if question else (neutral, False)
        found.append(Wording(asked.value, text, is_required))
    return found


def fields(
    questions: Sequence[Question],
    invitation: Invitation,
    form: Form,
    errors: Mapping[str, str],
    products: Sequence[Product],
) -> list[Field]:
    """Return the follow-up questions other than the comment. Nobody is asked which of one product it was about."""
    return [
        _field(question, invitation, form, errors, products)
        for question in questions
        if not question.is_comment and (question.role != QuestionRole.PRODUCT or len(products) > 1)
    ]


def _text(question: Question, invitation: Invitation) -> str:
    return question_text(question, invitation.language_code, default_language=invitation.survey.default_language)


def _field(
    question: Question, invitation: Invitation, form: Form, errors: Mapping[str, str], products: Sequence[Product]
) -> Field:
    name, values = field_name(question), form.values(question)
    return Field(
        name=name,
        kind=question.kind,
        text=_text(question, invitation),
        classes=_classes(question),
        value=values[0] if values else "",
        choices=[Choice(value, label, value in values) for value, label in _choices(question, invitation, products)],
        numbers=_numbers(question, invitation, values) if question.kind == QuestionKind.SCALE else None,
        is_required=question.is_required,
        error=errors.get(name, ""),
    )


def _classes(question: Question) -> str:
    asked = ["for", *question.categories] if question.categories else []
    return " ".join([*asked, *([question.role] if question.role else [])])


def _numbers(question: Question, invitation: Invitation, values: Sequence[str]) -> Numbers:
    language = languages.spoken(invitation.language_code)
    ends = LIKELY if question.role == QuestionRole.PREFERENCE else ("", "")
    return numbers_of(Scale.NPS, score_or_none(next(iter(values), None)), language, ends)


def _choices(question: Question, invitation: Invitation, products: Sequence[Product]) -> list[tuple[str, str]]:
    if question.kind == QuestionKind.YES_NO:
        return [(YES, gettext("Yes")), (NO, gettext("No"))]
    if question.role == QuestionRole.PRODUCT:
        return [(product.key, product.name) for product in products]
    if question.kind not in (QuestionKind.SINGLE_CHOICE, QuestionKind.MULTIPLE_CHOICE):
        return []
    default = invitation.survey.default_language
    return [
        (str(choice["value"]), choice_label(choice, invitation.language_code, default_language=default))
        for choice in question.choices
    ]
