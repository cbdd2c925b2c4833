"""Accounts of points: who has how many, and why."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import F, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import re_path
from django.utils import timezone
from django.utils.translation import gettext

from ... import money
from ...referrals.models import ReferralCode
from ...rewards import balances
from ...rewards.balances import Balance
from ...rewards.expiring import expiring_next
from ...rewards.models import PointsAccount, PointsEntry
from ...shop import get_shop
from ...shop.interface import Order
from ...shop.staff import ANSWERS, CODES, POINTS, Staff
from ...shoppers.recognizing import same_person
from ..entities import global_id
from ..export import csv_response
from ..frame import base_of, last_of, page, part, show
from . import words as reward_words
from .adjusting import account_holder, find_account, form_for
from .lists import address_with, neighbours, page_number
from .people import FORGOTTEN, Owner, currencies_of, owners_of, shoppers_like
from .words import worth

LATEST, PER_PAGE = 6, 50
_BATCH = 500


@dataclass(frozen=True)
class Row:
    """An account in a list."""

    account: PointsAccount
    owner: Owner
    balance: Balance
    address: str

    @property
    def usable(self) -> str:
        """What can be spent now, as money; a dash for nothing."""
        return worth(self.balance.available, self.account.currency) if self.balance.available else "–"

    @property
    def pending(self) -> str:
        """What waits, as money; "" for nothing."""
        return worth(self.balance.pending, self.account.currency) if self.balance.pending else ""


@dataclass(frozen=True)
class Line:
    """An entry as the page shows it."""

    entry: PointsEntry
    note: str
    change: str
    is_pending: bool
    order: Order | None
    author: str
    gift_card_page: str


def latest(base: str, staff: Staff, *, now: datetime) -> list[Row]:
    """Return the accounts with most points."""
    return _rows(_visible(staff)[:LATEST], base, now)


def _visible(staff: Staff) -> QuerySet[PointsAccount]:
    """The accounts in the currencies of the channels that somebody may see, those with most points first."""
    rows = PointsAccount.objects.filter(merged_into=None)
    if staff.channels is not None:
        rows = rows.filter(currency__in=currencies_of(staff))
    return rows.select_related("shopper").order_by(-(F("available") + F("pending") - F("debt")), "pk")


def _rows(found: QuerySet[PointsAccount], base: str, now: datetime) -> list[Row]:
    listed = list(found)
    has = balances.balances(listed, now=now) if listed else {}
    owners = owners_of(account.shopper for account in listed)
    return [
        Row(one, owners.get(one.shopper_id or 0, FORGOTTEN), has[one.pk], f"{base}rewards/accounts/{one.pk}/")
        for one in listed
    ]


def _wanted(request: HttpRequest, staff: Staff) -> QuerySet[PointsAccount]:
    rows = _visible(staff)
    if search := last_of(request, "search").strip()[:254]:
        rows = rows.filter(shoppers_like(search, staff))
    if currency := last_of(request, "currency"):
        rows = rows.filter(currency=currency[:3])
    if last_of(request, "below") == "zero":
        rows = rows.filter(debt__gt=0)
    return rows


@page(POINTS)
def accounts(request: HttpRequest, staff: Staff) -> HttpResponse:
    """Who has points; looked for by e-mail address, id of the customer, or code."""
    number = page_number(request)
    found = _wanted(request, staff)[PER_PAGE * (number - 1) : PER_PAGE * number + 1]
    rows = _rows(found, base_of(request), timezone.now())
    chosen = {name: last_of(request, name) for name in ("search", "currency", "below")}
    context = {
        "rows": rows[:PER_PAGE],
        "chosen": chosen,
        "currencies": currencies_of(staff),
        "export_address": address_with(f"{base_of(request)}rewards/accounts.csv", chosen),
        **neighbours(f"{base_of(request)}rewards/accounts/", chosen, number, is_more=len(rows) > PER_PAGE),
    }
    return show(request, "account_list.html", context, title=gettext("Points"), section="rewards")


@page(POINTS)
def account(request: HttpRequest, staff: Staff, number: str) -> HttpResponse:
    """One account: what is in it, every entry with its reason, and the form to adjust it."""
    now = timezone.now()
    found = find_account(number, currencies_of(staff))
    holder = account_holder(found)
    context = {
        **form_for(holder, now=now),
        **_ledger(request, staff, found, now),
        "owner": holder.owner,
        "codes": _codes(found, staff),
        "responses_address": _responses(request, staff, holder.owner),
    }
    return show(request, "account.html", context, title=gettext("Points account"), section="rewards")


@part(POINTS)
def entries(request: HttpRequest, staff: Staff, number: str) -> HttpResponse:
    """What is in an account and what changed it, once it has changed."""
    found = find_account(number, currencies_of(staff))
    return show(request, "account_entries.html", _ledger(request, staff, found, timezone.now()))


def _ledger(request: HttpRequest, staff: Staff, found: PointsAccount, now: datetime) -> dict[str, Any]:
    number = page_number(request)
    rows = list(_entries(found, staff)[PER_PAGE * (number - 1) : PER_PAGE * number + 1])
    balance = balances.balance(found, now=now)
    expiring = expiring_next([found.pk], now=now).get(found.pk)
    place = f"{base_of(request)}rewards/accounts/{found.pk}/"
    return {
        "account": found,
        "balance": balance,
        "owed": -balance.available,
        "usable": worth(balance.available, found.currency),
        "pending": worth(balance.pending, found.currency) if balance.pending else "",
        "expiring": _expiry(expiring, found.currency),
        "lines": _lines(rows[:PER_PAGE], now),
        "is_restricted": staff.channels is not None,
        "place": place,
        **neighbours(place, {}, number, is_more=len(rows) > PER_PAGE),
    }


def _expiry(expiring: tuple[int, date] | None, currency: str) -> dict[str, Any] | None:
    return {"worth": worth(expiring[0], currency), "day": expiring[1]} if expiring else None


def _entries(found: PointsAccount, staff: Staff) -> QuerySet[PointsEntry]:
    """Those of the channels that somebody may see; corrections by staff belong to no channel, and so to all of them."""
    rows = balances.entries_of(found).select_related("remark", "reverses")
    return rows if staff.channels is None else rows.filter(channel__in=[*staff.channels, ""])


def _lines(rows: Collection[PointsEntry], now: datetime) -> list[Line]:
    orders = _orders(rows)
    authors = {row.remark.author_id for row in rows if hasattr(row, "remark") and row.remark.author_id}
    staff = get_shop().staff(list(authors)) if authors else {}
    return [
        Line(
            entry=row,
            note=reward_words.note(row),
            change=reward_words.change(row.points),
            is_pending=row.points > 0 and row.available_at > now,
            order=orders.get(row.order_id) if row.order_id else None,
            author=_author(row, staff),
            gift_card_page=f"/gift-cards/{global_id('GiftCard', row.gift_card_id)}" if row.gift_card_id else "",
        )
        for row in rows
    ]


def _orders(rows: Collection[PointsEntry]) -> Mapping[Any, Order]:
    ids = [row.order_id for row in rows if row.order_id]
    return get_shop().orders(ids) if ids else {}


def _author(row: PointsEntry, staff: Mapping[int, Staff]) -> str:
    author_id = row.remark.author_id if hasattr(row, "remark") else None
    author = staff.get(author_id) if author_id else None
    return author.name if author else ""


def _codes(found: PointsAccount, staff: Staff) -> list[ReferralCode]:
    """Every code that the owner has or had, the active ones first."""
    if not staff.may(CODES) or found.shopper is None:
        return []
    visible = Q() if staff.channels is None else Q(channel__in=staff.channels)
    codes = ReferralCode.objects.filter(visible, shopper__in=same_person(found.shopper))
    return list(codes.order_by(F("deactivated_at").desc(nulls_first=True), "-pk")[:10])


def _responses(request: HttpRequest, staff: Staff, owner: Owner) -> str:
    if not staff.may(ANSWERS) or owner.user_id is None:
        return ""
    return address_with(f"{base_of(request)}responses/", {"customer": owner.user_id})


@part(POINTS)
def export_accounts(request: HttpRequest, staff: Staff) -> HttpResponse:
    """Every account of the choice, as a table; nobody's name or address."""
    head = (
        gettext("Account"),
        gettext("Customer's ID"),
        gettext("Currency"),
        gettext("Points to use"),
        gettext("Points waiting"),
        gettext("Worth"),
    )
    return csv_response("points.csv", _accounts_table(_wanted(request, staff), head, timezone.now()))


