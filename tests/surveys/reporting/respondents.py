"""People who are asked by surveys other than the one about orders."""

from typing import Any

from saleor_nps_plugin.links import invitation_token
from saleor_nps_plugin.surveys.answering import recording
from saleor_nps_plugin.surveys.answering.submission import Submission, SubmittedAnswer
from saleor_nps_plugin.surveys.models import Invitation, InvitationStatus, Response, Survey
from saleor_nps_plugin.surveys.reporting import tallies
from tests.surveys.story import Story


def a_survey(slug: str, **values: Any) -> Survey:
    return Survey.objects.create(**({"name": slug.title(), "slug": slug, "touchpoint": "support_contact"} | values))


def asked(story: Story, survey: Survey, **values: Any) -> Invitation:
    """Somebody is sent a survey now."""
    invitation = Invitation.objects.create(
        **(
            {
                "survey": survey,
                "status": InvitationStatus.SENT,
                "channel": "default-channel",
                "country": "PL",
                "segments": {"language": ["en"], "product": ["12"]},
                "send_at": story.now,
                "sent_at": story.now,
                "created_at": story.now,
            }
            | values
        )
    )
    change = tallies.Change()
    change.count_sent(invitation, story.now)
    change.write()
    return invitation


def answers(
    story: Story,
    survey: Survey,
    score: int,
    *given: SubmittedAnswer,
    discourage: int | None = None,
    **values: Any,
) -> Response:
    """Somebody is sent a survey and answers it."""
    return answered(story, asked(story, survey, **values), score, *given, discourage=discourage)


def answered(
    story: Story, invitation: Invitation, score: int, *given: SubmittedAnswer, discourage: int | None = None
) -> Response:
    submission = Submission(score=score, answers=given, discourage_score=discourage)
    return recording.submit(invitation_token(invitation.key), submission, now=story.now)
