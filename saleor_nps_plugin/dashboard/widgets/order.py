"""On an order: its survey, its points and its referral, and asking for feedback."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.urls import re_path

from ...links import order_path, order_token, qr_path
from ...referrals.models import Referral
from ...rewards.models import PointsEntry
from ...shop import get_shop
from ...shop.interface import Order
from ...shop.staff import ANSWERS, CODES, POINTS, Staff
from ...surveys.answering.order_links import link_of, surveys_about
from ...surveys.making.texts import shown_name
from ...surveys.models import Invitation, InvitationStatus
from ..frame import base_of, page, show
from ..rewards import words as reward_words
from . import asking

# Nobody needs a code any more where the order's survey is answered, taken back or over.
_OVER = (InvitationStatus.ANSWERED, InvitationStatus.CANCELED, InvitationStatus.EXPIRED)


@dataclass(frozen=True)
class Friend:
    """What became of a code that the order was placed with."""

    code: str
    status: str
    tone: str
    why: str


@page(ANSWERS, kind="widget")
def widget(request: HttpRequest, staff: Staff) -> HttpResponse:
    order = asking.find_order(request, staff)
    context = {
        **asking.context(order, "widget"),
        **_parcel_codes(request, order),
        "points": _points(order) if staff.may(POINTS) else [],
        "friend": _friend(order) if staff.may(CODES) else None,
    }
    return show(request, "widget_order.html", context)


def _parcel_codes(request: HttpRequest, order: Order) -> dict[str, Any]:
    """What can be printed into the parcel: the address at which each survey about the order can still be answered."""
    pages = base_of(request).removesuffix("/dashboard/")
    surveys = surveys_about(order) if get_shop().settings().for_channel(order.channel).enabled else []
    over = Invitation.objects.filter(order_id=order.id, survey__in=surveys, status__in=_OVER)
    done = set(over.values_list("survey_id", flat=True))
    codes = [
        {
            "survey": shown_name(survey.slug, survey.name),
            "address": link_of(order.id, survey),
            "picture": pages + qr_path(order_path(order_token(order.id, survey.pk))),
        }
        for survey in surveys
        if survey.pk not in done
    ]
    return {"parcel_codes": codes, "many_codes": len(codes) > 1}


def _points(order: Order) -> list[tuple[str, str]]:
    """What the order has brought in points, less what was taken back, with its worth."""
    rows = PointsEntry.objects.filter(order_id=order.id).order_by().values_list("account__currency")
    return [
        (reward_words.change(points), reward_words.worth(points, currency))
        for currency, points in rows.annotate(points=Sum("points"))
    ]


def _friend(order: Order) -> Friend | None:
    referral = Referral.objects.filter(order_id=order.id).select_related("code").first()
    if referral is None:
        return None
    tone = reward_words.STATUS_TONES.get(referral.status, "")
    why = reward_words.refusal(referral.refusal)
    return Friend(referral.code.code, reward_words.status(referral.status), tone, why)


urlpatterns = [re_path(r"^/widgets/order/?$", widget), *asking.urlpatterns]
