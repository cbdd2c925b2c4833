"""What was answered, and what staff make of it."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper

from ...queue import QueuedRow
from ...shoppers.models import Shopper
from ..reporting.scoring import HIGHEST_SCORE, Category, category
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
    # Goes up with every change by anybody; whoever saves says which revision they had in front of them.
    revision = models.PositiveIntegerField(db_default=1, default=1)
    # What the customer has spent in the currency of the channel, noted by the worker so that cases sort by it; null until then.
    customer_value = models.DecimalField(max_digits=20, decimal_places=3, null=True)
    # The version of the survey whose questions were answered.
    survey_version = models.PositiveIntegerField(default=1, db_default=1)
    # Why the answer may be untrue, see surveys/answering/untrue.py; staff decide in the end.
    flags = ArrayField(models.CharField(max_length=20), default=list, db_default=[], blank=True)
    # How and when its author wants to be called back, in their words.
    callback = models.CharField(max_length=200, blank=True, default="", db_default="")
    # By which an import knows its row again.
    import_key = models.CharField(max_length=64, blank=True, default="", db_default="")
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    editable_until = models.DateTimeField()
    # When the worker looks whether the answer is owed something that its author did not see; null once it has.
    thanks_due_at = models.DateTimeField(null=True)

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
            models.UniqueConstraint(
                fields=["import_key"], name="nps_response_unique_import_key", condition=~Q(import_key="")
            ),
        ]
        indexes = [
            models.Index(fields=["order_id"], name="nps_response_order"),
            models.Index(fields=["-created_at", "-id"], name="nps_response_newest"),
            models.Index(fields=["score", "id"], name="nps_response_score"),
            models.Index(
                fields=["thanks_due_at"], name="nps_response_thanks_due", condition=Q(thanks_due_at__isnull=False)
            ),
            models.Index(fields=["-created_at", "-id"], name="nps_response_flagged", condition=~Q(flags=[])),
            models.Index(
                fields=["case_status", "-created_at"], name="nps_response_case", condition=~Q(case_status="none")
            ),
            models.Index(
                F("customer_value").desc(nulls_last=True),
                "created_at",
                name="nps_response_open_case",
                condition=Q(case_status__in=["open", "in_progress"]),
            ),
            models.Index(
                fields=["assignee_id", "-created_at"],
                name="nps_response_assignee",
                condition=Q(assignee_id__isnull=False),
            ),
            GinIndex(OpClass(Upper("comment"), name="gin_trgm_ops"), name="nps_response_comment"),
            GinIndex(fields=["segments"], name="nps_response_segments", opclasses=["jsonb_path_ops"]),
            GinIndex(fields=["tags"], name="nps_response_tags"),
        ]

    @property
    def category(self) -> Category:
        return category(self.score, self.survey.scale)


class Trace(models.Model):
    """What tells answers of one device or one network apart from those of many, kept for a few days only.

    `device` and `network` are keyed hashes, `words` one of the comment; "" where unknown. `seconds` passed between the
    page and the answer.
    """

    response = models.OneToOneField(Response, on_delete=models.CASCADE, primary_key=True, related_name="trace")
    device = models.CharField(max_length=64, blank=True, default="")
    network = models.CharField(max_length=64, blank=True, default="")
    words = models.CharField(max_length=64, blank=True, default="")
    seconds = models.FloatField(null=True)
    hints = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    created_at = models.DateTimeField()
    is_checked = models.BooleanField(default=False)

    class Meta:
        db_table = "nps_trace"
        indexes = [
            models.Index(fields=["created_at"], name="nps_trace_age"),
            models.Index(fields=["response"], name="nps_trace_unchecked", condition=Q(is_checked=False)),
            models.Index(fields=["device", "created_at"], name="nps_trace_device", condition=~Q(device="")),
            models.Index(fields=["network", "created_at"], name="nps_trace_network", condition=~Q(network="")),
            models.Index(fields=["words", "created_at"], name="nps_trace_words", condition=~Q(words="")),
        ]


class Offer(models.Model):
    """A voucher code that a respondent got for an answer; one per answer, and none again until the cool-off is over."""

    response = models.OneToOneField(Response, on_delete=models.CASCADE, related_name="offer")
    shopper = models.ForeignKey(Shopper, on_delete=models.SET_NULL, null=True, related_name="offers")
    code = models.CharField(max_length=255)
    voucher_name = models.CharField(max_length=255, blank=True)
    made_at = models.DateTimeField()

    class Meta:
        db_table = "nps_offer"
        indexes = [models.Index(fields=["shopper", "-made_at"], name="nps_offer_newest")]


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


class NoteKind(models.TextChoices):
    """What a line in the history of a case tells: what staff wrote, changed, answered or gave."""

    NOTE = "note"
    CHANGE = "change"
    REPLY = "reply"
    OFFER = "offer"


class CaseNote(models.Model):
    """What staff wrote about a response, and what they did. `author_id` is a user id, null for an app.

    `facts` of a change maps the name of what changed to [before, after]; "revision" is the response's since then.
    """

    response = models.ForeignKey(Response, on_delete=models.CASCADE, related_name="notes")
    kind = models.CharField(max_length=6, choices=NoteKind.choices, default=NoteKind.NOTE, db_default=NoteKind.NOTE)
    facts = models.JSONField(default=dict, db_default={})
    author_id = models.IntegerField(null=True)
    text = models.TextField(max_length=5000, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "nps_case_note"
        ordering = ["created_at", "pk"]


class CaseReply(QueuedRow):
    """A mail from staff to the author of a response, sent once. `key` is the form's, so that a form sent twice is one mail.

    `facts` holds what goes along: {"code": a voucher code, "voucher": its voucher's name, "points": a number, "currency"}.
    """

    response = models.ForeignKey(Response, on_delete=models.CASCADE, related_name="replies")
    key = models.UUIDField(unique=True)
    author_id = models.IntegerField(null=True)
    text = models.TextField(max_length=5000)
    facts = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "nps_case_reply"
        indexes = [models.Index(fields=["due_at"], name="nps_case_reply_due", condition=Q(due_at__isnull=False))]


class DetractorAlert(QueuedRow):
    """Staff are to be told of a detractor's answer, once, and again of a wish to be called back.

    `sent_at` is when they were told last, `called_at` when they were last told of such a wish.
    """

    response = models.OneToOneField(Response, on_delete=models.CASCADE, related_name="alert")
    sent_at = models.DateTimeField(null=True)
    called_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "nps_detractor_alert"
        indexes = [models.Index(fields=["due_at"], name="nps_alert_due", condition=Q(due_at__isnull=False))]
