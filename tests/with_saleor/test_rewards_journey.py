"""The story of a promoter in a real Saleor: code, friend, points, gift card, refund; every number."""

from datetime import timedelta
from decimal import Decimal

import graphene
import pytest
from django.utils import timezone
from freezegun import freeze_time
from saleor.account.models import User
from saleor.graphql.tests.fixtures import ApiClient
from saleor.order.models import Order
from saleor.plugins.manager import get_plugins_manager

from saleor_nps_plugin import tasks
from saleor_nps_plugin.links import invitation_token
from saleor_nps_plugin.referrals.models import Referral
from saleor_nps_plugin.rewards.checking import violations
from saleor_nps_plugin.surveys.making.ready import ensure_survey
from saleor_nps_plugin.surveys.models import Invitation

pytestmark = pytest.mark.every_version

CHECKOUT_CREATE = """
mutation ($input: CheckoutCreateInput!) {
  checkoutCreate(input: $input) { checkout { id shippingMethods { id } } errors { field message code } }
}
"""
CHECKOUT_DELIVERY = """
mutation ($id: ID!, $method: ID!) {
  checkoutDeliveryMethodUpdate(id: $id, deliveryMethodId: $method) { errors { field message code } }
}
"""
CHECKOUT_PROMO = """
mutation ($id: ID!, $code: String!) {
  checkoutAddPromoCode(id: $id, promoCode: $code) {
    checkout { totalPrice { gross { amount } } discount { amount } giftCards { last4CodeChars } }
    errors { field message code }
  }
}
"""
CHECKOUT_COMPLETE = "mutation ($id: ID!) { checkoutComplete(id: $id) { order { id } errors { field message code } } }"
MARK_AS_PAID = "mutation ($id: ID!) { orderMarkAsPaid(id: $id) { errors { field message code } } }"
FULFILL = """
mutation ($order: ID!, $input: OrderFulfillInput!) {
  orderFulfill(order: $order, input: $input) { order { status } errors { field message code } }
}
"""
REFUND = """
mutation ($id: ID!, $amount: PositiveDecimal!) {
  orderRefund(id: $id, amount: $amount) { errors { field message code } }
}
"""
SUBMIT = """
mutation ($token: String!, $score: Int!) {
  npsResponseSubmit(token: $token, input: {score: $score}) {
    thanks { message referralCode { code shareUrl isActive } pointsEntry { kind points } }
    errors { field message code }
  }
}
"""
ME = """
{ me {
  npsPointsAccounts {
    currency balance pending worth { amount currency } expiringNext { points on }
    entries(first: 20) { edges { node { kind points note order { id } giftCard { id } } } }
  }
  npsReferralCode(channel: "main") {
    code rewardedCount referrals(first: 5) { edges { node { status reason pointsEntry { points } } } }
  }
} }
"""
REDEEM = """
mutation ($points: Int!, $key: String!) {
  npsPointsRedeem(points: $points, channel: "main", idempotencyKey: $key) {
    giftCardCode giftCard { id currentBalance { amount } } pointsEntry { points } pointsAccount { balance }
    errors { field message code }
  }
}
"""
LIABILITY = """
query ($period: DateRangeInput!) {
  npsPointsLiability(period: $period) { currency opening earned redeemed expired reversed adjusted closing }
}
"""


class People:
    """Customers and staff, each with a token of the present moment."""

    def __init__(self, staff, ada, capture):
        self.staff, self.ada, self.capture = staff, ada, capture

    def ask(self, query, user=None, **variables):
        client = ApiClient(user=user) if user is not None else ApiClient()
        answer = client.post_graphql(query, variables).json()
        assert "errors" not in answer, answer
        for payload in answer["data"].values():
            assert not (isinstance(payload, dict) and payload.get("errors")), payload
        return answer["data"]

    def refusal(self, query, user=None, **variables):
        answer = ApiClient(user=user).post_graphql(query, variables).json()
        (payload,) = answer["data"].values()
        return [error["code"] for error in payload["errors"]]

    def me(self):
        (account,) = (me := self.ask(ME, self.ada)["me"])["npsPointsAccounts"]
        return account, me["npsReferralCode"]


@pytest.fixture
def people(staff_user, customer_user, permission_group_all_perms_all_channels, django_capture_on_commit_callbacks):
    permission_group_all_perms_all_channels.user_set.add(staff_user)
    return People(staff_user, customer_user, django_capture_on_commit_callbacks)


