"""The survey of a link is kept in memory, and never out of date for that."""

import pytest

from saleor_nps_plugin.links import invitation_token
from saleor_nps_plugin.surveys.answering.recording import find_invitation
from saleor_nps_plugin.surveys.models import Question, Survey, SurveyText


@pytest.fixture
def found(story):
    token = invitation_token(story.invite().key)
    return lambda: find_invitation(token)


def texts(survey):
    return {row.language_code: row.question for row in survey.texts.all()}


def test_an_unchanged_survey_is_read_once(found, django_assert_num_queries):
    found()

    with django_assert_num_queries(1):
        again = found()
        assert len(again.survey.questions.all()) == 3
        assert texts(again.survey) == {}


@pytest.mark.parametrize(
    "change",
    [
        lambda survey: SurveyText.objects.create(survey=survey, language_code="en", question="Would you?"),
        lambda survey: Question.objects.filter(survey=survey, position=0).update(is_required=True),
        lambda survey: Question.objects.filter(survey=survey, position=2).delete(),
        lambda survey: Question.objects.create(survey=survey, position=3, kind="yes_no", texts={"en": "Again?"}),
        lambda survey: Survey.objects.filter(pk=survey.pk).update(is_active=False),
    ],
)
def test_a_change_shows_at_once(found, change):
    before = found().survey.definition

    change(Survey.objects.get(slug="after-delivery"))

    survey = found().survey
    assert survey.definition != before
    assert survey.is_active == Survey.objects.get(slug="after-delivery").is_active
    assert texts(survey) == dict(SurveyText.objects.values_list("language_code", "question"))
    assert [(row.pk, row.is_required) for row in survey.questions.all()] == list(
        Question.objects.filter(survey=survey).values_list("pk", "is_required")
    )


def test_an_answer_is_found_with_its_invitation(found, story):
    invitation = found()
    assert getattr(invitation, "response", None) is None

    response = story.answer(invitation, 9)

    assert found().response == response
