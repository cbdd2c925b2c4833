"""npsResponseSubmit: an answer is recorded, replaced, refused."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from saleor_nps_plugin.surveys.models import Invitation, Question, Response

from .conftest import ask, global_id

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

    # Later releases of Saleor do not even parse such a request.
    assert "errors" in answer or answer["data"]["npsResponseSubmit"]["errors"][0]["code"] == "INVALID"
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


def test_nobody_answers_while_surveys_are_switched_off(anybody, nps_plugin, token):
    nps_plugin(enabled=False)

    assert refused(anybody, token, score=5) == (None, "PLUGIN_INACTIVE")


def test_four_answers_at_once_are_the_most_that_saleor_takes(anybody, token):
    one = f'npsResponseSubmit(token: "{token}", input: {{score: 5}}) {{ errors {{ code }} }}'
    answer = anybody.post_graphql("mutation {" + " ".join(f"m{number}: {one}" for number in range(4)) + "}").json()

    assert [answer["data"][f"m{number}"]["errors"] for number in range(4)] == [[]] * 4
    assert Response.objects.count() == 1
