"""A survey as staff see and change it, before it is stored."""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext, ngettext

from ..models import Question, QuestionKind, QuestionRole, Scale, Survey, Touchpoint
from ..reporting.scoring import Category

LONGEST_DELAY = 8760
HIGHEST_WEIGHT = 999
MOST_QUESTIONS = 8
MOST_CHOICES = 30
CHOICE_KINDS = (QuestionKind.SINGLE_CHOICE, QuestionKind.MULTIPLE_CHOICE)
# In letters, as the columns and a mail's subject have them.
LIMITS = {
    "name": 200,
    "slug": 100,
    "question": 500,
    "subject": 200,
    "thanks": 2000,
    "wording": 500,
    "value": 100,
    "label": 200,
}
_KINDS_OF_ROLES: Mapping[str, tuple[QuestionKind, ...]] = {
    QuestionRole.LIKED: CHOICE_KINDS,
    QuestionRole.IMPROVE: CHOICE_KINDS,
    QuestionRole.PRODUCT: (QuestionKind.SINGLE_CHOICE,),
    QuestionRole.PREFERENCE: (QuestionKind.SCALE,),
    QuestionRole.COMPETITOR: (QuestionKind.SINGLE_CHOICE,),
}
_ONCE = (QuestionRole.PRODUCT, QuestionRole.PREFERENCE, QuestionRole.COMPETITOR)


@dataclass(frozen=True)
class Words:
    """The operator's own words in one language; empty where the plugin's translation is to stand."""

    question: str = ""
    subject: str = ""
    thanks: str = ""


@dataclass(frozen=True)
class ChoiceDraft:
    """One choice; `labels` are by language. A reason that the plugin knows needs none."""

    value: str
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class QuestionDraft:
    """A follow-up question; `id` is None for one that is new. `texts` are by language, no categories means all."""

    id: int | None = None
    kind: str = QuestionKind.TEXT.value
    role: str = ""
    categories: tuple[str, ...] = ()
    is_required: bool = False
    is_comment: bool = False
    texts: Mapping[str, str] = field(default_factory=dict)
    choices: tuple[ChoiceDraft, ...] = ()

    @property
    def has_choices(self) -> bool:
        """Whether staff write what there is to choose from."""
        return self.kind in CHOICE_KINDS and self.role != QuestionRole.PRODUCT


@dataclass(frozen=True)
class Draft:
    """A survey as staff see and change it. No channels means every channel, no delay the operator's setting.

    `words` are by language. `slug` and `scale` are chosen when a survey is made; afterwards they are what they are.
    """

    name: str
    is_active: bool
    channels: tuple[str, ...] = ()
    delay_hours: int | None = None
    words: Mapping[str, Words] = field(default_factory=dict)
    questions: tuple[QuestionDraft, ...] = ()
    touchpoint: str = Touchpoint.ORDER_FULFILLED.value
    weight: Decimal = Decimal(1)
    ignores_cooldown: bool = False
    asks_discourage: bool = False
    is_anonymous: bool = False
    slug: str = ""
    scale: str = Scale.NPS.value

    @property
    def fingerprint(self) -> str:
        """Changes whenever anything here does."""
        text = json.dumps(asdict(self), sort_keys=True, default=lambda weight: f"{weight.normalize():f}")
        return hashlib.sha256(text.encode()).hexdigest()[:32]


def draft_of(survey: Survey) -> Draft:
    """Return a survey as it is stored, with the questions that are asked now."""
    return Draft(
        name=survey.name,
        is_active=survey.is_active,
        channels=tuple(survey.channels),
        delay_hours=survey.delay_hours,
        words={row.language_code: Words(row.question, row.subject, row.thanks) for row in survey.texts.all()},
        questions=tuple(drafted_question(row) for row in survey.questions.all() if row.until_version is None),
        touchpoint=survey.touchpoint,
        weight=survey.weight,
        ignores_cooldown=survey.ignores_cooldown,
        asks_discourage=survey.asks_discourage,
        is_anonymous=survey.is_anonymous,
        slug=survey.slug,
        scale=survey.scale,
    )


def drafted_question(question: Question) -> QuestionDraft:
    """Return a question as it is stored."""
    return QuestionDraft(
        id=question.pk,
        kind=question.kind,
        role=question.role,
        categories=tuple(question.categories),
        is_required=question.is_required,
        is_comment=question.is_comment,
        texts=filled(question.texts),
        choices=tuple(ChoiceDraft(str(item["value"]), filled(item.get("labels") or {})) for item in question.choices),
    )


def filled(texts: Mapping[str, str]) -> dict[str, str]:
    """Return the texts that are not empty."""
    return {code: text for code, text in texts.items() if text}


def errors_in(draft: Draft) -> dict[str, str]:
    """Return a sentence for each part that cannot be stored.

    Parts are "name", "slug", "touchpoint", "scale", "delay_hours", "weight", "questions" (too many), the texts as `parts`
    names them, and of the question at index 3: "q3" (as a whole), "q3.choices", "q3.c0" (the value of its first choice).
    """
    errors = {part: _too_long(limit) for part, text, limit in parts(draft) if len(text) > limit}
    errors |= _errors_in_facts(draft)
    for index, question in enumerate(draft.questions):
        errors |= _errors_in_question(f"q{index}", question)
    return _errors_in_questions(draft) | errors


