"""Short sentences in which tests tell what happens to somebody's points."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from itertools import count
from typing import Any, Self

from saleor_nps_plugin.rewards import balances, ledger
from saleor_nps_plugin.rewards.models import EntryKind, PointsAccount, PointsEntry, PointsLot
from saleor_nps_plugin.shoppers.models import Shopper
from saleor_nps_plugin.shoppers.recognizing import recognize

CHANNEL = "default-channel"
_numbers = count(1)


def some_key() -> str:
    return f"event {next(_numbers)}"


@dataclass
class Purse:
    """One account and a clock. Days count from `now`; `waits` is None for points that are there at once."""

    account: PointsAccount
    now: datetime

    @classmethod
    def of(cls, email: str, now: datetime, currency: str = "USD") -> Self:
        shopper = recognize(email=email, user_id=None)
        return cls(ledger.account_of(shopper, currency, now=now), now)

    @property
    def shopper(self) -> Shopper:
        assert self.account.shopper is not None
        return self.account.shopper

    def later(self, **duration: float) -> datetime:
        self.now += timedelta(**duration)
        return self.now

    def in_days(self, days: float) -> datetime:
        return self.now + timedelta(days=days)

    def earn(
        self,
        points: int,
        *,
        waits: float | None = None,
        lasts: float | None = None,
        kind: EntryKind = EntryKind.CASHBACK,
        key: str = "",
        channel: str = CHANNEL,
        **values: Any,
    ) -> PointsEntry:
        return ledger.post(
            self.account,
            kind=kind,
            points=points,
            key=key or some_key(),
            now=self.now,
            available_at=None if waits is None else self.in_days(waits),
            expires_at=None if lasts is None else self.in_days((waits or 0) + lasts),
            channel=channel,
            **values,
        )

    def spend(self, points: int, *, key: str = "", channel: str = CHANNEL, gift_card_id: int = 7) -> PointsEntry:
        key = key or some_key()
        return ledger.spend(
            self.account, points=points, key=key, now=self.now, channel=channel, gift_card_id=gift_card_id
        )

    def adjust(
        self, points: int, *, key: str = "", reason: str = "Sorry for the broken cup", **values: Any
    ) -> PointsEntry:
        key = key or some_key()
        return ledger.adjust(self.account, points=points, key=key, reason=reason, author_id=3, now=self.now, **values)

    def reverse(self, entry: PointsEntry, share: float | str | Fraction = 1) -> PointsEntry | None:
        return ledger.reverse(entry, share=Fraction(share), now=self.now)

    @property
    def has(self) -> tuple[int, int]:
        """What can be spent now, and what is pending."""
        balance = balances.balance(self.account, now=self.now)
        return balance.available, balance.pending

    @property
    def history(self) -> list[tuple[str, int]]:
        """Kinds and points of all entries, oldest first."""
        entries = balances.entries_of(self.account).order_by("pk")
        return list(entries.values_list("kind", "points"))


def left_of(*entries: PointsEntry) -> list[int]:
    """What is left of the lots of these entries."""
    lots = PointsLot.objects.in_bulk([entry.pk for entry in entries])
    return [lots[entry.pk].remaining for entry in entries]
