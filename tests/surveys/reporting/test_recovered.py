from datetime import date
from math import sqrt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from saleor_nps_plugin.surveys.following_up import cases
from saleor_nps_plugin.surveys.models import Response, Source
from saleor_nps_plugin.surveys.reporting import recovered, reports
from saleor_nps_plugin.surveys.reporting.response_filter import ResponseFilter, matching
from saleor_nps_plugin.surveys.reporting.score_filter import ScoreFilter
from tests.surveys.reporting.respondents import a_survey, answered, answers, asked

EVERYTHING = ScoreFilter()


@pytest.fixture
def again(survey):
    return a_survey("again", scale="recovery")


@pytest.fixture
def asked_again(story, survey, again):
    """Somebody answers, and is asked again after their case was resolved; with a score they answer that too."""

    def ask(before, after=None, *, about=survey, **first):
        earlier = answers(story, about, before, **first)
        invitation = asked(story, again, recovers=earlier, source=Source.CASE, segments={}, channel=earlier.channel)
        return None if after is None else answered(story, invitation, after)

    return ask


def test_without_cases_asked_about_there_is_nothing_to_tell(story, survey):
    answers(story, survey, 0)

    found = recovered.recovery(EVERYTHING)

    assert (found.asked, found.answered, found.recovered_share, found.recovered_margin) == (0, 0, None, None)
    assert (found.mean_before, found.mean_after, found.margin_of_change) == (None, None, None)


def test_it_says_what_those_say_now_who_were_asked_again(asked_again):
    asked_again(2, 9)
    asked_again(0, 7)
    asked_again(4, 1)
    asked_again(3)

    found = recovered.recovery(EVERYTHING)

    assert (found.asked, found.answered) == (4, 3)
    assert (found.after.promoters, found.after.passives, found.after.detractors) == (1, 1, 1)
    assert (found.recovered, found.lost) == (2, 3)
    assert found.recovered_share == pytest.approx(2 / 3)
    n = 3 + 1.959964**2
    share = (2 + 1.959964**2 / 2) / n
    assert found.recovered_margin == pytest.approx(1.959964 * sqrt(share * (1 - share) / n), rel=1e-6)


def test_the_means_are_of_the_same_people(asked_again):
    asked_again(2, 9)
    asked_again(4, 6)
    asked_again(0)

    found = recovered.recovery(EVERYTHING)

    assert (found.mean_before, found.mean_after) == (3, 7.5)
    # Changes of 7 and 2: their standard deviation is 5 / √2.
    assert found.margin_of_change == pytest.approx(1.959964 * 2.5, rel=1e-6)


def test_who_was_no_detractor_is_not_recovered(asked_again):
    asked_again(8, 10)

    found = recovered.recovery(EVERYTHING)

    assert (found.answered, found.recovered, found.lost, found.recovered_share) == (1, 0, 0, None)


def test_first_answers_on_other_scales_count_but_in_the_means(asked_again, survey):
    asked_again(1, 9, about=a_survey("support", scale="csat"))

    found = recovered.recovery(EVERYTHING)

    assert (found.recovered, found.lost, found.mean_before, found.mean_after) == (1, 1, None, None)


def test_a_second_answer_left_out_counts_as_none(asked_again, story):
    troll = asked_again(0, 10)

    changes = cases.Changes(is_counted=False, exclusion_reason="Test")
    cases.update_response(troll.pk, changes, staff_id=None, now=story.now)

    assert (recovered.recovery(EVERYTHING).asked, recovered.recovery(EVERYTHING).answered) == (1, 0)


@pytest.mark.parametrize(
    ("wanted", "number"),
    [
        ({"channels": ("channel-pln",)}, 1),
        ({"channels": ()}, 0),
        ({"countries": ("DE",)}, 1),
        ({"product_ids": ("7",)}, 1),
        ({"product_ids": ("7", "12")}, 2),
        ({"touchpoints": ("store_visit",)}, 0),
        ({"since": date(2026, 3, 3)}, 0),
        ({"since": date(2026, 3, 2), "until": date(2026, 3, 2)}, 2),
    ],
)
def test_filters_are_about_the_first_answer_and_days_about_asking_again(asked_again, wanted, number):
    asked_again(2, 9)
    asked_again(2, 9, channel="channel-pln", country="DE", segments={"product": ["7", "8"]})

    found = recovered.recovery(ScoreFilter(**wanted))

    assert (found.asked, found.answered) == (number, number)


@pytest.mark.parametrize(
    "wanted",
    [
        {},
        {"channels": ("channel-pln",)},
        {"countries": ("DE",)},
        {"product_ids": ("7",)},
        {"touchpoints": ("order_fulfilled",)},
        {"touchpoints": ("store_visit",)},
        {"since": date(2026, 3, 2), "until": date(2026, 3, 2)},
        {"since": date(2026, 3, 3)},
    ],
)
def test_the_answers_behind_its_figures_can_be_listed(asked_again, survey, wanted):
    asked_again(2, 9)
    asked_again(8, 10, channel="channel-pln", country="DE", segments={"product": ["7", "8"]})
    asked_again(1, 6, channel="channel-pln", country="DE", segments={"product": ["7", "8"]})
    asked_again(1, 5, about=a_survey("support", scale="csat"))

    found = recovered.recovery(ScoreFilter(**wanted))

    listed = {outcome: matching(ResponseFilter(outcome=outcome, **wanted)).count() for outcome in recovered.Outcome}
    assert listed == {"answered": found.answered, "lost": found.lost, "recovered": found.recovered}


def test_employees_asked_again_count_where_they_are_named_only(asked_again):
    asked_again(2, 9, about=a_survey("crew", touchpoint="employee"))

    for wanted, number in (({}, 0), ({"touchpoints": ("employee",)}, 1)):
        assert recovered.recovery(ScoreFilter(**wanted)).asked == number
        assert matching(ResponseFilter(outcome="answered", **wanted)).count() == number


def test_the_score_of_the_shop_stays_as_it_is(asked_again):
    asked_again(0, 10)

    assert (reports.score(EVERYTHING).value, reports.score(EVERYTHING).responses) == (-100, 1)
    assert reports.score(ScoreFilter(scale="recovery")).value == 100


def test_it_takes_one_query(asked_again, django_assert_num_queries):
    for before in range(5):
        asked_again(before, 9)

    with django_assert_num_queries(1):
        recovered.recovery(EVERYTHING)


def test_it_looks_up_answers_one_by_one_and_reads_no_others(story, survey, asked_again):
    asked_again(2, 9)
    others = [
        Response(survey=survey, score=9, created_at=story.now, updated_at=story.now, editable_until=story.now)
        for _ in range(2000)
    ]
    Response.objects.bulk_create(others)
    with CaptureQueriesContext(connection) as caught:
        recovered.recovery(EVERYTHING)

    with connection.cursor() as cursor:
        # The plan must not depend on whether PostgreSQL has looked at the tables by chance.
        cursor.execute("ANALYZE nps_response, nps_invitation, nps_survey")
        # Small tables are read as a whole otherwise.
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_bitmapscan = off")
        cursor.execute(f"EXPLAIN {caught[0]['sql']}")
        plan = [line for (line,) in cursor.fetchall()]

    ways = {line.split(" on nps_response")[0].split("-> ")[-1].strip() for line in plan if " on nps_response" in line}
    assert ways == {
        "Index Scan using nps_response_pkey",
        "Index Scan using nps_response_invitation_id_key",
    }
    assert not [line for line in plan if "Merge Join" in line or "Hash Join" in line]
