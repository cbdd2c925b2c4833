"""What an answer, and an order, earn: a code to share and points, an offer, an apology."""

import logging
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from uuid import UUID

from django.db import transaction
from django.db.models import CharField, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat

from ...errors import NpsError
from ...referrals import codes, qualification
from ...referrals.models import Referral, ReferralCode
from ...rewards import cashback, notices
from ...rewards.models import Notice, NoticeKind, PointsEntry
from ...shop import get_shop
from ...shop.interface import Order
from ...shop.reading import Discount
from ...shop.settings import ChannelSettings
from ...shoppers.models import Shopper
from ...shoppers.recognizing import recognize_customer, same_person
from ..answering import recording
from ..models import Activation, Offer, Response, Scale
from ..reporting.scoring import SCALES, Category, scores_of
from . import apologies, offers
from .withheld import SWEEP_BACK

logger = logging.getLogger(__name__)

PATIENCE = recording.THANKS_PATIENCE
# The scales on which people say how likely they are to recommend the shop.
_RECOMMENDING = (Scale.NPS, Scale.RECOVERY)
# How long thanks that failed, or whose worker died, wait before they are tried again.
_PAUSE = timedelta(hours=1)


@dataclass(frozen=True)
class Thanks:
    """What a respondent has got. `friend_gets` is None, and `share_url` empty, where there is nothing to share.

    `offer` is a code of an operator's voucher that still works, with what it takes off in the channel. `is_apologized` says
    that the author is unhappy and to be told so kindly, `may_ask_callback` that they may say how to reach them.
    """

    code: ReferralCode | None = None
    entry: PointsEntry | None = None
    share_url: str = ""
    friend_gets: Discount | None = None
    owner_points: int = 0
    currency: str = ""
    offer: Offer | None = None
    offer_takes_off: Discount | None = None
    offer_currency: str = ""
    is_apologized: bool = False
    may_ask_callback: bool = False


def thank(response: Response, *, now: datetime) -> bool:
    """Give what an answer earns: code, cashback, offer, apology, and the mails about them. Repeating it changes nothing.

    A failure is logged and tried again by `thank_waiting`; the answer stands in any case. Return whether nothing is left to
    be done; that is False where surveys are switched off, too.
    """
    settings = get_shop().settings().for_channel(response.channel)
    if not settings.enabled or not response.is_counted:
        return settings.enabled
    try:
        with transaction.atomic():
            _give(response, settings, now)
    except Exception:
        logger.exception("Response %s could not be thanked for", response.pk)
        return False
    return True


def _give(response: Response, settings: ChannelSettings, now: datetime) -> None:
    order = get_shop().orders([response.order_id]).get(response.order_id) if response.order_id else None
    shopper = _shopper(response, order)
    if shopper is None:
        return
    if apologies.is_due(response, settings):
        apologies.apologize(response, shopper, now=now)
    else:
        apologies.withdraw(response)
    if offers.is_due(response, settings):
        offers.ensure_offer(response, shopper, settings, now=now)
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
    if not _recommends(response) or not settings.referral_enabled or not response.channel:
        return None
    try:
        with transaction.atomic():
            return codes.ensure_code(shopper, response.channel, now=now)
    except NpsError as error:
        # Such as an operator's voucher that is gone: the cashback is earned all the same.
        logger.warning("No referral code in channel %s: %s", response.channel, error.message)
        return None


def _recommends(response: Response) -> bool:
    """Whether somebody would recommend the shop; who is merely content with one thing has not said so."""
    return response.category is Category.PROMOTER and response.survey.scale in _RECOMMENDING


def _is_earned(order: Order, responses: Iterable[Response], settings: ChannelSettings) -> bool:
    if settings.cashback_for == "all_orders":
        # An order of long ago that is touched today earns nothing.
        since = Activation.objects.filter(channel="").values_list("since", flat=True).first()
        return since is not None and order.fulfilled_at is not None and order.fulfilled_at >= since
    counted = [response for response in responses if response.is_counted]
    if settings.cashback_for == "promoters":
        return any(_recommends(response) for response in counted)
    return settings.cashback_for == "respondents" and bool(counted)


