"""npsSurvey, npsSurveys and npsInvitations."""

from datetime import timedelta

import pytest

from saleor_nps_plugin.surveys.models import Invitation, Survey, SurveyText

from .conftest import ask, complaint, global_id, refusal

SURVEY = """
query ($id: ID, $slug: String) {
  npsSurvey(id: $id, slug: $slug) {
    id name slug touchpoint isActive delayHours weight
    channels { slug }
    question french: question(languageCode: FR)
    questions { id kind text isRequired categories choices { value } }
    forDetractors: questions(category: DETRACTOR, languageCode: DE) { text }
    score { value responses }
  }
}
"""
READY = ["after-delivery", "product-used", "csat", "ces", "recovery"]
SURVEYS = "query { npsSurveys(first: 10) { totalCount edges { node { slug } } } }"
INVITATIONS = """
query ($filter: NpsInvitationFilterInput, $first: Int) {
  npsInvitations(filter: $filter, first: $first) {
    totalCount
    edges { node {
      id status skipReason languageCode sendAt sentAt openedAt expiresAt url
      survey { slug } order { id } user { id } channel { slug } response { score caseStatus }
    } }
  }
}
"""


def slugs(client):
    return [edge["node"]["slug"] for edge in ask(client, SURVEYS)["npsSurveys"]["edges"]]


def found(client, **wanted):
    """The orders' channels of the listed invitations, in order."""
    page = ask(client, INVITATIONS, first=100, filter=wanted)["npsInvitations"]
    return [edge["node"]["channel"]["slug"] for edge in page["edges"]]


def test_staff_read_a_survey(staff, story, survey, order):
    story.answer(order, 10)

    seen = ask(staff, SURVEY, slug=survey.slug)["npsSurvey"]

    assert {
        name: seen[name]
        for name in ("id", "name", "slug", "touchpoint", "isActive", "delayHours", "weight", "channels")
    } == {
        "id": global_id("NpsSurvey", survey.pk),
        "name": "After delivery",
        "slug": "after-delivery",
        "touchpoint": "ORDER_FULFILLED",
        "isActive": True,
        "delayHours": 0,
        "weight": 1.0,
        "channels": [],
    }
    assert seen["question"] == "How likely are you to recommend Tea & Co to a friend or colleague?"
    assert "Tea & Co" in seen["french"]
    assert [(question["kind"], question["text"], question["categories"]) for question in seen["questions"]] == [
        ("TEXT", "What did you like most?", ["PROMOTER"]),
        ("TEXT", "What would make it a 10 for you?", ["PASSIVE"]),
        ("TEXT", "What went wrong, and what should we do better?", ["DETRACTOR"]),
    ]
    assert len(seen["forDetractors"]) == 1
    assert seen["score"] == {"value": 100, "responses": 1}
    assert ask(staff, SURVEY, id=global_id("NpsSurvey", survey.pk))["npsSurvey"] == seen


def test_a_survey_of_one_channel_speaks_and_waits_as_that_channel_does(staff, nps_plugin, survey, channel_PLN):
    nps_plugin(
        delay_hours="24", shop_name="Tea", overrides=f"[{channel_PLN.slug}]\ndelay_hours = 72\nshop_name = Herbata"
    )
    Survey.objects.update(channels=[channel_PLN.slug])
    SurveyText.objects.create(survey=survey, language_code="fr", question="Recommandez-vous {shop_name} ?")

    seen = ask(staff, SURVEY, slug=survey.slug)["npsSurvey"]

    assert (seen["delayHours"], seen["channels"]) == (72, [{"slug": channel_PLN.slug}])
    assert seen["french"] == "Recommandez-vous Herbata ?"
    assert "Herbata" in seen["question"]


def test_a_survey_that_is_not_there_is_null(staff, survey):
    assert ask(staff, SURVEY, slug="x\x00")["npsSurvey"] is None
    assert ask(staff, SURVEY, id=global_id("NpsSurvey", 10**30))["npsSurvey"] is None


def test_a_survey_is_looked_up_by_id_or_slug(staff, survey):
    assert "id" in complaint(staff, SURVEY)
    assert "slug" in complaint(staff, SURVEY, id=global_id("NpsSurvey", survey.pk), slug=survey.slug)


