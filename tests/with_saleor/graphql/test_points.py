"""User.npsPointsAccounts, User.npsPointsAccount and Order.npsPointsEntries: who sees which points."""

from datetime import timedelta

import pytest
from saleor.giftcard.models import GiftCard

from saleor_nps_plugin.rewards import ledger, merging
from saleor_nps_plugin.rewards.models import PointsEntry
from saleor_nps_plugin.shoppers.models import Shopper

from .conftest import ask, global_id, refusal

ENTRY = """
    id kind points note availableAt expiresAt createdAt order { id } giftCard { id } reverses { id points note }
"""
ME = f"""
{{ me {{ npsPointsAccounts {{
  id currency balance pending worth {{ amount currency }} expiringNext {{ points on }} user {{ email }}
  entries(first: 10) {{ totalCount edges {{ node {{ {ENTRY} }} }} }}
}} }} }}
"""
MINE = "query ($currency: String!) { me { npsPointsAccount(currency: $currency) { currency balance } } }"
CUSTOMER = """
query ($id: ID!) { user(id: $id) { npsPointsAccounts {
  balance user { email } entries(first: 10) { totalCount edges { node { points giftCard { code } order { id } } } }
} } }
"""
OF_ORDER = "query ($id: ID!) { order(id: $id) { npsPointsEntries { kind points note order { id } } } }"
PAGE = """
query ($first: Int, $last: Int, $after: String, $before: String) {
  me { npsPointsAccount(currency: "USD") { entries(first: $first, last: $last, after: $after, before: $before) {
    totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor } edges { node { points } cursor }
  } } }
}
"""


def points_of(page):
    return [edge["node"]["points"] for edge in page["edges"]]


@pytest.mark.every_version
def test_a_customer_sees_the_own_points_and_where_they_came_from(customer, customer_user, bank, order):
    soon = bank.now + timedelta(days=30)
    earned = bank.ago(days=1).earn(
        customer_user, 700, order_id=order.pk, expires_at=soon.replace(hour=12) + timedelta(days=9)
    )
    waiting = bank.earn(customer_user, 250, available_at=soon)

    (account,) = ask(customer, ME)["me"]["npsPointsAccounts"]

    newest, oldest = (edge["node"] for edge in account.pop("entries")["edges"])
    assert account == {
        "id": global_id("NpsPointsAccount", earned.account_id),
        "currency": "USD",
        "balance": 700,
        "pending": 250,
        "worth": {"amount": 7.0, "currency": "USD"},
        "expiringNext": {"points": 700, "on": (soon + timedelta(days=9)).date().isoformat()},
        "user": {"email": customer_user.email},
    }
    assert oldest == {
        "id": global_id("NpsPointsEntry", earned.pk),
        "kind": "CASHBACK",
        "points": 700,
        "note": "Cashback for your order",
        "availableAt": earned.available_at.isoformat(),
        "expiresAt": earned.expires_at.isoformat(),
        "createdAt": earned.created_at.isoformat(),
        "order": {"id": global_id("Order", order.pk)},
        "giftCard": None,
        "reverses": None,
    }
    assert (newest["points"], newest["availableAt"]) == (250, waiting.available_at.isoformat())


def test_notes_are_in_the_customers_language_and_english_for_staff(customer, customer_user, staff_who, bank, place):
    customer_user.language_code = "de"
    customer_user.save()
    order = place(language_code="pl")
    entry = bank.earn(customer_user, 700, order_id=order.pk)
    ledger.reverse(entry, share=1, now=bank.now)
    notes = "{ me { npsPointsAccounts { entries(first: 2) { edges { node { note reverses { note } } } } } } }"

    (account,) = ask(customer, notes)["me"]["npsPointsAccounts"]
    reversal, earned = (edge["node"] for edge in account["entries"]["edges"])

    assert earned["note"] == reversal["reverses"]["note"] != "Cashback for your order"
    of_order = ask(staff_who("manage_orders"), OF_ORDER, id=global_id("Order", order.pk))["order"]
    assert [entry["note"] for entry in of_order["npsPointsEntries"]] == [
        "Taken back: the order was refunded or cancelled",
        "Cashback for your order",
    ]


def test_who_never_had_points_has_no_account(customer, bank):
    assert ask(customer, ME)["me"]["npsPointsAccounts"] == []
    assert ask(customer, MINE, currency="USD")["me"]["npsPointsAccount"] is None


