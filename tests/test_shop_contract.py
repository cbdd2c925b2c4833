from itertools import count

import pytest

from preview.shop import PreviewShop
from saleor_nps_plugin.shop.interface import Contact, Line
from saleor_nps_plugin.shop.reading import Discount
from tests.shop_contract import RewardsContract, ShopContract
from tests.surveys.story import an_order


class TestPreviewShop(ShopContract):
    @pytest.fixture
    def shop(self):
        return PreviewShop()

    @pytest.fixture
    def place(self, shop, now):
        numbers = count(1)

        def place(*, fulfilled_at=None, is_fulfilled=True, changed_at=None, products=("Tea",), charged=0, **what):
            lines = tuple(Line(product_id=str(number), name=name) for number, name in enumerate(products, start=1))
            order = an_order(
                channel="main",
                number=str(next(numbers)),
                lines=lines,
                charged=charged,
                goods_paid=charged,
                is_paid=bool(charged),
                created_at=now,
                **what,
            )
            if is_fulfilled and fulfilled_at is None:
                fulfilled_at = now
            shop.add_order(order, fulfilled_at=fulfilled_at, changed_at=changed_at)
            return order.id

        return place


class TestRewardsOfPreviewShop(RewardsContract):
    @pytest.fixture
    def shop(self):
        shop = PreviewShop()
        for slug, currency in (("main", "USD"), ("yen", "JPY"), ("dinar", "KWD")):
            shop.add_channel(slug, currency)
        return shop

    @pytest.fixture
    def add_customer(self, shop):
        numbers = count(1)

        def add_customer(email):
            user_id = next(numbers)
            shop.add_customer(user_id, Contact(email=email, emails=frozenset({email})))
            return user_id

        return add_customer

    @pytest.fixture
    def add_voucher(self, shop):
        def add_voucher(name, codes):
            return shop.rewards.add_voucher(name, discounts={"main": Discount(25, is_percentage=True)}, codes=codes).id

        return add_voucher
