"""What answers and invitations add up to."""

from django.contrib.postgres.indexes import OpClass
from django.db import models

from .survey import Survey


class Tally(models.Model):
    """Running counts of one day or month, so that a score never scans responses.

    Every answer counts in the row of its country and in the row of all countries (`country` ""); in the row of the whole
    (`dimension` "") and in one row per segment, such as dimension "product", key "12". `sent` and `answered` count the
    invitations sent on that day and how many of those were answered since; they are kept in the rows of the whole only.

    Everything is counted twice: per day, and per month (`span` "month", `day` the first of it), for a year of a shop with
    many products has too many days. Reports read whole months, and days only at both ends. Reasons are counted in
    dimension "reason", key "<question id>:<value of the choice>", and per product, for all countries only, in
    "product_reason", key "<product id>:<question id>:<value>".

    Answers on another scale than NPS are never in the same rows: their dimensions begin with the scale, such as "csat:" for
    the whole and "csat:product". A second answer, how likely to discourage, is dimension "discourage", key "0" to "10".
    """

    class Span(models.TextChoices):
        DAY = "day"
        MONTH = "month"

    span = models.CharField(max_length=5, choices=Span.choices, default=Span.DAY)
    dimension = models.CharField(max_length=24, default="")
    country = models.CharField(max_length=2, default="")
    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="tallies")
    day = models.DateField()
    channel = models.CharField(max_length=255, default="")
    key = models.CharField(max_length=200, default="")
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
                # Days before surveys: most reports are about a period of every survey.
                fields=["span", "dimension", "country", "day", "survey", "channel", "key"],
                name="nps_tally_unique_cell",
            )
        ]
        indexes = [
            # For one product; the pattern operators serve all reasons of a product at once.
            models.Index(
                "dimension",
                "span",
                "country",
                OpClass("key", name="varchar_pattern_ops"),
                "day",
                name="nps_tally_of_key",
            )
        ]


class InvitationTally(models.Model):
    """What became of the orders that were fulfilled on a day, and of the people of waves, so that no report scans invitations.

    `stage` is "asked" (scheduled, whatever happened afterwards), "sent", "opened", "answered", or a skip reason. Every
    count is on the day on which the invitation was made, in UTC: sent, opened and answered are parts of asked.
    """

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="invitation_tallies")
    day = models.DateField()
    channel = models.CharField(max_length=255, default="")
    stage = models.CharField(max_length=20)
    count = models.IntegerField(default=0)

    class Meta:
        db_table = "nps_invitation_tally"
        constraints = [
            models.UniqueConstraint(
                fields=["survey", "day", "channel", "stage"], name="nps_invitation_tally_unique_cell"
            )
        ]
