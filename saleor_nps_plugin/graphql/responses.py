"""NpsResponse with its answers and notes."""

from dataclasses import dataclass
from typing import Any

import graphene
from django.utils import translation
from graphene import relay
from promise import Promise
from saleor.graphql.channel.types import Channel as ChannelType
from saleor.graphql.core import ResolveInfo
from saleor.graphql.core.connection import CountableConnection
from saleor.graphql.core.enums import LanguageCodeEnum
from saleor.graphql.core.scalars import DateTime
from saleor.graphql.core.types import BaseObjectType, NonNullList

from ..surveys.answering.untrue import Flag, told_reason
from ..surveys.models import (
    Answer,
    CaseNote,
    CaseStatus,
    Invitation,
    NoteKind,
    Question,
    QuestionRole,
    Response,
    Survey,
)
from ..surveys.reporting.scoring import category
from .dataloaders import (
    AnswersByResponseIdLoader,
    InvitationByIdLoader,
    NotesByResponseIdLoader,
    ProductNameLoader,
    QuestionByIdLoader,
    SurveyByIdLoader,
)
from .enums import DOC_CATEGORY, NpsCaseStatusEnum, NpsCategoryEnum, NpsFlagEnum, language_code
from .invitations import NpsInvitation, survey_of
from .people import author_for, channel_for, order_for, user_for_staff
from .permissions import Seen, language_of_reader
from .surveys import AskedQuestion, Choice, NpsChoice, NpsQuestion, NpsSurvey, from_row


@dataclass(frozen=True)
class GivenAnswer:
    row: Answer
    question: AskedQuestion


class NpsAnswer(BaseObjectType):
    question = graphene.Field(NpsQuestion, required=True, description="The question that was answered.")
    text = graphene.String(description="The answer in words; null for other kinds of questions.")
    choices = NonNullList(NpsChoice, required=True, description="The chosen choices.")
    number = graphene.Float(description="The number given; null for other kinds of questions.")
    yes = graphene.Boolean(description="Yes or no; null for other kinds of questions.")

    class Meta:
        description = "The answer to one follow-up question."
        doc_category = DOC_CATEGORY
        default_resolver = from_row

    @staticmethod
    def resolve_question(root: GivenAnswer, info: ResolveInfo) -> AskedQuestion:
        return root.question

    @staticmethod
    def resolve_text(root: GivenAnswer, info: ResolveInfo) -> str | None:
        return root.row.text or None

    @staticmethod
    def resolve_choices(root: GivenAnswer, info: ResolveInfo) -> list[Choice] | Promise[list[Choice]]:
        given = root.row.choices
        if root.question.row.role == QuestionRole.PRODUCT:
            names = ProductNameLoader(info.context).load_many(given)
            return names.then(
                lambda found: [Choice(value, name or value) for value, name in zip(given, found, strict=True)]
            )
        return [choice for choice in root.question.choices if choice.value in given]


class NpsNote(BaseObjectType):
    id = graphene.GlobalID(required=True, description="The ID of the note.")
    text = graphene.String(required=True, description="What was noted.")
    user = graphene.Field("saleor.graphql.account.types.User", description="Who noted it; null for an app.")
    created_at = DateTime(required=True, description="When it was noted.")

    class Meta:
        description = "A note of staff about a response."
        doc_category = DOC_CATEGORY
        default_resolver = from_row

    @staticmethod
    def resolve_id(root: Seen[CaseNote], info: ResolveInfo) -> int:
        return root.row.pk

    @staticmethod
    def resolve_user(root: Seen[CaseNote], info: ResolveInfo) -> Promise[Any] | None:
        return user_for_staff(info, root.access, root.row.author_id)


