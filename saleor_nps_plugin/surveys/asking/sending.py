"""Sends the invitations and reminders that are due, and lets time run out."""

import logging
import smtplib
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from time import monotonic
from uuid import UUID

from ...emails import Mail, survey_mail
from ...links import invitation_token, opt_out_path
from ...queue import LEASE, QUEUE_FIELDS, claim_due
from ...rewards.linking import keys_of_rewarded, rewards_url
from ...rewards.reaching import contacts_of
from ...shop import get_shop
from ...shop.interface import Contact, Mailer, Order
from ...shop.mailing import MailServerDown, brand_of, describe
from ...shop.settings import ChannelSettings, ShopSettings, SurveySettings
from ..following_up import alerts, recovery
from ..making.texts import SurveyTexts, texts_of
from ..models import Invitation, InvitationStatus, SkipReason, Source
from ..reporting.score_filter import APART
from . import politeness, scheduling
from .booking import UNANSWERED, SentMails
from .survey_urls import survey_url

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Pages:
    """Where a mail leads: to the survey, and to the page that refuses further ones."""

    survey_url: str
    opt_out_url: str


@dataclass(frozen=True)
class Run:
    """What the mails of one run have in common. `deadline` is a time of the monotonic clock, `contacts` are by shopper.

    `reward_keys` are those of shoppers who have points; nobody else is told of rewards before the answer. `pages` are the
    addresses in the mails of anonymous surveys, by the invitation that the mail is for; they are written down nowhere.
    """

    orders: Mapping[UUID, Order]
    contacts: Mapping[int, Contact]
    now: datetime
    deadline: float
    reward_keys: Mapping[int, UUID] = field(default_factory=dict)
    pages: Mapping[int, Pages] = field(default_factory=dict)
    texts: dict[tuple[int, str, str], SurveyTexts] = field(default_factory=dict)
    phones: dict[UUID, Sequence[str]] = field(default_factory=dict)

    def order_of(self, invitation: Invitation) -> Order | None:
        return self.orders.get(invitation.order_id) if invitation.order_id else None

    def rewards_url(self, invitation: Invitation) -> str:
        key = self.reward_keys.get(invitation.shopper_id) if invitation.shopper_id else None
        return rewards_url(key) if key else ""

    def texts_of(self, invitation: Invitation, shop_name: str) -> SurveyTexts:
        key = (invitation.survey_id, invitation.language_code, shop_name)
        if key not in self.texts:
            self.texts[key] = texts_of(invitation.survey, invitation.language_code, shop_name=shop_name)
        return self.texts[key]


def send_due(*, now: datetime, limit: int = 200) -> int:
    """Do what is due for up to `limit` invitations and as many alerts; return how many rows were taken up."""
    # Those that never expire are anonymous; ballots.py sends them.
    unanswered = Invitation.objects.filter(status__in=UNANSWERED, expires_at__isnull=False).select_related("shopper")
    invitations = claim_due(unanswered.prefetch_related("survey__texts"), now=now, limit=limit)
    _process_invitations(invitations, now)
    return len(invitations) + alerts.send_due(now=now, limit=limit)


def _process_invitations(invitations: Sequence[Invitation], now: datetime) -> None:
    if not invitations:
        return
    shop = get_shop()
    settings = shop.settings()
    orders = shop.orders({invitation.order_id for invitation in invitations if invitation.order_id})
    contacts = _contacts(invitations)
    due = [invitation for invitation in invitations if _is_still_due(invitation, orders, contacts, settings, now)]
    due = politeness.let_wait(due, orders, settings, now=now)
    add_segments(due, orders)
    shoppers = {invitation.shopper for invitation in due if invitation.shopper is not None}
    run = Run(orders, contacts, now, monotonic() + LEASE.total_seconds() / 2, keys_of_rewarded(shoppers))
    for channel, batch in groupby(sorted(due, key=_channel), key=_channel):
        send_batch(list(batch), settings.for_channel(channel), run)


def _contacts(invitations: Iterable[Invitation]) -> Mapping[int, Contact]:
    """How those can be reached who are asked about no single order, by their shoppers' ids."""
    shoppers = [
        invitation.shopper
        for invitation in invitations
        if invitation.shopper is not None and invitation.order_id is None and not invitation.address
    ]
    return contacts_of(shoppers) if shoppers else {}


