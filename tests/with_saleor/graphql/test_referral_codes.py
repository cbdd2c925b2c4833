"""Referral codes: who gets one, who sees what of it, who switches it off."""

import pytest
from saleor.discount.models import Voucher, VoucherCode

from saleor_nps_plugin.referrals import codes
from saleor_nps_plugin.referrals.models import ReferralCode

from .conftest import ask, complaint, global_id, refusal

CODE = """
    id code shareUrl isActive user { email } channel { slug } voucher { id } createdAt rewardedCount
    referrals(first: 5) { totalCount edges { node {
      status reason order { id } referralCode { code } pointsEntry { points } createdAt
    } } }
"""
MINE = f"query ($channel: String!) {{ me {{ npsReferralCode(channel: $channel) {{ {CODE} }} }} }}"
CUSTOMER = f'query ($id: ID!) {{ user(id: $id) {{ npsReferralCode(channel: "main") {{ {CODE} }} }} }}'
CREATE = f"""
mutation ($channel: String!, $user: ID) {{
  npsReferralCodeCreate(channel: $channel, user: $user) {{ referralCode {{ {CODE} }} errors {{ field code message }} }}
}}
"""
DEACTIVATE = """
mutation ($id: ID!) {
  npsReferralCodeDeactivate(id: $id) { referralCode { code isActive } errors { field code message } }
}
"""
LIST = """
query ($search: String, $first: Int = 10, $after: String) {
  npsReferralCodes(search: $search, first: $first, after: $after) {
    totalCount pageInfo { hasNextPage endCursor } edges { node { code user { email } channel { slug } voucher { name } } }
  }
}
"""


@pytest.fixture
def clerk(staff_who):
    return staff_who("manage_discounts", "manage_users")


def create(client, channel="main", **given):
    return ask(client, CREATE, channel=channel, **given)["npsReferralCodeCreate"]


def refused(client, **given):
    """The field and code with which a code is refused; nothing is made then."""
    before = ReferralCode.objects.count(), VoucherCode.objects.count()
    answer = create(client, **given)
    assert answer["referralCode"] is None
    assert (ReferralCode.objects.count(), VoucherCode.objects.count()) == before
    (error,) = answer["errors"]
    assert error["message"]
    return error["field"], error["code"]


def listed(client, **arguments):
    return [edge["node"]["code"] for edge in ask(client, LIST, **arguments)["npsReferralCodes"]["edges"]]


@pytest.mark.every_version
def test_a_customer_gets_one_code_and_sees_it(customer, customer_user, bank):
    made = create(customer)

    code = ReferralCode.objects.get()
    assert made == {
        "referralCode": {
            "id": global_id("NpsReferralCode", code.pk),
            "code": code.code,
            "shareUrl": f"https://shop.example/?voucher={code.code}",
            "isActive": True,
            "user": {"email": customer_user.email},
            "channel": {"slug": "main"},
            "voucher": None,
            "createdAt": code.created_at.isoformat(),
            "rewardedCount": 0,
            "referrals": {"totalCount": 0, "edges": []},
        },
        "errors": [],
    }
    assert create(customer) == made
    assert ask(customer, MINE, channel="main")["me"]["npsReferralCode"] == made["referralCode"]
    assert VoucherCode.objects.get(code=code.code).voucher_id == code.voucher_id


def test_reading_never_makes_a_code(customer, bank):
    assert ask(customer, MINE, channel="main")["me"]["npsReferralCode"] is None
    assert ask(customer, MINE, channel="nowhere\x00")["me"]["npsReferralCode"] is None
    assert not ReferralCode.objects.exists()


def test_a_code_has_no_address_to_share_where_the_operator_set_none(customer, nps_plugin, bank):
    nps_plugin(share_url="")

    assert create(customer)["referralCode"]["shareUrl"] is None


@pytest.mark.every_version
def test_staff_make_a_code_for_a_customer_and_see_its_voucher(clerk, customer_user, bank):
    made = create(clerk, user=global_id("User", customer_user.pk))["referralCode"]

    assert made["user"] == {"email": customer_user.email}
    assert made["voucher"] == {"id": global_id("Voucher", Voucher.objects.get().pk)}
    assert ask(clerk, CUSTOMER, id=global_id("User", customer_user.pk))["user"]["npsReferralCode"] == made


def test_an_app_has_to_say_whose_code_it_is(app_api_client, permission_manage_discounts, customer_user, bank):
    app_api_client.app.permissions.add(permission_manage_discounts)

    assert refused(app_api_client) == ("user", "REQUIRED")
    assert create(app_api_client, user=global_id("User", customer_user.pk))["errors"] == []


def test_customers_make_codes_for_themselves_only(customer, stranger, customer_user, bank):
    own = {"channel": "main", "user": global_id("User", customer_user.pk)}

    assert refusal(stranger, CREATE, **own) == "PermissionDenied"
    assert refusal(stranger, CREATE, channel="main", user=global_id("User", 10**9)) == "PermissionDenied"
    assert create(customer, **own)["errors"] == []


