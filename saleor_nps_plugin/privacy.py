"""Forgetting a person across the rooms."""

import logging
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from .announcements import announcing
from .referrals import codes
from .rewards import merging
from .shoppers.models import Shopper
from .shoppers.recognizing import find
from .surveys.models import (
    Answer,
    CaseNote,
    CaseReply,
    DetractorAlert,
    Invitation,
    InvitationStatus,
    Offer,
    Response,
    SkipReason,
    Trace,
)
from .surveys.reporting import stages

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Forgotten:
    """How much there was to forget."""

    invitations: int = 0
    responses: int = 0


@transaction.atomic
def forget(*, email: str = "", user_id: int | None = None, now: datetime) -> Forgotten:
    """Remove every word and every link that leads to a person. Scores stay, and so do all counts.

    Codes stop working, and points that are left expire: nobody could redeem them any more. A refusal to be asked
    outlives its author as a keyed hash, because it must still be honoured.
    """
    forgotten = Forgotten()
    for shopper in find(email=email, user_id=user_id):
        forgotten = Forgotten(
            invitations=forgotten.invitations + _forget_invitations(shopper, now),
            responses=forgotten.responses + _forget_responses(shopper),
        )
        codes.withdraw_all(shopper, now=now)
        merging.close(shopper, now=now)
        if shopper.opted_out_at is None and shopper.rewards_opted_out_at is None:
            shopper.delete()
        else:
            shopper.notices.all().delete()
            Shopper.objects.filter(pk=shopper.pk).update(user_id=None, order_id=None, asked_at=None, asked_about=None)
    if email:
        _forget_listed(email)
    logger.info("Forgot a customer: %d invitations, %d responses", forgotten.invitations, forgotten.responses)
    return forgotten


def _forget_responses(shopper: Shopper) -> int:
    responses = Response.objects.filter(shopper=shopper)
    announcing.forget(user_id=shopper.user_id, response_ids=list(responses.values_list("pk", flat=True)))
    Offer.objects.filter(Q(response__in=responses) | Q(shopper=shopper)).delete()
    CaseNote.objects.filter(response__in=responses).delete()
    CaseReply.objects.filter(response__in=responses).delete()
    DetractorAlert.objects.filter(response__in=responses).delete()
    Trace.objects.filter(response__in=responses).delete()
    Answer.objects.filter(response__in=responses).update(text="")
    return responses.update(
        comment="",
        callback="",
        tags=[],
        may_contact=False,
        order_id=None,
        invitation=None,
        shopper=None,
        customer_value=None,
    )


def _forget_invitations(shopper: Shopper, now: datetime) -> int:
    """The order stays noted, so that it is never asked about again; the link to the person goes."""
    invitations = Invitation.objects.filter(shopper=shopper)
    scheduled = invitations.filter(status=InvitationStatus.SCHEDULED)
    stages.uncount(scheduled.values_list("pk", flat=True))
    scheduled.update(status=InvitationStatus.SKIPPED, skip_reason=SkipReason.CUSTOMER_DELETED)
    invitations.filter(status__in=[InvitationStatus.SENT, InvitationStatus.OPENED]).update(
        status=InvitationStatus.EXPIRED
    )
    # Every link stops working: an answer after this would be a stranger's.
    return invitations.update(shopper=None, address="", due_at=None, last_error="", expires_at=now)


def _forget_listed(email: str) -> None:
    """Anonymous invitations have no shopper, only the address until the mail is out."""
    waiting = Invitation.objects.filter(address__iexact=email.strip(), shopper=None, status=InvitationStatus.SCHEDULED)
    stages.uncount(waiting.values_list("pk", flat=True))
    waiting.update(status=InvitationStatus.SKIPPED, skip_reason=SkipReason.CUSTOMER_DELETED, address="", due_at=None)
