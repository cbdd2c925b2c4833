"""npsPointsAccounts: what staff list and search."""

import pytest

from saleor_nps_plugin.rewards import ledger, merging

from .conftest import ask, complaint, global_id, refusal

LIST = """
query ($search: String, $currency: String, $first: Int = 10, $after: String) {
  npsPointsAccounts(search: $search, currency: $currency, first: $first, after: $after) {
    totalCount pageInfo { hasNextPage endCursor }
    edges { node { id currency balance user { email } entries(first: 5) { edges { node { points } } } } }
  }
}
"""


@pytest.fixture
def clerk(staff_who):
    return staff_who("manage_gift_card")


def listed(client, **arguments):
    page = ask(client, LIST, **arguments)["npsPointsAccounts"]
    return [(edge["node"]["currency"], edge["node"]["balance"]) for edge in page["edges"]]


@pytest.fixture
def accounts(bank, customer_user, customer_user2):
    bank.earn(customer_user, 700)
    bank.earn(customer_user, 30, currency="PLN")
    bank.earn(customer_user2, 80)
    bank.earn("guest@example.com", 9)


@pytest.mark.every_version
def test_staff_list_every_account(clerk, accounts, customer_user):
    page = ask(clerk, LIST)["npsPointsAccounts"]

    assert page["totalCount"] == 4
    assert page["edges"][0]["node"]["user"] == {"email": customer_user.email}
    assert page["edges"][3]["node"]["user"] is None
    assert listed(clerk) == [("USD", 700), ("PLN", 30), ("USD", 80), ("USD", 9)]


@pytest.mark.every_version
def test_staff_search_by_address_and_currency(clerk, accounts, customer_user, customer_user2):
    assert listed(clerk, search=customer_user.email) == [("USD", 700), ("PLN", 30)]
    assert listed(clerk, search=f" {customer_user2.email.upper()} ") == [("USD", 80)]
    assert len(listed(clerk, search="example.com")) == 3
    assert listed(clerk, search="GUEST@example.com") == [("USD", 9)]
    assert listed(clerk, search="nobody@example.com") == listed(clerk, search="%") == []
    assert listed(clerk, currency="pln") == listed(clerk, currency="PLN") == [("PLN", 30)]
    assert listed(clerk, currency="EUR") == listed(clerk, currency="\x00" * 9 + "EUR") == []
    assert listed(clerk, search=customer_user.email, currency="USD") == [("USD", 700)]
    assert len(listed(clerk, search="\x00", currency="")) == 4


def test_a_search_has_a_limit(clerk, accounts):
    assert complaint(clerk, LIST, search="x" * 201) == "A search takes at most 200 characters."


def test_accounts_come_in_pages(clerk, accounts):
    first = ask(clerk, LIST, first=3)["npsPointsAccounts"]
    rest = ask(clerk, LIST, first=3, after=first["pageInfo"]["endCursor"])["npsPointsAccounts"]

    assert [len(page["edges"]) for page in (first, rest)] == [3, 1]
    assert [page["pageInfo"]["hasNextPage"] for page in (first, rest)] == [True, False]


def test_an_account_that_was_merged_into_another_is_not_listed(clerk, accounts, bank, customer_user):
    merging.merge(kept=bank.shopper(customer_user), other=bank.shopper("guest@example.com"), now=bank.now)

    assert listed(clerk) == [("USD", 709), ("PLN", 30), ("USD", 80)]


def test_an_account_of_somebody_forgotten_is_listed_without_a_person(clerk, accounts, bank):
    merging.close(bank.shopper("guest@example.com"), now=bank.now)
    bank.shopper("guest@example.com").delete()

    assert listed(clerk)[3] == ("USD", 0)


def test_staff_of_one_channel_list_accounts_with_its_entries_only(
    staff_who, accounts, bank, customer_user, channel_PLN
):
    bank.earn(customer_user, 5, currency="PLN", channel=channel_PLN.slug)
    ledger.adjust(bank.account(customer_user), points=1, key="k", reason="Sorry", author_id=None, now=bank.now)

    page = ask(staff_who("manage_gift_card", channel=channel_PLN), LIST, search=customer_user.email)

    shown = {
        edge["node"]["currency"]: [entry["node"]["points"] for entry in edge["node"]["entries"]["edges"]]
        for edge in page["npsPointsAccounts"]["edges"]
    }
    assert shown == {"USD": [1], "PLN": [5]}


@pytest.mark.every_version
@pytest.mark.parametrize("asker", ["anybody", "customer", "staff", "staff_without_permission", "app_api_client"])
def test_nobody_else_lists_accounts(request, accounts, asker):
    assert refusal(request.getfixturevalue(asker), LIST) == "PermissionDenied"


def test_an_app_with_the_permission_lists_accounts(
    app_api_client, permission_manage_gift_card, accounts, bank, customer_user
):
    app_api_client.app.permissions.add(permission_manage_gift_card)

    page = ask(app_api_client, LIST, search=customer_user.email, currency="USD")["npsPointsAccounts"]

    assert page["edges"][0]["node"]["id"] == global_id("NpsPointsAccount", bank.account(customer_user).pk)
