"""What was answered, and what staff make of it."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q

from ...queue import QueuedRow
from ...shoppers.models import Shopper
from ..scoring import HIGHEST_SCORE, Category, category
from .invitation import Invitation
from .survey import Question, Survey


class CaseStatus(models.TextChoices):
    """Where the follow-up of a response by staff stands."""

    NONE = "none"
    OPEN = "open"
    IN_PROGRESS = "in_progress"
    RESOLVED = "resolved"


class Response(models.Model):
    """The answer to a survey. `segments` is copied from the invitation, for reports.

    When its author is forgotten, comment, notes and the links to person and order go; score and segments stay.
    """

    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="responses")
    invitation = models.OneToOneField(Invitation, on_delete=models.SET_NULL, null=True, related_name="response")
    shopper = models.ForeignKey(Shopper, on_delete=models.SET_NULL, null=True, related_name="responses")
    order_id = models.UUIDField(null=True)
    channel = models.CharField(max_length=255, blank=True, default="")
    country = models.CharField(max_length=2, blank=True, default="")
    language_code = models.CharField(max_length=35, default="en")
    segments = models.JSONField(default=dict)
    score = models.PositiveSmallIntegerField()
    discourage_score = models.PositiveSmallIntegerField(null=True)
    comment = models.TextField(max_length=5000, blank=True, default="")
    may_contact = models.BooleanField(default=False)
    is_counted = models.BooleanField(default=True)
    exclusion_reason = models.CharField(max_length=200, blank=True, default="")
    case_status = models.CharField(max_length=12, choices=CaseStatus.choices, default=CaseStatus.NONE)
    assignee_id = models.IntegerField(null=True)
    tags = ArrayField(models.CharField(max_length=50), default=list, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    editable_until = models.DateTimeField()

    class Meta:
        db_table = "nps_response"
        constraints = [
            models.CheckConstraint(condition=Q(score__lte=HIGHEST_SCORE), name="nps_response_score_in_range"),
            models.CheckConstraint(
                condition=Q(discourage_score=None) | Q(discourage_score__lte=HIGHEST_SCORE),
                name="nps_response_discourage_score_in_range",
            ),
            models.CheckConstraint(
                condition=Q(updated_at__gte=F("created_at")), name="nps_response_updated_after_created"
            ),
        ]
        indexes = [
            models.Index(fields=["order_id"], name="nps_response_order"),
            models.Index(fields=["-created_at", "-id"], name="nps_response_newest"),
            models.Index(fields=["score", "id"], name="nps_response_score"),
            models.Index(
                fields=["case_status", "-created_at"], name="nps_response_case", condition=~Q(case_status="none")
            ),
            GinIndex(fields=["segments"], name="nps_response_segments", opclasses=["jsonb_path_ops"]),
            GinIndex(fields=["tags"], name="nps_response_tags"),
        ]

    @property
    def category(self) -> Category:
        return category(self.score)


class Answer(models.Model):
    """The answer to one follow-up question; the field that fits the question's kind is filled."""

    response = models.ForeignKey(Response, on_delete=models.CASCADE, related_name="answers")
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="answers")
    text = models.TextField(max_length=5000, blank=True, default="")
    choices = ArrayField(models.CharField(max_length=100), default=list, blank=True)
    number = models.FloatField(null=True)
    yes = models.BooleanField(null=True)

    class Meta:
        db_table = "nps_answer"
        constraints = [models.UniqueConstraint(fields=["response", "question"], name="nps_answer_once_per_question")]


class CaseNote(models.Model):
    """What staff wrote about a response. `author_id` is a user id, null for an app."""

    response = models.ForeignKey(Response, on_delete=models.CASCADE, related_name="notes")
    author_id = models.IntegerField(null=True)
    text = models.TextField(max_length=5000)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "nps_case_note"
        ordering = ["created_at", "pk"]


class DetractorAlert(QueuedRow):
    """Staff are to be told of a detractor's answer, once."""

    response = models.OneToOneField(Response, on_delete=models.CASCADE, related_name="alert")
    sent_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "nps_detractor_alert"
        indexes = [models.Index(fields=["due_at"], name="nps_alert_due", condition=Q(due_at__isnull=False))]
