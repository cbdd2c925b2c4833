"""Checks what a respondent sent."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from math import isfinite
from uuid import UUID

from ...errors import Invalid, Required, ScoreOutOfRange
from ...shop import get_shop
from ..making import versions
from ..models import Answer, Question, QuestionKind, QuestionRole, Scale, Survey
from ..reporting.scoring import SCORES, Category, category, scores_on

LONGEST_COMMENT = 5000
# Everything below the space but tab and line feed, plus the marks that turn the direction of the text around them.
_UNWANTED = re.compile("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True)
class SubmittedAnswer:
    """The answer to one follow-up question, as it came in."""

    question_id: int
    text: str = ""
    choices: tuple[str, ...] = ()
    number: float | None = None
    yes: bool | None = None


@dataclass(frozen=True)
class Submission:
    """What a respondent sent. Scores are checked here, so they may be of any type.

    `version` is that of the survey whose questions were shown; without it the questions that are answered tell.
    """

    score: object
    comment: str = ""
    answers: tuple[SubmittedAnswer, ...] = ()
    discourage_score: object = None
    may_contact: bool = False
    version: int | None = None


def clean_text(text: str) -> str:
    """Return text without control characters, with plain line ends and no space around it."""
    return _UNWANTED.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def read_score(value: object, scale: str = Scale.NPS) -> int:
    """Return a score given as integer or as digits; raises ScoreOutOfRange for anything that the scale does not have."""
    allowed = scores_on(scale)
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,2}", value):
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or value not in allowed:
        raise ScoreOutOfRange(f"The score must be a whole number from {allowed[0]} to {allowed[-1]}.", field="score")
    return value


@dataclass(frozen=True)
class Checked:
    """A submission that can be recorded; `version` of the survey was answered, None for the one that is asked now."""

    score: int
    comment: str = ""
    discourage_score: int | None = None
    may_contact: bool = False
    answers: Sequence[Answer] = ()
    version: int | None = None


def check(
    submission: Submission, survey: Survey, *, order_id: UUID | None = None, may_leave_out: bool = False
) -> Checked:
    """Return what can be recorded of a submission; raises ScoreOutOfRange, Required or Invalid for what cannot.

    A page that was opened before the survey was edited is answered as it was. `order_id` is the order that is asked about.
    With `may_leave_out` no question is required but the score.
    """
    score = read_score(submission.score, survey.scale)
    discourage = submission.discourage_score
    version = _version(submission, survey)
    return Checked(
        score=score,
        comment=read_comment(submission.comment),
        discourage_score=None if discourage in (None, "") else _read_discourage(discourage),
        may_contact=submission.may_contact,
        answers=_Asked(submission, survey, version, category(score, survey.scale), order_id).answers(
            may_leave_out=may_leave_out
        ),
        version=version,
    )


def read_comment(comment: str) -> str:
    """Return a comment as it is stored; raises Invalid for one that is too long."""
    cleaned = clean_text(comment)
    if len(cleaned) > LONGEST_COMMENT:
        raise Invalid(f"The comment has {len(cleaned)} characters; at most {LONGEST_COMMENT} fit.", field="comment")
    return cleaned


def _read_discourage(value: object) -> int:
    try:
        return read_score(value)
    except ScoreOutOfRange:
        raise ScoreOutOfRange(field="discourage_score") from None


def _version(submission: Submission, survey: Survey) -> int:
    """The version that was answered: the one said, if there was one of that number, or else the one that fits."""
    if submission.version is not None and 1 <= submission.version < survey.version:
        return submission.version
    given = {answer.question_id for answer in submission.answers}
    if given <= {question.pk for question in versions.questions_of(survey)}:
        return survey.version
    return versions.version_with(survey, given) or survey.version


class _Asked:
    """The follow-up questions of a version, and what somebody in a category answered to them."""

    def __init__(
        self, submission: Submission, survey: Survey, version: int, asked: Category, order_id: UUID | None
    ) -> None:
        self._order_id = order_id
        self._asked = asked
        self._comment = clean_text(submission.comment)
        self._given = {answer.question_id: answer for answer in submission.answers}
        self._questions = {question.pk: question for question in versions.questions_of(survey, version)}
        if unknown := self._given.keys() - self._questions.keys():
            self._questions |= _taken_away(survey, unknown)

    def answers(self, *, may_leave_out: bool = False) -> list[Answer]:
        """Return the answers to the questions that are asked; those to others are left out.

        Raises Required for one that is missing, unless somebody `may_leave_out` any.
        """
        fitting = [question for question in self._questions.values() if question.is_asked(self._asked)]
        read = {item.pk: self._read(item, self._given[item.pk]) for item in fitting if item.pk in self._given}
        kept = {pk: answer for pk, answer in read.items() if answer is not None}
        asked = [question for question in fitting if self._has_reason(question, kept)]
        for question in asked if not may_leave_out else ():
            is_answered = question.pk in kept or (question.is_comment and self._comment)
            if question.is_required and not is_answered and self._can_be_answered(question):
                raise Required("A required question is not answered.", field="answers")
        return [kept[question.pk] for question in asked if question.pk in kept]

    def _has_reason(self, question: Question, answers: dict[int, Answer]) -> bool:
        if question.role != QuestionRole.COMPETITOR:
            return True
        preferences = [item for item in self._questions.values() if item.role == QuestionRole.PREFERENCE]
        return any(pk in answers and is_decided(answers[pk].number) for pk in (item.pk for item in preferences))

    def _can_be_answered(self, question: Question) -> bool:
        return question.role != QuestionRole.PRODUCT or bool(self._products())

    def _products(self) -> list[str]:
        if self._order_id is None:
            return []
        order = get_shop().orders([self._order_id]).get(self._order_id)
        return [line.product_id for line in order.lines if line.product_id] if order is not None else []

    def _read(self, question: Question, given: SubmittedAnswer) -> Answer | None:
        """The answer in the field that fits the question's kind; None for one that is empty."""
        match question.kind:
            case QuestionKind.SINGLE_CHOICE | QuestionKind.MULTIPLE_CHOICE:
                choices = list(dict.fromkeys(choice for choice in given.choices if choice))
                return Answer(question=question, choices=choices) if self._may_choose(question, choices) else None
            case QuestionKind.YES_NO:
                return None if given.yes is None else Answer(question=question, yes=given.yes)
            case QuestionKind.SCALE | QuestionKind.NUMBER:
                number = None if given.number is None else _read_number(question, given.number)
                return None if number is None else Answer(question=question, number=number)
            case _:
                text = read_comment(given.text)
                return Answer(question=question, text=text) if text else None

    def _may_choose(self, question: Question, choices: Collection[str]) -> bool:
        if not choices:
            return False
        is_product = question.role == QuestionRole.PRODUCT
        allowed = set(self._products()) if is_product else {str(choice["value"]) for choice in question.choices}
        if set(choices) - allowed:
            raise Invalid(f"A choice is not one of: {', '.join(sorted(allowed))}.", field="answers")
        if question.kind == QuestionKind.SINGLE_CHOICE and len(choices) > 1:
            raise Invalid("This question takes one choice.", field="answers")
        return True


def is_decided(preference: float | None) -> bool:
    """Whether this answer to how likely people are to prefer the shop makes them be asked which other one: 9-10 and 0-6."""
    return preference is not None and category(int(preference)) is not Category.PASSIVE


def _taken_away(survey: Survey, question_ids: Collection[int]) -> dict[int, Question]:
    """Questions that were taken away before anybody had answered, while somebody had the page open."""
    rows = Question.objects.filter(survey=survey, pk__in=question_ids, until_version=versions.NEVER).in_bulk()
    for question_id in question_ids - rows.keys():
        raise Invalid(f"Question {question_id} is not part of this survey.", field="answers")
    for row in rows.values():
        row.is_required = False
    return rows


def _read_number(question: Question, number: float) -> float:
    if not isfinite(number):
        raise Invalid("The number is not finite.", field="answers")
    if question.kind == QuestionKind.SCALE and number not in SCORES:
        raise Invalid("This question takes a whole number from 0 to 10.", field="answers")
    return number