def _is_still_due(
    invitation: Invitation,
    orders: Mapping[UUID, Order],
    contacts: Mapping[int, Contact],
    settings: ShopSettings,
    now: datetime,
) -> bool:
    """Whether a mail is to go out; otherwise the row is brought to its end here."""
    if invitation.expires_at is not None and invitation.expires_at <= now:
        _expire(invitation)
        return False
    order = orders.get(invitation.order_id) if invitation.order_id else None
    reason = _reason_not_to_send(invitation, order, contacts, settings.for_channel(invitation.channel))
    if reason is None:
        return True
    if invitation.sent_at is None:
        scheduling.skip(invitation, reason)
    else:
        # The first mail is out and its link stays good; only the reminder is spared.
        invitation.settle(invitation.expires_at)
        _update(invitation)
    return False


def _reason_not_to_send(
    invitation: Invitation, order: Order | None, contacts: Mapping[int, Contact], settings: ChannelSettings
) -> SkipReason | None:
    if not settings.enabled or not invitation.survey.is_active:
        return SkipReason.PLUGIN_INACTIVE
    if invitation.shopper is None:
        return SkipReason.CUSTOMER_DELETED
    if invitation.shopper.opted_out_at is not None:
        return SkipReason.OPTED_OUT
    if invitation.source == Source.CASE and (reason := recovery.reason_not_to_ask(invitation, order, settings)):
        return reason
    if invitation.order_id is not None:
        return None if invitation.source == Source.CASE else reason_of_order(order)
    if invitation.address:
        return None
    contact = contacts.get(invitation.shopper.pk)
    return None if contact is not None and contact.email else SkipReason.CUSTOMER_DELETED


def reason_of_order(order: Order | None) -> SkipReason | None:
    """Return what has become of an order that rules its survey out when it would be sent, or None."""
    if order is None or order.is_canceled:
        return SkipReason.ORDER_CANCELED
    if order.is_refunded:
        return SkipReason.ORDER_REFUNDED
    if order.is_returned:
        return SkipReason.ORDER_RETURNED
    return None if order.email else SkipReason.NO_ADDRESS


def _expire(invitation: Invitation) -> None:
    invitation.status = InvitationStatus.FAILED if invitation.sent_at is None else InvitationStatus.EXPIRED
    if invitation.sent_at is None:
        invitation.last_error = invitation.last_error or "The link's time was over before the e-mail could be sent."
        scheduling.release_cooldown(invitation)
    invitation.address, invitation.due_at, invitation.claimed_until = "", None, None
    invitation.save(update_fields=["status", "address", *QUEUE_FIELDS])


def add_segments(invitations: Iterable[Invitation], orders: Mapping[UUID, Order]) -> None:
    """Note, in memory, what reports will break the answer down by, unless that stands there since the first mail."""
    fresh = [invitation for invitation in invitations if invitation.sent_at is None and invitation.order_id in orders]
    returning = get_shop().returning_customers(
        [orders[invitation.order_id] for invitation in fresh if invitation.order_id]
    )
    for invitation in fresh:
        order = orders[invitation.order_id]  # type: ignore[index]
        invitation.country = order.country
        invitation.segments = {
            "language": [invitation.language_code],
            "customer_kind": ["returning" if order.id in returning else "new"],
            "product": sorted({line.product_id for line in order.lines if line.product_id}),
            "category": sorted({line.category_id for line in order.lines if line.category_id}),
        }


def _channel(invitation: Invitation) -> str:
    return invitation.channel


