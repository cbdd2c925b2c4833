"""What every Shop promises; run against the preview's and against Saleor's."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from saleor_nps_plugin.shop.interface import Shop


class ShopContract:
    """Subclasses give `shop`, and `place(**what)`, which puts an order of channel "main" into it and returns its id."""

    @pytest.fixture
    def shop(self) -> Shop:
        raise NotImplementedError

    @pytest.fixture
    def place(self) -> Any:
        raise NotImplementedError

    def test_an_order_comes_back_as_it_is(self, shop, place):
        order_id = place(
            email="ada@example.com", total=Decimal("40.00"), language_code="de", country="PL", products=("Tea",)
        )

        order = shop.orders([order_id])[order_id]

        assert (order.id, order.email, order.total, order.currency) == (
            order_id,
            "ada@example.com",
            Decimal("40.00"),
            "USD",
        )
        assert (order.channel, order.language_code, order.country) == ("main", "de", "PL")
        assert [line.name for line in order.lines] == ["Tea"]
        assert all(line.product_id for line in order.lines)
        assert order.is_askable and not (order.is_canceled or order.is_refunded or order.is_returned)

    @pytest.mark.parametrize("state", ["is_canceled", "is_refunded", "is_returned"])
    def test_an_order_tells_what_became_of_it(self, shop, place, state):
        order_id = place(**{state: True})

        order = shop.orders([order_id])[order_id]

        assert {name for name in ("is_canceled", "is_refunded", "is_returned") if getattr(order, name)} == {state}

    def test_orders_that_are_gone_are_left_out(self, shop, place):
        order_id = place()

        assert set(shop.orders([order_id, uuid4()])) == {order_id}
        assert shop.orders([]) == {}

    def test_fulfilled_orders_are_found_by_time_and_channel(self, shop, place):
        now = datetime.now(UTC)
        recent = place(fulfilled_at=now - timedelta(hours=1))
        place(fulfilled_at=now - timedelta(days=3))
        place(fulfilled_at=now, is_askable=False)

        found = [
            order_id
            for ids in shop.fulfilled_order_ids(since=now - timedelta(days=1), channels=["main"])
            for order_id in ids
        ]

        assert found == [recent]
        assert not [ids for ids in shop.fulfilled_order_ids(since=now - timedelta(days=1), channels=["other"]) if ids]

    def test_a_customer_who_ordered_before_is_returning(self, shop, place):
        first, second, other = (
            place(email=email) for email in ("ada@example.com", "ada@example.com", "bob@example.com")
        )

        orders = shop.orders([first, second, other])

        assert shop.returning_customers(list(orders.values())) == {second}
        assert shop.returning_customers([]) == set()

    def test_an_order_is_found_by_its_number(self, shop, place):
        order_id = place()
        number = shop.orders([order_id])[order_id].number

        assert shop.order_ids_by_number(number) == [order_id]
        assert shop.order_ids_by_number(f"#{number}") == [order_id]
        assert shop.order_ids_by_number("no number") == []

    def test_products_have_names(self, shop, place):
        order_id = place(products=("Tea",))
        (line,) = shop.orders([order_id])[order_id].lines

        assert shop.labels("product", [line.product_id]) == {line.product_id: "Tea"}
        assert shop.labels("reason", ["x"]) == {}

    def test_pages_have_an_absolute_address(self, shop):
        address = shop.public_url("/s/token/")

        assert address.startswith("http") and address.endswith("/s/token/")
