"""What surveys would have done with the orders of the last days; nothing is written and nobody is asked."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import batched

from django.db.models import Max

from ...shop import get_shop
from ...shop.interface import Order
from ...shop.settings import ShopSettings, SurveySettings
from ...shoppers.models import Shopper
from ...shoppers.recognizing import email_hash
from ..models import Invitation, InvitationStatus, SkipReason
from .scheduling import skip_reason_of
from .sending import reason_of_order

MOST_ORDERS = 5000
_BATCH = 1000


@dataclass(frozen=True)
class Asking:
    """A survey that asks about fulfilled orders, in these channels; none means every channel."""

    channels: Collection[str] = ()
    ignores_cooldown: bool = False

    def serves(self, channel: str) -> bool:
        return not self.channels or channel in self.channels


@dataclass(frozen=True)
class DryRun:
    """What would have happened: `spared` counts orders by SkipReason. `is_cut` if there were more than MOST_ORDERS."""

    asked: int
    spared: Mapping[str, int]
    is_cut: bool = False

    @property
    def orders(self) -> int:
        return self.asked + self.spared_orders

    @property
    def spared_orders(self) -> int:
        return sum(self.spared.values())


def dry_run(
    settings: ShopSettings,
    *,
    surveys: Iterable[Asking],
    days: int,
    now: datetime,
    channels: Collection[str] | None = None,
) -> DryRun:
    """Go through the orders fulfilled in the last days as if surveys had been on, with these settings.

    `channels` narrows down what is looked at. Orders are taken as they stand now: one cancelled since is spared.
    """
    since = now - timedelta(days=days)
    asking = list(surveys)
    orders, is_cut = _fulfilled(since, _served(settings, asking, channels))
    shoppers = _Shoppers.of(orders, since)
    counts = Counter(
        shoppers.reason_of(order, settings, [one for one in asking if one.serves(order.channel)], now=now)
        for order in sorted(orders, key=lambda order: order.fulfilled_at or now)
    )
    asked = counts.pop("", 0)
    return DryRun(asked, dict(counts.most_common()), is_cut)


def _served(settings: ShopSettings, surveys: Sequence[Asking], wanted: Collection[str] | None) -> list[str]:
    return [
        channel
        for channel in get_shop().channels()
        if (wanted is None or channel in wanted)
        and (not settings.channels or channel in settings.channels)
        and any(survey.serves(channel) for survey in surveys)
    ]


def _fulfilled(since: datetime, channels: Collection[str]) -> tuple[list[Order], bool]:
    shop = get_shop()
    found: dict[object, Order] = {}
    if channels:
        for ids in shop.fulfilled_order_ids(since=since, channels=channels):
            for some in batched(ids, _BATCH):
                found |= {pk: order for pk, order in shop.orders(some).items() if order.is_askable}
            if len(found) > MOST_ORDERS:
                return list(found.values())[:MOST_ORDERS], True
    return list(found.values()), False


@dataclass
class _Shoppers:
    """When each shopper was last asked; it moves on as orders are gone through."""

    asked_at: dict[str, datetime]
    opted_out: frozenset[str]

    @classmethod
    def of(cls, orders: Collection[Order], since: datetime) -> "_Shoppers":
        hashes = {email_hash(order.email) for order in orders if order.email}
        known = dict(Shopper.objects.filter(email_hash__in=hashes).values_list("pk", "email_hash"))
        refused = Shopper.objects.filter(pk__in=known, opted_out_at__isnull=False).values_list("email_hash", flat=True)
        # What was asked in these days is what the dry run is to find out.
        before = (
            Invitation.objects.filter(shopper__in=known, created_at__lt=since)
            .filter(survey__ignores_cooldown=False)
            .exclude(status__in=[InvitationStatus.SKIPPED, InvitationStatus.CANCELED])
            .values_list("shopper")
            .annotate(last=Max("created_at"))
        )
        return cls({known[pk]: last for pk, last in before}, frozenset(refused))

    def reason_of(self, order: Order, settings: ShopSettings, asking: Sequence[Asking], *, now: datetime) -> str:
        """Return why an order's customer would not have been asked by any survey, or "" and remember that they would."""
        own = settings.for_channel(order.channel)
        reason = skip_reason_of(order, own)
        if reason:
            return reason
        key, at = email_hash(order.email), order.fulfilled_at or now
        if key in self.opted_out:
            return SkipReason.OPTED_OUT
        is_cooling = self._is_cooling(key, at, own)
        if is_cooling and not any(survey.ignores_cooldown for survey in asking):
            return SkipReason.COOLDOWN
        gone = reason_of_order(order)
        if gone is not None:
            return gone
        if not is_cooling and not all(survey.ignores_cooldown for survey in asking):
            self.asked_at[key] = at
        return ""

    def _is_cooling(self, key: str, at: datetime, settings: SurveySettings) -> bool:
        return key in self.asked_at and self.asked_at[key] > at - timedelta(days=settings.cooldown_days)
