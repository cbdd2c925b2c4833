"""npsPointsRedeem: points become a gift card, once, or nothing happens."""

import json

import pytest
from saleor.giftcard.models import GiftCard

from saleor_nps_plugin.rewards import ledger
from saleor_nps_plugin.rewards.models import PointsAccount, PointsEntry
from saleor_nps_plugin.shoppers.models import Shopper

from .conftest import ask, global_id, refusal

REDEEM = """
mutation ($points: Int!, $channel: String!, $key: String!) {
  npsPointsRedeem(points: $points, channel: $channel, idempotencyKey: $key) {
    giftCard { id code currentBalance { amount currency } isActive }
    giftCardCode
    pointsEntry { kind points note order { id } giftCard { id } }
    pointsAccount { balance pending worth { amount } user { email } entries(first: 5) { edges { node { points } } } }
    errors { field code message }
  }
}
"""


def redeem(client, points=500, channel="main", key="k"):
    return ask(client, REDEEM, points=points, channel=channel, key=key)["npsPointsRedeem"]


def everything():
    return [list(model.objects.order_by("pk").values()) for model in (Shopper, PointsAccount, PointsEntry, GiftCard)]


def refused(client, **arguments):
    """The field and code with which a redemption is refused; nothing is written then."""
    before = everything()
    answer = redeem(client, **arguments)
    assert (answer["giftCard"], answer["giftCardCode"], answer["pointsEntry"], answer["pointsAccount"]) == (None,) * 4
    # Time may have been brought up to date in a refused one, but not the numbers.
    assert [len(rows) for rows in everything()] == [len(rows) for rows in before]
    (error,) = answer["errors"]
    assert error["message"]
    return error["field"], error["code"]


@pytest.fixture
def rich(bank, customer_user):
    bank.ago(days=1).earn(customer_user, 1200)
    return customer_user


@pytest.mark.every_version
def test_points_become_a_gift_card(customer, rich):
    answer = redeem(customer)

    card = GiftCard.objects.get()
    assert answer == {
        "giftCard": {
            "id": global_id("GiftCard", card.pk),
            "code": card.code,
            "currentBalance": {"amount": 5.0, "currency": "USD"},
            "isActive": True,
        },
        "giftCardCode": card.code,
        "pointsEntry": {
            "kind": "REDEMPTION",
            "points": -500,
            "note": "Turned into a gift card",
            "order": None,
            "giftCard": {"id": global_id("GiftCard", card.pk)},
        },
        "pointsAccount": {
            "balance": 700,
            "pending": 0,
            "worth": {"amount": 7.0},
            "user": {"email": rich.email},
            "entries": {"edges": [{"node": {"points": -500}}, {"node": {"points": 1200}}]},
        },
        "errors": [],
    }


@pytest.mark.every_version
def test_the_same_key_gives_the_same_card(customer, rich):
    first = redeem(customer)

    assert redeem(customer) == first
    assert GiftCard.objects.count() == 1
    assert redeem(customer, key="another")["pointsAccount"]["balance"] == 200


def test_a_key_that_was_used_with_other_arguments_is_refused(customer, rich, bank, channel_PLN):
    redeem(customer)
    bank.earn(rich, 5000, currency="PLN", channel=channel_PLN.slug)

    assert refused(customer, points=501) == ("idempotencyKey", "UNIQUE")
    assert refused(customer, channel=channel_PLN.slug) == ("idempotencyKey", "UNIQUE")


def test_two_redemptions_in_one_request_each_show_their_own_balance(customer, rich):
    account = "pointsAccount { balance entries(first: 5) { totalCount } }"
    one = f'npsPointsRedeem(points: 500, channel: "main", idempotencyKey: "%s") {{ {account} }}'

    answer = ask(customer, f"mutation {{ a: {one % 'a'} b: {one % 'b'} }}")

    assert [answer[name]["pointsAccount"]["balance"] for name in "ab"] == [700, 200]
    assert [answer[name]["pointsAccount"]["entries"]["totalCount"] for name in "ab"] == [2, 3]


def test_every_customer_has_keys_of_their_own(customer, stranger, rich, customer_user2, bank):
    bank.earn(customer_user2, 600)

    assert redeem(customer)["giftCardCode"] != redeem(stranger)["giftCardCode"]


@pytest.mark.parametrize("points", [0, -1, -500, -(2**31)])
def test_points_below_one_are_refused(customer, rich, points):
    assert refused(customer, points=points) == ("points", "INVALID")


@pytest.mark.parametrize("points", [500.5, 500.0, True, "500"])
def test_points_that_are_no_whole_number_are_not_made_one(customer, rich, points):
    assert refused(customer, points=points) == ("points", "INVALID")


def test_points_are_read_from_a_form_too(customer, rich):
    operations = {"query": REDEEM, "variables": {"points": 500.5, "channel": "main", "key": "k"}}

    answer = customer.post_multipart({"operations": json.dumps(operations), "map": "{}"}).json()

    assert answer["data"]["npsPointsRedeem"]["errors"][0]["code"] == "INVALID"