@pytest.mark.parametrize("asker", ["anybody", "app_api_client"])
def test_nobody_gets_a_code_without_being_somebody(request, bank, asker):
    assert refusal(request.getfixturevalue(asker), CREATE, channel="main") == "PermissionDenied"


@pytest.mark.parametrize("channel", ["", "nowhere", "main\x00x", "x" * 5000])
def test_an_unknown_channel_is_refused(customer, bank, channel):
    assert refused(customer, channel=channel) == ("channel", "NOT_FOUND")


@pytest.mark.parametrize(
    ("user", "code"),
    [
        (global_id("User", 10**9), "NOT_FOUND"),
        (global_id("User", 10**30), "NOT_FOUND"),
        (global_id("Order", 1), "GRAPHQL_ERROR"),
        ("x", "GRAPHQL_ERROR"),
    ],
)
def test_an_unknown_customer_is_refused(clerk, bank, user, code):
    assert refused(clerk, user=user) == ("user", code)


def test_there_are_no_codes_while_they_are_switched_off(customer, nps_plugin, bank):
    nps_plugin(referral_enabled="false")
    assert refused(customer)[1] == "PLUGIN_INACTIVE"

    nps_plugin(enabled=False)
    assert refused(customer)[1] == "PLUGIN_INACTIVE"


def test_an_address_that_is_not_shown_to_be_ones_own_leads_to_no_guests_code(customer, customer_user, bank):
    bank.code(customer_user.email)
    customer_user.is_confirmed = False
    customer_user.save()

    assert refused(customer) == (None, "INVALID")
    assert ask(customer, MINE, channel="main")["me"]["npsReferralCode"] is None


@pytest.mark.every_version
def test_staff_switch_a_code_off_for_good(clerk, customer, customer_user, bank):
    code = bank.code(customer_user)

    off = ask(clerk, DEACTIVATE, id=global_id("NpsReferralCode", code.pk))["npsReferralCodeDeactivate"]

    assert off == {"referralCode": {"code": code.code, "isActive": False}, "errors": []}
    assert ask(clerk, DEACTIVATE, id=global_id("NpsReferralCode", code.pk))["npsReferralCodeDeactivate"] == off
    seen = ask(customer, MINE, channel="main")["me"]["npsReferralCode"]
    assert (seen["code"], seen["isActive"]) == (code.code, False)
    assert refused(customer)[1] == "PLUGIN_INACTIVE"
    again = create(clerk, user=global_id("User", customer_user.pk))["referralCode"]
    assert again["code"] != code.code
    assert ask(customer, MINE, channel="main")["me"]["npsReferralCode"]["code"] == again["code"]


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (global_id("NpsReferralCode", 10**12), "NOT_FOUND"),
        (global_id("NpsReferralCode", 10**30), "NOT_FOUND"),
        (global_id("Voucher", 1), "GRAPHQL_ERROR"),
        ("x", "GRAPHQL_ERROR"),
    ],
)
def test_an_id_that_names_no_code_is_refused(clerk, bank, wrong, code):
    answer = ask(clerk, DEACTIVATE, id=wrong)["npsReferralCodeDeactivate"]

    assert (answer["referralCode"], answer["errors"][0]["field"], answer["errors"][0]["code"]) == (None, "id", code)


@pytest.mark.every_version
@pytest.mark.parametrize("asker", ["anybody", "customer", "staff", "staff_without_permission", "app_api_client"])
def test_only_staff_with_the_permission_list_and_switch_off(request, bank, customer_user, asker):
    code = bank.code(customer_user)
    client = request.getfixturevalue(asker)

    assert refusal(client, DEACTIVATE, id=global_id("NpsReferralCode", code.pk)) == "PermissionDenied"
    assert refusal(client, LIST) == "PermissionDenied"
    code.refresh_from_db()
    assert code.deactivated_at is None


@pytest.mark.every_version
def test_staff_list_codes_newest_first_and_search_them(clerk, customer_user, customer_user2, bank, channel_PLN):
    first = bank.ago(days=3).code(customer_user).code
    second = bank.ago(days=2).code(customer_user2, channel_PLN.slug).code
    third = bank.ago(days=1).code("guest@example.com").code

    assert listed(clerk) == [third, second, first]
    assert listed(clerk, search=second.lower()[2:7]) == [second]
    assert listed(clerk, search=customer_user.email.upper()) == [first]
    assert listed(clerk, search="guest@example.com") == [third]
    assert listed(clerk, search="%") == listed(clerk, search="guest") == []
    page = ask(clerk, LIST, first=2)["npsReferralCodes"]
    assert (page["totalCount"], page["pageInfo"]["hasNextPage"]) == (3, True)
    assert listed(clerk, first=2, after=page["pageInfo"]["endCursor"]) == [first]
    assert complaint(clerk, LIST, search="x" * 201)


def test_a_code_of_a_channel_that_is_gone_breaks_no_list(clerk, customer, customer_user, bank):
    bank.code(customer_user)
    ReferralCode.objects.update(channel="gone")

    assert listed(clerk) == []
    assert ask(customer, MINE, channel="gone")["me"]["npsReferralCode"] is None


