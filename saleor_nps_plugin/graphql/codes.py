"""NpsReferralCode and its referrals."""

from typing import Any

import graphene
from graphene import relay
from promise import Promise
from saleor.channel.models import Channel
from saleor.discount.models import Voucher
from saleor.graphql.channel.types import Channel as ChannelType
from saleor.graphql.core import ResolveInfo
from saleor.graphql.core.connection import CountableConnection
from saleor.graphql.core.fields import ConnectionField
from saleor.graphql.core.scalars import DateTime
from saleor.graphql.core.types import BaseObjectType
from saleor.graphql.discount.dataloaders import VoucherByIdLoader

from ..referrals.codes import share_url
from ..referrals.lookups import CodeInfo
from ..referrals.models import Referral, ReferralCode, RefusalReason
from ..rewards.models import PointsEntry
from ..rewards.wording import discount_written
from .dataloaders import SETTINGS, ShopSettingsLoader
from .enums import DOC_CATEGORY, NpsReferralStatusEnum
from .moved import ChannelBySlugLoader, ChannelContext
from .paging import load_page, nothing_yet
from .people import order_for, owner_for
from .permissions import Access, Seen
from .points import NpsPointsEntry, entry_for
from .reward_loaders import (
    CodeByIdLoader,
    ReferralByIdLoader,
    ReferralCountLoader,
    ReferralPageLoader,
    RewardedCountByCodeIdLoader,
)
from .surveys import from_row


class NpsReferral(BaseObjectType):
    id = graphene.GlobalID(required=True, description="The ID of the referral.")
    status = NpsReferralStatusEnum(required=True, description="Where the order stands.")
    reason = graphene.String(
        description=(
            "Why it earns nothing, in words for staff; null unless REJECTED or REVERSED. Null for everybody but staff."
        )
    )
    order = graphene.Field(
        "saleor.graphql.order.types.Order",
        description="The friend's order. For staff; null for the owner of the code, who must not see it.",
    )
    referral_code = graphene.Field(
        lambda: NpsReferralCode, required=True, description="The code that the order was placed with."
    )
    points_entry = graphene.Field(NpsPointsEntry, description="The reward.")
    created_at = DateTime(required=True, description="When the order was noted.")

    class Meta:
        description = "One order placed by a friend with somebody's code."
        doc_category = DOC_CATEGORY
        interfaces = [relay.Node]
        default_resolver = from_row

    @staticmethod
    def resolve_id(root: Seen[Referral], info: ResolveInfo) -> int:
        return root.row.pk

    @staticmethod
    def resolve_reason(root: Seen[Referral], info: ResolveInfo) -> str | None:
        return RefusalReason(root.row.refusal).label if root.by_staff and root.row.refusal else None

    @staticmethod
    def resolve_order(root: Seen[Referral], info: ResolveInfo) -> Promise[Any] | None:
        return order_for(info, root.access, root.row.order_id)

    @staticmethod
    def resolve_referral_code(root: Seen[Referral], info: ResolveInfo) -> Promise[Seen[ReferralCode]]:
        code = CodeByIdLoader(info.context).load(root.row.code_id)
        return code.then(lambda row: Seen(row, root.access, language_code=root.language_code))

    @staticmethod
    def resolve_points_entry(root: Seen[Referral], info: ResolveInfo) -> Promise[Seen[PointsEntry]] | None:
        return None if root.row.entry_id is None else entry_for(info, root.row.entry_id, root)


class NpsReferralCountableConnection(CountableConnection):
    class Meta:
        node = NpsReferral
        doc_category = DOC_CATEGORY
        description = "A page of referrals."


