"""Who the staff of Saleor are: their tokens, passwords and permissions."""

import time
from collections.abc import Collection, Mapping
from typing import Any

import graphene
import jwt
from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.sites.models import Site
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_noop
from saleor.account.error_codes import AccountErrorCode
from saleor.account.models import Group, User
from saleor.account.throttling import authenticate_with_throttling
from saleor.app.models import App
from saleor.core.jwt import JWT_SALEOR_OWNER_NAME, JWT_THIRDPARTY_ACCESS_TYPE, get_user_from_payload, jwt_decode
from saleor.core.jwt_manager import get_jwt_manager
from saleor.permission.enums import DiscountPermissions, GiftcardPermissions, OrderPermissions, PluginsPermissions
from saleor.permission.models import Permission

from ..errors import NotSignedIn, TooManyRequests
from ..links import APP_IDENTIFIER
from .staff import PERMISSIONS, Staff

_OURS = (
    OrderPermissions.MANAGE_ORDERS,
    DiscountPermissions.MANAGE_DISCOUNTS,
    GiftcardPermissions.MANAGE_GIFT_CARD,
    PluginsPermissions.MANAGE_PLUGINS,
)
WRONG_PASSWORD = gettext_noop("This e-mail address and password do not belong together.")
_MOST_STAFF = 200
_LONGEST_TOKEN = 8000
_LONGEST_PASSWORD = 4096


def from_token(token: str) -> Staff:
    """See `Desk.staff_from_token`."""
    claims = _claims(token)
    try:
        user = get_user_from_payload(claims)
    except (jwt.PyJWTError, KeyError):
        raise NotSignedIn from None
    if user is None or claims["app"] not in [graphene.Node.to_global_id("App", pk) for pk in _open_apps()]:
        raise NotSignedIn
    # The token says what was so when it was made; who was dismissed since then still holds it.
    staff = read_staff([user.pk]).get(user.pk)
    if staff is None:
        raise NotSignedIn
    return staff.limited_to(_permitted(claims))


def _permitted(claims: Mapping[str, Any]) -> frozenset[str]:
    """What a token's page may do for whoever may do it.

    Saleor puts into a widget's token the permissions that the widget needs to be seen at all. A widget with parts for several
    permissions needs one of them, which Saleor cannot say; it may do what our app may, as the app's own pages do.
    """
    if "app_extension" in claims:
        return frozenset(App.objects.filter(pk__in=_open_apps()).values_list("permissions__codename", flat=True))
    return frozenset(str(name).lower() for name in claims["permissions"])


def _claims(token: str) -> dict[str, Any]:
    """What a token says that Saleor made for an app on behalf of a user. Raises NotSignedIn."""
    try:
        claims = jwt_decode(token) if token and len(token) <= _LONGEST_TOKEN else {}
    # A header that is no header raises what Python's own decoding does.
    except (jwt.PyJWTError, ValueError):
        raise NotSignedIn from None
    is_ours = (
        claims.get("type") == JWT_THIRDPARTY_ACCESS_TYPE
        and claims.get("owner") == JWT_SALEOR_OWNER_NAME
        # Shops copied from one another, as for a rehearsal, have keys and users in common.
        and claims.get("iss") == get_jwt_manager().get_issuer()
        # Old versions can be told to let no token expire; ours do.
        and isinstance(expires := claims.get("exp"), int | float)
        and expires > time.time()
        and isinstance(claims.get("app"), str)
        and isinstance(claims.get("permissions"), list)
    )
    if not is_ours:
        raise NotSignedIn
    return claims


def _open_apps() -> list[int]:
    rows = App.objects.filter(identifier=APP_IDENTIFIER, is_active=True, is_installed=True, removed_at=None)
    return list(rows.values_list("pk", flat=True))


def is_in_dashboard() -> bool:
    """See `Desk.is_in_dashboard`."""
    return bool(_open_apps())


