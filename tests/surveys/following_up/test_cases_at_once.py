"""Several members of staff, and the customer, do something about one case at the same moment."""

from uuid import uuid4

import pytest

from saleor_nps_plugin.links import invitation_token
from saleor_nps_plugin.rewards.models import PointsEntry
from saleor_nps_plugin.surveys.answering import recording
from saleor_nps_plugin.surveys.answering.submission import Submission
from saleor_nps_plugin.surveys.following_up import cases, replies
from saleor_nps_plugin.surveys.following_up.cases import CaseConflict, Changes
from saleor_nps_plugin.surveys.following_up.replies import Draft
from saleor_nps_plugin.surveys.models import CaseReply, Response
from tests.referrals.story import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def invitation(story):
    return story.invite()


@pytest.fixture
def response(story, invitation):
    return story.answer(invitation, 3, "Late")


def test_a_form_sent_by_many_clicks_gives_once(response, story):
    draft = Draft(key=uuid4(), text="Sorry", voucher_id=7, points=500)
    send = lambda: replies.send_reply(response.pk, draft, staff_id=1, now=story.now, revision=1)  # noqa: E731

    made = at_once([send] * 5)

    assert made == [CaseReply.objects.get()] * 5
    assert (PointsEntry.objects.count(), len(story.shop.offered)) == (1, 1)


def test_of_many_who_reply_one_does_and_the_others_are_told(response, story):
    def send(staff_id):
        draft = Draft(key=uuid4(), text="Sorry", points=500)
        return replies.send_reply(response.pk, draft, staff_id=staff_id, now=story.now, revision=1)

    results = at_once([lambda who=who: send(who) for who in range(1, 6)])

    assert sorted(type(result).__name__ for result in results) == [*["CaseConflict"] * 4, "CaseReply"]
    assert (CaseReply.objects.count(), PointsEntry.objects.count()) == (1, 1)


def test_the_customer_and_staff_overwrite_nothing_of_each_other(response, invitation, story):
    token = invitation_token(invitation.key)

    results = at_once(
        [
            lambda: recording.submit(token, Submission(score=9, comment="Found it"), now=story.now),
            lambda: cases.update_response(response.pk, Changes(tags=["late"]), staff_id=1, now=story.now),
            lambda: cases.update_response(response.pk, Changes(assignee_id=2), staff_id=2, now=story.now),
        ]
    )

    assert not [result for result in results if isinstance(result, CaseConflict)]
    now = Response.objects.get()
    assert (now.score, now.comment, now.tags, now.assignee_id, now.revision) == (9, "Found it", ["late"], 2, 4)
