"""npsInvitation(token), npsResponseSubmit and npsOptOut: what the holder of a survey link sees and does."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from saleor_nps_plugin.links import invitation_token
from saleor_nps_plugin.surveys import cases
from saleor_nps_plugin.surveys.cases import Changes
from saleor_nps_plugin.surveys.models import Invitation, Question, Response, Shopper, SurveyText

from .conftest import ask, global_id, refusal

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
mutation ($token: String!, $input: NpsResponseInput!) {
  npsResponseSubmit(token: $token, input: $input) {
    npsResponse {
      score category comment discourageScore languageCode createdAt updatedAt editableUntil
      order { id } user { id }
      answers { text number yes choices { value label } question { id text } }
    }
    thanks { message }
    errors { field code message }
  }
}
"""
OPT_OUT = "mutation ($token: String!) { npsOptOut(token: $token) { optedOut errors { field code } } }"


@pytest.fixture
def invitation(story, order):
    return story.invite(order)


@pytest.fixture
def token(invitation):
    return invitation_token(invitation.key)


def submit(client, token, **given):
    return ask(client, SUBMIT, token=token, input=given)["npsResponseSubmit"]


def refused(client, token, **given):
    """The field and code with which an answer is refused; nothing is recorded then."""
    before = list(Response.objects.values())
    answer = submit(client, token, **given)
    assert (answer["npsResponse"], answer["thanks"]) == (None, None)
    assert list(Response.objects.values()) == before
    (error,) = answer["errors"]
    assert error["message"]
    return error["field"], error["code"]


def test_a_storefront_gets_what_it_needs_to_render_the_survey(anybody, story, invitation, token):
    seen = ask(anybody, INVITATION, token=token)["npsInvitation"]

    assert seen["status"] == "SENT"
    assert seen["languageCode"] == "EN"
    assert seen["expiresAt"] == invitation.expires_at.isoformat()
    assert seen["url"] == f"https://example.com/plugins/global/nps/s/{token}/"
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
    assert ask(anybody, INVITATION, token=token[:-1] + ("A" if token[-1] != "A" else "B"))["npsInvitation"] is None


def test_the_survey_is_read_in_the_invitations_language(anybody, story, place, survey):
    order = place()
    order.language_code = "de"
    order.save()
    SurveyText.objects.create(survey=survey, language_code="de", question="Empfehlen Sie {shop_name}?", thanks="Danke!")
    token = invitation_token(story.invite(order).key)

    seen = ask(anybody, INVITATION, token=token)["npsInvitation"]
    answer = submit(anybody, token, score=9)

    assert seen["languageCode"] == "DE"
    assert seen["survey"]["question"] == "Empfehlen Sie Tea & Co?"
    assert answer["thanks"] == {"message": "Danke!"}
    assert answer["npsResponse"]["languageCode"] == "DE"


def test_a_language_that_saleor_lacks_reads_as_its_nearest(anybody, story, place):
    order = place()
    order.language_code = "de-xx"
    order.save()
    token = invitation_token(story.invite(order).key)

    assert ask(anybody, INVITATION, token=token)["npsInvitation"]["languageCode"] == "DE"


