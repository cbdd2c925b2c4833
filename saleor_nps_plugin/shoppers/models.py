"""People, without their names and addresses."""

from django.contrib.postgres.functions import RandomUUID
from django.db import models


class Shopper(models.Model):
    """Whom we may ask and thank: a keyed hash of the normalised e-mail, and the user id where there is an account.

    `asked_at` and `asked_about` note the last order that this shopper was asked about; the cooldown counts from there.
    `order_id` is the last order by which we know the shopper: the address on record, and name and language, are that
    order's. `opted_out_at` refuses surveys, `rewards_opted_out_at` mails about rewards. After a deleted account a shopper
    who opted out stays as the hash alone, so that the refusal lasts.
    """

    key = models.UUIDField(db_default=RandomUUID(), unique=True, editable=False)
    email_hash = models.CharField(max_length=64, unique=True)
    user_id = models.IntegerField(null=True, db_index=True)
    order_id = models.UUIDField(null=True)
    asked_at = models.DateTimeField(null=True)
    asked_about = models.UUIDField(null=True)
    opted_out_at = models.DateTimeField(null=True)
    rewards_opted_out_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "nps_shopper"