@pytest.fixture
def buy(people, channel_USD, product, shipping_zone, warehouse, graphql_address_data):
    """Somebody buys one thing for 10.00 with 10.00 of shipping; staff book the money and fulfil."""
    channel_USD.allow_unpaid_orders = True
    channel_USD.save()
    variant = product.variants.get()
    variant.channel_listings.update(price_amount=Decimal(100), discounted_price_amount=Decimal(100))
    variant.stocks.update(quantity=100)

    def buy(email, *, user=None, codes=(), street="", is_paid=True):
        address = {**graphql_address_data, "streetAddress1": street or f"{email} street", "phone": ""}
        checkout = people.ask(
            CHECKOUT_CREATE,
            user,
            input={
                "channel": channel_USD.slug,
                "email": email,
                "lines": [{"quantity": 1, "variantId": graphene.Node.to_global_id("ProductVariant", variant.pk)}],
                "shippingAddress": address,
                "billingAddress": address,
            },
        )["checkoutCreate"]["checkout"]
        people.ask(CHECKOUT_DELIVERY, user, id=checkout["id"], method=checkout["shippingMethods"][0]["id"])
        for code in codes:
            people.ask(CHECKOUT_PROMO, user, id=checkout["id"], code=code)
        order_id = people.ask(CHECKOUT_COMPLETE, user, id=checkout["id"])["checkoutComplete"]["order"]["id"]
        order = Order.objects.get(pk=graphene.Node.from_global_id(order_id)[1])
        if is_paid and order.total_gross_amount:
            people.ask(MARK_AS_PAID, people.staff, id=order_id)
        lines = [
            {
                "orderLineId": graphene.Node.to_global_id("OrderLine", line.pk),
                "stocks": [{"quantity": 1, "warehouse": graphene.Node.to_global_id("Warehouse", warehouse.pk)}],
            }
            for line in order.lines.all()
        ]
        people.ask(FULFILL, people.staff, order=order_id, input={"lines": lines, "notifyCustomer": False})
        order.refresh_from_db()
        return order

    return buy


def refund(people, order, amount):
    people.ask(REFUND, people.staff, id=graphene.Node.to_global_id("Order", order.pk), amount=str(amount))


def entries(account):
    return [(edge["node"]["kind"], edge["node"]["points"]) for edge in account["entries"]["edges"]]


def test_from_a_ten_to_a_gift_card_and_back(people, buy, nps_plugin, channel_USD):
    ensure_survey()
    nps_plugin(delay_hours="0", share_url="https://shop.example/?voucher={code}")
    start = timezone.now()

    # Ada buys, is asked and answers 10: a code, and 5 % of the 100.00 she paid for goods.
    first = buy(people.ada.email, user=people.ada)
    assert (first.subtotal_gross_amount, first.total_gross_amount) == (100, 110)
    token = invitation_token(Invitation.objects.get(order_id=first.pk).key)
    thanks = people.ask(SUBMIT, token=token, score=10)["npsResponseSubmit"]["thanks"]
    code = thanks["referralCode"]["code"]
    assert thanks["referralCode"] == {
        "code": code,
        "shareUrl": f"https://shop.example/?voucher={code}",
        "isActive": True,
    }
    assert thanks["pointsEntry"] == {"kind": "CASHBACK", "points": 500}

    # A friend types the code: 10 % off, and the reward waits for the return window.
    second = buy("friend@example.com", codes=[code])
    assert (second.voucher_code, second.subtotal_gross_amount, second.total_gross_amount) == (code, 90, 100)
    account, shared = people.me()
    assert (account["balance"], account["pending"]) == (0, 1000)
    assert entries(account) == [("REFERRAL", 500), ("CASHBACK", 500)]
    assert shared["rewardedCount"] == 1
    assert shared["referrals"]["edges"] == [
        {"node": {"status": "REWARDED", "reason": None, "pointsEntry": {"points": 500}}}
    ]
    assert people.refusal(REDEEM, people.ada, points=500, key="too early") == ["INSUFFICIENT_POINTS"]

    # The window passes.
    with freeze_time(start + timedelta(days=31)):
        account, _ = people.me()
        assert (account["balance"], account["pending"]) == (1000, 0)
        assert account["worth"] == {"amount": 10.0, "currency": "USD"}
        redeemed = people.ask(REDEEM, people.ada, points=1000, key="first card")["npsPointsRedeem"]
        assert redeemed["giftCard"]["currentBalance"]["amount"] == 10.0
        assert redeemed["pointsEntry"]["points"] == -1000
        assert redeemed["pointsAccount"]["balance"] == 0
        again = people.ask(REDEEM, people.ada, points=1000, key="first card")["npsPointsRedeem"]
        assert again["giftCardCode"] == redeemed["giftCardCode"]
        assert people.refusal(REDEEM, people.ada, points=900, key="first card") == ["UNIQUE"]

        # The card pays part of a third order, which earns for the money part only.
        third = buy(people.ada.email, user=people.ada, codes=[redeemed["giftCardCode"]])
        assert third.total_gross_amount == 100

        # The friend sends things back: 30 % of the money, then all of it.
        refund(people, second, 30)
        account, shared = people.me()
        assert (account["balance"], entries(account)[0]) == (-150, ("REVERSAL", -150))
        assert people.refusal(REDEEM, people.ada, points=500, key="in debt") == ["INSUFFICIENT_POINTS"]
        refund(people, second, 70)
        account, shared = people.me()
        assert (account["balance"], entries(account)[0]) == (-500, ("REVERSAL", -350))
        assert shared["rewardedCount"] == 0
        assert [edge["node"]["status"] for edge in shared["referrals"]["edges"]] == ["REVERSED"]

        today = timezone.now().date()
        (row,) = people.ask(LIABILITY, people.staff, period={"gte": str(start.date()), "lte": str(today)})[
            "npsPointsLiability"
        ]
        assert row == {
            "currency": "USD",
            "opening": 0,
            "earned": 1000,
            "redeemed": -1000,
            "expired": 0,
            "reversed": -500,
            "adjusted": 0,
            "closing": -500,
        }
        tasks.sweep_now()
        assert list(violations()) == []
        assert people.me()[0]["balance"] == -500