def thanks_for(response: Response) -> Thanks:
    """Return what a respondent has got so far; reads only."""
    settings = get_shop().settings().for_channel(response.channel)
    entry = cashback.entry_of(response.order_id) if response.order_id else None
    thanks = replace(
        _offered(response),
        entry=entry,
        currency=entry.account.currency if entry else "",
        is_apologized=apologies.is_due(response, settings),
        may_ask_callback=apologies.may_ask(response, settings),
    )
    code = _code_of(response) if _recommends(response) else None
    published = codes.published(code) if code else None
    if code is None or published is None or not published.is_active:
        return thanks
    return replace(
        thanks,
        code=code,
        share_url=codes.share_url(code, settings),
        friend_gets=published.discount,
        owner_points=settings.referral_points,
        currency=get_shop().currency(code.channel),
    )


def _offered(response: Response) -> Thanks:
    offer = Offer.objects.filter(response=response).first() if _may_have_offer(response) else None
    published = get_shop().published_codes([offer.code], response.channel).get(offer.code) if offer else None
    if published is None or not published.is_active:
        return Thanks()
    return Thanks(offer=offer, offer_takes_off=published.discount, offer_currency=get_shop().currency(response.channel))


def _may_have_offer(response: Response) -> bool:
    """Whoever changes the answer afterwards keeps the code, but is not shown it as thanks for another answer."""
    return response.category is Category.PASSIVE


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
    """Look at up to `limit` answers of which it is not known that they got what they are owed; return how many.

    Each is looked at once, PATIENCE after it was given or changed, and thanked for where its author never saw the page that
    does; where that fails once an hour again, for SWEEP_BACK. The mark of an answer that changes meanwhile stays.
    """
    until = now + _PAUSE
    with transaction.atomic():
        due = Response.objects.filter(thanks_due_at__lte=now).order_by("thanks_due_at")
        ids = list(due.select_for_update(skip_locked=True).values_list("pk", flat=True)[:limit])
        Response.objects.filter(pk__in=ids).update(thanks_due_at=until)
    failed = [
        response.pk
        for response in _unthanked(ids)
        if not thank(response, now=now) and response.created_at > now - SWEEP_BACK
    ]
    with transaction.atomic():
        done = Response.objects.filter(pk__in=set(ids).difference(failed), thanks_due_at=until)
        # In order, like whoever judges answers.
        locked = list(done.select_for_update().order_by("pk").values_list("pk", flat=True))
        Response.objects.filter(pk__in=locked).update(thanks_due_at=None)
    return len(ids)


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


def _unthanked(ids: Collection[int]) -> QuerySet[Response]:
    """Answers that earn something and have no mail about it yet. Some answers earn in some channels only."""
    shop_settings = get_shop().settings()
    channels = [shop_settings.for_channel(channel) for channel in {"", *shop_settings.overrides}]
    is_everybody = any(settings.cashback_for != "promoters" for settings in channels)
    owed = (Q() if is_everybody else _answered_as(Category.PROMOTER, _RECOMMENDING)) & ~_is_told("thanks:")
    if any(settings.detractor_apology for settings in channels):
        owed |= _answered_as(Category.DETRACTOR) & Q(invitation__isnull=False) & ~_is_told("apology:")
    if any(settings.passive_offer_voucher for settings in channels):
        owed |= _answered_as(Category.PASSIVE, [Scale.NPS]) & ~_is_told("offer:")
    answered = Response.objects.filter(pk__in=ids, is_counted=True, shopper__isnull=False)
    return answered.filter(owed).select_related("shopper", "survey", "invitation").order_by("pk")


def _answered_as(asked: Category, scales: Iterable[str] = SCALES) -> Q:
    return reduce(or_, (Q(survey__scale=scale, score__in=scores_of(asked, scale=scale)) for scale in scales))


def _is_told(prefix: str) -> Q:
    return Q(Exists(Notice.objects.filter(key=Concat(Value(prefix), Cast(OuterRef("pk"), CharField())))))
