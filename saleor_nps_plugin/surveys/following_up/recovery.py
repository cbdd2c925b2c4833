"""Have we made it right? Asked once, some days after a case was resolved."""

from datetime import datetime, timedelta

from ...shop import get_shop
from ...shop.interface import Order
from ...shop.settings import AnswerSettings, ChannelSettings
from ..models import Invitation, InvitationStatus, Response, Scale, SkipReason, Source, Survey
from ..reporting import stages

# Segments that an answer brings along; the others are about the order.
_OF_ANSWERS = ("reason", "discourage", "about")


def follow_case(response: Response, *, is_resolved: bool, now: datetime) -> None:
    """Plan the question for a case that was just resolved; take it back for one that was opened again.

    Inside the transaction that changes the case. Once per case: what was sent is not sent again. Nothing happens where the
    operator has switched it off. Neither does the shopper's cooldown hold it back, nor does it begin one.
    """
    if not is_resolved:
        _withdraw(response)
        return
    settings = get_shop().settings().for_channel(response.channel)
    if settings.recovery_after_days and response.survey.scale != Scale.RECOVERY:
        _plan(response, settings, now)


def days_until_asked(response: Response) -> int:
    """Return after how many days the author is asked if the case is resolved now; 0: not at all, or they were already."""
    days = get_shop().settings().for_channel(response.channel).recovery_after_days
    if not days or response.survey.scale == Scale.RECOVERY or _survey() is None:
        return 0
    is_willing = response.shopper is not None and response.shopper.opted_out_at is None
    was_asked = Invitation.objects.filter(recovers=response, sent_at__isnull=False).exists()
    return days if is_willing and not was_asked else 0


def reason_not_to_ask(invitation: Invitation, order: Order | None, settings: AnswerSettings) -> SkipReason | None:
    """Return why this question is not to be sent as things stand; `order` is the one that the case was about, if any.

    An order that was refunded or returned is no reason: that may be how the case was resolved. There is no reminder:
    whoever had trouble with the shop is not pressed.
    """
    if not settings.recovery_after_days:
        return SkipReason.PLUGIN_INACTIVE
    if invitation.sent_at is not None:
        return SkipReason.COOLDOWN
    is_reachable = invitation.order_id is None or (order is not None and order.email)
    return None if is_reachable else SkipReason.NO_ADDRESS


def _survey() -> Survey | None:
    return Survey.objects.filter(scale=Scale.RECOVERY, is_active=True).order_by("pk").first()


def _plan(response: Response, settings: ChannelSettings, now: datetime) -> None:
    survey = _survey()
    if survey is None or response.shopper is None:
        return
    reason = SkipReason.OPTED_OUT if response.shopper.opted_out_at is not None else ""
    send_at = now + timedelta(days=settings.recovery_after_days)
    row = Invitation(
        survey=survey,
        shopper=response.shopper,
        order_id=response.order_id,
        channel=response.channel,
        country=response.country,
        language_code=response.language_code,
        segments={key: values for key, values in response.segments.items() if key not in _OF_ANSWERS},
        status=InvitationStatus.SKIPPED if reason else InvitationStatus.SCHEDULED,
        skip_reason=reason,
        send_at=send_at,
        expires_at=send_at + timedelta(days=settings.link_valid_days),
        due_at=None if reason else send_at,
        created_at=now,
        source=Source.CASE,
        recovers=response,
    )
    # One per case, and one per order where two surveys led to a case each.
    Invitation.objects.bulk_create([row], ignore_conflicts=True)


def _withdraw(response: Response) -> None:
    waiting = Invitation.objects.filter(recovers=response, source=Source.CASE)
    unsent = list(
        waiting.filter(status__in=[InvitationStatus.SCHEDULED, InvitationStatus.SKIPPED], sent_at=None)
        .select_for_update(of=("self",))
        .values_list("pk", flat=True)
    )
    if unsent:
        stages.uncount(unsent)
        Invitation.objects.filter(pk__in=unsent).delete()
