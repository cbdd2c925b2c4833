"""On a product: what those who bought it say of the shop, and why."""

from django.http import HttpRequest, HttpResponse
from django.urls import re_path
from django.utils import timezone
from django.utils.translation import gettext

from ...shop.staff import ANSWERS, Staff
from ...surveys.reporting import reports
from ...surveys.reporting.tallies import utc_day
from ..entities import number_of
from ..frame import base_of, last_of, page, show
from ..overview.figures import FEWEST_TO_RANK, shares
from ..overview.filters import Selection, visible_channels
from ..periods import read_period

_REASONS = 3


@page(ANSWERS, kind="widget")
def widget(request: HttpRequest, staff: Staff) -> HttpResponse:
    product_id = str(number_of(last_of(request, "productId"), "Product"))
    selection = Selection(
        base=base_of(request),
        period=read_period("12m", "", "", today=utc_day(timezone.now())),
        channels=visible_channels(staff),
        product=product_id,
    )
    score = reports.score(selection.wanted)
    found = reports.reasons_of(product_id, selection.wanted, first=_REASONS) if score.responses else []
    context = {
        "score": score,
        "is_unsure": score.responses < FEWEST_TO_RANK,
        "responses": selection.responses(),
        "shares": shares(selection, score),
        "reasons": [
            {
                "segment": reason,
                "link": selection.responses(reason=reason.key),
                "share": reason.score.responses / score.responses,
            }
            for reason in found
        ],
    }
    return show(request, "widget_product.html", context, title=gettext("Customer feedback"))


urlpatterns = [re_path(r"^/widgets/product/?$", widget)]