class NpsReferralCode(BaseObjectType):
    id = graphene.GlobalID(required=True, description="The ID of the code.")
    code = graphene.String(required=True, description="The code as the friend types it.")
    share_url = graphene.String(
        description="Address of the storefront with the code in it; null unless the operator has set one."
    )
    is_active = graphene.Boolean(required=True, description="False once the code was switched off.")
    user = graphene.Field(
        "saleor.graphql.account.types.User",
        description="The owner of the code, for staff and that customer; null for guests and the holder of a token.",
    )
    channel = graphene.Field(ChannelType, required=True, description="The channel in which the code works.")
    voucher = graphene.Field(
        "saleor.graphql.discount.types.Voucher",
        description="The voucher that the code belongs to. For staff with MANAGE_DISCOUNTS; null for everybody else.",
    )
    created_at = DateTime(required=True, description="When the code was made.")
    referrals = ConnectionField(
        NpsReferralCountableConnection,
        required=True,
        description="Orders placed with the code, newest first. Empty for the holder of a token.",
        doc_category=DOC_CATEGORY,
    )
    rewarded_count = graphene.Int(
        required=True,
        description="Orders placed with the code that earned points and still do. 0 for the holder of a token.",
    )

    class Meta:
        description = "A code that a promoter shares. It is a real voucher code: the friend types it at checkout."
        doc_category = DOC_CATEGORY
        interfaces = [relay.Node]
        default_resolver = from_row

    @staticmethod
    def resolve_id(root: Seen[ReferralCode], info: ResolveInfo) -> int:
        return root.row.pk

    @staticmethod
    def resolve_share_url(root: Seen[ReferralCode], info: ResolveInfo) -> Promise[str | None]:
        settings = ShopSettingsLoader(info.context).load(SETTINGS)
        return settings.then(lambda found: share_url(root.row, found.for_channel(root.row.channel)) or None)

    @staticmethod
    def resolve_is_active(root: Seen[ReferralCode], info: ResolveInfo) -> bool:
        return root.row.deactivated_at is None

    @staticmethod
    def resolve_user(root: Seen[ReferralCode], info: ResolveInfo) -> Promise[Any] | None:
        return owner_for(info, root.access, root.row.shopper_id)

    @staticmethod
    def resolve_channel(root: Seen[ReferralCode], info: ResolveInfo) -> Promise[Channel]:
        return ChannelBySlugLoader(info.context).load(root.row.channel)

    @staticmethod
    def resolve_voucher(root: Seen[ReferralCode], info: ResolveInfo) -> Promise[ChannelContext[Voucher] | None] | None:
        if not root.by_staff or root.row.voucher_id is None:
            return None
        voucher = VoucherByIdLoader(info.context).load(root.row.voucher_id)
        return voucher.then(lambda found: found and ChannelContext(node=found, channel_slug=root.row.channel))

    @staticmethod
    def resolve_referrals(
        root: Seen[ReferralCode], info: ResolveInfo, **kwargs: Any
    ) -> CountableConnection | Promise[CountableConnection]:
        if root.access is Access.HOLDER:
            return nothing_yet(info, kwargs, NpsReferralCountableConnection)
        return load_page(
            info,
            kwargs,
            NpsReferralCountableConnection,
            node=root.row.pk,
            channels=None,
            pages=ReferralPageLoader,
            rows=ReferralByIdLoader,
            counts=ReferralCountLoader,
            wrap=lambda row: Seen(row, root.access, language_code=root.language_code),
        )

    @staticmethod
    def resolve_rewarded_count(root: Seen[ReferralCode], info: ResolveInfo) -> int | Promise[int]:
        if root.access is Access.HOLDER:
            return 0
        return RewardedCountByCodeIdLoader(info.context).load(root.row.pk)


class NpsReferralCodeCountableConnection(CountableConnection):
    class Meta:
        node = NpsReferralCode
        doc_category = DOC_CATEGORY
        description = "A page of referral codes."


class NpsReferralCodeInfo(BaseObjectType):
    code = graphene.String(required=True, description="The code as it is written.")
    is_active = graphene.Boolean(required=True, description="Whether the code works at checkout.")
    referrer_first_name = graphene.String(
        description="First name of the owner; null if it is not known, or not active."
    )
    discount = graphene.String(
        description="What the friend saves, such as 10% or $5.00; null if the code is not active."
    )

    class Meta:
        description = "What a stranger may know about a referral code."
        doc_category = DOC_CATEGORY

    @staticmethod
    def resolve_referrer_first_name(root: CodeInfo, info: ResolveInfo) -> str | None:
        return root.first_name or None

    @staticmethod
    def resolve_discount(root: CodeInfo, info: ResolveInfo) -> str | None:
        return discount_written(root.discount, root.currency, "en") if root.discount else None
