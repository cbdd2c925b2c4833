"""What followed an answer by itself: the question whether it is right now, and an offer."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext

from ... import languages
from ...surveys.models import Invitation, InvitationStatus, Offer, Response, SkipReason
from ..tags import day


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
    invitation = _invitation(response)
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


def asked_again(response: Response) -> list[tuple[datetime, str]] | None:
    """Return when what happened about asking again, newest first; None where nobody is asked. One query."""
    invitation = _invitation(response)
    if invitation is None:
        return None
    again = _again(invitation)
    told = []
    if again.score is not None:
        score = languages.number(again.score, languages.current())
        answered = gettext("The customer says whether it is right now: {score}").format(score=score)
        told.append((invitation.response.created_at, answered))
    if again.sent_at is not None:
        told.append((again.sent_at, gettext("The customer was asked whether it is right now.")))
    elif invitation.skip_reason == SkipReason.OPTED_OUT:
        told.append((invitation.created_at, gettext("The customer wants no surveys, and is not asked again.")))
    elif not again.is_over:
        planned = gettext("The customer will be asked on {day} whether it is right now.").format(day=day(again.send_at))
        told.append((invitation.created_at, planned))
    return told


def _invitation(response: Response) -> Invitation | None:
    return Invitation.objects.filter(recovers=response).select_related("response").first()
