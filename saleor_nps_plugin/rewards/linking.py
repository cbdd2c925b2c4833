"""The signed addresses of "my rewards"."""

from collections.abc import Collection, Mapping
from uuid import UUID

from django.db.models import Q

from ..links import rewards_path, shopper_token
from ..shop import get_shop
from ..shoppers.models import Shopper
from .models import PointsAccount


def rewards_url(key: UUID) -> str:
    """Return the address of "my rewards" of the shopper with this key."""
    return get_shop().public_url(rewards_path(shopper_token(key)))


def keys_of_rewarded(shoppers: Collection[Shopper]) -> Mapping[int, UUID]:
    """Return, for those of these shoppers who have points, the key under which they find them; one query.

    An account that ordered under several addresses has its points in one place.
    """
    people = [(shopper.pk, shopper.user_id) for shopper in shoppers]
    users = {user_id for _, user_id in people if user_id is not None}
    accounts = PointsAccount.objects.filter(
        Q(shopper__in=[pk for pk, _ in people]) | Q(shopper__user_id__in=users), merged_into=None
    )
    rows = accounts.order_by("-shopper_id").values_list("shopper_id", "shopper__user_id", "shopper__key")
    by_shopper = {shopper_id: key for shopper_id, _, key in rows}
    by_user = {user_id: key for _, user_id, key in rows if user_id is not None}
    found = {pk: by_shopper.get(pk) or by_user.get(user_id or 0) for pk, user_id in people}
    return {pk: key for pk, key in found.items() if key is not None}
