"""Tells staff of a burst of answers that looks like an attack on the score."""

import logging
import smtplib
from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.db.models import Count, Max, QuerySet
from django.db.models.functions import TruncHour

from ...emails import attack_mail
from ...queue import QUEUE_FIELDS, claim_due
from ...shop import get_shop
from ...shop.mailing import brand_of, describe
from ..models import Attack, AttackKind, Response, Source

logger = logging.getLogger(__name__)

# Answers that anybody can give, any number of times; who is asked by mail can answer once.
OPEN_DOORS = (Source.LINK, Source.KIOSK, Source.SNIPPET)
SCORES = {AttackKind.LOW: (0, 1, 2), AttackKind.HIGH: (9, 10)}
HOUR = timedelta(hours=1)
COMPARED_WITH = timedelta(days=28)
# An attack is more than so many times the busiest hour of that time.
TIMES_AS_MANY = 2
_QUIET_FOR = timedelta(days=1)


def look(*, now: datetime) -> None:
    """Note a burst in any channel: within an hour at least as many answers from 0 to 2, or from 9 to 10, through links,
    tablets and the storefront as the operator's `attack_answers`, and more than twice as many as in the busiest hour of
    the four weeks before. What was left out of the score then does not make an hour busy. Noted once a day at most."""
    settings = get_shop().settings()
    for kind, scores in SCORES.items():
        recent = _through_doors(scores, now - HOUR, now).values_list("channel").annotate(Count("pk"))
        for channel, answers in recent.order_by():
            fewest = settings.for_channel(channel).attack_answers
            if fewest and answers >= fewest:
                _note(channel, kind, answers, now)


def _through_doors(scores: tuple[int, ...], since: datetime, until: datetime) -> QuerySet[Response]:
    rows = Response.objects.filter(invitation__source__in=OPEN_DOORS, score__in=scores, survey__scale="nps")
    return rows.filter(created_at__gt=since, created_at__lte=until)


def _note(channel: str, kind: AttackKind, answers: int, now: datetime) -> None:
    known = Attack.objects.filter(channel=channel, kind=kind)
    if known.filter(noticed_at__gt=now - _QUIET_FOR).exists():
        return
    before = _through_doors(SCORES[kind], now - HOUR - COMPARED_WITH, now - HOUR).filter(
        channel=channel, is_counted=True
    )
    hours = before.annotate(hour=TruncHour("created_at")).order_by().values("hour").annotate(many=Count("pk"))
    usual = hours.aggregate(most=Max("many"))["most"] or 0
    if answers > TIMES_AS_MANY * usual:
        Attack.objects.get_or_create(
            # Two workers that look at once write one row.
            key=f"{channel}:{kind}:{now.date().isoformat()}",
            defaults={
                "channel": channel,
                "kind": kind,
                "answers": answers,
                "usual": usual,
                "noticed_at": now,
                "due_at": now,
            },
        )


def send_due(*, now: datetime, limit: int) -> int:
    """Send up to `limit` warnings that are due; return how many were taken up."""
    attacks = claim_due(Attack.objects.all(), now=now, limit=limit)
    settings = get_shop().settings()
    for attack in attacks:
        channel = settings.for_channel(attack.channel)
        if not channel.staff_emails:
            attack.settle(None)
            attack.save()
            continue
        mail = attack_mail(
            key=attack.pk,
            to=channel.staff_emails,
            language_code="en",
            brand=brand_of(channel),
            is_low=attack.kind == AttackKind.LOW,
            answers=attack.answers,
            usual=attack.usual,
            channel=attack.channel,
            answers_url=_page_for_staff(attack, sort="newest"),
            flagged_url=_page_for_staff(attack, flagged="yes"),
        )
        try:
            with get_shop().mailer(attack.channel, channel) as mailer:
                mailer.send(mail)
        except (OSError, smtplib.SMTPException) as error:
            if attack.postpone_or_give_up(describe(error), now):
                logger.error("Staff could not be told of attack %d: %s", attack.pk, attack.last_error)
            attack.save(update_fields=QUEUE_FIELDS)
        else:
            attack.settle(None)
            attack.sent_at = now
            attack.save()
    return len(attacks)


def _page_for_staff(attack: Attack, **wanted: str) -> str:
    """The address of a list of answers in the attack's channel."""
    channel = {"channel": attack.channel} if attack.channel else {}
    return get_shop().public_url(f"/dashboard/responses/?{urlencode(wanted | channel)}")
