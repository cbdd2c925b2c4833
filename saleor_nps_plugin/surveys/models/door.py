"""Ways to be asked without an e-mail: links to print, tablets, the storefront; and waves of people who are asked at once."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from ...queue import QueuedRow
from .survey import Survey


class DoorKind(models.TextChoices):
    LINK = "link"
    KIOSK = "kiosk"
    SNIPPET = "snippet"


class Door(models.Model):
    """A public way to a survey for whoever comes along. Its `key` is signed into its address."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="doors")
    kind = models.CharField(max_length=8, choices=DoorKind.choices)
    name = models.CharField(max_length=200)
    channel = models.CharField(max_length=255, blank=True, default="")
    language_code = models.CharField(max_length=35, blank=True, default="")
    is_active = models.BooleanField(default=True)
    # Of a script: origins of the storefronts that may use it; none means any.
    origins = ArrayField(models.CharField(max_length=255), default=list, blank=True)
    # Of a script: the share of visitors that is asked.
    sample_percent = models.PositiveSmallIntegerField(default=100)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "nps_door"
        ordering = ["name", "pk"]


class DoorAnswer(models.Model):
    """An answer as it came through a door, until the worker records it; `key` is the device's own, so that one is one.

    `content` holds what was sent: {"score": 9, "comment": "…", "answers": {…}}, and `trace` what untrue answers are known by.
    """

    key = models.UUIDField(primary_key=True)
    door = models.ForeignKey(Door, on_delete=models.CASCADE, related_name="answers")
    content = models.JSONField()
    trace = models.JSONField(default=dict)
    language_code = models.CharField(max_length=35, blank=True, default="")
    received_at = models.DateTimeField()
    # Kept for a day after that, so that a device that tries again is still known.
    recorded_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        db_table = "nps_door_answer"
        indexes = [
            models.Index(fields=["received_at"], name="nps_door_answer_new", condition=Q(recorded_at=None)),
            models.Index(fields=["recorded_at"], name="nps_door_answer_old", condition=Q(recorded_at__isnull=False)),
        ]


class DoorNetwork(models.Model):
    """How far one network is ahead of what it may send through a door; `network` is a hash whose key changes daily.

    `free_at` is when time will have caught up with its answers. A row whose moment has passed says nothing.
    """

    door = models.ForeignKey(Door, on_delete=models.CASCADE, related_name="networks")
    network = models.CharField(max_length=64)
    free_at = models.DateTimeField()

    class Meta:
        db_table = "nps_door_network"
        constraints = [models.UniqueConstraint(fields=["door", "network"], name="nps_door_network_once")]


class Audience(models.TextChoices):
    """Whom a wave asks: customers of the shop, or the addresses of a list."""

    CUSTOMERS = "customers"
    ADDRESSES = "addresses"


class Wave(QueuedRow):
    """People asked at once, spread over days. The worker makes its invitations bit by bit: `position` is where it stands.

    Customers are those of `channels` (none: all) who ordered since `ordered_since`. `asked` and `spared` count what became
    of the people looked at so far. What is anonymous is sent all at once and leaves no trace of who got which link.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="waves")
    name = models.CharField(max_length=200)
    audience = models.CharField(max_length=10, choices=Audience.choices)
    channels = ArrayField(models.CharField(max_length=255), default=list, blank=True)
    channel = models.CharField(max_length=255, blank=True, default="")
    language_code = models.CharField(max_length=35, blank=True, default="")
    is_anonymous = models.BooleanField(default=False)
    ordered_since = models.DateTimeField(null=True)
    starts_at = models.DateTimeField()
    days = models.PositiveSmallIntegerField(default=1)
    total = models.PositiveIntegerField(default=0)
    asked = models.PositiveIntegerField(default=0)
    spared = models.PositiveIntegerField(default=0)
    position = models.CharField(max_length=64, blank=True, default="")
    is_stopped = models.BooleanField(default=False)
    author_id = models.IntegerField(null=True)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "nps_wave"
        indexes = [models.Index(fields=["due_at"], name="nps_wave_due", condition=Q(due_at__isnull=False))]


class Ballot(models.Model):
    """The right to answer an anonymous survey once. Nothing says who has it; it is gone when it is used.

    `is_out` is set for a whole batch of mails at once, so that not even the order of rows tells who got which.
    """

    key = models.UUIDField(primary_key=True, default=uuid.uuid4)
    wave = models.ForeignKey(Wave, on_delete=models.CASCADE, related_name="ballots")
    is_out = models.BooleanField(default=False)

    class Meta:
        db_table = "nps_ballot"


class SealedAnswer(models.Model):
    """An answer to an anonymous wave, until four others are in; then all of them become responses at once, in any order.

    `content` is {"score", "discourage", "comment", "version", "answers": [{"question", "text", "choices", "number", "yes"}]}.
    It has no time and no order, and its key is no ballot's.
    """

    key = models.UUIDField(primary_key=True, default=uuid.uuid4)
    wave = models.ForeignKey(Wave, on_delete=models.CASCADE, related_name="sealed_answers")
    content = models.JSONField()

    class Meta:
        db_table = "nps_sealed_answer"
