import pytest

from saleor_nps_plugin.errors import Invalid, NotFound, Required
from saleor_nps_plugin.surveys.following_up import cases
from saleor_nps_plugin.surveys.following_up.cases import CaseConflict, Changes
from saleor_nps_plugin.surveys.models import CaseNote, Response


@pytest.fixture
def response(story):
    return story.answer(story.invite(), 3, "Late")


def update(response, story, **changes):
    return cases.update_response(response.pk, Changes(**changes), staff_id=5, now=story.now)


def test_staff_take_up_tag_and_note_a_case(response, story):
    update(
        response,
        story,
        case_status="in_progress",
        assignee_id=5,
        tags=[" late ", "late", "courier"],
        note="Called. <b>Sorry</b>",
    )

    response.refresh_from_db()
    assert (response.case_status, response.assignee_id, response.tags) == ("in_progress", 5, ["late", "courier"])
    note, change = CaseNote.objects.all()
    assert change.facts == {
        "case_status": ["open", "in_progress"],
        "assignee_id": [None, 5],
        "tags": [[], ["late", "courier"]],
        "revision": 3,
    }
    assert (change.kind, note.kind, change.author_id) == ("change", "note", 5)
    assert (note.text, note.author_id, note.created_at) == ("Called. <b>Sorry</b>", 5, story.now)


def test_what_is_not_named_stays(response, story):
    update(response, story, tags=["late"], assignee_id=5)
    update(response, story, case_status="resolved")
    update(response, story, assignee_id=0)

    response.refresh_from_db()
    assert (response.tags, response.case_status, response.assignee_id) == (["late"], "resolved", None)


@pytest.mark.parametrize(
    ("changes", "refusal", "field"),
    [
        ({"is_counted": False}, Required, "exclusion_reason"),
        ({"is_counted": False, "exclusion_reason": " \x00 "}, Required, "exclusion_reason"),
        ({"is_counted": False, "exclusion_reason": "x" * 201}, Invalid, "exclusion_reason"),
        ({"note": " "}, Invalid, "note"),
        ({"note": "x" * 5001}, Invalid, "note"),
        ({"tags": ["x" * 51]}, Invalid, "tags"),
        ({"tags": [str(number) for number in range(51)]}, Invalid, "tags"),
    ],
)
def test_a_change_that_cannot_be_is_refused_whole(response, story, changes, refusal, field):
    with pytest.raises(refusal) as refused:
        update(response, story, case_status="resolved", **changes)

    assert refused.value.field == field
    assert (Response.objects.get().case_status, Response.objects.get().is_counted, CaseNote.objects.count()) == (
        "open",
        True,
        0,
    )


def test_a_response_that_is_not_there_is_not_found(db, story):
    with pytest.raises(NotFound):
        cases.update_response(10**6, Changes(note="x"), staff_id=5, now=story.now)


def test_what_is_as_it_was_is_no_change(response, story):
    update(response, story, case_status="open", tags=[], is_counted=True)

    response.refresh_from_db()
    assert (response.revision, CaseNote.objects.count()) == (1, 0)


def test_the_second_of_two_is_told_who_did_what(response, story):
    cases.update_response(response.pk, Changes(assignee_id=2), staff_id=2, now=story.now, revision=1)

    with pytest.raises(CaseConflict) as refused:
        cases.update_response(response.pk, Changes(case_status="resolved"), staff_id=1, now=story.now, revision=1)

    assert refused.value.message == "Ben Ode has changed who takes care of it meanwhile."
    assert refused.value.note.facts == {"assignee_id": [None, 2], "revision": 2}
    response.refresh_from_db()
    assert (response.case_status, response.revision) == ("open", 2)


def test_a_note_is_no_conflict_with_anything_but_is_told(response, story):
    update(response, story, note="Called her")

    with pytest.raises(CaseConflict) as refused:
        cases.update_response(response.pk, Changes(tags=["late"]), staff_id=1, now=story.now, revision=1)

    assert refused.value.message == "Somebody else has written a note meanwhile."


def test_ones_own_work_is_no_conflict(response, story):
    for tags in (["late"], ["late", "cold"]):
        cases.update_response(response.pk, Changes(tags=tags), staff_id=1, now=story.now, revision=1)
    cases.update_response(response.pk, Changes(note="x"), staff_id=2, now=story.now)

    with pytest.raises(CaseConflict) as refused:
        cases.update_response(response.pk, Changes(case_status="resolved"), staff_id=1, now=story.now, revision=1)

    assert refused.value.message == "Ben Ode has written a note meanwhile."


@pytest.mark.parametrize("revision", [-(10**6), 0, 7])
def test_a_revision_that_never_was_is_a_conflict(response, story, revision):
    with pytest.raises(CaseConflict):
        cases.update_response(response.pk, Changes(tags=["x"]), staff_id=1, now=story.now, revision=revision)


def test_a_customer_who_changes_the_answer_is_told_of(story):
    invitation = story.invite()
    response = story.answer(invitation, 3, "Late")
    update(response, story, assignee_id=5)
    story.later(hours=1)
    story.answer(invitation, 9, "Found it")

    with pytest.raises(CaseConflict) as refused:
        cases.update_response(response.pk, Changes(case_status="resolved"), staff_id=1, now=story.now, revision=2)

    assert refused.value.message == "The customer has changed the answer meanwhile."
    assert Response.objects.get().assignee_id == 5


def test_a_status_that_there_is_not_is_refused(response, story):
    with pytest.raises(Invalid) as refused:
        update(response, story, case_status="lost")

    assert refused.value.field == "case_status"
