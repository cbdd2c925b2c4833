"""When a survey may disturb somebody: not at night, not on days of rest, not before the parcel has arrived, not too many a day."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction

from ...shop import get_shop
from ...shop.interface import Order
from ...shop.polite_settings import TRACKING, PoliteSettings
from ...shop.settings import ChannelSettings, ShopSettings
from ..models import Invitation, Source
from .booking import UNANSWERED
from .daily_cap import Day, lock
from .quiet_times import free_moment, quiet_for


def moment_for(
    invitation: Invitation,
    order: Order | None,
    settings: ChannelSettings,
    *,
    now: datetime,
    home: str = "",
    tracked_at: datetime | None = None,
) -> datetime:
    """Return when the mail of an invitation that is due may leave, never before `now`.

    `home` is the country of its channel, `tracked_at` when every parcel of the order had a tracking number. Asked again
    later it gives the same, or, where that is over, `now`. What staff ask for leaves at once; a reminder heeds quiet times.
    """
    if invitation.source == Source.STAFF and invitation.sent_at is None:
        return now
    moment = now
    if invitation.sent_at is None and invitation.source == Source.ORDER and order is not None:
        moment = max(now, _arrival(invitation, order, settings, home, tracked_at))
    country = (order.country if order else invitation.country) or home
    return free_moment(moment, country, quiet_for(invitation.source, settings))


def _arrival(
    invitation: Invitation, order: Order, settings: ChannelSettings, home: str, tracked_at: datetime | None
) -> datetime:
    """When the wait is over, counted anew: a parcel may travel longer than was known when the invitation was made."""
    is_abroad = bool(home and order.country and order.country != home)
    extra = settings.international_delay_hours if is_abroad else 0
    start = invitation.created_at
    if settings.delay_from == TRACKING and tracked_at is not None:
        start = max(start, tracked_at)
    if not extra and start == invitation.created_at:
        return invitation.send_at
    own = invitation.survey.delay_hours
    return max(invitation.send_at, start + timedelta(hours=(settings.delay_hours if own is None else own) + extra))


# Whoever answered or was cancelled in this very moment stays as they are.
_KEEP = """
UPDATE nps_invitation AS i SET send_at = s.send_at, expires_at = s.expires_at, due_at = s.due_at, claimed_until = NULL
FROM unnest(%s::bigint[], %s::timestamptz[], %s::timestamptz[], %s::timestamptz[]) AS s (id, send_at, expires_at, due_at)
WHERE i.id = s.id AND i.status = ANY (%s)"""


@transaction.atomic
def let_wait(
    due: list[Invitation], orders: Mapping[UUID, Order], settings: ShopSettings, *, now: datetime
) -> list[Invitation]:
    """Let those wait that would disturb somebody now, their links good for as long as ever; return the others.

    These have their place in the cap of the day from then on, for as long as this worker's claim to them lasts.
    """
    own = {channel: settings.for_channel(channel) for channel in {row.channel for row in due}}
    if not any(_is_polite(one) for one in own.values()) and all(row.source != Source.WAVE for row in due):
        return due
    homes = get_shop().home_countries()
    later = _quiet(due, orders, own, homes, now)
    later |= _too_many([row for row in due if row.pk not in later], due, own, homes, now)
    waiting = [row for row in due if row.pk in later]
    for row in waiting:
        row.due_at, row.claimed_until = later[row.pk], None
        if row.sent_at is None:
            if row.expires_at is not None:
                row.expires_at += later[row.pk] - row.send_at
            row.send_at = later[row.pk]
    if waiting:
        columns = [[getattr(row, name) for row in waiting] for name in ("pk", "send_at", "expires_at", "due_at")]
        with connection.cursor() as cursor:
            cursor.execute(_KEEP, [*columns, [str(status) for status in UNANSWERED]])
    return [row for row in due if row.pk not in later]


def _quiet(
    due: Iterable[Invitation],
    orders: Mapping[UUID, Order],
    own: Mapping[str, ChannelSettings],
    homes: Mapping[str, str],
    now: datetime,
) -> dict[int, datetime]:
    """Until when those wait that would come at a bad moment, by their ids."""
    tracked = _tracked(due, own)
    later: dict[int, datetime] = {}
    for row in due:
        order = orders.get(row.order_id) if row.order_id else None
        tracked_at = tracked.get(row.order_id) if row.order_id else None
        moment = moment_for(
            row, order, own[row.channel], now=now, home=homes.get(row.channel, ""), tracked_at=tracked_at
        )
        if moment > now:
            later[row.pk] = moment
    return later


def _too_many(
    leaving: Iterable[Invitation],
    claimed: Iterable[Invitation],
    own: Mapping[str, ChannelSettings],
    homes: Mapping[str, str],
    now: datetime,
) -> dict[int, datetime]:
    """Until when those wait that are more than a channel may send today, by their ids."""
    capped = [row for row in leaving if own[row.channel].daily_cap]
    if not capped:
        return {}
    channels = sorted({row.channel for row in capped})
    lock(channels)
    ids = [row.pk for row in claimed]
    days = {channel: Day(channel, own[channel], homes.get(channel, ""), now, besides=ids) for channel in channels}
    moments = {row.pk: days[row.channel].moment_for(row) for row in capped}
    return {pk: moment for pk, moment in moments.items() if moment > now}


def _is_polite(settings: ChannelSettings) -> bool:
    return any(getattr(settings, name) != value for name, value in vars(PoliteSettings()).items())


def _tracked(rows: Iterable[Invitation], settings: Mapping[str, ChannelSettings]) -> Mapping[UUID, datetime]:
    ids = [
        row.order_id
        for row in rows
        if row.order_id and row.sent_at is None and settings[row.channel].delay_from == TRACKING
    ]
    return get_shop().tracked_since(ids) if ids else {}
