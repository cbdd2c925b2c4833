"""On a customer: scores, code and points, what they have bought; and adjusting points."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Q, Window
from django.http import HttpRequest, HttpResponse
from django.urls import re_path
from django.utils import timezone
from django.utils.translation import gettext

from ...errors import NotFound
from ...referrals.models import ReferralCode
from ...referrals.reports import COUNTED
from ...shop import get_shop
from ...shop.staff import ANSWERS, CODES, POINTS, Staff
from ...surveys.models import Response
from ...surveys.reporting.scoring import HIGHEST_SCORE, category
from ..charts import Chart, Series
from ..entities import global_id, number_of
from ..frame import base_of, last_of, page, show
from ..rewards import adjusting
from ..rewards.lists import address_with
from ..rewards.people import currencies_of
from ..tags import day, number
from ..tags import money as money_written

_SCORES_SHOWN = 12


@dataclass(frozen=True)
class Scores:
    """What a customer has answered: the newest score, how many there are, and the latest of them as a picture."""

    score: int
    category: str
    created_at: datetime
    many: int
    chart: Chart | None


@page(ANSWERS, CODES, POINTS, kind="widget")
def widget(request: HttpRequest, staff: Staff) -> HttpResponse:
    user_id = number_of(last_of(request, "customerId"), "User")
    now = timezone.now()
    bought = get_shop().customer_history(user_id)
    if bought is None:
        raise NotFound(gettext("There is no such customer."))
    accounts = adjusting.customer_accounts(user_id, currencies_of(staff)) if staff.may(POINTS) else []
    base, customer = base_of(request), global_id("User", user_id)
    context: dict[str, Any] = {
        "scores": _scores(user_id, staff) if staff.may(ANSWERS) else None,
        "responses_address": address_with(f"{base}responses/", {"customer": user_id}),
        "code": _code(user_id, staff) if staff.may(CODES) else None,
        "purses": adjusting.purses_of(accounts, now=now),
        "history_address": f"{base}rewards/accounts/{accounts[0].pk}/" if accounts else "",
        "adjust_address": address_with(f"{base}actions/adjust/", {"customerId": customer, "within": "widget"}),
        "address": address_with(f"{base}widgets/customer/", {"customerId": customer}),
        # Somebody restricted to channels does not learn what was bought elsewhere.
        "bought": bought if staff.channels is None else None,
        "spent": [money_written(amount, currency) for currency, amount in sorted(bought.spent.items()) if amount],
    }
    return show(request, "widget_customer.html", context, title=gettext("Customer feedback"))


def _scores(user_id: int, staff: Staff) -> Scores | None:
    visible = Q() if staff.channels is None else Q(channel__in=staff.channels)
    rows = Response.objects.filter(visible, shopper__user_id=user_id).order_by("-created_at", "-pk")
    found = list(rows.annotate(many=Window(Count("pk"))).values_list("score", "created_at", "many")[:_SCORES_SHOWN])
    if not found:
        return None
    score, created_at, many = found[0]
    chart = None
    if len(found) > 1:
        found.reverse()
        chart = Chart(
            kind="spark",
            title=gettext("Scores of this customer"),
            labels=[str(day(at)) for _, at, _ in found],
            series=[Series(gettext("Score"), [one for one, _, _ in found])],
            low=0,
            high=HIGHEST_SCORE,
            written=[[number(one) for one, _, _ in found]],
        )
    return Scores(score, category(score).value, created_at, many, chart)


def _code(user_id: int, staff: Staff) -> ReferralCode | None:
    """The customer's code, an active one before others, with `orders` that friends placed and `counted` of them."""
    visible = Q() if staff.channels is None else Q(channel__in=staff.channels)
    rows = ReferralCode.objects.filter(visible, shopper__user_id=user_id).annotate(
        orders=Count("referrals"), counted=Count("referrals", filter=Q(referrals__status__in=COUNTED))
    )
    return rows.order_by(F("deactivated_at").desc(nulls_first=True), "-pk").first()


urlpatterns = [re_path(r"^/widgets/customer/?$", widget)]
