"""The page "Rewards": what codes and points bring and cost; and the list of friends' orders behind it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import re_path
from django.utils import timezone
from django.utils.translation import gettext

from ... import money
from ...referrals import reports
from ...referrals.models import Referral
from ...rewards.models import PointsAccount
from ...rewards.reports import owed_by_month
from ...shop import get_shop
from ...shop.interface import Order
from ...shop.staff import CODES, POINTS, Staff
from ..export import csv_response
from ..frame import PERMISSION_NAMES, page, part, show
from ..tags import money as money_written
from . import accounts, adjusting
from . import words as reward_words
from .choices import COUNTS, Choice, filters, read_choice
from .figures import Cost, costs, point_figures
from .lists import neighbours, page_number
from .people import FORGOTTEN, Owner, currencies_of, owners_of
from .recommending import ReferralFigures, referral_figures

LATEST, PER_PAGE = 6, 50
_BATCH = 500


@dataclass(frozen=True)
class FriendsOrder:
    """A referral with what the shop knows of its order and of who recommended."""

    referral: Referral
    order: Order | None
    owner: Owner
    status: str
    tone: str
    reason: str

    @property
    def total(self) -> str:
        """What the friend ordered for."""
        return money_written(self.order.total, self.order.currency) if self.order else ""

    @property
    def reward(self) -> str:
        """What its owner has got for it."""
        entry = self.referral.entry
        return reward_words.worth(entry.points, entry.account.currency) if entry else ""


@page(CODES, POINTS)
def rewards(request: HttpRequest, staff: Staff) -> HttpResponse:
    now = timezone.now()
    choice = read_choice(request, staff, today=now.date())
    referrals = referral_figures(choice) if staff.may(CODES) else None
    cost = costs(choice, staff) if staff.may(POINTS) else None
    context = {
        **filters(choice, staff),
        "referrals": referrals,
        "friends": _shown(reports.matching(choice.wanted)[:LATEST]) if referrals else [],
        "friends_address": choice.friends(),
        "costs": cost,
        "points_address": choice.address("rewards/points/"),
        "worthwhile": _worthwhile(referrals, cost),
        "missing": [gettext(PERMISSION_NAMES[one]) for one in (CODES, POINTS) if not staff.may(one)],
    }
    return show(request, "rewards.html", context, title=gettext("Rewards"), section="rewards")


def _worthwhile(referrals: ReferralFigures | None, cost: Sequence[Cost] | None) -> list[tuple[str, bool]]:
    """What comes in for what is given away: a sentence per currency that has both, and whether it is more."""
    sentences = []
    for figures in cost or ():
        gave = money.worth(figures.given.referral, figures.currency)
        came = referrals.revenue.get(figures.currency, Decimal(0)) if referrals else Decimal(0)
        if gave > 0 and came > 0:
            values = {
                "one": money_written(Decimal(1), figures.currency),
                "many": money_written(came / gave, figures.currency),
            }
            sentence = gettext("For every %(one)s of points to promoters, friends paid %(many)s.") % values
            sentences.append((sentence, came >= gave))
    return sentences


@part(POINTS)
def points(request: HttpRequest, staff: Staff) -> HttpResponse:
    """How points are used, which takes longer to find out in a large shop than the rest of the page."""
    now = timezone.now()
    choice = read_choice(request, staff, today=now.date())
    figures = point_figures(choice, staff, now=now)
    context = {
        "points": figures,
        "owed_address": choice.address("rewards/owed.csv"),
        "rows": accounts.latest(choice.base, staff, now=now) if figures else [],
    }
    return show(request, "rewards_points.html", context)


@page(CODES)
def friends(request: HttpRequest, staff: Staff) -> HttpResponse:
    """Friends' orders, newest first, each with what became of it and why."""
    choice = read_choice(request, staff, today=timezone.now().date())
    number = page_number(request)
    rows = list(reports.matching(choice.wanted)[PER_PAGE * (number - 1) : PER_PAGE * number + 1])
    place = "rewards/friends/"
    chosen = {"status": choice.status, "reason": choice.reason, "search": choice.search}
    context = {
        **filters(choice, staff),
        "friends": _shown(rows[:PER_PAGE]),
        "statuses": [
            (COUNTS, gettext("Counts")),
            *((code, gettext(label)) for code, label in reward_words.STATUSES.items()),
        ],
        "reasons": [(code, gettext(label)) for code, label in reward_words.REFUSALS.items()],
        **neighbours(choice.base + place, choice.query(**chosen), number, is_more=len(rows) > PER_PAGE),
        "export_address": choice.address("rewards/friends.csv", **chosen),
        "back": choice.address(),
    }
    return show(request, "rewards_friends.html", context, title=gettext("Friends' orders"), section="rewards")


