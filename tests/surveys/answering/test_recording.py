from datetime import timedelta
from threading import Thread

import pytest
from django.db import connections

from saleor_nps_plugin.errors import (
    AlreadyAnswered,
    Invalid,
    PluginInactive,
    Required,
    ScoreOutOfRange,
    TokenExpired,
    TokenInvalid,
)
from saleor_nps_plugin.links import invitation_token
from saleor_nps_plugin.surveys.answering import recording
from saleor_nps_plugin.surveys.answering.submission import Submission, SubmittedAnswer
from saleor_nps_plugin.surveys.asking import scheduling
from saleor_nps_plugin.surveys.models import Answer, DetractorAlert, Question, Response, Tally
from saleor_nps_plugin.surveys.reporting import tallies


def token_of(invitation):
    return invitation_token(invitation.key)


def test_an_answer_is_recorded_with_everything_reports_need(story):
    invitation = story.invite(language_code="de", country="AT")

    response = story.answer(invitation, 9, "Schnell & freundlich")

    invitation.refresh_from_db()
    assert (response.score, response.category.value, response.comment) == (9, "promoter", "Schnell & freundlich")
    assert (response.channel, response.country, response.language_code) == ("default-channel", "AT", "de")
    assert response.segments == {"language": ["de"], "customer_kind": ["new"], "product": ["12"], "category": ["3"]}
    assert response.editable_until == story.now + timedelta(hours=24)
    assert (invitation.status, invitation.due_at) == ("answered", None)
    assert response.case_status == "none"


@pytest.mark.parametrize("score", [-1, 11, 9.5, "nine", "", None, True, "9.0", "１０", 10**30, "9" * 5000, [], "-1"])
def test_what_is_no_score_is_refused_and_nothing_recorded(story, score):
    invitation = story.invite()

    with pytest.raises(ScoreOutOfRange):
        story.answer(invitation, score)

    invitation.refresh_from_db()
    assert (Response.objects.count(), invitation.status) == (0, "sent")


@pytest.mark.parametrize("score", [0, 10, "0", "10", "07"])
def test_integers_and_digits_are_scores(story, score):
    assert story.answer(story.invite(), score).score == int(score)


def test_zero_is_an_answer(story):
    response = story.answer(story.invite(), 0)

    assert (response.score, response.case_status) == (0, "open")
    assert Tally.objects.get(span="day", dimension="", country="").score_0 == 1


def test_an_unknown_or_changed_token_opens_nothing(story):
    token = token_of(story.invite())

    for wrong in ("", "x", token[:-1], token + "A", token.replace(".", "-"), "A" * 10_000, "\x00", token.swapcase()):
        with pytest.raises(TokenInvalid):
            recording.open_invitation(wrong, now=story.now)


def test_a_signed_token_of_an_invitation_that_is_gone_opens_nothing(story):
    invitation = story.invite()
    invitation.delete()

    with pytest.raises(TokenInvalid):
        recording.open_invitation(token_of(invitation), now=story.now)


def test_a_link_works_until_its_time_is_over(story):
    invitation = story.invite()

    recording.open_invitation(token_of(invitation), now=story.later(days=59))
    with pytest.raises(TokenExpired):
        story.later(days=1)
        story.answer(invitation, 10)

    assert not Response.objects.exists()


def test_a_cancelled_invitation_takes_no_answer(story):
    invitation = story.invite()
    scheduling.cancel(invitation.pk, now=story.now)

    with pytest.raises(TokenExpired):
        story.answer(invitation, 10)


def test_a_survey_that_is_switched_off_takes_no_answer(story, shop):
    invitation = story.invite()
    shop.configure(enabled=False)

    with pytest.raises(PluginInactive):
        story.answer(invitation, 10)


def test_a_change_of_mind_replaces_the_answer_and_the_counts(story):
    invitation = story.invite()
    first = story.answer(invitation, 2, "Late")
    second = story.answer(invitation, 10, "They made it good")

    assert (second.pk, Response.objects.get().score, Response.objects.get().comment) == (
        first.pk,
        10,
        "They made it good",
    )
    total = Tally.objects.get(span="day", dimension="", country="")
    assert (total.score_2, total.score_10, total.answered, total.sent) == (0, 1, 1, 1)
    assert tallies.differences() == 0


def test_after_the_revision_window_an_answer_stays(story):
    invitation = story.invite()
    story.answer(invitation, 2)
    story.later(hours=24)

    with pytest.raises(AlreadyAnswered):
        story.answer(invitation, 10)

    assert Response.objects.get().score == 2


def test_a_comment_is_stored_as_text_without_control_characters(story):
    response = story.answer(story.invite(), 3, " <b>bad\x00</b>\r\nvery\u202ebad\x07\tindeed ")

    response.refresh_from_db()
    assert response.comment == "<b>bad</b>\nverybad\tindeed"


