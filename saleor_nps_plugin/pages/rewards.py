"""The page "my rewards": what somebody has, why, and what can be made of it. Works for as long as the link exists."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import uuid4

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.utils import timezone, translation
from django.utils.translation import gettext

from ..errors import BelowMinimum, InsufficientPoints, Invalid, NotUnique, NpsError, TokenInvalid
from ..links import read_shopper_token
from ..rewards import balances, ledger, redemption
from ..rewards.models import EntryKind, PointsAccount, PointsEntry
from ..rewards.reaching import contact_of
from ..shop.interface import Contact
from ..shoppers.models import Shopper
from ..shoppers.recognizing import same_person
from ..surveys.answering.submission import clean_text
from . import wording
from .accounts import Redemption, redemption_of, sections
from .frame import Frame, render
from .refusals import page
from .sharing import own_codes


@dataclass(frozen=True)
class Visit:
    """Who looks at their rewards, and how the page is to speak to them."""

    request: HttpRequest
    shopper: Shopper

    @classmethod
    def of(cls, request: HttpRequest, token: str) -> "Visit":
        """Return the visit of the holder of a token; raises TokenInvalid."""
        shopper = Shopper.objects.filter(key=read_shopper_token(token)).first()
        if shopper is None:
            raise TokenInvalid
        return cls(request, shopper)

    @cached_property
    def owner_ids(self) -> set[int]:
        """The holder of the token, under every address of the same account."""
        return set(same_person(self.shopper).values_list("pk", flat=True))

    @cached_property
    def accounts(self) -> list[PointsAccount]:
        return ledger.accounts_of(self.owner_ids)

    @cached_property
    def contact(self) -> Contact | None:
        owner = self.accounts[0].shopper if self.accounts else None
        return contact_of(owner or self.shopper)

    @cached_property
    def frame(self) -> Frame:
        language_code = self.contact.language_code if self.contact else ""
        return Frame.of_channel(self._channel, language_code, self.request)

    @property
    def address(self) -> str:
        """The address on record, so that only its owner knows it again."""
        return wording.masked(self.contact.email) if self.contact else ""

    @property
    def _channel(self) -> str:
        """The shop's face is that of the channel where the customer was last active."""
        for account in self.accounts:
            if channel := balances.entries_of(account).exclude(channel="").values_list("channel", flat=True).first():
                return channel
        code = self.shopper.referral_codes.order_by("-pk").first()
        return code.channel if code else ""


@page("GET")
def rewards(request: HttpRequest, token: str) -> HttpResponse:
    """Show balance, history, codes, and the form to redeem; changes nothing."""
    visit = Visit.of(request, token)
    return _show(visit, timezone.now(), before=_entry(visit, request.GET.get("before", "")))


@page("GET", "POST")
def redeem(request: HttpRequest, token: str) -> HttpResponse:
    """Turn points into a gift card, whose code goes to the address on record and never onto a page."""
    visit = Visit.of(request, token)
    account = next((one for one in visit.accounts if str(one.pk) == request.POST.get("account")), None)
    if request.method != "POST" or account is None:
        return _see_other("../")
    now = timezone.now()
    form = redemption_of(account, balances.balance(account, now=now), visit.frame.language)
    try:
        redeemed = redemption.redeem(
            account,
            points=_points(request.POST),
            channel=form.channel,
            key=request.POST.get("key", ""),
            now=now,
        )
    except NpsError as error:
        return _refused(visit, account, form, error, now)
    return _see_other(f"../redeemed/?entry={redeemed.entry.pk}")


@page("GET")
def redeemed(request: HttpRequest, token: str) -> HttpResponse:
    """Shown after points were redeemed; reloading it redeems nothing again."""
    visit = Visit.of(request, token)
    entry = _entry(visit, request.GET.get("entry", ""))
    if entry is None or entry.kind != EntryKind.REDEMPTION:
        return _see_other("../")
    language = visit.frame.language
    context = {
        "worth": wording.worth_written(-entry.points, entry.account.currency, language),
        "points": wording.points_written(-entry.points, language),
        "address": visit.address,
    }
    return render("redeemed", visit.frame, context)


