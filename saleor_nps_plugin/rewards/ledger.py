"""What changes a balance: points are earned, spent, adjusted and taken back.

Each function is a transaction of its own, or part of the caller's. Repeating one changes nothing.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from uuid import UUID

from django.db import connection, transaction
from django.db.models import CharField, Q, Value
from django.db.models.functions import Cast, Concat

from .. import errors
from ..money import MOST_POINTS
from ..shoppers.models import Shopper
from .book import Book, lot_of
from .models import EntryKind, PointsAccount, PointsEntry, PointsRemark

EARNED = (EntryKind.CASHBACK, EntryKind.REFERRAL, EntryKind.BONUS)
# Customers and staff make up keys of these, so that they are unique within one account only.
WITH_KEYS_OF_THEIR_OWN = (EntryKind.REDEMPTION, EntryKind.ADJUSTMENT)
LONGEST_KEY = 200
LONGEST_REASON = 500

_TAKEN_BACK = """
    SELECT
        (SELECT coalesce(-sum(points), 0)::bigint FROM nps_points_entry WHERE reverses_id = %(entry)s),
        (SELECT coalesce(sum(d.points), 0)::bigint FROM nps_points_draw d JOIN nps_points_entry e ON e.id = d.entry_id
         WHERE d.lot_id = %(entry)s AND e.kind = 'expiry')
