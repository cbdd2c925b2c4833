"""npsPointsRedeem against Saleor's own giftCardCreate; and what a page of a hundred customers' rewards costs."""

from collections.abc import Callable
from itertools import count

from django.db import connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from graphene.relay.node import to_global_id
from saleor.account.models import User
from saleor.core.jwt import create_access_token

from benchmarks.measuring import Verdict, in_turns, median, tell_times
from benchmarks.shop import Api, configure, staff_token
from saleor_nps_plugin.referrals.codes import ensure_code
from saleor_nps_plugin.rewards import ledger
from saleor_nps_plugin.rewards.models import EntryKind
from saleor_nps_plugin.shoppers.recognizing import recognize_customer

CHANNEL, CURRENCY = "default-channel", "USD"
ROUNDS = 200
WARM_UP = 10
POINTS = 500
REDEEM = """
mutation ($points: Int!, $key: String!, $channel: String!) {
  npsPointsRedeem(points: $points, channel: $channel, idempotencyKey: $key) {
    giftCard { id } giftCardCode errors { field code message }
  }
}
"""
CREATE = """
mutation ($input: GiftCardCreateInput!) {
  giftCardCreate(input: $input) { giftCard { id code } errors { field code message } }
}
"""
CUSTOMERS = """
query ($ids: [ID!]!) {
  customers(first: 100, filter: {ids: $ids}) { edges { node {
    npsPointsAccounts { balance pending entries(first: 3) { edges { node { points kind note } } } }
    npsReferralCode(channel: "default-channel") { code isActive }
  } } }
}
"""


def measure() -> list[Verdict]:
    configure()
    customers = [_customer(number) for number in range(100)]
    _earn(customers[0], (ROUNDS + WARM_UP) * POINTS)
    times = in_turns(_ways(customers[0]), rounds=ROUNDS, warm_up=WARM_UP)
    tell_times(times)
    redeem, create = (median(seconds) for seconds in times.values())
    few, many = (_statements(customers[:number]) for number in (2, 100))
    print(f"  SQL statements for the rewards of 2 customers: {few}, of 100: {many}")
    return [
        Verdict("npsPointsRedeem takes so many times as long as giftCardCreate", redeem / create, at_most=1.3),
        Verdict("SQL statements more for 100 customers than for 2", many - few, at_most=0),
    ]


def _customer(number: int) -> User:
    user = User.objects.create(email=f"bench{number}@example.com")
    _earn(user, POINTS)
    shopper = recognize_customer(email=user.email, user_id=user.pk)
    ensure_code(shopper, CHANNEL, now=timezone.now())
    return user


def _earn(user: User, points: int) -> None:
    now = timezone.now()
    account = ledger.account_of(recognize_customer(email=user.email, user_id=user.pk), CURRENCY, now=now)
    ledger.post(account, kind=EntryKind.BONUS, points=points, key=f"bench:{user.pk}:{points}", now=now)


def _ways(user: User) -> dict[str, Callable[[], object]]:
    customer, staff, keys = Api(str(create_access_token(user))), Api(staff_token()), count()
    card = {"balance": {"amount": "5.00", "currency": CURRENCY}, "isActive": True, "userEmail": user.email}

    def redeem() -> None:
        customer.ask(REDEEM, points=POINTS, key=str(next(keys)), channel=CHANNEL)

    def create() -> None:
        staff.ask(CREATE, input={**card, "channel": CHANNEL})

    return {"npsPointsRedeem": redeem, "giftCardCreate": create}


def _statements(customers: list[User]) -> int:
    staff, ids = Api(staff_token()), [to_global_id("User", user.pk) for user in customers]
    staff.ask(CUSTOMERS, ids=ids)
    with (
        CaptureQueriesContext(connections["default"]) as written,
        CaptureQueriesContext(connections["replica"]) as read,
    ):
        found = staff.ask(CUSTOMERS, ids=ids)["customers"]["edges"]
    assert len(found) == len(ids)
    return len(written) + len(read)
