"""Our fields of Saleor's User and Order about codes and points; each checks who asks."""

from typing import Any

import graphene
from promise import Promise
from saleor.account.models import User
from saleor.channel.models import Channel
from saleor.graphql.core import ResolveInfo
from saleor.graphql.core.context import SyncWebhookControlContext
from saleor.graphql.core.fields import BaseField
from saleor.graphql.core.types import NonNullList
from saleor.order.models import Order
from saleor.permission.enums import BasePermissionEnum

from ..referrals.models import ReferralCode
from ..rewards.models import PointsAccount, PointsEntry
from ..shoppers.models import Shopper
from .codes import NpsReferralCode
from .customers import accounts_of, code_of, is_own
from .enums import DOC_CATEGORY
from .moved import ChannelByIdLoader, ChannelBySlugLoader, has_just_registered
from .permissions import FOR_ANSWERS, FOR_CODES, FOR_POINTS, Access, Seen, Viewer, asker_id, denied, viewer_of
from .points import NpsPointsAccount, NpsPointsEntry
from .reward_loaders import EntriesByOrderIdLoader
from .score_inputs import without_nul


class NpsRewardsOnUser(graphene.ObjectType):
    nps_points_accounts = BaseField(
        NonNullList(NpsPointsAccount),
        required=True,
        description="Points of the user, one account per currency. Requires MANAGE_GIFT_CARD or to be the user.",
        doc_category=DOC_CATEGORY,
    )
    nps_points_account = BaseField(
        NpsPointsAccount,
        currency=graphene.String(required=True, description="Code of the currency, such as USD."),
        description="Points of the user in a currency; null if there never were any. Requires MANAGE_GIFT_CARD or to be the user.",
        doc_category=DOC_CATEGORY,
    )
    nps_referral_code = BaseField(
        NpsReferralCode,
        channel=graphene.String(required=True, description="Slug of the channel."),
        description="The user's code for friends in a channel; null if there is none. Requires MANAGE_DISCOUNTS or to be the user.",
        doc_category=DOC_CATEGORY,
    )

    @staticmethod
    def resolve_nps_points_accounts(root: User, info: ResolveInfo) -> list[Any] | Promise[list[Seen[PointsAccount]]]:
        if _hides(root):
            return []
        see = _points_of(root, info)
        return accounts_of(info, root).then(lambda accounts: [see(account) for account in accounts])

    @staticmethod
    def resolve_nps_points_account(
        root: User, info: ResolveInfo, *, currency: str
    ) -> Promise[Seen[PointsAccount] | None] | None:
        if _hides(root):
            return None
        see, wanted = _points_of(root, info), currency.strip().upper()

        def choose(accounts: list[PointsAccount]) -> Seen[PointsAccount] | None:
            return next((see(account) for account in accounts if account.currency == wanted), None)

        return accounts_of(info, root).then(choose)

    @staticmethod
    def resolve_nps_referral_code(
        root: User, info: ResolveInfo, *, channel: str
    ) -> Promise[Seen[ReferralCode] | None] | None:
        if _hides(root):
            return None
        viewer, channel = _see_user(root, info, FOR_CODES), without_nul(channel)
        access = viewer.access_to(channel, root.pk)

        def show(found: tuple[Channel | None, ReferralCode | None]) -> Seen[ReferralCode] | None:
            exists, code = found
            if access is None or exists is None or code is None:
                return None
            return Seen(code, access, language_code=_language(root, info))

        return Promise.all([ChannelBySlugLoader(info.context).load(channel), code_of(info, root, channel)]).then(show)


def _hides(user: User) -> bool:
    """Who registers with an address that is known already must not notice it."""
    return user.pk is None or has_just_registered(user)


def _see_user(user: User, info: ResolveInfo, permission: BasePermissionEnum) -> Viewer:
    viewer = viewer_of(info, permission)
    if not viewer.is_staff and viewer.user_id != user.pk:
        raise denied(permission, or_owner=True)
    return viewer


def _points_of(user: User, info: ResolveInfo) -> Any:
    """Return how the asker sees the accounts of a user. Accounts belong to no channel; customers see all of their own."""
    viewer = _see_user(user, info, FOR_POINTS)
    access = Access.OWNER if viewer.user_id == user.pk else Access.STAFF
    return lambda account: Seen(account, access, language_code=_language(user, info))


def _language(user: User, info: ResolveInfo) -> str:
    """Return the language of an account to its user; staff read English."""
    return user.language_code if asker_id(info) == user.pk else ""


class NpsRewardsOnOrder(graphene.ObjectType):
    nps_points_entries = BaseField(
        NonNullList(NpsPointsEntry),
        required=True,
        description=(
            "What the order did to balances, newest first. Requires MANAGE_ORDERS or to be the order's owner, who sees the "
            "own points only, not those of the friend whose code was used."
        ),
        doc_category=DOC_CATEGORY,
    )

    @staticmethod
    def resolve_nps_points_entries(
        root: SyncWebhookControlContext[Order], info: ResolveInfo
    ) -> Promise[list[Seen[PointsEntry]]]:
        order, viewer = root.node, viewer_of(info, FOR_ANSWERS)

        def check(channel: Channel) -> Promise[list[Seen[PointsEntry]]]:
            access = viewer.access_to(channel.slug, order.user_id)
            if access is None:
                raise denied(FOR_ANSWERS, or_owner=True)
            return EntriesByOrderIdLoader(info.context).load(order.pk).then(lambda rows: show(rows, access))

        def show(rows: list[PointsEntry], access: Access) -> list[Seen[PointsEntry]]:
            language = order.language_code if access is Access.OWNER else ""
            return [
                Seen(row, access, language_code=language)
                for row in rows
                if access is Access.STAFF or is_own(_shopper_of(row), info.context.user)
            ]

        return ChannelByIdLoader(info.context).load(order.channel_id).then(check)


def _shopper_of(entry: PointsEntry) -> Shopper | None:
    return (entry.account.merged_into or entry.account).shopper