def parts(draft: Draft) -> Iterator[tuple[str, str, int]]:
    """Yield the name of each text, the text and its limit: "name", "question.de", "q3.de" (the wording of the question at
    index 3), "q3.c0" (the value of its first choice), "q3.c0.de" (that choice's label)."""
    yield "name", draft.name, LIMITS["name"]
    yield "slug", draft.slug, LIMITS["slug"]
    for code, own in draft.words.items():
        for name in ("question", "subject", "thanks"):
            yield f"{name}.{code}", getattr(own, name), LIMITS[name]
    for index, question in enumerate(draft.questions):
        for code, text in question.texts.items():
            yield f"q{index}.{code}", text, LIMITS["wording"]
        for number, choice in enumerate(question.choices):
            yield f"q{index}.c{number}", choice.value, LIMITS["value"]
            for code, text in choice.labels.items():
                yield f"q{index}.c{number}.{code}", text, LIMITS["label"]


def _errors_in_facts(draft: Draft) -> dict[str, str]:
    errors = {}
    if not draft.name:
        errors["name"] = gettext("Give the survey a name.")
    if draft.slug and not re.fullmatch(r"[-a-zA-Z0-9_]+", draft.slug):
        errors["slug"] = gettext("Use letters from a to z, digits, hyphens and underscores only.")
    if draft.touchpoint not in Touchpoint.values:
        errors["touchpoint"] = gettext("There is no such moment to ask.")
    if draft.scale not in Scale.values:
        errors["scale"] = gettext("There is no such scale.")
    if draft.delay_hours is not None and not 0 <= draft.delay_hours <= LONGEST_DELAY:
        sentence = gettext("Write a whole number from {low} to {high}, such as {example}.")
        errors["delay_hours"] = sentence.format(low=0, high=LONGEST_DELAY, example=24)
    exponent = draft.weight.normalize().as_tuple().exponent
    if not (isinstance(exponent, int) and exponent >= -3 and 0 <= draft.weight <= HIGHEST_WEIGHT):
        sentence = gettext("Write a number from {low} to {high} with at most three decimals.")
        errors["weight"] = sentence.format(low=0, high=HIGHEST_WEIGHT)
    return errors


def _errors_in_question(part: str, question: QuestionDraft) -> dict[str, str]:
    if question.kind not in QuestionKind.values or question.role not in ("", *QuestionRole.values):
        return {part: gettext("There is no such kind of question.")}
    if question.kind not in _KINDS_OF_ROLES.get(question.role, QuestionKind):
        return {part: gettext("A question of this kind cannot be asked for this purpose.")}
    if question.is_comment and (question.kind != QuestionKind.TEXT or question.role):
        return {part: gettext("The question for the comment is answered with text.")}
    if set(question.categories) - {category.value for category in Category}:
        return {part: gettext("There is no such category.")}
    errors = {}
    if question.kind != QuestionKind.TEXT and not question.role and not filled(question.texts):
        errors[part] = gettext("Write the question.")
    if question.has_choices:
        errors |= _errors_in_choices(part, question.choices)
    return errors


def _errors_in_choices(part: str, choices: tuple[ChoiceDraft, ...]) -> dict[str, str]:
    """One fault is told once: of a question without any answer, not beside each empty one too."""
    written = [" ".join(item.value.split()).casefold() for item in choices if item.value]
    if not written:
        return {f"{part}.choices": gettext("Write at least one answer to choose from.")}
    errors = {
        f"{part}.c{number}": gettext("Write this answer.") for number, item in enumerate(choices) if not item.value
    }
    if len(choices) > MOST_CHOICES:
        sentence = ngettext("At most {count} answer fits.", "At most {count} answers fit.", MOST_CHOICES)
        errors[f"{part}.choices"] = sentence.format(count=MOST_CHOICES)
    elif len(set(written)) < len(written):
        errors[f"{part}.choices"] = gettext("Two answers are alike.")
    return errors


def _errors_in_questions(draft: Draft) -> dict[str, str]:
    errors: dict[str, str] = {}
    roles = Counter(question.role for question in draft.questions)
    seen: Counter[Any] = Counter()
    for index, question in enumerate(draft.questions):
        seen.update([("role", question.role), ("id", question.id)])
        if question.role in _ONCE and seen["role", question.role] > 1:
            errors[f"q{index}"] = gettext("The survey has such a question already.")
        elif question.id is not None and seen["id", question.id] > 1:
            errors[f"q{index}"] = gettext("This question is there twice.")
        elif question.role == QuestionRole.COMPETITOR and not roles[QuestionRole.PREFERENCE]:
            errors[f"q{index}"] = gettext("Add the question how likely people are to prefer you first.")
    for category in Category:
        asked = [item for item in draft.questions if not item.categories or category.value in item.categories]
        if len(asked) > MOST_QUESTIONS:
            sentence = ngettext(
                "Nobody is asked more than {count} question.",
                "Nobody is asked more than {count} questions.",
                MOST_QUESTIONS,
            )
            errors["questions"] = sentence.format(count=MOST_QUESTIONS)
        if sum(item.is_comment for item in asked) > 1:
            errors["questions"] = gettext("There is more than one question for the comment.")
    return errors


def _too_long(limit: int) -> str:
    sentence = ngettext("Shorten this to {limit} letter.", "Shorten this to {limit} letters.", limit)
    return sentence.format(limit=limit)
