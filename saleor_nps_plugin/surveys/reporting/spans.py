"""Cuts a period into whole months and single days, so that a report reads few rows of the tallies.

Whole months are read from the rows of months. At both ends a month that is not whole is made of single days: either those
that belong to the period are added, or those that do not are taken away. At the end they are always taken away: most
periods end today, and days to come have no rows.
"""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import Func, IntegerField, Q

from ..models import Tally

_DAY = timedelta(days=1)
_MIDDLE = 16
_LAST_MONTH = date.max.replace(day=1)


@dataclass(frozen=True)
class Days:
    """Days in a row, both ends included; None is an open end."""

    first: date | None
    last: date | None

    @property
    def condition(self) -> Q:
        """Condition on rows with a `day`."""
        ends = {"day__gte": self.first, "day__lte": self.last}
        return Q(**{end: day for end, day in ends.items() if day})


@dataclass(frozen=True)
class Spans:
    """The rows that make a period: those of months (by their first days), those of days, and those of days to take away."""

    months: Days | None
    days: tuple[Days, ...] = ()
    taken: tuple[Days, ...] = ()

    @property
    def rows(self) -> Q:
        """Condition on tallies."""
        found = [Q(span=Tally.Span.MONTH) & self.months.condition] if self.months else []
        found += [Q(span=Tally.Span.DAY) & days.condition for days in self.days + self.taken]
        return Q(*found, _connector=Q.OR)

    @property
    def sign(self) -> str:
        """SQL of what a row's counts are multiplied by; "" where none is taken away."""
        if not self.taken:
            return ""
        # A month to take days from begins before the period, or holds its end.
        outside = " OR ".join(
            f"nps_tally.day BETWEEN '{days.first:%Y-%m-%d}' AND '{days.last:%Y-%m-%d}'" for days in self.taken
        )
        return f"CASE WHEN ({outside}) AND nps_tally.span = 'day' THEN -1 ELSE 1 END"


def spans_of(since: date | None, until: date | None) -> Spans:
    """Return the rows that make the days of `since` to `until`."""
    if since and (
        since >= _LAST_MONTH or (until and (until < since or (_month(since) == _month(until) and since.day > 1)))
    ):
        return days_of(since, until)
    first = since and _month(since)
    days, taken = [], []
    if since and first and since.day > _MIDDLE:
        days.append(Days(since, _end_of_month(since)))
        first = _end_of_month(since) + _DAY
    elif since and first and since.day > 1:
        taken.append(Days(first, since - _DAY))
    if until and until != _end_of_month(until):
        taken.append(Days(until + _DAY, _end_of_month(until)))
    return Spans(Days(first, until and _month(until)), tuple(days), tuple(taken))


def days_of(since: date | None, until: date | None) -> Spans:
    """Return the rows of single days that make a period."""
    return Spans(None, days=(Days(since, until),))


def _month(day: date) -> date:
    return day.replace(day=1)


def _end_of_month(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


class RowSums(Func):
    """Sums of several columns in one array: Django takes longer over eleven sums than PostgreSQL does.

    `sign` is that of Spans. The sums of no rows are null.
    """

    contains_aggregate = True
    output_field = ArrayField(IntegerField())

    def __init__(self, columns: Sequence[str], sign: str) -> None:
        super().__init__()
        times = f" * {sign}" if sign else ""
        self._sql = f"ARRAY[{', '.join(f'sum({column}{times})' for column in columns)}]"

    def as_sql(self, *arguments: Any, **named: Any) -> tuple[str, list[Any]]:
        return self._sql, []

    def get_group_by_cols(self) -> list[Any]:
        return []
