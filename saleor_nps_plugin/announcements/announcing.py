"""Writes down what the shop's apps are to be told, in the transaction of what it tells of; tells it when due."""

import json
import logging
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection
from django.db.models import Q

from ..queue import claim_due
from ..shop import get_shop
from .ids import global_id
from .models import Announcement

logger = logging.getLogger(__name__)

VERSION = 1
RESPONSE_CREATED = "nps.response.created"
RESPONSE_CHANGED = "nps.response.changed"
CASE_RESOLVED = "nps.case.resolved"
REFERRAL_REWARDED = "nps.referral.rewarded"
POINTS_REDEEMED = "nps.points.redeemed"
EVENTS = (RESPONSE_CREATED, RESPONSE_CHANGED, CASE_RESOLVED, REFERRAL_REWARDED, POINTS_REDEEMED)
KEPT_FOR = timedelta(days=30)
# Longer than the shop itself goes on trying.
ARRIVES_WITHIN = timedelta(minutes=15)

_NOTE = """
INSERT INTO nps_announcement (due_at, attempts, last_error, key, event, channel, payload, deliveries, created_at)
VALUES (%s, 0, '', %s, %s, %s, %s::jsonb, '{}', %s) ON CONFLICT (key) DO NOTHING
"""


def announce(event: str, *, key: str, payload: Mapping[str, Any], channel: str, now: datetime) -> None:
    """Note that apps are to be told of an event, once per key; nothing where the operator switched that off.

    `event` is one of EVENTS, `payload` what docs/announcements.md lists beyond version, event, id, at and channel. `key`,
    at most 100 characters, names what happened: apps know by it what they were told before. Inside the transaction of
    what it tells of.
    """
    settings = get_shop().settings().for_channel(channel)
    if not settings.announce_events:
        return
    told = {"version": VERSION, "event": event, "id": key, "at": now.isoformat(), "channel": channel or None}
    with connection.cursor() as cursor:
        cursor.execute(_NOTE, [now, key, event, channel, json.dumps(told | dict(payload), cls=DjangoJSONEncoder), now])


def tell_due(*, now: datetime, limit: int = 200) -> int:
    """Tell up to `limit` announcements that are due, in the order in which they were made; return how many were taken up.

    What was told comes back until it has arrived at every app.
    """
    due = claim_due(Announcement.objects.all(), now=now, limit=limit)
    for announcement in sorted(due, key=lambda row: row.pk):
        try:
            if announcement.told_at is None:
                _tell(announcement, now)
            else:
                _follow(announcement, now)
        except OSError as error:
            _postpone(announcement, f"{type(error).__name__}: {error}", now)
    return len(due)


def _tell(announcement: Announcement, now: datetime) -> None:
    deliveries = get_shop().announce(announcement.event, announcement.payload, announcement.channel)
    if deliveries is None:
        # Nobody was there to miss it, and an app that comes later is told of what happens then.
        announcement.delete()
        return
    announcement.settle(now + ARRIVES_WITHIN if deliveries else None)
    announcement.deliveries = list(deliveries)
    # The row is kept so that nothing is told twice; whose answer it was need not be.
    announcement.told_at, announcement.payload = now, {}
    announcement.save()


def _follow(announcement: Announcement, now: datetime) -> None:
    announcement.deliveries = list(get_shop().repeat_failed(announcement.deliveries))
    if announcement.deliveries:
        _postpone(announcement, "an app has not taken it yet", now)
    else:
        announcement.settle(None)
        announcement.save()


def _postpone(announcement: Announcement, error: str, now: datetime) -> None:
    if announcement.postpone_or_give_up(error, now):
        logger.error("Announcement %d could not be told: %s", announcement.pk, announcement.last_error)
        announcement.payload = {}
    announcement.save()


def delete_old(*, now: datetime) -> int:
    """Delete what was told, or given up, more than KEPT_FOR ago; return how many rows."""
    told = Q(told_at__lt=now - KEPT_FOR, due_at=None)
    given_up = Q(told_at=None, due_at=None, failing_since__lt=now - KEPT_FOR)
    return Announcement.objects.filter(told | given_up).delete()[0]


def forget(*, user_id: int | None, response_ids: Collection[int]) -> None:
    """Take back what was not yet told about a person: an account, or the author of these responses."""
    waiting = Announcement.objects.filter(due_at__isnull=False)
    about = Q(payload__response__id__in=[global_id("NpsResponse", pk) for pk in response_ids])
    if user_id is not None:
        about |= Q(payload__user=global_id("User", user_id))
    waiting.filter(about).delete()
