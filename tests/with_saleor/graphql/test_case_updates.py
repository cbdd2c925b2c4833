"""npsResponseUpdate: what staff do about a response."""

from uuid import uuid4

import pytest
from django.utils import timezone

from saleor_nps_plugin.surveys.following_up import cases, replies
from saleor_nps_plugin.surveys.following_up.cases import Changes
from saleor_nps_plugin.surveys.following_up.replies import Draft
from saleor_nps_plugin.surveys.models import CaseNote, Response
from saleor_nps_plugin.surveys.reporting import tallies

from .conftest import ask, global_id, refusal

UPDATE = """
mutation ($id: ID!, $input: NpsResponseUpdateInput!) {
  npsResponseUpdate(id: $id, input: $input) {
    npsResponse { caseStatus tags isCounted exclusionReason assignee { email } notes { text user { email } } }
    errors { field code message }
  }
}
"""
NOTHING_DONE = {
    "caseStatus": "OPEN",
    "tags": [],
    "isCounted": True,
    "exclusionReason": None,
    "assignee": None,
    "notes": [],
}


@pytest.fixture
def response(story, order):
    return story.answer(order, 2, "Too cold")


def update(client, response, **changes):
    answer = ask(client, UPDATE, id=global_id("NpsResponse", response.pk), input=changes)["npsResponseUpdate"]
    assert answer["errors"] == []
    return answer["npsResponse"]


def refused(client, response_id, **changes):
    """The field and code with which a change is refused; nothing is changed then."""
    before = list(Response.objects.values())
    answer = ask(client, UPDATE, id=response_id, input=changes)["npsResponseUpdate"]
    assert answer["npsResponse"] is None
    assert list(Response.objects.values()) == before
    assert not CaseNote.objects.exists()
    (error,) = answer["errors"]
    assert error["message"]
    return error["field"], error["code"]


def test_staff_follow_a_response_up(staff, response):
    changed = update(
        staff,
        response,
        caseStatus="IN_PROGRESS",
        assignee=global_id("User", staff.user.pk),
        tags=["late", " cold ", "late"],
        note="Called\x00",
        isCounted=False,
        exclusionReason="A test",
    )

    assert changed == {
        "caseStatus": "IN_PROGRESS",
        "tags": ["late", "cold"],
        "isCounted": False,
        "exclusionReason": "A test",
        "assignee": {"email": staff.user.email},
        "notes": [{"text": "Called", "user": {"email": staff.user.email}}],
    }
    assert tallies.differences() == 0


def test_what_is_left_out_stays_as_it_is(staff, response):
    assert update(staff, response) == NOTHING_DONE
    update(staff, response, tags=["late"], assignee=global_id("User", staff.user.pk), caseStatus="RESOLVED")

    assert update(staff, response, note="Done") == {
        **NOTHING_DONE,
        "caseStatus": "RESOLVED",
        "tags": ["late"],
        "assignee": {"email": staff.user.email},
        "notes": [{"text": "Done", "user": {"email": staff.user.email}}],
    }


def test_a_case_is_taken_away_from_everybody_with_null(staff, response):
    update(staff, response, assignee=global_id("User", staff.user.pk))

    assert update(staff, response, caseStatus=None, tags=None, note=None, isCounted=None)["assignee"] is not None
    assert update(staff, response, assignee=None)["assignee"] is None


def test_a_response_counts_again(staff, response):
    update(staff, response, isCounted=False, exclusionReason="A test")

    assert update(staff, response, isCounted=True)["exclusionReason"] is None
    assert ask(staff, "{ npsScore { responses } }")["npsScore"]["responses"] == 1


def test_a_note_of_an_app_has_no_author(app_with_permission, response):
    assert update(app_with_permission, response, note="By the help desk")["notes"] == [
        {"text": "By the help desk", "user": None}
    ]


@pytest.mark.parametrize("asker", ["anybody", "customer", "staff_without_permission", "app_api_client"])
def test_only_staff_with_the_permission_change_responses(request, asker, response):
    variables = {"id": global_id("NpsResponse", response.pk), "input": {"tags": ["x"]}}

    assert refusal(request.getfixturevalue(asker), UPDATE, **variables) == "PermissionDenied"
    assert Response.objects.get().tags == []


def test_staff_of_one_channel_change_its_responses_only(polish_staff, story, response, polish_order):
    polish = story.answer(polish_order, 9)

    assert refused(polish_staff, global_id("NpsResponse", response.pk), tags=["x"]) == ("id", "NOT_FOUND")
    assert update(polish_staff, polish, tags=["x"])["tags"] == ["x"]


def test_changes_that_cannot_be_are_refused(staff, customer_user, response):
    own = global_id("NpsResponse", response.pk)

    assert refused(staff, own, isCounted=False) == ("exclusionReason", "REQUIRED")
    assert refused(staff, own, isCounted=False, exclusionReason="x" * 201) == ("exclusionReason", "INVALID")
    assert refused(staff, own, note="\x00 ") == ("note", "INVALID")
    assert refused(staff, own, note="x" * 5001) == ("note", "INVALID")
    assert refused(staff, own, tags=["x" * 51]) == ("tags", "INVALID")
    assert refused(staff, own, tags=[str(number) for number in range(51)]) == ("tags", "INVALID")
    assert refused(staff, own, tags=["x"] * 101) == ("tags", "INVALID")
    assert refused(staff, own, assignee=global_id("User", customer_user.pk)) == ("assignee", "NOT_FOUND")
    assert refused(staff, own, assignee=global_id("User", 10**30)) == ("assignee", "NOT_FOUND")
    assert refused(staff, own, assignee="x") == ("assignee", "GRAPHQL_ERROR")


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (global_id("NpsResponse", 10**12), "NOT_FOUND"),
        (global_id("NpsResponse", 10**30), "NOT_FOUND"),
        (global_id("NpsResponse", "d7d0bba5-2b3a-4a51-8a1e-5a7d5e2fbe0c"), "GRAPHQL_ERROR"),
        (global_id("Order", 1), "GRAPHQL_ERROR"),
        ("x", "GRAPHQL_ERROR"),
    ],
)
def test_an_id_that_names_no_response_is_refused(staff, survey, wrong, code):
    assert refused(staff, wrong, tags=["x"]) == ("id", code)


def test_whoever_read_an_older_revision_is_told_so(staff, response):
    cases.update_response(response.pk, Changes(tags=["late"]), staff_id=None, now=timezone.now())

    answer = ask(
        staff,
        UPDATE,
        id=global_id("NpsResponse", response.pk),
        input={"tags": ["cold"], "revision": 1},
    )["npsResponseUpdate"]

    (error,) = answer["errors"]
    assert (error["field"], error["code"]) == ("revision", "CONFLICT")
    assert Response.objects.get().tags == ["late"]
    assert update(staff, response, tags=["cold"], revision=2)["tags"] == ["cold"]


def test_notes_are_what_staff_wrote_not_what_they_changed(staff, response):
    replies.send_reply(response.pk, Draft(key=uuid4(), text="Sorry"), staff_id=staff.user.pk, now=timezone.now())

    changed = update(staff, response, tags=["cold"], note="Called")

    assert [note["text"] for note in changed["notes"]] == ["Called"]
