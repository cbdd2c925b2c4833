"""Staff answer customers by e-mail, and give them something along with it: all of it, once, or nothing."""

import logging
import smtplib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext

from ... import languages
from ...errors import Invalid, NotFound, NotUnique, Required
from ...queue import QUEUE_FIELDS, claim_due
from ...referrals.generating import new_code
from ...rewards import ledger
from ...shop import get_shop
from ...shop.interface import Mailer, Order
from ...shop.mailing import MailServerDown, describe
from ...shop.staff import Staff
from ...shoppers.models import Shopper
from ...shoppers.recognizing import recognize_customer
from ..answering.submission import LONGEST_COMMENT, clean_text
from ..models import CaseReply, CaseStatus, NoteKind, Response
from . import cases, withheld
from .replying_mail import Recipient, mail_of, recipient_of

logger = logging.getLogger(__name__)

LONGEST_SUBJECT = 200
_ATTEMPTS = 5


@dataclass(frozen=True)
class Draft:
    """A reply as staff wrote it. `key` is the form's: the same one twice is one reply.

    `voucher_id` is a voucher of which a code goes along, `points` a number of points, 0 for none. `case_status` is where
    the case stands afterwards, "" where it stays.
    """

    key: UUID
    text: str
    subject: str = ""
    voucher_id: int | None = None
    points: int = 0
    case_status: str = ""


def send_reply(
    response_id: int,
    draft: Draft,
    *,
    staff_id: int,
    now: datetime,
    visible: Q = Q(),
    revision: int | None = None,
) -> CaseReply:
    """Note a reply that the worker sends within a minute, publish its code and book its points; all or nothing.

    Whoever replies to a case that nobody has takes it. Returns the reply, also when it was noted before. Raises NotFound;
    CaseConflict (see cases.update_response); NotUnique for a key that another reply has; Required for an empty text; Invalid
    for what is too long, for a customer who cannot be reached any more, and for a voucher or points that cannot be given.
    """
    text, subject = _read(draft)
    with transaction.atomic():
        response = cases.lock(response_id, staff_id=staff_id, visible=visible)
        if made := CaseReply.objects.filter(key=draft.key).first():
            if made.response_id != response.pk:
                raise NotUnique(gettext("This form was sent before."), field="key")
            return made
        cases.see_current(response, revision, staff_id=staff_id)
        facts = _give(response, _reachable(response), draft, staff_id=staff_id, now=now)
        reply = CaseReply.objects.create(
            response=response,
            key=draft.key,
            author_id=staff_id,
            text=text,
            facts={"subject": subject, **facts},
            created_at=now,
            due_at=now,
        )
        _tell(response, reply, facts, draft, now)
        return reply


def _read(draft: Draft) -> tuple[str, str]:
    text, subject = clean_text(draft.text), " ".join(clean_text(draft.subject).split())
    if not text:
        raise Required(gettext("Write what the customer is to read."), field="text")
    if len(text) > LONGEST_COMMENT:
        raise Invalid(gettext("A reply has at most {number} characters.").format(number=LONGEST_COMMENT), field="text")
    if len(subject) > LONGEST_SUBJECT:
        longest = gettext("A subject has at most {number} characters.").format(number=LONGEST_SUBJECT)
        raise Invalid(longest, field="subject")
    return text, subject


def _reachable(response: Response) -> Recipient:
    order = get_shop().orders([response.order_id]).get(response.order_id) if response.order_id else None
    recipient = recipient_of(response, order)
    if recipient is None:
        raise Invalid(gettext("There is no e-mail address any more at which this customer can be reached."))
    return recipient


def _give(response: Response, to: Recipient, draft: Draft, *, staff_id: int, now: datetime) -> dict[str, Any]:
    """Book the points, then publish the code, and return the facts of both."""
    facts: dict[str, Any] = {}
    if draft.points:
        shopper = recognize_customer(email=to.email, user_id=to.user_id, order_id=to.order_id)
        facts |= _add_points(shopper, response, draft, staff_id=staff_id, now=now)
    if draft.voucher_id is not None:
        facts |= _publish(draft.voucher_id, response.channel)
    return facts


def _add_points(shopper: Shopper, response: Response, draft: Draft, *, staff_id: int, now: datetime) -> dict[str, Any]:
    currency = get_shop().currency(response.channel)
    if draft.points < 0:
        raise Invalid(gettext("A reply can only add points."), field="points")
    if not currency:
        raise Invalid(gettext("Points need the currency of a channel."), field="points")
    with translation.override(languages.spoken(response.language_code)):
        # The customer reads it among the entries of "my rewards".
        reason = gettext("For your feedback")
    ledger.adjust(
        ledger.account_of(shopper, currency, now=now),
        points=draft.points,
        key=f"reply:{draft.key}",
        reason=reason,
        author_id=staff_id,
        now=now,
    )
    return {"points": draft.points, "currency": currency}


