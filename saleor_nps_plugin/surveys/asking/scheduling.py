"""Who is asked, when, and who is spared and why."""

import hashlib
import logging
import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.db.models import Max, Q

from ...errors import Invalid, NotFound, NotUnique
from ...queue import QUEUE_FIELDS
from ...shop import get_shop
from ...shop.interface import Order
from ...shop.settings import ShopSettings, SurveySettings
from ...shoppers.models import Shopper
from ...shoppers.recognizing import email_hash, recognize
from ..models import Activation, Invitation, InvitationStatus, SkipReason, Source, Survey, Touchpoint
from ..reporting import stages, tallies
from .schedule_function import ARGUMENTS

logger = logging.getLogger(__name__)

# A fulfilment whose event never came is looked for until so long after its survey was due.
SWEEP_GRACE = timedelta(days=7)

_CALL = f"SELECT nps_schedule({', '.join(f'%({name})s' for name in ARGUMENTS)})"


def is_sampled(order_id: UUID, percent: int) -> bool:
    """Whether an order is among the asked share; the same order always gets the same answer."""
    return int.from_bytes(hashlib.sha256(order_id.bytes).digest()[:8]) % 100 < percent


def skip_reason_of(order: Order, settings: SurveySettings) -> str:
    """Return why the order itself rules a survey out, or ""."""
    if not order.email:
        return SkipReason.NO_ADDRESS
    if order.total < settings.minimum_order_total:
        return SkipReason.BELOW_MINIMUM_TOTAL
    return "" if is_sampled(order.id, settings.sample_percent) else SkipReason.SAMPLED_OUT


def schedule_order(order: Order, *, now: datetime, settings: SurveySettings | None = None) -> int:
    """Invite the customer of a fulfilled order to every survey about fulfilment, or note why not.

    Returns the number of invitations made, skipped ones included. Repeating it changes nothing. Nothing happens where
    surveys are switched off.
    """
    settings = settings or get_shop().settings().for_channel(order.channel)
    if not settings.enabled or not order.is_askable:
        return 0
    values: dict[str, Any] = {
        "touchpoint": Touchpoint.ORDER_FULFILLED,
        "order_id": order.id,
        "user_id": order.user_id,
        "named_user_id": order.user_id if order.user_id is not None else order.unseen_user_id,
        "email_hash": email_hash(order.email) if order.email else "",
        "channel": order.channel,
        "language_code": order.language_code,
        "skip_reason": skip_reason_of(order, settings),
        "delay_hours": settings.delay_hours,
        "cooldown": timedelta(days=settings.cooldown_days),
        "valid": timedelta(days=settings.link_valid_days),
        "now": now,
    }
    with connection.cursor() as cursor:
        cursor.execute(_CALL, values)
        return int(cursor.fetchone()[0])


def note_activation(settings: ShopSettings, *, now: datetime) -> None:
    """Remember since when surveys are switched on; orders fulfilled before are never asked about."""
    if settings.base.enabled:
        Activation.objects.get_or_create(channel="", defaults={"since": now})
    else:
        Activation.objects.filter(channel="").delete()


def sweep(*, now: datetime) -> int:
    """Invite about fulfilled orders whose event never came; return how many invitations that made.

    Looks as far back as a survey's delay plus SWEEP_GRACE, and never before surveys were switched on.
    """
    shop = get_shop()
    settings = shop.settings()
    note_activation(settings, now=now)
    activation = Activation.objects.filter(channel="").first()
    if activation is None:
        return 0
    made = 0
    channels = [channel for channel in shop.channels() if settings.for_channel(channel).enabled]
    since = max(activation.since, now - _longest_look_back(settings, channels))
    for ids in shop.fulfilled_order_ids(since=since, channels=channels):
        known = set(Invitation.objects.filter(order_id__in=ids).values_list("order_id", flat=True))
        for order in shop.orders([order_id for order_id in ids if order_id not in known]).values():
            made += schedule_order(order, now=now, settings=settings.for_channel(order.channel))
    return made


def _longest_look_back(settings: ShopSettings, channels: Iterable[str]) -> timedelta:
    own = Survey.objects.filter(is_active=True).aggregate(longest=Max("delay_hours", default=0))["longest"]
    delays = [settings.for_channel(channel).delay_hours for channel in channels]
    return timedelta(hours=max(own, *delays)) + SWEEP_GRACE


def release_cooldown(invitation: Invitation) -> None:
    """Let the shopper be asked about another order, because this one never was."""
    if invitation.shopper_id is not None and not invitation.survey.ignores_cooldown:
        shopper = Shopper.objects.filter(pk=invitation.shopper_id, asked_about=asked_about(invitation))
        shopper.update(asked_at=None, asked_about=None)


def asked_about(invitation: Invitation) -> UUID:
    """By what a shopper's quiet period is known to have begun with this invitation: its order, or itself where it has none."""
    return invitation.order_id or invitation.key


def begin_cooldown(invitation: Invitation, *, now: datetime) -> None:
    """Let the shopper's quiet period begin with an invitation, unless its survey stands beside that."""
    is_asked = invitation.status == InvitationStatus.SCHEDULED and not invitation.survey.ignores_cooldown
    if is_asked and invitation.shopper_id is not None:
        shopper = Shopper.objects.filter(pk=invitation.shopper_id, opted_out_at=None)
        shopper.update(asked_at=now, asked_about=asked_about(invitation))


