"""Two shoppers turn out to be one; a person is forgotten."""

from datetime import datetime

from django.db import connection, transaction
from django.db.models import Q

from ..shoppers.models import Shopper
from . import ledger
from .book import Book, lock
from .models import PointsAccount, PointsDebt, PointsLot, PointsRemark


def merge(*, kept: Shopper, other: Shopper, now: datetime) -> None:
    """Move all points and debts of `other` to the accounts of `kept`. Entries stay as they are, nothing is counted twice.

    Raises Invalid if that would be more points than an account can hold.
    """
    with transaction.atomic():
        # One merge at a time: they are rare, and two that form a chain would wait for each other.
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('nps_points_merge'))")
        for account in ledger.accounts_of([other.pk]):
            _merge_accounts(ledger.account_of(kept, account.currency, now=now), account, now)


def _merge_accounts(kept: PointsAccount, other: PointsAccount, now: datetime) -> None:
    moment = max(now, *(account.as_of for account in _lock_both(kept, other)))
    into, out_of = Book(kept, moment), Book(other, moment)
    if into.account.pk == out_of.account.pk:
        return
    PointsLot.objects.filter(account=out_of.account).update(account=into.account)
    PointsDebt.objects.filter(account=out_of.account).update(account=into.account)
    PointsAccount.objects.filter(Q(merged_into=out_of.account) | Q(pk=out_of.account.pk)).update(
        merged_into=into.account, shopper=into.account.shopper_id, available=0, pending=0, debt=0, as_of=out_of.now
    )
    into.take_over(out_of)


def _lock_both(one: PointsAccount, another: PointsAccount) -> list[PointsAccount]:
    """In the order of their ids, so that two who merge the same accounts wait for each other instead of for ever."""
    return [lock(pk) for pk in sorted({one.merged_into_id or one.pk, another.merged_into_id or another.pk})]


def close(shopper: Shopper, *, now: datetime) -> None:
    """Write off what a shopper has and owes, and delete what staff wrote: the person is to be forgotten."""
    with transaction.atomic():
        for account in ledger.accounts_of([shopper.pk]):
            book = Book(account, now)
            book.write_off()
            PointsRemark.objects.filter(
                Q(entry__account=book.account) | Q(entry__account__merged_into=book.account)
            ).delete()
