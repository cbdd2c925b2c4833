"""What the buttons beside questions do: add, move, take away; in the form only, nothing is stored."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from ...surveys.making.drafts import ChoiceDraft, QuestionDraft
from ...surveys.making.ready_questions import READY, ready_question
from ...surveys.models import QuestionKind

Questions = tuple[QuestionDraft, ...]
COMMENT = "comment"


@dataclass(frozen=True)
class Step:
    """One press of a button: on the question in place `at`, the choice in place `choice`, or for a new one of `kind`."""

    action: str
    at: int = -1
    choice: int = -1
    kind: str = ""


@dataclass(frozen=True)
class Arranged:
    """The questions afterwards, and the id of the element at which to go on, as the form names it."""

    questions: Questions
    focus: str = ""


def arrange(questions: Questions, step: Step) -> Arranged:
    """Return the questions after a step; one that makes no sense changes nothing."""
    if step.action == "add":
        return _added(questions, step)
    action = _ACTIONS.get(step.action)
    if action is None or not 0 <= step.at < len(questions):
        return Arranged(questions)
    return action(questions, step)


def _added(questions: Questions, step: Step) -> Arranged:
    question = _new(step.kind)
    if question is None:
        return Arranged(questions)
    return Arranged((*questions, question), f"q{len(questions)}")


def _new(kind: str) -> QuestionDraft | None:
    if kind in READY:
        return _to_write(replace(ready_question(kind), id=None))
    if kind == COMMENT:
        return QuestionDraft(is_comment=True)
    if kind not in QuestionKind.values:
        return None
    return _to_write(QuestionDraft(kind=kind))


def _to_write(question: QuestionDraft) -> QuestionDraft:
    """A question of which staff write what there is to choose from has room for two answers."""
    is_empty = question.has_choices and not question.choices
    return replace(question, choices=(ChoiceDraft(""), ChoiceDraft(""))) if is_empty else question


def _up(questions: Questions, step: Step) -> Arranged:
    return _moved(questions, step.at, step.at - 1)


def _down(questions: Questions, step: Step) -> Arranged:
    return _moved(questions, step.at, step.at + 1)


def _moved(questions: Questions, at: int, to: int) -> Arranged:
    if not 0 <= to < len(questions):
        return Arranged(questions)
    others = [question for place, question in enumerate(questions) if place != at]
    return Arranged((*others[:to], questions[at], *others[to:]), f"q{to}")


def _removed(questions: Questions, step: Step) -> Arranged:
    left = tuple(question for place, question in enumerate(questions) if place != step.at)
    return Arranged(left, f"q{min(step.at, len(left) - 1)}" if left else "add-question")


def _with_choice(questions: Questions, step: Step) -> Arranged:
    choices = questions[step.at].choices
    return Arranged(_with(questions, step.at, (*choices, ChoiceDraft(""))), f"q{step.at}-c{len(choices)}")


def _without_choice(questions: Questions, step: Step) -> Arranged:
    left = tuple(item for place, item in enumerate(questions[step.at].choices) if place != step.choice)
    return Arranged(_with(questions, step.at, left), f"q{step.at}")


def _with(questions: Questions, at: int, choices: tuple[ChoiceDraft, ...]) -> Questions:
    return tuple(replace(item, choices=choices) if place == at else item for place, item in enumerate(questions))


_ACTIONS: Mapping[str, Callable[[Questions, Step], Arranged]] = {
    "up": _up,
    "down": _down,
    "remove": _removed,
    "add-choice": _with_choice,
    "remove-choice": _without_choice,
}
