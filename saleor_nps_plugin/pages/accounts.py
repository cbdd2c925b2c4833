"""What "my rewards" shows of an account of points."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from django.db.models import Q
from django.utils import timezone, translation
from django.utils.translation import gettext, gettext_noop

from .. import languages
from ..rewards import balances, expiring
from ..rewards.balances import Balance
from ..rewards.models import PointsAccount, PointsEntry, PointsLot
from ..rewards.wording import note_of
from ..shop import get_shop
from . import wording

PAGE = 50
_MOST_LOTS = 100
LEAST = gettext_noop("The least that can be redeemed at once: {points} ({worth}).")
MOST = gettext_noop("The most that you can redeem now: {points} ({worth}).")


@dataclass(frozen=True)
class Line:
    """One entry of the history; `usable_from` is set while the points wait."""

    note: str
    change: str
    worth: str
    day: str
    usable_from: str


@dataclass(frozen=True)
class Redemption:
    """What the form to redeem needs; `points` is what stands in its field, `least` and `most` are sentences."""

    account: int
    channel: str
    points: str
    is_open: bool
    is_enough: bool
    least: str
    most: str


@dataclass(frozen=True)
class Section:
    """One account as the page shows it."""

    currency: str
    balance: str
    worth: str
    is_negative: bool
    pending: Sequence[Mapping[str, str]]
    expiring: Mapping[str, str]
    lines: Sequence[Line]
    older: int | None
    redemption: Redemption


def sections(
    accounts: Sequence[PointsAccount], language: str, *, now: datetime, before: PointsEntry | None = None
) -> list[Section]:
    """Return what there is to show of each account. `before`: the history of its account starts with older entries."""
    found = balances.balances(accounts, now=now)
    expiries = expiring.expiring_next([account.pk for account in accounts], now)
    return [
        _section(account, found[account.pk], expiries.get(account.pk), language, now, before) for account in accounts
    ]


def redemption_of(account: PointsAccount, balance: Balance, language: str) -> Redemption:
    """Return the form to redeem, with all there is."""
    channel = _channel_of(account)
    settings = get_shop().settings().for_channel(channel)
    minimum = settings.minimum_redemption
    return Redemption(
        account=account.pk,
        channel=channel,
        points=languages.localize_digits(max(balance.available, 0), language),
        is_open=settings.enabled and bool(channel),
        is_enough=balance.available >= minimum,
        least=_limit(LEAST, minimum, account.currency, language),
        most=_limit(MOST, max(balance.available, 0), account.currency, language),
    )


def _limit(sentence: str, points: int, currency: str, language: str) -> str:
    with translation.override(language):
        text = gettext(sentence)
    for name, value in _amount(points, currency, language).items():
        text = text.replace(f"{{{name}}}", value)
    return text


def _channel_of(account: PointsAccount) -> str:
    """The gift card is issued where the customer was last active."""
    entries = balances.entries_of(account).exclude(channel="")
    return entries.values_list("channel", flat=True).first() or ""


def _section(
    account: PointsAccount,
    balance: Balance,
    expiry: tuple[int, date] | None,
    language: str,
    now: datetime,
    before: PointsEntry | None,
) -> Section:
    entries, older = _page_of(account, before)
    return Section(
        currency=account.currency,
        balance=wording.points_written(balance.available, language),
        worth=wording.worth_written(balance.available, account.currency, language),
        is_negative=balance.available < 0,
        pending=_pending(account, language, now),
        expiring=_expiring(expiry, account.currency, language) if expiry else {},
        lines=[_line(entry, account.currency, language, now) for entry in entries],
        older=older,
        redemption=redemption_of(account, balance, language),
    )


def _page_of(account: PointsAccount, before: PointsEntry | None) -> tuple[list[PointsEntry], int | None]:
    """Return a page of the history, and after which entry the next one starts."""
    entries = balances.entries_of(account)
    if before is not None and (before.account_id == account.pk or before.account.merged_into_id == account.pk):
        earlier = Q(created_at=before.created_at, pk__lt=before.pk) | Q(created_at__lt=before.created_at)
        entries = entries.filter(earlier, created_at__lte=before.created_at)
    page = list(entries.select_related("remark", "reverses")[: PAGE + 1])
    return page[:PAGE], page[PAGE - 1].pk if len(page) > PAGE else None


def _line(entry: PointsEntry, currency: str, language: str, now: datetime) -> Line:
    is_waiting = entry.points > 0 and entry.available_at > now
    return Line(
        note=note_of(entry, language),
        change=wording.change_written(entry.points, language),
        # The points beside it carry the sign.
        worth=wording.worth_written(abs(entry.points), currency, language),
        day=wording.day(entry.created_at, language),
        usable_from=wording.day(entry.available_at, language) if is_waiting else "",
    )


def _pending(account: PointsAccount, language: str, now: datetime) -> list[dict[str, str]]:
    lots = PointsLot.objects.filter(account=account, remaining__gt=0, available_at__gt=now).order_by("available_at")
    shown = []
    for _, group in groupby(lots[:_MOST_LOTS], key=lambda lot: timezone.localtime(lot.available_at).date()):
        same_day = list(group)
        points = sum(lot.remaining for lot in same_day)
        shown.append(
            _amount(points, account.currency, language) | {"day": wording.day(same_day[-1].available_at, language)}
        )
    return shown


def _expiring(expiry: tuple[int, date], currency: str, language: str) -> dict[str, str]:
    points, on = expiry
    return _amount(points, currency, language) | {"day": wording.day(on, language)}


def _amount(points: int, currency: str, language: str) -> dict[str, Any]:
    return {
        "points": wording.points_written(points, language),
        "worth": wording.worth_written(points, currency, language),
    }
