"""Stores what staff change about a survey. What is asked of a survey that has answers becomes a new version of it."""

from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.text import slugify
from django.utils.translation import gettext

from ...errors import Conflict, Invalid, NotFound, NotUnique
from ..models import Question, Survey, SurveyText
from ..reporting.scoring import Category
from . import versions
from .drafts import (
    LIMITS,
    LONGEST_DELAY,
    MOST_CHOICES,
    MOST_QUESTIONS,
    ChoiceDraft,
    Draft,
    QuestionDraft,
    Words,
    draft_of,
    drafted_question,
    errors_in,
    filled,
    parts,
)

__all__ = [
    "LIMITS",
    "LONGEST_DELAY",
    "MOST_CHOICES",
    "MOST_QUESTIONS",
    "ChoiceDraft",
    "Draft",
    "QuestionDraft",
    "Words",
    "create",
    "draft_of",
    "drafted",
    "errors_in",
    "makes_version",
    "parts",
    "save",
]

_FACTS = (
    "name",
    "is_active",
    "touchpoint",
    "delay_hours",
    "ignores_cooldown",
    "asks_discourage",
    "is_anonymous",
)
# Where questions wait while they change places: two of them cannot have the same one for a moment.
_ASIDE = 1000
_ORDER = [category.value for category in Category]


def drafted(survey: Survey, draft: Draft) -> Survey:
    """Return what the survey would be with this draft. In memory only: never save it.

    Questions that are new have the ids -1, -2 and so on, by their place.
    """
    changed = copy(survey)
    _set_facts(changed, draft)
    texts = [SurveyText(survey=changed, language_code=code, **asdict(own)) for code, own in draft.words.items()]
    rows = {row.pk: row for row in survey.questions.all()} if survey.pk else {}
    questions = []
    for position, question in enumerate(draft.questions):
        stored = rows.get(question.id) if question.id else None
        row = copy(stored) if stored is not None else Question(pk=question.id or -1 - position)
        row.survey, row.position = changed, position
        _fill(row, _completed(question, stored))
        questions.append(row)
    # Where Django keeps what it has read along with an object.
    changed._prefetched_objects_cache = {"texts": texts, "questions": questions}  # type: ignore[attr-defined]
    changed.definition = draft.fingerprint
    return changed


def makes_version(survey: Survey, draft: Draft) -> bool:
    """Whether storing a draft makes a new version: it asks something else, and the survey has answers."""
    return _asks_otherwise(survey, draft) and versions.has_answers(survey.pk)


def create(draft: Draft) -> Survey:
    """Make a survey. Without a slug it gets one made of its name.

    Raises Invalid for a draft with errors, NotUnique for a slug that another survey has.
    """
    _refuse_errors(draft)
    survey = Survey(slug=draft.slug or _free_slug(draft.name), scale=draft.scale, weight=draft.weight)
    _set_facts(survey, draft)
    try:
        with transaction.atomic():
            survey.save()
            _save_words(survey, draft)
            _save_questions(survey, [replace(item, id=None) for item in draft.questions], ended=None)
    except IntegrityError:
        raise NotUnique(gettext("Another survey has this slug."), field="slug") from None
    return survey


@transaction.atomic
def save(survey_id: int, draft: Draft, *, known: str | None, now: datetime) -> Survey:
    """Store a draft. `known` is the fingerprint of what its author began with, None for whoever replaces what is there.

    Names, channels, moments, weights and the order of questions change in place. What is asked changes in place as long as
    there are no answers; from then on it makes a new version, and answers keep theirs.
    Raises Conflict if the survey is another by now, Invalid for a draft with errors, NotFound for a survey that is gone.
    """
    survey = Survey.objects.select_for_update().filter(pk=survey_id).first()
    if survey is None:
        raise NotFound(gettext("There is no such survey."))
    stored = draft_of(survey)
    if known is not None and stored.fingerprint != known:
        raise Conflict
    _refuse_errors(draft)
    if draft.slug not in ("", survey.slug):
        raise Invalid(gettext("The slug of a survey cannot be changed."), field="slug")
    if draft.scale != survey.scale:
        raise Invalid(gettext("The scale of a survey cannot be changed."), field="scale")
    rows = {row.pk: row for row in versions.questions_of(survey)}
    _refuse_unknown(draft, rows)
    ended = survey.version if makes_version(survey, draft) else None
    if ended is not None:
        versions.begin(survey, now=now)
    _set_facts(survey, draft)
    survey.weight = draft.weight
    survey.save(update_fields=[*_FACTS, "channels", "weight"])
    _save_words(survey, draft)
    _save_questions(survey, draft.questions, ended=ended)
    return survey


