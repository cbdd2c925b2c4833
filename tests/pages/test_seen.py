"""The script of the page tells that a human touched it."""

from datetime import timedelta

import pytest

from saleor_nps_plugin.surveys.models import Invitation, Response


def test_the_page_tells_the_script_what_to_send(visitor):
    visitor.get("?score=9")

    form = visitor.sees().one("form")
    assert (form["data-seen"], form["data-score"]) == ("seen/", "9")


def test_a_touch_records_the_score_of_the_link(visitor, answers):
    response = visitor.post({"score": "9"}, "seen/")

    assert (response.status_code, response.content) == (204, b"")
    assert answers() == [(9, "")]
    assert Invitation.objects.get().opened_at is not None


@pytest.mark.parametrize("score", ["", "11", "nine"])
def test_a_touch_without_a_score_marks_the_invitation_opened(visitor, answers, score):
    assert visitor.post({"score": score}, "seen/").status_code == 204
    assert answers() == []
    assert Invitation.objects.get().status == "opened"


def test_a_touch_never_replaces_an_answer(visitor, answers):
    visitor.post({"score": "2", "comment": "Late"})

    visitor.post({"score": "9"}, "seen/")

    assert answers() == [(2, "Late")]


def test_submitting_after_a_touch_replaces_its_score(visitor, answers):
    visitor.post({"score": "9"}, "seen/")

    visitor.post({"score": "7", "comment": "Good"})

    assert answers() == [(7, "Good")]


def test_a_touch_of_a_closed_survey_records_nothing(visitor, story, answers):
    Invitation.objects.update(expires_at=story.now - timedelta(seconds=1))

    assert visitor.post({"score": "9"}, "seen/").status_code == 410
    assert answers() == []


def test_only_a_post_counts_as_a_touch(visitor):
    assert visitor.get("seen/").status_code == 405
    assert not Response.objects.exists()


def test_the_script_trusts_none_but_a_human(visitor):
    visitor.get("?score=9")

    script = visitor.sees().one("script").source
    assert "if (!event.isTrusted) return;" in script
    for act in ("pointerdown", "touchstart", "keydown", "scroll"):
        assert f'"{act}"' in script
