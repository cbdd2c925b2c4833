"""The whole story through the API: fulfilled, asked, answered on a storefront, followed up by staff, counted."""

import pytest

from saleor_nps_plugin.links import invitation_token
from saleor_nps_plugin.surveys.models import Invitation
from saleor_nps_plugin.surveys.reporting import tallies

from .conftest import ask, global_id

pytestmark = pytest.mark.every_version

SURVEY = """
query ($token: String!) {
  npsInvitation(token: $token) { status survey { question questions(category: DETRACTOR) { text } } response { score } }
}
"""
SUBMIT = """
mutation ($token: String!, $input: NpsResponseInput!) {
  npsResponseSubmit(token: $token, input: $input) { thanks { message } errors { field code } }
}
"""
OPEN_CASES = """
query {
  npsResponses(first: 10, filter: {caseStatuses: [OPEN]}, sortBy: {field: SCORE, direction: ASC}) {
    totalCount edges { node { id score comment user { email } order { number } } }
  }
}
"""
RESOLVE = """
mutation ($id: ID!) {
  npsResponseUpdate(id: $id, input: {caseStatus: RESOLVED, note: "Called", tags: ["delivery"]}) {
    npsResponse { caseStatus tags notes { text } } errors { code }
  }
}
"""
SCORE = """
query {
  npsScore {
    value responses invitationsSent responseRate
    trend { score { responses } } by(dimension: CHANNEL) { key score { value } }
  }
}
"""
MINE = "query { me { npsResponses(first: 10) { totalCount edges { node { score caseStatus tags } } } } }"


def test_a_fulfilled_order_becomes_an_answered_survey_and_a_score(
    anybody, customer, staff, story, order, customer_user
):
    story.invite(order)
    token = invitation_token(Invitation.objects.get().key)

    shown = ask(anybody, SURVEY, token=token)["npsInvitation"]
    assert shown == {
        "status": "SENT",
        "survey": {
            "question": "How likely are you to recommend Tea & Co to a friend or colleague?",
            "questions": [{"text": "What went wrong, and what should we do better?"}],
        },
        "response": None,
    }

    submitted = ask(anybody, SUBMIT, token=token, input={"score": 9, "comment": "Good"})["npsResponseSubmit"]
    assert submitted == {"thanks": {"message": "Thank you. Your answer helps us do better."}, "errors": []}
    ask(anybody, SUBMIT, token=token, input={"score": 3, "comment": "Arrived late"})
    assert ask(anybody, SURVEY, token=token)["npsInvitation"]["response"] == {"score": 3}

    cases = ask(staff, OPEN_CASES)["npsResponses"]
    (case,) = (edge["node"] for edge in cases["edges"])
    assert (cases["totalCount"], case["score"], case["comment"]) == (1, 3, "Arrived late")
    assert (case["user"], case["order"]) == ({"email": customer_user.email}, {"number": str(order.number)})

    resolved = ask(staff, RESOLVE, id=case["id"])["npsResponseUpdate"]
    assert resolved == {
        "npsResponse": {"caseStatus": "RESOLVED", "tags": ["delivery"], "notes": [{"text": "Called"}]},
        "errors": [],
    }

    score = ask(staff, SCORE)["npsScore"]
    assert score["trend"][-1] == {"score": {"responses": 1}}
    assert {name: score[name] for name in ("value", "responses", "invitationsSent", "responseRate", "by")} == {
        "value": -100,
        "responses": 1,
        "invitationsSent": 1,
        "responseRate": 1.0,
        "by": [{"key": order.channel.slug, "score": {"value": -100}}],
    }
    assert tallies.differences() == 0

    mine = ask(customer, MINE)["me"]["npsResponses"]
    assert mine["edges"] == [{"node": {"score": 3, "caseStatus": "NONE", "tags": []}}]


@pytest.mark.parametrize("field", ["npsInvitations { status }", "npsResponses { score }"])
def test_the_order_itself_shows_it_to_its_owner_and_to_staff(anybody, customer, staff, story, order, field):
    story.answer(order, 10)
    query = f"query ($id: ID!) {{ order(id: $id) {{ {field} }} }}"
    variables = {"id": global_id("Order", order.pk)}

    assert ask(customer, query, **variables) == ask(staff, query, **variables)
    assert anybody.post_graphql(query, variables).json()["data"]["order"] is None