def test_a_voucher_that_is_gone_is_not_shown(clerk, customer_user, bank):
    bank.code(customer_user)
    Voucher.objects.all().delete()

    assert ask(clerk, CUSTOMER, id=global_id("User", customer_user.pk))["user"]["npsReferralCode"]["voucher"] is None


def test_staff_of_one_channel_see_and_change_its_codes_only(staff_who, customer_user, bank, channel_PLN):
    staff = staff_who("manage_discounts", "manage_users", channel=channel_PLN)
    code = bank.code(customer_user)
    polish = bank.code(customer_user, channel_PLN.slug)
    whose = {"user": global_id("User", customer_user.pk)}

    assert listed(staff) == [polish.code]
    assert ask(staff, CUSTOMER, id=whose["user"])["user"]["npsReferralCode"] is None
    off = ask(staff, DEACTIVATE, id=global_id("NpsReferralCode", code.pk))["npsReferralCodeDeactivate"]
    assert off["errors"][0]["code"] == "NOT_FOUND"
    assert refused(staff, **whose) == ("channel", "NOT_FOUND")
    assert create(staff, channel_PLN.slug, **whose)["referralCode"]["code"] == polish.code


def test_staff_of_one_channel_have_codes_of_their_own_elsewhere(staff_who, bank, channel_PLN):
    staff = staff_who("manage_discounts", channel=channel_PLN)

    assert create(staff)["referralCode"]["voucher"] is None
    assert create(staff, channel_PLN.slug)["referralCode"]["voucher"] is not None


# Referrals


@pytest.fixture
def referred(bank, customer_user2, place):
    """A code of the second customer, with orders of the first in each state."""
    code = bank.code(customer_user2)
    orders = [place() for _ in range(3)]
    entry = bank.earn(customer_user2, 500, kind="referral", order_id=orders[2].pk)
    bank.ago(days=3).referral(code, orders[0])
    bank.ago(days=2).referral(code, orders[1], status="rejected", refusal="not_new")
    bank.ago(days=1).referral(code, orders[2], status="rewarded", entry=entry)
    return code, [order.pk for order in orders]


@pytest.mark.every_version
def test_staff_see_every_referral_with_the_reason_of_a_refusal(clerk, customer_user2, referred):
    code, orders = referred

    seen = ask(clerk, CUSTOMER, id=global_id("User", customer_user2.pk))["user"]["npsReferralCode"]

    assert (seen["rewardedCount"], seen["referrals"]["totalCount"]) == (1, 3)
    rewarded, rejected, pending = (edge["node"] for edge in seen["referrals"]["edges"])
    assert (rewarded["status"], rewarded["reason"], rewarded["pointsEntry"]) == ("REWARDED", None, {"points": 500})
    assert (rejected["status"], rejected["reason"]) == ("REJECTED", "The friend had ordered in this shop before.")
    assert (pending["status"], pending["reason"], pending["pointsEntry"]) == ("PENDING", None, None)
    assert [node["order"]["id"] for node in (pending, rejected, rewarded)] == [global_id("Order", pk) for pk in orders]
    assert {node["referralCode"]["code"] for node in (pending, rejected, rewarded)} == {code.code}


@pytest.mark.every_version
def test_the_owner_sees_that_friends_ordered_but_not_what_nor_why_not(stranger, referred):
    seen = ask(stranger, MINE, channel="main")["me"]["npsReferralCode"]

    nodes = [edge["node"] for edge in seen["referrals"]["edges"]]
    assert [node["status"] for node in nodes] == ["REWARDED", "REJECTED", "PENDING"]
    assert [node["pointsEntry"] for node in nodes] == [{"points": 500}, None, None]
    assert {node["reason"] for node in nodes} == {None}
    assert [node["order"] for node in nodes] == [None] * 3
    assert (seen["rewardedCount"], seen["voucher"]) == (1, None)


def test_referrals_come_in_pages(stranger, referred):
    query = """query ($after: String) { me { npsReferralCode(channel: "main") {
      referrals(first: 2, after: $after) { pageInfo { hasNextPage endCursor } edges { node { status } } }
    } } }"""

    first = ask(stranger, query)["me"]["npsReferralCode"]["referrals"]
    rest = ask(stranger, query, after=first["pageInfo"]["endCursor"])["me"]["npsReferralCode"]["referrals"]

    assert [edge["node"]["status"] for page in (first, rest) for edge in page["edges"]] == [
        "REWARDED",
        "REJECTED",
        "PENDING",
    ]
    assert (first["pageInfo"]["hasNextPage"], rest["pageInfo"]["hasNextPage"]) == (True, False)


def test_a_code_that_was_switched_off_keeps_its_history(clerk, stranger, customer_user2, bank, referred):
    codes.deactivate(referred[0], now=bank.now)

    seen = ask(stranger, MINE, channel="main")["me"]["npsReferralCode"]

    assert (seen["isActive"], seen["rewardedCount"], seen["referrals"]["totalCount"]) == (False, 1, 3)
