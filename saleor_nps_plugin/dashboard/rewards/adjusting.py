"""Adding and taking points by hand, with a reason that the customer reads."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import re_path
from django.utils import timezone
from django.utils.translation import gettext, ngettext

from ...errors import Invalid, NotFound, NotUnique, NpsError, Required
from ...rewards import balances, ledger
from ...rewards.balances import Balance
from ...rewards.models import EntryKind, PointsAccount, PointsEntry
from ...shop import get_shop
from ...shop.staff import POINTS, Staff
from ...shoppers.models import Shopper
from ...shoppers.recognizing import hash_of_account, recognize_customer
from ..entities import global_id, number_of
from ..frame import last_of, number_in, page, part, show
from .people import FORGOTTEN, Owner, currencies_of, owners_of
from .words import count, worth

_LONGEST_KEY = 100


@dataclass(frozen=True)
class Holder:
    """Whose points are adjusted: a customer of the shop, or the owner of one account, who may be a guest.

    `field` and `value` name them in a form. `accounts` are those that there are, `currencies` those that can be adjusted.
    """

    field: str
    value: str
    owner: Owner
    accounts: Collection[PointsAccount]
    currencies: Collection[str]


@dataclass(frozen=True)
class Purse:
    """What somebody has in one currency."""

    currency: str
    balance: Balance

    @property
    def usable(self) -> str:
        """What can be spent now, as money."""
        return worth(self.balance.available, self.currency)

    @property
    def pending(self) -> str:
        """What waits, as money; "" for nothing."""
        return worth(self.balance.pending, self.currency) if self.balance.pending else ""


def purses_of(accounts: Collection[PointsAccount], *, now: datetime) -> list[Purse]:
    """Return what is in these accounts. One statement."""
    has = balances.balances(accounts, now=now) if accounts else {}
    return [Purse(account.currency, has[account.pk]) for account in accounts]


def customer_accounts(user_id: int, currencies: Collection[str]) -> list[PointsAccount]:
    """Return the accounts of a customer of the shop, one per currency, in those of these currencies. Two statements."""
    ids = Shopper.objects.filter(user_id=user_id).values_list("pk", flat=True)
    first: dict[str, PointsAccount] = {}
    for account in ledger.accounts_of(list(ids)):
        if account.currency in currencies:
            first.setdefault(account.currency, account)
    return list(first.values())


def holder_of(request: HttpRequest, staff: Staff) -> Holder:
    """Return whom a form is about. Raises NotFound."""
    currencies = currencies_of(staff)
    if written := last_of(request, "account"):
        return account_holder(find_account(written, currencies))
    global_id_of_user = last_of(request, "customerId")
    user_id = number_of(global_id_of_user, "User")
    contact = get_shop().customers([user_id]).get(user_id)
    if contact is None:
        raise NotFound(gettext("There is no such customer."))
    owner = Owner(contact.first_name, contact.email, user_id)
    return Holder("customerId", global_id("User", user_id), owner, customer_accounts(user_id, currencies), currencies)


def find_account(written: str, currencies: Collection[str]) -> PointsAccount:
    """Return the account with this number, or the one that it was merged into, in one of these currencies. Raises NotFound."""
    is_number = written.isascii() and written.isdecimal() and len(written) < 19
    rows = PointsAccount.objects.select_related("shopper", "merged_into__shopper")
    account = rows.filter(pk=written).first() if is_number else None
    account = account.merged_into or account if account else None
    if account is None or account.currency not in currencies:
        raise NotFound(gettext("There is no such account."))
    return account


def account_holder(account: PointsAccount) -> Holder:
    """Return the owner of an account."""
    owner = owners_of([account.shopper]).get(account.shopper_id or 0, FORGOTTEN)
    return Holder("account", str(account.pk), owner, [account], [account.currency])


@page(POINTS, kind="popup")
def adjust(request: HttpRequest, staff: Staff) -> HttpResponse:
    """The form, in a window of its own or within the widget of a customer."""
    holder = holder_of(request, staff)
    context = form_for(holder, now=timezone.now(), within=_place(request))
    return show(request, "adjust.html", context, title=gettext("Adjust points"))


def _place(request: HttpRequest) -> str:
    return "widget" if last_of(request, "within") == "widget" else ""


def form_for(
    holder: Holder,
    *,
    now: datetime,
    typed: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
    done: str = "",
    within: str = "",
) -> dict[str, Any]:
    """Return what the form shows; `errors` are sentences by the name of their field, `within` is "widget" where room is short."""
    typed = typed or {"currency": next((account.currency for account in holder.accounts), "")}
    return {
        "holder": holder,
        "purses": purses_of(holder.accounts, now=now),
        "typed": {"points": "", "reason": "", "currency": "", **typed},
        "errors": {"points": "", "reason": "", "currency": "", **(errors or {})},
        # One per form that is shown: sending it twice adjusts once.
        "key": typed.get("key") or uuid4().hex,
        "done": done,
        "within": within,
        "hundreds": [(currency, worth(100, currency)) for currency in holder.currencies],
    }


@part(POINTS, methods=("POST",))
def save(request: HttpRequest, staff: Staff) -> HttpResponse:
    """Adjust, and show the form again: with what the customer has now, or with what is to be put right."""
    now = timezone.now()
    holder, within = holder_of(request, staff), _place(request)
    typed = {name: last_of(request, name) for name in ("points", "reason", "currency", "key")}
    try:
        entry = adjust_points(holder, typed, author_id=staff.id, now=now)
    except NpsError as error:
        if error.field not in ("points", "reason", "currency"):
            raise
        errors = {error.field: gettext(error.message)}
        return show(
            request, "account_adjust.html", form_for(holder, now=now, typed=typed, errors=errors, within=within)
        )
    holder = holder_of(request, staff)
    done = _told(entry, balances.balance(entry.account, now=now))
    response = show(request, "account_adjust.html", form_for(holder, now=now, within=within, done=done))
    # The form says what was done; whatever shows points elsewhere on the page asks for them again.
    response["HX-Trigger"] = "points_changed"
    return response


def adjust_points(holder: Holder, typed: Mapping[str, str], *, author_id: int, now: datetime) -> PointsEntry:
    """Enter what was typed into the form, once per key. Raises what says why not, with the name of the field."""
    points = number_in(typed["points"].replace("−", "-"), field="points")
    if not points:
        raise Invalid(gettext("Write how many points to add, or to take away with a minus sign."), field="points")
    if not typed["reason"].strip():
        raise Required(gettext("Say why."), field="reason")
    if typed["currency"] not in holder.currencies:
        raise Invalid(gettext("None of your channels sells in this currency."), field="currency")
    key = typed["key"]
    if not (key and key.isprintable() and len(key) <= _LONGEST_KEY):
        raise Invalid(gettext("Open this form again."))
    with transaction.atomic():
        account = next((one for one in holder.accounts if one.currency == typed["currency"]), None)
        _see_not_used_elsewhere(holder, typed["currency"], key)
        return ledger.adjust(
            account or _new_account(holder.owner, typed["currency"], now),
            points=points,
            key=key,
            reason=typed["reason"],
            author_id=author_id,
            now=now,
        )


def _see_not_used_elsewhere(holder: Holder, currency: str, key: str) -> None:
    """Within one account the ledger sees to it."""
    others = [f"{EntryKind.ADJUSTMENT.value}:{one.pk}:{key}" for one in holder.accounts if one.currency != currency]
    if others and PointsEntry.objects.filter(key__in=others).exists():
        raise NotUnique(gettext("This form was sent before, with another currency. Look at the history."))


def _new_account(owner: Owner, currency: str, now: datetime) -> PointsAccount:
    if owner.user_id is None:
        raise NotFound(gettext("There is no such customer."))
    shopper = recognize_customer(email=owner.email, user_id=owner.user_id)
    if shopper.user_id is None:
        # A guest with the account's address. Who confirms that address becomes one with the guest; until then the account
        # is a shopper of its own.
        shopper, _ = Shopper.objects.get_or_create(
            email_hash=hash_of_account(owner.user_id), defaults={"user_id": owner.user_id}
        )
    return ledger.account_of(shopper, currency, now=now)


def _told(entry: PointsEntry, balance: Balance) -> str:
    many = abs(entry.points)
    if entry.points > 0:
        text = ngettext("%(points)s point was added.", "%(points)s points were added.", many)
    else:
        text = ngettext("%(points)s point was taken away.", "%(points)s points were taken away.", many)
    now = gettext("The customer now has %(balance)s (%(worth)s).") % {
        "balance": count(balance.available),
        "worth": worth(balance.available, entry.account.currency),
    }
    return f"{text % {'points': count(many)}} {now}"


urlpatterns = [
    re_path(r"^/actions/adjust/?$", adjust),
    re_path(r"^/actions/adjust/save/?$", save),
]
