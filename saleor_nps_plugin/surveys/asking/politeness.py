"""When a survey may disturb somebody: not at night, not on days of rest, not before the parcel has arrived, not too many a day."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel.core import get_global
from django.db import connection
from django.db.models import Sum

from ...shop import get_shop
from ...shop.interface import Order
from ...shop.polite_settings import TRACKING, PoliteSettings
from ...shop.settings import ChannelSettings, ShopSettings
from ..models import Invitation, InvitationStatus, Scale, Source, Tally
from ..reporting.tallies import prefix_of
from .booking import UNANSWERED

_A_DAY = timedelta(days=1)
# Quiet days in a row, a quiet night, and the most that zones of one country are apart.
_HORIZON = timedelta(days=9)
# Where most people of a country with several time zones live. CLDR, whose zones these are, has no word on that.
_MAIN_ZONES = {
    "AQ": "Antarctica/McMurdo",
    "AR": "America/Argentina/Buenos_Aires",
    "AU": "Australia/Sydney",
    "BR": "America/Sao_Paulo",
    "CA": "America/Toronto",
    "CD": "Africa/Kinshasa",
    "CL": "America/Santiago",
    "CN": "Asia/Shanghai",
    "CY": "Asia/Nicosia",
    "DE": "Europe/Berlin",
    "EC": "America/Guayaquil",
    "ES": "Europe/Madrid",
    "FM": "Pacific/Pohnpei",
    "GL": "America/Nuuk",
    "ID": "Asia/Jakarta",
    "KI": "Pacific/Tarawa",
    "KZ": "Asia/Almaty",
    "MH": "Pacific/Majuro",
    "MN": "Asia/Ulaanbaatar",
    "MX": "America/Mexico_City",
    "MY": "Asia/Kuala_Lumpur",
    "NZ": "Pacific/Auckland",
    "PF": "Pacific/Tahiti",
    "PG": "Pacific/Port_Moresby",
    "PS": "Asia/Gaza",
    "PT": "Europe/Lisbon",
    "RU": "Europe/Moscow",
    "UA": "Europe/Kyiv",
    "UM": "Pacific/Wake",
    "US": "America/New_York",
    "UZ": "Asia/Tashkent",
}


@lru_cache(maxsize=512)
def zones_of(country: str) -> tuple[tzinfo, ...]:
    """Return the time zones of a country, by its ISO 3166 code, that of most of its people first; UTC where none is known."""
    names = list(get_global("territory_zones").get(country, ())) if country else []
    first = _MAIN_ZONES.get(country)
    names.sort(key=lambda name: name != first)
    return tuple(zone for zone in map(_zone, names) if zone is not None) or (UTC,)


def _zone(name: str) -> tzinfo | None:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        # The machine's list of zones is older than CLDR's.
        return None


def free_moment(moment: datetime, country: str, settings: PoliteSettings) -> datetime:
    """Return the first moment, not before this one, at which it is neither a quiet hour nor a quiet day in a country.

    Nobody knows in which part of it somebody lives: it is a moment that is free in all its zones, or else where most
    people live.
    """
    if not settings.quiet_hours and not settings.quiet_days:
        return moment
    zones = zones_of(country)
    found = _free_in_all(moment, zones, settings)
    return _free_in_all(moment, zones[:1], settings) or moment if found is None else found


def _free_in_all(moment: datetime, zones: Sequence[tzinfo], settings: PoliteSettings) -> datetime | None:
    start = moment
    while moment - start <= _HORIZON:
        later = max(_free_in(moment, zone, settings) for zone in zones)
        if later == moment:
            return moment
        moment = later
    return None


def _free_in(moment: datetime, zone: tzinfo, settings: PoliteSettings) -> datetime:
    """The first free moment in one zone, in steps of its own full hours."""
    local = moment.astimezone(zone)
    while local.hour in settings.quiet_hours or local.weekday() in settings.quiet_days:
        # Added in UTC: on the day on which clocks change, an hour of the wall is none or two of time.
        next_hour = local.replace(minute=0, second=0, microsecond=0).astimezone(UTC) + timedelta(hours=1)
        local = next_hour.astimezone(zone)
    return moment if local == moment else local.astimezone(moment.tzinfo)


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
    return free_moment(moment, country, settings)


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


def let_wait(
    due: list[Invitation], orders: Mapping[UUID, Order], settings: ShopSettings, *, now: datetime
) -> list[Invitation]:
    """Let those wait that would disturb somebody now, their links good for as long as ever; return the others."""
    later = hold_back(due, orders, settings, now=now)
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


def hold_back(
    due: Iterable[Invitation], orders: Mapping[UUID, Order], settings: ShopSettings, *, now: datetime
) -> dict[int, datetime]:
    """Return, by the ids of invitations, until when those of them wait that must not leave now."""
    waiting = list(due)
    own = {channel: settings.for_channel(channel) for channel in {row.channel for row in waiting}}
    if not any(_is_polite(one) for one in own.values()):
        return {}
    homes, tracked = get_shop().home_countries(), _tracked(waiting, own)
    later: dict[int, datetime] = {}
    rooms: dict[str, _Room] = {}
    for row in waiting:
        polite, home = own[row.channel], homes.get(row.channel, "")
        order = orders.get(row.order_id) if row.order_id else None
        moment = moment_for(
            row, order, polite, now=now, home=home, tracked_at=tracked.get(row.order_id) if row.order_id else None
        )
        if moment <= now and polite.daily_cap:
            room = rooms.setdefault(row.channel, _Room(row.channel, polite, home, now))
            moment = room.moment(is_at_once=row.source == Source.STAFF and row.sent_at is None)
        if moment > now:
            later[row.pk] = moment
    return later


def _is_polite(settings: ChannelSettings) -> bool:
    return any(getattr(settings, name) != value for name, value in vars(PoliteSettings()).items())


def _tracked(rows: Iterable[Invitation], settings: Mapping[str, ChannelSettings]) -> Mapping[UUID, datetime]:
    ids = [
        row.order_id
        for row in rows
        if row.order_id and row.sent_at is None and settings[row.channel].delay_from == TRACKING
    ]
    return get_shop().tracked_since(ids) if ids else {}


class _Room:
    """How many mails a channel may still send today, and where the others go: into slots of the next days."""

    def __init__(self, channel: str, settings: ChannelSettings, home: str, now: datetime) -> None:
        self._settings, self._home, self._now = settings, home, now
        self._today = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        self._left = settings.daily_cap - mails_sent(channel, since=self._today)
        self._channel = channel
        self._taken: int | None = None

    def moment(self, *, is_at_once: bool) -> datetime:
        """Take a place of today, or the next free one of a later day."""
        self._left -= 1
        if self._left >= 0 or is_at_once:
            return self._now
        if self._taken is None:
            self._taken = _waiting(self._channel, self._today + _A_DAY)
        days, place = divmod(self._taken, self._settings.daily_cap)
        self._taken += 1
        return self._slot(self._today + _A_DAY * (1 + days), place)

    def _slot(self, day: datetime, place: int) -> datetime:
        """Spread over those hours of the day that are free."""
        free = [
            hour
            for hour in range(24)
            if free_moment(day + timedelta(hours=hour), self._home, self._settings) == day + timedelta(hours=hour)
        ]
        if not free:
            return free_moment(day, self._home, self._settings)
        hours = (place + 0.5) / self._settings.daily_cap * len(free)
        return day + timedelta(hours=free[int(hours)] + hours % 1)


def mails_sent(channel: str, *, since: datetime) -> int:
    """Return how many surveys and reminders a channel has sent since the start of a day in UTC."""
    wholes = [prefix_of(scale) for scale in Scale]
    tallies = Tally.objects.filter(
        span=Tally.Span.DAY, dimension__in=wholes, country="", channel=channel, day__gte=since.date()
    )
    sent = tallies.aggregate(sum=Sum("sent", default=0))["sum"]
    return sent + Invitation.objects.filter(channel=channel, reminded_at__gte=since).count()


def _waiting(channel: str, day: datetime) -> int:
    rows = Invitation.objects.filter(channel=channel, status=InvitationStatus.SCHEDULED)
    return rows.filter(due_at__gte=day, due_at__lt=day + _A_DAY).count()
