"""What a survey asked at a time: editing one that was answered makes a new version, and answers keep their questions."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db.models import Prefetch, Q

from ..models import Question, Response, Survey, SurveyVersion

# Of a question that was taken away before anybody had answered: it belongs to no version.
NEVER = 0


def asked() -> Prefetch:
    """Return what to prefetch so that `survey.questions.all()` are the questions asked now."""
    return Prefetch("questions", Question.objects.filter(until_version=None))


def questions_of(survey: Survey, number: int | None = None) -> list[Question]:
    """Return the questions of a version in order; without a number, those asked now."""
    if number is None or number == survey.version:
        return [question for question in survey.questions.all() if question.until_version is None]
    rows = Question.objects.filter(survey=survey, since_version__lte=number)
    return list(rows.filter(Q(until_version=None) | Q(until_version__gte=number)).order_by("position", "pk"))


def words_of(survey: Survey, number: int) -> Mapping[str, Mapping[str, str]]:
    """Return the operator's own words of a version: {language code: {"question", "subject", "thanks"}}."""
    over = None if number == survey.version else SurveyVersion.objects.filter(survey=survey, number=number).first()
    return written_words(survey) if over is None else over.texts


def written_words(survey: Survey) -> dict[str, dict[str, str]]:
    """Return the operator's own words as they are now, in the shape in which a version keeps them."""
    return {
        row.language_code: {"question": row.question, "subject": row.subject, "thanks": row.thanks}
        for row in survey.texts.all()
    }


def version_with(survey: Survey, question_ids: Iterable[int]) -> int | None:
    """Return the newest version of a survey that had all of these questions, None where none had.

    Questions taken away before anybody had answered count as those of the version that is asked now.
    """
    wanted = set(question_ids)
    rows = list(Question.objects.filter(survey=survey, pk__in=wanted))
    if len(rows) < len(wanted):
        return None
    ended = [row.until_version for row in rows if row.until_version]
    newest = min([*ended, survey.version])
    return newest if all(row.since_version <= newest for row in rows) else None


def answers(survey_id: int) -> int:
    """Return how many responses a survey has, those that do not count among them."""
    return Response.objects.filter(survey_id=survey_id).count()


def has_answers(survey_id: int) -> bool:
    """Whether anybody has answered a survey."""
    return Response.objects.filter(survey_id=survey_id).exists()


def begin(survey: Survey, *, now: datetime) -> None:
    """Keep the words of a survey, locked, as its current version and count up. Saves the number only."""
    SurveyVersion.objects.create(survey=survey, number=survey.version, texts=written_words(survey), ended_at=now)
    survey.version += 1
    survey.save(update_fields=["version"])
