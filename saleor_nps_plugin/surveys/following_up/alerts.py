"""Tells staff of detractors, and of those who want to be called back."""

import logging
import smtplib
from datetime import datetime

from ...emails import detractor_alert_mail
from ...queue import QUEUE_FIELDS, claim_due
from ...shop import get_shop
from ...shop.interface import Order
from ...shop.mailing import brand_of, describe
from ...shop.settings import SurveySettings
from ..models import DetractorAlert
from ..reporting.scoring import scores_on

logger = logging.getLogger(__name__)


def send_due(*, now: datetime, limit: int) -> int:
    """Send up to `limit` alerts that are due; return how many were taken up."""
    alerts = claim_due(DetractorAlert.objects.select_related("response", "response__survey"), now=now, limit=limit)
    if not alerts:
        return 0
    shop = get_shop()
    settings = shop.settings()
    orders = shop.orders({alert.response.order_id for alert in alerts if alert.response.order_id})
    for alert in alerts:
        channel = settings.for_channel(alert.response.channel)
        if not channel.staff_emails:
            _settle(alert, sent_at=None)
            continue
        order = orders.get(alert.response.order_id) if alert.response.order_id else None
        _send(alert, order, channel, now)
    return len(alerts)


def _send(alert: DetractorAlert, order: Order | None, settings: SurveySettings, now: datetime) -> None:
    response = alert.response
    mail = detractor_alert_mail(
        # Whoever asks to be called back after the first mail makes a second one.
        key=f"{response.pk}-callback" if response.callback else str(response.pk),
        to=settings.staff_emails,
        language_code="en",
        brand=brand_of(settings),
        score=response.score,
        comment=response.comment,
        order_number=order.number if order else "",
        channel=response.channel,
        callback=response.callback,
        highest=scores_on(response.survey.scale)[-1],
    )
    try:
        with get_shop().mailer(response.channel, settings) as mailer:
            mailer.send(mail)
    except (OSError, smtplib.SMTPException) as error:
        _postpone(alert, error, now)
    else:
        _settle(alert, sent_at=now)


def _settle(alert: DetractorAlert, *, sent_at: datetime | None) -> None:
    alert.sent_at = sent_at
    alert.settle(None)
    alert.save()


def _postpone(alert: DetractorAlert, error: Exception, now: datetime) -> None:
    if alert.postpone_or_give_up(describe(error), now):
        logger.error("Staff could not be told of response %d: %s", alert.response_id, alert.last_error)
    alert.save(update_fields=QUEUE_FIELDS)
