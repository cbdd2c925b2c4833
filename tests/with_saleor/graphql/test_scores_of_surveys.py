"""Reports beside the score: weights, word of mouth, satisfaction, competitors, and what became of resolved cases."""

import pytest

from saleor_nps_plugin.surveys.answering.submission import SubmittedAnswer
from saleor_nps_plugin.surveys.models import Invitation, Question, QuestionKind, QuestionRole, Source, Survey

from .conftest import ask, complaint, global_id, queries_of, refusal

pytestmark = pytest.mark.every_version

WEIGHTED = """
query ($filter: NpsScoreFilterInput) {
  npsScore(filter: $filter) { value weightedValue weightedMarginOfError }
  npsSurveys(first: 10) { edges { node { slug score { weightedValue weightedMarginOfError falseDetractors } } } }
}
"""
WORD_OF_MOUTH = """
query ($filter: NpsScoreFilterInput) {
  npsScore(filter: $filter) { wordOfMouthIndex wordOfMouthMarginOfError wordOfMouthResponses falseDetractors }
  npsResponses(first: 10, filter: {isFalseDetractor: true}) { edges { node { score discourageScore } } }
}
"""
SATISFACTION = """
query ($scale: NpsSatisfactionScaleEnum!, $filter: NpsScoreFilterInput) {
  npsSatisfaction(scale: $scale, filter: $filter) {
    scale value marginOfError mean responses distribution
    trend { from to satisfaction { value responses } }
    by(dimension: CHANNEL) { key label satisfaction { value marginOfError mean responses distribution } }
  }
}
"""
COMPETITORS = """
query ($filter: NpsScoreFilterInput) {
  npsCompetitors(filter: $filter) {
    name value marginOfError mean meanMarginOfError responses distribution isSmallSample
  }
}
"""
RECOVERY = """
query ($filter: NpsScoreFilterInput) {
  npsRecovery(filter: $filter) {
    asked answered promoters passives detractors lost recovered recoveredShare recoveredMarginOfError
    meanBefore meanAfter changeMarginOfError
  }
}
"""


@pytest.fixture
def a_survey(survey):
    def make(slug, **values):
        return Survey.objects.create(**({"name": slug, "slug": slug, "touchpoint": "support_contact"} | values))

    return make


@pytest.fixture
def answer(story):
    """Somebody is asked by a survey, and answers."""

    def answer(survey, score, *, discourage=None, answers=(), **values):
        times = {"send_at": story.now, "sent_at": story.now, "created_at": story.now}
        invitation = Invitation.objects.create(
            **({"survey": survey, "status": "sent", "channel": "main", "country": "PL"} | times | values)
        )
        return story.reply(invitation, score, discourage_score=discourage, answers=answers)

    return answer


def test_the_overall_score_is_weighted(staff, a_survey, answer):
    answer(a_survey("light"), 10)
    answer(a_survey("heavy", weight=3), 0)
    answer(a_survey("weightless", weight=0), 0)

    found = ask(staff, WEIGHTED)

    assert found["npsScore"] == {
        "value": -33,
        "weightedValue": -50.0,
        "weightedMarginOfError": pytest.approx(58.11, abs=0.01),
    }
    own = {edge["node"]["slug"]: edge["node"]["score"]["weightedValue"] for edge in found["npsSurveys"]["edges"]}
    assert (own["light"], own["heavy"], own["weightless"]) == (100.0, -100.0, None)


def test_false_detractors_are_counted_and_listed(staff, a_survey, answer):
    both = a_survey("both", asks_discourage=True)
    for score, discourage in ((10, 0), (3, 2), (3, 10)):
        answer(both, score, discourage=discourage)

    found = ask(staff, WORD_OF_MOUTH)

    assert found["npsScore"] == {
        "wordOfMouthIndex": 0.0,
        "wordOfMouthMarginOfError": pytest.approx(61.2, abs=0.1),
        "wordOfMouthResponses": 3,
        "falseDetractors": 1,
    }
    assert [edge["node"] for edge in found["npsResponses"]["edges"]] == [{"score": 3, "discourageScore": 2}]


def test_satisfaction_is_reported_on_its_own_scale_and_leaves_the_score_alone(staff, a_survey, answer, story):
    support = a_survey("support", scale="csat")
    for score in (5, 4, 1):
        answer(support, score)

    found = ask(staff, SATISFACTION, scale="CSAT")["npsSatisfaction"]

    assert (found["scale"], found["responses"], found["distribution"]) == ("CSAT", 3, [1, 0, 0, 1, 1])
    assert found["value"] == pytest.approx(66.67, abs=0.01)
    assert found["mean"] == pytest.approx(3.33, abs=0.01)
    assert found["marginOfError"] == pytest.approx(37.1, abs=0.2)
    assert found["trend"][-1]["satisfaction"]["responses"] == 3
    assert [(part["key"], part["satisfaction"]["responses"]) for part in found["by"]] == [("main", 3)]
    assert ask(staff, SATISFACTION, scale="CES")["npsSatisfaction"]["value"] is None
    assert ask(staff, WEIGHTED)["npsScore"] == {"value": None, "weightedValue": None, "weightedMarginOfError": None}