def test_an_answer_is_recorded_with_all_that_was_given(anybody, story, survey, token):
    choices = [
        {"value": "tea", "labels": {"en": "The tea", "de": "Der Tee"}},
        {"value": "price", "labels": {"en": "Price"}},
    ]
    kinds = {"multiple_choice": choices, "yes_no": [], "number": [], "text": []}
    asked = {
        kind: Question.objects.create(
            survey=survey, position=10 + position, kind=kind, choices=options, texts={"en": kind}
        )
        for position, (kind, options) in enumerate(kinds.items())
    }
    ids = {kind: global_id("NpsQuestion", question.pk) for kind, question in asked.items()}

    answer = submit(
        anybody,
        token,
        score=9,
        comment="  Lovely\x00 <b>tea</b>\r\n",
        discourageScore=1,
        mayContact=True,
        answers=[
            {"question": ids["multiple_choice"], "choices": ["tea"]},
            {"question": ids["yes_no"], "yes": False},
            {"question": ids["number"], "number": 2.5},
            {"question": ids["text"], "text": "More"},
        ],
    )

    assert answer["errors"] == []
    assert answer["thanks"] == {"message": "Thank you. Your answer helps us do better."}
    response = Response.objects.get()
    assert answer["npsResponse"] == {
        "score": 9,
        "category": "PROMOTER",
        "comment": "Lovely <b>tea</b>",
        "discourageScore": 1,
        "languageCode": "EN",
        "createdAt": response.created_at.isoformat(),
        "updatedAt": response.updated_at.isoformat(),
        "editableUntil": (response.created_at + timedelta(hours=24)).isoformat(),
        "order": None,
        "user": None,
        "answers": [
            {
                "text": None,
                "number": None,
                "yes": None,
                "choices": [{"value": "tea", "label": "The tea"}],
                "question": {"id": ids["multiple_choice"], "text": "multiple_choice"},
            },
            {
                "text": None,
                "number": None,
                "yes": False,
                "choices": [],
                "question": {"id": ids["yes_no"], "text": "yes_no"},
            },
            {
                "text": None,
                "number": 2.5,
                "yes": None,
                "choices": [],
                "question": {"id": ids["number"], "text": "number"},
            },
            {
                "text": "More",
                "number": None,
                "yes": None,
                "choices": [],
                "question": {"id": ids["text"], "text": "text"},
            },
        ],
    }
    assert (response.may_contact, response.invitation.status) == (True, "answered")


def test_a_second_answer_replaces_the_first_for_a_day_and_is_refused_later(anybody, story, invitation, token):
    submit(anybody, token, score=9)

    assert submit(anybody, token, score=3)["npsResponse"]["category"] == "DETRACTOR"
    Response.objects.update(editable_until=timezone.now())

    assert refused(anybody, token, score=10) == (None, "ALREADY_ANSWERED")
    assert Response.objects.get().score == 3


@pytest.mark.parametrize("score", [-1, 11, 2147483647, -2147483648])
def test_a_score_outside_the_scale_is_refused(anybody, token, score):
    assert refused(anybody, token, score=score) == ("score", "SCORE_OUT_OF_RANGE")
    assert refused(anybody, token, score=5, discourageScore=score) == ("discourageScore", "SCORE_OUT_OF_RANGE")


@pytest.mark.parametrize("score", [9.5, 9.0, True, "9.5"])
def test_a_score_that_is_no_integer_is_not_made_one(anybody, token, score):
    written_apart = """mutation ($token: String!, $score: Int!) {
        npsResponseSubmit(token: $token, input: {score: $score}) { errors { field code } }
    }"""

    assert refused(anybody, token, score=score) == ("score", "SCORE_OUT_OF_RANGE")
    assert refused(anybody, token, score=5, discourageScore=score) == ("discourageScore", "SCORE_OUT_OF_RANGE")
    apart = ask(anybody, written_apart, token=token, score=score)["npsResponseSubmit"]
    assert apart["errors"] == [{"field": "score", "code": "SCORE_OUT_OF_RANGE"}]
    assert not Response.objects.exists()


def test_a_score_is_read_from_a_form_too(anybody, token):
    operations = {"query": SUBMIT, "variables": {"token": token, "input": {"score": 9.5}}}

    answer = anybody.post_multipart({"operations": json.dumps(operations), "map": "{}"}).json()

    assert answer["data"]["npsResponseSubmit"]["errors"][0]["code"] == "SCORE_OUT_OF_RANGE"


@pytest.mark.parametrize("literal", ["9.5", '"9"', "true", "null", "NINE"])
def test_a_score_that_is_no_integer_is_refused_where_it_is_written_into_the_query(anybody, token, literal):
    query = f'mutation {{ npsResponseSubmit(token: "{token}", input: {{score: {literal}}}) {{ errors {{ code }} }} }}'

    assert anybody.post_graphql(query).json()["errors"]
    assert not Response.objects.exists()


