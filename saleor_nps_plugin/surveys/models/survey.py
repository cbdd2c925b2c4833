"""What is asked."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from ..scoring import Category


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


class QuestionKind(models.TextChoices):
    TEXT = "text"
    SINGLE_CHOICE = "single_choice"
    MULTIPLE_CHOICE = "multiple_choice"
    YES_NO = "yes_no"
    SCALE = "scale"
    NUMBER = "number"


class Survey(models.Model):
    """The 0-10 question plus follow-ups, for one touchpoint. No channels means every channel.

    `definition` is the text of the survey's rows, its questions and texts among them, where they were read together:
    what is made of a survey can be kept under it.
    """

    definition = ""
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