def _accounts_table(wanted: QuerySet[PointsAccount], head: Sequence[str], now: datetime) -> Iterator[Sequence[object]]:
    yield head
    last = 0
    while batch := list(wanted.order_by("pk").filter(pk__gt=last)[:_BATCH]):
        last = batch[-1].pk
        has = balances.balances(batch, now=now)
        for one in batch:
            available, pending = has[one.pk].available, has[one.pk].pending
            user_id = one.shopper.user_id if one.shopper else None
            yield (one.pk, user_id, one.currency, available, pending, money.worth(available, one.currency))


@part(POINTS)
def export_entries(request: HttpRequest, staff: Staff, number: str) -> HttpResponse:
    """Every entry of an account, as a table."""
    found = find_account(number, currencies_of(staff))
    rows: list[Sequence[object]] = [
        (
            gettext("Made at"),
            gettext("Points"),
            gettext("Worth"),
            gettext("Reason"),
            gettext("Order"),
            gettext("Usable from"),
            gettext("Expires at"),
        )
    ]
    made = list(_entries(found, staff))
    orders = _orders(made)
    for row in made:
        order = orders.get(row.order_id) if row.order_id else None
        rows.append(
            (
                row.created_at.isoformat(timespec="seconds"),
                row.points,
                money.worth(row.points, found.currency),
                reward_words.note(row),
                order.number if order else "",
                row.available_at.isoformat(timespec="seconds"),
                row.expires_at.isoformat(timespec="seconds") if row.expires_at else "",
            )
        )
    return csv_response("points-history.csv", rows)


urlpatterns = [
    re_path(r"^/rewards/accounts/?$", accounts),
    re_path(r"^/rewards/accounts\.csv$", export_accounts),
    re_path(r"^/rewards/accounts/(?P<number>\d{1,18})/?$", account),
    re_path(r"^/rewards/accounts/(?P<number>\d{1,18})/entries/?$", entries),
    re_path(r"^/rewards/accounts/(?P<number>\d{1,18})/entries\.csv$", export_entries),
]
