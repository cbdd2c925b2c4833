"""Asking: surveys, whom they ask, what was answered."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q

from ..queue import QueuedRow
from .scoring import HIGHEST_SCORE, Category, category


class Touchpoint(models.TextChoices):
    """The moment that prompts asking."""

    ORDER_FULFILLED = "order_fulfilled"
    PRODUCT_USED = "product_used"
    SUPPORT_CONTACT = "support_contact"
    SITE_VISIT = "site_visit"
    STORE_VISIT = "store_visit"
    RELATIONSHIP = "relationship"
    EMPLOYEE = "employee"
    PARTNER = "partner"


class InvitationStatus(models.TextChoices):
    SCHEDULED = "scheduled"
    SENT = "sent"
    OPENED = "opened"
    ANSWERED = "answered"
    SKIPPED = "skipped"
    CANCELED = "canceled"
    EXPIRED = "expired"
    FAILED = "failed"


class SkipReason(models.TextChoices):
    """Why somebody was not asked."""

    COOLDOWN = "cooldown"
    OPTED_OUT = "opted_out"
    SAMPLED_OUT = "sampled_out"
    BELOW_MINIMUM_TOTAL = "below_minimum_total"
    NO_ADDRESS = "no_address"
    ORDER_CANCELED = "order_canceled"
    ORDER_REFUNDED = "order_refunded"
    ORDER_RETURNED = "order_returned"
    CUSTOMER_DELETED = "customer_deleted"
    OPEN_CASE = "open_case"
    PLUGIN_INACTIVE = "plugin_inactive"


class QuestionKind(models.TextChoices):
    TEXT = "text"
    SINGLE_CHOICE = "single_choice"
    MULTIPLE_CHOICE = "multiple_choice"
    YES_NO = "yes_no"
    SCALE = "scale"
    NUMBER = "number"


class CaseStatus(models.TextChoices):
    """Where the follow-up of a response by staff stands."""

    NONE = "none"
    OPEN = "open"
    IN_PROGRESS = "in_progress"
    RESOLVED = "resolved"


class Survey(models.Model):
    """The 0-10 question plus follow-ups, for one touchpoint. No channels means every channel."""

    name = models.CharField(max_length=200)
    slug = models.SlugField(max_length=100, unique=True)
    touchpoint = models.CharField(max_length=20, choices=Touchpoint.choices)
    is_active = models.BooleanField(default=True)
    channels = ArrayField(models.CharField(max_length=255), default=list, blank=True)
    # Null: the operator's delay for the channel.
    delay_hours = models.PositiveIntegerField(null=True)
    weight = models.DecimalField(max_digits=6, decimal_places=3, default=1)
    default_language = models.CharField(max_length=35, default="en")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "nps_survey"
        constraints = [models.CheckConstraint(condition=Q(weight__gte=0), name="nps_survey_weight_not_negative")]


class SurveyText(models.Model):
    """The operator's own words for one language; whatever is empty has the plugin's own translation."""

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="texts")
    language_code = models.CharField(max_length=35)
    question = models.CharField(max_length=500, blank=True)
    subject = models.CharField(max_length=200, blank=True)
    thanks = models.TextField(max_length=2000, blank=True)

    class Meta:
        db_table = "nps_survey_text"
        constraints = [
            models.UniqueConstraint(fields=["survey", "language_code"], name="nps_survey_text_unique_language")
        ]


class Question(models.Model):
    """A follow-up question. `texts` maps language codes to wording; a text question without any has the plugin's own.

    The answer to a question that `is_comment` is the response's comment. `choices` is a list of
    {"value": text, "labels": {language code: text}}. No categories means all.
    """

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="questions")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=20, choices=QuestionKind.choices, default=QuestionKind.TEXT)
    categories = ArrayField(
        models.CharField(max_length=10, choices=[(item.value, item.value) for item in Category]),
        default=list,
        blank=True,
    )
    is_comment = models.BooleanField(default=False)
    is_required = models.BooleanField(default=False)
    texts = models.JSONField(default=dict)
    choices = models.JSONField(default=list)

    class Meta:
        db_table = "nps_question"
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["survey", "position"], name="nps_question_unique_position")]

    def is_asked(self, asked: Category) -> bool:
        """Whether respondents of this category are asked."""
        return not self.categories or asked.value in self.categories


class Shopper(models.Model):
    """Whom we may ask: a keyed hash of the normalised e-mail, and the user id where there is an account.

    `asked_at` and `asked_about` note the last order that this shopper was asked about; the cooldown counts from there.
    After a deleted account a shopper who opted out stays as the hash alone, so that the refusal lasts.
    """

    email_hash = models.CharField(max_length=64, unique=True)
    user_id = models.IntegerField(null=True, db_index=True)
    asked_at = models.DateTimeField(null=True)
    asked_about = models.UUIDField(null=True)
    opted_out_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "nps_shopper"


class Activation(models.Model):
    """Since when a channel has been asking; orders fulfilled before are never asked about. "" is the shop as a whole."""

    channel = models.CharField(max_length=255, unique=True)
    since = models.DateTimeField()

    class Meta:
        db_table = "nps_activation"


class Invitation(QueuedRow):
    """One shopper asked once about one touchpoint; or not asked, and why.

    As a queued row it is due when its mail, its reminder or its expiry is. `segments` holds what reports break down by
    beyond channel and country: {"product": ["12"], "category": ["3"], "language": ["de"], "customer_kind": ["new"]}.
    `address` is empty except for people whom the shop does not know, and is emptied when the survey is over.
    """

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    survey = models.ForeignKey(Survey, on_delete=models.PROTECT, related_name="invitations")
    shopper = models.ForeignKey(Shopper, on_delete=models.SET_NULL, null=True, related_name="invitations")
    order_id = models.UUIDField(null=True)
    channel = models.CharField(max_length=255, blank=True, default="")
    country = models.CharField(max_length=2, blank=True, default="")
    language_code = models.CharField(max_length=35, default="en")
    segments = models.JSONField(default=dict)
    address = models.EmailField(blank=True, default="")
    status = models.CharField(max_length=10, choices=InvitationStatus.choices, default=InvitationStatus.SCHEDULED)
    skip_reason = models.CharField(max_length=20, choices=SkipReason.choices, blank=True, default="")
    send_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "nps_invitation"
        constraints = [
            models.UniqueConstraint(fields=["survey", "order_id"], name="nps_invitation_once_per_order"),
            models.CheckConstraint(
                condition=Q(status=InvitationStatus.SKIPPED) ^ Q(skip_reason=""),
                name="nps_invitation_skipped_has_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], name="nps_invitation_due", condition=Q(due_at__isnull=False)),
            models.Index(fields=["order_id"], name="nps_invitation_order"),
            models.Index(fields=["-send_at", "-id"], name="nps_invitation_newest"),
        ]


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


class Tally(models.Model):
    """Running counts of one day, so that a score never scans responses.

    Every answer counts in the row of its country and in the row of all countries (`country` ""); in the row of the whole
    (`dimension` "") and in one row per segment, such as dimension "product", key "12". `sent` and `answered` count the
    invitations sent on that day and how many of those were answered since; they are kept in the rows of the whole only.
    """

    dimension = models.CharField(max_length=16, default="")
    country = models.CharField(max_length=2, default="")
    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="tallies")
    day = models.DateField()
    channel = models.CharField(max_length=255, default="")
    key = models.CharField(max_length=64, default="")
    sent = models.IntegerField(default=0)
    answered = models.IntegerField(default=0)
    score_0 = models.IntegerField(default=0)
    score_1 = models.IntegerField(default=0)
    score_2 = models.IntegerField(default=0)
    score_3 = models.IntegerField(default=0)
    score_4 = models.IntegerField(default=0)
    score_5 = models.IntegerField(default=0)
    score_6 = models.IntegerField(default=0)
    score_7 = models.IntegerField(default=0)
    score_8 = models.IntegerField(default=0)
    score_9 = models.IntegerField(default=0)
    score_10 = models.IntegerField(default=0)

    class Meta:
        db_table = "nps_tally"
        constraints = [
            models.UniqueConstraint(
                fields=["dimension", "country", "survey", "day", "channel", "key"], name="nps_tally_unique_cell"
            )
        ]
