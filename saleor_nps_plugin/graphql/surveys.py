"""NpsSurvey and its questions."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import graphene
from graphene import relay
from promise import Promise
from saleor.channel.models import Channel
from saleor.graphql.channel.types import Channel as ChannelType
from saleor.graphql.core import ResolveInfo
from saleor.graphql.core.connection import CountableConnection
from saleor.graphql.core.enums import LanguageCodeEnum
from saleor.graphql.core.types import BaseObjectType, NonNullList

from ..shop.settings import ShopSettings
from ..surveys.models import Question, Survey, SurveyText
from ..surveys.scoring import Category
from ..surveys.texts import choice_label, question_text, texts_of
from .dataloaders import SETTINGS, QuestionsBySurveyIdLoader, ShopSettingsLoader, TextsBySurveyIdLoader
from .enums import DOC_CATEGORY, NpsCategoryEnum, NpsQuestionKindEnum, NpsTouchpointEnum
from .moved import ChannelBySlugLoader
from .permissions import FOR_ANSWERS, Seen, denied, viewer_of
from .score_inputs import NpsScoreFilterInput, score_filter
from .score_loaders import ScoreOf
from .scores import NpsScore


def from_row(name: str, default: Any, root: Any, info: ResolveInfo, **arguments: Any) -> Any:
    """Resolve a field that is a column of the row."""
    return getattr(root.row, name, default)


@dataclass(frozen=True)
class AskedQuestion:
    """A question in the language in which it is shown."""

    row: Question
    language_code: str
    default_language: str

    @classmethod
    def of(cls, question: Question, survey: Survey, language_code: str) -> "AskedQuestion":
        return cls(question, language_code or survey.default_language, survey.default_language)


@dataclass(frozen=True)
class Choice:
    value: str
    label: str

    @classmethod
    def of(cls, choice: Mapping[str, object], asked: AskedQuestion) -> "Choice":
        label = choice_label(choice, asked.language_code, default_language=asked.default_language)
        return cls(str(choice["value"]), label)


class NpsChoice(BaseObjectType):
    value = graphene.String(required=True, description="The value to submit.")
    label = graphene.String(required=True, description="The label to show, in the question's language.")

    class Meta:
        description = "One choice of a follow-up question."
        doc_category = DOC_CATEGORY


class NpsQuestion(BaseObjectType):
    id = graphene.GlobalID(required=True, description="The ID of the question.")
    kind = NpsQuestionKindEnum(required=True, description="How the question is answered.")
    text = graphene.String(required=True, description="The question, in the language asked for.")
    choices = NonNullList(NpsChoice, required=True, description="The choices, in order; empty for other kinds.")
    categories = NonNullList(
        NpsCategoryEnum, required=True, description="Categories of respondents that are asked; empty means all."
    )
    is_required = graphene.Boolean(required=True, description="Whether a response must answer the question.")

    class Meta:
        description = "A follow-up question of a survey."
        doc_category = DOC_CATEGORY
        interfaces = [relay.Node]
        default_resolver = from_row

    @staticmethod
    def resolve_id(root: AskedQuestion, info: ResolveInfo) -> int:
        return root.row.pk

    @staticmethod
    def resolve_text(root: AskedQuestion, info: ResolveInfo) -> str:
        return question_text(root.row, root.language_code, default_language=root.default_language)

    @staticmethod
    def resolve_choices(root: AskedQuestion, info: ResolveInfo) -> list[Choice]:
        return [Choice.of(choice, root) for choice in root.row.choices]


class NpsSurvey(BaseObjectType):
    id = graphene.GlobalID(required=True, description="The ID of the survey.")
    name = graphene.String(required=True, description="The name under which staff know the survey.")
    slug = graphene.String(required=True, description="The slug of the survey.")
    touchpoint = NpsTouchpointEnum(required=True, description="The moment that prompts the question.")
    is_active = graphene.Boolean(required=True, description="Whether the survey is sent and can be answered.")
    channels = NonNullList(
        ChannelType,
        required=True,
        description="Channels that use this survey; empty means every channel. Requires MANAGE_ORDERS; staff see their channels only.",
    )
    delay_hours = graphene.Int(required=True, description="Hours between the touchpoint and the first e-mail.")
    weight = graphene.Float(required=True, description="Weight in the overall score, see `NpsScore.weightedValue`.")
    question = graphene.String(
        required=True,
        language_code=LanguageCodeEnum(
            description="The language; without it that of the invitation, or else the survey's default language."
        ),
        description="The 0-10 question in the asked language, falling back to the survey's default language.",
    )
    questions = NonNullList(
        NpsQuestion,
        required=True,
        category=NpsCategoryEnum(description="Return only the questions that respondents of this category are asked."),
        language_code=LanguageCodeEnum(
            description="The language; without it that of the invitation, or else the survey's default language."
        ),
        description="Follow-up questions, in order. With a category: only those that category is asked.",
    )
    score = graphene.Field(
        NpsScore,
        required=True,
        filter=NpsScoreFilterInput(description="Which answers count."),
        description="The score of this survey. Requires MANAGE_ORDERS.",
    )

    class Meta:
        description = "The 0-10 question plus follow-ups, for one touchpoint."
        doc_category = DOC_CATEGORY
        interfaces = [relay.Node]
        default_resolver = from_row

    @staticmethod
    def resolve_id(root: Seen[Survey], info: ResolveInfo) -> int:
        return root.row.pk

    @staticmethod
    def resolve_channels(root: Seen[Survey], info: ResolveInfo) -> Promise[list[Channel]]:
        if not root.by_staff:
            raise denied(FOR_ANSWERS)
        viewer = viewer_of(info, FOR_ANSWERS)
        slugs = [slug for slug in root.row.channels if viewer.sees_channel(slug)]
        channels = ChannelBySlugLoader(info.context).load_many(slugs)
        return channels.then(lambda found: [channel for channel in found if channel])

    @staticmethod
    def resolve_delay_hours(root: Seen[Survey], info: ResolveInfo) -> int | Promise[int]:
        if root.row.delay_hours is not None:
            return root.row.delay_hours
        settings = ShopSettingsLoader(info.context).load(SETTINGS)
        return settings.then(lambda found: found.for_channel(_channel(root)).delay_hours)

    @staticmethod
    def resolve_question(root: Seen[Survey], info: ResolveInfo, language_code: str | None = None) -> Promise[str]:
        texts = TextsBySurveyIdLoader(info.context).load(root.row.pk)
        settings = ShopSettingsLoader(info.context).load(SETTINGS)

        def write(loaded: tuple[list[SurveyText], ShopSettings]) -> str:
            own, found = loaded
            shop_name = found.for_channel(_channel(root)).shop_name
            return texts_of(root.row, _language(root, language_code), shop_name=shop_name, own=own).question

        return Promise.all([texts, settings]).then(write)

    @staticmethod
    def resolve_questions(
        root: Seen[Survey], info: ResolveInfo, category: str | None = None, language_code: str | None = None
    ) -> Promise[list[AskedQuestion]]:
        def choose(questions: list[Question]) -> list[AskedQuestion]:
            asked = [question for question in questions if category is None or question.is_asked(Category(category))]
            return [AskedQuestion.of(question, root.row, _language(root, language_code)) for question in asked]

        return QuestionsBySurveyIdLoader(info.context).load(root.row.pk).then(choose)

    @staticmethod
    def resolve_score(root: Seen[Survey], info: ResolveInfo, **kwargs: Any) -> ScoreOf:
        if not root.by_staff:
            raise denied(FOR_ANSWERS)
        return ScoreOf(score_filter(kwargs.get("filter"), viewer_of(info, FOR_ANSWERS)), survey_id=root.row.pk)


def _language(root: Seen[Survey], asked: str | None) -> str:
    return asked or root.language_code or root.row.default_language


def _channel(root: Seen[Survey]) -> str:
    """The channel whose shop name and delay apply; "" is the shop as a whole."""
    if root.channel:
        return root.channel
    return root.row.channels[0] if len(root.row.channels) == 1 else ""


class NpsSurveyCountableConnection(CountableConnection):
    class Meta:
        node = NpsSurvey
        doc_category = DOC_CATEGORY
        description = "A page of surveys."
