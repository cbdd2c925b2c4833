import random
from datetime import date, timedelta
from itertools import pairwise

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone, translation

from saleor_nps_plugin.shop.interface import Line
from saleor_nps_plugin.surveys.following_up import cases
from saleor_nps_plugin.surveys.models import Response, Survey, Tally
from saleor_nps_plugin.surveys.reporting import reports, reports_by_survey, tallies
from saleor_nps_plugin.surveys.reporting.score_filter import ScoreFilter, responses_to

EVERYTHING = ScoreFilter()


@pytest.fixture
def shopper_number():
    return iter(range(10**6))


@pytest.fixture
def answered(story, shopper_number):
    """Let somebody new answer: answered(9, channel="channel-pln")."""

    def answered(score, **order):
        return story.answer(story.invite(email=f"{next(shopper_number)}@example.com", **order), score)

    return answered


def lines(*products):
    return tuple(Line(product_id=product, category_id="3", name=f"Tea {product}") for product in products)


def test_no_answers_are_no_score(db):
    assert reports.score(EVERYTHING).value is None
    assert reports.sending(EVERYTHING).response_rate is None


def test_the_score_counts_every_answer_once(answered):
    for score in (10, 9, 8, 6, 0):
        answered(score)

    score = reports.score(EVERYTHING)

    assert (score.value, score.responses, score.promoters, score.passives, score.detractors) == (0, 5, 2, 1, 2)
    assert score.distribution == (1, 0, 0, 0, 0, 0, 1, 0, 1, 1, 1)


@pytest.mark.parametrize(
    ("wanted", "scores"),
    [
        (ScoreFilter(channels=("channel-pln",)), [10]),
        (ScoreFilter(channels=()), []),
        (ScoreFilter(countries=("DE",)), [0]),
        (ScoreFilter(countries=("DE", "PL")), [0, 10]),
        (ScoreFilter(product_ids=("7",)), [10, 8]),
        (ScoreFilter(product_ids=("7", "8")), [10, 8]),
        (ScoreFilter(product_ids=("7", "12")), [0, 8, 10]),
        (ScoreFilter(product_ids=("7",), countries=("PL",)), [10]),
        (ScoreFilter(touchpoints=("order_fulfilled",)), [0, 8, 10]),
        (ScoreFilter(touchpoints=("store_visit",)), []),
        (ScoreFilter(since=date(2026, 3, 2), until=date(2026, 3, 2)), [0, 8, 10]),
        (ScoreFilter(since=date(2026, 3, 3)), []),
    ],
)
def test_filters_narrow_down_what_is_counted(answered, wanted, scores):
    answered(10, channel="channel-pln", country="PL", lines=lines("7", "8"))
    answered(0, country="DE", lines=lines("12"))
    answered(8, country="AT", lines=lines("7"))

    counted = reports.score(wanted)

    assert counted.distribution == tuple(scores.count(score) for score in range(11))
    assert sorted(responses_to(wanted).values_list("score", flat=True)) == sorted(scores)


def test_a_response_left_out_is_in_no_score_and_back_again(answered, story):
    answered(10)
    troll = answered(0)

    cases.update_response(troll.pk, cases.Changes(is_counted=False, exclusion_reason="Test"), staff_id=1, now=story.now)
    assert reports.score(EVERYTHING).value == 100
    assert tallies.differences() == 0

    cases.update_response(troll.pk, cases.Changes(is_counted=True), staff_id=1, now=story.now)
    assert reports.score(EVERYTHING).value == 0
    assert tallies.differences() == 0


def test_the_response_rate_is_of_the_invitations_sent_in_the_period(story, answered):
    for name in ("a", "b", "c"):
        story.invite(email=f"{name}@example.com")
    answered(9)
    story.later(days=40)
    answered(9)

    march = ScoreFilter(since=date(2026, 3, 1), until=date(2026, 3, 31))
    assert (reports.sending(march).sent, reports.sending(march).answered, reports.sending(march).response_rate) == (
        4,
        1,
        0.25,
    )
    assert reports.sending(EVERYTHING).sent == 5


def test_the_trend_has_a_point_for_each_of_the_last_twelve_months(answered, story):
    answered(10)
    story.later(days=60)
    answered(0)

    points = reports.trend(EVERYTHING, "month", today=story.now.date())

    assert [point.start for point in points] == [date(2025, month, 1) for month in range(6, 13)] + [
        date(2026, month, 1) for month in range(1, 6)
    ]
    assert points[-1].end == story.now.date()
    assert {point.start.month: point.score.value for point in points if point.score.responses} == {3: 100, 5: -100}


