"""Order.npsInvitations, Order.npsResponses and User.npsResponses: who sees what."""

from datetime import timedelta

import pytest
from saleor.core.utils import build_absolute_uri

from saleor_nps_plugin.surveys.following_up import cases
from saleor_nps_plugin.surveys.following_up.cases import Changes
from saleor_nps_plugin.surveys.models import Invitation, Survey

from .conftest import ask, global_id, refusal

ORDER = """
query ($id: ID!) {
  order(id: $id) {
    npsInvitations {
      status skipReason url sentAt openedAt channel { slug } order { id } user { id } survey { slug } response { score }
    }
    npsResponses {
      score comment isCounted exclusionReason caseStatus tags notes { text } assignee { id }
      channel { slug } order { id } user { id } invitation { status url }
    }
  }
}
"""
ME = """
query ($first: Int, $last: Int, $after: String) {
  me { npsResponses(first: $first, last: $last, after: $after) {
    totalCount pageInfo { hasNextPage endCursor }
    edges { node { score tags caseStatus isCounted order { id } user { id } channel { slug } } }
  } }
}
"""
CUSTOMER = """
query ($id: ID!) { user(id: $id) { npsResponses(first: 10) { edges { node { comment caseStatus order { id } } } } } }
"""


def of(order):
    return global_id("Order", order.pk)


@pytest.fixture
def answered(story, order, staff_user):
    """A detractor's answer that staff have dealt with."""
    response = story.answer(order, 2, "Too cold")
    changes = Changes(
        case_status="resolved",
        assignee_id=staff_user.pk,
        tags=["late"],
        note="Called",
        is_counted=False,
        exclusion_reason="Test",
    )
    cases.update_response(response.pk, changes, staff_id=staff_user.pk, now=story.now)
    return response


def test_staff_see_all_about_an_order(staff, story, order, answered):
    seen = ask(staff, ORDER, id=of(order))["order"]

    (invitation,), (response,) = seen["npsInvitations"], seen["npsResponses"]
    assert invitation.pop("url").startswith(build_absolute_uri("/plugins/global/nps/s/"))
    assert response["invitation"].pop("url").startswith(build_absolute_uri("/plugins/global/nps/s/"))
    user, channel = {"id": global_id("User", order.user_id)}, {"slug": order.channel.slug}
    assert invitation == {
        "status": "ANSWERED",
        "skipReason": None,
        "sentAt": story.now.isoformat(),
        "openedAt": story.now.isoformat(),
        "channel": channel,
        "order": {"id": of(order)},
        "user": user,
        "survey": {"slug": "after-delivery"},
        "response": {"score": 2},
    }
    assert response == {
        "score": 2,
        "comment": "Too cold",
        "isCounted": False,
        "exclusionReason": "Test",
        "caseStatus": "RESOLVED",
        "tags": ["late"],
        "notes": [{"text": "Called"}],
        "assignee": {"id": global_id("User", answered_by_staff(answered))},
        "channel": channel,
        "order": {"id": of(order)},
        "user": user,
        "invitation": {"status": "ANSWERED"},
    }


def answered_by_staff(response):
    response.refresh_from_db()
    return response.assignee_id


def test_the_owner_sees_the_own_answer_but_nothing_of_its_follow_up(customer, order, answered):
    seen = ask(customer, ORDER, id=of(order))["order"]

    (invitation,), (response,) = seen["npsInvitations"], seen["npsResponses"]
    assert (invitation["status"], invitation["url"], invitation["order"]) == ("ANSWERED", "", {"id": of(order)})
    assert response == {
        "score": 2,
        "comment": "Too cold",
        "isCounted": True,
        "exclusionReason": None,
        "caseStatus": "NONE",
        "tags": [],
        "notes": [],
        "assignee": None,
        "channel": {"slug": order.channel.slug},
        "order": {"id": of(order)},
        "user": {"id": global_id("User", order.user_id)},
        "invitation": {"status": "ANSWERED", "url": ""},
    }


def test_the_owner_is_not_told_why_there_was_no_survey(customer, nps_plugin, story, order):
    nps_plugin(minimum_order_total="100000")
    story.invite(order)

    (invitation,) = ask(customer, ORDER, id=of(order))["order"]["npsInvitations"]

    assert (invitation["status"], invitation["skipReason"]) == ("SKIPPED", None)


@pytest.mark.parametrize("field", ["npsInvitations { id }", "npsResponses { id }"])
@pytest.mark.parametrize("asker", ["anybody", "stranger", "staff_without_permission", "app_api_client", "polish_staff"])
def test_nobody_else_who_knows_an_orders_id_sees_its_answers(request, order, answered, asker, field):
    query = f"query ($id: ID!) {{ order(id: $id) {{ {field} }} }}"

    assert refusal(request.getfixturevalue(asker), query, id=of(order)) == "PermissionDenied"


@pytest.mark.parametrize("field", ["npsInvitations { id }", "npsResponses { id }"])
def test_an_order_of_a_guest_has_no_owner(anybody, customer, staff, story, place, field):
    order = place(user=None, user_email="guest@example.com")
    story.answer(order, 9)
    query = f"query ($id: ID!) {{ order(id: $id) {{ {field} }} }}"

    assert refusal(anybody, query, id=of(order)) == "PermissionDenied"
    assert refusal(customer, query, id=of(order)) == "PermissionDenied"
    seen = ask(staff, ORDER, id=of(order))["order"]
    assert (seen["npsResponses"][0]["user"], seen["npsInvitations"][0]["user"]) == (None, None)