@pytest.mark.parametrize("literal", ["500.5", '"500"', "true", "null", "2147483648"])
def test_points_that_are_no_whole_number_are_refused_where_they_are_written_into_the_query(customer, rich, literal):
    query = f'mutation {{ npsPointsRedeem(points: {literal}, channel: "main", idempotencyKey: "k") {{ errors {{ code }} }} }}'

    assert customer.post_graphql(query).json()["errors"]
    assert not GiftCard.objects.exists()


@pytest.mark.parametrize("points", [2**31, 10**20, "many", None, [], {}])
def test_points_that_no_number_can_be_are_refused_by_the_schema(customer, rich, points):
    assert customer.post_graphql(REDEEM, {"points": points, "channel": "main", "key": "k"}).json()["errors"]
    assert not GiftCard.objects.exists()


@pytest.mark.every_version
def test_more_than_there_is_is_refused(customer, rich, bank):
    assert refused(customer, points=1201) == ("points", "INSUFFICIENT_POINTS")
    assert refused(customer, points=2**31 - 1) == ("points", "INSUFFICIENT_POINTS")
    redeem(customer, points=1200)
    assert refused(customer, points=500, key="again") == ("points", "INSUFFICIENT_POINTS")


def test_points_that_are_pending_cannot_be_redeemed_yet(customer, customer_user, bank):
    bank.earn(customer_user, 700, available_at=bank.ago(days=-30).now)

    assert refused(customer) == ("points", "INSUFFICIENT_POINTS")


def test_nothing_is_redeemed_while_points_are_owed(customer, rich, bank):
    ledger.adjust(bank.account(rich), points=-2000, key="k", reason="Fraud", author_id=None, now=bank.now)

    assert refused(customer) == ("points", "INSUFFICIENT_POINTS")


def test_less_than_the_minimum_is_refused(customer, rich):
    assert refused(customer, points=499) == ("points", "BELOW_MINIMUM")


def test_nothing_is_redeemed_while_rewards_are_switched_off(customer, rich, nps_plugin):
    nps_plugin(enabled=False)

    assert refused(customer)[1] == "PLUGIN_INACTIVE"


@pytest.mark.parametrize("channel", ["", "nowhere", "\x00", "main\x00x", "x" * 5000])
def test_an_unknown_channel_is_refused(customer, rich, channel):
    assert refused(customer, channel=channel) == ("channel", "NOT_FOUND")


def test_points_of_one_currency_are_none_in_another(customer, rich, channel_PLN):
    assert refused(customer, channel=channel_PLN.slug) == ("points", "INSUFFICIENT_POINTS")


def test_who_never_had_points_is_refused_and_gets_no_account(stranger, bank):
    assert refused(stranger) == ("points", "INSUFFICIENT_POINTS")


@pytest.mark.parametrize(
    ("key", "code"),
    [("", "REQUIRED"), (" \t ", "REQUIRED"), ("k" * 101, "INVALID"), ("k\x00", "INVALID"), ("k\n", "INVALID")],
)
def test_a_key_that_cannot_be_is_refused(customer, rich, key, code):
    assert refused(customer, key=key) == ("idempotencyKey", code)


def test_a_key_may_be_as_long_as_is_said(customer, rich):
    assert redeem(customer, key="ключ" * 25)["errors"] == []


def test_what_a_guest_earned_is_redeemed_by_who_owns_the_address(customer, customer_user, bank):
    bank.earn(customer_user.email, 600)
    customer_user.is_confirmed = False
    customer_user.save()
    assert refused(customer)[1] == "INVALID"

    customer_user.is_confirmed = True
    customer_user.save()

    answer = redeem(customer)
    assert (answer["pointsAccount"]["balance"], answer["giftCard"]["isActive"]) == (100, True)
    assert Shopper.objects.get().user_id == customer_user.pk


def test_what_was_earned_as_a_guest_and_as_a_customer_is_redeemed_together(customer, rich, bank):
    rich.email = "new@example.com"
    rich.save()
    bank.earn("new@example.com", 300)

    answer = redeem(customer, points=1500)

    assert (answer["errors"], answer["pointsAccount"]["balance"]) == ([], 0)
    assert Shopper.objects.count() == 1


def test_a_card_that_staff_deactivated_is_still_the_answer(customer, rich):
    first = redeem(customer)
    GiftCard.objects.update(is_active=False)

    again = redeem(customer)

    assert (again["giftCardCode"], again["giftCard"]["isActive"]) == (first["giftCardCode"], False)


def test_a_card_that_was_deleted_is_not_made_anew(customer, rich):
    redeem(customer)
    GiftCard.objects.all().delete()

    assert refused(customer)[1] == "NOT_FOUND"


@pytest.mark.every_version
@pytest.mark.parametrize("asker", ["anybody", "app_api_client"])
def test_only_who_is_logged_in_redeems(request, bank, asker):
    query = {"points": 500, "channel": "main", "key": "k"}

    assert refusal(request.getfixturevalue(asker), REDEEM, **query) == "PermissionDenied"
