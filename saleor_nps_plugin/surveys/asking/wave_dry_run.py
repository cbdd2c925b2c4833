"""Whom a wave would ask and whom it would spare; nothing is written and nobody is asked."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import batched

from ...shop import get_shop
from ...shoppers.models import Shopper
from ...shoppers.recognizing import email_hash
from ..answering import ballots
from ..models import SkipReason, Wave
from . import waves
from .address_lists import Person
from .wave_invitations import Addressee, reason_of, see_enough, with_open_cases

MOST_ORDERS = 5000
_BATCH = 1000


@dataclass(frozen=True)
class WaveDryRun:
    """How many people a wave would ask, and how many spare, by SkipReason.

    `is_cut` if there were more than MOST_ORDERS orders: then it is about the customers of the latest of them.
    """

    asked: int
    spared: Mapping[str, int]
    is_cut: bool = False

    @property
    def spared_people(self) -> int:
        return sum(self.spared.values())


def of_customers(wave: Wave) -> WaveDryRun:
    """Go through the orders of a wave that is not stored, see `waves.of_customers`, as the worker will at its start."""
    found: dict[str, Addressee] = {}
    accounts: set[int] = set()
    looked_at = 0
    while looked_at < MOST_ORDERS and (placed := waves.next_orders(wave, _BATCH)):
        looked_at += len(placed)
        orders = get_shop().orders([order_id for _, order_id in placed])
        for order in (orders[order_id] for _, order_id in placed if order_id in orders):
            key = email_hash(order.email) if order.email else ""
            if key and key not in found and order.user_id not in accounts:
                found[key] = Addressee.who_ordered(order, is_returning=False)
                accounts |= {order.user_id} if order.user_id is not None else set()
    is_cut = looked_at >= MOST_ORDERS and bool(waves.next_orders(wave, 1))
    return _counted(wave, found, wave.starts_at, is_cut=is_cut)


def of_addresses(wave: Wave, people: Sequence[Person], now: datetime) -> WaveDryRun:
    """Go through the addresses of a wave that is not stored, see `waves.of_addresses`.

    Raises Invalid for an anonymous wave of fewer people than may be asked.
    """
    found = {email_hash(one.email): Addressee.of(one, wave) for one in people}
    if not wave.is_anonymous:
        return _counted(wave, found, now)
    refused = len(ballots.opted_out(list(found)))
    see_enough(len(found) - refused)
    return WaveDryRun(len(found) - refused, {SkipReason.OPTED_OUT.value: refused} if refused else {})


def _counted(wave: Wave, people: Mapping[str, Addressee], at: datetime, *, is_cut: bool = False) -> WaveDryRun:
    counts: Counter[str] = Counter()
    settings = get_shop().settings()
    for keys in batched(people, _BATCH):
        known = {one.email_hash: one for one in Shopper.objects.filter(email_hash__in=keys)}
        busy = with_open_cases(known.values())
        # Whoever is not known yet has never been asked.
        counts.update(
            reason_of(known[key], wave, settings.for_channel(people[key].channel), at, busy)
            for key in keys
            if key in known
        )
        counts[""] += len(keys) - len(known)
    asked = counts.pop("", 0)
    return WaveDryRun(asked, {str(reason): count for reason, count in counts.most_common()}, is_cut)
