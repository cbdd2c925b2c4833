"""What a survey is made of, as an input, and what that makes of a draft."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import graphene
from django.core.exceptions import ValidationError
from saleor.graphql.core.enums import LanguageCodeEnum
from saleor.graphql.core.types import BaseInputObjectType, NonNullList

from ...errors import NotFound
from ...surveys.answering.submission import clean_text
from ...surveys.making.editing import MOST_CHOICES, MOST_QUESTIONS, ChoiceDraft, Draft, QuestionDraft, Words
from ..enums import (
    DOC_CATEGORY,
    NpsCategoryEnum,
    NpsQuestionKindEnum,
    NpsQuestionRoleEnum,
    NpsScaleEnum,
    NpsTouchpointEnum,
)
from ..ids import argument_pk

_DECIMALS = Decimal("0.001")
_LARGEST = Decimal(10**6)
_PLAIN = (
    "name",
    "slug",
    "touchpoint",
    "is_active",
    "scale",
    "ignores_cooldown",
    "asks_discourage",
    "is_anonymous",
)


class NpsSurveyTextInput(BaseInputObjectType):
    language_code = LanguageCodeEnum(required=True, description="The language.")
    question = graphene.String(
        required=True,
        description="The question that is answered with a score; empty for the plugin's own. "
        "{shop_name} stands for the name of the shop.",
    )
    subject = graphene.String(description="Subject of the e-mail; empty for the plugin's own.")
    thanks = graphene.String(description="Words of thanks after the answer; empty for the plugin's own.")

    class Meta:
        description = "The words of a survey in one language."
        doc_category = DOC_CATEGORY


class NpsQuestionTextInput(BaseInputObjectType):
    language_code = LanguageCodeEnum(required=True, description="The language.")
    text = graphene.String(required=True, description="The question.")

    class Meta:
        description = "The wording of a follow-up question in one language."
        doc_category = DOC_CATEGORY


class NpsChoiceLabelInput(BaseInputObjectType):
    language_code = LanguageCodeEnum(required=True, description="The language.")
    label = graphene.String(required=True, description="The label.")

    class Meta:
        description = "The label of a choice in one language."
        doc_category = DOC_CATEGORY


class NpsChoiceInput(BaseInputObjectType):
    value = graphene.String(required=True, description="What is stored and counted; unique in its question.")
    labels = NonNullList(
        NpsChoiceLabelInput,
        required=True,
        description="What is shown. Without any it is the plugin's word for a ready reason such as quality, else the value.",
    )

    class Meta:
        description = "One choice of a follow-up question."
        doc_category = DOC_CATEGORY


class NpsQuestionInput(BaseInputObjectType):
    id = graphene.ID(description="ID of a question that the survey has; a field left out stays as it is then.")
    kind = NpsQuestionKindEnum(required=True, description="How the question is answered.")
    role = NpsQuestionRoleEnum(description="What the question is for, beyond its wording.")
    categories = NonNullList(NpsCategoryEnum, description="Categories of respondents that are asked; empty means all.")
    is_required = graphene.Boolean(description="Whether a response must answer the question.")
    is_comment = graphene.Boolean(
        description="Whether the comment of the response is its answer; decided when the question is made."
    )
    texts = NonNullList(
        NpsQuestionTextInput,
        required=True,
        description="The wording; without any it is the plugin's own, for text and for questions with a role.",
    )
    choices = NonNullList(NpsChoiceInput, description=f"What can be chosen, at most {MOST_CHOICES}.")

    class Meta:
        description = "A follow-up question of a survey."
        doc_category = DOC_CATEGORY


class NpsSurveyInput(BaseInputObjectType):
    name = graphene.String(description="The name under which staff know the survey. Required to make one.")
    slug = graphene.String(description="The slug, chosen when a survey is made; made of the name unless given.")
    touchpoint = NpsTouchpointEnum(description="The moment that prompts the question. Required to make a survey.")
    is_active = graphene.Boolean(description="Whether the survey is sent and can be answered; true for a new one.")
    channels = NonNullList(
        graphene.String, description="Slugs of the channels that use the survey; empty means every channel."
    )
    delay_hours = graphene.Int(
        description="Hours between the touchpoint and the first e-mail; null for the delay in the settings."
    )
    weight = graphene.Float(
        description="Weight in the overall score, 0 to 999 with three decimals; 1 for a new survey."
    )
    scale = NpsScaleEnum(description="What is measured, chosen when a survey is made; NPS unless given.")
    ignores_cooldown = graphene.Boolean(
        description="Whether the survey is neither held back by the customer's quiet period nor begins one."
    )
    asks_discourage = graphene.Boolean(
        description="Whether to ask how likely people are to discourage others, for the word-of-mouth index."
    )
    is_anonymous = graphene.Boolean(description="Whether nothing may link an answer to an address.")
    texts = NonNullList(
        NpsSurveyTextInput,
        description="The operator's own words; replaces those there are. The plugin has words in its own languages.",
    )
    questions = NonNullList(
        NpsQuestionInput,
        description=f"Follow-up questions in order, at most {MOST_QUESTIONS} for each category; replaces those there are. "
        "If the survey has answers, a change of what is asked makes a new version, and answers keep theirs.",
    )

    class Meta:
        description = "A survey; a field that is left out stays as it is."
        doc_category = DOC_CATEGORY


def changed(draft: Draft, given: Mapping[str, Any]) -> Draft:
    """Return a draft with what an NpsSurveyInput says; what that leaves out stays as it is."""
    changes: dict[str, Any] = {name: given[name] for name in _PLAIN if given.get(name) is not None}
    changes |= {name: _line(changes[name]) for name in ("name", "slug") if name in changes}
    if "delay_hours" in given:
        changes["delay_hours"] = given["delay_hours"]
    if given.get("channels") is not None:
        changes["channels"] = tuple(dict.fromkeys(given["channels"]))
    if given.get("weight") is not None:
        changes["weight"] = _weight(given["weight"])
    if given.get("texts") is not None:
        words = [(item["language_code"], _words(item)) for item in given["texts"]]
        changes["words"] = _by_language(words, "texts")
    if given.get("questions") is not None:
        stored = {question.id: question for question in draft.questions}
        changes["questions"] = tuple(_question(item, stored) for item in given["questions"])
    return replace(draft, **changes)


def _line(text: str) -> str:
    return " ".join(clean_text(text).split())


def _weight(given: float) -> Decimal:
    weight = Decimal(str(given))
    return weight.quantize(_DECIMALS) if weight.is_finite() and abs(weight) < _LARGEST else weight


def _words(given: Mapping[str, Any]) -> Words:
    return Words(_line(given["question"]), _line(given.get("subject") or ""), clean_text(given.get("thanks") or ""))


def _by_language[Value](items: Sequence[tuple[str, Value]], field: str) -> dict[str, Value]:
    found = dict(items)
    if len(found) < len(items):
        raise ValidationError({field: ValidationError("A language is there twice.", code="invalid")})
    return found


def _question(given: Mapping[str, Any], stored: Mapping[int | None, QuestionDraft]) -> QuestionDraft:
    pk = argument_pk(given["id"], "NpsQuestion", field="questions") if given.get("id") else None
    if pk is not None and pk not in stored:
        raise NotFound("The survey has no such question.", field="questions")
    changes: dict[str, Any] = {
        name: given[name] for name in ("role", "is_required", "is_comment") if given.get(name) is not None
    }
    if "role" in given:
        changes["role"] = given["role"] or ""
    if given.get("categories") is not None:
        changes["categories"] = tuple(given["categories"])
    if given.get("choices") is not None:
        changes["choices"] = tuple(_choice(item) for item in given["choices"])
    texts = _by_language([(item["language_code"], _line(item["text"])) for item in given["texts"]], "questions")
    return replace(stored[pk] if pk is not None else QuestionDraft(), kind=given["kind"], texts=texts, **changes)


def _choice(given: Mapping[str, Any]) -> ChoiceDraft:
    labels = [(item["language_code"], _line(item["label"])) for item in given["labels"]]
    return ChoiceDraft(_line(given["value"]), _by_language(labels, "questions"))