def test_a_friend_who_is_no_friend(people, buy, nps_plugin, channel_USD):
    ensure_survey()
    nps_plugin(delay_hours="0")
    first = buy(people.ada.email, user=people.ada, street="1 Main Street")
    token = invitation_token(Invitation.objects.get(order_id=first.pk).key)
    code = people.ask(SUBMIT, token=token, score=9)["npsResponseSubmit"]["thanks"]["referralCode"]["code"]

    local, domain = people.ada.email.split("@")
    buy(f"{local}+friend@{domain}", codes=[code])
    buy("other@example.com", codes=[code], street="1 main street.")
    buy("old@example.com")
    buy("old@example.com", codes=[code])

    refusals = Referral.objects.order_by("pk").values_list("status", "refusal")
    assert list(refusals) == [("rejected", "own_email"), ("rejected", "own_address"), ("rejected", "not_new")]
    assert people.me()[0]["pending"] == 500


def test_a_guest_finds_the_points_after_signing_up(people, buy, nps_plugin, channel_USD):
    ensure_survey()
    nps_plugin(delay_hours="0", return_window_days="0")
    first = buy("guest@example.com")
    token = invitation_token(Invitation.objects.get(order_id=first.pk).key)
    people.ask(SUBMIT, token=token, score=9)

    guest = User.objects.create(email="guest@example.com", is_active=True, is_confirmed=True)
    get_plugins_manager(allow_replica=False).customer_created(guest)
    people.ada = guest
    account, shared = people.me()

    assert (account["balance"], shared["rewardedCount"]) == (500, 0)
    card = people.ask(REDEEM, guest, points=500, key="mine")["npsPointsRedeem"]["giftCard"]
    assert card["currentBalance"]["amount"] == 5.0


def test_whoever_writes_anothers_address_into_a_checkout_gets_nothing_of_it(people, buy, nps_plugin, channel_USD):
    ensure_survey()
    nps_plugin(delay_hours="0")
    first = buy("guest@example.com")
    people.ask(SUBMIT, token=invitation_token(Invitation.objects.get(order_id=first.pk).key), score=9)
    stranger = User.objects.create(email="stranger@example.com", is_active=True, is_confirmed=True)

    second = buy("guest@example.com", user=stranger)
    follow = get_plugins_manager(allow_replica=False)
    follow.order_fulfilled(second)
    follow.customer_updated(stranger)

    assert (second.user, second.user_email) == (stranger, "guest@example.com")
    assert people.ask(ME, stranger)["me"] == {"npsPointsAccounts": [], "npsReferralCode": None}
