"""What the tests of the overview's filters and files tell: people on every scale, and people asked again."""

import csv
from io import StringIO
from typing import Any

from saleor_nps_plugin.surveys.answering.submission import SubmittedAnswer
from saleor_nps_plugin.surveys.models import Question, QuestionKind, QuestionRole, Response, Source, Survey
from tests.surveys.reporting.respondents import answered, answers, asked
from tests.surveys.story import Story


def asked_again(story: Story, again: Survey, first: Response, score: int | None = None) -> None:
    """Somebody's case was resolved, and they are asked whether that made it right; with a score they answer."""
    invitation = asked(story, again, recovers=first, source=Source.CASE, segments={}, channel=first.channel)
    if score is not None:
        answered(story, invitation, score)


def comparing(survey: Survey, *shops: str) -> tuple[Question, Question]:
    """The competitor question of a survey: how likely to prefer us, and to which of these shops."""
    scale = Question.objects.create(survey=survey, position=1, kind=QuestionKind.SCALE, role=QuestionRole.PREFERENCE)
    which = Question.objects.create(
        survey=survey,
        position=2,
        kind=QuestionKind.SINGLE_CHOICE,
        role=QuestionRole.COMPETITOR,
        choices=[{"value": str(at), "labels": {"en": name}} for at, name in enumerate(shops)],
    )
    return scale, which


def prefers(
    story: Story, questions: tuple[Question, Question], preference: int, shop: int | None = None, **values: Any
) -> Response:
    """Somebody answers the competitor question, and names a shop by its place."""
    scale, which = questions
    given = [SubmittedAnswer(question_id=scale.pk, number=preference)]
    if shop is not None:
        given.append(SubmittedAnswer(question_id=which.pk, choices=(str(shop),)))
    return answers(story, scale.survey, 9, *given, **values)


def rows_of(response: Any) -> list[dict[str, str]]:
    """The rows of a file, without the empty cells."""
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return [{name: cell for name, cell in row.items() if cell} for row in csv.DictReader(StringIO(text))]