def test_an_account_is_found_by_its_currency_however_it_is_written(customer, customer_user, bank):
    bank.earn(customer_user, 5, currency="JPY")
    bank.earn(customer_user, 700)

    def mine(currency):
        return ask(customer, MINE, currency=currency)["me"]["npsPointsAccount"]

    assert mine("USD") == mine("usd") == mine(" Usd ") == {"currency": "USD", "balance": 700}
    assert mine("JPY") == {"currency": "JPY", "balance": 5}
    assert mine("EUR") is mine("") is mine("\x00" * 5000) is None


def test_money_is_shown_with_the_decimals_of_its_currency(customer, customer_user, bank):
    bank.earn(customer_user, 5, currency="JPY")
    bank.earn(customer_user, 1234, currency="KWD")

    accounts = ask(customer, ME)["me"]["npsPointsAccounts"]

    assert [account["worth"] for account in accounts] == [
        {"amount": 5.0, "currency": "JPY"},
        {"amount": 1.234, "currency": "KWD"},
    ]


def test_a_balance_below_zero_is_shown_as_it_is(customer, customer_user, bank):
    ledger.adjust(bank.account(customer_user), points=-300, key="k", reason="Fraud", author_id=None, now=bank.now)

    (account,) = ask(customer, ME)["me"]["npsPointsAccounts"]

    assert (account["balance"], account["worth"]["amount"], account["expiringNext"]) == (-300, -3.0, None)
    assert account["entries"]["edges"][0]["node"]["note"] == "Fraud"


def test_what_a_guest_earned_is_shown_to_who_owns_the_address(customer, customer_user, bank):
    bank.earn(customer_user.email.upper(), 700)
    (account,) = ask(customer, ME)["me"]["npsPointsAccounts"]
    assert (account["balance"], account["user"]) == (700, {"email": customer_user.email})

    customer_user.is_confirmed = False
    customer_user.save()

    assert ask(customer, ME)["me"]["npsPointsAccounts"] == []


def test_what_another_account_earned_stays_its_own_whatever_its_address_was(customer, customer_user, bank):
    bank.earn(customer_user, 700)
    Shopper.objects.update(user_id=customer_user.pk + 1000)

    assert ask(customer, ME)["me"]["npsPointsAccounts"] == []


@pytest.mark.every_version
@pytest.mark.parametrize(
    "field",
    ["npsPointsAccounts { id }", 'npsPointsAccount(currency: "USD") { id }', 'npsReferralCode(channel: "main") { id }'],
)
def test_staff_need_the_permission_to_see_a_customers_rewards(staff_who, customer_user, bank, field):
    query = f"query ($id: ID!) {{ user(id: $id) {{ {field} }} }}"
    needed = "manage_discounts" if "Code" in field else "manage_gift_card"
    others = {"manage_orders", "manage_plugins", "manage_discounts", "manage_gift_card"} - {needed}
    customer = {"id": global_id("User", customer_user.pk)}

    assert refusal(staff_who("manage_users", *others), query, **customer) == "PermissionDenied"
    assert ask(staff_who("manage_users", needed), query, **customer)["user"]


def test_staff_see_all_of_a_customers_account(staff_who, customer_user, bank, order):
    bank.earn(customer_user, 700, order_id=order.pk)
    card = bank.redeem(customer_user, 500).gift_card

    staff = staff_who("manage_users", "manage_gift_card")
    (account,) = ask(staff, CUSTOMER, id=global_id("User", customer_user.pk))["user"]["npsPointsAccounts"]

    assert (account["balance"], account["user"]) == (200, {"email": customer_user.email})
    spent, earned = (edge["node"] for edge in account["entries"]["edges"])
    assert spent == {"points": -500, "giftCard": {"code": card.code}, "order": None}
    assert earned == {"points": 700, "giftCard": None, "order": {"id": global_id("Order", order.pk)}}


def test_an_app_with_the_permission_sees_accounts(
    app_api_client, permission_manage_users, permission_manage_gift_card, customer_user, bank
):
    app_api_client.app.permissions.add(permission_manage_users, permission_manage_gift_card)
    bank.earn(customer_user, 700)

    (account,) = ask(app_api_client, CUSTOMER, id=global_id("User", customer_user.pk))["user"]["npsPointsAccounts"]

    assert account["balance"] == 700


def test_staff_of_one_channel_see_its_entries_and_those_of_none(staff_who, customer_user, bank, channel_PLN):
    staff = staff_who("manage_users", "manage_gift_card", channel=channel_PLN)
    bank.earn(customer_user, 700, channel="main")
    bank.earn(customer_user, 60, channel=channel_PLN.slug)
    ledger.adjust(bank.account(customer_user), points=1, key="k", reason="Sorry", author_id=None, now=bank.now)

    (account,) = ask(staff, CUSTOMER, id=global_id("User", customer_user.pk))["user"]["npsPointsAccounts"]

    assert (account["balance"], account["entries"]["totalCount"]) == (761, 2)
    assert points_of(account["entries"]) == [1, 60]


