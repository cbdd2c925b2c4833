"""The figures of the page "Rewards" about points: what they cost, how they are used, what is still owed."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from babel.dates import format_skeleton
from django.utils.translation import gettext, ngettext

from ... import languages, money
from ...rewards import reports as reward_reports
from ...rewards.liability import Liability, liability
from ...rewards.reports import Given, Month, Standing
from ...shop import get_shop
from ...shop.staff import Staff
from ..charts import Chart, Series
from ..periods import label_of
from ..tags import number, percent
from . import words as reward_words
from .choices import Choice
from .words import worth

# Where fewer of the points that were earned are used, customers have not understood what they have.
LOW_REDEMPTION = Decimal("0.2")
_MONTHS_SHOWN = 12


@dataclass(frozen=True)
class Cost:
    """What points cost in one currency: those given in the period, and those owed now."""

    currency: str
    given: Given
    owed: int

    @property
    def given_worth(self) -> str:
        """All points given in the period, as money."""
        return worth(self.given.total, self.currency)

    @property
    def owed_worth(self) -> str:
        """What is owed, as money."""
        return worth(self.owed, self.currency)

    @property
    def amounts(self) -> dict[str, str]:
        """What was given for what, as money; "" for nothing."""
        points = {"referral": self.given.referral, "cashback": self.given.cashback, "bonus": self.given.bonus}
        return {name: worth(many, self.currency) if many else "" for name, many in points.items()}


def costs(choice: Choice, staff: Staff) -> list[Cost]:
    """Return what points cost, for each currency of the reader's channels that has any. Two statements and one of the shop's."""
    given = reward_reports.given(start=choice.period.since, end=choice.period.until, channels=choice.wanted.channels)
    owed = reward_reports.owed_now()
    visible = set(_channels(choice, staff).values())
    return [
        Cost(currency, given.get(currency, Given()), owed.get(currency, 0))
        for currency in sorted(given.keys() | owed.keys())
        if currency in visible and (owed.get(currency) or currency in given)
    ]


def _channels(choice: Choice, staff: Staff) -> dict[str, str]:
    """The currencies of the channels that the page is about, by their slugs."""
    found = get_shop().currencies()
    return {
        slug: currency
        for slug, currency in found.items()
        if staff.sees(slug) and (not choice.channel or slug == choice.channel)
    }


@dataclass(frozen=True)
class CurrencyFigures:
    """Points of one currency: what changed in the period, what customers have now, what was owed month by month."""

    currency: str
    moved: Liability
    standing: Standing
    chart: Chart
    movements: list[tuple[str, str, str]]
    remark: str

    @property
    def is_low(self) -> bool:
        """Whether fewer points are used than where a programme is understood."""
        return self.moved.redemption_rate is not None and self.moved.redemption_rate < LOW_REDEMPTION

    @property
    def rate(self) -> str:
        """The share of the points earned in the period that was redeemed in it."""
        rate = self.moved.redemption_rate
        return percent(None if rate is None else round(float(rate), 3))

    @property
    def amounts(self) -> dict[str, str]:
        """What customers have, as money; "" for nothing."""
        points = {
            "usable": self.standing.usable,
            "pending": self.standing.pending,
            "expiring": self.standing.expiring,
            "debt": self.standing.owed_by_customers,
        }
        return {name: worth(many, self.currency) if many else "" for name, many in points.items()}


def point_figures(choice: Choice, staff: Staff, *, now: datetime) -> list[CurrencyFigures]:
    """Return how points are used, for each currency of the reader's channels that has any.

    Three statements, each of which reads many entries, and one of the shop's.
    """
    today = now.date()
    until = choice.period.until or today
    since = min(choice.period.since or today, _year_before(until))
    channels = _channels(choice, staff)
    visible = set(channels.values())
    standings = {row.currency: row for row in reward_reports.standings(least=_least(channels), now=now)}
    months = reward_reports.owed_by_month(since=since, until=until)
    rows = liability(start=choice.period.since, end=until)
    figures = [
        _of_currency(row, standings.get(row.currency), months[row.currency]) for row in rows if row.currency in visible
    ]
    # Said once, however many currencies it is true of.
    most = max((one for one in figures if one.remark), key=lambda one: one.standing.able, default=None)
    return [one if one is most else replace(one, remark="") for one in figures]


def _of_currency(row: Liability, standing: Standing | None, months: list[Month]) -> CurrencyFigures:
    standing = standing or Standing(row.currency, 0, 0, 0, 0, 0, 0)
    return CurrencyFigures(
        currency=row.currency,
        moved=row,
        standing=standing,
        chart=_chart(row.currency, months),
        movements=_movements(row),
        remark=_remark(row, standing),
    )


def _remark(row: Liability, standing: Standing) -> str:
    """What a low rate of redemption means, or "" where there is nothing to say."""
    if row.redemption_rate is None or row.redemption_rate >= LOW_REDEMPTION:
        return ""
    if not standing.able:
        return gettext(
            "Nobody has enough points to redeem yet. If that lasts, lower the minimum to redeem in the settings."
        )
    text = ngettext(
        "Less than one point in five is used, although %(able)s customer has enough points: the programme is not understood. Say what "
        "points are worth in your shop, and lead customers to “my rewards”.",
        "Less than one point in five is used, although %(able)s customers have enough points: the programme is not understood. Say what "
        "points are worth in your shop, and lead customers to “my rewards”.",
        standing.able,
    )
    return text % {"able": number(standing.able)}


def _movements(row: Liability) -> list[tuple[str, str, str]]:
    """Opening, what changed it, closing: words, points, money."""
    rows = [
        (gettext("Owed at the beginning"), row.opening),
        (gettext("Earned"), row.earned),
        (gettext("Turned into gift cards"), row.redeemed),
        (gettext("Expired"), row.expired),
        (gettext("Taken back after refunds"), row.reversed),
        (gettext("Adjusted by staff"), row.adjusted),
        (gettext("Owed at the end"), row.closing),
    ]
    return [(label, reward_words.count(points), worth(points, row.currency)) for label, points in rows]


def _chart(currency: str, months: list[Month]) -> Chart:
    language = languages.current()

    def as_money(points: int) -> float:
        return float(money.worth(points, currency))

    series = [
        Series(gettext("Owed at the end of the month"), [as_money(month.closing) for month in months]),
    ]
    return Chart(
        kind="line",
        title=gettext("What the shop owes in points, %(currency)s") % {"currency": currency},
        labels=[_month_label(month.start, language, len(months)) for month in months],
        series=series,
        low=0 if all(month.closing >= 0 for month in months) else None,
        written=[[worth(month.closing, currency) for month in months]],
    )


def _month_label(start: date, language: str, many: int) -> str:
    if many > _MONTHS_SHOWN:
        return label_of(start, "month", language)
    return languages.localize_digits(format_skeleton("MMM", start, locale=language), language)


def _year_before(day: date) -> date:
    return (day.replace(day=1) - timedelta(days=330)).replace(day=1)


def _least(channels: Mapping[str, str]) -> dict[str, int]:
    """The fewest points that can be redeemed in each currency, in whichever channel they are fewest."""
    settings = get_shop().settings()
    least: dict[str, int] = {}
    for channel, currency in channels.items():
        minimum = settings.for_channel(channel).minimum_redemption
        least[currency] = min(minimum, least.get(currency, minimum))
    return least
