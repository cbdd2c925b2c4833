"""The survey's form: what was typed into it, and what is wrong with that.

Django's own forms need templates that Saleor does not install, and would hide the scale in a widget.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.http import QueryDict
from django.utils.translation import gettext, ngettext

from .. import languages
from ..errors import ScoreOutOfRange
from ..surveys.answering.submission import LONGEST_COMMENT, Submission, SubmittedAnswer, clean_text, read_score
from ..surveys.models import Answer, Question, QuestionKind, QuestionRole, Response, Scale
from ..surveys.reporting.scoring import Category, category, scores_on

YES, NO = "yes", "no"


def field_name(question: Question) -> str:
    """Return the name of a follow-up question's field."""
    return f"q{question.pk}"


def score_or_none(value: object, scale: str = Scale.NPS) -> int | None:
    """Return a score of a scale, or None for what is none."""
    try:
        return read_score(value, scale)
    except ScoreOutOfRange:
        return None


@dataclass(frozen=True)
class Product:
    """One product of the order that is asked about; `key` is its id in the shop."""

    key: str
    name: str


@dataclass(frozen=True)
class Form:
    """What stands in the form of a survey on a scale. `answers` maps the names of fields to their values.

    `version` is the version of the survey whose questions the form shows; None for the newest.
    """

    score: int | None = None
    comment: str = ""
    may_contact: bool = False
    answers: Mapping[str, list[str]] = field(default_factory=dict)
    discourage_score: int | None = None
    version: int | None = None
    scale: str = Scale.NPS

    @classmethod
    def sent(cls, data: QueryDict, scale: str = Scale.NPS) -> "Form":
        """Return the form as a browser sent it; a score that is none counts as not chosen."""
        return cls(
            score=score_or_none(data.get("score"), scale),
            comment=clean_text(data.get("comment", "")),
            may_contact="may_contact" in data,
            answers={name: [clean_text(value) for value in values] for name, values in data.lists()},
            discourage_score=score_or_none(data.get("discourage")),
            version=_version_or_none(data.get("version", "")),
            scale=scale,
        )

    @classmethod
    def answered(cls, response: Response) -> "Form":
        """Return the form as it was answered before."""
        answers = {
            field_name(answer.question): _values(answer) for answer in response.answers.select_related("question")
        }
        return cls(
            score=response.score,
            comment=response.comment,
            may_contact=response.may_contact,
            answers=answers,
            discourage_score=response.discourage_score,
            version=response.survey_version,
            scale=response.survey.scale,
        )

    @property
    def category(self) -> Category | None:
        return None if self.score is None else category(self.score, self.scale)

    def values(self, question: Question) -> list[str]:
        """Return what was answered to a follow-up question."""
        return [value for value in self.answers.get(field_name(question), []) if value]

    def asked(self, questions: Sequence[Question], products: Sequence[Product] = ()) -> list[Question]:
        """Return the questions that somebody who chose this score, and answered so far, is asked."""
        if self.category is None:
            return []
        fitting = [question for question in questions if question.is_asked(self.category)]
        return [question for question in fitting if self._has_reason(question, fitting, products)]

    def _has_reason(self, question: Question, fitting: Sequence[Question], products: Sequence[Product]) -> bool:
        if question.role == QuestionRole.PRODUCT:
            return bool(products)
        if question.role == QuestionRole.COMPETITOR:
            preferences = [item for item in fitting if item.role == QuestionRole.PREFERENCE]
            return not preferences or any(self._is_decided(item) for item in preferences)
        return True

    def _is_decided(self, preference: Question) -> bool:
        """Whether somebody prefers us or others: 9-10 or 0-6."""
        score = score_or_none(next(iter(self.values(preference)), None))
        return score is not None and category(score) is not Category.PASSIVE

    def submission(self, questions: Sequence[Question], products: Sequence[Product] = ()) -> Submission:
        """Return what is to be recorded. `products` are the order's; a single one is what the answer is about."""
        asked = self.asked(questions, products)
        answers = [
            _answer(question, self._given(question, products))
            for question in asked
            if not question.is_comment and self._given(question, products)
        ]
        # The comment goes along as an answer where it is required, so that the requirement is met.
        answers += [
            SubmittedAnswer(question.pk, text=self.comment)
            for question in asked
            if question.is_comment and question.is_required
        ]
        return Submission(
            score=self.score,
            comment=self.comment,
            may_contact=self.may_contact,
            answers=tuple(answers),
            discourage_score=self.discourage_score,
            version=self.version,
        )

    def _given(self, question: Question, products: Sequence[Product]) -> list[str]:
        if question.role == QuestionRole.PRODUCT and len(products) == 1:
            return [products[0].key]
        return self.values(question)

    def errors(self, questions: Sequence[Question], language: str, products: Sequence[Product] = ()) -> dict[str, str]:
        """Return a sentence for each field that needs another value."""
        errors = {}
        if self.score is None:
            scores = scores_on(self.scale)
            sentence = gettext("Please choose a number from {low} to {high}.")
            errors["score"] = sentence.format(low=scores[0], high=scores[-1])
        for question in self.asked(questions, products):
            if question.role != QuestionRole.PRODUCT or len(products) > 1:
                errors |= self._question_errors(question, language)
        if sentence := _length_error(self.comment, language):
            errors["comment"] = sentence
        return {name: languages.localize_digits(sentence, language) for name, sentence in errors.items()}

    def _question_errors(self, question: Question, language: str) -> dict[str, str]:
        name, values = (
            ("comment", [self.comment]) if question.is_comment else (field_name(question), self.values(question))
        )
        if question.is_required and not any(values):
            return {name: gettext("Please answer this question.")}
        if question.kind == QuestionKind.NUMBER and values and _number(values[0]) is None:
            return {name: gettext("Please write a number.")}
        if question.kind == QuestionKind.TEXT and values and (sentence := _length_error(values[0], language)):
            return {name: sentence}
        return {}


def _version_or_none(text: str) -> int | None:
    return int(text) if re.fullmatch(r"[0-9]{1,6}", text) else None


def _length_error(text: str, language: str) -> str:
    excess = len(text) - LONGEST_COMMENT
    if excess <= 0:
        return ""
    sentence = ngettext(
        "Your text is {excess} character too long; {limit} fit. Please shorten it.",
        "Your text is {excess} characters too long; {limit} fit. Please shorten it.",
        excess,
    )
    return sentence.format(excess=excess, limit=LONGEST_COMMENT)


def _number(text: str) -> float | None:
    # Digits of any script; float() alone would also take "1_0" and "nan".
    return float(text.replace(",", ".")) if re.fullmatch(r"[-+]?\d{1,15}([.,]\d{1,15})?", text) else None


def _answer(question: Question, values: list[str]) -> SubmittedAnswer:
    match question.kind:
        case QuestionKind.SINGLE_CHOICE | QuestionKind.MULTIPLE_CHOICE:
            return SubmittedAnswer(question.pk, choices=tuple(values))
        case QuestionKind.YES_NO:
            return SubmittedAnswer(question.pk, yes=values[0] == YES)
        case QuestionKind.NUMBER | QuestionKind.SCALE:
            return SubmittedAnswer(question.pk, number=_number(values[0]))
        case _:
            return SubmittedAnswer(question.pk, text=values[0])


def _values(answer: Answer) -> list[str]:
    """Return an answer as the form's fields hold it."""
    if answer.yes is not None:
        return [YES if answer.yes else NO]
    if answer.number is not None:
        return [f"{answer.number:g}"]
    return list(answer.choices) or [answer.text]
