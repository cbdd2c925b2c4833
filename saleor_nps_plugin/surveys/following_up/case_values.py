"""What customers with open cases have spent, noted so that the most valuable come first."""

from decimal import Decimal

from django.db.models import F

from ...shop import get_shop
from ..models import CaseStatus, Response

OPEN = (CaseStatus.OPEN, CaseStatus.IN_PROGRESS)


def note_values(*, limit: int = 200) -> int:
    """Note what the customers of up to `limit` new cases have spent in their channel's currency; return how many cases.

    Somebody whom the shop does not know any more has spent nothing.
    """
    rows = Response.objects.filter(case_status__in=OPEN, customer_value=None).order_by(
        F("customer_value").desc(nulls_last=True), "created_at"
    )
    fresh = list(rows.only("order_id", "channel")[:limit])
    if not fresh:
        return 0
    shop = get_shop()
    histories = shop.histories({case.order_id for case in fresh if case.order_id})
    currencies = {channel: shop.currency(channel) for channel in {case.channel for case in fresh}}
    for case in fresh:
        history = histories.get(case.order_id) if case.order_id else None
        spent = history.spent if history else {}
        case.customer_value = spent.get(currencies[case.channel], Decimal(0))
    Response.objects.bulk_update(fresh, ["customer_value"])
    return len(fresh)
