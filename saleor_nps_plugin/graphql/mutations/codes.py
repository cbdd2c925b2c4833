"""What customers and staff do about referral codes: get one, switch one off."""

from typing import Any

import graphene
from django.db import transaction
from django.utils import timezone
from saleor.account.models import User
from saleor.graphql.core import ResolveInfo
from saleor.graphql.core.mutations import BaseMutation
from saleor.permission.auth_filters import AuthorizationFilters

from ...errors import NotFound, Required
from ...referrals import codes
from ...referrals.models import ReferralCode
from ...shop import get_shop
from ..codes import NpsReferralCode
from ..customers import shopper_of
from ..enums import DOC_CATEGORY
from ..errors import NpsError, typed_errors
from ..ids import argument_pk
from ..permissions import FOR_CODES, Access, Seen, Viewer, denied, viewer_of
from ..reward_loaders import forget_codes
from ..score_inputs import without_nul


class NpsReferralCodeCreate(BaseMutation):
    referral_code = graphene.Field(NpsReferralCode, description="The code; the one there is, if there is one already.")

    class Arguments:
        channel = graphene.String(required=True, description="Slug of the channel in which the code is to work.")
        user = graphene.ID(description="ID of the customer whose code it is to be; for staff. Without it: who asks.")

    class Meta:
        description = (
            "Gives the logged-in customer, or any customer if staff ask, a code for friends. There is one per customer and "
            "channel. After a code was switched off only staff can give another."
        )
        doc_category = DOC_CATEGORY
        error_type_class = NpsError
        permissions = (AuthorizationFilters.AUTHENTICATED_USER, FOR_CODES)

    @classmethod
    def perform_mutation(cls, _root: object, info: ResolveInfo, /, **data: Any) -> "NpsReferralCodeCreate":
        viewer, channel = viewer_of(info, FOR_CODES), without_nul(data["channel"])
        with typed_errors():
            user = cls._user(data.get("user"), viewer)
            access = viewer.access_to(channel, user.pk)
            if access is None or not get_shop().currency(channel):
                raise NotFound("There is no such channel.", field="channel")
            by_staff = viewer.sees_channel(channel)
            now = timezone.now()
            with transaction.atomic():
                code = codes.ensure_code(shopper_of(user, now=now), channel, now=now, again=by_staff)
        forget_codes(info.context)
        return cls(referral_code=Seen(code, access))

    @classmethod
    def _user(cls, global_id: str | None, viewer: Viewer) -> User:
        user_id = argument_pk(global_id, "User", field="user") if global_id else viewer.user_id
        if user_id is None:
            raise Required("Say whose code it is to be.", field="user")
        if user_id != viewer.user_id and not viewer.is_staff:
            raise denied(FOR_CODES, or_owner=True)
        user = User.objects.filter(pk=user_id).first()
        if user is None:
            raise NotFound("There is no such customer.", field="user")
        return user


class NpsReferralCodeDeactivate(BaseMutation):
    referral_code = graphene.Field(NpsReferralCode, description="The code as it is now.")

    class Arguments:
        id = graphene.ID(required=True, description="ID of the code.")

    class Meta:
        description = "Switches a code off: the checkout refuses it, and orders placed with it that were not rewarded yet earn nothing."
        doc_category = DOC_CATEGORY
        error_type_class = NpsError
        permissions = (FOR_CODES,)

    @classmethod
    def perform_mutation(cls, _root: object, info: ResolveInfo, /, **data: Any) -> "NpsReferralCodeDeactivate":
        code_id = argument_pk(data["id"], "NpsReferralCode")
        with typed_errors():
            code = ReferralCode.objects.filter(viewer_of(info, FOR_CODES).visible, pk=code_id).first()
            if code is None:
                raise NotFound("There is no such referral code.", field="id")
            code = codes.deactivate(code, now=timezone.now())
        forget_codes(info.context)
        return cls(referral_code=Seen(code, Access.STAFF))
