"""orderFulfill through Saleor's GraphQL, with the plugin on against without it."""

from collections.abc import Callable
from typing import Any

import graphene
from django.conf import settings
from django.db import connections
from django.test.utils import CaptureQueriesContext
from saleor.order.models import OrderLine
from saleor.warehouse.models import Stock

from benchmarks import orders
from benchmarks.measuring import Verdict, in_turns, median, tell_times
from benchmarks.shop import PLUGIN, Api, configure, staff_token
from saleor_nps_plugin.surveys.models import Invitation

# What the plugin adds is a hundredth, and single requests differ by a fifth: fewer rounds would measure the machine.
ROUNDS = 300
WARM_UP = 8
FULFILL = """
mutation ($order: ID!, $input: OrderFulfillInput!) {
  orderFulfill(order: $order, input: $input) { order { status } errors { field message } }
}
"""
WITHOUT, OFF, ON = "without the plugin", "installed, not enabled", "enabled"


def measure() -> list[Verdict]:
    """The orders are alike, and nobody is mailed about them by Saleor itself, which would hide what we add."""
    fulfill = _fulfilling(Api(staff_token()), 2 * (ROUNDS + WARM_UP) + 3)
    times = in_turns(dict.fromkeys((WITHOUT, ON), fulfill), rounds=ROUNDS, warm_up=WARM_UP, before=_switch)
    tell_times(times)
    assert Invitation.objects.count() == ROUNDS + WARM_UP, "every order fulfilled with the plugin on, and no other"
    statements = {name: _statements(name, fulfill) for name in (WITHOUT, OFF, ON)}
    print(f"  SQL statements: {', '.join(f'{count} {name}' for name, count in statements.items())}")
    ratio = median(times[ON]) / median(times[WITHOUT])
    return [
        Verdict("orderFulfill takes so many times as long", ratio, at_most=1.03, digits=3),
        Verdict("SQL statements more", statements[ON] - statements[WITHOUT], at_most=3, digits=0),
    ]


def _switch(name: str) -> None:
    settings.PLUGINS = [plugin for plugin in settings.PLUGINS if plugin != PLUGIN]
    if name != WITHOUT:
        settings.PLUGINS.append(PLUGIN)
    configure(enabled=name == ON)


def _fulfilling(api: Api, how_many: int) -> Callable[[], None]:
    """Each call fulfils one more order; what a request says is made before the clock starts."""
    waiting = iter([_wanted(*orders.stock_of(order)) for order in orders.place(how_many)])

    def fulfill() -> None:
        answer = api.ask(FULFILL, **next(waiting))
        assert answer["orderFulfill"]["order"]["status"] == "FULFILLED", answer

    return fulfill


def _wanted(line: OrderLine, stock: Stock) -> dict[str, Any]:
    taken = {"quantity": 1, "warehouse": graphene.Node.to_global_id("Warehouse", stock.warehouse_id)}
    lines = [{"orderLineId": graphene.Node.to_global_id("OrderLine", line.pk), "stocks": [taken]}]
    order = graphene.Node.to_global_id("Order", line.order_id)
    return {"order": order, "input": {"lines": lines, "notifyCustomer": False}}


def _statements(name: str, fulfill: Callable[[], None]) -> int:
    _switch(name)
    with (
        CaptureQueriesContext(connections["default"]) as written,
        CaptureQueriesContext(connections["replica"]) as read,
    ):
        fulfill()
    return len(written) + len(read)
