"""Who asks, and what they may see.

Every object of ours that a resolver returns is a `Seen`: the row together with the asker's access to it, because the
same response shows less to the shopper who wrote it than to staff, and less still to the holder of a link.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Any
from uuid import UUID

from django.db.models import Q
from saleor.account.models import User
from saleor.core.exceptions import PermissionDenied
from saleor.graphql.account.dataloaders import AccessibleChannelsByUserIdLoader, RestrictedChannelAccessByUserIdLoader
from saleor.graphql.core import ResolveInfo
from saleor.graphql.utils import get_user_or_app_from_context
from saleor.permission.auth_filters import AuthorizationFilters
from saleor.permission.enums import (
    BasePermissionEnum,
    DiscountPermissions,
    GiftcardPermissions,
    OrderPermissions,
    PluginsPermissions,
)
from saleor.permission.utils import has_one_of_permissions

from .. import languages

# What staff need for each part of ours.
FOR_ANSWERS = OrderPermissions.MANAGE_ORDERS
FOR_SURVEYS = PluginsPermissions.MANAGE_PLUGINS
FOR_CODES = DiscountPermissions.MANAGE_DISCOUNTS
FOR_POINTS = GiftcardPermissions.MANAGE_GIFT_CARD


class Access(Enum):
    """Staff see all of a row; its owner, a logged-in shopper, nothing of the follow-up; the holder of a token no person."""

    STAFF = "staff"
    OWNER = "owner"
    HOLDER = "holder"


@dataclass(frozen=True)
class Seen[Row]:
    """A row as the asker may see it. Texts are in `language_code` unless another is asked for, and name the channel's shop."""

    row: Row
    access: Access
    language_code: str = ""
    channel: str = ""
    # Of a survey: the order that it asks about, whose products are choices.
    order_id: UUID | None = None

    @property
    def by_staff(self) -> bool:
        return self.access is Access.STAFF


@dataclass(frozen=True)
class Viewer:
    """Who asks, with regard to some permissions: `is_staff` says whether they have one of them.

    `user_id` is None for anonymous askers and apps. `channels` are slugs; None means every channel.
    """

    user_id: int | None
    is_staff: bool
    channels: frozenset[str] | None

    def sees_channel(self, channel: str) -> bool:
        """Whether staff may see and change what belongs to a channel."""
        return self.is_staff and (self.channels is None or channel in self.channels)

    def access_to(self, channel: str, owner_id: int | None) -> Access | None:
        """Access to what belongs to a channel and, unless it is a guest's, to a user."""
        if self.sees_channel(channel):
            return Access.STAFF
        # A guest's order has no owner, and an anonymous asker no id: they must not match.
        return Access.OWNER if owner_id is not None and owner_id == self.user_id else None

    @property
    def visible(self) -> Q:
        """Condition on rows with a channel: those that this staff may see."""
        return Q() if self.channels is None else Q(channel__in=self.channels)


def asker_id(info: ResolveInfo) -> int | None:
    """Return the id of the user who asks; None for anonymous askers and apps."""
    requestor = get_user_or_app_from_context(info.context)
    return requestor.pk if isinstance(requestor, User) else None


def language_of_reader(info: ResolveInfo) -> str:
    """Return the language of ours that serves whoever asks: that of their account; an app says which in Accept-Language."""
    requestor = get_user_or_app_from_context(info.context)
    if isinstance(requestor, User):
        return languages.spoken(requestor.language_code)
    return languages.spoken_from_header(info.context.headers.get("Accept-Language", ""))


def viewer_of(info: ResolveInfo, *permissions: BasePermissionEnum) -> Viewer:
    """Return who asks, and what they may see as staff with any of these permissions."""
    requestor = get_user_or_app_from_context(info.context)
    is_staff = bool(requestor) and has_one_of_permissions(requestor, list(permissions))
    user_id = asker_id(info)
    restricted = (
        is_staff and user_id is not None and RestrictedChannelAccessByUserIdLoader(info.context).load(user_id).get()
    )
    return Viewer(user_id, is_staff, _accessible_channels(info, user_id) if restricted else None)


def _accessible_channels(info: ResolveInfo, user_id: Any) -> frozenset[str]:
    channels = AccessibleChannelsByUserIdLoader(info.context).load(user_id).get()
    return frozenset(channel.slug for channel in channels)


def visible_surveys(viewer: Viewer) -> Q:
    """Condition on surveys: those used in a channel that this staff may see."""
    return Q() if viewer.channels is None else Q(channels=[]) | Q(channels__overlap=list(viewer.channels))


def denied(*permissions: BasePermissionEnum, or_owner: bool = False) -> PermissionDenied:
    """Return the refusal that names who may."""
    return PermissionDenied(permissions=[*permissions, *([AuthorizationFilters.OWNER] if or_owner else [])])