@pytest.mark.parametrize("score", ["nine", None, [], {}, 10**20])
def test_a_score_that_is_no_integer_is_refused_by_the_schema(anybody, token, score):
    answer = anybody.post_graphql(SUBMIT, {"token": token, "input": {"score": score}}).json()

    assert answer["errors"]
    assert not Response.objects.exists()


def test_a_score_that_is_missing_is_refused_by_the_schema(anybody, token):
    answer = anybody.post_graphql(SUBMIT, {"token": token, "input": {"comment": "?"}}).json()

    assert "score" in answer["errors"][0]["message"]


def test_a_comment_has_a_limit(anybody, token):
    assert refused(anybody, token, score=5, comment="x" * 5001) == ("comment", "INVALID")
    assert refused(anybody, token, score=5, comment="x" * 1_000_000) == ("comment", "INVALID")
    assert submit(anybody, token, score=5, comment="x" * 5000)["errors"] == []


def test_answers_to_follow_up_questions_are_checked(anybody, survey, token):
    choice = Question.objects.create(
        survey=survey, position=10, kind="single_choice", choices=[{"value": "tea", "labels": {}}]
    )
    asked = global_id("NpsQuestion", choice.pk)

    def refused_answers(*answers):
        return refused(anybody, token, score=5, answers=list(answers))

    assert refused_answers({"question": global_id("NpsQuestion", 10**12), "text": "?"}) == ("answers", "INVALID")
    assert refused_answers({"question": asked, "choices": ["coffee"]}) == ("answers", "INVALID")
    assert refused_answers({"question": asked, "choices": ["tea"] * 101}) == ("answers", "INVALID")
    assert refused_answers({"question": global_id("Product", 1)}) == ("answers", "GRAPHQL_ERROR")
    assert refused_answers({"question": "?"}) == ("answers", "GRAPHQL_ERROR")
    assert refused_answers(*[{"question": asked, "choices": ["tea"]}] * 51) == ("answers", "INVALID")


def test_a_number_that_json_does_not_know_is_refused(anybody, survey, token):
    number = Question.objects.create(survey=survey, position=10, kind="number")
    variables = {
        "token": token,
        "input": {"score": 5, "answers": [{"question": global_id("NpsQuestion", number.pk), "number": "NaN"}]},
    }
    body = json.dumps({"query": SUBMIT, "variables": variables}).replace('"NaN"', "NaN")

    answer = anybody.generic("POST", anybody.api_path, body, content_type="application/json").json()

    assert answer["data"]["npsResponseSubmit"]["errors"][0]["code"] == "INVALID"
    assert not Response.objects.exists()


def test_a_required_question_wants_an_answer(anybody, survey, token):
    Question.objects.create(survey=survey, position=10, kind="yes_no", is_required=True)

    assert refused(anybody, token, score=5) == ("answers", "REQUIRED")


@pytest.mark.parametrize("wrong", ["", "x", "x" * 5000, "\x00"])
def test_a_token_that_is_not_ours_is_refused(anybody, story, wrong):
    assert refused(anybody, wrong, score=5) == ("token", "TOKEN_INVALID")


def test_an_expired_token_is_refused(anybody, invitation, token):
    Invitation.objects.update(expires_at=timezone.now())

    assert refused(anybody, token, score=5) == ("token", "TOKEN_EXPIRED")
    assert ask(anybody, INVITATION, token=token)["npsInvitation"]["status"] == "SENT"


def test_nobody_answers_while_surveys_are_switched_off(anybody, nps_plugin, token):
    nps_plugin(enabled=False)

    assert refused(anybody, token, score=5) == (None, "PLUGIN_INACTIVE")


def test_four_answers_at_once_are_the_most_that_saleor_takes(anybody, token):
    one = f'npsResponseSubmit(token: "{token}", input: {{score: 5}}) {{ errors {{ code }} }}'
    answer = anybody.post_graphql("mutation {" + " ".join(f"m{number}: {one}" for number in range(4)) + "}").json()

    assert [answer["data"][f"m{number}"]["errors"] for number in range(4)] == [[]] * 4
    assert Response.objects.count() == 1


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
