"""npsInvitation(token) and npsOptOut: what the holder of a survey link sees, and refuses."""

import pytest
from django.utils import timezone
from saleor.core.utils import build_absolute_uri

from saleor_nps_plugin.links import invitation_token
from saleor_nps_plugin.shoppers.models import Shopper
from saleor_nps_plugin.surveys.following_up import cases
from saleor_nps_plugin.surveys.following_up.cases import Changes
from saleor_nps_plugin.surveys.models import Invitation, SurveyText
from tests.forging import changed

from .conftest import ask, refusal

INVITATION = """
query ($token: String!) {
  npsInvitation(token: $token) {
    status languageCode expiresAt url skipReason sentAt openedAt
    channel { slug } order { id } user { id }
    survey {
      slug question
      german: question(languageCode: DE)
      questions { text isRequired kind categories choices { value label } }
      forPromoters: questions(category: PROMOTER) { text }
    }
    response {
      score category comment isCounted exclusionReason caseStatus tags notes { text }
      order { id } user { id } channel { slug } assignee { id }
      invitation { order { id } user { id } }
      survey { slug }
    }
  }
}
"""
SUBMIT = """
mutation ($token: String!) {
  npsResponseSubmit(token: $token, input: {score: 9}) { npsResponse { languageCode } thanks { message } }
}
"""
OPT_OUT = "mutation ($token: String!) { npsOptOut(token: $token) { optedOut errors { field code } } }"


def test_a_storefront_gets_what_it_needs_to_render_the_survey(anybody, story, invitation, token):
    seen = ask(anybody, INVITATION, token=token)["npsInvitation"]

    assert seen["status"] == "SENT"
    assert seen["languageCode"] == "EN"
    assert seen["expiresAt"] == invitation.expires_at.isoformat()
    assert seen["url"] == build_absolute_uri(f"/plugins/global/nps/s/{token}/")
    assert seen["survey"]["slug"] == "after-delivery"
    assert seen["survey"]["question"] == "How likely are you to recommend Tea & Co to a friend or colleague?"
    assert "Tea & Co" in seen["survey"]["german"]
    assert [question["categories"] for question in seen["survey"]["questions"]] == [
        ["PROMOTER"],
        ["PASSIVE"],
        ["DETRACTOR"],
    ]
    assert seen["survey"]["forPromoters"] == [{"text": "What did you like most?"}]
    assert seen["response"] is None


def test_the_holder_of_a_link_sees_no_person_and_no_order(anybody, customer, staff, story, invitation, token):
    response = story.reply(invitation, 2, "Cold")
    changes = Changes(
        case_status="resolved",
        tags=["late"],
        note="Called",
        is_counted=False,
        exclusion_reason="Test",
        assignee_id=staff.user.pk,
    )
    cases.update_response(response.pk, changes, staff_id=staff.user.pk, now=story.now)

    for asker in (anybody, customer, staff):
        seen = ask(asker, INVITATION, token=token)["npsInvitation"]

        assert {seen[name] for name in ("order", "user", "channel", "sentAt", "openedAt", "skipReason")} == {None}
        assert seen["response"] == {
            "score": 2,
            "category": "DETRACTOR",
            "comment": "Cold",
            "isCounted": True,
            "exclusionReason": None,
            "caseStatus": "NONE",
            "tags": [],
            "notes": [],
            "order": None,
            "user": None,
            "channel": None,
            "assignee": None,
            "invitation": {"order": None, "user": None},
            "survey": {"slug": "after-delivery"},
        }


@pytest.mark.parametrize("field", ["score { value }", "channels { slug }"])
def test_the_holder_of_a_link_reads_neither_scores_nor_channels(anybody, token, field):
    query = f"query ($token: String!) {{ npsInvitation(token: $token) {{ survey {{ {field} }} }} }}"

    assert refusal(anybody, query, token=token) == "PermissionDenied"


@pytest.mark.parametrize("unknown", ["", "x", "x" * 5000, "\x00", "a.b", "ä" * 80])
def test_an_unknown_token_opens_nothing(anybody, story, token, unknown):
    assert ask(anybody, INVITATION, token=unknown)["npsInvitation"] is None
    assert ask(anybody, INVITATION, token=changed(token))["npsInvitation"] is None


def test_the_survey_is_read_in_the_invitations_language(anybody, story, place, survey):
    order = place()
    order.language_code = "de"
    order.save()
    SurveyText.objects.create(survey=survey, language_code="de", question="Empfehlen Sie {shop_name}?", thanks="Danke!")
    token = invitation_token(story.invite(order).key)

    seen = ask(anybody, INVITATION, token=token)["npsInvitation"]
    answer = ask(anybody, SUBMIT, token=token)["npsResponseSubmit"]

    assert seen["languageCode"] == "DE"
    assert seen["survey"]["question"] == "Empfehlen Sie Tea & Co?"
    assert answer == {"npsResponse": {"languageCode": "DE"}, "thanks": {"message": "Danke!"}}


def test_a_language_that_saleor_lacks_reads_as_its_nearest(anybody, story, place):
    order = place()
    order.language_code = "de-xx"
    order.save()
    token = invitation_token(story.invite(order).key)

    assert ask(anybody, INVITATION, token=token)["npsInvitation"]["languageCode"] == "DE"


def test_the_holder_of_a_link_opts_out(anybody, invitation, token):
    for _ in range(2):
        assert ask(anybody, OPT_OUT, token=token)["npsOptOut"] == {"optedOut": True, "errors": []}

    assert Shopper.objects.get(pk=invitation.shopper_id).opted_out_at is not None


def test_opting_out_works_after_the_link_has_expired(anybody, invitation, token):
    Invitation.objects.update(expires_at=timezone.now(), status="expired")

    assert ask(anybody, OPT_OUT, token=token)["npsOptOut"]["optedOut"] is True


def test_nobody_opts_out_with_a_token_that_is_not_ours(anybody, invitation):
    answer = ask(anybody, OPT_OUT, token="x")["npsOptOut"]

    assert answer == {"optedOut": False, "errors": [{"field": "token", "code": "TOKEN_INVALID"}]}
    assert not Shopper.objects.exclude(opted_out_at=None).exists()
