"""NpsPointsAccount and its entries."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import graphene
from graphene import relay
from promise import Promise
from saleor.giftcard.models import GiftCard
from saleor.graphql.core import ResolveInfo
from saleor.graphql.core.connection import CountableConnection
from saleor.graphql.core.fields import ConnectionField
from saleor.graphql.core.scalars import Date, DateTime
from saleor.graphql.core.types import BaseObjectType, Money

from .. import money
from ..rewards.models import PointsAccount, PointsEntry
from ..rewards.wording import note_of
from .enums import DOC_CATEGORY, NpsPointsEntryKindEnum
from .paging import load_page
from .people import order_for, owner_for
from .permissions import FOR_POINTS, Access, Seen, asker_id, viewer_of
from .reward_loaders import (
    BalanceLoader,
    EntryByIdLoader,
    EntryCountLoader,
    EntryPageLoader,
    ExpiringByAccountIdLoader,
    GiftCardByIdLoader,
)
from .surveys import from_row


class NpsPointsEntry(BaseObjectType):
    id = graphene.GlobalID(required=True, description="The ID of the entry.")
    kind = NpsPointsEntryKindEnum(required=True, description="What changed the balance.")
    points = graphene.Int(required=True, description="Points added, or taken away if negative.")
    order = graphene.Field(
        "saleor.graphql.order.types.Order",
        description=(
            "The order that earned the points. For staff and the order's owner, so null for a friend's order; null for the "
            "holder of a token."
        ),
    )
    gift_card = graphene.Field(
        "saleor.graphql.giftcard.types.GiftCard",
        description=(
            "The gift card that the points became. For staff with MANAGE_GIFT_CARD, and for the customer unless the card is "
            "somebody else's by now. Null if it was deleted."
        ),
    )
    reverses = graphene.Field(
        lambda: NpsPointsEntry, description="The entry that this one takes back, in part or in full."
    )
    available_at = DateTime(required=True, description="From when on the points count in the balance.")
    expires_at = DateTime(description="Until when the points can be used; null if they never expire.")
    note = graphene.String(
        required=True,
        description=(
            "The reason in words, to show next to the points; for the customer in the language of the account. What staff "
            "wrote is plain text that has to be escaped where it is shown."
        ),
    )
    created_at = DateTime(required=True, description="When the entry was made.")

    class Meta:
        description = (
            "One change of a balance. Never changed or deleted; a mistake is corrected by a reversing entry. "
            "One point is the currency's smallest unit."
        )
        doc_category = DOC_CATEGORY
        interfaces = [relay.Node]
        default_resolver = from_row

    @staticmethod
    def resolve_id(root: Seen[PointsEntry], info: ResolveInfo) -> int:
        return root.row.pk

    @staticmethod
    def resolve_order(root: Seen[PointsEntry], info: ResolveInfo) -> Promise[Any] | None:
        return order_for(info, root.access, root.row.order_id)

    @staticmethod
    def resolve_gift_card(root: Seen[PointsEntry], info: ResolveInfo) -> Promise[GiftCard | None] | None:
        if root.row.gift_card_id is None or root.access is Access.HOLDER:
            return None
        asker, is_staff = asker_id(info), viewer_of(info, FOR_POINTS).is_staff

        def show(card: GiftCard | None) -> GiftCard | None:
            if card is None or is_staff:
                return card
            # Saleor 3.23 assigns cards to customers.
            whose = {card.used_by_id, getattr(card, "assigned_to_id", None)} - {None}
            return card if root.access is Access.OWNER and (not whose or asker in whose) else None

        return GiftCardByIdLoader(info.context).load(root.row.gift_card_id).then(show)

    @staticmethod
    def resolve_reverses(root: Seen[PointsEntry], info: ResolveInfo) -> Promise[Seen[PointsEntry]] | None:
        if root.row.reverses_id is None:
            return None
        return entry_for(info, root.row.reverses_id, root)

    @staticmethod
    def resolve_note(root: Seen[PointsEntry], info: ResolveInfo) -> Promise[str]:
        # Loaded with all that its note is made of.
        entry = EntryByIdLoader(info.context).load(root.row.pk)
        return entry.then(lambda row: note_of(row, root.language_code))


def entry_for(info: ResolveInfo, entry_id: int, root: Seen[Any]) -> Promise[Seen[PointsEntry]]:
    """Return an entry that something seen leads to, as visible as that is."""
    entry = EntryByIdLoader(info.context).load(entry_id)
    return entry.then(lambda row: Seen(row, root.access, language_code=root.language_code))


class NpsPointsEntryCountableConnection(CountableConnection):
    class Meta:
        node = NpsPointsEntry
        doc_category = DOC_CATEGORY
        description = "A page of entries."


class NpsPointsExpiry(BaseObjectType):
    points = graphene.Int(required=True, description="Points that expire if they are not used before.")
    on = Date(required=True, description="The day on which they expire, in UTC.")

    class Meta:
        description = "Points that expire."
        doc_category = DOC_CATEGORY

    @staticmethod
    def resolve_points(root: tuple[int, date], info: ResolveInfo) -> int:
        return root[0]

    @staticmethod
    def resolve_on(root: tuple[int, date], info: ResolveInfo) -> date:
        return root[1]


@dataclass(frozen=True)
class Worth:
    """An amount of money as Saleor's Money shows it."""

    amount: Decimal
    currency: str


