"""How a dry run is told: so many would have been asked, so many spared, and why."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext, ngettext

from ...surveys.asking.dry_run import MOST_ORDERS, DryRun
from ..frame import last_of
from ..tags import number
from ..words import skip_reason

PERIODS = (7, 30)


def days_of(request: HttpRequest) -> int:
    """Return how many days to look back."""
    wanted = last_of(request, "days")
    return int(wanted) if wanted in map(str, PERIODS) else PERIODS[0]


def described(result: DryRun, days: int) -> dict[str, Any]:
    """Return what dry_run.html shows."""
    orders = ngettext(
        "{count} order was fulfilled in the last {days} days.",
        "{count} orders were fulfilled in the last {days} days.",
        result.orders,
    )
    asked = ngettext("{count} customer would have been asked", "{count} customers would have been asked", result.asked)
    spared = ngettext("{count} would have been spared", "{count} would have been spared", result.spared_orders)
    return {
        "orders": orders.format(count=number(result.orders), days=number(days)),
        "asked": asked.format(count=number(result.asked)),
        "spared": spared.format(count=number(result.spared_orders)),
        "share": round(100 * result.asked / result.orders) if result.orders else 0,
        "reasons": [{"label": skip_reason(reason), "orders": count} for reason, count in result.spared.items()],
        "is_empty": not result.orders,
        "cut": gettext("Only {count} orders were looked at.").format(count=number(MOST_ORDERS))
        if result.is_cut
        else "",
    }
