"""Codes and points, loaded once for all nodes of a request that want them."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from django.db import DEFAULT_DB_ALIAS
from django.db.models import Count, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone
from saleor.core.db.connection import allow_writer
from saleor.giftcard.models import GiftCard
from saleor.graphql.core import SaleorContext
from saleor.graphql.core.dataloaders import DataLoader

from ..referrals.models import Referral, ReferralCode, ReferralStatus
from ..rewards import balances, expiring
from ..rewards.balances import Balance
from ..rewards.models import PointsAccount, PointsEntry
from ..shoppers.models import Shopper
from ..shoppers.recognizing import email_hash
from .dataloaders import ByPkLoader, ListByLoader
from .paging import CountLoader, PageLoader

# A user's id, and the address by which a guest's rewards are theirs too, or "".
Customer = tuple[int, str]


def shoppers_of(customers: Collection[Customer], using: str = DEFAULT_DB_ALIAS) -> list[list[Shopper]]:
    """Return every shopper that each customer is: the account's own first, then the guest with its address."""
    hashes = {email: email_hash(email) for _, email in customers if email}
    own = Q(user_id__in=[user_id for user_id, _ in customers])
    guests = Q(user_id=None, email_hash__in=hashes.values())
    found: dict[int | str, list[Shopper]] = defaultdict(list)
    for row in Shopper.objects.using(using).filter(own | guests).order_by("pk"):
        found[row.email_hash if row.user_id is None else row.user_id].append(row)
    return [[*found[user_id], *(found[hashes[email]] if email else ())] for user_id, email in customers]


class ShoppersOfCustomerLoader(DataLoader):
    context_key = "nps_shoppers_of_customer"

    def batch_load(self, keys: Collection[Customer]) -> list[list[Shopper]]:
        return shoppers_of(keys, self.database_connection_name)


class AccountsByShopperIdLoader(ListByLoader):
    context_key = "nps_accounts_by_shopper_id"
    field = "shopper_id"

    def rows(self) -> QuerySet[PointsAccount]:
        return PointsAccount.objects.filter(merged_into=None).order_by("currency")


class BalanceLoader(DataLoader):
    """What can be redeemed of an account now, and what is pending."""

    context_key = "nps_balance"

    def batch_load(self, keys: Collection[PointsAccount]) -> list[Balance]:
        # Read through the writer, which Saleor closes to queries.
        with allow_writer():
            found = balances.balances(keys, now=timezone.now())
        return [found[account.pk] for account in keys]


class ExpiringByAccountIdLoader(DataLoader):
    """How many points expire next, and on which day; None where none do."""

    context_key = "nps_expiring_by_account_id"

    def batch_load(self, keys: Collection[int]) -> list[tuple[int, date] | None]:
        with allow_writer():
            found = expiring.expiring_next(keys, now=timezone.now())
        return [found.get(key) for key in keys]


class EntryByIdLoader(ByPkLoader):
    """With all that a note is made of."""

    context_key = "nps_points_entry_by_id"
    model = PointsEntry

    def rows(self) -> QuerySet[PointsEntry]:
        return super().rows().select_related("remark", "reverses")


class EntriesByOrderIdLoader(ListByLoader):
    """With whose they are."""

    context_key = "nps_points_entries_by_order_id"
    field = "order_id"

    def rows(self) -> QuerySet[PointsEntry]:
        whose = ("account__shopper", "account__merged_into__shopper")
        return PointsEntry.objects.select_related(*whose).order_by("-created_at", "-pk")


def _in_channels(channels: frozenset[str] | None, entry: str = "") -> Q:
    """Condition on entries; corrections by staff belong to no channel, and so to all of them."""
    return Q() if channels is None else Q(**{f"{entry}channel__in": [*channels, ""]})


def _families(ids: Iterable[int]) -> QuerySet[Any]:
    """Accounts with those that were merged into them; `node` is the id of the account that all of them are."""
    family = PointsAccount.objects.filter(Q(pk__in=ids) | Q(merged_into__in=ids))
    return family.annotate(node=Coalesce("merged_into_id", "pk"))


class EntryPageLoader(PageLoader):
    """Of accounts; entries of accounts that were merged into them too."""

    context_key = "nps_points_entry_page"

    def holders(self, ids: Iterable[int]) -> QuerySet[PointsAccount]:
        return _families(ids)

    def rows(self, channels: frozenset[str] | None) -> QuerySet[PointsEntry]:
        return PointsEntry.objects.filter(_in_channels(channels), account=OuterRef("pk"))


class EntryCountLoader(CountLoader):
    context_key = "nps_points_entry_count"

    def counts(self, ids: Iterable[int], channels: frozenset[str] | None) -> QuerySet[Any]:
        number = Count("entries", filter=_in_channels(channels, "entries__"))
        return _families(ids).order_by().values("node").annotate(number=number).values_list("node", "number")


class CodeByIdLoader(ByPkLoader):
    context_key = "nps_referral_code_by_id"
    model = ReferralCode


class CodesByShopperIdLoader(ListByLoader):
    """The active one of a channel before those that are not, the newest first."""

    context_key = "nps_referral_codes_by_shopper_id"
    field = "shopper_id"

    def rows(self) -> QuerySet[ReferralCode]:
        return ReferralCode.objects.order_by(F("deactivated_at").desc(nulls_first=True), "-pk")


class ReferralByIdLoader(ByPkLoader):
    context_key = "nps_referral_by_id"
    model = Referral


class ReferralPageLoader(PageLoader):
    """Of codes."""

    context_key = "nps_referral_page"

    def holders(self, ids: Iterable[int]) -> QuerySet[ReferralCode]:
        return ReferralCode.objects.filter(pk__in=ids).annotate(node=F("pk"))

    def rows(self, channels: frozenset[str] | None) -> QuerySet[Referral]:
        return Referral.objects.filter(code=OuterRef("pk"))


class ReferralCountLoader(CountLoader):
    context_key = "nps_referral_count"

    def counts(self, ids: Iterable[int], channels: frozenset[str] | None) -> QuerySet[Any]:
        return Referral.objects.filter(code__in=ids).order_by().values_list("code").annotate(Count("pk"))


class RewardedCountByCodeIdLoader(DataLoader):
    context_key = "nps_rewarded_count_by_code_id"

    def batch_load(self, keys: Iterable[int]) -> list[int]:
        rewarded = Referral.objects.using(self.database_connection_name).filter(
            code__in=keys, status=ReferralStatus.REWARDED
        )
        counts = dict(rewarded.order_by().values_list("code").annotate(Count("pk")))
        return [counts.get(key, 0) for key in keys]


class GiftCardByIdLoader(ByPkLoader):
    context_key = "nps_gift_card_by_id"
    model = GiftCard


_OF_CHANGING_POINTS = (
    AccountsByShopperIdLoader,
    BalanceLoader,
    ExpiringByAccountIdLoader,
    EntryPageLoader,
    EntryCountLoader,
    ShoppersOfCustomerLoader,
)


def forget_points(context: SaleorContext) -> None:
    """Let what a request has loaded of points be loaded anew: a mutation has changed them, and others may have shown them."""
    for loader in _OF_CHANGING_POINTS:
        loader(context).clear_all()


def forget_codes(context: SaleorContext) -> None:
    """Let the codes that a request has loaded be loaded anew."""
    for loader in (CodesByShopperIdLoader, CodeByIdLoader, ShoppersOfCustomerLoader):
        loader(context).clear_all()
