"""A survey about an order, at an address that is printed and put into the parcel.

Whoever opens it came by themselves: neither a cooldown nor an opt-out keeps them out, and no e-mail asks them again.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction

from ...errors import PluginInactive, TokenExpired, TokenInvalid
from ...links import invitation_token, order_path, order_token, read_order_token
from ...queue import QUEUE_FIELDS
from ...shop import get_shop
from ...shop.interface import Order
from ...shop.settings import SurveySettings
from ...shoppers.models import Shopper
from ...shoppers.recognizing import recognize
from ..asking.sending import add_segments
from ..making import versions
from ..models import Invitation, InvitationStatus, Response, Source, Survey, Touchpoint
from ..reporting import stages
from . import recording
from .submission import Submission

# Taken back by staff, or over: the printed address is, too.
_CLOSED = (InvitationStatus.CANCELED, InvitationStatus.EXPIRED)
_TAKEN_UP = (InvitationStatus.SKIPPED, InvitationStatus.FAILED)


@dataclass(frozen=True)
class OrderVisit:
    """Somebody at the printed address. `invitation` is the order's own, or one that was never saved."""

    order: Order
    invitation: Invitation

    @property
    def is_mailed(self) -> bool:
        """Whether the order's e-mail is out, so that its link leads to the same answer."""
        return self.invitation.sent_at is not None

    @property
    def token(self) -> str:
        """The token of the order's own invitation."""
        return invitation_token(self.invitation.key)


def link_of(order_id: UUID, survey: Survey) -> str:
    """Return the public address at which a survey about an order is answered."""
    return get_shop().public_url(order_path(order_token(order_id, survey.pk)))


def surveys_about(order: Order) -> list[Survey]:
    """Return the surveys that can be printed into an order's parcel, the one about its delivery first."""
    return fitting(asking_about_orders(), order.channel)


def asking_about_orders(database: str = "default") -> list[Survey]:
    """Return the surveys that can be printed into parcels of any channel, in one statement."""
    touchpoints = (Touchpoint.ORDER_FULFILLED, Touchpoint.PRODUCT_USED)
    rows = Survey.objects.using(database).filter(is_active=True, is_anonymous=False, touchpoint__in=touchpoints)
    return sorted(rows, key=lambda survey: (survey.touchpoint != Touchpoint.ORDER_FULFILLED, survey.pk))


def fitting(surveys: Iterable[Survey], channel: str) -> list[Survey]:
    """Return those of these surveys that ask in a channel."""
    return [survey for survey in surveys if not survey.channels or channel in survey.channels]


def open_link(token: str, *, now: datetime) -> OrderVisit:
    """Return what the printed address opens; nothing is written.

    It is good for as long as the link of the order's e-mail would be. Raises TokenInvalid, TokenExpired or PluginInactive.
    """
    order_id, survey_id = read_order_token(token)
    survey = Survey.objects.prefetch_related(versions.asked(), "texts").filter(pk=survey_id).first()
    order = get_shop().orders([order_id]).get(order_id)
    if survey is None or order is None:
        raise TokenInvalid
    settings = get_shop().settings().for_channel(order.channel)
    if not settings.enabled or not survey.is_active:
        raise PluginInactive
    invitation = Invitation.objects.filter(survey=survey, order_id=order_id).select_related("response").first()
    if _is_over(order, survey, invitation, settings, now):
        raise TokenExpired
    invitation = invitation or _blank(survey, order, now)
    invitation.survey = survey
    add_segments([invitation], {order.id: order})
    return OrderVisit(order, invitation)


def _is_over(
    order: Order, survey: Survey, invitation: Invitation | None, settings: SurveySettings, now: datetime
) -> bool:
    if invitation is not None and invitation.status in _CLOSED:
        return True
    if invitation is not None and invitation.expires_at is not None:
        return invitation.expires_at <= now
    if invitation is not None and invitation.status == InvitationStatus.ANSWERED:
        return False
    delay = settings.delay_hours if survey.delay_hours is None else survey.delay_hours
    valid = timedelta(hours=delay, days=settings.link_valid_days)
    return order.fulfilled_at is not None and order.fulfilled_at + valid <= now


def _blank(survey: Survey, order: Order, now: datetime) -> Invitation:
    return Invitation(
        key=uuid4(),
        survey=survey,
        order_id=order.id,
        channel=order.channel,
        language_code=order.language_code,
        source=Source.LINK,
        status=InvitationStatus.SENT,
        send_at=now,
        created_at=now,
    )


def record(
    token: str, submission: Submission, *, now: datetime, trace: Mapping[str, Any] | None = None
) -> tuple[str, Response]:
    """Record an answer given at the printed address; return the token of the order's invitation, and the response.

    The order's invitation takes it, or one is made: an e-mail that waits is not sent any more. A second answer replaces the
    first within the revision window. Raises what `open_link` and `recording.submit` raise; then nothing is changed.
    """
    with transaction.atomic():
        visit = open_link(token, now=now)
        invitation = _own(visit, now)
        own = invitation_token(invitation.key)
        return own, recording.submit(own, submission, now=now, trace=trace)


def _own(visit: OrderVisit, now: datetime) -> Invitation:
    """The order's invitation, locked, as it has to be for an answer."""
    shown, order = visit.invitation, visit.order
    if shown.pk is None:
        Invitation.objects.bulk_create([shown], ignore_conflicts=True)
    # Somebody else may have been quicker, at the same address or by an e-mail.
    rows = Invitation.objects.select_for_update(of=("self",))
    invitation = rows.get(survey_id=shown.survey_id, order_id=shown.order_id)
    if invitation.sent_at is not None:
        return invitation
    if invitation.status in _TAKEN_UP:
        stages.uncount([invitation.pk])
        invitation.is_tallied = False
        invitation.status, invitation.skip_reason = InvitationStatus.SENT, ""
        invitation.settle(None)
    invitation.country, invitation.segments = shown.country, shown.segments
    _note_person(invitation, order, now)
    fields = ["country", "segments", "shopper", "status", "skip_reason", "is_tallied"]
    invitation.save(update_fields=[*fields, *QUEUE_FIELDS])
    return invitation


def _note_person(invitation: Invitation, order: Order, now: datetime) -> None:
    """Who has just answered is not asked about the next order right away."""
    if not order.email:
        return
    shopper = invitation.shopper or recognize(email=order.email, user_id=order.user_id, order_id=order.id)
    invitation.shopper = shopper
    if not invitation.survey.ignores_cooldown:
        Shopper.objects.filter(pk=shopper.pk).update(asked_at=now, asked_about=order.id)
