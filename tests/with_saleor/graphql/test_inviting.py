"""npsInvitationCreate and npsInvitationCancel: staff ask somebody, and take it back."""

from datetime import timedelta
from uuid import uuid4

import pytest

from saleor_nps_plugin.links import invitation_token
from saleor_nps_plugin.surveys.answering import recording
from saleor_nps_plugin.surveys.asking import sending
from saleor_nps_plugin.surveys.models import Invitation

from .conftest import ask, global_id, refusal

CREATE = """
mutation ($input: NpsInvitationCreateInput!) {
  npsInvitationCreate(input: $input) {
    npsInvitation { status skipReason languageCode sendAt expiresAt channel { slug } order { id } user { id } survey { slug } }
    errors { field code message }
  }
}
"""
CANCEL = """
mutation ($id: ID!) {
  npsInvitationCancel(id: $id) { npsInvitation { status } errors { field code message } }
}
"""


@pytest.fixture
def ours(survey):
    return global_id("NpsSurvey", survey.pk)


def create(client, **given):
    answer = ask(client, CREATE, input=given)["npsInvitationCreate"]
    assert answer["errors"] == []
    return answer["npsInvitation"]


def refused(client, **given):
    """The field and code with which an invitation is refused; none is made then."""
    before = Invitation.objects.count()
    answer = ask(client, CREATE, input=given)["npsInvitationCreate"]
    assert answer["npsInvitation"] is None
    assert Invitation.objects.count() == before
    (error,) = answer["errors"]
    assert error["message"]
    return error["field"], error["code"]


def of(order):
    return global_id("Order", order.pk)


def test_staff_ask_an_orders_customer(staff, story, ours, order, mailoutbox):
    asked = create(staff, survey=ours, order=of(order), languageCode="DE")

    invitation = Invitation.objects.get()
    assert asked == {
        "status": "SCHEDULED",
        "skipReason": None,
        "languageCode": "DE",
        "sendAt": invitation.send_at.isoformat(),
        "expiresAt": (invitation.send_at + timedelta(days=60)).isoformat(),
        "channel": {"slug": order.channel.slug},
        "order": {"id": of(order)},
        "user": {"id": global_id("User", order.user_id)},
        "survey": {"slug": "after-delivery"},
    }
    sending.send_due(now=invitation.send_at)
    assert [mail.to for mail in mailoutbox] == [[order.user_email]]


def test_staff_ask_an_address_that_saleor_does_not_know(staff, story, ours, channel_PLN, mailoutbox):
    at = story.now + timedelta(days=3)

    asked = create(
        staff,
        survey=ours,
        email=" jan@example.com ",
        channel=channel_PLN.slug,
        languageCode="PL",
        sendAt=at.isoformat(),
    )

    assert (asked["sendAt"], asked["languageCode"]) == (at.isoformat(), "PL")
    assert (asked["channel"], asked["order"], asked["user"]) == ({"slug": channel_PLN.slug}, None, None)
    sending.send_due(now=at)
    assert [mail.to for mail in mailoutbox] == [["jan@example.com"]]


def test_an_address_can_be_asked_in_the_name_of_the_whole_shop(staff, story, ours):
    asked = create(staff, survey=ours, email="jan@example.com")

    assert (asked["channel"], asked["languageCode"]) == (None, "EN")


def test_a_time_that_has_passed_means_at_once(staff, story, ours, order):
    create(staff, survey=ours, order=of(order), sendAt=(story.now - timedelta(days=400)).isoformat())

    assert Invitation.objects.get().send_at >= story.now


def test_who_opted_out_is_not_asked(staff, story, ours, order, place):
    recording.opt_out(invitation_token(story.invite(order).key), now=story.now)

    asked = create(staff, survey=ours, order=of(place()))

    assert (asked["status"], asked["skipReason"]) == ("SKIPPED", "OPTED_OUT")


def test_an_order_is_asked_about_once(staff, story, ours, order):
    story.invite(order)

    assert refused(staff, survey=ours, order=of(order)) == ("order", "UNIQUE")


