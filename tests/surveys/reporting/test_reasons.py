import pytest
from django.utils import translation

from saleor_nps_plugin.links import invitation_token
from saleor_nps_plugin.shop.interface import Line
from saleor_nps_plugin.surveys.answering import recording
from saleor_nps_plugin.surveys.answering.submission import Submission, SubmittedAnswer
from saleor_nps_plugin.surveys.following_up import cases
from saleor_nps_plugin.surveys.models import Question, QuestionKind
from saleor_nps_plugin.surveys.reporting import reports, tallies
from saleor_nps_plugin.surveys.reporting.score_filter import ScoreFilter

EVERYTHING = ScoreFilter()


@pytest.fixture
def why(survey):
    """A question with three choices."""
    return Question.objects.create(
        survey=survey,
        position=9,
        kind=QuestionKind.MULTIPLE_CHOICE,
        choices=[
            {"value": "late", "labels": {"en": "It came late", "de": "Es kam spät"}},
            {"value": "taste: stale", "labels": {"en": "It tastes stale"}},
            {"value": "broken"},
        ],
    )


@pytest.fixture
def answer(story, why):
    """Let somebody new answer with choices: answer(2, "late", email="a@example.com", lines=…)."""

    def answer(invitation, score, *choices):
        given = (SubmittedAnswer(question_id=why.pk, choices=choices),) if choices else ()
        return recording.submit(invitation_token(invitation.key), Submission(score=score, answers=given), now=story.now)

    return answer


def line(product):
    return Line(product_id=product, category_id="3", name=f"Tea {product}")


def counts(segments):
    return [(segment.label, segment.score.responses, segment.score.value) for segment in segments]


def test_what_people_chose_is_counted_with_their_scores(story, why, answer):
    response = answer(story.invite(email="a@example.com"), 2, "late", "broken")
    answer(story.invite(email="b@example.com"), 10, "late")
    answer(story.invite(email="c@example.com"), 9)

    assert response.segments["reason"] == [f"{why.pk}:broken", f"{why.pk}:late"]
    assert counts(reports.by(EVERYTHING, "reason")) == [("It came late", 2, 0), ("broken", 1, -100)]
    assert tallies.differences() == 0


def test_a_reason_is_called_as_the_reader_speaks(story, answer):
    answer(story.invite(), 2, "late", "taste: stale")

    with translation.override("de"):
        labels = {segment.label for segment in reports.by(EVERYTHING, "reason")}

    assert labels == {"Es kam spät", "It tastes stale"}


def test_a_choice_that_is_gone_keeps_its_key(story, why, answer):
    answer(story.invite(), 2, "late")
    Question.objects.filter(pk=why.pk).update(choices=[])

    assert [segment.label for segment in reports.by(EVERYTHING, "reason")] == [f"{why.pk}:late"]


def test_a_change_of_mind_changes_the_reasons(story, answer):
    invitation = story.invite()
    answer(invitation, 2, "late", "broken")
    response = answer(invitation, 8, "broken")
    assert counts(reports.by(EVERYTHING, "reason")) == [("broken", 1, 0)]

    answer(invitation, 9)

    response.refresh_from_db()
    assert "reason" not in response.segments
    assert reports.by(EVERYTHING, "reason") == reports.reasons_of("12", EVERYTHING) == []
    assert tallies.differences() == 0


def test_a_response_left_out_gives_no_reasons(story, answer):
    response = answer(story.invite(), 2, "late")

    cases.update_response(
        response.pk, cases.Changes(is_counted=False, exclusion_reason="Test"), staff_id=None, now=story.now
    )

    assert reports.by(EVERYTHING, "reason") == reports.reasons_of("12", EVERYTHING) == []
    assert tallies.differences() == 0


def test_reasons_of_a_product_are_those_of_its_buyers(story, why, answer, django_assert_num_queries):
    answer(story.invite(email="a@example.com", lines=(line("1"), line("2"))), 2, "late", "taste: stale")
    answer(story.invite(email="b@example.com", lines=(line("1"),), channel="channel-pln"), 10, "late")
    answer(story.invite(email="c@example.com", lines=(line("12"),)), 0, "broken")

    with django_assert_num_queries(2):
        found = reports.reasons_of("1", EVERYTHING)

    assert counts(found) == [("It came late", 2, 0), ("It tastes stale", 1, -100)]
    assert [segment.key for segment in found] == [f"{why.pk}:late", f"{why.pk}:taste: stale"]
    assert counts(reports.reasons_of("1", EVERYTHING, first=1)) == [("It came late", 2, 0)]
    assert counts(reports.reasons_of("2", ScoreFilter(channels=("channel-pln",)))) == []
    assert counts(reports.reasons_of("1", ScoreFilter(countries=("PL",)))) == counts(found)
    assert counts(reports.by(ScoreFilter(product_ids=("1", "2")), "reason")) == counts(found)
    assert tallies.differences() == 0


def test_numbers_and_texts_are_no_reasons(story, survey, answer):
    scale = Question.objects.create(survey=survey, position=10, kind=QuestionKind.SCALE)
    invitation = story.invite()

    response = recording.submit(
        invitation_token(invitation.key),
        Submission(score=3, answers=(SubmittedAnswer(question_id=scale.pk, number=4),)),
        now=story.now,
    )

    assert "reason" not in response.segments
