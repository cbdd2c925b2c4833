"""A page that plays the Dashboard around our pages for staff: its frames, its messages, its widgets opened by a form.

Open it as http://dashboard.shop.localhost:<port>/parent/ and the pages are at http://shop.localhost:<port>/: as in a real
shop, the Dashboard is of another origin then, but of the same site. `?show=` is what it shows, as the Dashboard's own
address would say it; `who`, `theme`, `locale` choose the rest.
"""

from typing import Any

from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from saleor_nps_plugin.dashboard.entities import global_id
from saleor_nps_plugin.languages import SUPPORTED
from saleor_nps_plugin.surveys.making.ready import AFTER_DELIVERY
from saleor_nps_plugin.surveys.models import Invitation, Response

from . import orders
from .shop_desk import ADA, BEN, CYD

APP = global_id("App", 1)
PAGES = ("overview/", "responses/", "rewards/", "surveys/", "settings/")
PEOPLE = {"ada": ADA, "ben": BEN, "cyd": CYD}


@require_safe
def parent(request: HttpRequest) -> HttpResponse:
    """Show the stand-in Dashboard."""
    host = request.get_host().removeprefix("dashboard.")
    known = _entities()
    chosen = {
        "base": f"http://{host}{orders.PREFIX}/dashboard/",
        "app": APP,
        "known": known,
        "tokens": {who: f"token of {person.email}" for who, person in PEOPLE.items()},
    }
    context = {
        "chosen": chosen,
        "people": [*PEOPLE, "nobody"],
        "languages": SUPPORTED,
        "pages": PAGES,
        "popups": {"Ask for feedback": "actions/ask/", "Adjust points": "actions/adjust/"},
        "widgets": ("widgets/order/", "widgets/customer/", "widgets/product/", "widgets/home/"),
    }
    return render(request, "preview/parent.html", context)


@csrf_exempt
@require_POST
def end_passes(request: HttpRequest) -> HttpResponse:
    """Make every pass and cookie given so far worthless, as time does, and the tokens up to the one with this number."""
    orders.shop().tokens_over = int(request.POST["at"])
    for user_id in list(orders.shop().people):
        orders.shop().change_password(user_id)
    return HttpResponse(status=204)


@csrf_exempt
@require_POST
def switch(request: HttpRequest) -> HttpResponse:
    """Switch our app on or off in the Dashboard."""
    orders.shop().is_open = request.POST.get("on") == "yes"
    return HttpResponse(status=204)


def _entities() -> dict[str, Any]:
    """What an order's, a customer's and a product's page are about: those of the newest answer that knows them.

    The order is one that has answered and can be asked again, about the survey that comes with the plugin.
    """
    answers = Response.objects.order_by("-pk")
    asked = Invitation.objects.filter(survey__slug=AFTER_DELIVERY, order_id=OuterRef("order_id"))
    order = answers.exclude(order_id=None).exclude(Exists(asked)).values_list("order_id", flat=True).first()
    customer = answers.exclude(shopper__user_id=None).values_list("shopper__user_id", flat=True).first()
    lines = [line for one in orders.shop().orders([order]).values() for line in one.lines] if order else []
    product = next((line.product_id for line in lines if line.product_id), "12")
    return {
        "orderId": global_id("Order", order),
        "customerId": global_id("User", customer or 1),
        "productId": global_id("Product", product),
    }
