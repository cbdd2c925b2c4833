"""What an account has now, read without adding up its entries."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import Q, QuerySet

from . import statements
from .models import PointsAccount, PointsEntry


@dataclass(frozen=True)
class Balance:
    """Points that can be spent now, less than 0 where points are owed; and points that wait to become available."""

    available: int
    pending: int


def balance(account: PointsAccount, *, now: datetime) -> Balance:
    """Return what an account has, or the account that it was merged into."""
    return balances([account], now=now)[account.pk]


def balances(accounts: Collection[PointsAccount], *, now: datetime) -> dict[int, Balance]:
    """Return what each of these accounts has, by its id, in one statement.

    Nothing is written: what time has done since the sums were is worked out from the lots that it changed.
    """
    with connection.cursor() as cursor:
        cursor.execute(statements.BALANCES, {"now": now, "accounts": [account.pk for account in accounts]})
        return {account: Balance(available, pending) for account, available, pending in cursor.fetchall()}


def entries_of(account: PointsAccount) -> QuerySet[PointsEntry]:
    """Return every entry of an account, those from before it was merged too, newest first."""
    root = account.merged_into_id or account.pk
    family = PointsAccount.objects.filter(Q(pk=root) | Q(merged_into=root)).values_list("pk", flat=True)
    return PointsEntry.objects.filter(account__in=list(family)).order_by("-created_at", "-pk")
