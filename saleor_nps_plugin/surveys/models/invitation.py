"""Who is asked, and who is not."""

import uuid

from django.db import models
from django.db.models import Q

from ...queue import QueuedRow
from ...shoppers.models import Shopper
from .survey import Survey


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


class Source(models.TextChoices):
    """How somebody came to be asked: by an order, by staff or an app of theirs, in a wave, or because of a resolved case;
    or through a door: a link to print, a tablet in the store, the storefront's script. IMPORTED was asked elsewhere."""

    ORDER = "order"
    STAFF = "staff"
    WAVE = "wave"
    CASE = "case"
    LINK = "link"
    KIOSK = "kiosk"
    SNIPPET = "snippet"
    IMPORTED = "imported"


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
    `has_unseen_account` says that the order names an account, and nobody has looked yet whether the order is that account's.
    `known_user_id` is the account of the shopper, where it was read along, as is `is_known`: whether the shop has an
    address to write to, from an account or an order. `address` is empty except for people whom
    the shop does not know, and is emptied when the survey is over.
    """

    known_user_id: int | None
    is_known: bool
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
    has_unseen_account = models.BooleanField(default=False, db_default=False)
    # The worker counts new rows, so that fulfilling orders never wait for each other at a count.
    is_tallied = models.BooleanField(db_default=False)
    source = models.CharField(max_length=8, choices=Source.choices, default=Source.ORDER, db_default=Source.ORDER)
    wave = models.ForeignKey("Wave", on_delete=models.SET_NULL, null=True, related_name="invitations")
    # The answer whose case was resolved, where this asks whether that made it right.
    recovers = models.OneToOneField("Response", on_delete=models.SET_NULL, null=True, related_name="recovery")

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
            models.Index(fields=["id"], name="nps_invitation_unseen_account", condition=Q(has_unseen_account=True)),
            models.Index(fields=["-send_at", "-id"], name="nps_invitation_newest"),
            models.Index(fields=["id"], name="nps_invitation_not_tallied", condition=Q(is_tallied=False)),
            models.Index(fields=["source"], name="nps_invitation_source", condition=~Q(source="order")),
            models.Index(fields=["reminded_at"], name="nps_invitation_reminded", condition=~Q(reminded_at=None)),
        ]