def from_password(request: HttpRequest, email: str, password: str) -> Staff:
    """See `Desk.staff_from_password`."""
    refused = NotSignedIn(WRONG_PASSWORD)
    if not email or not password or len(password) > _LONGEST_PASSWORD or "\x00" in email + password:
        raise refused
    settings: Any = getattr(Site.objects.get_current(), "settings")  # noqa: B009  (Saleor's, so unknown to Django's types)
    # Since 3.23 a shop may let its staff sign in elsewhere only.
    if getattr(settings, "password_login_mode", "enabled") != "enabled":
        raise NotSignedIn(
            gettext_noop("Staff of this shop do not sign in with a password. Open this page in the Dashboard.")
        )
    try:
        user = authenticate_with_throttling(request, email, password)
    except ValidationError as error:
        if error.code == AccountErrorCode.LOGIN_ATTEMPT_DELAYED.value:
            raise TooManyRequests(
                gettext_noop("Too many wrong passwords. Please wait a while, then try again.")
            ) from None
        raise refused from None
    # In the words for a wrong password: which addresses are known, and whose they are, is nobody's business.
    staff = read_staff([user.pk]).get(user.pk) if user and user.can_login(settings) else None
    if staff is None:
        raise refused
    return staff


def read_staff(ids: Collection[int]) -> Mapping[int, Staff]:
    """See `Desk.staff`. One statement."""
    return {staff.id: staff for staff in _staff_in(_active().filter(pk__in=ids))} if ids else {}


def who_may(permission: str) -> list[Staff]:
    """See `Desk.staff_who_may`. One statement."""
    wanted = _permissions([permission])
    able = _active().filter(
        Q(is_superuser=True)
        | Exists(_own_permissions().filter(permission__in=wanted))
        | Exists(_permissions_of_groups().filter(permission__in=wanted))
    )
    return list(_staff_in(able.order_by("first_name", "last_name", "email")[:_MOST_STAFF]))


def _active() -> QuerySet[Any]:
    return User.objects.filter(is_active=True, is_staff=True)


def _staff_in(users: QuerySet[Any]) -> list[Staff]:
    ours = _permissions(PERMISSIONS)
    groups = Group.objects.filter(user=OuterRef("pk"))
    rows = users.annotate(
        own=ArraySubquery(_own_permissions().filter(permission__in=ours).values("permission__codename")),
        of_groups=ArraySubquery(_permissions_of_groups().filter(permission__in=ours).values("permission__codename")),
        is_unrestricted=Exists(groups.filter(restricted_access_to_channels=False)),
        slugs=ArraySubquery(groups.filter(channels__isnull=False).values("channels__slug")),
    ).values(
        "pk",
        "email",
        "first_name",
        "last_name",
        "is_superuser",
        "jwt_token_key",
        "password",
        "own",
        "of_groups",
        "is_unrestricted",
        "slugs",
    )
    return [_staff_from(row) for row in rows]


def _staff_from(row: Mapping[str, Any]) -> Staff:
    permissions = PERMISSIONS if row["is_superuser"] else (*row["own"], *row["of_groups"])
    return Staff(
        id=row["pk"],
        name=f"{row['first_name']} {row['last_name']}".strip() or row["email"],
        email=row["email"],
        permissions=frozenset(permissions),
        # As Saleor has it: one group without limits frees; who is in no group sees no channel.
        channels=None if row["is_unrestricted"] else frozenset(row["slugs"]),
        # A new password leaves the key as it was; "log out everywhere" changes only the key.
        fingerprint=salted_hmac(__name__, f"{row['jwt_token_key']} {row['password']}").hexdigest()[:32],
    )


def _permissions(codenames: Collection[str]) -> QuerySet[Any]:
    """The ids of those of our permissions; another plugin may have one of the same codename."""
    wanted = Q()
    for permission in _OURS:
        app_label, codename = permission.value.split(".")
        if codename in codenames:
            wanted |= Q(content_type__app_label=app_label, codename=codename)
    return Permission.objects.filter(wanted).values("pk")


def _own_permissions() -> QuerySet[Any]:
    return User.user_permissions.through.objects.filter(user=OuterRef("pk"))


def _permissions_of_groups() -> QuerySet[Any]:
    return Group.permissions.through.objects.filter(group__user=OuterRef("pk"))
