"""NpsInvitation."""

from datetime import datetime
from typing import Any

import graphene
from graphene import relay
from promise import Promise
from saleor.graphql.channel.types import Channel as ChannelType
from saleor.graphql.core import ResolveInfo
from saleor.graphql.core.connection import CountableConnection
from saleor.graphql.core.enums import LanguageCodeEnum
from saleor.graphql.core.scalars import DateTime
from saleor.graphql.core.types import BaseObjectType

from ..surveys.asking.survey_urls import survey_url
from ..surveys.models import Invitation, Response, Survey
from .dataloaders import SETTINGS, ResponsesByInvitationIdLoader, ShopSettingsLoader, SurveyByIdLoader
from .enums import DOC_CATEGORY, NpsInvitationStatusEnum, NpsSkipReasonEnum, language_code
from .people import author_for, channel_for, order_for
from .permissions import Access, Seen
from .surveys import NpsSurvey, from_row


class NpsInvitation(BaseObjectType):
    id = graphene.GlobalID(required=True, description="The ID of the invitation.")
    survey = graphene.Field(NpsSurvey, required=True, description="The survey that is asked.")
    order = graphene.Field(
        "saleor.graphql.order.types.Order",
        description="The order that is asked about. For staff and the order's owner; null for the holder of a token.",
    )
    user = graphene.Field(
        "saleor.graphql.account.types.User",
        description="The customer who is asked. For staff and that customer; null for guests and the holder of a token.",
    )
    status = NpsInvitationStatusEnum(required=True, description="Where the invitation stands.")
    skip_reason = NpsSkipReasonEnum(description="Why it was not sent. For staff; null for everybody else.")
    language_code = LanguageCodeEnum(required=True, description="The language of the survey.")
    channel = graphene.Field(ChannelType, description="The channel of the order. Null for the holder of a token.")
    send_at = DateTime(required=True, description="When the e-mail is due.")
    sent_at = DateTime(description="When the e-mail went out. Null for the holder of a token.")
    opened_at = DateTime(description="When somebody first acted on the survey page. Null for the holder of a token.")
    expires_at = DateTime(description="Until when the survey can be answered.")
    url = graphene.String(
        required=True,
        description="Page on which the customer answers. For staff and the holder of the token; empty for everybody else.",
    )
    response = graphene.Field("saleor_nps_plugin.graphql.responses.NpsResponse", description="The answer.")

    class Meta:
        description = "One customer asked once about one touchpoint."
        doc_category = DOC_CATEGORY
        interfaces = [relay.Node]
        default_resolver = from_row

    @staticmethod
    def resolve_id(root: Seen[Invitation], info: ResolveInfo) -> int:
        return root.row.pk

    @staticmethod
    def resolve_survey(root: Seen[Invitation], info: ResolveInfo) -> Promise[Seen[Survey]]:
        return survey_of(root, info)

    @staticmethod
    def resolve_order(root: Seen[Invitation], info: ResolveInfo) -> Promise[Any] | None:
        return order_for(info, root.access, root.row.order_id)

    @staticmethod
    def resolve_user(root: Seen[Invitation], info: ResolveInfo) -> Promise[Any] | None:
        return author_for(info, root.access, root.row.shopper_id)

    @staticmethod
    def resolve_skip_reason(root: Seen[Invitation], info: ResolveInfo) -> str | None:
        return (root.row.skip_reason or None) if root.by_staff else None

    @staticmethod
    def resolve_language_code(root: Seen[Invitation], info: ResolveInfo) -> str:
        return language_code(root.row.language_code)

    @staticmethod
    def resolve_channel(root: Seen[Invitation], info: ResolveInfo) -> Promise[Any] | None:
        return channel_for(info, root.access, root.row.channel)

    @staticmethod
    def resolve_sent_at(root: Seen[Invitation], info: ResolveInfo) -> datetime | None:
        return None if root.access is Access.HOLDER else root.row.sent_at

    @staticmethod
    def resolve_opened_at(root: Seen[Invitation], info: ResolveInfo) -> datetime | None:
        return None if root.access is Access.HOLDER else root.row.opened_at

    @staticmethod
    def resolve_url(root: Seen[Invitation], info: ResolveInfo) -> str | Promise[str]:
        if root.access is Access.OWNER:
            return ""
        settings = ShopSettingsLoader(info.context).load(SETTINGS)
        return settings.then(lambda found: survey_url(root.row, found.for_channel(root.row.channel)))

    @staticmethod
    def resolve_response(root: Seen[Invitation], info: ResolveInfo) -> Promise[Seen[Response] | None]:
        found = ResponsesByInvitationIdLoader(info.context).load(root.row.pk)
        return found.then(lambda responses: Seen(responses[0], root.access) if responses else None)


def survey_of(root: Seen[Invitation] | Seen[Response], info: ResolveInfo) -> Promise[Seen[Survey]]:
    """Return the survey of an invitation or a response, in the language and the shop name of its channel."""
    survey = SurveyByIdLoader(info.context).load(root.row.survey_id)
    return survey.then(
        lambda row: Seen(
            row,
            root.access,
            language_code=root.row.language_code,
            channel=root.row.channel,
            order_id=root.row.order_id,
        )
    )


class NpsInvitationCountableConnection(CountableConnection):
    class Meta:
        node = NpsInvitation
        doc_category = DOC_CATEGORY
        description = "A page of invitations."
