"""When it is night, or a day of rest, where somebody lives."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel.core import get_global

from ...shop.polite_settings import PoliteSettings
from ..models import Source

# A wave is nothing that anybody waits for: without other quiet hours its mails leave between eight and eight.
NIGHT = frozenset((*range(20, 24), *range(8)))
_AN_HOUR = timedelta(hours=1)
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


def quiet_for(source: str, settings: PoliteSettings) -> PoliteSettings:
    """Return the quiet hours and days that the mails of invitations from a source heed; nothing else of the settings."""
    hours = settings.quiet_hours or (NIGHT if source == Source.WAVE else frozenset())
    return PoliteSettings(quiet_hours=hours, quiet_days=settings.quiet_days)


def free_moment(moment: datetime, country: str, settings: PoliteSettings) -> datetime:
    """Return the first moment, not before this one, at which it is neither a quiet hour nor a quiet day in a country.

    Nobody knows in which part of it somebody lives: it is a moment that is free in all its zones, or else where most
    people live.
    """
    if not settings.quiet_hours and not settings.quiet_days:
        return moment
    return _free_moment(moment, country, quiet_for("", settings))


# The mails of a run are all asked about one moment.
@lru_cache(maxsize=4096)
def _free_moment(moment: datetime, country: str, quiet: PoliteSettings) -> datetime:
    zones = zones_of(country)
    found = _free_in_all(moment, zones, quiet)
    return _free_in_all(moment, zones[:1], quiet) or moment if found is None else found


@lru_cache(maxsize=256)
def free_hours(start: datetime, hours: int, country: str, quiet: PoliteSettings) -> tuple[datetime, ...]:
    """Return the beginnings of those of so many hours from a moment on that are free from beginning to end.

    As for one moment: in all zones of a country, or else where most people live.
    """
    beginnings = [start + _AN_HOUR * number for number in range(hours)]
    zones = zones_of(country)
    return _free_among(beginnings, zones, quiet) or _free_among(beginnings, zones[:1], quiet)


def _free_among(beginnings: Iterable[datetime], zones: Sequence[tzinfo], quiet: PoliteSettings) -> tuple[datetime, ...]:
    nearly = _AN_HOUR - timedelta(seconds=1)
    return tuple(
        moment
        for moment in beginnings
        if not any(_is_quiet(one.astimezone(zone), quiet) for zone in zones for one in (moment, moment + nearly))
    )


def _is_quiet(local: datetime, quiet: PoliteSettings) -> bool:
    return local.hour in quiet.quiet_hours or local.weekday() in quiet.quiet_days


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
    while _is_quiet(local, settings):
        # Added in UTC: on the day on which clocks change, an hour of the wall is none or two of time.
        next_hour = local.replace(minute=0, second=0, microsecond=0).astimezone(UTC) + timedelta(hours=1)
        local = next_hour.astimezone(zone)
    return moment if local == moment else local.astimezone(moment.tzinfo)
