"""Recommending: who shares which code, and what friends ordered with it."""

from django.db import models
from django.db.models import Q

from ..rewards.models import PointsEntry
from ..shoppers.models import Shopper


class ReferralCode(models.Model):
    """A voucher code of the shop that a shopper shares.

    `voucher_id` is the shop's voucher under which it was added. `deactivated_at` is set when staff switched it off, or its
    owner is forgotten; or, with `is_replaced`, when another code of the same shopper took its place: what friends ordered
    with it before still counts. A code whose voucher vanished in the shop stays active here and is published again when it
    is next asked for.
    """

    code = models.CharField(max_length=50, unique=True)
    shopper = models.ForeignKey(Shopper, on_delete=models.SET_NULL, null=True, related_name="referral_codes")
    channel = models.CharField(max_length=255)
    voucher_id = models.IntegerField(null=True)
    created_at = models.DateTimeField()
    deactivated_at = models.DateTimeField(null=True)
    is_replaced = models.BooleanField(default=False)

    class Meta:
        db_table = "nps_referral_code"
        constraints = [
            models.UniqueConstraint(
                fields=["shopper", "channel"],
                name="nps_referral_code_one_active",
                condition=Q(deactivated_at=None),
            )
        ]
        indexes = [models.Index(fields=["-created_at", "-id"], name="nps_referral_code_newest")]


class ReferralStatus(models.TextChoices):
    """Where a friend's order stands."""

    PENDING = "pending"
    QUALIFIED = "qualified"
    REWARDED = "rewarded"
    REJECTED = "rejected"
    REVERSED = "reversed"


class RefusalReason(models.TextChoices):
    """Why a friend's order earns nothing, or no longer; the label is what staff read."""

    OWN_ACCOUNT = "own_account", "The order was placed with the referrer's own account."
    OWN_EMAIL = "own_email", "The order was placed with the referrer's own e-mail address, or a variant of it."
    OWN_ADDRESS = "own_address", "The order goes to the referrer's own postal address."
    OWN_PHONE = "own_phone", "The order names the referrer's own phone number."
    NOT_NEW = "not_new", "The friend had ordered in this shop before."
    BELOW_MINIMUM = "below_minimum", "The order is below the minimum for referrals."
    CAP_REACHED = "cap_reached", "The referrer has reached the month's limit of rewards."
    CODE_OFF = "code_off", "The code had been switched off."
    CODE_REMOVED = "code_removed", "The code was taken off the order."
    PROGRAM_OFF = "program_off", "Referrals are switched off in this channel."
    REFERRER_GONE = "referrer_gone", "The referrer's account was deleted."
    ORDER_CANCELED = "order_canceled", "The order was cancelled."
    ORDER_REFUNDED = "order_refunded", "The order was refunded in full."
    ORDER_RETURNED = "order_returned", "The order was returned in full."


class Referral(models.Model):
    """One order placed by a friend with somebody's code."""

    code = models.ForeignKey(ReferralCode, on_delete=models.PROTECT, related_name="referrals")
    order_id = models.UUIDField(unique=True)
    status = models.CharField(max_length=10, choices=ReferralStatus.choices, default=ReferralStatus.PENDING)
    refusal = models.CharField(max_length=20, choices=RefusalReason.choices, blank=True, default="")
    entry = models.OneToOneField(PointsEntry, on_delete=models.PROTECT, null=True, related_name="referral")
    created_at = models.DateTimeField()
    rewarded_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "nps_referral"
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["rejected", "reversed"]) ^ Q(refusal=""), name="nps_referral_refused_has_reason"
            )
        ]
        indexes = [
            models.Index(fields=["code", "-created_at", "-id"], name="nps_referral_of_code"),
            models.Index(fields=["status", "rewarded_at"], name="nps_referral_rewarded"),
        ]


class LookupCount(models.Model):
    """How often an address of the network asked about codes in a minute; `visitor` is a keyed hash of it."""

    visitor = models.CharField(max_length=64)
    minute = models.DateTimeField()
    count = models.PositiveIntegerField(default=1)

    class Meta:
        db_table = "nps_lookup_count"
        constraints = [models.UniqueConstraint(fields=["visitor", "minute"], name="nps_lookup_count_once")]