def test_staff_see_all_of_their_own_points_as_shoppers(staff_who, bank, channel_PLN):
    staff = staff_who("manage_gift_card", channel=channel_PLN)
    bank.earn(staff.user, 700, channel="main")

    (account,) = ask(staff, ME)["me"]["npsPointsAccounts"]

    assert points_of(account["entries"]) == [700]


@pytest.mark.every_version
def test_entries_come_in_pages_newest_first(customer, customer_user, bank):
    for number in range(1, 6):
        bank.ago(hours=6 - number).earn(customer_user, number)

    def page(**arguments):
        return ask(customer, PAGE, **arguments)["me"]["npsPointsAccount"]["entries"]

    first = page(first=2)
    second = page(first=2, after=first["pageInfo"]["endCursor"])
    third = page(first=2, after=second["pageInfo"]["endCursor"])
    back = page(last=2, before=third["pageInfo"]["startCursor"])

    assert [points_of(some) for some in (first, second, third, back)] == [[5, 4], [3, 2], [1], [3, 2]]
    assert [some["pageInfo"]["hasNextPage"] for some in (first, second, third, back)] == [True, True, False, True]
    assert [some["pageInfo"]["hasPreviousPage"] for some in (first, second, third, back)] == [False, True, True, True]
    assert {some["totalCount"] for some in (first, second, third, back)} == {5}
    assert points_of(page(last=2)) == [2, 1]
    assert page(last=5)["pageInfo"]["hasPreviousPage"] is False


def test_entries_of_one_moment_are_paged_one_by_one(customer, customer_user, bank):
    for number in range(1, 4):
        bank.earn(customer_user, number)
    seen, after = [], None

    for _ in range(3):
        page = ask(customer, PAGE, first=1, after=after)["me"]["npsPointsAccount"]["entries"]
        seen += points_of(page)
        after = page["pageInfo"]["endCursor"]

    assert (seen, page["pageInfo"]["hasNextPage"]) == ([3, 2, 1], False)


def test_entries_are_counted_without_being_listed(customer, customer_user, bank):
    bank.earn(customer_user, 1)
    query = "{ me { npsPointsAccounts { entries { totalCount } } } }"

    assert ask(customer, query)["me"]["npsPointsAccounts"] == [{"entries": {"totalCount": 1}}]


@pytest.mark.parametrize(
    "arguments",
    [
        {},
        {"first": 101},
        {"last": 101},
        {"first": -1},
        {"first": 1, "last": 1},
        {"first": 1, "before": "x"},
        {"last": 1, "after": "x"},
        {"first": 1, "after": "x"},
        {"first": 1, "after": "WyJhIl0="},
        {"first": 1, "after": "WyJhIiwiYiJd"},
        {"first": 1, "after": "WyIyMDI2LTAxLTAxIiwgIjEiLCAiMiJd"},
    ],
)
def test_a_page_that_cannot_be_is_refused(customer, customer_user, bank, arguments):
    bank.earn(customer_user, 1)

    assert customer.post_graphql(PAGE, arguments).json()["errors"]


def test_entries_from_before_a_merger_are_shown_among_the_others(customer, customer_user, bank):
    bank.ago(hours=2).earn("guest@example.com", 1)
    bank.ago(hours=1).earn(customer_user, 2)
    merging.merge(kept=bank.shopper(customer_user), other=bank.shopper("guest@example.com"), now=bank.now)
    bank.earn(customer_user, 3)

    def page(**arguments):
        return ask(customer, PAGE, **arguments)["me"]["npsPointsAccount"]["entries"]

    first = page(first=2)
    assert (points_of(first), first["totalCount"]) == ([3, 2], 3)
    assert points_of(page(first=2, after=first["pageInfo"]["endCursor"])) == [1]
    (account,) = ask(customer, ME)["me"]["npsPointsAccounts"]
    assert account["balance"] == 6


def test_a_gift_card_is_shown_to_its_owner_until_it_is_somebody_elses(customer, customer_user, customer_user2, bank):
    bank.earn(customer_user, 700)
    card_id = bank.redeem(customer_user, 500).gift_card.id
    query = "{ me { npsPointsAccounts { entries(first: 1) { edges { node { giftCard { id } } } } } } }"

    def shown():
        (account,) = ask(customer, query)["me"]["npsPointsAccounts"]
        return account["entries"]["edges"][0]["node"]["giftCard"]

    assert shown() == {"id": global_id("GiftCard", card_id)}
    others = {"used_by": customer_user2}
    if hasattr(GiftCard, "assigned_to"):
        others["assigned_to"] = customer_user2
    GiftCard.objects.update(**others)
    assert shown() is None
    GiftCard.objects.all().delete()
    assert shown() is None