def test_invitations_that_cannot_be_are_refused(staff, story, ours, survey, order, place):
    nameless = place(user=None, user_email="")

    assert refused(staff, survey=ours) == ("order", "REQUIRED")
    assert refused(staff, survey=ours, order=of(order), email="jan@example.com") == ("email", "INVALID")
    assert refused(staff, survey=ours, order=of(order), channel=order.channel.slug) == ("channel", "INVALID")
    assert refused(staff, survey=ours, order=of(nameless)) == ("order", "INVALID")
    assert refused(staff, survey=ours, order=global_id("Order", uuid4())) == ("order", "NOT_FOUND")
    assert refused(staff, survey=ours, order="x") == ("order", "GRAPHQL_ERROR")
    assert refused(staff, survey=global_id("NpsSurvey", 10**12), order=of(order)) == ("survey", "NOT_FOUND")
    assert refused(staff, survey=of(order), order=of(order)) == ("survey", "GRAPHQL_ERROR")
    assert refused(staff, survey=ours, email="jan") == ("email", "INVALID")
    assert refused(staff, survey=ours, email="jan@example.com\r\nBcc: eve@example.com") == ("email", "INVALID")
    assert refused(staff, survey=ours, email="x" * 300 + "@example.com") == ("email", "INVALID")
    assert refused(staff, survey=ours, email="jan@example.com", channel="nowhere\x00") == ("channel", "NOT_FOUND")
    assert refused(staff, survey=ours, order=of(order), sendAt="9999-12-31T23:59:59+00:00") == ("sendAt", "INVALID")


@pytest.mark.parametrize("asker", ["anybody", "customer", "staff_without_permission", "app_api_client"])
def test_only_staff_with_the_permission_ask_and_take_back(request, asker, story, ours, order, place):
    client = request.getfixturevalue(asker)
    invitation = story.invite(order)

    assert refusal(client, CREATE, input={"survey": ours, "order": of(place())}) == "PermissionDenied"
    assert refusal(client, CANCEL, id=global_id("NpsInvitation", invitation.pk)) == "PermissionDenied"
    assert list(Invitation.objects.values_list("status", flat=True)) == ["sent"]


def test_an_app_with_the_permission_asks(app_with_permission, story, ours, order):
    assert create(app_with_permission, survey=ours, order=of(order))["status"] == "SCHEDULED"


def test_staff_of_one_channel_ask_there_only(polish_staff, story, ours, order, polish_order, channel_USD, channel_PLN):
    assert refused(polish_staff, survey=ours, order=of(order)) == ("order", "NOT_FOUND")
    assert refused(polish_staff, survey=ours, email="jan@example.com", channel=channel_USD.slug) == (
        "channel",
        "NOT_FOUND",
    )
    assert refused(polish_staff, survey=ours, email="jan@example.com") == ("channel", "REQUIRED")
    assert create(polish_staff, survey=ours, order=of(polish_order))["status"] == "SCHEDULED"
    assert create(polish_staff, survey=ours, email="jan@example.com", channel=channel_PLN.slug)["status"] == "SCHEDULED"


def test_staff_of_one_channel_ask_with_its_surveys_only(polish_staff, story, survey, ours, polish_order, channel_USD):
    survey.channels = [channel_USD.slug]
    survey.save()

    assert refused(polish_staff, survey=ours, order=of(polish_order)) == ("survey", "NOT_FOUND")


def cancel(client, invitation):
    pk = invitation if isinstance(invitation, str) else global_id("NpsInvitation", invitation.pk)
    answer = ask(client, CANCEL, id=pk)["npsInvitationCancel"]
    return answer["npsInvitation"] and answer["npsInvitation"]["status"], [
        (e["field"], e["code"]) for e in answer["errors"]
    ]


def test_staff_take_an_invitation_back(staff, story, order):
    invitation = story.invite(order)

    assert cancel(staff, invitation) == ("CANCELED", [])
    assert cancel(staff, invitation) == (None, [("id", "INVALID")])


def test_an_answer_cannot_be_taken_back(staff, story, order):
    response = story.answer(order, 9)

    assert cancel(staff, response.invitation) == (None, [("id", "INVALID")])


def test_staff_of_one_channel_take_its_invitations_back_only(polish_staff, story, order, polish_order):
    invitation, polish = story.invite(order), story.invite(polish_order)

    assert cancel(polish_staff, invitation) == (None, [("id", "NOT_FOUND")])
    assert cancel(polish_staff, polish) == ("CANCELED", [])
    invitation.refresh_from_db()
    assert invitation.status == "sent"


@pytest.mark.parametrize(("wrong", "code"), [(global_id("NpsInvitation", 10**30), "NOT_FOUND"), ("x", "GRAPHQL_ERROR")])
def test_an_id_that_names_no_invitation_is_refused(staff, survey, wrong, code):
    assert cancel(staff, wrong) == (None, [("id", code)])
