"""What other programs are to be told."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from ..queue import QueuedRow


class Announcement(QueuedRow):
    """An event for the shop's apps, told until each that listens has got it. `key` is one per event.

    Written in the transaction of what it tells of; `payload` is as docs/announcements.md describes it, and empty once the
    shop has taken it over. `deliveries` are what the shop calls those that have not arrived yet.
    """

    key = models.CharField(max_length=100, unique=True)
    event = models.CharField(max_length=40)
    channel = models.CharField(max_length=255, blank=True, default="")
    payload = models.JSONField()
    deliveries = ArrayField(models.CharField(max_length=40), default=list)
    created_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "nps_announcement"
        indexes = [
            models.Index(fields=["due_at"], name="nps_announcement_due", condition=Q(due_at__isnull=False)),
            models.Index(fields=["told_at"], name="nps_announcement_told", condition=Q(told_at__isnull=False)),
        ]
