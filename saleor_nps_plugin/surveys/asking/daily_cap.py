"""How many surveys and reminders a channel sends in a day, in UTC, however many workers send them."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection

from ...shop.polite_settings import PoliteSettings
from ..models import Invitation, InvitationStatus, Scale, Source
from ..reporting.tallies import prefix_of
from .booking import UNANSWERED
from .quiet_times import free_hours, free_moment, quiet_for

_A_DAY = timedelta(days=1)

# One statement, so that a mail that is noted as sent in this very moment is counted, and once. What other workers have
# claimed may just be leaving.
_TAKEN = """
SELECT coalesce((
        SELECT sum(sent) FROM nps_tally
        WHERE span = 'day' AND dimension = ANY (%(wholes)s) AND country = '' AND channel = %(channel)s AND day >= %(today)s
    ), 0)
    + (SELECT count(*) FROM nps_invitation WHERE channel = %(channel)s AND reminded_at >= %(since)s)
    + (
        SELECT count(*) FROM nps_invitation
        WHERE channel = %(channel)s AND due_at <= %(now)s AND claimed_until > %(now)s AND expires_at > %(now)s
            AND status = ANY (%(unanswered)s) AND id <> ALL (%(besides)s)
    )"""


def lock(channels: Iterable[str]) -> None:
    """Let nobody else decide which mails of these channels leave until the transaction ends."""
    with connection.cursor() as cursor:
        for channel in sorted(channels):
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('nps_daily_cap'), hashtext(%s))", [channel])


def places_taken(channel: str, *, now: datetime, besides: Sequence[int] = ()) -> int:
    """Return how many surveys and reminders a channel has sent on this day, or is sending, but for these invitations."""
    since = _day_of(now)
    values: dict[str, Any] = {
        "channel": channel,
        "wholes": [prefix_of(scale) for scale in Scale],
        "today": since.date(),
        "since": since,
        "now": now,
        "unanswered": [str(status) for status in UNANSWERED],
        "besides": list(besides),
    }
    with connection.cursor() as cursor:
        cursor.execute(_TAKEN, values)
        return int(cursor.fetchone()[0])


def _day_of(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


class Day:
    """How many mails a channel may still send today, and where the others go: into slots of the next days.

    The channel has to be locked. `home` is its country, `besides` are the ids of invitations that this worker has claimed.
    """

    def __init__(
        self, channel: str, settings: PoliteSettings, home: str, now: datetime, *, besides: Sequence[int]
    ) -> None:
        self._channel, self._settings, self._home, self._now = channel, settings, home, now
        self._left = settings.daily_cap - places_taken(channel, now=now, besides=besides)
        self._next: int | None = None

    def moment_for(self, invitation: Invitation) -> datetime:
        """Take a place of today, or the next free one of a later day. What staff ask for at once takes one in any case."""
        self._left -= 1
        if self._left >= 0 or (invitation.source == Source.STAFF and invitation.sent_at is None):
            return self._now
        tomorrow = _day_of(self._now) + _A_DAY
        if self._next is None:
            self._next = _waiting(self._channel, tomorrow)
        days, place = divmod(self._next, self._settings.daily_cap)
        self._next += 1
        return self._slot(tomorrow + _A_DAY * days, place, quiet_for(invitation.source, self._settings))

    def _slot(self, day: datetime, place: int, quiet: PoliteSettings) -> datetime:
        """Spread over those hours of the day that are free."""
        free = free_hours(day, 24, self._home, quiet)
        if not free:
            return free_moment(day, self._home, quiet)
        at = (place + 0.5) / self._settings.daily_cap * len(free)
        return free[int(at)] + timedelta(hours=at % 1)


def _waiting(channel: str, day: datetime) -> int:
    rows = Invitation.objects.filter(channel=channel, status=InvitationStatus.SCHEDULED)
    return rows.filter(due_at__gte=day, due_at__lt=day + _A_DAY).count()
