"""The funnel of orders counts orders; people in waves have one of their own."""

from datetime import UTC, date, datetime

import pytest

from saleor_nps_plugin.links import invitation_token
from saleor_nps_plugin.surveys.answering import recording
from saleor_nps_plugin.surveys.asking import sending, waves
from saleor_nps_plugin.surveys.asking.address_lists import Person
from saleor_nps_plugin.surveys.models import Invitation, Survey
from saleor_nps_plugin.surveys.reporting import reports, stages, tallies
from saleor_nps_plugin.surveys.reporting.funnel import Funnel, Funnels, funnels
from saleor_nps_plugin.surveys.reporting.score_filter import ScoreFilter

EVERYTHING = ScoreFilter()


@pytest.fixture
def now():
    """Daytime in all of the shop's country, for mails of waves leave by day."""
    return datetime(2026, 3, 2, 19, tzinfo=UTC)


@pytest.fixture
def ask(story, survey):
    """Ask so many addresses at once."""

    def ask(count, *, touchpoint="relationship", is_anonymous=False):
        made = Survey.objects.create(name=touchpoint, slug=touchpoint, touchpoint=touchpoint)
        plan = waves.Plan(made, "Wave", starts_at=story.now, days=1)
        people = [Person(f"{touchpoint}{number}@example.com") for number in range(count)]
        return waves.ask_addresses(plan, people, channel="default-channel", now=story.now, is_anonymous=is_anonymous)

    return ask


def count_new():
    return stages.count_new(limit=1000)


def test_people_in_waves_are_no_orders(story, ask):
    story.fulfill(email="order@example.com")
    ask(3)
    count_new()

    assert reports.funnel(EVERYTHING) == Funnel(asked=1)
    assert funnels(EVERYTHING) == Funnels(
        orders=Funnel(asked=1), people=Funnel(asked=3), touchpoints=frozenset({"relationship"})
    )


def test_what_people_in_waves_do_is_counted_beside(story, ask):
    ask(3)
    story.later(hours=24)
    while sending.send_due(now=story.now):
        pass
    first, second, _ = Invitation.objects.order_by("pk")
    recording.note_seen(invitation_token(first.key), now=story.now)
    story.answer(second, 9)
    count_new()

    found = funnels(EVERYTHING)

    assert (found.orders, found.people) == (Funnel(), Funnel(asked=3, sent=3, opened=2, answered=1))
    assert tallies.differences() == 0


def test_employees_and_partners_are_in_it_only_where_they_are_chosen(ask):
    ask(2, touchpoint="employee")
    ask(1, touchpoint="partner")
    count_new()

    assert funnels(EVERYTHING) == Funnels()
    assert funnels(ScoreFilter(touchpoints=("employee",))).people == Funnel(asked=2)
    assert funnels(ScoreFilter(touchpoints=("employee", "partner"))).people == Funnel(asked=3)


@pytest.mark.parametrize("survey_is", [True, False])
def test_of_anonymous_waves_it_says_that_nobody_is_followed(ask, survey_is):
    ask(5, touchpoint="employee", is_anonymous=True)
    Survey.objects.filter(slug="employee").update(is_anonymous=survey_is)
    count_new()

    found = funnels(ScoreFilter(touchpoints=("employee",)))

    assert (found.people.asked, found.is_anonymous) == (5, True)


def test_an_anonymous_wave_says_nothing_about_others(ask):
    ask(5, touchpoint="employee", is_anonymous=True)
    ask(1, touchpoint="relationship")
    count_new()

    assert not funnels(EVERYTHING).is_anonymous
    assert not funnels(ScoreFilter(touchpoints=("relationship",))).is_anonymous


def test_days_and_channels_narrow_people_down_too(ask, story):
    ask(2)
    count_new()

    for wanted, asked in (
        (ScoreFilter(until=date(2026, 3, 1)), 0),
        (ScoreFilter(since=date(2026, 3, 2)), 2),
        (ScoreFilter(channels=("channel-pln",)), 0),
        (ScoreFilter(touchpoints=("order_fulfilled",)), 0),
    ):
        assert funnels(wanted).people.asked == asked, wanted


def test_it_takes_as_many_queries_for_many_surveys_as_for_one(ask, django_assert_num_queries):
    ask(1, touchpoint="relationship")
    ask(1, touchpoint="site_visit")
    count_new()

    with django_assert_num_queries(2):
        funnels(EVERYTHING)
