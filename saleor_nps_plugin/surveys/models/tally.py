"""What the answers add up to."""

from django.db import models

from .survey import Survey


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