def test_ces_is_a_mean(staff, a_survey, answer):
    effort = a_survey("effort", scale="ces")
    answer(effort, 7)
    answer(effort, 4, channel="channel-pln")

    mine = ask(staff, SATISFACTION, scale="CES")["npsSatisfaction"]
    polish = ask(staff, SATISFACTION, scale="CES", filter={"channels": ["channel-pln"]})["npsSatisfaction"]

    assert (mine["value"], mine["mean"], mine["distribution"]) == (5.5, 5.5, [0, 0, 0, 1, 0, 0, 1])
    assert (polish["value"], polish["responses"]) == (4.0, 1)


def test_a_report_on_a_scale_has_bounds(staff, survey):
    long_trend = """{ npsSatisfaction(scale: CSAT, filter: {responded: {gte: "1980-01-01"}}) { trend(interval: DAY) { from } } }"""
    assert "more than 1000 points" in complaint(staff, long_trend)
    assert "from 1 to 100" in complaint(
        staff, "{ npsSatisfaction(scale: CES) { by(dimension: PRODUCT, first: 101) { key } } }"
    )


def test_competitors_have_the_preference_of_those_who_named_them(staff, a_survey, answer):
    comparing = a_survey("comparing")
    scale = Question.objects.create(survey=comparing, position=1, kind=QuestionKind.SCALE, role=QuestionRole.PREFERENCE)
    which = Question.objects.create(
        survey=comparing,
        position=2,
        kind=QuestionKind.SINGLE_CHOICE,
        role=QuestionRole.COMPETITOR,
        choices=[{"value": "palace", "labels": {"en": "Tea Palace"}}],
    )
    for preference in (10, 9, 0):
        given = (
            SubmittedAnswer(question_id=scale.pk, number=preference),
            SubmittedAnswer(question_id=which.pk, choices=("palace",)),
        )
        answer(comparing, 9, answers=given)

    (found,) = ask(staff, COMPETITORS)["npsCompetitors"]

    assert (found["name"], found["value"], found["responses"], found["isSmallSample"]) == ("Tea Palace", 33, 3, True)
    assert found["mean"] == pytest.approx(6.33, abs=0.01)
    assert found["marginOfError"] > 50
    assert found["distribution"] == [1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1]
    assert ask(staff, COMPETITORS, filter={"countries": ["DE"]})["npsCompetitors"] == []


def test_what_became_of_resolved_cases(staff, survey, a_survey, answer):
    again = a_survey("again", scale="recovery")
    answer(again, 9, recovers=answer(survey, 2), source=Source.CASE)

    found = ask(staff, RECOVERY)["npsRecovery"]

    assert found == {
        "asked": 1,
        "answered": 1,
        "promoters": 1,
        "passives": 0,
        "detractors": 0,
        "lost": 1,
        "recovered": 1,
        "recoveredShare": 1.0,
        "recoveredMarginOfError": pytest.approx(0.436, abs=0.001),
        "meanBefore": 2.0,
        "meanAfter": 9.0,
        "changeMarginOfError": None,
    }
    assert ask(staff, RECOVERY, filter={"surveys": [global_id("NpsSurvey", again.pk)]})["npsRecovery"]["asked"] == 0


@pytest.mark.parametrize("asker", ["anybody", "customer", "staff_without_permission", "app_api_client"])
@pytest.mark.parametrize("query", [COMPETITORS, RECOVERY])
def test_only_staff_with_the_permission_read_reports(request, survey, asker, query):
    assert refusal(request.getfixturevalue(asker), query) == "PermissionDenied"


@pytest.mark.parametrize("asker", ["anybody", "customer", "staff_without_permission"])
def test_only_staff_with_the_permission_read_satisfaction(request, survey, asker):
    assert refusal(request.getfixturevalue(asker), SATISFACTION, scale="CSAT") == "PermissionDenied"


def test_staff_of_one_channel_read_its_reports_only(polish_staff, channel_PLN, survey, a_survey, answer):
    again, support = a_survey("again", scale="recovery"), a_survey("support", scale="csat")
    for channel in ("main", channel_PLN.slug):
        answer(again, 9, recovers=answer(survey, 2, channel=channel), source=Source.CASE, channel=channel)
        answer(support, 5, channel=channel)

    assert ask(polish_staff, RECOVERY)["npsRecovery"]["asked"] == 1
    assert ask(polish_staff, RECOVERY, filter={"channels": ["main"]})["npsRecovery"]["asked"] == 0
    assert ask(polish_staff, SATISFACTION, scale="CSAT")["npsSatisfaction"]["responses"] == 1


def test_the_number_of_queries_does_not_depend_on_the_number_of_answers(staff, survey, a_survey, answer):
    again, support = a_survey("again", scale="recovery"), a_survey("support", scale="csat")

    def happen():
        answer(again, 9, recovers=answer(survey, 2, discourage=1), source=Source.CASE)
        answer(support, 5)

    happen()
    queries = [(RECOVERY, {}), (SATISFACTION, {"scale": "CSAT"}), (WEIGHTED, {}), (WORD_OF_MOUTH, {})]
    for query, variables in queries:
        ask(staff, query, **variables)
    before = [queries_of(staff, query, **variables) for query, variables in queries]
    happen()

    assert [queries_of(staff, query, **variables) for query, variables in queries] == before
