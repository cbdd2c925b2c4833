"""Points for what was paid for goods, once per order, and back again when the money goes back."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from saleor_nps_plugin.rewards import balances, cashback
from saleor_nps_plugin.rewards.models import Notice, PointsEntry
from saleor_nps_plugin.shoppers.models import Shopper
from tests.surveys.story import an_order

pytestmark = pytest.mark.django_db


@pytest.fixture
def bought(shop, now):
    """An order that is paid and fulfilled."""

    def place(**changes):
        facts = {"fulfilled_at": now, "is_paid": True, "goods_paid": Decimal("40.00"), "charged": Decimal("50.00")}
        order = an_order(**facts | changes)
        shop.add_order(order)
        return order

    return place


def balance_of(entry, now):
    has = balances.balance(entry.account, now=now)
    return has.available, has.pending


def test_an_order_earns_five_percent_of_its_goods_after_the_return_window(bought, now):
    entry = cashback.follow_order(bought(), is_earned=True, now=now)

    assert entry.points == 200
    assert entry.available_at == now + timedelta(days=30)
    assert entry.expires_at == now + timedelta(days=30 + 365)
    assert balance_of(entry, now) == (0, 200)
    assert balance_of(entry, now + timedelta(days=30)) == (200, 0)


def test_the_window_counts_from_the_fulfilment_however_late_the_answer(bought, now):
    order = bought(fulfilled_at=now - timedelta(days=20))

    assert cashback.follow_order(order, is_earned=True, now=now).available_at == now + timedelta(days=10)
    late = bought(fulfilled_at=now - timedelta(days=90))
    assert cashback.follow_order(late, is_earned=True, now=now).available_at == now


def test_an_order_earns_once(bought, now):
    order = bought()

    first = cashback.follow_order(order, is_earned=True, now=now)
    again = cashback.follow_order(order, is_earned=True, now=now + timedelta(hours=1))

    assert first == again
    assert PointsEntry.objects.count() == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"is_paid": False},
        {"fulfilled_at": None},
        {"is_canceled": True},
        {"is_refunded": True},
        {"email": ""},
        {"goods_paid": Decimal("0.19")},
        {"goods_paid": Decimal(0)},
    ],
)
def test_what_earns_nothing(bought, now, changes):
    assert cashback.follow_order(bought(**changes), is_earned=True, now=now) is None
    assert not PointsEntry.objects.exists()


def test_nothing_is_earned_before_its_condition_is_met(bought, now):
    assert cashback.follow_order(bought(), is_earned=False, now=now) is None


@pytest.mark.parametrize(
    ("currency", "goods", "points"), [("JPY", "1999", 99), ("KWD", "10.005", 500), ("USD", "39.99", 199)]
)
def test_points_are_the_smallest_unit_of_any_currency_rounded_down(shop, bought, now, currency, goods, points):
    shop.add_channel("abroad", currency)

    entry = cashback.follow_order(
        bought(channel="abroad", currency=currency, goods_paid=Decimal(goods)), is_earned=True, now=now
    )

    assert (entry.points, entry.account.currency) == (points, currency)


def test_refunds_take_points_back_in_proportion_and_to_the_last_point(bought, now):
    order = bought(goods_paid=Decimal("39.99"))
    entry = cashback.follow_order(order, is_earned=True, now=now)

    taken = []
    for refunded in ("15.00", "15.00", "35.00", "50.00", "50.00"):
        cashback.follow_order(replace(order, refunded=Decimal(refunded)), is_earned=True, now=now)
        taken.append(-sum(entry.reversals.values_list("points", flat=True)))

    # 30 %, the same again, 70 %, all: of 199 points.
    assert taken == [59, 59, 139, 199, 199]
    assert balance_of(entry, now) == (0, 0)
    assert [notice.facts["reason"] for notice in Notice.objects.order_by("pk")] == [
        "refund",
        "refund",
        "order_refunded",
    ]


def test_a_refund_before_the_answer_leaves_the_rest(bought, now):
    entry = cashback.follow_order(bought(refunded=Decimal("15.00")), is_earned=True, now=now)

    assert balance_of(entry, now) == (0, 140)


def test_a_cancelled_order_takes_all_back_even_what_was_spent(bought, now):
    order = bought(fulfilled_at=now - timedelta(days=40))
    entry = cashback.follow_order(order, is_earned=True, now=now)

    cashback.follow_order(replace(order, is_canceled=True), is_earned=True, now=now)

    assert balance_of(entry, now) == (0, 0)


def test_an_account_earns_in_one_place_whatever_address_its_orders_name(bought, now):
    for email in ("ada@example.com", "ada@work.example"):
        cashback.follow_order(bought(user_id=7, email=email), is_earned=True, now=now)

    assert Shopper.objects.count() == 1
    assert PointsEntry.objects.values("account").distinct().count() == 1


def test_a_shop_that_is_switched_off_gives_nothing(shop, bought, now):
    shop.configure(enabled=False)

    assert cashback.follow_order(bought(), is_earned=True, now=now) is None
