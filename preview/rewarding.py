"""The journey goes on: a friend orders with a promoter's code, points wait, money is given back."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from saleor_nps_plugin import money
from saleor_nps_plugin.links import rewards_path, shopper_token
from saleor_nps_plugin.referrals.models import Referral, ReferralCode
from saleor_nps_plugin.rewards import balances, ledger
from saleor_nps_plugin.rewards.models import EntryKind, PointsEntry, PointsLot
from saleor_nps_plugin.surveys.following_up import thanking

from . import orders
from .words import NAMES

REFUNDED = Decimal("0.3")


@require_POST
def friend_orders(request: HttpRequest) -> HttpResponse:
    """Somebody new uses the newest code, pays, and gets the goods."""
    now = timezone.now()
    code = _newest_code()
    if code is not None:
        order = orders.place_order(
            first_name=NAMES["en"], language="en", channel=orders.SHOP, fulfilled_at=now, voucher_code=code.code
        )
        thanking.follow_order(order.id, now=now)
    return HttpResponseRedirect("/journey/")


@require_POST
def month_passes(request: HttpRequest) -> HttpResponse:
    """Nothing can be returned any more: what is pending becomes available."""
    now = timezone.now()
    PointsLot.objects.filter(entry__channel=orders.SHOP, available_at__gt=now).update(available_at=now)
    return HttpResponseRedirect("/journey/")


@require_POST
def refund(request: HttpRequest) -> HttpResponse:
    """A part of the money of the order that was rewarded last is given back."""
    now = timezone.now()
    earned = PointsEntry.objects.filter(
        kind__in=[EntryKind.CASHBACK, EntryKind.REFERRAL], channel=orders.SHOP, order_id__isnull=False
    )
    entry = earned.order_by("-created_at", "-pk").first()
    order = orders.shop().orders([entry.order_id]).get(entry.order_id) if entry and entry.order_id else None
    if order is not None:
        refunded = min(order.refunded + order.charged * REFUNDED, order.charged)
        orders.shop().add_order(replace(order, refunded=refunded), changed_at=now)
        thanking.follow_order(order.id, now=now)
    return HttpResponseRedirect("/journey/")


def state() -> dict[str, Any]:
    """Return what the newest promoter has, and what friends ordered with the code."""
    code = _newest_code()
    if code is None or code.shopper is None:
        return {"code": None}
    now = timezone.now()
    sums = [
        {
            "available": money.written(balance.available, account.currency, "en"),
            "pending": money.written(balance.pending, account.currency, "en"),
        }
        for account in ledger.accounts_of([code.shopper.pk])
        for balance in [balances.balance(account, now=now)]
    ]
    return {
        "code": code.code,
        "sums": sums,
        "referrals": [_shown(referral) for referral in code.referrals.order_by("-created_at", "-pk")[:6]],
        "rewards_url": orders.shop().public_url(rewards_path(shopper_token(code.shopper.key))),
    }


def _newest_code() -> ReferralCode | None:
    own = ReferralCode.objects.filter(channel=orders.SHOP, deactivated_at=None)
    return own.select_related("shopper").order_by("-created_at", "-pk").first()


def _shown(referral: Referral) -> dict[str, str]:
    order = orders.shop().orders([referral.order_id])[referral.order_id]
    return {
        "order": order.number,
        "status": referral.get_status_display(),
        "reason": referral.get_refusal_display() if referral.refusal else "",
    }
