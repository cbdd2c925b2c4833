"""Pages of staff as the Dashboard asks for them, and the Dashboard's own list of orders to hold them against."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from saleor.account.models import User
from saleor.app.models import App
from saleor.core.db.connection import allow_writer
from saleor.core.jwt import create_access_token_for_app
from saleor.order.models import Order

from benchmarks.measuring import Verdict, in_turns, median, tell_times
from benchmarks.shop import HOST, Api, staff_token
from saleor_nps_plugin import registration
from saleor_nps_plugin.dashboard.access import pass_for
from saleor_nps_plugin.links import APP_IDENTIFIER, DASHBOARD_PATH
from saleor_nps_plugin.shop import get_shop

# As the Dashboard 3.23.27 sends it: src/orders/queries.ts and src/fragments/address.ts.
ORDER_LIST = """
query OrderList(
  $first: Int, $after: String, $last: Int, $before: String, $where: OrderWhereInput, $search: String, $sort: OrderSortingInput
) {
  orders(before: $before, after: $after, first: $first, last: $last, where: $where, search: $search, sortBy: $sort) {
    edges {
      node {
        __typename
        billingAddress { ...Address }
        channel { name id }
        created
        id
        number
        paymentStatus
        status
        subtotal { __typename net { __typename amount currency } }
        total { __typename gross { __typename amount currency } }
        userEmail
        chargeStatus
      }
    }
    pageInfo { hasPreviousPage hasNextPage startCursor endCursor }
  }
}
fragment Address on Address {
  city cityArea companyName country { __typename code country } countryArea firstName id lastName phone postalCode
  streetAddress1 streetAddress2
}
"""
LIST = "the Dashboard's list of 20 orders"
FIRST = {"first": 20, "sort": {"direction": "DESC", "field": "NUMBER"}}


class Pages:
    """The Dashboard's frames of the sample shop's superuser: pages with a pass, widgets with the token of our app."""

    def __init__(self) -> None:
        with allow_writer():
            registration.sync()
            user = User.objects.get(email="admin@example.com")
            app = App.objects.get(identifier=APP_IDENTIFIER)
            held = pass_for(get_shop().staff([user.pk])[user.pk])
            self.token = create_access_token_for_app(app, user)
        self.client = Client(
            headers={"host": HOST, "authorization": f"Bearer {held}", "hx-request": "true", "accept-language": "en"}
        )
        self.frame = Client(headers={"host": HOST, "accept-language": "en"})

    def open_widget(self, name: str, **ids: str) -> str:
        """Open a widget as the Dashboard does; return its document."""
        form = {"accessToken": self.token, "theme": "defaultLight", **ids}
        response = self.frame.post(f"{DASHBOARD_PATH}widgets/{name}/", form, secure=True)
        assert response.status_code == 200, (name, response.status_code, response.content[:500])
        return response.content.decode()

    def get(self, path: str, parameters: Mapping[str, Any] | None = None) -> str:
        """Return a page, or a part of one; it must be there. `path` is below the pages' address."""
        response = self.client.get(f"{DASHBOARD_PATH}{path}", parameters or {}, secure=True)
        assert response.status_code == 200, (path, response.status_code, response.content[:500])
        return response.content.decode()

    def get_whole(self, path: str, parameters: Mapping[str, Any] | None = None) -> list[str]:
        """Return a page and every part that it loads as soon as it is shown."""
        page = self.get(path, parameters)
        return [page, *(self.get(_below(address)) for address in parts_of(page))]


def parts_of(page: str) -> list[str]:
    """The addresses that a page loads by itself: elements with hx-get and hx-trigger load, revealed or intersect."""
    tags = re.findall(r"<[a-z]+[^>]*\bhx-get=[^>]*>", page)
    loading = [tag for tag in tags if re.search(r'hx-trigger="(?:load|revealed|intersect)', tag)]
    found = [re.search(r'hx-get="([^"]*)"', tag) for tag in loading]
    return [match[1].replace("&amp;", "&") for match in found if match]


def _below(address: str) -> str:
    return address.removeprefix(DASHBOARD_PATH)


def list_orders() -> Callable[[], None]:
    """Saleor's side of every comparison."""
    api = Api(staff_token())
    assert Order.objects.count() >= FIRST["first"]

    def ask() -> None:
        assert len(api.ask(ORDER_LIST, **FIRST)["orders"]["edges"]) == FIRST["first"]

    return ask


def statements(run: Callable[[], object]) -> int:
    """Return how many SQL statements something takes."""
    with (
        CaptureQueriesContext(connections["default"]) as written,
        CaptureQueriesContext(connections["replica"]) as read,
    ):
        run()
    return len(written) + len(read)


def against_the_list(ways: Mapping[str, Callable[[], object]], *, at_most: float, rounds: int = 30) -> list[Verdict]:
    """Measure ways in turns with the list of orders; each may take `at_most` times as long."""
    times = in_turns({LIST: list_orders(), **ways}, rounds=rounds)
    tell_times(times)
    ours = median(times[LIST])
    return [Verdict(f"{name}, as {LIST}", median(times[name]) / ours, at_most=at_most) for name in ways]