"""


def account_of(shopper: Shopper, currency: str, *, now: datetime) -> PointsAccount:
    """Return the account of a shopper in a currency, made if need be."""
    account, _ = PointsAccount.objects.get_or_create(
        shopper=shopper, currency=currency, merged_into=None, defaults={"as_of": now, "created_at": now}
    )
    return account


def find_account(shopper_ids: Collection[int], currency: str) -> PointsAccount | None:
    """Return the oldest account that these shoppers have in a currency, if any."""
    return next((account for account in accounts_of(shopper_ids) if account.currency == currency), None)


def accounts_of(shopper_ids: Collection[int]) -> list[PointsAccount]:
    """Return the accounts of these shoppers, ordered by currency; those that were merged into others are left out."""
    accounts = PointsAccount.objects.filter(shopper__in=shopper_ids, merged_into=None)
    return list(accounts.order_by("currency", "pk"))


def lock(account: PointsAccount, *, now: datetime) -> PointsAccount:
    """Let nobody else write to an account until the caller's transaction ends, and bring it up to date to `now`.

    Returns the account that this one is, or was merged into: `available` less `debt` is what can be spent.
    """
    book = Book(account, now)
    book.save()
    return book.account


def post(
    account: PointsAccount,
    *,
    kind: EntryKind,
    points: int,
    key: str,
    now: datetime,
    available_at: datetime | None = None,
    expires_at: datetime | None = None,
    channel: str = "",
    order_id: UUID | None = None,
) -> PointsEntry:
    """Add points, more than 0, that the event `key` earned.

    They can be used from `available_at` on, at once if None, and expire at `expires_at`, never if None. Returns the entry,
    also when it was made before. Raises Invalid for a number that cannot be or is more than an account can hold, or for an
    expiry before the points are available, and NotUnique if the event earned something else.
    """
    _see_amount(points)
    if kind not in EARNED:
        raise errors.Invalid("Points are earned by cashback, referral or bonus.", field="kind")
    with transaction.atomic():
        book = Book(account, now, for_earning=True)
        starts_at = available_at or book.now
        if expires_at is not None and expires_at <= starts_at:
            raise errors.Invalid("Points cannot expire before they can be used.", field="expires_at")
        try:
            return book.enter_earned(
                points,
                kind=kind,
                key=key,
                channel=channel,
                order_id=order_id,
                available_at=starts_at,
                expires_at=expires_at,
            )
        except (errors.NotUnique, errors.Invalid):
            if entry := repeated(book.account, kind=kind, points=points, key=key, channel=channel):
                return entry
            raise


def spend(
    account: PointsAccount, *, points: int, key: str, now: datetime, channel: str, gift_card_id: int
) -> PointsEntry:
    """Take points, more than 0, for a gift card, soonest-expiring first. Returns the entry, also when it was made before.

    Raises InsufficientPoints, Invalid for a number or key that cannot be, and NotUnique if the account's owner used the
    key for something else.
    """
    issue = lambda account: gift_card_id  # noqa: E731
    return spend_for(issue, account, points=points, key=key, now=now, channel=channel).entry


@dataclass(frozen=True)
class Spent:
    """What spending wrote; `account` is as it stands after it. `is_new` is False where it had been written before."""

    entry: PointsEntry
    account: PointsAccount
    is_new: bool


def spend_for(
    issue: Callable[[PointsAccount], int],
    account: PointsAccount,
    *,
    points: int,
    key: str,
    now: datetime,
    channel: str,
) -> Spent:
    """As `spend`, for a gift card that `issue` makes once the points are known to be there, and returns the id of.

    Whatever `issue` raises leaves the points where they were.
    """
    _see_amount(points)
    kind = EntryKind.REDEMPTION
    with transaction.atomic():
        book = Book(account, now)
        if entry := repeated(book.account, kind=kind, points=-points, key=key, channel=channel):
            return Spent(entry, book.account, is_new=False)
        has = book.account.available - book.account.debt
        if has < points:
            raise errors.InsufficientPoints(f"There are {has} points; {points} were asked for.", field="points")
        entry = book.enter_taken(
            points,
            kind=kind,
            key=_stored_key(book.account, kind, key),
            channel=channel,
            gift_card_id=issue(book.account),
            available_at=book.now,
        )
        return Spent(entry, book.account, is_new=True)


def adjust(
    account: PointsAccount,
    *,
    points: int,
    key: str,
    reason: str,
    author_id: int | None,
    now: datetime,
    expires_at: datetime | None = None,
) -> PointsEntry:
    """Add points, or take them if negative, because staff say so. The balance may go below zero.

    Returns the entry, also when it was made before. Raises Required without a reason, Invalid for 0 and for more points
    than an account can hold or owe, and NotUnique if the key was used for another adjustment of this account.
    """
    _see_amount(-points if isinstance(points, int) and points < 0 else points)
    reason = _reason(reason)
    kind = EntryKind.ADJUSTMENT
    with transaction.atomic():
        book = Book(account, now)
        if entry := repeated(book.account, kind=kind, points=points, key=key, channel=""):
            _see_same_reason(entry, reason)
            return entry
        if expires_at is not None and (points < 0 or expires_at <= book.now):
            raise errors.Invalid("Only points that are added can expire, and not in the past.", field="expires_at")
        enter = book.enter_earned if points > 0 else book.enter_taken
        stored = _stored_key(book.account, kind, key)
        entry = enter(abs(points), kind=kind, key=stored, channel="", available_at=book.now, expires_at=expires_at)
        PointsRemark.objects.create(entry=entry, text=reason, author_id=author_id)
        return entry


def reverse(entry: PointsEntry, *, share: Fraction, now: datetime) -> PointsEntry | None:
    """Let so much of earned points, 0 to 1, be taken back in all; return the entry that this needs, if any.

    What was taken back before counts, and what has expired is not taken a second time. Points are rounded down, and all
    are gone at 1. What is not there any more is owed: the balance goes below zero.
    """
    if not 0 <= share <= 1 or entry.kind not in EARNED:
        raise errors.Invalid("Between nothing and all of earned points can be taken back.", field="share")
    with transaction.atomic():
        book = Book(entry.account, now)
        if book.account.shopper_id is None:
            # Its owner was forgotten, and the account closed: nobody could ever pay such a debt.
            return None
        with connection.cursor() as cursor:
            cursor.execute(_TAKEN_BACK, {"entry": entry.pk})
            before, expired = cursor.fetchone()
        wanted = entry.points * share.numerator // share.denominator
        points = min(wanted, entry.points - expired) - before
        if points <= 0:
            return None
        own = lot_of(entry.pk)
        return book.enter_taken(
            points,
            own=own,
            kind=EntryKind.REVERSAL,
            key=f"reversal:{entry.pk}:{before + points}",
            channel=entry.channel,
            order_id=entry.order_id,
            reverses=entry,
            available_at=max(book.now, own.available_at),
        )


def repeated(account: PointsAccount, *, kind: EntryKind, points: int, key: str, channel: str) -> PointsEntry | None:
    """Return the entry that was made under a key, also before accounts were merged; None if there is none.

    `points` is signed as in the entry. Raises NotUnique if that entry is another account's, or of another kind, number of
    points or channel; Invalid for a key that cannot be.
    """
    root_id = account.merged_into_id or account.pk
    rows = PointsEntry.objects.filter(key=key)
    if kind in WITH_KEYS_OF_THEIR_OWN:
        own = _stored_key(account, kind, key).split(":", 2)[2]
        family = PointsAccount.objects.filter(Q(pk=root_id) | Q(merged_into=root_id)).order_by()
        stored = Concat(Value(f"{kind.value}:"), Cast("pk", CharField()), Value(f":{own}"))
        rows = PointsEntry.objects.filter(key__in=family.values_list(stored))
    made = list(rows.select_related("account").order_by("pk"))
    for entry in made:
        is_ours = root_id in (entry.account_id, entry.account.merged_into_id)
        if is_ours and (entry.kind, entry.points, entry.channel) == (kind.value, points, channel):
            return entry
    if made:
        raise errors.NotUnique("This key was used for something else.", field="idempotency_key")
    return None


def _stored_key(account: PointsAccount, kind: EntryKind, key: str) -> str:
    """Return a key as entries have it: with kind and account in front, unless they are there."""
    if not key.strip():
        raise errors.Required(field="idempotency_key")
    prefix = f"{kind.value}:{account.pk}:"
    stored = key if key.startswith(prefix) else prefix + key
    if len(stored) > LONGEST_KEY or "\0" in stored:
        raise errors.Invalid(f"A key has at most {LONGEST_KEY - len(prefix)} characters.", field="idempotency_key")
    return stored


def _see_amount(points: object) -> None:
    if isinstance(points, bool) or not isinstance(points, int) or not 0 < points <= MOST_POINTS:
        raise errors.Invalid(f"Write a whole number of points, 1 to {MOST_POINTS}.", field="points")


def _reason(text: str) -> str:
    reason = text.strip()
    if not reason:
        raise errors.Required("Say why: a reason is needed for each correction.", field="reason")
    if len(reason) > LONGEST_REASON or "\0" in reason:
        raise errors.Invalid(f"A reason has at most {LONGEST_REASON} characters.", field="reason")
    return reason


def _see_same_reason(entry: PointsEntry, reason: str) -> None:
    if PointsRemark.objects.filter(entry=entry).exclude(text=reason).exists():
        raise errors.NotUnique("This key was used with another reason.", field="idempotency_key")
