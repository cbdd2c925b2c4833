"""Editing a survey that was answered: answers keep their questions."""

from dataclasses import replace

import pytest

from saleor_nps_plugin.errors import Invalid
from saleor_nps_plugin.links import invitation_token
from saleor_nps_plugin.surveys.answering import recording
from saleor_nps_plugin.surveys.answering.submission import Submission, SubmittedAnswer
from saleor_nps_plugin.surveys.making import editing, versions
from saleor_nps_plugin.surveys.making.editing import ChoiceDraft, QuestionDraft, Words, draft_of
from saleor_nps_plugin.surveys.models import Question, Survey, SurveyVersion
from saleor_nps_plugin.surveys.reporting import reports, tallies
from saleor_nps_plugin.surveys.reporting.score_filter import ScoreFilter

WHY = QuestionDraft(
    kind="multiple_choice",
    texts={"en": "Why?"},
    choices=(ChoiceDraft("late", {"en": "Late"}), ChoiceDraft("broken", {"en": "Broken"})),
)
AGAIN = QuestionDraft(kind="yes_no", texts={"en": "Again?"})


@pytest.fixture
def edit(survey, now):
    """Change the survey as staff would: edit(name="New"), edit(questions=…)."""

    def edit(**changes):
        return editing.save(survey.pk, replace(draft_of(fresh(survey)), **changes), known=None, now=now)

    return edit


@pytest.fixture
def asked(survey, edit):
    """A survey that asks why, and whether again."""
    edit(questions=(WHY, AGAIN), words={"en": Words(question="Would you?")})
    return {row.texts["en"]: row for row in fresh(survey).questions.filter(until_version=None)}


@pytest.fixture
def submit(story):
    def submit(invitation, score, *answers, **more):
        submission = Submission(score=score, answers=answers, **more)
        return recording.submit(invitation_token(invitation.key), submission, now=story.now)

    return submit


def fresh(survey):
    return Survey.objects.get(pk=survey.pk)


def questions(survey):
    return draft_of(fresh(survey)).questions


def test_what_is_asked_anew_leaves_answers_their_questions(survey, story, edit, asked, submit):
    response = submit(story.invite(), 3, SubmittedAnswer(asked["Why?"].pk, choices=("late",)))
    why, again = questions(survey)

    edit(questions=(replace(why, texts={"en": "For which reason?"}), again))

    assert fresh(survey).version == 2
    assert response.answers.get().question.texts == {"en": "Why?"}
    newer, same = questions(survey)
    assert newer.texts == {"en": "For which reason?"} and newer.id != why.id
    assert same == again
    row = Question.objects.get(pk=newer.id)
    assert (row.since_version, row.until_version, row.line_id) == (2, None, why.id)
    assert [item.texts["en"] for item in versions.questions_of(fresh(survey), 1)] == ["Why?", "Again?"]
    assert [item.texts["en"] for item in versions.questions_of(fresh(survey), 2)] == ["For which reason?", "Again?"]


def test_the_words_of_a_version_that_is_over_are_kept(survey, story, edit, asked, submit, now):
    submit(story.invite(), 3)

    edit(words={"en": Words(question="Would you really?"), "de": Words(question="Würden Sie?")})

    kept = SurveyVersion.objects.get()
    assert (kept.number, kept.ended_at) == (1, now)
    assert versions.words_of(fresh(survey), 1) == {"en": {"question": "Would you?", "subject": "", "thanks": ""}}
    assert versions.words_of(fresh(survey), 2)["de"]["question"] == "Würden Sie?"
    assert [item.since_version for item in versions.questions_of(fresh(survey))] == [1, 1]


@pytest.mark.parametrize(
    "change",
    [
        {"name": "Else"},
        {"channels": ("channel-pln",)},
        {"delay_hours": 3},
        {"is_active": False},
        {"asks_discourage": True},
        {"words": {"en": Words("Would you?", "Subject", "Thanks")}},
    ],
)
def test_what_nobody_is_asked_makes_no_version(survey, story, edit, asked, submit, change):
    submit(story.invite(), 3)

    edit(**change)

    assert fresh(survey).version == 1
    assert not SurveyVersion.objects.exists()


def test_saving_what_is_there_and_moving_makes_no_version(survey, story, edit, asked, submit):
    submit(story.invite(), 3)
    why, again = questions(survey)

    edit()
    edit(questions=(again, why))

    assert fresh(survey).version == 1
    assert questions(survey) == (again, why)


def test_without_answers_a_survey_changes_in_place(survey, story, edit, asked):
    story.invite()
    why, _ = questions(survey)

    edit(questions=(replace(why, texts={"en": "How come?"}),), words={})

    assert fresh(survey).version == 1
    assert [(item.id, item.texts) for item in questions(survey)] == [(why.id, {"en": "How come?"})]
    assert versions.questions_of(fresh(survey), 1) == versions.questions_of(fresh(survey))


