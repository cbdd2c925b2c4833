"""NpsSurvey and its questions."""

from collections.abc import Mapping, Sequence
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

from ..shop.interface import Line
from ..shop.settings import ShopSettings
from ..surveys.making.texts import SurveyTexts, choice_label, question_text, texts_of
from ..surveys.models import Question, QuestionRole, Survey, SurveyText
from ..surveys.reporting.scoring import Category
from .dataloaders import (
    SETTINGS,
    QuestionsBySurveyIdLoader,
    ShopOrderLoader,
    ShopSettingsLoader,
    TextsBySurveyIdLoader,
)
from .enums import (
    DOC_CATEGORY,
    NpsCategoryEnum,
    NpsQuestionKindEnum,
    NpsQuestionRoleEnum,
    NpsScaleEnum,
    NpsTouchpointEnum,
)
from .moved import ChannelBySlugLoader
from .permissions import FOR_ANSWERS, FOR_SURVEYS, Seen, denied, viewer_of
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
    products: tuple[Line, ...] = ()

    @classmethod
    def of(
        cls, question: Question, survey: Survey, language_code: str, products: Sequence[Line] = ()
    ) -> "AskedQuestion":
        return cls(question, language_code or survey.default_language, survey.default_language, tuple(products))

    @property
    def choices(self) -> list["Choice"]:
        """What can be chosen: what staff wrote, or the products of the order."""
        if self.row.role == QuestionRole.PRODUCT:
            names = {line.product_id: line.name for line in self.products if line.product_id}
            return [Choice(value, name) for value, name in names.items()]
        return [Choice.of(choice, self) for choice in self.row.choices]


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
    choices = NonNullList(
        NpsChoice,
        required=True,
        description="The choices, in order; empty for other kinds. Of a question for the product: the products of the order "
        "that an invitation is about.",
    )
    role = NpsQuestionRoleEnum(description="What the question is for, beyond its wording; null for nothing special.")
    is_comment = graphene.Boolean(
        required=True, description="Whether the comment of the response is the answer to this question."
    )
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
    def resolve_role(root: AskedQuestion, info: ResolveInfo) -> str | None:
        return root.row.role or None

    @staticmethod
    def resolve_choices(root: AskedQuestion, info: ResolveInfo) -> list[Choice]:
        return root.choices


class NpsSurvey(BaseObjectType):
    id = graphene.GlobalID(required=True, description="The ID of the survey.")
    name = graphene.String(required=True, description="The name under which staff know the survey.")
    slug = graphene.String(required=True, description="The slug of the survey.")
    touchpoint = NpsTouchpointEnum(required=True, description="The moment that prompts the question.")
    is_active = graphene.Boolean(required=True, description="Whether the survey is sent and can be answered.")
    channels = NonNullList(
        ChannelType,
        required=True,
        description=(
            "Channels that use this survey; empty means every channel. Requires MANAGE_ORDERS or MANAGE_PLUGINS; staff see "
            "their channels only."
        ),
    )
    delay_hours = graphene.Int(required=True, description="Hours between the touchpoint and the first e-mail.")
    weight = graphene.Float(required=True, description="Weight in the overall score, see `NpsScore.weightedValue`.")
    scale = NpsScaleEnum(required=True, description="What is measured, and on which numbers.")
    ignores_cooldown = graphene.Boolean(
        required=True,
        description="Whether the survey is neither held back by the customer's quiet period nor begins one.",
    )
    asks_discourage = graphene.Boolean(
        required=True, description="Whether respondents are asked how likely they are to discourage others."
    )
    is_anonymous = graphene.Boolean(required=True, description="Whether nothing links an answer to an address.")
    version = graphene.Int(
        required=True,
        description="Goes up when what is asked changes after it was answered; answers keep their questions.",
    )
    discourage_question = graphene.String(
        language_code=LanguageCodeEnum(
            description="The language; without it that of the invitation, or else the survey's default language."
        ),
        description="How likely to discourage others, in words; null where that is not asked.",
    )
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
        viewer = viewer_of(info, FOR_ANSWERS, FOR_SURVEYS)
        if not root.by_staff or not viewer.is_staff:
            raise denied(FOR_ANSWERS, FOR_SURVEYS)
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
        return _texts(root, info, language_code).then(lambda texts: texts.question)

    @staticmethod
    def resolve_discourage_question(
        root: Seen[Survey], info: ResolveInfo, language_code: str | None = None
    ) -> Promise[str] | None:
        if not root.row.asks_discourage:
            return None
        return _texts(root, info, language_code).then(lambda texts: texts.discourage)

    @staticmethod
    def resolve_questions(
        root: Seen[Survey], info: ResolveInfo, category: str | None = None, language_code: str | None = None
    ) -> Promise[list[AskedQuestion]]:
        language = _language(root, language_code)

        def choose(questions: list[Question]) -> Promise[list[AskedQuestion]]:
            asked = [question for question in questions if category is None or question.is_asked(Category(category))]
            return _products(root, info, asked).then(
                lambda lines: [AskedQuestion.of(question, root.row, language, lines) for question in asked]
            )

        return QuestionsBySurveyIdLoader(info.context).load(root.row.pk).then(choose)

    @staticmethod
    def resolve_score(root: Seen[Survey], info: ResolveInfo, **kwargs: Any) -> ScoreOf:
        viewer = viewer_of(info, FOR_ANSWERS)
        if not root.by_staff or not viewer.is_staff:
            raise denied(FOR_ANSWERS)
        return ScoreOf(score_filter(kwargs.get("filter"), viewer), survey_id=root.row.pk)


def _texts(root: Seen[Survey], info: ResolveInfo, language_code: str | None) -> Promise[SurveyTexts]:
    texts = TextsBySurveyIdLoader(info.context).load(root.row.pk)
    settings = ShopSettingsLoader(info.context).load(SETTINGS)

    def write(loaded: tuple[list[SurveyText], ShopSettings]) -> SurveyTexts:
        own, found = loaded
        shop_name = found.for_channel(_channel(root)).shop_name
        return texts_of(root.row, _language(root, language_code), shop_name=shop_name, own=own)

    return Promise.all([texts, settings]).then(write)


def _products(root: Seen[Survey], info: ResolveInfo, questions: list[Question]) -> Promise[Sequence[Line]]:
    if root.order_id is None or not any(question.role == QuestionRole.PRODUCT for question in questions):
        return Promise.resolve(())
    order = ShopOrderLoader(info.context).load(root.order_id)
    return order.then(lambda found: found.lines if found is not None else ())


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
