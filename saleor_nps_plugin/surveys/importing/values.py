"""Reads single values of a row. Every reader returns what is meant, or raises RowError with a sentence."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

from .report import RowError

_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
# A zone that was not told makes an answer of today one of tomorrow.
_TOLERANCE = timedelta(days=1)
_EMAIL = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\"]+\.[^@\s,;<>\".]+")
_LONGEST_EMAIL = 254
_NUMBER = re.compile(r"-?[0-9]{1,10}(\.0{1,6})?")
_ISO = re.compile(r"\d{4}-\d\d-\d\d")
_SECONDS = re.compile(r"\d{9,10}(\.\d+)?|\d{13}")
_NUMERIC = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4})(?:,?\s+(.+))?")
_TIME = re.compile(r"(\d{1,2}):(\d\d)(?::(\d\d)(?:\.\d+)?)?\s*([AaPp]\.?[Mm]\.?)?")
_IN_WORDS = ("%b %d, %Y", "%B %d, %Y", "%d %b %Y", "%d %B %Y", "%b %d %Y", "%B %d %Y")
_WORDY = re.compile(r"(?:[A-Za-z]{3,9},\s+)?(.*?\d{4})(?:,?\s+(?:at\s+)?(\d.*))?")


def read_email(text: str) -> str:
    """An e-mail address."""
    if len(text) > _LONGEST_EMAIL or not _EMAIL.fullmatch(text):
        raise RowError(f'"{text[:60]}" is no e-mail address')
    return text


def read_score(text: str, allowed: range) -> int:
    """A score on a scale; "9.0" is as good as "9"."""
    if not _NUMBER.fullmatch(text) or int(float(text)) not in allowed:
        raise RowError(f"score {text[:20]} is not {allowed[0]}-{allowed[-1]}")
    return int(float(text))


def read_points(text: str) -> int:
    """A number of points, 0 or more."""
    if not _NUMBER.fullmatch(text) or float(text) < 0:
        raise RowError(f"points {text[:20]} is no whole number of 0 or more")
    return int(float(text))


@dataclass(frozen=True)
class Dates:
    """How dates are written where they do not say so themselves. `zone` is of times without one; `order` "dmy" or "mdy" of
    numbers with slashes between, "" where nobody said."""

    zone: tzinfo
    order: str = ""

    def read(self, text: str, *, now: datetime | None = None) -> datetime:
        """A moment: ISO 8601, seconds since 1970, 31/12/2024, 31.12.2024 or Dec 31, 2024, each with a time or without.

        Raises RowError for anything else, for what may be two days, and for what cannot be: before 1990, or after `now`.
        """
        moment = self._parsed(text)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=self.zone)
        moment = moment.astimezone(UTC)
        if now is not None and moment > now + _TOLERANCE:
            raise RowError(f"{text[:40]} is in the future")
        if moment < _EARLIEST:
            raise RowError(f"{text[:40]} is too long ago to be true")
        return min(moment, now) if now is not None else moment

    def _parsed(self, text: str) -> datetime:
        try:
            if _ISO.match(text):
                return _iso(text)
            if _SECONDS.fullmatch(text):
                return datetime.fromtimestamp(float(text) / (1000 if len(text) == 13 else 1), UTC)
            if match := _NUMERIC.fullmatch(text):
                first, sign, second, year, rest = match.groups()
                day, month = self._day_and_month(int(first), int(second), sign, text)
                return _at(datetime(int(year), month, day), rest)  # noqa: DTZ001 (the zone comes later)
            if match := _WORDY.fullmatch(text):
                return _at(_in_words(match[1]), match[2])
        except (ValueError, OverflowError):
            pass
        raise RowError(f'"{text[:40]}" is no date')

    def _day_and_month(self, first: int, second: int, sign: str, text: str) -> tuple[int, int]:
        if first > 12 or first == second:
            return first, second
        if second > 12:
            return second, first
        order = self.order or ("dmy" if sign == "." else "")
        if not order:
            raise RowError(f"{text[:40]} may be two days; say --dates dmy or --dates mdy")
        return (first, second) if order == "dmy" else (second, first)


def _iso(text: str) -> datetime:
    """ISO 8601, and what tools make of it: a zone after a space, or its name UTC."""
    text = re.sub(r"\s*(UTC|GMT|Z)$", "+00:00", text)
    return datetime.fromisoformat(re.sub(r"\s+([+-]\d\d:?\d\d)$", r"\1", text))


def _in_words(text: str) -> datetime:
    for pattern in _IN_WORDS:
        try:
            return datetime.strptime(text.strip(), pattern)  # noqa: DTZ007 (the zone comes later)
        except ValueError:
            continue
    raise ValueError


def _at(day: datetime, rest: str | None) -> datetime:
    """A day at a time such as "13:45", "1:45:10 PM" or "13:45 +0200"."""
    if not rest:
        return day
    match = _TIME.match(rest.strip())
    if match is None:
        raise ValueError
    hour, half = int(match[1]), (match[4] or "").lower().replace(".", "")
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    moment = day.replace(hour=hour, minute=int(match[2]), second=int(match[3] or 0))
    zone = rest.strip()[match.end() :].strip()
    return _iso(f"{moment.isoformat()}{zone}") if zone else moment