def _shown(rows: Iterable[Referral]) -> list[FriendsOrder]:
    rows = list(rows)
    orders = get_shop().orders([row.order_id for row in rows]) if rows else {}
    owners = owners_of(row.code.shopper for row in rows)
    return [
        FriendsOrder(
            row,
            orders.get(row.order_id),
            owners.get(row.code.shopper_id or 0, FORGOTTEN),
            reward_words.status(row.status),
            reward_words.STATUS_TONES[row.status],
            reward_words.refusal(row.refusal),
        )
        for row in rows
    ]


@part(CODES)
def export_friends(request: HttpRequest, staff: Staff) -> HttpResponse:
    """Every friend's order of the choice, as a table."""
    choice = read_choice(request, staff, today=timezone.now().date())
    head = (
        gettext("Noted at"),
        gettext("Order"),
        gettext("Currency"),
        gettext("Total"),
        gettext("Channel"),
        gettext("Code"),
        gettext("Outcome"),
        gettext("Reason"),
        gettext("Points"),
    )
    # Translated here: the rows are written when the language of the request has gone.
    words = {code: gettext(label) for code, label in (reward_words.STATUSES | reward_words.REFUSALS).items()}
    return csv_response("friends-orders.csv", _friends_table(choice, head, words))


def _friends_table(choice: Choice, head: Sequence[str], words: dict[str, str]) -> Iterator[Sequence[object]]:
    yield head
    last: int | None = None
    while True:
        rows = reports.matching(choice.wanted)
        batch = list((rows.filter(pk__lt=last) if last else rows)[:_BATCH])
        if not batch:
            return
        last = batch[-1].pk
        orders = get_shop().orders([row.order_id for row in batch])
        for row in batch:
            order = orders.get(row.order_id)
            yield (
                _second(row.created_at),
                order.number if order else "",
                order.currency if order else "",
                order.total if order else "",
                row.code.channel,
                row.code.code,
                words[row.status],
                words.get(row.refusal, ""),
                row.entry.points if row.entry else 0,
            )


def _second(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


@part(POINTS)
def export_liability(request: HttpRequest, staff: Staff) -> HttpResponse:
    """What was owed month by month, in every currency that the reader may see."""
    now = timezone.now()
    choice = read_choice(request, staff, today=now.date())
    until = choice.period.until or now.date()
    since = choice.period.since or _first_day() or until
    visible = currencies_of(staff)
    names = ("earned", "redeemed", "expired", "reversed", "adjusted", "closing")
    rows: list[Sequence[Any]] = [
        (
            gettext("Month"),
            gettext("Currency"),
            gettext("Earned"),
            gettext("Turned into gift cards"),
            gettext("Expired"),
            gettext("Taken back after refunds"),
            gettext("Adjusted by staff"),
            gettext("Owed at the end"),
            gettext("Owed at the end, as money"),
        )
    ]
    for currency, months in owed_by_month(since=since, until=until).items():
        if currency in visible:
            rows += [
                (
                    month.start.isoformat()[:7],
                    currency,
                    *(getattr(month, name) for name in names),
                    money.worth(month.closing, currency),
                )
                for month in months
            ]
    return csv_response("points-owed.csv", rows)


def _first_day() -> Any:
    first = PointsAccount.objects.order_by("created_at").values_list("created_at", flat=True).first()
    return first.date() if first else None


urlpatterns = [
    re_path(r"^/rewards/?$", rewards),
    re_path(r"^/rewards/points/?$", points),
    re_path(r"^/rewards/friends/?$", friends),
    re_path(r"^/rewards/friends\.csv$", export_friends),
    re_path(r"^/rewards/owed\.csv$", export_liability),
    *accounts.urlpatterns,
    *adjusting.urlpatterns,
]
