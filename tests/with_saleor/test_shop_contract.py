from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from saleor.order import FulfillmentStatus, OrderOrigin, OrderStatus
from saleor.order.models import Order, OrderLine
from saleor.payment.models import TransactionItem

from saleor_nps_plugin.shop.saleor import SaleorShop
from saleor_nps_plugin.surveys.models import Invitation
from saleor_nps_plugin.surveys.ready import ensure_survey
from saleor_nps_plugin.surveys.scheduling import note_activation, sweep
from tests.shop_contract import ShopContract


@pytest.fixture
def place(order_generator, channel_USD, product, address):
    """Put an order into Saleor's tables."""
    channel_USD.slug = "main"
    channel_USD.save()

    def place(
        *,
        email="ada@example.com",
        total=Decimal("40.00"),
        language_code="en",
        country="PL",
        products=("Tea",),
        fulfilled_at=None,
        is_canceled=False,
        is_refunded=False,
        is_returned=False,
        is_askable=True,
    ):
        states = {is_canceled: OrderStatus.CANCELED, is_returned: OrderStatus.RETURNED}
        shipping = address.get_copy()
        shipping.country = country
        shipping.save()
        order = order_generator(
            user=None,
            user_email=email,
            shipping_address=shipping,
            status=states.get(True, OrderStatus.FULFILLED),
            origin=OrderOrigin.CHECKOUT if is_askable else OrderOrigin.BULK_CREATE,
        )
        Order.objects.filter(pk=order.pk).update(
            language_code=language_code, total_gross_amount=total, total_net_amount=total
        )
        for name in products:
            add_line(order, product, name)
        if is_refunded:
            TransactionItem.objects.create(order=order, currency="USD", refunded_value=total)
        fulfillment = order.fulfillments.create(status=FulfillmentStatus.FULFILLED)
        if fulfilled_at:
            type(fulfillment).objects.filter(pk=fulfillment.pk).update(created_at=fulfilled_at)
        return order.pk

    return place


def add_line(order, product, name):
    product.name = name
    product.save()
    OrderLine.objects.create(
        order=order,
        variant=product.variants.first(),
        product_name=name,
        quantity=1,
        is_shipping_required=True,
        is_gift_card=False,
        currency="USD",
        unit_price_gross_amount=Decimal(40),
        unit_price_net_amount=Decimal(40),
        total_price_gross_amount=Decimal(40),
        total_price_net_amount=Decimal(40),
    )


@pytest.mark.every_version
class TestSaleorShop(ShopContract):
    @pytest.fixture
    def shop(self, db, site_settings):
        return SaleorShop()

    @pytest.fixture
    def place(self, place):
        return place

    def test_the_number_of_queries_does_not_grow_with_the_orders(self, shop, place, django_assert_num_queries):
        ids = [place(email=f"{number}@example.com") for number in range(5)]

        with django_assert_num_queries(4):
            shop.orders(ids[:1])
        with django_assert_num_queries(4):
            shop.orders(ids)

    def test_a_refund_in_part_is_no_refund(self, shop, place):
        order_id = place()
        TransactionItem.objects.create(order_id=order_id, currency="USD", refunded_value=Decimal("39.99"))

        assert not shop.orders([order_id])[order_id].is_refunded

    def test_the_sweep_invites_about_orders_whose_event_never_came(self, nps_plugin, place, shop):

        nps_plugin(delay_hours="0")
        ensure_survey()
        now = timezone.now()
        note_activation(shop.settings(), now=now - timedelta(days=1))
        missed = place(fulfilled_at=now - timedelta(hours=2))
        place(fulfilled_at=now - timedelta(days=2), email="before@example.com")
        place(fulfilled_at=now, is_askable=False, email="imported@example.com")

        assert sweep(now=now) == 1
        assert Invitation.objects.get().order_id == missed
