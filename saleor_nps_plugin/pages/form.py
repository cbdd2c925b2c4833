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
from ..surveys.models import Answer, Question, QuestionKind, Response
from ..surveys.scoring import Category, category
from ..surveys.submission import LONGEST_COMMENT, Submission, SubmittedAnswer, clean_text, read_score

YES, NO = "yes", "no"


def field_name(question: Question) -> str:
    """Return the name of a follow-up question's field."""
    return f"q{question.pk}"


def score_or_none(value: object) -> int | None:
    """Return a score, or None for what is none."""
    try:
        return read_score(value)
    except ScoreOutOfRange:
        return None


@dataclass(frozen=True)
class Form:
    """What stands in the form. `answers` maps the names of fields to their values."""

    score: int | None = None
    comment: str = ""
    may_contact: bool = False
    answers: Mapping[str, list[str]] = field(default_factory=dict)

    @classmethod
    def sent(cls, data: QueryDict) -> "Form":
        """Return the form as a browser sent it; a score that is none counts as not chosen."""
        return cls(
            score=score_or_none(data.get("score")),
            comment=clean_text(data.get("comment", "")),
            may_contact="may_contact" in data,
            answers={name: [clean_text(value) for value in values] for name, values in data.lists()},
        )

    @classmethod
    def answered(cls, response: Response) -> "Form":
        """Return the form as it was answered before."""
        answers = {
            field_name(answer.question): _values(answer) for answer in response.answers.select_related("question")
        }
        return cls(response.score, response.comment, response.may_contact, answers)

    @property
    def category(self) -> Category | None:
        return None if self.score is None else category(self.score)

    def values(self, question: Question) -> list[str]:
        """Return what was answered to a follow-up question."""
        return [value for value in self.answers.get(field_name(question), []) if value]

    def submission(self, questions: Sequence[Question]) -> Submission:
        """Return what is to be recorded."""
        asked = [question for question in questions if self.category is not None and question.is_asked(self.category)]
        answers = [
            _answer(question, self.values(question))
            for question in asked
            if not question.is_comment and self.values(question)
        ]
        # The comment goes along as an answer where it is required, so that the requirement is met.
        answers += [
            SubmittedAnswer(question.pk, text=self.comment)
            for question in asked
            if question.is_comment and question.is_required
        ]
        return Submission(score=self.score, comment=self.comment, may_contact=self.may_contact, answers=tuple(answers))

    def errors(self, questions: Sequence[Question], language: str) -> dict[str, str]:
        """Return a sentence for each field that needs another value."""
        errors = {}
        if self.score is None:
            errors["score"] = gettext("Please choose a number from 0 to 10.")
        if sentence := _length_error(self.comment, language):
            errors["comment"] = sentence
        for question in questions:
            if self.category is not None and question.is_asked(self.category):
                errors |= self._question_errors(question, language)
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
