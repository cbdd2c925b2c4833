"""Bursts of answers that somebody may have sent to move the score."""

from django.db import models
from django.db.models import Q

from ...queue import QueuedRow


class AttackKind(models.TextChoices):
    """In which direction a burst moves the score: answers from 0 to 2, or from 9 to 10."""

    LOW = "low"
    HIGH = "high"


class Attack(QueuedRow):
    """Staff are to be told of a burst of answers in a channel, once a day at most; `key` says so.

    `answers` came within the hour before `noticed_at`; `usual` is the most that came in one hour of the weeks before.
    """

    key = models.CharField(max_length=300, unique=True)
    channel = models.CharField(max_length=255, blank=True, default="")
    kind = models.CharField(max_length=4, choices=AttackKind.choices)
    answers = models.PositiveIntegerField()
    usual = models.PositiveIntegerField()
    noticed_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "nps_attack"
        indexes = [models.Index(fields=["due_at"], name="nps_attack_due", condition=Q(due_at__isnull=False))]
