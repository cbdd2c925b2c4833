"""NpsResponse.flags and exclusionReason: why an answer looks untrue, and who is told."""

import pytest

from saleor_nps_plugin.surveys.answering import judging, untrue
from saleor_nps_plugin.surveys.following_up import cases
from saleor_nps_plugin.surveys.following_up.cases import Changes
from saleor_nps_plugin.surveys.models import Response

from .conftest import ask, global_id, refusal

pytestmark = pytest.mark.every_version

RESPONSE = "query ($id: ID!) { npsResponse(id: $id) { isCounted exclusionReason flags } }"
OF_ORDER = "query ($id: ID!) { order(id: $id) { npsResponses { isCounted exclusionReason flags } } }"
UPDATE = """
mutation ($id: ID!, $input: NpsResponseUpdateInput!) {
  npsResponseUpdate(id: $id, input: $input) {
    npsResponse { isCounted exclusionReason flags }
    errors { message }
  }
}
"""


@pytest.fixture
def response(story, order):
    """A program that filled in the field which people do not see."""
    response = story.answer(order, 0, "Awful")
    untrue.note(response, trace={"agent": "python-requests/2.32", "honeypot": True}, now=story.now)
    judging.judge_due(now=story.ago(minutes=-2).now, limit=10)
    return response


def seen(client, response, **headers):
    variables = {"id": global_id("NpsResponse", response.pk)}
    answer = client.post_graphql(RESPONSE, variables, **headers).json()
    assert "errors" not in answer, answer["errors"]
    return answer["data"]["npsResponse"]


def test_staff_are_told_why_an_answer_looks_untrue(staff, response):
    assert seen(staff, response) == {
        "isCounted": False,
        "exclusionReason": "Looks untrue: a field that people do not see was filled in, sent by a program",
        "flags": ["HONEYPOT", "SCANNER"],
    }


def test_the_reason_is_in_the_language_of_the_readers_account(staff, response):
    staff.user.language_code = "de-at"
    staff.user.save(update_fields=["language_code"])

    # Their browser's language says nothing.
    found = seen(staff, response, HTTP_ACCEPT_LANGUAGE="fr")

    assert found["exclusionReason"].startswith("Wirkt unecht: ")
    assert found["flags"] == ["HONEYPOT", "SCANNER"]


@pytest.mark.parametrize(
    ("headers", "begins"),
    [
        ({"HTTP_ACCEPT_LANGUAGE": "pt, de-CH;q=0.9, en;q=0.1"}, "Wirkt unecht: "),
        ({"HTTP_ACCEPT_LANGUAGE": "\x00;;q=?"}, "Looks untrue: "),
        ({}, "Looks untrue: "),
    ],
)
def test_an_app_says_its_readers_language(app_with_permission, response, headers, begins):
    assert seen(app_with_permission, response, **headers)["exclusionReason"].startswith(begins)


def test_what_staff_typed_stays_as_they_typed_it(staff, story, order):
    response = story.answer(order, 0)
    staff.user.language_code = "de"
    staff.user.save(update_fields=["language_code"])

    changed = {"isCounted": False, "exclusionReason": "Looks untrue"}
    answer = ask(staff, UPDATE, id=global_id("NpsResponse", response.pk), input=changed)["npsResponseUpdate"]

    assert answer == {"npsResponse": {**changed, "flags": []}, "errors": []}


def test_flags_stay_when_staff_put_the_answer_back(staff, story, response):
    cases.update_response(response.pk, Changes(is_counted=True), staff_id=staff.user.pk, now=story.now)

    assert seen(staff, response) == {"isCounted": True, "exclusionReason": None, "flags": ["HONEYPOT", "SCANNER"]}


def test_a_flag_of_a_later_version_is_not_in_the_way(staff, response):
    Response.objects.filter(pk=response.pk).update(flags=["from_the_future", "scanner"], exclusion_reason="Test")

    assert seen(staff, response) == {"isCounted": False, "exclusionReason": "Test", "flags": ["SCANNER"]}


def test_the_respondent_is_told_nothing_of_it(customer, order, response):
    answer = ask(customer, OF_ORDER, id=global_id("Order", order.pk))["order"]

    assert answer["npsResponses"] == [{"isCounted": True, "exclusionReason": None, "flags": []}]


@pytest.mark.parametrize("asker", ["anybody", "customer", "staff_without_permission", "app_api_client"])
def test_nobody_else_reads_them(request, asker, response):
    client = request.getfixturevalue(asker)

    assert refusal(client, RESPONSE, id=global_id("NpsResponse", response.pk)) == "PermissionDenied"
