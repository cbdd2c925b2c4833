"""Migration 0004, for shops that had answers before there were counts by reason, by month and of invitations."""

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from saleor_nps_plugin.links import invitation_token
from saleor_nps_plugin.surveys.answering import recording
from saleor_nps_plugin.surveys.answering.submission import Submission, SubmittedAnswer
from saleor_nps_plugin.surveys.models import InvitationTally, Question, QuestionKind, Response, Tally
from saleor_nps_plugin.surveys.reporting import reports, stages, tallies
from saleor_nps_plugin.surveys.reporting.reports import Funnel
from saleor_nps_plugin.surveys.reporting.score_filter import ScoreFilter

EVERYTHING = ScoreFilter()


def migrate(name):
    """Bring the tables to a migration, "" for the newest."""
    executor = MigrationExecutor(connection)
    newest = executor.loader.graph.leaf_nodes("saleor_nps_plugin")
    executor.migrate([("saleor_nps_plugin", name)] if name else newest)


@pytest.fixture
def a_shop_with_answers(story, survey):
    why = Question.objects.create(
        survey=survey, position=9, kind=QuestionKind.MULTIPLE_CHOICE, choices=[{"value": "late"}, {"value": "broken"}]
    )
    for score, country, choices in ((2, "PL", ("late", "broken")), (9, "", ("late",)), (10, "DE", ())):
        invitation = story.invite(email=f"{score}@example.com", country=country)
        given = (SubmittedAnswer(question_id=why.pk, choices=choices),) if choices else ()
        recording.submit(
            invitation_token(invitation.key), Submission(score=score, answers=given), now=story.later(days=20)
        )
    story.fulfill(email="")
    while stages.count_new(limit=100):
        pass


@pytest.mark.django_db(transaction=True)
def test_what_was_there_is_counted_as_if_it_had_always_been(a_shop_with_answers):
    wanted = (reports.by(EVERYTHING, "reason"), reports.reasons_of("12", EVERYTHING), reports.funnel(EVERYTHING))
    rows = Tally.objects.count()

    try:
        migrate("0003_dashboard")
        InvitationTally.objects.all().delete()
        assert not Tally.objects.filter(span="month").exists()
        assert not Response.objects.filter(segments__has_key="reason").exists()
    finally:
        migrate("")

    assert wanted == (
        reports.by(EVERYTHING, "reason"),
        reports.reasons_of("12", EVERYTHING),
        reports.funnel(EVERYTHING),
    )
    assert reports.funnel(EVERYTHING) == Funnel(asked=3, skipped={"no_address": 1}, sent=3, opened=3, answered=3)
    assert (Tally.objects.count(), tallies.differences()) == (rows, 0)
