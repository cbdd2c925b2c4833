"""What followed an answer by itself: the question whether it is right now, and an offer."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ...surveys.models import Invitation, InvitationStatus, Offer, Response


@dataclass(frozen=True)
class Again:
    """A customer asked again after the case was resolved. `pk` and `score` are the second answer's, None without one."""

    pk: int | None
    score: int | None
    send_at: datetime
    sent_at: datetime | None
    is_over: bool


def followed_by(response: Response) -> dict[str, Any]:
    """Return what the case of a response shows of it; three queries."""
    invitation = Invitation.objects.filter(recovers=response).select_related("response").first()
    first = Response.objects.filter(recovery__response=response).first()
    return {
        "again": _again(invitation) if invitation else None,
        "before": first,
        "offer": Offer.objects.filter(response=response).first(),
    }


def _again(invitation: Invitation) -> Again:
    answer: Response | None = getattr(invitation, "response", None)
    is_waiting = invitation.status in (InvitationStatus.SCHEDULED, InvitationStatus.SENT, InvitationStatus.OPENED)
    return Again(
        pk=answer.pk if answer else None,
        score=answer.score if answer else None,
        send_at=invitation.send_at,
        sent_at=invitation.sent_at,
        is_over=not is_waiting and answer is None,
    )
