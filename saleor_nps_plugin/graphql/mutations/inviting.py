"""What staff do about invitations: ask somebody, take it back."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import graphene
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone
from saleor.graphql.core import ResolveInfo
from saleor.graphql.core.enums import LanguageCodeEnum
from saleor.graphql.core.mutations import BaseMutation
from saleor.graphql.core.scalars import DateTime
from saleor.graphql.core.types import BaseInputObjectType

from ...errors import Invalid, NotFound, Required
from ...shop import get_shop
from ...shop.interface import Order
from ...shoppers import recognizing
from ...surveys.asking import scheduling
from ...surveys.models import Invitation, Survey
from ..enums import DOC_CATEGORY
from ..errors import NpsError, typed_errors
from ..ids import argument_pk
from ..invitations import NpsInvitation
from ..permissions import FOR_ANSWERS, Access, Seen, Viewer, viewer_of, visible_surveys

LONGEST_EMAIL = 254
LATEST = timedelta(days=730)


class NpsInvitationCreateInput(BaseInputObjectType):
    survey = graphene.ID(required=True, description="ID of the survey.")
    order = graphene.ID(description="ID of the order whose customer is asked; give this or an e-mail address.")
    email = graphene.String(description="Address of somebody whom Saleor need not know; kept until the survey is over.")
    language_code = LanguageCodeEnum(
        description="Language of the survey; without it that of the order or the survey's default."
    )
    channel = graphene.String(description="Slug of the channel in whose name an address is asked.")
    send_at = DateTime(description="When to send it, at most two years ahead; at once if left out or past.")

    class Meta:
        description = "Whom to ask, and when."
        doc_category = DOC_CATEGORY


class NpsInvitationCreate(BaseMutation):
    nps_invitation = graphene.Field(NpsInvitation, description="The invitation.")
    asked_before = DateTime(
        description="When the same person was asked before, if the cooldown since then is not over; it does not keep them from being asked."
    )

    class Arguments:
        input = NpsInvitationCreateInput(required=True, description="Whom to ask, and when.")

    class Meta:
        description = "Asks an order's customer, or an address that Saleor does not know. The cooldown does not count, an opt-out does."
        doc_category = DOC_CATEGORY
        error_type_class = NpsError
        permissions = (FOR_ANSWERS,)

    @classmethod
    def perform_mutation(cls, _root: object, info: ResolveInfo, /, **data: Any) -> "NpsInvitationCreate":
        with typed_errors():
            invitation, asked_before = cls._invite(info, data["input"], now=timezone.now())
        return cls(nps_invitation=Seen(invitation, Access.STAFF), asked_before=asked_before)

    @classmethod
    def _invite(
        cls, info: ResolveInfo, given: Mapping[str, Any], *, now: datetime
    ) -> tuple[Invitation, datetime | None]:
        _check_who(given)
        viewer = viewer_of(info, FOR_ANSWERS)
        survey = _survey(given["survey"], viewer)
        send_at = _send_at(given.get("send_at"), now)
        language_code = given.get("language_code") or ""
        if given.get("order"):
            order = cls._order(info, given["order"], viewer)
            asked = _asked_before(order.email, order.channel, now)
            made = scheduling.invite_for_order(survey, order, send_at=send_at, now=now, language_code=language_code)
            return made, asked
        email, channel = _email(given["email"]), _channel(given.get("channel"), viewer)
        asked = _asked_before(email, channel, now)
        made = scheduling.invite_address(
            survey, email, channel=channel, language_code=language_code, send_at=send_at, now=now
        )
        return made, asked

    @classmethod
    def _order(cls, info: ResolveInfo, global_id: str, viewer: Viewer) -> Order:
        from saleor.graphql.order.types import Order as OrderType

        node = cls.get_node_or_error(info, global_id, only_type=OrderType, field="order")
        order = get_shop().orders([node.pk]).get(node.pk)
        if order is None or not viewer.sees_channel(order.channel):
            raise NotFound("There is no such order.", field="order")
        return order


def _asked_before(email: str, channel: str, now: datetime) -> datetime | None:
    """When this address was asked, if that is within the cooldown: a help desk may want to wait."""
    since = now - timedelta(days=get_shop().settings().for_channel(channel).cooldown_days)
    asked = [shopper.asked_at for shopper in recognizing.find(email=email) if shopper.asked_at]
    return max((moment for moment in asked if moment > since), default=None)


def _check_who(given: Mapping[str, Any]) -> None:
    if not given.get("order") and not given.get("email"):
        raise Required("Give an order or an e-mail address.", field="order")
    if given.get("order") and given.get("email"):
        raise Invalid("Give an order or an e-mail address, not both.", field="email")
    if given.get("order") and given.get("channel"):
        raise Invalid("An order has its own channel; give a channel with an e-mail address only.", field="channel")


def _survey(global_id: str, viewer: Viewer) -> Survey:
    survey = Survey.objects.filter(
        visible_surveys(viewer), pk=argument_pk(global_id, "NpsSurvey", field="survey")
    ).first()
    if survey is None:
        raise NotFound("There is no such survey.", field="survey")
    return survey


def _send_at(wanted: datetime | None, now: datetime) -> datetime:
    if wanted is None:
        return now
    moment = wanted if timezone.is_aware(wanted) else timezone.make_aware(wanted)
    if moment - now > LATEST:
        raise Invalid(f"An invitation can be planned for at most {LATEST.days} days ahead.", field="send_at")
    return max(moment, now)


def _email(text: str) -> str:
    address = text.strip()
    try:
        validate_email(address)
    except ValidationError:
        raise Invalid("This is no e-mail address.", field="email") from None
    if len(address) > LONGEST_EMAIL:
        raise Invalid(f"An e-mail address has at most {LONGEST_EMAIL} characters.", field="email")
    return address


def _channel(slug: str | None, viewer: Viewer) -> str:
    if not slug:
        if viewer.channels is not None:
            raise Required("Say in which of your channels this address is asked.", field="channel")
        return ""
    if slug not in get_shop().channels() or not viewer.sees_channel(slug):
        raise NotFound("There is no such channel.", field="channel")
    return slug


class NpsInvitationCancel(BaseMutation):
    nps_invitation = graphene.Field(NpsInvitation, description="The invitation as it is now.")

    class Arguments:
        id = graphene.ID(required=True, description="ID of the invitation.")

    class Meta:
        description = "Takes an invitation back: it is not sent, or its link stops working."
        doc_category = DOC_CATEGORY
        error_type_class = NpsError
        permissions = (FOR_ANSWERS,)

    @classmethod
    def perform_mutation(cls, _root: object, info: ResolveInfo, /, **data: Any) -> "NpsInvitationCancel":
        invitation_id = argument_pk(data["id"], "NpsInvitation")
        with typed_errors():
            invitation = scheduling.cancel(
                invitation_id, now=timezone.now(), visible=viewer_of(info, FOR_ANSWERS).visible
            )
        return cls(nps_invitation=Seen(invitation, Access.STAFF))