class NpsPointsAccount(BaseObjectType):
    id = graphene.GlobalID(required=True, description="The ID of the account.")
    user = graphene.Field(
        "saleor.graphql.account.types.User", description="The customer; null for a guest, and for one who was deleted."
    )
    currency = graphene.String(required=True, description="Code of the currency, such as USD.")
    balance = graphene.Int(
        required=True,
        description="What can be redeemed now; negative when points were spent and their order was refunded later.",
    )
    pending = graphene.Int(required=True, description="Earned, waiting for the return window to pass.")
    worth = graphene.Field(Money, required=True, description="Money that `balance` is worth.")
    expiring_next = graphene.Field(
        NpsPointsExpiry, description="How many points expire next, and when; null if none do."
    )
    entries = ConnectionField(
        NpsPointsEntryCountableConnection,
        required=True,
        description="What changed the balance, newest first. Staff restricted to channels see the entries of those only.",
        doc_category=DOC_CATEGORY,
    )

    class Meta:
        description = (
            "Points of one customer in one currency. One point is the currency's smallest unit: "
            "100 points are 1.00 USD, 100 JPY."
        )
        doc_category = DOC_CATEGORY
        interfaces = [relay.Node]
        default_resolver = from_row

    @staticmethod
    def resolve_id(root: Seen[PointsAccount], info: ResolveInfo) -> int:
        return root.row.pk

    @staticmethod
    def resolve_user(root: Seen[PointsAccount], info: ResolveInfo) -> Promise[Any] | None:
        return owner_for(info, root.access, root.row.shopper_id)

    @staticmethod
    def resolve_balance(root: Seen[PointsAccount], info: ResolveInfo) -> Promise[int]:
        return BalanceLoader(info.context).load(root.row).then(lambda balance: balance.available)

    @staticmethod
    def resolve_pending(root: Seen[PointsAccount], info: ResolveInfo) -> Promise[int]:
        return BalanceLoader(info.context).load(root.row).then(lambda balance: balance.pending)

    @staticmethod
    def resolve_worth(root: Seen[PointsAccount], info: ResolveInfo) -> Promise[Worth]:
        currency = root.row.currency
        balance = BalanceLoader(info.context).load(root.row)
        return balance.then(lambda found: Worth(money.worth(found.available, currency), currency))

    @staticmethod
    def resolve_expiring_next(root: Seen[PointsAccount], info: ResolveInfo) -> Promise[tuple[int, date] | None]:
        return ExpiringByAccountIdLoader(info.context).load(root.row.pk)

    @staticmethod
    def resolve_entries(root: Seen[PointsAccount], info: ResolveInfo, **kwargs: Any) -> Promise[CountableConnection]:
        return load_page(
            info,
            kwargs,
            NpsPointsEntryCountableConnection,
            node=root.row.pk,
            channels=viewer_of(info, FOR_POINTS).channels if root.by_staff else None,
            pages=EntryPageLoader,
            rows=EntryByIdLoader,
            counts=EntryCountLoader,
            wrap=lambda row: Seen(row, root.access, language_code=root.language_code),
        )


class NpsPointsAccountCountableConnection(CountableConnection):
    class Meta:
        node = NpsPointsAccount
        doc_category = DOC_CATEGORY
        description = "A page of accounts."
