"""Points: whose they are, what changed them, what is left of each."""

from django.db import models
from django.db.models import F, Q

from ..queue import QueuedRow
from ..shoppers.models import Shopper


class EntryKind(models.TextChoices):
    """What changed a balance."""

    CASHBACK = "cashback"
    REFERRAL = "referral"
    BONUS = "bonus"
    REDEMPTION = "redemption"
    REVERSAL = "reversal"
    EXPIRY = "expiry"
    ADJUSTMENT = "adjustment"


class PointsAccount(models.Model):
    """Points of one shopper in one currency. One point is the currency's smallest unit.

    `available`, `pending` and `debt` sum up the lots and debts as they stood at `as_of`; they are kept with every write,
    so that no balance has to add up all entries. An account that was merged into another keeps its entries and nothing
    else; `merged_into` is never itself merged. `shopper` is null once the person is forgotten.
    """

    shopper = models.ForeignKey(Shopper, on_delete=models.SET_NULL, null=True, related_name="points_accounts")
    currency = models.CharField(max_length=3)
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="merged")
    available = models.BigIntegerField(default=0)
    pending = models.BigIntegerField(default=0)
    debt = models.BigIntegerField(default=0)
    as_of = models.DateTimeField()
    created_at = models.DateTimeField()

    class Meta:
        db_table = "nps_points_account"
        constraints = [
            models.UniqueConstraint(
                fields=["shopper", "currency"],
                name="nps_points_account_once_per_currency",
                condition=Q(merged_into=None),
            ),
            models.CheckConstraint(
                condition=Q(available__gte=0, pending__gte=0, debt__gte=0), name="nps_points_account_sums"
            ),
        ]


class PointsEntry(models.Model):
    """One change of a balance, in signed points. Append-only: a trigger refuses UPDATE and DELETE.

    `key` names the business event, so that it is booked once. `order_id` and `gift_card_id` are the shop's own.
    """

    account = models.ForeignKey(PointsAccount, on_delete=models.PROTECT, related_name="entries")
    kind = models.CharField(max_length=10, choices=EntryKind.choices)
    points = models.BigIntegerField()
    key = models.CharField(max_length=200, unique=True)
    channel = models.CharField(max_length=255, blank=True, default="")
    order_id = models.UUIDField(null=True)
    gift_card_id = models.IntegerField(null=True)
    reverses = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="reversals")
    available_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "nps_points_entry"
        constraints = [
            models.CheckConstraint(condition=~Q(points=0), name="nps_points_entry_not_zero"),
            models.CheckConstraint(
                condition=Q(expires_at=None) | Q(expires_at__gt=F("available_at")),
                name="nps_points_entry_expires_after_available",
            ),
        ]
        indexes = [
            models.Index(fields=["account", "-created_at", "-id"], name="nps_points_entry_newest"),
            models.Index(fields=["order_id"], name="nps_points_entry_order", condition=Q(order_id__isnull=False)),
            models.Index(fields=["created_at"], name="nps_points_entry_created"),
        ]


class PointsLot(models.Model):
    """What is left of an entry that added points. `account` is where it can be spent now."""

    entry = models.OneToOneField(PointsEntry, on_delete=models.PROTECT, primary_key=True, related_name="lot")
    account = models.ForeignKey(PointsAccount, on_delete=models.PROTECT, related_name="lots", db_index=False)
    remaining = models.BigIntegerField()
    available_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "nps_points_lot"
        constraints = [models.CheckConstraint(condition=Q(remaining__gte=0), name="nps_points_lot_not_negative")]
        indexes = [
            models.Index(
                fields=["account", "expires_at"], name="nps_points_lot_expiring", condition=Q(remaining__gt=0)
            ),
            models.Index(
                fields=["account", "available_at"], name="nps_points_lot_maturing", condition=Q(remaining__gt=0)
            ),
            models.Index(
                fields=["expires_at"],
                name="nps_points_lot_due",
                condition=Q(remaining__gt=0, expires_at__isnull=False),
            ),
        ]


class PointsDebt(models.Model):
    """What is not yet covered of an entry that took points away."""

    entry = models.OneToOneField(PointsEntry, on_delete=models.PROTECT, primary_key=True, related_name="debt")
    account = models.ForeignKey(PointsAccount, on_delete=models.PROTECT, related_name="debts")
    remaining = models.BigIntegerField()

    class Meta:
        db_table = "nps_points_debt"
        constraints = [models.CheckConstraint(condition=Q(remaining__gte=0), name="nps_points_debt_not_negative")]
        indexes = [models.Index(fields=["account"], name="nps_points_debt_open", condition=Q(remaining__gt=0))]


class PointsDraw(models.Model):
    """So many points of a lot went into an entry that took points away. Append-only like the entries."""

    entry = models.ForeignKey(PointsEntry, on_delete=models.PROTECT, related_name="draws")
    lot = models.ForeignKey(PointsLot, on_delete=models.PROTECT, related_name="draws")
    points = models.BigIntegerField()

    class Meta:
        db_table = "nps_points_draw"
        constraints = [models.CheckConstraint(condition=Q(points__gt=0), name="nps_points_draw_positive")]


class PointsRemark(models.Model):
    """What staff wrote as the reason of an entry. Not part of the entry, because words about a person can be forgotten."""

    entry = models.OneToOneField(PointsEntry, on_delete=models.PROTECT, primary_key=True, related_name="remark")
    text = models.CharField(max_length=500)
    author_id = models.IntegerField(null=True)

    class Meta:
        db_table = "nps_points_remark"


class NoticeKind(models.TextChoices):
    """What a mail about rewards tells, or one that an answer is owed."""

    THANKS = "thanks"
    REFERRAL_REWARD = "referral_reward"
    EXPIRY_WARNING = "expiry_warning"
    REVERSAL = "reversal"
    GIFT_CARD = "gift_card"
    APOLOGY = "apology"
    OFFER = "offer"


class Notice(QueuedRow):
    """A mail about rewards that is to go to a shopper, once; `key` names the event.

    `facts` holds what the mail says beyond what the shop is asked when it is sent: numbers and codes, never a person.
    """

    shopper = models.ForeignKey(Shopper, on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=20, choices=NoticeKind.choices)
    key = models.CharField(max_length=200, unique=True)
    channel = models.CharField(max_length=255)
    language_code = models.CharField(max_length=35, default="en")
    facts = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "nps_notice"
        indexes = [models.Index(fields=["due_at"], name="nps_notice_due", condition=Q(due_at__isnull=False))]