def test_the_score_of_a_survey_counts_its_own_answers(staff, story, survey, place):
    other = Survey.objects.create(name="Other", slug="other", touchpoint="order_fulfilled")
    order = place()
    story.invite_all(order)
    for invitation, score in zip(Invitation.objects.order_by("survey"), (10, 0), strict=True):
        story.reply(invitation, score)
    both = [global_id("NpsSurvey", survey.pk), global_id("NpsSurvey", other.pk)]
    query = """query ($filter: NpsScoreFilterInput) {
        npsSurveys(first: 10) { edges { node { score(filter: $filter) {
            value responses invitationsSent responseRate trend { score { value } } by(dimension: SURVEY) { key }
        } } } }
    }"""

    def scores(**wanted):
        return [edge["node"]["score"] for edge in ask(staff, query, filter=wanted)["npsSurveys"]["edges"]]

    first, second = (score for score in scores() if score["responses"])
    assert (first["value"], first["responses"], first["invitationsSent"], first["responseRate"]) == (100, 1, 1, 1.0)
    assert (second["value"], second["trend"][-1]["score"]["value"]) == (-100, -100)
    assert (first["by"], second["by"]) == ([{"key": str(survey.pk)}], [{"key": str(other.pk)}])
    assert [score["value"] for score in scores(surveys=both) if score["responses"]] == [100, -100]
    assert [score["value"] for score in scores(surveys=both[1:]) if score["responses"]] == [-100]


@pytest.mark.parametrize(
    "query", ['{ npsSurvey(slug: "x") { id } }', SURVEYS, "{ npsInvitations(first: 1) { totalCount } }"]
)
@pytest.mark.parametrize("asker", ["anybody", "customer", "staff_without_permission", "app_api_client"])
def test_only_staff_with_the_permission_read_surveys_and_invitations(request, survey, asker, query):
    assert refusal(request.getfixturevalue(asker), query) == "PermissionDenied"


def test_an_app_with_the_permission_reads_surveys_and_invitations(app_with_permission, story, order):
    story.invite(order)

    assert slugs(app_with_permission) == READY
    assert found(app_with_permission) == [order.channel.slug]


def test_staff_of_one_channel_see_the_surveys_used_there(polish_staff, staff, survey, channel_USD, channel_PLN):
    for slug, channels in (("usd", [channel_USD.slug]), ("both", [channel_USD.slug, channel_PLN.slug])):
        Survey.objects.create(name=slug, slug=slug, touchpoint="order_fulfilled", channels=channels)

    assert slugs(staff) == [*READY, "usd", "both"]
    assert slugs(polish_staff) == [*READY, "both"]
    assert ask(polish_staff, SURVEY, slug="usd")["npsSurvey"] is None
    assert ask(polish_staff, SURVEY, slug="both")["npsSurvey"]["channels"] == [{"slug": channel_PLN.slug}]


def test_staff_read_invitations_latest_first(staff, story, order, polish_order, customer_user):
    story.ago(hours=1).answer(order, 3)
    invitation = story.invite(polish_order)

    page = ask(staff, INVITATIONS, first=10)["npsInvitations"]

    assert page["totalCount"] == 2
    latest, earliest = (edge["node"] for edge in page["edges"])
    assert latest == {
        "id": global_id("NpsInvitation", invitation.pk),
        "status": "SENT",
        "skipReason": None,
        "languageCode": "EN",
        "sendAt": story.now.isoformat(),
        "sentAt": story.now.isoformat(),
        "openedAt": None,
        "expiresAt": (story.now + timedelta(days=60)).isoformat(),
        "url": latest["url"],
        "survey": {"slug": "after-delivery"},
        "order": {"id": global_id("Order", polish_order.pk)},
        "user": {"id": global_id("User", customer_user.pk)},
        "channel": {"slug": polish_order.channel.slug},
        "response": None,
    }
    assert earliest["response"] == {"score": 3, "caseStatus": "OPEN"}


def test_staff_of_one_channel_read_its_invitations_only(polish_staff, story, order, polish_order):
    story.invite(order)
    story.invite(polish_order)

    assert found(polish_staff) == [polish_order.channel.slug]
    assert found(polish_staff, channels=[order.channel.slug]) == []


def test_the_reason_why_somebody_was_not_asked_is_shown(staff, nps_plugin, story, order):
    nps_plugin(minimum_order_total="100000")
    story.invite(order)

    node = ask(staff, INVITATIONS, first=1)["npsInvitations"]["edges"][0]["node"]

    assert (node["status"], node["skipReason"], node["sentAt"]) == ("SKIPPED", "BELOW_MINIMUM_TOTAL", None)


def test_invitations_are_filtered(staff, story, survey, order, polish_order, customer_user, customer_user2):
    usd, pln = order.channel.slug, polish_order.channel.slug
    story.ago(days=2).answer(order, 9)
    story.invite(polish_order)

    assert found(staff, statuses=["ANSWERED"]) == [usd]
    assert found(staff, statuses=["ANSWERED", "SENT"]) == [pln, usd]
    assert found(staff, skipReasons=["COOLDOWN"]) == []
    assert found(staff, surveys=[global_id("NpsSurvey", survey.pk)]) == [pln, usd]
    assert found(staff, channels=[pln]) == [pln]
    assert found(staff, customer=global_id("User", customer_user.pk)) == [pln, usd]
    assert found(staff, customer=global_id("User", customer_user2.pk)) == []
    assert found(staff, sendAt={"gte": (story.now - timedelta(days=1)).isoformat()}) == [pln]
    assert found(staff, sendAt={"lte": (story.now - timedelta(days=1)).isoformat()}) == [usd]
