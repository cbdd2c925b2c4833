"""Whatever happens to points, in whatever order: the ledger agrees with a plain replay of it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import pairwise

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from saleor_nps_plugin import errors
from saleor_nps_plugin.rewards import balances, checking, expiring, ledger, merging
from saleor_nps_plugin.rewards.liability import liability
from saleor_nps_plugin.rewards.models import EntryKind, PointsAccount, PointsDebt, PointsEntry, PointsLot
from saleor_nps_plugin.shoppers.recognizing import recognize
from tests.rewards.replay import Replay, Reward

START = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
PEOPLE = ("ada@example.com", "bob@example.com", "eve@example.com")
KINDS = (EntryKind.CASHBACK, EntryKind.REFERRAL, EntryKind.BONUS)

who = st.integers(0, len(PEOPLE) - 1)
points = st.integers(1, 120)
lasts = st.sampled_from([None, None, 0.5, 1, 2, 5, 5, 30])
earn = st.tuples(st.just("earn"), who, st.sampled_from(KINDS), points, st.sampled_from([None, -4, 0, 1, 2, 9]), lasts)
spend = st.tuples(st.just("spend"), who, points)
adjust = st.tuples(st.just("adjust"), who, points | points.map(int.__neg__), lasts)
reverse = st.tuples(
    st.just("reverse"), st.integers(0, 20), st.fractions(0, 1, max_denominator=7) | st.just(Fraction(1))
)
merge = st.tuples(st.just("merge"), who, who)
close = st.tuples(st.just("close"), who)
wait = st.tuples(st.just("wait"), st.sampled_from([-6, -0.5, 0.25, 1, 1, 2, 3, 10]))
expire = st.tuples(st.just("expire"))
stories = st.lists(
    st.one_of(earn, earn, earn, spend, spend, adjust, reverse, reverse, wait, wait, merge, expire, close),
    min_size=3,
    max_size=30,
)


class Both:
    """The ledger and its replay, side by side."""

    def __init__(self) -> None:
        self.now = START
        self.number = 0
        self.shoppers = [recognize(email=email, user_id=None) for email in PEOPLE]
        self.replays: dict[int, Replay] = {}
        self.rewards: list[tuple[PointsEntry, Reward]] = []

    def live(self, step: tuple) -> None:
        name, *values = step
        getattr(self, name)(*values)
        self.compare()

    def key(self) -> str:
        self.number += 1
        return f"key {self.number}"

    def account(self, person: int) -> tuple[PointsAccount, Replay]:
        account = ledger.account_of(self.shoppers[person], "USD", now=self.now)
        replay = self.replays.setdefault(account.pk, Replay(account.as_of))
        return account, replay

    def twice[Result](self, book: Callable[[], Result]) -> Result:
        """Every write can be repeated, and changes nothing then."""
        first = book()
        before = PointsEntry.objects.count()
        assert book() == first
        assert PointsEntry.objects.count() == before
        return first

    def earn(self, person: int, kind: EntryKind, points: int, waits: float | None, lasts: float | None) -> None:
        account, replay = self.account(person)
        now = replay.live_until(self.now)
        available_at = now if waits is None else self.now + timedelta(days=waits)
        expires_at = available_at + timedelta(days=lasts) if lasts else None
        values = {"kind": kind, "points": points, "key": self.key(), "now": self.now, "expires_at": expires_at}
        if waits is not None:
            values["available_at"] = available_at
        entry = self.twice(lambda: ledger.post(account, **values))
        replay.add(entry.pk, kind.value, points, available_at, expires_at)
        self.rewards.append((entry, replay.rewards[-1]))

    def spend(self, person: int, points: int) -> None:
        account, replay = self.account(person)
        values = {"points": points, "key": self.key(), "now": self.now, "channel": "", "gift_card_id": 1}
        replay.live_until(self.now)
        if replay.available < points:
            with pytest.raises(errors.InsufficientPoints):
                ledger.spend(account, **values)
        else:
            entry = self.twice(lambda: ledger.spend(account, **values))
            replay.take(entry.pk, "redemption", points)

    def adjust(self, person: int, points: int, lasts: float | None) -> None:
        account, replay = self.account(person)
        now = replay.live_until(self.now)
        expires_at = now + timedelta(days=lasts) if lasts and points > 0 else None
        values = {"key": self.key(), "reason": "Because", "author_id": 1, "now": self.now, "expires_at": expires_at}
        entry = self.twice(lambda: ledger.adjust(account, points=points, **values))
        if points > 0:
            replay.add(entry.pk, "adjustment", points, now, expires_at)
        else:
            replay.take(entry.pk, "adjustment", -points)

    def reverse(self, which: int, share: Fraction) -> None:
        if not self.rewards:
            return
        entry, reward = self.rewards[which % len(self.rewards)]
        replay = next(replay for replay in self.replays.values() if reward in replay.rewards)
        replay.live_until(self.now)
        points = replay.owed_back(reward, share)
        reversal = ledger.reverse(PointsEntry.objects.get(pk=entry.pk), share=share, now=self.now)
        assert (-reversal.points if reversal else 0) == points
        if reversal:
            replay.take(reversal.pk, "reversal", points, own=reward)
            reward.taken_back += points

    def merge(self, kept: int, other: int) -> None:
        has_any = PointsAccount.objects.filter(shopper=self.shoppers[other], merged_into=None).exists()
        if kept == other or not has_any:
            return
        (into, one), (out_of, another) = self.account(kept), self.account(other)
        for replay in (one, another):
            replay.live_until(self.now)
        merging.merge(kept=self.shoppers[kept], other=self.shoppers[other], now=self.now)
        one.absorb(another)
        del self.replays[out_of.pk]
        assert into.pk in self.replays

    def close(self, person: int) -> None:
        _, replay = self.account(person)
        replay.live_until(self.now)
        merging.close(self.shoppers[person], now=self.now)
        replay.close()
        assert (replay.available, replay.pending, replay.total) == (0, 0, 0)

    def wait(self, days: float) -> None:
        self.now += timedelta(days=days)

    def expire(self) -> None:
        due = PointsLot.objects.filter(remaining__gt=0, expires_at__lte=self.now)
        for account in due.values_list("account", flat=True).distinct():
            self.replays[account].live_until(self.now)
        while expiring.expire_due(now=self.now, limit=2):
            pass
        assert not due.exists()

    def compare(self) -> None:
        accounts = PointsAccount.objects.in_bulk(self.replays)
        read = balances.balances(accounts.values(), now=self.now)
        for pk, replay in self.replays.items():
            written = {lot.pk: lot.remaining for lot in PointsLot.objects.filter(account=pk, remaining__gt=0)}
            owed = {debt.pk: debt.remaining for debt in PointsDebt.objects.filter(account=pk, remaining__gt=0)}
            history = list(balances.entries_of(accounts[pk]).order_by("pk").values_list("kind", "points"))
            if accounts[pk].as_of == replay.as_of:
                assert {reward.number: reward.left for reward in replay.rewards if reward.left} == written
                assert {number: left for number, left in replay.debts if left} == owed
                assert sorted(history) == sorted(replay.history)
            future = _copy(replay)
            future.live_until(self.now)
            assert read[pk] == balances.Balance(future.available, future.pending)


def _copy(replay: Replay) -> Replay:
    rewards = [Reward(**vars(reward)) for reward in replay.rewards]
    return Replay(replay.as_of, rewards, [list(debt) for debt in replay.debts], list(replay.history))


@pytest.mark.usefixtures("db")
@settings(
    max_examples=60,
    deadline=None,
    # Explaining takes minutes here, and a replay explains itself.
    phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(story=stories, days=st.lists(st.integers(-10, 200), min_size=1, max_size=4, unique=True))
def test_the_ledger_agrees_with_a_plain_replay(story, days):
    with transaction.atomic():
        both = Both()
        for step in story:
            both.live(step)
        assert list(checking.violations()) == []
        _see_that_liability_closes(both, sorted(days))
        connection.check_constraints()
        transaction.set_rollback(True)


def _see_that_liability_closes(both: Both, days: list[int]) -> None:
    """However the time is split into periods, each begins where the last one ended."""
    ends = [(START + timedelta(days=days)).date() for days in days]
    starts = [None, *(end + timedelta(days=1) for end in ends)]
    periods = [liability(start=start, end=end) for start, end in zip(starts, [*ends, None], strict=True)]
    edges = [[(row.opening, row.closing) for row in rows] or [(0, 0)] for rows in periods]
    assert edges[0][0][0] == 0
    assert all(before[0][1] == after[0][0] for before, after in pairwise(edges))
    assert edges[-1][0][1] == sum(PointsEntry.objects.values_list("points", flat=True))
    for rows in periods:
        for row in rows:
            moved = row.earned + row.redeemed + row.expired + row.reversed + row.adjusted
            assert row.opening + moved == row.closing
            assert row.redemption_rate is None or 0 <= row.redemption_rate <= 1
