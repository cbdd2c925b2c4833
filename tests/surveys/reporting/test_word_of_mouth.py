import pytest

from saleor_nps_plugin.surveys.following_up import cases
from saleor_nps_plugin.surveys.reporting import reports, reports_by_survey, tallies, word_of_mouth
from saleor_nps_plugin.surveys.reporting.score_filter import ScoreFilter
from saleor_nps_plugin.surveys.reporting.scoring import margin_of_error
from tests.surveys.reporting.respondents import a_survey, answered, answers, asked

EVERYTHING = ScoreFilter()


@pytest.fixture
def both(survey):
    """A survey that asks both questions."""
    return a_survey("both", asks_discourage=True)


def test_where_nobody_was_asked_there_is_no_index(story, survey):
    answers(story, survey, 0)

    found = word_of_mouth.word_of_mouth(EVERYTHING)

    assert (found.value, found.margin_of_error, found.nps, found.responses, found.false_detractors) == (
        None,
        None,
        None,
        0,
        0,
    )


def test_the_index_takes_away_only_those_who_would_discourage(story, both, survey):
    for score, discourage in ((10, 0), (9, 1), (7, 3), (3, 10), (0, 9), (2, 8), (6, 0), (4, None)):
        answers(story, both, score, discourage=discourage)
    answers(story, survey, 0)

    found = word_of_mouth.word_of_mouth(EVERYTHING)

    # Two promoters and two who discourage, of the seven who answered both; four scored 0 to 6, two of them harmless.
    assert (found.responses, found.discouraging, found.detractors, found.false_detractors) == (7, 2, 4, 2)
    assert found.value == 0
    assert found.nps == -29
    assert found.margin_of_error == pytest.approx(margin_of_error(2, 2, 7))
    assert tallies.differences() == 0


def test_who_recommends_and_discourages_counts_on_neither_side_of_the_margin(story, both):
    answers(story, both, 10, discourage=10)
    answers(story, both, 10, discourage=0)

    found = word_of_mouth.word_of_mouth(EVERYTHING)

    assert found.value == 50
    assert found.margin_of_error == pytest.approx(margin_of_error(1, 0, 2))


def test_a_change_of_mind_moves_the_index(story, both):
    invitation = asked(story, both)
    answered(story, invitation, 0, discourage=10)
    answered(story, invitation, 9, discourage=2)
    assert word_of_mouth.word_of_mouth(EVERYTHING).value == 100

    answered(story, invitation, 9)

    assert word_of_mouth.word_of_mouth(EVERYTHING).value is None
    assert tallies.differences() == 0


def test_an_answer_left_out_is_in_no_index(story, both):
    troll = answers(story, both, 0, discourage=10)
    answers(story, both, 10, discourage=0)

    changes = cases.Changes(is_counted=False, exclusion_reason="Test")
    cases.update_response(troll.pk, changes, staff_id=None, now=story.now)

    found = word_of_mouth.word_of_mouth(EVERYTHING)
    assert (found.value, found.responses) == (100, 1)
    assert tallies.differences() == 0


def test_other_scales_are_in_no_index(story, both):
    answers(story, a_survey("support", scale="csat", asks_discourage=True), 1, discourage=10)
    answers(story, both, 10, discourage=0)

    assert word_of_mouth.word_of_mouth(EVERYTHING).value == 100


def test_the_index_of_buyers_of_products_is_counted_once_per_order(story, both):
    answers(story, both, 10, discourage=0, segments={"product": ["7", "8"]})
    answers(story, both, 0, discourage=10, segments={"product": ["12"]})

    assert word_of_mouth.word_of_mouth(ScoreFilter(product_ids=("7", "8"))).responses == 1
    assert word_of_mouth.word_of_mouth(ScoreFilter(product_ids=("12",))).value == -100


def test_of_many_surveys_it_takes_one_query(story, survey, both, django_assert_num_queries):
    answers(story, both, 10, discourage=0)

    with django_assert_num_queries(1):
        found = word_of_mouth.by_survey([survey.pk, both.pk], EVERYTHING)

    assert (found[survey.pk].value, found[both.pk].value) == (None, 100)
    assert reports_by_survey.scores([both.pk], EVERYTHING)[both.pk] == reports.score(EVERYTHING)