@pytest.mark.parametrize(
    ("change", "is_one"),
    [
        (lambda why, again: (why, again), False),
        (lambda why, again: (again, why), False),
        (lambda why, again: (why,), True),
        (lambda why, again: (why, again, QuestionDraft(kind="number", texts={"en": "How many?"})), True),
        (lambda why, again: (why, replace(again, is_required=True)), True),
        (lambda why, again: (why, replace(again, categories=("passive",))), True),
        (lambda why, again: (replace(why, choices=(*why.choices, ChoiceDraft("cold"))), again), True),
        (lambda why, again: (replace(why, texts={**why.texts, "de": ""}), again), False),
    ],
)
def test_staff_are_told_beforehand(survey, story, edit, asked, submit, change, is_one):
    draft = replace(draft_of(fresh(survey)), questions=change(*questions(survey)))
    assert not editing.makes_version(fresh(survey), draft)
    submit(story.invite(), 3)

    assert editing.makes_version(fresh(survey), draft) is is_one
    assert versions.answers(survey.pk) == 1

    editing.save(survey.pk, draft, known=None, now=story.now)
    assert fresh(survey).version == 1 + is_one


def test_reasons_of_all_versions_are_counted_together(survey, story, edit, asked, submit):
    submit(story.invite(email="a@example.com"), 3, SubmittedAnswer(asked["Why?"].pk, choices=("late",)))
    why, _ = questions(survey)
    edit(questions=(replace(why, choices=(ChoiceDraft("late", {"en": "Too late"}), why.choices[1])),))
    edit(questions=(replace(questions(survey)[0], texts={"en": "How come?"}),))
    newest = questions(survey)[0]
    submit(story.invite(email="b@example.com"), 9, SubmittedAnswer(newest.id, choices=("late",)))
    edit(questions=(replace(questions(survey)[0], texts={"en": "What for?"}),))

    found = [(item.key, item.label, item.score.responses) for item in reports.by(ScoreFilter(), "reason")]

    assert found == [(f"{why.id}:late", "Too late", 2)]
    # The second change asked nothing of anybody that answered, and still is a version: the survey has answers.
    assert fresh(survey).version == 4
    assert tallies.differences() == 0


def test_a_page_opened_before_the_edit_is_answered_as_it_was(survey, story, edit, asked, submit):
    submit(story.invite(email="a@example.com"), 3)
    early = story.invite(email="b@example.com")
    why, again = questions(survey)
    edit(questions=(replace(again, is_required=True),), words={"en": Words(question="Really?")})

    response = submit(early, 4, SubmittedAnswer(why.id, choices=("broken",)), SubmittedAnswer(again.id, yes=False))

    assert response.survey_version == 1
    assert {answer.question_id for answer in response.answers.all()} == {why.id, again.id}
    assert response.segments["reason"] == [f"{why.id}:broken"]
    assert tallies.differences() == 0


def test_a_page_may_say_which_version_it_showed(survey, story, edit, asked, submit):
    submit(story.invite(email="a@example.com"), 3)
    _, again = questions(survey)
    edit(questions=(replace(again, is_required=True),))

    early = submit(story.invite(email="b@example.com"), 4, version=1)

    assert early.survey_version == 1
    with pytest.raises(Invalid, match="not part"):
        submit(story.invite(email="c@example.com"), 4, SubmittedAnswer(questions(survey)[0].id, yes=True), version=1)


@pytest.mark.parametrize("version", [None, 0, 2, 77, -1])
def test_other_versions_are_the_one_that_is_asked_now(survey, story, edit, asked, submit, version):
    submit(story.invite(email="a@example.com"), 3)
    why, _ = questions(survey)
    edit(questions=(why,))

    response = submit(
        story.invite(email="b@example.com"), 4, SubmittedAnswer(why.id, choices=("late",)), version=version
    )

    assert response.survey_version == 2


def test_questions_that_were_never_asked_together_are_refused(survey, story, edit, asked, submit):
    submit(story.invite(email="a@example.com"), 3)
    why, again = questions(survey)
    edit(questions=(why, QuestionDraft(kind="number", texts={"en": "How many?"})))
    invitation = story.invite(email="b@example.com")

    with pytest.raises(Invalid, match="not part"):
        submit(
            invitation,
            4,
            SubmittedAnswer(again.id, yes=True),
            SubmittedAnswer(questions(survey)[1].id, number=3),
        )

    assert not hasattr(fresh_invitation(invitation), "response")


def fresh_invitation(invitation):
    return type(invitation).objects.get(pk=invitation.pk)


def test_an_answer_to_a_question_taken_away_before_anybody_had_answered_is_not_lost(survey, story, edit, asked, submit):
    invitation = story.invite()
    why, again = questions(survey)
    edit(questions=(why,))

    response = submit(invitation, 4, SubmittedAnswer(why.id, choices=("late",)), SubmittedAnswer(again.id, yes=True))

    assert response.survey_version == 1
    assert response.answers.get(question=again.id).yes is True


def test_a_revision_may_answer_another_version(survey, story, edit, asked, submit):
    invitation = story.invite()
    why, again = questions(survey)
    first = submit(invitation, 3, SubmittedAnswer(why.id, choices=("late",)))
    edit(questions=(again, QuestionDraft(kind="number", texts={"en": "How many?"})))

    second = submit(invitation, 9, SubmittedAnswer(questions(survey)[1].id, number=2.5))

    assert (first.survey_version, second.survey_version, second.pk) == (1, 2, first.pk)
    assert [answer.number for answer in second.answers.all()] == [2.5]
    assert "reason" not in second.segments
    assert tallies.differences() == 0


def test_a_link_shows_only_what_is_asked_now(survey, story, edit, asked, submit):
    submit(story.invite(email="a@example.com"), 3)
    _, again = questions(survey)
    edit(questions=(again,))

    seen = recording.find_invitation(invitation_token(story.invite(email="b@example.com").key))

    assert [item.pk for item in seen.survey.questions.all()] == [again.id]
    assert seen.survey.version == 2
