"""Codes and points of twenty customers take as many queries as those of two."""

from datetime import timedelta
from fractions import Fraction

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from saleor_nps_plugin.rewards import ledger
from saleor_nps_plugin.rewards.models import PointsEntry

from .conftest import ask, queries_of

ENTRY = "kind points note availableAt order { number } giftCard { id } reverses { note }"
ACCOUNT = f"""
    currency balance pending worth {{ amount }} expiringNext {{ points on }} user {{ email }}
    entries(first: 5) {{ totalCount edges {{ node {{ {ENTRY} }} }} }}
"""
CODE = """
    code shareUrl isActive user { email } channel { slug } voucher { name } rewardedCount
    referrals(first: 5) { totalCount edges { node { status reason order { number } pointsEntry { note } } } }
"""
USER = f"""
    npsPointsAccounts {{ {ACCOUNT} }} npsPointsAccount(currency: "USD") {{ balance }} npsReferralCode(channel: "main") {{ {CODE} }}
"""


def page(name, node, first=100):
    return f"{{ {name}(first: {first}) {{ edges {{ node {{ {node} }} }} }} }}"


QUERIES = {
    "customers": page("customers", USER),
    "npsPointsAccounts": page("npsPointsAccounts", ACCOUNT),
    "npsReferralCodes": page("npsReferralCodes", CODE),
    "orders": page("orders", f"npsPointsEntries {{ {ENTRY} }}"),
}


@pytest.fixture
def happen(bank, place, django_user_model):
    """Something of each kind happens to somebody new."""

    def happen(number):
        user = django_user_model.objects.create(email=f"customer{number}@example.com", is_active=True)
        order = place(user=user, user_email=user.email)
        earned = bank.earn(user, 2000, order_id=order.pk)
        bank.earn(user, 5, currency="JPY")
        ledger.reverse(earned, share=Fraction(1, 4), now=bank.now)
        ledger.adjust(bank.account(user), points=1, key="k", reason="Sorry", author_id=None, now=bank.now)
        bank.redeem(user, 500)
        bank.referral(bank.code(user), place(), status="rejected", refusal="not_new")

    return happen


@pytest.mark.every_version
def test_twenty_nodes_take_as_many_queries_as_two(staff_who, happen):
    staff = staff_who("manage_users", "manage_orders", "manage_gift_card", "manage_discounts")
    for number in range(2):
        happen(number)
    for query in QUERIES.values():
        ask(staff, query)
    with_two = {name: queries_of(staff, query) for name, query in QUERIES.items()}
    for number in range(2, 20):
        happen(number)

    with_twenty = {name: queries_of(staff, query) for name, query in QUERIES.items()}

    assert with_twenty == with_two
    customers = ask(staff, QUERIES["customers"])["customers"]["edges"]
    assert len([edge for edge in customers if edge["node"]["npsReferralCode"]]) == 20


def test_a_hundred_customers_are_within_what_saleor_answers(staff_who, happen):
    staff = staff_who("manage_users", "manage_gift_card", "manage_discounts")
    happen(0)

    answer = staff.post_graphql(QUERIES["customers"]).json()

    assert answer["extensions"]["cost"]["requestedQueryCost"] < answer["extensions"]["cost"]["maximumAvailable"]


def test_a_long_history_is_not_read_for_a_page_of_it(staff_who, bank, customer_user):
    account, times = bank.account(customer_user), [bank.now - timedelta(seconds=number) for number in range(5000)]
    PointsEntry.objects.bulk_create(
        PointsEntry(account=account, kind="bonus", points=1, key=str(at), available_at=at, created_at=at)
        for at in times
    )
    staff = staff_who("manage_gift_card")
    query = page("npsPointsAccounts", "entries(first: 2) { edges { node { createdAt } } }", first=1)

    with CaptureQueriesContext(connection) as statements, connection.cursor() as cursor:
        (edge,) = ask(staff, query)["npsPointsAccounts"]["edges"]
        cursor.execute("ANALYZE nps_points_entry")
        (statement,) = (done["sql"] for done in statements.captured_queries if "ARRAY(" in done["sql"])
        cursor.execute(f"EXPLAIN {statement}")
        plan = str(cursor.fetchall())

    assert [entry["node"]["createdAt"] for entry in edge["node"]["entries"]["edges"]] == [
        at.isoformat() for at in times[:2]
    ]
    assert "nps_points_entry_newest" in plan and "Seq Scan on nps_points_entry" not in plan
