"""Our fields of Saleor's User and Order. Saleor's `order(id)` is readable by whoever knows the id, so each field checks."""

from typing import Any

import graphene
from promise import Promise
from saleor.account.models import User
from saleor.channel.models import Channel
from saleor.graphql.core import ResolveInfo
from saleor.graphql.core.connection import CountableConnection, create_connection_slice
from saleor.graphql.core.context import SyncWebhookControlContext
from saleor.graphql.core.fields import BaseField, ConnectionField
from saleor.graphql.core.types import NonNullList
from saleor.order.models import Order

from ..surveys.models import Invitation, Response
from .dataloaders import InvitationsByOrderIdLoader, ResponsesByOrderIdLoader, ResponsesByUserIdLoader
from .enums import DOC_CATEGORY
from .invitations import NpsInvitation
from .moved import ChannelByIdLoader, has_just_registered
from .permissions import FOR_ANSWERS, Access, Seen, denied, viewer_of
from .responses import NpsResponse, NpsResponseCountableConnection


class NpsOnUser(graphene.ObjectType):
    nps_responses = ConnectionField(
        NpsResponseCountableConnection,
        description="Answers of the user to surveys, newest first. Requires MANAGE_ORDERS or to be the user.",
        doc_category=DOC_CATEGORY,
    )

    @staticmethod
    def resolve_nps_responses(
        root: User, info: ResolveInfo, **kwargs: Any
    ) -> CountableConnection | Promise[CountableConnection]:
        # Who registers with an address that is known already must not notice it.
        if root.pk is None or has_just_registered(root):
            return create_connection_slice([], info, kwargs, NpsResponseCountableConnection)
        viewer = viewer_of(info, FOR_ANSWERS)
        if not viewer.is_staff and viewer.user_id != root.pk:
            raise denied(FOR_ANSWERS, or_owner=True)

        def show(responses: list[Response]) -> CountableConnection:
            seen = [Seen(row, access) for row in responses if (access := viewer.access_to(row.channel, root.pk))]
            return create_connection_slice(seen, info, kwargs, NpsResponseCountableConnection)

        return ResponsesByUserIdLoader(info.context).load(root.pk).then(show)


class NpsOnOrder(graphene.ObjectType):
    nps_invitations = BaseField(
        NonNullList(NpsInvitation),
        required=True,
        description="Invitations to surveys about the order. Requires MANAGE_ORDERS or to be the order's owner.",
        doc_category=DOC_CATEGORY,
    )
    nps_responses = BaseField(
        NonNullList(NpsResponse),
        required=True,
        description="Answers to surveys about the order, newest first; one per survey. Requires MANAGE_ORDERS or to be the order's owner.",
        doc_category=DOC_CATEGORY,
    )

    @staticmethod
    def resolve_nps_invitations(
        root: SyncWebhookControlContext[Order], info: ResolveInfo
    ) -> Promise[list[Seen[Invitation]]]:
        return _of_order(root.node, info, InvitationsByOrderIdLoader)

    @staticmethod
    def resolve_nps_responses(
        root: SyncWebhookControlContext[Order], info: ResolveInfo
    ) -> Promise[list[Seen[Response]]]:
        return _of_order(root.node, info, ResponsesByOrderIdLoader)


def _of_order(order: Order, info: ResolveInfo, loader: Any) -> Promise[list[Seen[Any]]]:
    viewer = viewer_of(info, FOR_ANSWERS)

    def check(channel: Channel) -> Promise[list[Seen[Any]]]:
        access = viewer.access_to(channel.slug, order.user_id)
        if access is None:
            raise denied(FOR_ANSWERS, or_owner=True)
        return loader(info.context).load(order.pk).then(lambda rows: _seen(rows, access))

    return ChannelByIdLoader(info.context).load(order.channel_id).then(check)


def _seen(rows: list[Any], access: Access) -> list[Seen[Any]]:
    return [Seen(row, access) for row in rows]
