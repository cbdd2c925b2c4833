"""What customers of Saleor have bought."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from saleor.order import OrderStatus
from saleor.order.models import Order

from saleor_nps_plugin.shop.saleor import SaleorShop
from tests.with_saleor.test_shop_contract import GIFT_CARD_GATEWAY, pay, place  # noqa: F401

pytestmark = pytest.mark.every_version


@pytest.fixture
def shop(db, site_settings):
    return SaleorShop()


@pytest.fixture
def buy(place):  # noqa: F811
    """Somebody orders for 40 and pays; a number of days ago."""

    def buy(*, user=None, days=0, refunded=Decimal(0), **changes):
        order = Order.objects.get(pk=place(charged=Decimal(40), refunded=refunded, **changes))
        Order.objects.filter(pk=order.pk).update(user=user, created_at=timezone.now() - timedelta(days=days))
        return order.pk

    return buy


@pytest.fixture
def ada(customer_user):
    customer_user.email, customer_user.is_confirmed = "ada@example.com", True
    customer_user.save()
    return customer_user


def test_an_account_has_bought_its_orders_and_those_it_placed_as_a_guest(shop, buy, ada):
    asked = buy(user=ada, days=9)
    buy(user=ada, email="work@example.com", refunded=Decimal(15))
    buy(email="Ada@Example.com")
    buy(email="ada@example.com")
    buy(email="somebody@example.com")

    history = shop.histories([asked])[asked]

    assert (history.orders, history.spent) == (3, {"USD": Decimal(105)})
    assert (history.last_at - history.first_at).days == 9
    assert shop.customer_history(ada.pk) == history


def test_a_guest_is_known_by_the_address(shop, buy, ada):
    asked = buy(email="guest@example.com")
    buy(email="guest@example.com", user=ada)
    buy(email="guest@example.com", is_canceled=True)

    history = shop.histories([asked])[asked]

    assert (history.orders, history.spent) == (2, {"USD": Decimal(80)})


def test_who_has_not_confirmed_an_address_gets_nothing_of_its_guest(shop, buy, ada):
    ada.is_confirmed = False
    ada.save()
    asked = buy(user=ada)
    buy(email="ada@example.com")

    assert shop.histories([asked])[asked].orders == 1
    assert shop.customer_history(ada.pk).orders == 1


def test_gift_cards_are_no_money(shop, buy):
    asked = buy(email="guest@example.com")
    pay(Order.objects.get(pk=asked), Decimal(25), gateway=GIFT_CARD_GATEWAY)

    assert shop.histories([asked])[asked].spent == {"USD": Decimal(40)}
    assert shop.revenue([asked]) == {"USD": Decimal(40)}


def test_drafts_were_never_bought(shop, buy, ada):
    Order.objects.filter(pk=buy(user=ada)).update(status=OrderStatus.DRAFT)

    history = shop.customer_history(ada.pk)

    assert (history.orders, history.spent, history.first_at, history.last_at) == (0, {}, None, None)


def test_who_does_not_exist_has_no_history(shop):
    assert shop.customer_history(10**6) is None
    assert shop.histories([]) == {} == shop.revenue([])


def test_the_number_of_queries_does_not_grow(shop, buy, django_assert_num_queries):
    ids = [buy(email=f"{number}@example.com") for number in range(4)]

    for asked in (ids[:1], ids):
        with django_assert_num_queries(2):
            shop.histories(asked)
    with django_assert_num_queries(1):
        shop.revenue(ids)