def skip(invitation: Invitation, reason: SkipReason) -> None:
    """Note why a scheduled invitation is not sent after all."""
    with transaction.atomic():
        stages.uncount([invitation.pk])
        invitation.status, invitation.skip_reason, invitation.address = InvitationStatus.SKIPPED, reason, ""
        invitation.settle(None)
        invitation.save(update_fields=["status", "skip_reason", "address", *QUEUE_FIELDS])
    if reason != SkipReason.COOLDOWN:
        release_cooldown(invitation)


def cancel(invitation_id: int, *, now: datetime, visible: Q = Q()) -> Invitation:
    """Take an invitation back: it is not sent, or its link stops working. Raises NotFound, or Invalid once it is over.

    `visible` narrows down which invitations the asker may touch.
    """
    with transaction.atomic():
        invitation = Invitation.objects.select_for_update(of=("self",)).filter(visible, pk=invitation_id).first()
        if invitation is None:
            raise NotFound("There is no such invitation.", field="id")
        if invitation.status not in (InvitationStatus.SCHEDULED, InvitationStatus.SENT, InvitationStatus.OPENED):
            raise Invalid(f"This invitation is {invitation.status} and cannot be cancelled.", field="id")
        if invitation.status == InvitationStatus.SCHEDULED:
            release_cooldown(invitation)
        invitation.status, invitation.address = InvitationStatus.CANCELED, ""
        invitation.settle(None)
        invitation.save()
        return invitation


def hasten(invitation_id: int, *, now: datetime, visible: Q = Q()) -> Invitation:
    """Let an invitation that waits for its time be sent at once, its link good for as long as ever.

    Raises NotFound, or Invalid unless it waits. `visible` is as in `cancel`.
    """
    with transaction.atomic():
        invitation = Invitation.objects.select_for_update(of=("self",)).filter(visible, pk=invitation_id).first()
        if invitation is None:
            raise NotFound("There is no such invitation.", field="id")
        if invitation.status != InvitationStatus.SCHEDULED:
            raise Invalid(f"This invitation is {invitation.status} and does not wait any more.", field="id")
        if invitation.expires_at is not None:
            invitation.expires_at += now - invitation.send_at
        # From now on it is the staff's, so that neither night nor cap holds it back.
        invitation.send_at, invitation.source = now, Source.STAFF
        invitation.settle(now)
        invitation.save(update_fields=["send_at", "expires_at", "source", *QUEUE_FIELDS])
        return invitation


OVER = (InvitationStatus.SKIPPED, InvitationStatus.CANCELED, InvitationStatus.EXPIRED, InvitationStatus.FAILED)


def invite_for_order(
    survey: Survey,
    order: Order,
    *,
    send_at: datetime,
    now: datetime,
    language_code: str = "",
    source: Source = Source.STAFF,
) -> Invitation:
    """Ask an order's customer because staff decided to: the cooldown does not count, an opt-out does.

    An earlier invitation that was skipped, cancelled, expired or failed is taken up again. Raises NotUnique if one is under
    way or answered, Invalid for an order without an address.
    """
    if not order.email:
        raise Invalid("This order has no e-mail address.", field="order")
    settings = get_shop().settings().for_channel(order.channel)
    with transaction.atomic():
        shopper = recognize(email=order.email, user_id=order.user_id, order_id=order.id)
        invitation = Invitation.objects.select_for_update(of=("self",)).filter(survey=survey, order_id=order.id).first()
        if invitation is not None and invitation.status not in OVER:
            raise NotUnique("This order has an invitation to this survey already.", field="order")
        if invitation is not None:
            tallies.uncount(invitation)
        invitation = invitation or Invitation(survey=survey, order_id=order.id, created_at=now)
        invitation.shopper, invitation.channel, invitation.source = shopper, order.channel, source
        invitation.language_code = language_code or order.language_code
        _plan(invitation, shopper, send_at, settings)
        try:
            with transaction.atomic():
                invitation.save()
        except IntegrityError:
            raise NotUnique("This order has an invitation to this survey already.", field="order") from None
        begin_cooldown(invitation, now=now)
        return invitation


def invite_address(
    survey: Survey, email: str, *, channel: str, language_code: str, send_at: datetime, now: datetime
) -> Invitation:
    """Ask somebody whom the shop may not know; the address is kept until the survey is over. An opt-out counts."""
    settings = get_shop().settings().for_channel(channel)
    shopper = recognize(email=email, user_id=None)
    invitation = Invitation(
        survey=survey,
        shopper=shopper,
        source=Source.STAFF,
        channel=channel,
        language_code=language_code or survey.default_language,
        created_at=now,
    )
    _plan(invitation, shopper, send_at, settings)
    invitation.address = "" if shopper.opted_out_at else email
    invitation.save()
    begin_cooldown(invitation, now=now)
    return invitation


def _plan(invitation: Invitation, shopper: Shopper, send_at: datetime, settings: SurveySettings) -> None:
    # A new key makes links of an earlier, withdrawn mail stop working.
    invitation.key = uuid.uuid4()
    invitation.sent_at = invitation.reminded_at = invitation.opened_at = None
    invitation.send_at = send_at
    invitation.expires_at = send_at + timedelta(days=settings.link_valid_days)
    is_refused = shopper.opted_out_at is not None
    invitation.status = InvitationStatus.SKIPPED if is_refused else InvitationStatus.SCHEDULED
    invitation.skip_reason = SkipReason.OPTED_OUT if is_refused else ""
    invitation.settle(None if is_refused else send_at)
