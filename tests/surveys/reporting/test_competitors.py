import pytest

from saleor_nps_plugin.surveys.answering.submission import SubmittedAnswer
from saleor_nps_plugin.surveys.models import Question, QuestionKind, QuestionRole
from saleor_nps_plugin.surveys.reporting import competitors, tallies
from saleor_nps_plugin.surveys.reporting.score_filter import ScoreFilter
from tests.surveys.reporting.respondents import a_survey, answered, answers, asked

EVERYTHING = ScoreFilter()
SHOPS = [{"value": "tea-palace", "labels": {"en": "Tea Palace"}}, {"value": "x:y", "labels": {"en": "Leaf: & Sons"}}]


def with_preference(slug, choices=SHOPS):
    survey = a_survey(slug)
    Question.objects.create(survey=survey, position=1, kind=QuestionKind.SCALE, role=QuestionRole.PREFERENCE)
    Question.objects.create(
        survey=survey, position=2, kind=QuestionKind.SINGLE_CHOICE, role=QuestionRole.COMPETITOR, choices=choices
    )
    return survey


@pytest.fixture
def comparing(survey):
    """A survey with both questions."""
    return with_preference("comparing")


def prefers(survey, preference, shop=None):
    """What is submitted by somebody who answers both questions, or the first only."""
    scale, which = survey.questions.order_by("position")
    named = [SubmittedAnswer(question_id=which.pk, choices=(shop,))] if shop else []
    return [SubmittedAnswer(question_id=scale.pk, number=preference), *named]


def test_where_nobody_was_asked_there_is_nothing_to_compare(story, survey):
    answers(story, survey, 9)

    found = competitors.competition(EVERYTHING)

    assert (found.preference.score.responses, found.preference.mean, found.preference.mean_margin) == (0, None, None)
    assert found.competitors == []


def test_each_competitor_has_the_preference_of_those_who_named_it(story, comparing):
    for preference, shop in ((10, "tea-palace"), (9, "tea-palace"), (2, "tea-palace"), (0, "x:y"), (7, None)):
        answers(story, comparing, 9, *prefers(comparing, preference, shop))

    found = competitors.competition(EVERYTHING)

    assert (found.preference.score.responses, found.preference.score.value, found.preference.mean) == (5, 0, 5.6)
    palace, sons = found.competitors
    assert (palace.name, palace.preference.score.responses, palace.preference.score.value) == ("Tea Palace", 3, 33)
    assert palace.preference.mean == 7
    assert palace.preference.mean_margin == pytest.approx(4.93, abs=0.01)
    assert (sons.name, sons.preference.score.value, sons.preference.mean_margin) == ("Leaf: & Sons", -100, None)
    assert tallies.differences() == 0


@pytest.mark.parametrize(("number", "is_small"), [(29, True), (30, False)])
def test_few_answers_are_marked_as_such(story, comparing, number, is_small):
    for _ in range(number):
        answers(story, comparing, 9, *prefers(comparing, 10, "tea-palace"))

    (found,) = competitors.competition(EVERYTHING).competitors

    assert (found.preference.score.responses, found.preference.is_small) == (number, is_small)


def test_the_same_shop_in_two_surveys_is_one(story, comparing):
    other = with_preference("other", [{"value": "1", "labels": {"en": "tea palace"}}])
    answers(story, comparing, 9, *prefers(comparing, 10, "tea-palace"))
    answers(story, other, 9, *prefers(other, 0, "1"))

    (found,) = competitors.competition(EVERYTHING).competitors

    assert (found.preference.score.responses, found.preference.score.value) == (2, 0)
    lines = [survey.questions.get(role="competitor").line_id for survey in (comparing, other)]
    assert sorted(found.keys) == sorted([f"{lines[0]}:tea-palace", f"{lines[1]}:1"])


def test_a_change_of_mind_is_another_answer_not_a_second_one(story, comparing):
    invitation = asked(story, comparing)
    answered(story, invitation, 9, *prefers(comparing, 0, "tea-palace"))
    answered(story, invitation, 9, *prefers(comparing, 10, "x:y"))

    assert [item.name for item in competitors.competition(EVERYTHING).competitors] == ["Leaf: & Sons"]

    answered(story, invitation, 9)

    assert competitors.competition(EVERYTHING).preference.score.responses == 0
    assert tallies.differences() == 0


def test_filters_narrow_it_down(story, comparing):
    answers(story, comparing, 9, *prefers(comparing, 10, "tea-palace"), segments={"product": ["7", "8"]})
    answers(story, comparing, 9, *prefers(comparing, 0, "tea-palace"), channel="channel-pln")

    def value(**wanted):
        return competitors.competition(ScoreFilter(**wanted)).preference.score.value

    assert value() == 0
    assert value(product_ids=("7",)) == value(product_ids=("7", "8")) == 100
    assert value(channels=("channel-pln",)) == -100
    assert value(channels=()) is None