def send_batch(batch: list[Invitation], settings: SurveySettings, run: Run) -> None:
    """Send one channel's mails over one connection; when that breaks, the mails not yet sent wait."""
    waiting = deque(batch)
    if settings.delivery == "notify":
        # An app may rather send a short message.
        contacts = get_shop().contacts([invitation.order_id for invitation in batch if invitation.order_id])
        run.phones.update({order_id: sorted(contact.phones) for order_id, contact in contacts.items()})
    try:
        with get_shop().mailer(batch[0].channel, settings) as mailer, SentMails(settings, run.now) as sent:
            while waiting and monotonic() < run.deadline:
                if _was_sent(mailer, waiting[0], settings, run):
                    sent.add(waiting[0])
                waiting.popleft()
    except (MailServerDown, OSError) as error:
        channel = batch[0].channel or "-"
        logger.warning("E-mails of channel %s wait: %s (%d postponed)", channel, describe(error), len(waiting))
        for invitation in waiting:
            _postpone(invitation, error, run.now)
    else:
        # The server is so slow that claims would run out: the rest is anybody's again.
        Invitation.objects.filter(pk__in=[invitation.pk for invitation in waiting]).update(claimed_until=None)


def _was_sent(mailer: Mailer, invitation: Invitation, settings: SurveySettings, run: Run) -> bool:
    """Send the mail of an invitation. Whatever keeps it from being sent is noted here."""
    try:
        mailer.send(_mail(invitation, settings, run))
    except smtplib.SMTPRecipientsRefused as error:
        _note_refusal(invitation, error, run.now)
    except (smtplib.SMTPServerDisconnected, smtplib.SMTPConnectError, smtplib.SMTPAuthenticationError) as error:
        raise MailServerDown(describe(error)) from error
    except smtplib.SMTPException as error:
        _postpone(invitation, error, run.now)
    except ValueError as error:
        # Django refuses an address or a header that no mail can have; one such order must not hold up the others.
        _fail(invitation, describe(error))
    else:
        return True
    return False


def _mail(invitation: Invitation, settings: SurveySettings, run: Run) -> Mail:
    order = run.order_of(invitation)
    contact = run.contacts.get(invitation.shopper_id) if order is None and invitation.shopper_id else None
    texts = run.texts_of(invitation, settings.shop_name)
    pages = run.pages.get(invitation.pk) or _pages(invitation, settings)
    return survey_mail(
        key=invitation.key,
        to=order.email if order else invitation.address or (contact.email if contact else ""),
        language_code=invitation.language_code,
        brand=brand_of(settings),
        scale=invitation.survey.scale,
        question=texts.question,
        subject=texts.subject,
        survey_url=pages.survey_url,
        opt_out_url=pages.opt_out_url,
        order_number=order.number if order else "",
        first_name=order.first_name if order else contact.first_name if contact else "",
        is_reminder=invitation.sent_at is not None,
        is_recovery=invitation.source == Source.CASE,
        is_listed=invitation.survey.touchpoint in APART,
        is_anonymous=invitation.pk in run.pages,
        rewards_url=run.rewards_url(invitation),
        phones=run.phones.get(invitation.order_id, ()) if invitation.order_id else (),
    )


def _pages(invitation: Invitation, settings: SurveySettings) -> Pages:
    opt_out_url = get_shop().public_url(opt_out_path(invitation_token(invitation.key)))
    return Pages(survey_url(invitation, settings), opt_out_url)


def _update(invitation: Invitation) -> None:
    """Write the row's place in the queue, unless it has been answered or cancelled in this very moment."""
    queue = {field: getattr(invitation, field) for field in QUEUE_FIELDS}
    Invitation.objects.filter(pk=invitation.pk, status__in=UNANSWERED).update(**queue)


def _note_refusal(invitation: Invitation, error: smtplib.SMTPRecipientsRefused, now: datetime) -> None:
    code, _ = next(iter(error.recipients.values()), (0, b""))
    if 500 <= code < 600:
        # The server says that this address will never work.
        _fail(invitation, describe(error))
    else:
        _postpone(invitation, error, now)


def _fail(invitation: Invitation, error: str) -> None:
    if invitation.sent_at is None:
        invitation.status, invitation.address, due_at = InvitationStatus.FAILED, "", None
        scheduling.release_cooldown(invitation)
    else:
        due_at = invitation.expires_at
    invitation.settle(due_at)
    invitation.last_error = error[:200]
    invitation.save(update_fields=["status", "address", *QUEUE_FIELDS])


def _postpone(invitation: Invitation, error: Exception, now: datetime) -> None:
    if invitation.is_given_up(now):
        _fail(invitation, describe(error))
        return
    invitation.postpone(describe(error), now)
    _update(invitation)