def test_an_app_and_staff_of_the_channel_see_an_orders_answers(app_with_permission, polish_staff, story, polish_order):
    story.answer(polish_order, 9)

    for client in (app_with_permission, polish_staff):
        seen = ask(client, ORDER, id=of(polish_order))["order"]
        assert (seen["npsResponses"][0]["score"], len(seen["npsInvitations"])) == (9, 1)


def test_an_order_nobody_was_asked_about_has_empty_lists(staff, survey, order):
    assert ask(staff, ORDER, id=of(order))["order"] == {"npsInvitations": [], "npsResponses": []}


def test_answers_to_several_surveys_come_newest_first(staff, story, survey, order):
    Survey.objects.create(name="Other", slug="other", touchpoint="order_fulfilled")
    story.invite_all(order)
    first, second = Invitation.objects.order_by("survey")
    story.reply(first, 1)
    story.ago(hours=-1).reply(second, 10)

    assert [response["score"] for response in ask(staff, ORDER, id=of(order))["order"]["npsResponses"]] == [10, 1]


def test_a_customer_lists_the_own_answers_newest_first(customer, customer_user, story, place, customer_user2):
    orders = [place() for _ in range(3)]
    for days, (order, score) in zip((3, 2, 1), zip(orders, (1, 5, 10), strict=True), strict=True):
        story.ago(days=days).answer(order, score)
    story.answer(place(user=customer_user2, user_email=customer_user2.email), 7)

    first = ask(customer, ME, first=2)["me"]["npsResponses"]
    rest = ask(customer, ME, first=2, after=first["pageInfo"]["endCursor"])["me"]["npsResponses"]

    assert (first["totalCount"], first["pageInfo"]["hasNextPage"], rest["pageInfo"]["hasNextPage"]) == (3, True, False)
    assert [edge["node"]["score"] for page in (first, rest) for edge in page["edges"]] == [10, 5, 1]
    assert first["edges"][0]["node"] == {
        "score": 10,
        "tags": [],
        "caseStatus": "NONE",
        "isCounted": True,
        "order": {"id": of(orders[2])},
        "user": {"id": global_id("User", customer_user.pk)},
        "channel": {"slug": orders[2].channel.slug},
    }
    assert [edge["node"]["score"] for edge in ask(customer, ME, last=1)["me"]["npsResponses"]["edges"]] == [1]


def test_an_order_that_changed_hands_is_hidden_from_who_answered_about_it(customer, story, order, customer_user2):
    story.answer(order, 9)
    order.user = customer_user2
    order.save()

    assert ask(customer, ME, first=1)["me"]["npsResponses"]["edges"][0]["node"]["order"] is None


def test_staff_list_a_customers_answers(staff, permission_manage_users, customer_user, order, answered):
    staff.user.user_permissions.add(permission_manage_users)

    page = ask(staff, CUSTOMER, id=global_id("User", customer_user.pk))["user"]["npsResponses"]

    assert page["edges"] == [{"node": {"comment": "Too cold", "caseStatus": "RESOLVED", "order": {"id": of(order)}}}]


def test_staff_who_manage_users_only_do_not_read_their_answers(
    staff_without_permission, permission_manage_users, customer_user, answered
):
    staff_without_permission.user.user_permissions.add(permission_manage_users)

    assert refusal(staff_without_permission, CUSTOMER, id=global_id("User", customer_user.pk)) == "PermissionDenied"


def test_staff_of_one_channel_list_a_customers_answers_there(
    polish_staff, permission_manage_users, customer_user, story, order, polish_order
):
    polish_staff.user.user_permissions.add(permission_manage_users)
    story.answer(order, 1, "USD")
    story.answer(polish_order, 1, "PLN")

    page = ask(polish_staff, CUSTOMER, id=global_id("User", customer_user.pk))["user"]["npsResponses"]

    assert [edge["node"]["comment"] for edge in page["edges"]] == ["PLN"]


def test_staff_are_shoppers_too(staff, polish_staff, story, order, place):
    story.answer(place(user=polish_staff.user, user_email=polish_staff.user.email), 4, "Mine")
    query = "{ me { npsResponses(first: 5) { edges { node { comment caseStatus } } } } }"

    assert ask(polish_staff, query)["me"]["npsResponses"]["edges"] == [
        {"node": {"comment": "Mine", "caseStatus": "NONE"}}
    ]


def test_who_registers_with_a_known_address_does_not_notice_it(
    anybody, customer_user, story, order, channel_USD, site_settings
):
    story.answer(order, 9)
    site_settings.enable_account_confirmation_by_email = False
    site_settings.save()
    register = (
        """
    mutation ($email: String!) {
      accountRegister(input: {email: $email, password: "Passw0rd!", redirectUrl: "http://localhost:3000", channel: "%s"}) {
        user { npsResponses(first: 1) { totalCount edges { node { score } } } } errors { code }
      }
    }
    """
        % channel_USD.slug
    )

    known, new = (
        ask(anybody, register, email=email)["accountRegister"] for email in (customer_user.email, "new@example.com")
    )

    assert known == new == {"user": {"npsResponses": {"totalCount": 0, "edges": []}}, "errors": []}


def test_a_response_stays_editable_for_a_day(staff, story, order):
    story.answer(order, 9)
    query = "query ($id: ID!) { order(id: $id) { npsResponses { createdAt editableUntil } } }"

    (response,) = ask(staff, query, id=of(order))["order"]["npsResponses"]

    assert response["editableUntil"] == (story.now + timedelta(hours=24)).isoformat()
