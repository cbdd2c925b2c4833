"""npsPointsAdjust: staff correct points, with a reason."""

import pytest

from saleor_nps_plugin.rewards.models import PointsAccount, PointsEntry, PointsRemark
from saleor_nps_plugin.shoppers.models import Shopper

from .conftest import ask, global_id, refusal

ADJUST = """
mutation ($user: ID!, $currency: String!, $points: Int!, $reason: String!, $key: String!) {
  npsPointsAdjust(user: $user, currency: $currency, points: $points, reason: $reason, idempotencyKey: $key) {
    pointsEntry { kind points note }
    pointsAccount { currency balance user { email } entries(first: 5) { totalCount } }
    errors { field code message }
  }
}
"""


@pytest.fixture
def clerk(staff_who):
    return staff_who("manage_gift_card")


@pytest.fixture
def adjust(bank, customer_user):
    def adjust(client, **changes):
        given = {
            "user": global_id("User", customer_user.pk),
            "currency": "USD",
            "points": 300,
            "reason": "Lost parcel",
            "key": "k",
            **changes,
        }
        return ask(client, ADJUST, **given)["npsPointsAdjust"]

    return adjust


@pytest.fixture
def refused(adjust):
    def refused(client, **changes):
        before = [list(model.objects.values()) for model in (Shopper, PointsAccount, PointsEntry)]
        answer = adjust(client, **changes)
        assert (answer["pointsEntry"], answer["pointsAccount"]) == (None, None)
        assert [list(model.objects.values()) for model in (Shopper, PointsAccount, PointsEntry)] == before
        (error,) = answer["errors"]
        assert error["message"]
        return error["field"], error["code"]

    return refused


@pytest.mark.every_version
def test_staff_add_and_take_points(clerk, adjust, customer_user):
    assert adjust(clerk, reason=" Lost parcel ") == {
        "pointsEntry": {"kind": "ADJUSTMENT", "points": 300, "note": "Lost parcel"},
        "pointsAccount": {
            "currency": "USD",
            "balance": 300,
            "user": {"email": customer_user.email},
            "entries": {"totalCount": 1},
        },
        "errors": [],
    }
    taken = adjust(clerk, points=-500, key="k2")
    assert (taken["pointsEntry"]["points"], taken["pointsAccount"]["balance"]) == (-500, -200)
    assert set(PointsRemark.objects.values_list("author_id", flat=True)) == {clerk.user.pk}


def test_the_customer_reads_the_reason(clerk, customer, adjust):
    adjust(clerk, currency="usd", reason="<b>Sorry</b>")
    mine = "{ me { npsPointsAccounts { entries(first: 1) { edges { node { note kind } } } } } }"

    (account,) = ask(customer, mine)["me"]["npsPointsAccounts"]

    assert account["entries"]["edges"] == [{"node": {"note": "<b>Sorry</b>", "kind": "ADJUSTMENT"}}]


def test_an_app_adjusts_without_an_author(app_api_client, permission_manage_gift_card, adjust):
    app_api_client.app.permissions.add(permission_manage_gift_card)

    assert adjust(app_api_client)["errors"] == []
    assert PointsRemark.objects.get().author_id is None


def test_the_same_key_changes_nothing_again(clerk, adjust, refused, channel_PLN):
    first = adjust(clerk)

    assert adjust(clerk) == first
    assert refused(clerk, points=301) == ("idempotencyKey", "UNIQUE")
    assert refused(clerk, reason="Other") == ("idempotencyKey", "UNIQUE")
    assert refused(clerk, currency="PLN") == ("idempotencyKey", "UNIQUE")


def test_an_adjustment_that_cannot_be_is_refused(clerk, refused):
    assert refused(clerk, points=0) == ("points", "INVALID")
    assert refused(clerk, reason="") == ("reason", "REQUIRED")
    assert refused(clerk, reason=" \x00 ") == ("reason", "REQUIRED")
    assert refused(clerk, reason="x" * 501) == ("reason", "INVALID")
    assert refused(clerk, key="") == ("idempotencyKey", "REQUIRED")
    assert refused(clerk, key="k" * 101) == ("idempotencyKey", "INVALID")


@pytest.mark.parametrize("points", [9.5, -9.5, 9.0, True, "9"])
def test_points_that_are_no_whole_number_are_not_made_one(clerk, refused, points):
    assert refused(clerk, points=points) == ("points", "INVALID")


def test_more_than_an_account_can_hold_is_refused(clerk, adjust, refused):
    adjust(clerk, points=2**31 - 1)

    assert refused(clerk, points=1, key="k2") == ("points", "INVALID")
    assert adjust(clerk, points=-(2**31 - 1), key="k3")["pointsAccount"]["balance"] == 0
    assert refused(clerk, points=-(2**31), key="k4") == ("points", "INVALID")


@pytest.mark.parametrize("currency", ["", "EUR", "U", "US\x00", "DOLLARS", "x" * 5000])
def test_a_currency_that_no_channel_sells_in_is_refused(clerk, refused, currency):
    assert refused(clerk, currency=currency) == ("currency", "INVALID")


@pytest.mark.parametrize(
    ("user", "code"),
    [
        (global_id("User", 10**9), "NOT_FOUND"),
        (global_id("User", 10**30), "NOT_FOUND"),
        (global_id("Order", 1), "GRAPHQL_ERROR"),
        ("x", "GRAPHQL_ERROR"),
        ("", "GRAPHQL_ERROR"),
    ],
)
def test_an_unknown_customer_is_refused(clerk, refused, user, code):
    assert refused(clerk, user=user) == ("user", code)


def test_staff_of_one_channel_adjust_points_of_its_currency_only(staff_who, adjust, refused, channel_PLN):
    staff = staff_who("manage_gift_card", channel=channel_PLN)

    assert refused(staff) == ("currency", "INVALID")
    adjusted = adjust(staff, currency="PLN")
    assert (adjusted["pointsAccount"]["balance"], adjusted["pointsAccount"]["entries"]["totalCount"]) == (300, 1)


@pytest.mark.every_version
@pytest.mark.parametrize("asker", ["anybody", "customer", "staff", "staff_without_permission", "app_api_client"])
def test_only_staff_with_the_permission_adjust(request, bank, customer_user, asker):
    given = {"user": global_id("User", customer_user.pk), "currency": "USD", "points": 1, "reason": "x", "key": "k"}

    assert refusal(request.getfixturevalue(asker), ADJUST, **given) == "PermissionDenied"
    assert not PointsEntry.objects.exists()
