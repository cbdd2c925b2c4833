"""npsPointsLiability: what the shop owes in points."""

from datetime import timedelta
from fractions import Fraction

import pytest

from saleor_nps_plugin.rewards import expiring, ledger

from .conftest import ask, complaint, refusal

LIABILITY = """
query ($period: DateRangeInput!) {
  npsPointsLiability(period: $period) {
    currency opening earned redeemed expired reversed adjusted closing redemptionRate
  }
}
"""


@pytest.fixture
def clerk(staff_who):
    return staff_who("manage_gift_card")


def owed(client, **period):
    return ask(client, LIABILITY, period=period)["npsPointsLiability"]


@pytest.mark.every_version
def test_movements_are_signed_and_add_up(clerk, bank, customer_user):
    before, now = bank.ago(days=40), bank
    before.earn(customer_user, 1000, expires_at=before.now + timedelta(days=10))
    earned = now.earn(customer_user, 2000)
    expiring.expire_due(now=now.now)
    ledger.reverse(earned, share=Fraction(1, 4), now=now.now)
    ledger.adjust(bank.account(customer_user), points=100, key="k", reason="Sorry", author_id=None, now=now.now)
    now.redeem(customer_user, 600)
    now.earn(customer_user, 7, currency="JPY", available_at=now.now + timedelta(days=30))

    rows = owed(clerk, gte=(now.now - timedelta(days=1)).date().isoformat())

    assert rows == [
        {
            "currency": "JPY",
            "opening": 0,
            "earned": 7,
            "redeemed": 0,
            "expired": 0,
            "reversed": 0,
            "adjusted": 0,
            "closing": 7,
            "redemptionRate": 0.0,
        },
        {
            "currency": "USD",
            "opening": 1000,
            "earned": 2000,
            "redeemed": -600,
            "expired": -1000,
            "reversed": -500,
            "adjusted": 100,
            "closing": 1000,
            "redemptionRate": 0.3,
        },
    ]


def test_both_days_of_a_period_count_and_may_be_left_out(clerk, bank, customer_user):
    today = bank.now.date()
    bank.earn(customer_user, 500)

    for period in ({"gte": today.isoformat(), "lte": today.isoformat()}, {"lte": today.isoformat()}, {}):
        (row,) = owed(clerk, **period)
        assert (row["opening"], row["earned"], row["closing"]) == (0, 500, 500)
    assert owed(clerk, lte=(today - timedelta(days=1)).isoformat()) == []
    (later,) = owed(clerk, gte=(today + timedelta(days=1)).isoformat())
    assert (later["opening"], later["earned"], later["closing"], later["redemptionRate"]) == (500, 0, 500, None)


def test_days_at_the_ends_of_time_are_no_trouble(clerk, bank, customer_user):
    bank.earn(customer_user, 500)

    (row,) = owed(clerk, gte="0001-01-01", lte="9999-12-31")

    assert (row["opening"], row["closing"]) == (0, 500)


def test_a_shop_without_points_owes_nothing(clerk, bank):
    assert owed(clerk, gte="2026-01-01", lte="2026-12-31") == []


def test_a_period_that_ends_before_it_begins_is_refused(clerk, bank):
    assert "before it" in complaint(clerk, LIABILITY, period={"gte": "2026-02-01", "lte": "2026-01-01"})


@pytest.mark.every_version
@pytest.mark.parametrize("asker", ["anybody", "customer", "staff", "staff_without_permission", "app_api_client"])
def test_only_staff_with_the_permission_see_what_is_owed(request, bank, asker):
    assert refusal(request.getfixturevalue(asker), LIABILITY, period={}) == "PermissionDenied"
