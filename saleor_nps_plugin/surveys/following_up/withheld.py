"""What an answer is owed by mail waits while the answer looks untrue. What has gone out is never taken back."""

from datetime import datetime, timedelta

from django.db.models import QuerySet

from ...rewards.models import Notice, NoticeKind
from ..models import CaseStatus, Response

# Thanks that failed, or were withheld, are good for so long after the answer.
SWEEP_BACK = timedelta(days=3)


def withhold(response: Response) -> None:
    """Let the mails wait that an answer leads to and that have not left."""
    _unsent(response).update(due_at=None)


def is_seen_to(response: Response) -> bool:
    """Whether staff have replied, or resolved the case: then an apology that promises it comes too late."""
    return response.case_status == CaseStatus.RESOLVED or response.replies.exists()


def drop_apology(response: Response) -> None:
    """Send no apology for an answer that staff have seen to, unless it has left."""
    _unsent(response).filter(kind=NoticeKind.APOLOGY).update(due_at=None)


def release(response: Response, *, now: datetime) -> None:
    """Let the mails leave that an answer of these days leads to, and see what else it is owed; the caller saves the response."""
    if response.import_key or response.shopper_id is None or response.created_at <= now - SWEEP_BACK:
        return
    # A notice that holds no code stands for an offer that was not made.
    owed = _unsent(response).filter(due_at=None).exclude(kind=NoticeKind.OFFER, facts={})
    if is_seen_to(response):
        owed = owed.exclude(kind=NoticeKind.APOLOGY)
    owed.update(due_at=now)
    response.thanks_due_at = now


def _unsent(response: Response) -> QuerySet[Notice]:
    keys = [f"{kind}:{response.pk}" for kind in (NoticeKind.THANKS, NoticeKind.APOLOGY, NoticeKind.OFFER)]
    return Notice.objects.filter(key__in=keys, sent_at=None)