@pytest.mark.parametrize(
    ("interval", "starts"),
    [
        ("day", [date(2026, 2, 27) + timedelta(days=day) for day in range(9)]),
        ("week", [date(2026, 2, 27), date(2026, 3, 2)]),
        ("month", [date(2026, 2, 27), date(2026, 3, 1)]),
        ("quarter", [date(2026, 2, 27)]),
    ],
)
def test_a_trend_is_cut_to_its_period_and_has_no_gaps(answered, interval, starts):
    answered(10)
    period = ScoreFilter(since=date(2026, 2, 27), until=date(2026, 3, 7))

    points = reports.trend(period, interval, today=date(2026, 12, 31))

    assert [point.start for point in points] == starts
    assert points[-1].end == date(2026, 3, 7)
    assert all(after.start == before.end + timedelta(days=1) for before, after in pairwise(points))
    assert sum(point.score.responses for point in points) == 1


@pytest.mark.parametrize(
    ("dimension", "segments"),
    [
        ("channel", [("default-channel", 0, 2), ("channel-pln", 100, 1)]),
        ("country", [("DE", -100, 1), ("PL", 100, 1)]),
        ("language", [("de", 0, 2), ("en", 100, 1)]),
        ("product", [("7", 100, 2), ("12", -100, 1), ("8", 100, 1)]),
        ("category", [("3", 33, 3)]),
        ("customer_kind", [("new", 33, 3)]),
        ("touchpoint", [("order_fulfilled", 33, 3)]),
        ("reason", []),
    ],
)
def test_breakdowns_count_each_answer_once_per_segment(answered, dimension, segments):
    answered(10, channel="channel-pln", country="PL", lines=lines("7", "8"))
    answered(0, country="DE", language_code="de", lines=lines("12"))
    answered(10, country="", language_code="de", lines=lines("7"))

    found = reports.by(EVERYTHING, dimension)

    assert [(segment.key, segment.score.value, segment.score.responses) for segment in found] == segments


def test_a_breakdown_names_what_it_breaks_down_by_and_can_be_narrowed(answered, survey):
    answered(10, country="PL", lines=lines("7"))
    answered(0, country="DE", lines=lines("12", "7"))

    assert [segment.label for segment in reports.by(EVERYTHING, "product")] == ["Tea 7", "Tea 12"]
    assert [segment.label for segment in reports.by(EVERYTHING, "survey")] == [survey.name]
    assert [segment.label for segment in reports.by(EVERYTHING, "language")] == ["English"]
    assert [segment.label for segment in reports.by(EVERYTHING, "touchpoint")] == ["Order fulfilled"]
    assert [segment.label for segment in reports.by(EVERYTHING, "customer_kind")] == ["New customers"]
    assert [s.key for s in reports.by(ScoreFilter(countries=("PL",)), "product")] == ["7"]
    assert [(s.key, s.score.value) for s in reports.by(ScoreFilter(product_ids=("7",)), "country")] == [
        ("DE", -100),
        ("PL", 100),
    ]
    assert [(s.key, s.score.value) for s in reports.by(ScoreFilter(product_ids=("12",)), "language")] == [("en", -100)]
    assert len(reports.by(EVERYTHING, "product", first=1)) == 1


def test_scores_of_several_surveys_take_one_query(answered, survey, django_assert_num_queries):
    answered(10)
    other = Survey.objects.create(name="Other", slug="other", touchpoint="store_visit")

    with django_assert_num_queries(1):
        scores = reports_by_survey.scores([survey.pk, other.pk], EVERYTHING)

    assert (scores[survey.pk].value, scores[other.pk].value) == (100, None)


def test_a_score_with_its_trend_never_reads_responses(answered, story, django_assert_num_queries):
    answered(10)

    with django_assert_num_queries(2) as queries:
        reports.score(EVERYTHING)
        reports.trend(EVERYTHING, "month", today=story.now.date())

    assert not any("nps_response" in query["sql"] for query in queries.captured_queries)


def test_rebuilt_counts_equal_the_running_ones_whatever_happened(story, answered, shop):
    chance = random.Random(3)
    responses = []
    for _ in range(60):
        story.later(hours=chance.randrange(30))
        response = answered(
            chance.randrange(11),
            channel=chance.choice(["default-channel", "channel-pln"]),
            country=chance.choice(["PL", "DE", ""]),
            language_code=chance.choice(["en", "fa"]),
            lines=lines(*chance.sample(["7", "8", "12"], chance.randrange(4))),
        )
        responses.append(response)
        if chance.random() < 0.4:
            story.answer(response.invitation, chance.randrange(11))
        if chance.random() < 0.2:
            changes = cases.Changes(is_counted=False, exclusion_reason="Test")
            cases.update_response(response.pk, changes, staff_id=None, now=story.now)
        if chance.random() < 0.3:
            story.invite(email=f"silent{len(responses)}@example.com")
    assert tallies.differences() == 0
    before = set(
        Tally.objects.exclude(sent=0, score_0=0, score_9=0, score_10=0).values_list(
            "dimension", "country", "day", "key"
        )
    )

    tallies.rebuild()

    assert tallies.differences() == 0
    after = set(
        Tally.objects.exclude(sent=0, score_0=0, score_9=0, score_10=0).values_list(
            "dimension", "country", "day", "key"
        )
    )
    assert before == after


