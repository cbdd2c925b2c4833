"""What the shop's apps are told of answers and cases. docs/announcements.md promises these shapes."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from ...announcements.announcing import CASE_RESOLVED, RESPONSE_CHANGED, RESPONSE_CREATED, announce
from ...announcements.ids import global_id, global_id_or_none
from ...shoppers.models import Shopper
from ..models import Answer, Response


def tell_of_answer(response: Response, answers: Sequence[Answer], *, now: datetime) -> None:
    """Announce an answer as it stands after it came in, or was changed by its author. Inside the same transaction.

    Answers to an anonymous survey are never announced: the moment of one could tell whose it is.
    """
    if response.survey.is_anonymous:
        return
    is_first = response.revision == 1
    payload = _of(response)
    payload["response"] |= {
        "comment": response.comment,
        "discourage_score": response.discourage_score,
        "may_contact": response.may_contact,
        "answers": [_answer(answer) for answer in answers if not answer.question.is_comment],
    }
    announce(
        RESPONSE_CREATED if is_first else RESPONSE_CHANGED,
        key=f"response:{response.pk}:{response.revision}",
        payload=payload,
        channel=response.channel,
        now=now,
    )


def tell_of_resolved(response: Response, *, now: datetime) -> None:
    """Announce that the case of a response is resolved. Inside the transaction, the revision gone up."""
    if response.survey.is_anonymous:
        return
    key = f"case:{response.pk}:{response.revision}"
    announce(CASE_RESOLVED, key=key, payload=_of(response), channel=response.channel, now=now)


def _of(response: Response) -> dict[str, Any]:
    survey = response.survey
    return {
        "user": global_id_or_none("User", _user_id(response)),
        "order": global_id_or_none("Order", response.order_id),
        "invitation": global_id_or_none("NpsInvitation", response.invitation_id),
        "survey": {
            "id": global_id("NpsSurvey", survey.pk),
            "slug": survey.slug,
            "touchpoint": survey.touchpoint,
            "scale": survey.scale,
        },
        "response": {
            "id": global_id("NpsResponse", response.pk),
            "revision": response.revision,
            "score": response.score,
            "category": response.category.value,
            "language_code": response.language_code,
            "created_at": response.created_at.isoformat(),
            "updated_at": response.updated_at.isoformat(),
        },
    }


def _user_id(response: Response) -> int | None:
    if response.shopper_id is None:
        return None
    # Whoever answers waits for every statement.
    invitation = response._state.fields_cache.get("invitation")
    if invitation is not None and hasattr(invitation, "known_user_id"):
        known: int | None = invitation.known_user_id
        return known
    return Shopper.objects.filter(pk=response.shopper_id).values_list("user_id", flat=True).first()


def _answer(answer: Answer) -> dict[str, Any]:
    return {
        "question": global_id("NpsQuestion", answer.question_id),
        "text": answer.text or None,
        "choices": list(answer.choices),
        "number": answer.number,
        "yes": answer.yes,
    }
