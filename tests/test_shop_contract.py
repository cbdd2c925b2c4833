from itertools import count

import pytest

from preview.shop import PreviewShop
from saleor_nps_plugin.shop.interface import Line
from tests.shop_contract import ShopContract
from tests.surveys.story import an_order


class TestPreviewShop(ShopContract):
    @pytest.fixture
    def shop(self):
        return PreviewShop()

    @pytest.fixture
    def place(self, shop):
        numbers = count(1)

        def place(*, fulfilled_at=None, products=("Tea",), **what):
            lines = tuple(Line(product_id=str(number), name=name) for number, name in enumerate(products, start=1))
            order = an_order(channel="main", number=str(next(numbers)), lines=lines, **what)
            shop.add_order(order, fulfilled_at=fulfilled_at)
            return order.id

        return place