def test_a_wrong_count_is_found_and_put_right_by_the_command(answered, capsys):
    answered(10)
    Tally.objects.filter(span="month", dimension="", country="").update(score_10=5)

    with pytest.raises(CommandError, match="1 rows of counts are wrong"):
        call_command("nps_rebuild_tallies", "--check")
    call_command("nps_rebuild_tallies")
    call_command("nps_rebuild_tallies", "--check")

    assert reports.score(EVERYTHING).responses == Response.objects.count() == 1


def test_days_are_counted_alike_whatever_the_clock_of_the_shop(answered, story):
    story.later(hours=11, minutes=30)  # 23:30 in London, tomorrow noon in Auckland
    with timezone.override("Pacific/Auckland"):
        answered(10)
        today = ScoreFilter(since=date(2026, 3, 2), until=date(2026, 3, 2))

        assert reports.score(today).responses == responses_to(today).count() == 1
        assert tallies.differences() == 0
        assert reports.trend(today, "day", today=story.now.date())[0].score.responses == 1


def test_reports_about_many_surveys_equal_those_about_one(answered, story, survey, django_assert_num_queries):
    answered(10)
    answered(3)
    empty = Survey.objects.create(name="Other", slug="other", touchpoint="store_visit")
    both = [survey.pk, empty.pk]
    today = story.now.date()

    for wanted in (
        EVERYTHING,
        ScoreFilter(product_ids=("7",)),
        ScoreFilter(product_ids=("7", "12")),
        ScoreFilter(survey_ids=(empty.pk,)),
        ScoreFilter(countries=("PL",), since=today, until=today),
    ):
        parts = {pk: reports_by_survey.narrowed(wanted, pk) for pk in both}
        assert reports_by_survey.scores(both, wanted) == {pk: reports.score(part) for pk, part in parts.items()}
        assert reports_by_survey.sendings(both, wanted) == {pk: reports.sending(part) for pk, part in parts.items()}
        assert reports_by_survey.trends(both, wanted, "month", today=today) == {
            pk: reports.trend(part, "month", today=today) for pk, part in parts.items()
        }
        for dimension in ("channel", "country", "survey", "language", "product"):
            assert reports_by_survey.breakdowns(both, wanted, dimension) == {
                pk: reports.by(part, dimension) for pk, part in parts.items()
            }
    with django_assert_num_queries(3):
        reports_by_survey.sendings(both, EVERYTHING)
        reports_by_survey.trends(both, EVERYTHING, "week", today=today)
        reports_by_survey.breakdowns(both, EVERYTHING, "language")


def test_an_order_with_two_of_the_wanted_products_counts_once_in_every_report(answered, story):
    answered(10, country="PL", lines=lines("7", "8"))
    answered(0, country="DE", lines=lines("8"))
    answered(9, country="DE", lines=lines("12"))
    both = ScoreFilter(product_ids=("7", "8"))

    points = reports.trend(both, "month", today=story.now.date())

    assert (reports.score(both).value, reports.score(both).responses) == (0, 2)
    assert sum(point.score.responses for point in points) == 2
    assert points[-1].score.responses == 2
    for dimension, counts in (
        ("channel", {"default-channel": 2}),
        ("country", {"PL": 1, "DE": 1}),
        ("touchpoint", {"order_fulfilled": 2}),
        ("language", {"en": 2}),
        ("product", {"8": 2, "7": 1}),
    ):
        assert {segment.key: segment.score.responses for segment in reports.by(both, dimension)} == counts


@pytest.mark.parametrize(
    ("since", "until", "today", "before"),
    [
        (date(2026, 3, 1), date(2026, 3, 31), date(2026, 6, 1), (date(2026, 1, 29), date(2026, 2, 28))),
        (date(2026, 3, 1), date(2026, 3, 31), date(2026, 3, 10), (date(2026, 2, 19), date(2026, 2, 28))),
        (date(2026, 3, 1), None, date(2026, 3, 10), (date(2026, 2, 19), date(2026, 2, 28))),
        (date(2026, 3, 10), date(2026, 3, 10), date(2026, 3, 10), (date(2026, 3, 9), date(2026, 3, 9))),
    ],
)
def test_the_previous_period_is_as_long_as_what_is_over_of_this_one(since, until, today, before):
    wanted = ScoreFilter(channels=("default-channel",), since=since, until=until)

    previous = reports.previous(wanted, today=today)

    assert (previous.since, previous.until) == before
    assert previous.channels == wanted.channels


def test_before_all_time_there_was_nothing(answered):
    answered(10)

    assert reports.score(reports.previous(EVERYTHING, today=date(2026, 3, 2))).responses == 0


def test_what_reports_break_down_by_is_called_as_the_reader_speaks(answered):
    answered(10, language_code="pt-br")

    with translation.override("de"):
        (language,) = reports.by(EVERYTHING, "language")

    assert language.label == "Portugiesisch (Brasilien)"
