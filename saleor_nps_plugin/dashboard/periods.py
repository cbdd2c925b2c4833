"""The days that a report is about, as a reader chooses them."""

from dataclasses import dataclass
from datetime import date, timedelta

from babel.dates import format_date, format_interval, format_skeleton
from django.utils.translation import gettext_noop

from .. import languages

PERIODS = {
    "30d": gettext_noop("Last 30 days"),
    "90d": gettext_noop("Last 90 days"),
    "12m": gettext_noop("Last 12 months"),
    "year": gettext_noop("This year"),
    "all": gettext_noop("All time"),
    "custom": gettext_noop("Choose days…"),
}
DEFAULT = "90d"
INTERVALS = {"week": gettext_noop("Weeks"), "month": gettext_noop("Months"), "quarter": gettext_noop("Quarters")}
_DAYS_OF = {"week": 7, "month": 30, "quarter": 91}
# More points than this are a smear, and would cost as much to draw as somebody types into an address.
_MOST_POINTS = 120
# Nobody asked before; and the period before an earlier one would begin before time does.
_EARLIEST = date(2000, 1, 1)
_SKELETONS = {"week": "MMMd", "month": "yMMM", "quarter": "yQQQ"}


@dataclass(frozen=True)
class Period:
    """Days from `since` to `until`, both included, in UTC; None is open. `name` is one of PERIODS."""

    name: str
    since: date | None
    until: date | None


def read_period(name: str, since: str, until: str, *, today: date) -> Period:
    """Return the period that an address names, cut to the days from 2000 to today. What cannot be read counts as left out."""
    if name == "custom":
        days = sorted(day for day in (_day(since, today), _day(until, today)) if day)
        if len(days) == 2:
            return Period(name, days[0], days[1])
        if days:
            return Period(name, _day(since, today), _day(until, today))
        return Period(name, _first_day(DEFAULT, today), today)
    name = name if name in PERIODS else DEFAULT
    return Period(name, _first_day(name, today), None if name == "all" else today)


def _first_day(name: str, today: date) -> date | None:
    match name:
        case "30d":
            return today - timedelta(days=29)
        case "90d":
            return today - timedelta(days=89)
        case "12m":
            # Twelve months of the calendar, this one among them, so that no point of the trend but the last is cut.
            return _months_before(today, 11)
        case "year":
            return today.replace(month=1, day=1)
    return None


def _months_before(day: date, months: int) -> date:
    month = day.year * 12 + day.month - 1 - months
    return date(month // 12, month % 12 + 1, 1)


def _day(written: str, today: date) -> date | None:
    try:
        return min(max(date.fromisoformat(written), _EARLIEST), today)
    except ValueError:
        return None


def interval_for(wanted: str, since: date, until: date) -> str:
    """Return the wanted interval of a trend, or one that suits its length; a longer one where there would be too many points."""
    length = (until - since).days + 1
    fitting = "week" if length <= 130 else "month" if length <= 1100 else "quarter"
    chosen = wanted if wanted in INTERVALS else fitting
    return next((name for name in _from(chosen) if length / _DAYS_OF[name] <= _MOST_POINTS), "quarter")


def _from(interval: str) -> list[str]:
    names = list(INTERVALS)
    return names[names.index(interval) :]


def label_of(start: date, interval: str, language: str) -> str:
    """Write what a point of a trend stands for: Nov 2, Nov 2026, Q4 2026."""
    return languages.localize_digits(format_skeleton(_SKELETONS[interval], start, locale=language), language)


def days_between(since: date | None, until: date | None, language: str) -> str:
    """Write a period: Nov 2 – Dec 3, 2026. An open end is a dash with nothing behind it, all of time is ""."""
    if not since and not until:
        return ""
    if since and until:
        written = format_interval(since, until, "yMMMd", locale=language)
    else:
        written = " – ".join(format_date(day, "medium", locale=language) if day else "" for day in (since, until))
    return languages.localize_digits(written, language).strip()
