"""Tells staff of detractors, and of those who want to be called back."""

import logging
import smtplib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.utils import translation

from ...emails import Mail, detractor_alert_mail
from ...queue import QUEUE_FIELDS, claim_due
from ...shop import get_shop
from ...shop.interface import Order
from ...shop.mailing import brand_of, describe
from ...shop.settings import SurveySettings
from ..making.texts import shown_name
from ..models import DetractorAlert, Door, Response
from .replying_mail import recipient_of

logger = logging.getLogger(__name__)

# Staff are told of a wish at once, and of a changed one, but not with every press of a button.
BETWEEN_WISHES = timedelta(minutes=15)
_LANGUAGE = "en"


def tell_of_wish(response: Response, *, now: datetime) -> None:
    """Tell staff with the worker's next run how an author wants to be called back; later where they were told just now.

    Inside a transaction, the response locked.
    """
    alert, is_new = DetractorAlert.objects.select_for_update().get_or_create(
        response=response, defaults={"due_at": now}
    )
    if is_new:
        return
    due_at = max(now, alert.called_at + BETWEEN_WISHES) if alert.called_at else now
    is_on_its_way = alert.claimed_until is not None and alert.claimed_until > now
    if is_on_its_way or alert.due_at is None or alert.due_at > due_at:
        # What is on its way may have been written before the wish was known.
        alert.settle(due_at)
        alert.save(update_fields=QUEUE_FIELDS)


def forget_wish(response: Response) -> None:
    """Tell staff nothing more of a wish that was taken back; of the answer itself they are told in any case."""
    DetractorAlert.objects.filter(response=response, sent_at__isnull=False).update(due_at=None)


@dataclass(frozen=True)
class _Known:
    """What the mails of one run say beside the answers: orders by id, names of doors by id, of channels by slug."""

    orders: Mapping[UUID, Order]
    doors: Mapping[int, str]
    channels: Mapping[str, str]


def send_due(*, now: datetime, limit: int) -> int:
    """Send up to `limit` alerts that are due; return how many were taken up."""
    rows = DetractorAlert.objects.select_related("response__survey", "response__shopper")
    alerts = claim_due(rows, now=now, limit=limit)
    if not alerts:
        return 0
    settings = get_shop().settings()
    known = _known([alert.response for alert in alerts])
    for alert in alerts:
        channel = settings.for_channel(alert.response.channel)
        if channel.staff_emails:
            _send(alert, known, channel, now)
        else:
            _settle(alert)
    return len(alerts)


def _known(responses: Sequence[Response]) -> _Known:
    shop = get_shop()
    doors = {key for response in responses for key in response.segments.get("door", ())}
    return _Known(
        orders=shop.orders({response.order_id for response in responses if response.order_id}),
        doors=dict(Door.objects.filter(pk__in=doors).values_list("pk", "name")) if doors else {},
        channels=shop.labels("channel", {response.channel for response in responses if response.channel}),
    )


def _send(alert: DetractorAlert, known: _Known, settings: SurveySettings, now: datetime) -> None:
    mail = _mail(alert.response, known, settings)
    try:
        with get_shop().mailer(alert.response.channel, settings) as mailer:
            mailer.send(mail)
    except (OSError, smtplib.SMTPException) as error:
        _postpone(alert, error, now)
    else:
        told = {"sent_at": now} | ({"called_at": now} if alert.response.callback else {})
        DetractorAlert.objects.filter(pk=alert.pk).update(**told)
        _settle(alert)


def _mail(response: Response, known: _Known, settings: SurveySettings) -> Mail:
    order = known.orders.get(response.order_id) if response.order_id else None
    doors = (known.doors.get(int(key), "") for key in response.segments.get("door", ()))
    with translation.override(_LANGUAGE):
        survey_name = shown_name(response.survey.slug, response.survey.name)
    return detractor_alert_mail(
        # Whoever asks to be called back, or otherwise than before, makes another mail.
        key=f"{response.pk}-callback-{response.revision}" if response.callback else str(response.pk),
        to=settings.staff_emails,
        language_code=_LANGUAGE,
        brand=brand_of(settings),
        score=response.score,
        scale=response.survey.scale,
        comment=response.comment,
        callback=response.callback,
        order_number=order.number if order else "",
        channel=response.channel,
        channel_name=known.channels.get(response.channel, response.channel),
        survey_name=survey_name,
        door_name=next(doors, ""),
        case_status=response.case_status,
        case_url=get_shop().public_url(f"/dashboard/responses/{response.pk}/"),
        is_reachable=recipient_of(response, order) is not None,
    )


def _settle(alert: DetractorAlert) -> None:
    due_at = alert.due_at
    alert.settle(None)
    _save(alert, due_at)


def _postpone(alert: DetractorAlert, error: Exception, now: datetime) -> None:
    due_at = alert.due_at
    if alert.postpone_or_give_up(describe(error), now):
        logger.error("Staff could not be told of response %d: %s", alert.response_id, alert.last_error)
    _save(alert, due_at)


def _save(alert: DetractorAlert, due_at: datetime | None) -> None:
    """Save where the alert stands in the queue, unless it has become due anew since it was claimed."""
    values = {name: getattr(alert, name) for name in QUEUE_FIELDS}
    DetractorAlert.objects.filter(pk=alert.pk, due_at=due_at).update(**values)