def test_a_comment_of_5000_characters_fits_and_a_longer_one_is_refused_whole(story):
    invitation = story.invite()

    with pytest.raises(Invalid, match="5001") as refusal:
        story.answer(invitation, 3, "x" * 5001)
    assert refusal.value.field == "comment"
    assert not Response.objects.exists()

    assert len(story.answer(invitation, 3, "x" * 5000).comment) == 5000


def test_a_detractor_opens_a_case_that_a_change_of_mind_closes(story):
    invitation = story.invite()

    assert story.answer(invitation, 6).case_status == "open"
    assert story.answer(invitation, 8).case_status == "none"


def test_a_case_that_staff_took_up_survives_a_change_of_mind(story):
    invitation = story.invite()
    story.answer(invitation, 6)
    Response.objects.update(case_status="in_progress")

    assert story.answer(invitation, 10).case_status == "in_progress"


def test_the_first_touch_of_the_page_records_the_score_of_the_link(story):
    invitation = story.invite()

    recording.note_seen(token_of(invitation), now=story.now, score="4")

    invitation.refresh_from_db()
    assert (Response.objects.get().score, invitation.status, invitation.opened_at) == (4, "answered", story.now)


def test_touching_the_page_never_replaces_an_answer(story):
    invitation = story.invite()
    story.answer(invitation, 10)

    recording.note_seen(token_of(invitation), now=story.now, score="0")

    assert Response.objects.get().score == 10


def test_touching_the_page_without_a_score_notes_that_it_was_opened(story):
    invitation = story.invite()

    recording.note_seen(token_of(invitation), now=story.now)

    invitation.refresh_from_db()
    assert (invitation.status, invitation.opened_at, Response.objects.count()) == ("opened", story.now, 0)


def test_opting_out_twice_is_opting_out_once_and_ends_the_reminder(story):
    invitation = story.invite()

    for _ in range(2):
        recording.opt_out(token_of(invitation), now=story.now)

    invitation.refresh_from_db()
    assert invitation.shopper.opted_out_at == story.now
    assert invitation.due_at == invitation.expires_at
    assert story.answer(invitation, 9).score == 9


@pytest.fixture
def questions(survey):
    def add(**values):
        return Question.objects.create(survey=survey, position=survey.questions.count(), **values)

    return add


def test_follow_up_questions_are_answered(story, questions):
    reason = questions(
        kind="multiple_choice", choices=[{"value": "price", "labels": {}}, {"value": "speed", "labels": {}}]
    )
    invitation = story.invite()

    recording.submit(
        token_of(invitation),
        Submission(score=9, answers=(SubmittedAnswer(question_id=reason.pk, choices=("price", "speed")),)),
        now=story.now,
    )

    assert Answer.objects.get().choices == ["price", "speed"]


def test_the_open_question_answered_by_id_is_the_comment(story, survey):
    question = survey.questions.get(categories=["promoter"])

    response = recording.submit(
        token_of(story.invite()),
        Submission(score=9, answers=(SubmittedAnswer(question_id=question.pk, text="Lovely"),)),
        now=story.now,
    )

    assert (response.comment, response.answers.count()) == ("Lovely", 0)


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        ("single_choice", {"choices": ("a", "b")}),
        ("single_choice", {"choices": ("z",)}),
        ("scale", {"number": 11.0}),
        ("text", {"text": "x" * 5001}),
    ],
)
def test_an_answer_that_does_not_fit_its_question_is_refused_whole(story, questions, kind, given):
    question = questions(kind=kind, choices=[{"value": "a", "labels": {}}, {"value": "b", "labels": {}}])
    invitation = story.invite()

    with pytest.raises(Invalid):
        recording.submit(
            token_of(invitation),
            Submission(score=9, answers=(SubmittedAnswer(question_id=question.pk, **given),)),
            now=story.now,
        )

    assert not Response.objects.exists()


def test_a_required_question_must_be_answered_by_those_who_are_asked(story, questions):
    questions(kind="yes_no", is_required=True, categories=["detractor"])
    invitation = story.invite()

    with pytest.raises(Required):
        story.answer(invitation, 1)
    assert story.answer(invitation, 10).score == 10


def test_a_comment_answers_a_required_open_question(story, survey):
    survey.questions.update(is_required=True)
    invitation = story.invite()

    with pytest.raises(Required):
        story.answer(invitation, 9, " ")
    assert story.answer(invitation, 9, "Lovely").comment == "Lovely"


def test_a_question_of_another_survey_is_refused(story):
    with pytest.raises(Invalid, match="not part of this survey"):
        recording.submit(
            token_of(story.invite()),
            Submission(score=9, answers=(SubmittedAnswer(question_id=10**6, text="x"),)),
            now=story.now,
        )


@pytest.mark.django_db(transaction=True)
def test_two_submits_at_once_are_one_answer_counted_once(story):
    invitation = story.invite()

    def answer(score):
        story.answer(invitation, score)
        connections.close_all()

    threads = [Thread(target=answer, args=(score,)) for score in (0, 3, 5, 7, 8, 9, 10, 10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert Response.objects.count() == 1
    assert tallies.differences() == 0
    assert DetractorAlert.objects.count() == 0
