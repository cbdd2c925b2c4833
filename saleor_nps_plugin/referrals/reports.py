"""What codes have led to: how many are shared, what friends ordered with them, and what that brought."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from ..shop import get_shop
from .models import Referral, ReferralCode, ReferralStatus

# Where an order counts: a new customer came, and the money stayed.
COUNTED = (ReferralStatus.QUALIFIED, ReferralStatus.REWARDED)


@dataclass(frozen=True)
class ReferralFilter:
    """Which friends' orders are wanted: noted on the days (UTC) from `since` to `until`, with codes of these channels.

    None and "" leave that side open, no `statuses` mean every one; `search` is a code or the number of an order.
    """

    since: date | None = None
    until: date | None = None
    channels: Collection[str] | None = None
    statuses: Collection[str] = ()
    reason: str = ""
    search: str = ""


@dataclass(frozen=True)
class Funnel:
    """From codes to friends who count.

    `codes` were shared in the period, that is made before its end and not switched off before its beginning; `new_codes`
    of them were made in it, and friends ordered with `used_codes` of them. `orders` are friends' orders, of which `waiting`
    are not yet paid and fulfilled, `counted` brought a new customer, and the rest was refused or taken back.
    """

    codes: int
    new_codes: int
    used_codes: int
    orders: int
    waiting: int
    counted: int
    refused: int
    taken_back: int


@dataclass(frozen=True)
class Outcome:
    """How many friends' orders have come to the same end; `reason` is "" where nothing speaks against them."""

    status: str
    reason: str
    orders: int


def matching(wanted: ReferralFilter) -> QuerySet[Referral]:
    """Return the wanted friends' orders, newest first, each with its code, the code's owner, and the reward."""
    rows = Referral.objects.filter(_wanted(wanted))
    if wanted.statuses:
        rows = rows.filter(status__in=list(wanted.statuses))
    if wanted.reason:
        rows = rows.filter(refusal=wanted.reason)
    if words := wanted.search.strip().replace("\0", ""):
        ids = get_shop().order_ids_by_number(words)
        rows = rows.filter(Q(code__code=words.upper()) | Q(order_id__in=ids))
    # They are noted one after another, so that this is their order in time, and has an index.
    return rows.select_related("code__shopper", "entry__account").order_by("-pk")


def outcomes(wanted: ReferralFilter) -> list[Outcome]:
    """Return what became of the friends' orders of a period, most frequent first. One statement."""
    rows = Referral.objects.filter(_wanted(wanted)).order_by().values_list("status", "refusal")
    found = [Outcome(*row) for row in rows.annotate(orders=Count("pk"))]
    return sorted(found, key=lambda outcome: (-outcome.orders, outcome.status, outcome.reason))


def funnel(wanted: ReferralFilter, found: Collection[Outcome]) -> Funnel:
    """Return how codes led to new customers; `found` are the outcomes of the same period. One statement."""
    shared = Q(created_at__lt=_end(wanted.until)) if wanted.until else Q()
    made = Q(created_at__gte=_start(wanted.since)) if wanted.since else Q()
    if wanted.since:
        shared &= Q(deactivated_at=None) | Q(deactivated_at__gte=_start(wanted.since))
    if wanted.channels is not None:
        shared &= Q(channel__in=list(wanted.channels))
    used = Exists(Referral.objects.filter(_days(wanted), code=OuterRef("pk")))
    sums = ReferralCode.objects.filter(shared).aggregate(
        codes=Count("pk"), new_codes=Count("pk", filter=made) if made else Count("pk"), used=Count("pk", filter=used)
    )

    def of(*statuses: str) -> int:
        return sum(outcome.orders for outcome in found if outcome.status in statuses)

    return Funnel(
        codes=sums["codes"],
        new_codes=sums["new_codes"],
        used_codes=sums["used"],
        orders=sum(outcome.orders for outcome in found),
        waiting=of(ReferralStatus.PENDING),
        counted=of(*COUNTED),
        refused=of(ReferralStatus.REJECTED),
        taken_back=of(ReferralStatus.REVERSED),
    )


def revenue(wanted: ReferralFilter) -> Mapping[str, Decimal]:
    """Return what was charged, less what was given back, for the friends' orders that count, by currency."""
    counted = Referral.objects.filter(_wanted(wanted), status__in=COUNTED)
    order_ids = list(counted.values_list("order_id", flat=True))
    return get_shop().revenue(order_ids) if order_ids else {}


def _wanted(wanted: ReferralFilter) -> Q:
    channels = Q() if wanted.channels is None else Q(code__channel__in=list(wanted.channels))
    return _days(wanted) & channels


def _days(wanted: ReferralFilter) -> Q:
    days = Q(created_at__gte=_start(wanted.since)) if wanted.since else Q()
    return days & Q(created_at__lt=_end(wanted.until)) if wanted.until else days


def _start(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=UTC)


def _end(day: date) -> datetime:
    return _start(day) + timedelta(days=1) if day < date.max else datetime.max.replace(tzinfo=UTC)