def _refuse_errors(draft: Draft) -> None:
    for part, sentence in errors_in(draft).items():
        raise Invalid(sentence, field=part)


def _refuse_unknown(draft: Draft, rows: Mapping[int, Question]) -> None:
    for index, question in enumerate(draft.questions):
        if question.id is not None and question.id not in rows:
            raise Invalid(gettext("This question is not part of the survey any more."), field=f"q{index}")


def _asks_otherwise(survey: Survey, draft: Draft) -> bool:
    """Whether anything that is asked differs, the order of questions aside."""
    rows = {row.pk: row for row in versions.questions_of(survey)}
    words = {row.language_code: row.question for row in survey.texts.all()}
    return (
        filled(words) != filled({code: own.question for code, own in draft.words.items()})
        or rows.keys() != {question.id for question in draft.questions}
        or not all(_is_same(question, rows[question.id]) for question in draft.questions if question.id)
    )


def _is_same(question: QuestionDraft, stored: Question) -> bool:
    return _completed(question, stored) == _completed(drafted_question(stored), stored)


def _completed(question: QuestionDraft, stored: Question | None) -> QuestionDraft:
    """A question without what its kind does not have. Whether it is the comment was decided when it was made."""
    return replace(
        question,
        categories=tuple(sorted(set(question.categories), key=_ORDER.index)),
        is_comment=question.is_comment if stored is None else stored.is_comment,
        texts=filled(question.texts),
        choices=tuple(replace(item, labels=filled(item.labels)) for item in question.choices)
        if question.has_choices
        else (),
    )


def _set_facts(survey: Survey, draft: Draft) -> None:
    for name in _FACTS:
        setattr(survey, name, getattr(draft, name))
    survey.channels = list(draft.channels)


def _free_slug(name: str) -> str:
    base = slugify(name)[: LIMITS["slug"] - 5] or "survey"
    taken = set(Survey.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    numbered = (f"{base}-{number}" for number in range(2, len(taken) + 3))
    return next(slug for slug in (base, *numbered) if slug not in taken)


def _save_words(survey: Survey, draft: Draft) -> None:
    written = {code: own for code, own in draft.words.items() if own != Words()}
    survey.texts.exclude(language_code__in=written).delete()
    SurveyText.objects.bulk_create(
        [SurveyText(survey=survey, language_code=code, **asdict(own)) for code, own in written.items()],
        update_conflicts=True,
        unique_fields=["survey", "language_code"],
        update_fields=["question", "subject", "thanks"],
    )


def _save_questions(survey: Survey, questions: Iterable[QuestionDraft], *, ended: int | None) -> None:
    """Store the questions in their order; `ended` is the version that is over because of them, None if none is."""
    asked = Question.objects.filter(survey=survey, until_version=None)
    rows = {row.pk: row for row in asked}
    asked.update(position=F("position") + _ASIDE)
    for position, question in enumerate(questions):
        stored = rows.pop(question.id, None) if question.id else None
        row = _row_for(question, stored, survey, ended)
        row.position = position
        _fill(row, _completed(question, stored))
        row.save()
    for row in rows.values():
        _retire(row, versions.NEVER if ended is None else ended)


def _row_for(question: QuestionDraft, stored: Question | None, survey: Survey, ended: int | None) -> Question:
    if stored is None:
        return Question(survey=survey, since_version=survey.version)
    if ended is None or _is_same(question, stored):
        return stored
    _retire(stored, ended)
    return Question(survey=survey, since_version=survey.version, origin_id=stored.line_id, choices=stored.choices)


def _retire(row: Question, until_version: int) -> None:
    # Never deleted: somebody may have its page open, and their answer is not to be lost.
    row.until_version = until_version
    row.save(update_fields=["until_version", "position"])


def _fill(row: Question, question: QuestionDraft) -> None:
    row.kind, row.role, row.categories = question.kind, question.role, list(question.categories)
    row.is_required, row.is_comment, row.texts = question.is_required, question.is_comment, dict(question.texts)
    known = {str(choice["value"]): choice for choice in row.choices}
    row.choices = [_choice(known.get(item.value, {}), item) for item in question.choices]


def _choice(known: Mapping[str, Any], choice: ChoiceDraft) -> dict[str, Any]:
    kept = {key: value for key, value in known.items() if key != "labels"}
    return kept | {"value": choice.value} | ({"labels": dict(choice.labels)} if choice.labels else {})