class NpsResponse(BaseObjectType):
    id = graphene.GlobalID(required=True, description="The ID of the response.")
    survey = graphene.Field(NpsSurvey, required=True, description="The survey that was answered.")
    invitation = graphene.Field(NpsInvitation, description="The invitation that led to the response.")
    order = graphene.Field(
        "saleor.graphql.order.types.Order",
        description="The order that was asked about. For staff and the order's owner; null for the holder of a token.",
    )
    user = graphene.Field(
        "saleor.graphql.account.types.User",
        description="The respondent. For staff and the respondent; null for guests and the holder of a token.",
    )
    channel = graphene.Field(ChannelType, description="The channel of the order. Null for the holder of a token.")
    score = graphene.Int(required=True, description="The score, 0 to 10.")
    category = NpsCategoryEnum(required=True, description="The category that the score makes.")
    comment = graphene.String(
        required=True, description="The comment, as plain text that has to be escaped where it is shown."
    )
    answers = NonNullList(NpsAnswer, required=True, description="Answers to the follow-up questions.")
    discourage_score = graphene.Int(description="How likely to discourage others, 0-10; null when not asked.")
    language_code = LanguageCodeEnum(required=True, description="The language in which the survey was answered.")
    created_at = DateTime(required=True, description="When the survey was answered.")
    updated_at = DateTime(required=True, description="When the answer was last changed.")
    editable_until = DateTime(required=True, description="Until when the respondent may change the answer.")
    is_counted = graphene.Boolean(
        required=True,
        description="False for answers left out of every score (bots, trolls, tests). For staff; true for everybody else.",
    )
    exclusion_reason = graphene.String(
        description=(
            "Why the response is left out of every score: what staff typed, or what looks untrue, in the language of the "
            "reader's account (an app's Accept-Language). For staff; null for everybody else."
        )
    )
    flags = NonNullList(
        NpsFlagEnum,
        required=True,
        description=(
            "Why the answer looks untrue; empty where nothing speaks against it. Stays when staff count the answer all the "
            "same. For staff; empty for everybody else."
        ),
    )
    case_status = NpsCaseStatusEnum(
        required=True, description="Where the follow-up stands. For staff; NONE for everybody else."
    )
    assignee = graphene.Field(
        "saleor.graphql.account.types.User", description="Who follows it up. For staff; null for everybody else."
    )
    callback = graphene.String(
        required=True,
        description="How and when the respondent wants to be called back, in their words. For staff; empty for everybody else.",
    )
    tags = NonNullList(
        graphene.String, required=True, description="Tags set by staff. For staff; empty for everybody else."
    )
    revision = graphene.Int(
        required=True,
        description="Goes up with every change by staff or the respondent. For staff; 0 for everybody else.",
    )
    notes = NonNullList(
        NpsNote, required=True, description="Notes of staff, oldest first. For staff; empty for everybody else."
    )

    class Meta:
        description = "The answer to a survey."
        doc_category = DOC_CATEGORY
        interfaces = [relay.Node]
        default_resolver = from_row

    @staticmethod
    def resolve_id(root: Seen[Response], info: ResolveInfo) -> int:
        return root.row.pk

    @staticmethod
    def resolve_survey(root: Seen[Response], info: ResolveInfo) -> Promise[Seen[Survey]]:
        return survey_of(root, info)

    @staticmethod
    def resolve_category(root: Seen[Response], info: ResolveInfo) -> Promise[str]:
        survey = SurveyByIdLoader(info.context).load(root.row.survey_id)
        return survey.then(lambda found: category(root.row.score, found.scale).value)

    @staticmethod
    def resolve_invitation(root: Seen[Response], info: ResolveInfo) -> Promise[Seen[Invitation] | None] | None:
        if root.row.invitation_id is None:
            return None
        invitation = InvitationByIdLoader(info.context).load(root.row.invitation_id)
        return invitation.then(lambda row: Seen(row, root.access) if row else None)

    @staticmethod
    def resolve_order(root: Seen[Response], info: ResolveInfo) -> Promise[Any] | None:
        return order_for(info, root.access, root.row.order_id)

    @staticmethod
    def resolve_user(root: Seen[Response], info: ResolveInfo) -> Promise[Any] | None:
        return author_for(info, root.access, root.row.shopper_id)

    @staticmethod
    def resolve_channel(root: Seen[Response], info: ResolveInfo) -> Promise[Any] | None:
        return channel_for(info, root.access, root.row.channel)

    @staticmethod
    def resolve_answers(root: Seen[Response], info: ResolveInfo) -> Promise[list[GivenAnswer]]:
        survey = SurveyByIdLoader(info.context).load(root.row.survey_id)

        def ask(answers: list[Answer]) -> Promise[list[GivenAnswer]]:
            questions = QuestionByIdLoader(info.context).load_many([answer.question_id for answer in answers])
            return Promise.all([survey, questions]).then(lambda loaded: match(answers, *loaded))

        def match(answers: list[Answer], survey: Survey, questions: list[Question]) -> list[GivenAnswer]:
            language = root.row.language_code
            return [
                GivenAnswer(answer, AskedQuestion.of(question, survey, language))
                for answer, question in zip(answers, questions, strict=True)
            ]

        return AnswersByResponseIdLoader(info.context).load(root.row.pk).then(ask)

    @staticmethod
    def resolve_language_code(root: Seen[Response], info: ResolveInfo) -> str:
        return language_code(root.row.language_code)

    @staticmethod
    def resolve_is_counted(root: Seen[Response], info: ResolveInfo) -> bool:
        return root.row.is_counted if root.by_staff else True

    @staticmethod
    def resolve_exclusion_reason(root: Seen[Response], info: ResolveInfo) -> str | None:
        if not root.by_staff or not root.row.exclusion_reason:
            return None
        with translation.override(language_of_reader(info)):
            return told_reason(root.row)

    @staticmethod
    def resolve_flags(root: Seen[Response], info: ResolveInfo) -> list[str]:
        return [flag for flag in root.row.flags if flag in Flag.values] if root.by_staff else []

    @staticmethod
    def resolve_case_status(root: Seen[Response], info: ResolveInfo) -> str:
        return root.row.case_status if root.by_staff else CaseStatus.NONE.value

    @staticmethod
    def resolve_assignee(root: Seen[Response], info: ResolveInfo) -> Promise[Any] | None:
        return user_for_staff(info, root.access, root.row.assignee_id)

    @staticmethod
    def resolve_callback(root: Seen[Response], info: ResolveInfo) -> str:
        return root.row.callback if root.by_staff else ""

    @staticmethod
    def resolve_tags(root: Seen[Response], info: ResolveInfo) -> list[str]:
        return root.row.tags if root.by_staff else []

    @staticmethod
    def resolve_revision(root: Seen[Response], info: ResolveInfo) -> int:
        return root.row.revision if root.by_staff else 0

    @staticmethod
    def resolve_notes(root: Seen[Response], info: ResolveInfo) -> list[Seen[CaseNote]] | Promise[list[Seen[CaseNote]]]:
        if not root.by_staff:
            return []
        notes = NotesByResponseIdLoader(info.context).load(root.row.pk)
        return notes.then(lambda rows: [Seen(row, root.access) for row in rows if row.kind == NoteKind.NOTE])


class NpsResponseCountableConnection(CountableConnection):
    class Meta:
        node = NpsResponse
        doc_category = DOC_CATEGORY
        description = "A page of responses."
