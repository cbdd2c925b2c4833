"""What an answer, and an order, earn: a code to share and points."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import CharField, Exists, OuterRef, QuerySet, Value
from django.db.models.functions import Cast, Concat

from ..errors import NpsError
from ..referrals import codes, qualification
from ..referrals.models import Referral, ReferralCode
from ..rewards import cashback, notices
from ..rewards.models import Notice, NoticeKind, PointsEntry
from ..shop import get_shop
from ..shop.interface import Order
from ..shop.reading import Discount
from ..shop.settings import ChannelSettings
from ..shoppers.models import Shopper
from ..shoppers.recognizing import recognize_customer, same_person
from .models import Activation, Response
from .scoring import PROMOTER_FROM, Category

logger = logging.getLogger(__name__)

# A score that came with the first touch of the page may change before the page is left.
PATIENCE = timedelta(minutes=15)
# Thanks that failed are tried again for so long.
SWEEP_BACK = timedelta(days=3)


@dataclass(frozen=True)
class Thanks:
    """What a respondent has got. `friend_gets` is None, and `share_url` empty, where there is nothing to share."""

    code: ReferralCode | None = None
    entry: PointsEntry | None = None
    share_url: str = ""
    friend_gets: Discount | None = None
    owner_points: int = 0
    currency: str = ""


def thank(response: Response, *, now: datetime) -> None:
    """Give what an answer earns: code and cashback, and the mail about them. Repeating it changes nothing.

    A failure is logged and tried again by the sweep; the answer stands in any case.
    """
    settings = get_shop().settings().for_channel(response.channel)
    if not settings.enabled or not response.is_counted:
        return
    try:
        with transaction.atomic():
            _give(response, settings, now)
    except Exception:
        logger.exception("Response %s could not be thanked for", response.pk)


def _give(response: Response, settings: ChannelSettings, now: datetime) -> None:
    order = get_shop().orders([response.order_id]).get(response.order_id) if response.order_id else None
    shopper = _shopper(response, order)
    if shopper is None:
        return
    key = f"thanks:{response.pk}"
    code = _ensure_code(shopper, response, settings, now)
    entry = cashback.follow_order(order, is_earned=_is_earned(order, [response], settings), now=now) if order else None
    if code is None and entry is None:
        return
    facts = {
        "code": code.code if code else "",
        "points": entry.points if entry else 0,
        "currency": entry.account.currency if entry else "",
        "available_at": entry.available_at.isoformat() if entry else None,
    }
    notices.add(
        shopper,
        kind=NoticeKind.THANKS,
        key=key,
        channel=response.channel,
        language_code=response.language_code,
        facts=facts,
        now=now,
    )


def _shopper(response: Response, order: Order | None) -> Shopper | None:
    if order is None or not order.email:
        return response.shopper
    return recognize_customer(email=order.email, user_id=order.user_id, order_id=order.id)


def _ensure_code(shopper: Shopper, response: Response, settings: ChannelSettings, now: datetime) -> ReferralCode | None:
    if response.category is not Category.PROMOTER or not settings.referral_enabled or not response.channel:
        return None
    try:
        with transaction.atomic():
            return codes.ensure_code(shopper, response.channel, now=now)
    except NpsError as error:
        # Such as an operator's voucher that is gone: the cashback is earned all the same.
        logger.warning("No referral code in channel %s: %s", response.channel, error.message)
        return None


def _is_earned(order: Order, responses: Iterable[Response], settings: ChannelSettings) -> bool:
    if settings.cashback_for == "all_orders":
        # An order of long ago that is touched today earns nothing.
        since = Activation.objects.filter(channel="").values_list("since", flat=True).first()
        return since is not None and order.fulfilled_at is not None and order.fulfilled_at >= since
    counted = [response for response in responses if response.is_counted]
    if settings.cashback_for == "promoters":
        return any(response.category is Category.PROMOTER for response in counted)
    return settings.cashback_for == "respondents" and bool(counted)


def thanks_for(response: Response) -> Thanks:
    """Return what a respondent has got so far; reads only."""
    settings = get_shop().settings().for_channel(response.channel)
    entry = cashback.entry_of(response.order_id) if response.order_id else None
    code = _code_of(response) if response.category is Category.PROMOTER else None
    published = codes.published(code) if code else None
    if code is None or published is None or not published.is_active:
        return Thanks(entry=entry, currency=entry.account.currency if entry else "")
    return Thanks(
        code=code,
        entry=entry,
        share_url=codes.share_url(code, settings),
        friend_gets=published.discount,
        owner_points=settings.referral_points,
        currency=get_shop().currency(code.channel),
    )


def _code_of(response: Response) -> ReferralCode | None:
    if response.shopper is None:
        return None
    owners = same_person(response.shopper)
    return ReferralCode.objects.filter(shopper__in=owners, channel=response.channel, deactivated_at=None).first()


def is_followed(order_id: UUID) -> bool:
    """Whether anything was earned, or is to be earned, by this order; one statement."""
    return (
        PointsEntry.objects.filter(order_id=order_id)
        .values("order_id")
        .union(
            Referral.objects.filter(order_id=order_id).values("order_id"),
            Response.objects.filter(order_id=order_id).values("order_id"),
        )
    ).exists()


def follow_order(order_id: UUID, *, now: datetime) -> None:
    """Bring everything that an order earns up to date with what became of it. Repeating it changes nothing."""
    order = get_shop().orders([order_id]).get(order_id)
    if order is None:
        return
    qualification.follow_order(order, now=now)
    settings = get_shop().settings().for_channel(order.channel)
    responses = Response.objects.filter(order_id=order_id)
    cashback.follow_order(order, is_earned=_is_earned(order, responses, settings), now=now)


def thank_waiting(*, now: datetime, limit: int = 200) -> int:
    """Thank for answers whose authors never saw the page that thanks, or where thanks failed; return how many."""
    waiting = list(_unthanked(now)[:limit])
    for response in waiting:
        thank(response, now=now)
    return len(waiting)


def sweep(*, now: datetime, since: datetime) -> int:
    """Follow orders that changed without us being told; return how many there were."""
    followed = 0
    for batch in get_shop().orders_changed(since=since):
        for order_id in _concerning_us(batch):
            followed += _follow_safely(order_id, now)
    return followed


def _follow_safely(order_id: UUID, now: datetime) -> bool:
    try:
        with transaction.atomic():
            follow_order(order_id, now=now)
    except Exception:
        # One order that cannot be followed must not keep the others from being.
        logger.exception("Order %s could not be followed", order_id)
        return False
    return True


def _concerning_us(orders: list[tuple[UUID, str]]) -> list[UUID]:
    ids = [order_id for order_id, _ in orders]
    used = {code for _, code in orders if code}
    known = set(ReferralCode.objects.filter(code__in=used).values_list("code", flat=True))
    concerned = {order_id for order_id, code in orders if code in known}
    for rows in (PointsEntry.objects, Referral.objects, Response.objects):
        found = rows.filter(order_id__in=ids).values_list("order_id", flat=True)
        concerned.update(order_id for order_id in found if order_id is not None)
    if _any_channel_thanks_for_orders():
        concerned.update(ids)
    return [order_id for order_id in ids if order_id in concerned]


def _any_channel_thanks_for_orders() -> bool:
    settings = get_shop().settings()
    channels = {"", *settings.overrides}
    return any(settings.for_channel(channel).cashback_for == "all_orders" for channel in channels)


def _unthanked(now: datetime) -> QuerySet[Response]:
    """Answers that earn something and have no mail of thanks yet. Answers of 0 to 8 earn in some channels only."""
    settings = get_shop().settings()
    channels = {"", *settings.overrides}
    is_everybody = any(settings.for_channel(channel).cashback_for != "promoters" for channel in channels)
    told = Notice.objects.filter(key=Concat(Value("thanks:"), Cast(OuterRef("pk"), CharField())))
    answered = Response.objects.filter(
        created_at__gt=now - SWEEP_BACK, updated_at__lte=now - PATIENCE, is_counted=True, shopper__isnull=False
    )
    if not is_everybody:
        answered = answered.filter(score__gte=PROMOTER_FROM)
    return answered.filter(~Exists(told)).select_related("shopper").order_by("pk")
