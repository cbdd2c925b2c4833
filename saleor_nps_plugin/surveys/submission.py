"""Checks what a respondent sent."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ..errors import Invalid, Required, ScoreOutOfRange
from .models import Answer, Question, QuestionKind, Survey
from .scoring import HIGHEST_SCORE, SCORES, Category, category

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
    """What a respondent sent. Scores are checked here, so they may be of any type."""

    score: object
    comment: str = ""
    answers: tuple[SubmittedAnswer, ...] = ()
    discourage_score: object = None
    may_contact: bool = False


def clean_text(text: str) -> str:
    """Return text without control characters, with plain line ends and no space around it."""
    return _UNWANTED.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def read_score(value: object) -> int:
    """Return a score given as integer or as digits; raises ScoreOutOfRange for anything else."""
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,2}", value):
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or value not in SCORES:
        raise ScoreOutOfRange(field="score")
    return value


@dataclass(frozen=True)
class Checked:
    """A submission that can be recorded."""

    score: int
    comment: str = ""
    discourage_score: int | None = None
    may_contact: bool = False
    answers: Sequence[Answer] = ()


def check(submission: Submission, survey: Survey) -> Checked:
    """Return what can be recorded of a submission; raises ScoreOutOfRange, Required or Invalid for what cannot."""
    score = read_score(submission.score)
    discourage = submission.discourage_score
    return Checked(
        score=score,
        comment=read_comment(submission.comment),
        discourage_score=None if discourage is None else _read_discourage(discourage),
        may_contact=submission.may_contact,
        answers=_read_answers(survey, submission, category(score)),
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


def _read_answers(survey: Survey, submission: Submission, asked: Category) -> list[Answer]:
    questions = {question.pk: question for question in survey.questions.all()}
    given = {answer.question_id: answer for answer in submission.answers}
    for question_id in given.keys() - questions.keys():
        raise Invalid(f"Question {question_id} is not part of this survey.", field="answers")
    for question in questions.values():
        is_answered = question.pk in given or (question.is_comment and clean_text(submission.comment))
        if question.is_required and question.is_asked(asked) and not is_answered:
            raise Required("A required question is not answered.", field="answers")
    return [_read_answer(questions[pk], answer) for pk, answer in given.items() if questions[pk].is_asked(asked)]


def _read_answer(question: Question, given: SubmittedAnswer) -> Answer:
    text = read_comment(given.text)
    allowed = {str(choice["value"]) for choice in question.choices}
    if set(given.choices) - allowed:
        raise Invalid(f"A choice is not one of: {', '.join(sorted(allowed))}.", field="answers")
    if question.kind == QuestionKind.SINGLE_CHOICE and len(given.choices) > 1:
        raise Invalid("This question takes one choice.", field="answers")
    if question.kind == QuestionKind.SCALE and (given.number is None or not 0 <= given.number <= HIGHEST_SCORE):
        raise Invalid("This question takes a number from 0 to 10.", field="answers")
    return Answer(question=question, text=text, choices=list(given.choices), number=given.number, yes=given.yes)