@page("GET", "POST")
def opt_out(request: HttpRequest, token: str) -> HttpResponse:
    """GET asks, since mail scanners open every link; POST opts out of mails about rewards.

    RFC 8058: mail programs POST `List-Unsubscribe=One-Click` here and must not be redirected.
    """
    visit = Visit.of(request, token)
    if request.method == "POST":
        owners = Shopper.objects.filter(pk__in=visit.owner_ids, rewards_opted_out_at=None)
        owners.update(rewards_opted_out_at=timezone.now())
    is_out = request.method == "POST" or visit.shopper.rewards_opted_out_at is not None
    return render("rewards_opt_out", visit.frame, {"state": "out" if is_out else "asked"})


@page("GET", "POST")
def opt_in(request: HttpRequest, token: str) -> HttpResponse:
    """POST lets mails about rewards come again."""
    visit = Visit.of(request, token)
    if request.method != "POST":
        return _see_other("../opt-out/")
    Shopper.objects.filter(pk__in=visit.owner_ids).update(rewards_opted_out_at=None)
    return render("rewards_opt_out", visit.frame, {"state": "in"})


def _show(
    visit: Visit,
    now: datetime,
    *,
    before: PointsEntry | None = None,
    errors: Sequence[dict[str, str]] = (),
    typed: dict[str, Any] | None = None,
    home: str = "./",
    status: int = 200,
) -> HttpResponse:
    language = visit.frame.language
    context: dict[str, Any] = {
        "sections": sections(visit.accounts, language, now=now, before=before),
        "shares": own_codes(visit.owner_ids, language),
        "address": visit.address,
        "is_out": visit.shopper.rewards_opted_out_at is not None,
        "is_older": before is not None,
        # One per form that is shown: sending it twice redeems once.
        "key": uuid4().hex,
        "errors": errors,
        "typed": typed or {},
        "home": home,
    }
    return render("rewards", visit.frame, context, status=status)


def _refused(visit: Visit, account: PointsAccount, form: Redemption, error: NpsError, now: datetime) -> HttpResponse:
    language = visit.frame.language
    errors = [{"target": f"points-{account.pk}", "text": _sentence(error, form, language)}]
    typed = {"account": account.pk, "points": clean_text(visit.request.POST.get("points", ""))[:20]}
    return _show(visit, now, errors=errors, typed=typed, home="../", status=422)


def _sentence(error: NpsError, form: Redemption, language: str) -> str:
    with translation.override(language):
        if isinstance(error, InsufficientPoints):
            return form.most
        if isinstance(error, BelowMinimum):
            return form.least
        if isinstance(error, Invalid) and error.field == "points":
            return gettext("Please write a whole number of points.")
        if isinstance(error, NotUnique):
            return gettext(
                "This form was sent before with another number of points. Please look at the history, and send the form "
                "again if you still want to."
            )
        return gettext(
            "These points cannot be turned into a gift card at the moment. Nothing was changed. Please try again later, or "
            "write to our customer service."
        )


def _points(data: QueryDict) -> int:
    """Return the points that were typed, in digits of any script; raises Invalid for what is no such number."""
    text = data.get("points", "").strip()
    if not re.fullmatch(r"\d{1,12}", text):
        raise Invalid(field="points")
    return int(text)


def _entry(visit: Visit, number: str) -> PointsEntry | None:
    """Return an entry of the visitor's own accounts by the number in an address."""
    if not re.fullmatch(r"[0-9]{1,18}", number):
        return None
    entry = PointsEntry.objects.select_related("account").filter(pk=number).first()
    own = {account.pk for account in visit.accounts}
    is_own = entry is not None and (entry.account_id in own or entry.account.merged_into_id in own)
    return entry if is_own else None


def _see_other(location: str) -> HttpResponse:
    response = HttpResponseRedirect(location)
    response.status_code = 303
    return response
