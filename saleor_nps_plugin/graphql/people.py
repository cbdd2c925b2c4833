"""Saleor's own objects that ours lead to: orders, users, channels."""

from uuid import UUID

from promise import Promise
from saleor.account.models import User
from saleor.channel.models import Channel
from saleor.graphql.account.dataloaders import UserByUserIdLoader
from saleor.graphql.core import ResolveInfo
from saleor.graphql.core.context import SyncWebhookControlContext
from saleor.graphql.order.dataloaders import OrderByIdLoader
from saleor.order.models import Order

from ..shoppers.models import Shopper
from .dataloaders import ShopperByIdLoader
from .moved import ChannelBySlugLoader
from .permissions import Access, asker_id


def order_for(
    info: ResolveInfo, access: Access, order_id: UUID | None
) -> Promise[SyncWebhookControlContext[Order] | None] | None:
    """Return an order to staff and to its owner."""
    if order_id is None or access is Access.HOLDER:
        return None
    asker = asker_id(info)

    def show(order: Order | None) -> SyncWebhookControlContext[Order] | None:
        if order is None or (access is Access.OWNER and order.user_id != asker):
            return None
        return SyncWebhookControlContext(node=order, allow_sync_webhooks=False)

    return OrderByIdLoader(info.context).load(order_id).then(show)


def author_for(info: ResolveInfo, access: Access, shopper_id: int | None) -> Promise[User | None] | None:
    """Return the user behind a shopper to staff and to that user."""
    if shopper_id is None or access is Access.HOLDER:
        return None
    asker = asker_id(info)

    def show(shopper: Shopper | None) -> Promise[User | None] | None:
        if shopper is None or shopper.user_id is None:
            return None
        if access is Access.OWNER and shopper.user_id != asker:
            return None
        return UserByUserIdLoader(info.context).load(shopper.user_id)

    return ShopperByIdLoader(info.context).load(shopper_id).then(show)


def owner_for(info: ResolveInfo, access: Access, shopper_id: int | None) -> Promise[User | None] | None:
    """Return the user whose codes or points these are, to staff and to that user; nobody else is the owner of those."""
    if access is Access.OWNER:
        return UserByUserIdLoader(info.context).load(asker_id(info))
    return author_for(info, access, shopper_id)


def user_for_staff(info: ResolveInfo, access: Access, user_id: int | None) -> Promise[User | None] | None:
    """Return a member of staff, such as an assignee, to staff."""
    if user_id is None or access is not Access.STAFF:
        return None
    return UserByUserIdLoader(info.context).load(user_id)


def channel_for(info: ResolveInfo, access: Access, slug: str) -> Promise[Channel | None] | None:
    """Return a channel to everybody but the holder of a token."""
    if not slug or access is Access.HOLDER:
        return None
    return ChannelBySlugLoader(info.context).load(slug)
