"""What the holder of a survey link does: answer, or refuse to be asked."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from math import isfinite
from typing import Any

import graphene
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from graphene.utils.str_converters import to_camel_case
from saleor.core.db.connection import allow_writer
from saleor.graphql.core import ResolveInfo
from saleor.graphql.core.mutations import BaseMutation
from saleor.graphql.core.types import BaseInputObjectType, BaseObjectType, NonNullList

from ...errors import Invalid
from ...referrals.models import ReferralCode
from ...rewards.models import PointsEntry
from ...shop import get_shop
from ...surveys.answering import recording
from ...surveys.answering.submission import LONGEST_COMMENT, Submission, SubmittedAnswer
from ...surveys.following_up import apologies, thanking
from ...surveys.following_up.apologies import LONGEST_CALLBACK
from ...surveys.following_up.thanking import Thanks, thanks_for
from ...surveys.making.texts import texts_of
from ...surveys.models import Response
from ..codes import NpsReferralCode
from ..enums import DOC_CATEGORY
from ..errors import NpsError, typed_errors
from ..ids import argument_pk
from ..permissions import Access, Seen
from ..points import NpsPointsEntry
from ..responses import NpsResponse
from ..wire import as_sent

MOST_ANSWERS = 50
MOST_CHOICES = 100


class NpsAnswerInput(BaseInputObjectType):
    question = graphene.ID(required=True, description="ID of the follow-up question.")
    text = graphene.String(description=f"The answer in words, at most {LONGEST_COMMENT} characters.")
    choices = NonNullList(graphene.String, description="Values of the chosen choices.")
    number = graphene.Float(description="The number given.")
    yes = graphene.Boolean(description="Yes or no.")

    class Meta:
        description = "The answer to one follow-up question; give the field that fits the question's kind."
        doc_category = DOC_CATEGORY


class NpsResponseInput(BaseInputObjectType):
    score = graphene.Int(required=True, description="The score, 0 to 10.")
    comment = graphene.String(description=f"Plain text of at most {LONGEST_COMMENT} characters.")
    answers = NonNullList(NpsAnswerInput, description=f"Answers to the follow-up questions, at most {MOST_ANSWERS}.")
    discourage_score = graphene.Int(description="How likely to discourage others, 0 to 10.")
    may_contact = graphene.Boolean(description="Whether the shop may contact the respondent about the answer.")
    callback = graphene.String(
        description=f"How and when an unhappy respondent wants to be called back, at most {LONGEST_CALLBACK} characters; "
        "empty takes it back. Null leaves it as it is. Nothing comes of it where the shop does not offer that."
    )

    class Meta:
        description = "The answer to a survey."
        doc_category = DOC_CATEGORY


@dataclass
class ThanksFor:
    """What a respondent has got, read when it is asked for."""

    response: Response

    @cached_property
    def given(self) -> Thanks:
        # Read through the writer, which Saleor closes to fields of mutations too.
        with allow_writer():
            return thanks_for(self.response)


class NpsThanks(BaseObjectType):
    message = graphene.String(required=True, description="Words of thanks, in the survey's language.")
    referral_code = graphene.Field(NpsReferralCode, description="The code to share with friends, for promoters.")
    points_entry = graphene.Field(NpsPointsEntry, description="The cashback for the order.")
    offer_code = graphene.String(
        description="A voucher code offered to this respondent, if the operator configured one for the category."
    )

    asks_callback = graphene.Boolean(
        required=True,
        description="Whether the respondent may say how and when to be called back, see NpsResponseInput.callback.",
    )

    class Meta:
        description = "What the shopper receives for answering."
        doc_category = DOC_CATEGORY

    @staticmethod
    def resolve_message(root: ThanksFor, info: ResolveInfo) -> str:
        response = root.response
        with allow_writer():
            shop_name = get_shop().settings().for_channel(response.channel).shop_name
            return texts_of(response.survey, response.language_code, shop_name=shop_name).thanks

    @staticmethod
    def resolve_referral_code(root: ThanksFor, info: ResolveInfo) -> Seen[ReferralCode] | None:
        code = root.given.code
        return Seen(code, Access.HOLDER, language_code=root.response.language_code) if code else None

    @staticmethod
    def resolve_points_entry(root: ThanksFor, info: ResolveInfo) -> Seen[PointsEntry] | None:
        entry = root.given.entry
        return Seen(entry, Access.HOLDER, language_code=root.response.language_code) if entry else None

    @staticmethod
    def resolve_offer_code(root: ThanksFor, info: ResolveInfo) -> str | None:
        return root.given.offer.code if root.given.offer else None

    @staticmethod
    def resolve_asks_callback(root: ThanksFor, info: ResolveInfo) -> bool:
        return root.given.may_ask_callback


class NpsResponseSubmit(BaseMutation):
    nps_response = graphene.Field(NpsResponse, description="The recorded answer.")
    thanks = graphene.Field(NpsThanks, description="What the shopper receives for answering.")

    class Arguments:
        token = graphene.String(required=True, description="The token of the survey link.")
        input = NpsResponseInput(required=True, description="The answer.")

    class Meta:
        description = "Records the answer to a survey; public, by token. Answering again within the revision window replaces the answer."
        doc_category = DOC_CATEGORY
        error_type_class = NpsError

    @classmethod
    def perform_mutation(cls, _root: object, info: ResolveInfo, /, **data: Any) -> "NpsResponseSubmit":
        with typed_errors():
            now = timezone.now()
            response = cls._submit(info, data["token"], data["input"], now)
        thanking.thank(response, now=now)
        return cls(nps_response=Seen(response, Access.HOLDER), thanks=ThanksFor(response))

    @classmethod
    def _submit(cls, info: ResolveInfo, token: str, given: Mapping[str, Any], now: datetime) -> Response:
        with transaction.atomic():
            response = recording.submit(token, cls._submission(info, given), now=now)
            wish = given.get("callback")
            settings = get_shop().settings().for_channel(response.channel)
            if wish is None or not apologies.may_ask(response, settings):
                return response
            return apologies.ask_callback(token, wish, now=now)

    @classmethod
    def _submission(cls, info: ResolveInfo, given: Mapping[str, Any]) -> Submission:
        answers = given.get("answers") or []
        if len(answers) > MOST_ANSWERS:
            raise Invalid(f"At most {MOST_ANSWERS} answers can be given.", field="answers")
        return Submission(
            score=_score(info, given, "score"),
            comment=given.get("comment") or "",
            answers=tuple(cls._answer(answer) for answer in answers),
            discourage_score=_score(info, given, "discourage_score"),
            may_contact=bool(given.get("may_contact")),
        )

    @classmethod
    def _answer(cls, given: Mapping[str, Any]) -> SubmittedAnswer:
        question_id = argument_pk(given["question"], "NpsQuestion", field="answers")
        choices, number = tuple(given.get("choices") or ()), given.get("number")
        if len(choices) > MOST_CHOICES:
            raise Invalid(f"At most {MOST_CHOICES} choices can be given.", field="answers")
        # JSON knows no infinity, but Python's reader of JSON does.
        if number is not None and not isfinite(number):
            raise Invalid("The number is not finite.", field="answers")
        return SubmittedAnswer(question_id, given.get("text") or "", choices, number, given.get("yes"))


def _score(info: ResolveInfo, given: Mapping[str, Any], name: str) -> object:
    sent = as_sent(info, "input", to_camel_case(name))
    return given.get(name) if sent is None else sent


class NpsOptOut(BaseMutation):
    opted_out = graphene.Boolean(
        required=True, description="Whether the holder of the token is now opted out of surveys."
    )

    class Arguments:
        token = graphene.String(required=True, description="The token of the survey link.")

    class Meta:
        description = (
            "Opts the holder of a survey link out of all surveys; public, by token. Repeating it changes nothing."
        )
        doc_category = DOC_CATEGORY
        error_type_class = NpsError

    @classmethod
    def perform_mutation(cls, _root: object, info: ResolveInfo, /, *, token: str) -> "NpsOptOut":
        with typed_errors():
            recording.opt_out(token, now=timezone.now())
        return cls(opted_out=True)

    @classmethod
    def handle_errors(cls, error: ValidationError, **extra: Any) -> "NpsOptOut":
        return super().handle_errors(error, opted_out=False, **extra)
