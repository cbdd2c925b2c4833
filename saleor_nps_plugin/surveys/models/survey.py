"""What is asked."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from ..reporting.scoring import Category


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


class Scale(models.TextChoices):
    """What a survey measures, and on which numbers. Only NPS counts in scores; each other scale has reports of its own.

    CSAT is answered from 1 to 5, CES from 1 to 7. RECOVERY is the 0-10 question asked again after a case was resolved.
    """

    NPS = "nps"
    CSAT = "csat"
    CES = "ces"
    RECOVERY = "recovery"


class QuestionRole(models.TextChoices):
    """What a follow-up question is for, beyond its wording; "" for nothing in particular.

    The choices of LIKED and IMPROVE have the plugin's own translations, those of PRODUCT are the lines of the order.
    PREFERENCE is a scale, and COMPETITOR is asked of those who answer 9-10 or 0-6 to it.
    """

    LIKED = "liked"
    IMPROVE = "improve"
    PRODUCT = "product"
    PREFERENCE = "preference"
    COMPETITOR = "competitor"


class Survey(models.Model):
    """The 0-10 question plus follow-ups, for one touchpoint. No channels means every channel.

    A survey that `ignores_cooldown` is neither held back by the shopper's quiet period nor begins one. `asks_discourage`
    adds the second question of the word-of-mouth index. `version` goes up when what is asked changes after it was
    answered: answers keep the questions of their version, see `SurveyVersion` and `Question`.

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
    scale = models.CharField(max_length=8, choices=Scale.choices, default=Scale.NPS, db_default=Scale.NPS)
    ignores_cooldown = models.BooleanField(default=False, db_default=False)
    asks_discourage = models.BooleanField(default=False, db_default=False)
    is_anonymous = models.BooleanField(default=False, db_default=False)
    version = models.PositiveIntegerField(default=1, db_default=1)
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


class SurveyVersion(models.Model):
    """The words of a version that is over: `texts` maps language codes to {"question", "subject", "thanks"}."""

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    texts = models.JSONField(default=dict)
    ended_at = models.DateTimeField()

    class Meta:
        db_table = "nps_survey_version"
        constraints = [models.UniqueConstraint(fields=["survey", "number"], name="nps_survey_version_unique_number")]


class Question(models.Model):
    """A follow-up question. `texts` maps language codes to wording; a text question without any has the plugin's own.

    The answer to a question that `is_comment` is the response's comment. `choices` is a list of
    {"value": text, "labels": {language code: text}}. No categories means all.

    A question is part of the versions of its survey from `since_version` to `until_version`, which is null while it is
    asked. One that was answered is never changed: another row takes its place, and `origin_id` is the first row of that
    line, under which its reasons are counted.
    """

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="questions")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=20, choices=QuestionKind.choices, default=QuestionKind.TEXT)
    categories = ArrayField(
        models.CharField(max_length=10, choices=[(item.value, item.value) for item in Category]),
        default=list,
        blank=True,
    )
    role = models.CharField(max_length=10, choices=QuestionRole.choices, blank=True, default="", db_default="")
    is_comment = models.BooleanField(default=False)
    is_required = models.BooleanField(default=False)
    texts = models.JSONField(default=dict)
    choices = models.JSONField(default=list)
    since_version = models.PositiveIntegerField(default=1, db_default=1)
    until_version = models.PositiveIntegerField(null=True)
    origin_id = models.BigIntegerField(null=True)

    class Meta:
        db_table = "nps_question"
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["survey", "position"], name="nps_question_unique_position", condition=Q(until_version=None)
            )
        ]

    @property
    def line_id(self) -> int:
        """The id under which the answers of all its versions are counted together."""
        return self.origin_id or self.pk

    def is_asked(self, asked: Category) -> bool:
        """Whether respondents of this category are asked."""
        return not self.categories or asked.value in self.categories
