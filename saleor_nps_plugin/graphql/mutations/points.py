"""What customers and staff do with points: turn them into a gift card, correct them."""

from datetime import datetime
from typing import Any

import graphene
from django.db import transaction
from django.utils import timezone
from saleor.account.models import User
from saleor.channel.models import Channel
from saleor.graphql.core import ResolveInfo
from saleor.graphql.core.mutations import BaseMutation
from saleor.permission.auth_filters import AuthorizationFilters

from ...errors import Invalid, NotFound, NotUnique, Required
from ...rewards import ledger, redemption
from ...rewards.models import EntryKind, PointsAccount, PointsEntry
from ...shop import get_shop
from ..customers import own_accounts, shopper_of
from ..enums import DOC_CATEGORY
from ..errors import NpsError, typed_errors
from ..ids import argument_pk
from ..permissions import FOR_POINTS, Access, Seen, Viewer, viewer_of
from ..points import NpsPointsAccount, NpsPointsEntry
from ..reward_loaders import GiftCardByIdLoader, forget_points
from ..score_inputs import without_nul
from ..wire import argument_as_sent

LONGEST_KEY = 100
_KEY = (
    f"A text of your own, at most {LONGEST_KEY} characters, that names this one request; sent again, it gives the same "
    "result. With other arguments it is refused."
)


class NpsPointsRedeem(BaseMutation):
    gift_card = graphene.Field("saleor.graphql.giftcard.types.GiftCard", description="The gift card.")
    gift_card_code = graphene.String(description="The code to type at checkout.")
    points_entry = graphene.Field(NpsPointsEntry, description="The entry that took the points.")
    points_account = graphene.Field(NpsPointsAccount, description="The account as it is now.")

    class Arguments:
        points = graphene.Int(required=True, description="How many points to turn into a gift card.")
        channel = graphene.String(
            required=True,
            description="Slug of the channel where the gift card is to be used; points of its currency are taken.",
        )
        idempotency_key = graphene.String(required=True, description=_KEY)

    class Meta:
        description = "Turns points of the logged-in customer into a gift card that the checkout accepts."
        doc_category = DOC_CATEGORY
        error_type_class = NpsError
        permissions = (AuthorizationFilters.AUTHENTICATED_USER,)

    @classmethod
    def perform_mutation(cls, _root: object, info: ResolveInfo, /, **data: Any) -> "NpsPointsRedeem":
        user = info.context.user
        with typed_errors():
            points, key = _points(info, data["points"]), _key(data["idempotency_key"])
            if points < 1:
                raise Invalid("Write a whole number of points, 1 or more.", field="points")
            # A customer who never had points gets no account from being refused.
            with transaction.atomic():
                channel, now = without_nul(data["channel"]), timezone.now()
                account = _account(user, cls._currency(channel), EntryKind.REDEMPTION, key, now)
                redeemed = redemption.redeem(account, points=points, channel=channel, key=key, now=now)
        forget_points(info.context)
        language = user.language_code
        return cls(
            gift_card=GiftCardByIdLoader(info.context).load(redeemed.gift_card.id),
            gift_card_code=redeemed.gift_card.code,
            points_entry=Seen(redeemed.entry, Access.OWNER, language_code=language),
            points_account=Seen(redeemed.account, Access.OWNER, language_code=language),
        )

    @classmethod
    def _currency(cls, channel: str) -> str:
        currency = get_shop().currency(channel)
        if not currency:
            raise NotFound("There is no such channel.", field="channel")
        return currency


class NpsPointsAdjust(BaseMutation):
    points_entry = graphene.Field(NpsPointsEntry, description="The entry that was made.")
    points_account = graphene.Field(NpsPointsAccount, description="The account as it is now.")

    class Arguments:
        user = graphene.ID(required=True, description="ID of the customer.")
        currency = graphene.String(
            required=True, description="Code of a currency that a channel sells in, such as USD."
        )
        points = graphene.Int(
            required=True, description="Points to add, or to take away if negative; the balance may become negative."
        )
        reason = graphene.String(
            required=True, description=f"Why, at most {ledger.LONGEST_REASON} characters. The customer can read it."
        )
        idempotency_key = graphene.String(required=True, description=_KEY)

    class Meta:
        description = "Corrects the points of a customer. A reason is mandatory."
        doc_category = DOC_CATEGORY
        error_type_class = NpsError
        permissions = (FOR_POINTS,)

    @classmethod
    def perform_mutation(cls, _root: object, info: ResolveInfo, /, **data: Any) -> "NpsPointsAdjust":
        user_id = argument_pk(data["user"], "User", field="user")
        viewer = viewer_of(info, FOR_POINTS)
        with typed_errors():
            points, key = _points(info, data["points"]), _key(data["idempotency_key"])
            currency = _currency(data["currency"], viewer)
            user = User.objects.filter(pk=user_id).first()
            if user is None:
                raise NotFound("There is no such customer.", field="user")
            now = timezone.now()
            with transaction.atomic():
                account = _account(user, currency, EntryKind.ADJUSTMENT, key, now)
                entry = ledger.adjust(
                    account,
                    points=points,
                    key=key,
                    reason=without_nul(data["reason"]),
                    author_id=viewer.user_id,
                    now=now,
                )
        forget_points(info.context)
        return cls(points_entry=Seen(entry, Access.STAFF), points_account=Seen(account, Access.STAFF))


def _account(user: User, currency: str, kind: EntryKind, key: str, now: datetime) -> PointsAccount:
    """Return the account of a user in a currency, made if need be.

    Raises NotUnique if the key was used with another currency: within one account the ledger sees to it.
    """
    accounts = own_accounts(user, now=now)
    account = accounts.pop(currency, None)
    elsewhere = [f"{kind.value}:{other.pk}:{key}" for other in accounts.values()]
    if elsewhere and PointsEntry.objects.filter(key__in=elsewhere).exists():
        raise NotUnique("This key was used for something else.", field="idempotency_key")
    return account or ledger.account_of(shopper_of(user, now=now), currency, now=now)


def _points(info: ResolveInfo, given: int) -> int:
    """Return the number of points as it was sent: 9.5 must not become 9."""
    sent = argument_as_sent(info, "points")
    if sent is not None and type(sent) is not int:
        raise Invalid("Write a whole number of points.", field="points")
    return given


def _key(text: str) -> str:
    if not text.strip():
        raise Required("Give a key of your own, so that a repeated request is known as such.", field="idempotency_key")
    if len(text) > LONGEST_KEY:
        raise Invalid(f"A key has at most {LONGEST_KEY} characters.", field="idempotency_key")
    if not text.isprintable():
        raise Invalid("A key is one line of text.", field="idempotency_key")
    return text


def _currency(text: str, viewer: Viewer) -> str:
    """Return the code of a currency that some channel, which the asker may see, sells in."""
    code = without_nul(text).strip().upper()
    channels = Channel.objects.filter(currency_code=code)
    if viewer.channels is not None:
        channels = channels.filter(slug__in=viewer.channels)
    if not channels.exists():
        raise Invalid("None of your channels sells in this currency.", field="currency")
    return code
