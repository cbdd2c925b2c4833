"""Rows as a queue: a row that is due at a time, is claimed by one worker, and waits longer after each failure.

A lost message broker loses nothing, because what is to be done is a row; a worker that dies loses nothing, because its
claim runs out.
"""

from datetime import datetime, timedelta

from django.db import models, transaction
from django.db.models import Q

LEASE = timedelta(minutes=10)
GIVE_UP_AFTER = timedelta(days=3)
LONGEST_PAUSE = timedelta(hours=6)


class QueuedRow(models.Model):
    """A row that wants attention at `due_at`; null when nothing is left to do."""

    due_at = models.DateTimeField(null=True)
    claimed_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    failing_since = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=200, blank=True)

    class Meta:
        abstract = True

    def is_given_up(self, now: datetime) -> bool:
        """Whether this row has failed for so long that trying again is pointless."""
        return self.failing_since is not None and now - self.failing_since >= GIVE_UP_AFTER

    def postpone(self, error: str, now: datetime) -> None:
        """Try again later, after a pause that doubles with each failure. Changes the row in memory only."""
        self.attempts += 1
        self.failing_since = self.failing_since or now
        self.last_error = error[:200]
        self.due_at = now + min(timedelta(minutes=2 ** min(self.attempts - 1, 10)), LONGEST_PAUSE)
        self.claimed_until = None

    def postpone_or_give_up(self, error: str, now: datetime) -> bool:
        """Try again later, or never where that is pointless; return whether this was the end. Changes the row in memory only."""
        if not self.is_given_up(now):
            self.postpone(error, now)
            return False
        self.due_at, self.last_error = None, error[:200]
        return True

    def settle(self, due_at: datetime | None) -> None:
        """Note a success, after which the row is due at `due_at`. Changes the row in memory only."""
        self.attempts = 0
        self.failing_since = None
        self.last_error = ""
        self.due_at = due_at
        self.claimed_until = None


QUEUE_FIELDS = ["due_at", "claimed_until", "attempts", "failing_since", "last_error"]


def claim_due[Row: QueuedRow](rows: models.QuerySet[Row], *, now: datetime, limit: int) -> list[Row]:
    """Claim up to `limit` due rows for LEASE, longest due first. Rows that another worker is claiming are passed over."""
    is_free = Q(claimed_until=None) | Q(claimed_until__lte=now)
    with transaction.atomic():
        due = rows.filter(is_free, due_at__lte=now).order_by("due_at")
        claimed = list(due.select_for_update(skip_locked=True, of=("self",))[:limit])
        rows.model._default_manager.filter(pk__in=[row.pk for row in claimed]).update(claimed_until=now + LEASE)
    return claimed
