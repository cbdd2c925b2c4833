"""The ledger once more, as plainly as can be: it holds everything in memory and lives through every moment in turn."""

from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction


@dataclass
class Reward:
    number: int
    points: int
    left: int
    available_at: datetime
    expires_at: datetime | None
    expired: int = 0
    taken_back: int = 0

    @property
    def urgency(self) -> tuple[bool, float, int]:
        return self.expires_at is None, self.expires_at.timestamp() if self.expires_at else 0, self.number


@dataclass
class Replay:
    """What one account ought to have. `number` of a reward or debt is its entry's id."""

    as_of: datetime
    rewards: list[Reward] = field(default_factory=list)
    debts: list[list[int]] = field(default_factory=list)
    history: list[tuple[str, int]] = field(default_factory=list)

    def live_until(self, now: datetime) -> datetime:
        """Let every moment happen in which a reward becomes available or expires; return what time it is then."""
        now = max(now, self.as_of)
        times = {time for reward in self.rewards for time in (reward.available_at, reward.expires_at) if time}
        for moment in sorted(time for time in times if self.as_of < time <= now):
            self.as_of = moment
            self._work()
        self.as_of = now
        return now

    def _work(self) -> None:
        for reward in self._spendable():
            for debt in self.debts:
                paid = min(debt[1], reward.left)
                debt[1] -= paid
                reward.left -= paid
        for reward in sorted(self.rewards, key=lambda one: (one.available_at, one.urgency)):
            if reward.left and reward.expires_at and reward.expires_at <= self.as_of:
                self._expire(reward)

    def _expire(self, reward: Reward) -> None:
        self.history.append(("expiry", -reward.left))
        reward.expired += reward.left
        reward.left = 0

    def _spendable(self) -> list[Reward]:
        there = [reward for reward in self.rewards if reward.left and reward.available_at <= self.as_of]
        return sorted(there, key=lambda reward: reward.urgency)

    @property
    def available(self) -> int:
        return sum(reward.left for reward in self._spendable()) - sum(owed for _, owed in self.debts)

    @property
    def pending(self) -> int:
        return sum(reward.left for reward in self.rewards if reward.available_at > self.as_of)

    @property
    def total(self) -> int:
        return sum(points for _, points in self.history)

    def add(self, number: int, kind: str, points: int, available_at: datetime, expires_at: datetime | None) -> None:
        self.history.append((kind, points))
        self.rewards.append(Reward(number, points, points, available_at, expires_at))
        self._work()

    def take(self, number: int, kind: str, points: int, own: Reward | None = None) -> None:
        self.history.append((kind, -points))
        for reward in [*([own] if own else []), *self._spendable()]:
            taken = min(points, reward.left)
            reward.left -= taken
            points -= taken
        self.debts.append([number, points])

    def owed_back(self, reward: Reward, share: Fraction) -> int:
        """Points that a reversal has yet to take."""
        wanted = int(reward.points * share)
        return max(min(wanted, reward.points - reward.expired) - reward.taken_back, 0)

    def absorb(self, other: "Replay") -> None:
        now = max(self.as_of, other.as_of)
        for one in (self, other):
            one.live_until(now)
        self.rewards = sorted(self.rewards + other.rewards, key=lambda reward: reward.number)
        self.debts = sorted(self.debts + other.debts)
        self.history += other.history
        self._work()

    def close(self) -> None:
        for reward in self.rewards:
            if reward.left:
                self._expire(reward)
        if owed := sum(owed for _, owed in self.debts):
            self.history.append(("adjustment", owed))
            self.debts = []
