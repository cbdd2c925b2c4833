"""What staff can change about a survey: its name, where and when it asks, and its words."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from copy import copy
from dataclasses import asdict, dataclass, field
from typing import Any

from django.db import transaction
from django.utils.translation import gettext, ngettext

from ..errors import Conflict, Invalid, NotFound
from .models import Question, Survey, SurveyText

LONGEST_DELAY = 8760
# In letters, as the columns and a mail's subject have them.
LIMITS = {"name": 200, "question": 500, "subject": 200, "thanks": 2000, "wording": 500, "label": 200}


@dataclass(frozen=True)
class Words:
    """The operator's own words in one language; empty where the plugin's translation is to stand."""

    question: str = ""
    subject: str = ""
    thanks: str = ""


@dataclass(frozen=True)
class Draft:
    """A survey as staff see and change it. No channels means every channel, no delay the operator's setting.

    `words` are by language, `wordings` of follow-up questions by the question's id and language, `labels` by the
    question's id, the choice's value and language.
    """

    name: str
    is_active: bool
    channels: tuple[str, ...] = ()
    delay_hours: int | None = None
    words: Mapping[str, Words] = field(default_factory=dict)
    wordings: Mapping[int, Mapping[str, str]] = field(default_factory=dict)
    labels: Mapping[int, Mapping[str, Mapping[str, str]]] = field(default_factory=dict)

    @property
    def fingerprint(self) -> str:
        """Changes whenever anything here does."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()[:32]


def draft_of(survey: Survey) -> Draft:
    """Return a survey as it is stored."""
    questions = list(survey.questions.all())
    return Draft(
        name=survey.name,
        is_active=survey.is_active,
        channels=tuple(survey.channels),
        delay_hours=survey.delay_hours,
        words={row.language_code: Words(row.question, row.subject, row.thanks) for row in survey.texts.all()},
        wordings={question.pk: _filled(question.texts) for question in questions},
        labels={
            question.pk: {str(choice["value"]): _filled(choice.get("labels") or {}) for choice in question.choices}
            for question in questions
            if question.choices
        },
    )


def drafted(survey: Survey, draft: Draft) -> Survey:
    """Return what the survey would be with this draft. In memory only: never save it."""
    changed = copy(survey)
    changed.name, changed.is_active, changed.delay_hours = draft.name, draft.is_active, draft.delay_hours
    changed.channels = list(draft.channels)
    texts = [
        SurveyText(survey=changed, language_code=code, question=own.question, subject=own.subject, thanks=own.thanks)
        for code, own in draft.words.items()
    ]
    questions = [_drafted(question, draft) for question in survey.questions.all()]
    # Where Django keeps what it has read along with an object.
    changed._prefetched_objects_cache = {"texts": texts, "questions": questions}  # type: ignore[attr-defined]
    changed.definition = draft.fingerprint
    return changed


def errors_in(draft: Draft) -> dict[str, str]:
    """Return a sentence for each part that cannot be stored: "name", "delay_hours", or "<part>.<language>" as `parts` says."""
    errors = {}
    if not draft.name:
        errors["name"] = gettext("Give the survey a name.")
    elif len(draft.name) > LIMITS["name"]:
        errors["name"] = _too_long(LIMITS["name"])
    if draft.delay_hours is not None and not 0 <= draft.delay_hours <= LONGEST_DELAY:
        sentence = gettext("Write a whole number from {low} to {high}, such as {example}.")
        errors["delay_hours"] = sentence.format(low=0, high=LONGEST_DELAY, example=24)
    return errors | {part: _too_long(limit) for part, text, limit in parts(draft) if len(text) > limit}


def parts(draft: Draft) -> Iterator[tuple[str, str, int]]:
    """Yield the name of each text, the text and its limit: "question.de", "q12.de", "q12.late.de" (a choice's label)."""
    for code, own in draft.words.items():
        for name in ("question", "subject", "thanks"):
            yield f"{name}.{code}", getattr(own, name), LIMITS[name]
    for pk, texts in draft.wordings.items():
        for code, text in texts.items():
            yield f"q{pk}.{code}", text, LIMITS["wording"]
    for pk, choices in draft.labels.items():
        for value, labels in choices.items():
            for code, text in labels.items():
                yield f"q{pk}.{value}.{code}", text, LIMITS["label"]


@transaction.atomic
def save(survey_id: int, draft: Draft, *, known: str) -> None:
    """Store a draft. `known` is the fingerprint of what its author began with.

    Raises Conflict if the survey is another by now, Invalid for a draft with errors, NotFound for a survey that is gone.
    """
    survey = Survey.objects.select_for_update().filter(pk=survey_id).first()
    if survey is None:
        raise NotFound(gettext("There is no such survey."))
    if draft_of(survey).fingerprint != known:
        raise Conflict
    for part, sentence in errors_in(draft).items():
        raise Invalid(sentence, field=part)
    survey.name, survey.is_active, survey.delay_hours = draft.name, draft.is_active, draft.delay_hours
    survey.channels = list(draft.channels)
    survey.save(update_fields=["name", "is_active", "channels", "delay_hours"])
    _save_words(survey, draft)
    for question in survey.questions.all():
        changed = _drafted(question, draft)
        changed.save(update_fields=["texts", "choices"])


def _save_words(survey: Survey, draft: Draft) -> None:
    written = {code: own for code, own in draft.words.items() if own != Words()}
    survey.texts.exclude(language_code__in=written).delete()
    SurveyText.objects.bulk_create(
        [SurveyText(survey=survey, language_code=code, **asdict(own)) for code, own in written.items()],
        update_conflicts=True,
        unique_fields=["survey", "language_code"],
        update_fields=["question", "subject", "thanks"],
    )


def _drafted(question: Question, draft: Draft) -> Question:
    changed = copy(question)
    changed.texts = _filled(draft.wordings.get(question.pk, question.texts))
    labels = draft.labels.get(question.pk, {})
    changed.choices = [_labelled(choice, labels) for choice in question.choices]
    return changed


def _labelled(choice: Mapping[str, Any], labels: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    own = labels.get(str(choice["value"]))
    return dict(choice) if own is None else {**choice, "labels": _filled(own)}


def _filled(texts: Mapping[str, str]) -> dict[str, str]:
    return {code: text for code, text in texts.items() if text}


def _too_long(limit: int) -> str:
    sentence = ngettext("Shorten this to {limit} letter.", "Shorten this to {limit} letters.", limit)
    return sentence.format(limit=limit)
