"""A locked account, and all that is ever written about it: entries, lots, draws, debts and sums."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from django.db import connection

from .. import errors
from ..money import MOST_POINTS
from . import statements
from .models import EntryKind, PointsAccount, PointsEntry

CHUNK = 100


@dataclass
class Lot:
    """A row of PointsLot that has something left."""

    id: int
    remaining: int
    available_at: datetime
    expires_at: datetime | None

    def take(self, points: int) -> int:
        """Take up to so many points; return how many there were."""
        taken = min(points, self.remaining)
        self.remaining -= taken
        return taken

    def has_expired(self, now: datetime) -> bool:
        return self.expires_at is not None and self.expires_at <= now


class Book:
    """One account, locked until the transaction ends and brought up to date to `now`.

    `now` is never earlier than what was written before: time does not run backwards for an account, whatever a clock says.
    `changed` is the number of lots that had become available or expired since the account was last written to.
    """

    def __init__(self, account: PointsAccount, now: datetime, *, for_earning: bool = False) -> None:
        """Lock the account that this one is, or was merged into. Inside a transaction only.

        One that is opened `for_earning` is brought up to date when points are entered, not before.
        """
        self.account = lock(account.merged_into_id or account.pk)
        if self.account.shopper_id == account.shopper_id and PointsAccount.shopper.is_cached(account):
            self.account.shopper = account.shopper
        self.now = max(now, self.account.as_of)
        self.changed = 0
        if not for_earning:
            self._catch_up()

    def save(self) -> None:
        """Write the sums. An entry does so by itself."""
        with connection.cursor() as cursor:
            cursor.execute(f"{statements.SET_SUMS} WHERE id = %s", [*self._sums(), self.now, self.account.pk])

    def _sums(self) -> tuple[int, int, int]:
        return self.account.available, self.account.pending, self.account.debt

    # What time does

    def _catch_up(self) -> None:
        since, self.account.as_of = self.account.as_of, self.now
        if since == self.now:
            return
        lots = _lots(statements.CHANGED, {"account": self.account.pk, "since": since, "now": self.now})
        self.changed = len(lots)
        matured = sum(lot.remaining for lot in lots if lot.available_at > since)
        self.account.pending -= matured
        self.account.available += matured
        self._let_time_work(lots)

    def _let_time_work(self, lots: Collection[Lot]) -> None:
        """Let lots that the sums count as available settle debts, in this order, and then expire."""
        if lots:
            self._settle(lots)
            self._expire(
                (lot, f"expiry:{lot.id}", lot.expires_at or self.now)
                for lot in lots
                if lot.remaining and lot.has_expired(self.now)
            )
            self.save()

    def _settle(self, lots: Iterable[Lot]) -> None:
        if not self.account.debt:
            return
        taken: list[tuple[int, int, int]] = []
        rest = iter(lots)
        lot = next(rest, None)
        with connection.cursor() as cursor:
            cursor.execute(statements.DEBTS, [self.account.pk])
            for entry_id, owed in cursor.fetchall():
                while owed and lot:
                    if points := lot.take(owed):
                        taken.append((entry_id, lot.id, points))
                        owed -= points
                    if not lot.remaining:
                        lot = next(rest, None)
            if taken:
                cursor.execute(statements.SETTLE, [list(column) for column in zip(*taken, strict=True)])
        settled = sum(points for _, _, points in taken)
        self.account.debt -= settled
        self.account.available -= settled

    def _expire(self, lots: Iterable[tuple[Lot, str, datetime]]) -> None:
        """Write off what is left of lots, each under a key of its own, as of a moment. The sums are to be saved after."""
        gone = [(lot.id, lot.remaining, key, moment) for lot, key, moment in lots]
        if not gone:
            return
        with connection.cursor() as cursor:
            columns = [list(column) for column in zip(*gone, strict=True)]
            cursor.execute(statements.EXPIRE, [*columns, self.account.pk, self.now])
        for _, points, _, moment in gone:
            if moment <= self.now:
                self.account.available -= points
            else:
                self.account.pending -= points

    # What is entered

    def enter_earned(self, points: int, **values: Any) -> PointsEntry:
        """Add points as a lot, and settle debts from it. Raises NotUnique if the key is taken."""
        entry = self._entry(points=points, **values)
        is_available = entry.available_at <= self.now
        change = (points, 0, 0) if is_available else (0, points, 0)
        lot = Lot(0, points, entry.available_at, entry.expires_at)
        if not self.account.debt and not lot.has_expired(self.now) and self._enter_quickly(entry, change):
            return entry
        self._catch_up()
        if not self._enter(entry, statements.ENTER_EARNED, change):
            raise errors.NotUnique(field="idempotency_key")
        lot.id = entry.pk
        if is_available and (self.account.debt or lot.has_expired(self.now)):
            self._let_time_work([lot])
        return entry

    def _enter_quickly(self, entry: PointsEntry, change: tuple[int, int, int]) -> bool:
        """Enter it if time has changed nothing, there is room, and the key is free; else do nothing."""
        since = self.account.as_of
        has_room = self.account.available + self.account.pending + entry.points <= MOST_POINTS
        only_if = [self.account.pk, since, self.now]
        if since == self.now or not has_room:
            return False
        if is_entered := self._enter(entry, statements.ENTER_EARNED_IF_UNCHANGED, change, only_if=only_if):
            self.account.as_of = self.now
        return is_entered

    def enter_taken(self, points: int, *, own: Lot | None = None, **values: Any) -> PointsEntry:
        """Take points away, of the lot `own` first, then soonest-expiring first; the rest is owed.

        Lots that are not yet available are left alone, except `own`. Raises NotUnique if the key is taken.
        """
        entry = self._entry(points=-points, **values)
        taken = self._gather(points, own)
        owed = points - sum(amount for _, amount in taken)
        waiting = sum(amount for lot, amount in taken if lot.available_at > self.now)
        change = (waiting + owed - points, -waiting, owed)
        drawn = [[lot.id for lot, _ in taken], [amount for _, amount in taken]]
        if not self._enter(entry, statements.ENTER_TAKEN, change, then=[owed, *drawn]):
            raise errors.NotUnique(field="idempotency_key")
        return entry

    def _gather(self, points: int, own: Lot | None) -> list[tuple[Lot, int]]:
        taken = [(own, own.take(points))] if own and own.remaining else []
        missing = points - sum(amount for _, amount in taken)
        for lot in self._spendable() if missing else ():
            if own is None or lot.id != own.id:
                taken.append((lot, lot.take(missing)))
                missing -= taken[-1][1]
            if not missing:
                break
        return taken

    def _spendable(self) -> Iterator[Lot]:
        """Yield the lots that can be drawn, soonest-expiring first; no more of them are read than are used."""
        offset = 0
        while lots := _lots(statements.SPENDABLE, [self.account.pk, self.now, CHUNK, offset]):
            yield from lots
            offset += CHUNK

    def _entry(self, *, kind: EntryKind, points: int, key: str, **values: Any) -> PointsEntry:
        return PointsEntry(account=self.account, kind=kind.value, points=points, key=key, created_at=self.now, **values)

    def _enter(
        self,
        entry: PointsEntry,
        statement: str,
        change: tuple[int, int, int],
        *,
        only_if: Sequence[Any] = (),
        then: Sequence[Any] = (),
    ) -> bool:
        available, pending, debt = (before + more for before, more in zip(self._sums(), change, strict=True))
        see_not_too_many(available + pending)
        see_not_too_many(debt)
        row = [getattr(entry, name) for name in statements.ENTRY_FIELDS]
        with connection.cursor() as cursor:
            cursor.execute(statement, [*row, *only_if, available, pending, debt, self.now, *then])
            written = cursor.fetchone()
        if written is None:
            return False
        self.account.available, self.account.pending, self.account.debt = available, pending, debt
        entry.pk = written[0]
        entry._state.adding, entry._state.db = False, connection.alias
        return True

    # What happens to the account as a whole

    def take_over(self, other: Self) -> None:
        """Add the sums of an account whose lots and debts were moved here; one's debts are settled by the other's lots."""
        self.account.available += other.account.available
        self.account.pending += other.account.pending
        self.account.debt += other.account.debt
        see_not_too_many(self.account.available + self.account.pending)
        see_not_too_many(self.account.debt)
        self._settle(self._spendable())
        self.save()

    def write_off(self) -> None:
        """Let nothing be left and nothing be owed."""
        self._expire(
            (lot, f"closing:{self.account.pk}:{lot.id}", max(self.now, lot.available_at))
            for lot in _lots(statements.LEFT_OVER, [self.account.pk])
        )
        self.save()
        if owed := self.account.debt:
            with connection.cursor() as cursor:
                cursor.execute(statements.DEBTS, [self.account.pk])
                oldest, _ = cursor.fetchone()
            key = f"closing:{self.account.pk}:{oldest}"
            self.enter_earned(owed, kind=EntryKind.ADJUSTMENT, key=key, available_at=self.now)


def lot_of(entry_id: int) -> Lot:
    """Return the lot that an entry added, of a locked account."""
    return _lots(statements.LOT, [entry_id])[0]


def _lots(statement: str, values: Any) -> list[Lot]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [Lot(*row) for row in cursor.fetchall()]


def lock(account_id: int) -> PointsAccount:
    """Return an account as it is once nobody else writes to it; or the one that it was merged into meanwhile."""
    while True:
        with connection.cursor() as cursor:
            cursor.execute(statements.LOCK, [account_id])
            row = cursor.fetchone()
        if row is None:
            raise PointsAccount.DoesNotExist
        account = PointsAccount.from_db(connection.alias, statements.ACCOUNT_FIELDS, row)
        if account.merged_into_id is None:
            return account
        account_id = account.merged_into_id


def see_not_too_many(points: int) -> None:
    """Raise Invalid for more points than an account can hold, or owe."""
    if points > MOST_POINTS:
        raise errors.Invalid("These are more points than an account can hold.", field="points")
