import pytest

from saleor_nps_plugin.errors import Invalid, NotFound, Required
from saleor_nps_plugin.surveys import cases
from saleor_nps_plugin.surveys.cases import Changes
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
    note = CaseNote.objects.get()
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