def _publish(voucher_id: int, channel: str) -> dict[str, Any]:
    for _ in range(_ATTEMPTS):
        code = new_code()
        try:
            with transaction.atomic():
                return {"voucher": get_shop().publish_offer(code, voucher_id, channel), "code": code}
        except NotUnique:
            continue
    raise NotUnique(gettext("No free code was found. Please try again."), field="voucher")


def _tell(response: Response, reply: CaseReply, facts: Mapping[str, Any], draft: Draft, now: datetime) -> None:
    """Write the history of the case, and let it go on."""
    before, author_id = cases.facts_of(response), reply.author_id
    response.assignee_id = response.assignee_id or author_id
    if draft.case_status:
        response.case_status = CaseStatus(draft.case_status).value
    cases.keep(response, before, staff_id=author_id, now=now)
    if facts:
        cases.write_note(response, "", staff_id=author_id, now=now, kind=NoteKind.OFFER, facts=facts)
    # Last, because it is what somebody else who was about to write has to hear of.
    cases.write_note(response, reply.text, staff_id=author_id, now=now, kind=NoteKind.REPLY, facts={"reply": reply.pk})
    response.save(update_fields=["revision"])
    withheld.drop_apology(response)


def try_again(reply_id: int, *, now: datetime, visible: Q = Q()) -> CaseReply:
    """Send a reply that could not be sent after all. `visible` is about its response. Raises NotFound, or Invalid if it is
    sent, or waits already."""
    with transaction.atomic():
        rows = CaseReply.objects.select_for_update(of=("self",)).filter(pk=reply_id)
        reply = rows.filter(response__in=_responses(visible)).first()
        if reply is None:
            raise NotFound(gettext("There is no such reply."), field="id")
        if reply.sent_at is not None or (reply.due_at is not None and not reply.last_error):
            raise Invalid(gettext("This reply is sent, or will be within a minute."))
        reply.settle(now)
        reply.save(update_fields=QUEUE_FIELDS)
        return reply


def _responses(visible: Q) -> Any:
    return Response.objects.filter(visible).values("pk")


def send_due(*, now: datetime, limit: int = 200) -> int:
    """Send up to `limit` replies that are due; return how many were taken up."""
    replies = claim_due(CaseReply.objects.select_related("response", "response__shopper"), now=now, limit=limit)
    replies.sort(key=_channel)
    orders = get_shop().orders({reply.response.order_id for reply in replies if reply.response.order_id})
    authors = get_shop().staff({reply.author_id for reply in replies if reply.author_id is not None})
    for channel, group in groupby(replies, key=_channel):
        _send_all(channel, list(group), orders, authors, now)
    return len(replies)


def _channel(reply: CaseReply) -> str:
    return reply.response.channel


def _send_all(
    channel: str, waiting: list[CaseReply], orders: Mapping[UUID, Order], authors: Mapping[int, Staff], now: datetime
) -> None:
    try:
        with get_shop().mailer(channel, get_shop().settings().for_channel(channel)) as mailer:
            while waiting:
                _send(mailer, waiting[0], orders, authors, now)
                waiting.pop(0)
    except (MailServerDown, OSError, smtplib.SMTPException) as error:
        _postpone_all(waiting, error, now)


def _send(
    mailer: Mailer, reply: CaseReply, orders: Mapping[UUID, Order], authors: Mapping[int, Staff], now: datetime
) -> None:
    order = orders.get(reply.response.order_id) if reply.response.order_id else None
    try:
        recipient = recipient_of(reply.response, order)
        if recipient is None:
            raise ValueError("this customer cannot be reached any more")
        mailer.send(mail_of(reply, recipient, authors.get(reply.author_id or 0)))
    except (smtplib.SMTPRecipientsRefused, ValueError) as error:
        # Waiting mends neither; staff read why, and may try again.
        reply.settle(None)
        reply.last_error = describe(error)
        reply.save(update_fields=QUEUE_FIELDS)
    else:
        reply.settle(None)
        reply.sent_at = now
        reply.save(update_fields=["sent_at", *QUEUE_FIELDS])


def _postpone_all(waiting: Sequence[CaseReply], error: Exception, now: datetime) -> None:
    for reply in waiting:
        if reply.postpone_or_give_up(describe(error), now):
            logger.error("Reply %d could not be sent: %s", reply.pk, reply.last_error)
        reply.save(update_fields=QUEUE_FIELDS)