# Orders


@pytest.mark.every_version
def test_the_owner_of_an_order_sees_what_it_earned_but_not_the_friends_reward(
    customer, customer_user, staff_who, bank, order
):
    bank.earn("promoter@example.com", 500, kind="referral", order_id=order.pk)
    bank.earn(customer_user, 70, order_id=order.pk)
    of_order = {"id": global_id("Order", order.pk)}

    own = ask(customer, OF_ORDER, **of_order)["order"]["npsPointsEntries"]
    every = ask(staff_who("manage_orders"), OF_ORDER, **of_order)["order"]["npsPointsEntries"]

    assert own == [{"kind": "CASHBACK", "points": 70, "note": "Cashback for your order", "order": of_order}]
    assert [entry["points"] for entry in every] == [70, 500]


def test_the_owner_of_an_order_sees_what_it_earned_as_a_guests(customer, customer_user, bank, order):
    bank.earn(customer_user.email, 70, order_id=order.pk)
    of_order = {"id": global_id("Order", order.pk)}

    assert [entry["points"] for entry in ask(customer, OF_ORDER, **of_order)["order"]["npsPointsEntries"]] == [70]


def test_who_referred_a_friend_sees_the_reward_but_not_the_order(stranger, customer_user2, bank, order):
    bank.earn(customer_user2, 500, kind="referral", order_id=order.pk)

    (account,) = ask(stranger, ME)["me"]["npsPointsAccounts"]

    (entry,) = (edge["node"] for edge in account["entries"]["edges"])
    assert (entry["kind"], entry["points"], entry["order"]) == ("REFERRAL", 500, None)


def test_an_order_that_earned_nothing_has_no_entries(customer, bank, order):
    assert ask(customer, OF_ORDER, id=global_id("Order", order.pk))["order"] == {"npsPointsEntries": []}


@pytest.mark.parametrize("asker", ["anybody", "stranger", "staff_without_permission", "app_api_client", "polish_staff"])
def test_nobody_else_who_knows_an_orders_id_sees_its_points(request, bank, customer_user, order, asker):
    bank.earn(customer_user, 70, order_id=order.pk)

    assert refusal(request.getfixturevalue(asker), OF_ORDER, id=global_id("Order", order.pk)) == "PermissionDenied"


def test_points_of_a_guests_order_are_for_staff_only(anybody, customer, staff, bank, place):
    order = place(user=None, user_email="guest@example.com")
    bank.earn("guest@example.com", 70, order_id=order.pk)
    of_order = {"id": global_id("Order", order.pk)}

    assert refusal(anybody, OF_ORDER, **of_order) == refusal(customer, OF_ORDER, **of_order) == "PermissionDenied"
    assert [entry["points"] for entry in ask(staff, OF_ORDER, **of_order)["order"]["npsPointsEntries"]] == [70]


def test_who_registers_with_a_known_address_does_not_notice_the_points(
    anybody, customer_user, bank, channel_USD, site_settings
):
    bank.earn(customer_user, 700)
    site_settings.enable_account_confirmation_by_email = False
    site_settings.save()
    fields = 'npsPointsAccounts { id } npsPointsAccount(currency: "USD") { id } npsReferralCode(channel: "main") { id }'
    register = f"""mutation ($email: String!) {{
      accountRegister(
        input: {{email: $email, password: "Passw0rd!", redirectUrl: "http://localhost:3000", channel: "{channel_USD.slug}"}}
      ) {{ user {{ {fields} }} errors {{ code }} }}
    }}"""

    known, new = (
        ask(anybody, register, email=email)["accountRegister"] for email in (customer_user.email, "new@example.com")
    )

    nothing = {"npsPointsAccounts": [], "npsPointsAccount": None, "npsReferralCode": None}
    assert known == new == {"user": nothing, "errors": []}


def test_entries_are_never_changed_by_being_read(customer, customer_user, bank):
    bank.ago(days=2).earn(customer_user, 700, expires_at=bank.now - timedelta(days=1))
    before = list(PointsEntry.objects.values())

    (account,) = ask(customer, ME)["me"]["npsPointsAccounts"]

    assert account["balance"] == 0
    assert list(PointsEntry.objects.values()) == before
