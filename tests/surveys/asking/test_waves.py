"""People asked at once: customers, and the addresses of a list."""

import threading
from datetime import timedelta
from itertools import pairwise
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.db import connections

from saleor_nps_plugin import errors
from saleor_nps_plugin.links import invitation_token
from saleor_nps_plugin.shoppers.models import Shopper
from saleor_nps_plugin.shoppers.recognizing import email_hash
from saleor_nps_plugin.surveys.answering import recording
from saleor_nps_plugin.surveys.asking import sending, waves
from saleor_nps_plugin.surveys.asking.address_lists import Person
from saleor_nps_plugin.surveys.asking.wave_progress import progress_of
from saleor_nps_plugin.surveys.models import Invitation, Response, Survey, Touchpoint, Wave
from saleor_nps_plugin.surveys.reporting import stages, tallies
from tests.surveys.story import an_order


@pytest.fixture
def relationship(survey):
    return Survey.objects.create(name="Every year", slug="every-year", touchpoint=Touchpoint.RELATIONSHIP)


@pytest.fixture
def employees(survey):
    return Survey.objects.create(name="Our people", slug="our-people", touchpoint=Touchpoint.EMPLOYEE)


@pytest.fixture
def ask(story, relationship):
    """Plan a wave for customers, as staff do."""

    def ask(*, survey=None, days=1, since=365, channels=(), starts_in=0):
        plan = waves.Plan(
            survey or relationship, "Spring", starts_at=story.now + timedelta(hours=starts_in), days=days, author_id=7
        )
        return waves.ask_customers(
            plan, channels=channels, ordered_since=story.now - timedelta(days=since), now=story.now
        )

    return ask


@pytest.fixture
def ordered(story):
    """Put orders into the shop, so many days old."""

    def ordered(*emails, days=10, **what):
        for email in emails:
            at = story.now - timedelta(days=days)
            story.shop.add_order(an_order(email=email, number=str(uuid4().int % 10**6), created_at=at, **what))

    return ordered


def work(story, limit=200):
    """The worker goes through everything that is due; the mails that it sent."""
    while waves.step_due(now=story.now, limit=limit) >= limit:
        pass
    before = len(story.shop.outbox)
    while sending.send_due(now=story.now):
        pass
    return [mail.message.to[0] for mail in story.shop.outbox[before:]]


def invitations(wave):
    return Invitation.objects.filter(wave=wave).order_by("pk")


def test_customers_who_ordered_lately_are_asked_once_each(story, ordered, ask):
    ordered("ada@example.com", "bob@example.com", "ADA@example.com")
    ordered("old@example.com", days=400)
    ordered("canceled@example.com", is_canceled=True)
    ordered("imported@example.com", is_askable=False)

    wave = ask()
    story.later(hours=24)
    mails = work(story)

    assert wave.total == 2
    assert sorted(mail.lower() for mail in mails) == ["ada@example.com", "bob@example.com"]
    assert {row.source for row in invitations(wave)} == {"wave"}
    assert {row.order_id for row in invitations(wave)} == {None}
    assert {row.address for row in invitations(wave)} == {""}, "no address of a customer is stored"


def test_the_mail_comes_without_an_order_and_its_answer_counts_where_the_customer_lives(story, ordered, ask):
    ordered("ada@example.com", language_code="de", country="AT", first_name="Ada")
    ask()
    story.later(hours=24)
    work(story)
    (mail,) = story.shop.outbox
    (invitation,) = Invitation.objects.all()

    response = story.answer(invitation, 9)

    assert "Ada" in mail.message.body and "1001" not in mail.message.body
    assert "vielen Dank für Ihren Einkauf" in mail.message.body
    assert (response.country, response.channel, response.segments["customer_kind"]) == (
        "AT",
        "default-channel",
        ["new"],
    )
    while stages.count_new(limit=100):
        pass
    assert tallies.differences() == 0


@pytest.mark.parametrize(
    ("who", "reason"),
    [
        ({"opted_out_at": timedelta(days=400)}, "opted_out"),
        ({"asked_at": timedelta(days=89)}, "cooldown"),
        ({"asked_at": timedelta(days=91)}, ""),
    ],
)
def test_whoever_refused_or_was_asked_lately_is_spared_and_the_reason_noted(story, ordered, ask, who, reason):
    ordered("ada@example.com")
    Shopper.objects.create(
        email_hash=email_hash("ada@example.com"), **{name: story.now - ago for name, ago in who.items()}
    )

    wave = ask()
    work(story)

    assert [row.skip_reason for row in invitations(wave)] == [reason]
    wave.refresh_from_db()
    assert (wave.asked, wave.spared) == ((0, 1) if reason else (1, 0))


def test_nobody_with_an_open_case_is_asked_whether_they_like_the_shop(story, ordered, ask, shop):
    shop.configure(enabled=True, delay_hours="0", cooldown_days="0")
    story.answer(story.invite(email="ada@example.com"), 2)
    ordered("ada@example.com")

    wave = ask()
    work(story)

    assert [row.skip_reason for row in invitations(wave)] == ["open_case"]


def test_a_wave_begins_the_quiet_period_of_everything_else(story, ordered, ask):
    ordered("ada@example.com")
    ask()
    work(story)

    about_an_order = story.fulfill(email="ada@example.com")

    assert about_an_order.skip_reason == "cooldown"


def test_a_survey_beside_the_quiet_period_neither_heeds_nor_begins_it(story, ordered, ask, relationship):
    relationship.ignores_cooldown = True
    relationship.save()
    story.invite(email="ada@example.com")
    asked_at = Shopper.objects.get().asked_at
    ordered("ada@example.com")
    story.later(days=1)

    wave = ask()
    work(story)

    assert [row.status for row in invitations(wave)] != ["skipped"]
    assert Shopper.objects.get().asked_at == asked_at


def test_the_mails_of_a_wave_spread_evenly_over_its_days(story, ordered, ask):
    ordered(*(f"{number}@example.com" for number in range(100)))

    wave = ask(days=10)
    waves.step_due(now=story.now, limit=200)

    moments = sorted(invitations(wave).values_list("send_at", flat=True))
    gaps = sorted(later - moment for moment, later in pairwise(moments))
    assert moments[0] == story.now and moments[-1] < story.now + timedelta(days=10)
    by_day, nights = gaps[:-10], gaps[-10:]
    assert max(by_day) < timedelta(hours=3), "an even spread of 100 over 120 hours of daylight has gaps of 1.2 hours"
    assert timedelta(hours=12) < min(nights) and max(nights) < timedelta(hours=15)
    assert len(work(story)) <= 1


def test_the_mails_of_a_wave_leave_by_day_where_people_live(story, ordered, ask):
    ordered(*(f"{number}@example.pl" for number in range(40)), country="PL")
    ordered(*(f"{number}@example.nz" for number in range(40)), country="NZ")

    wave = ask(days=3)
    waves.step_due(now=story.now, limit=200)

    for country, zone in (("PL", "Europe/Warsaw"), ("NZ", "Pacific/Auckland")):
        moments = invitations(wave).filter(country=country).values_list("send_at", flat=True)
        hours = {moment.astimezone(ZoneInfo(zone)).hour for moment in moments}
        assert hours <= set(range(8, 20)) and len(hours) > 6


def test_a_worker_that_comes_late_sends_no_wave_at_night(story, ordered, ask):
    ordered("ada@example.com", country="PL")
    ask()
    work(story)
    Invitation.objects.update(status="scheduled", sent_at=None, due_at=story.later(hours=8))

    # Nine in the evening in Warsaw.
    assert work(story) == []

    assert Invitation.objects.get().due_at == story.now.replace(day=3, hour=7)
    story.later(hours=11)
    assert work(story) == ["ada@example.com"]


def test_quiet_hours_of_the_operator_are_all_that_a_wave_heeds(story, ordered, ask, shop):
    shop.configure(enabled=True, delay_hours="0", quiet_hours="0-6")
    ordered(*(f"{number}@example.com" for number in range(60)), country="PL")

    wave = ask(days=3)
    waves.step_due(now=story.now, limit=200)

    moments = invitations(wave).values_list("send_at", flat=True)
    hours = {moment.astimezone(ZoneInfo("Europe/Warsaw")).hour for moment in moments}
    assert hours == set(range(6, 24))


def test_a_wave_waits_for_its_start(story, ordered, ask):
    ordered("ada@example.com")
    ask(starts_in=48)

    assert work(story) == [] and not Invitation.objects.exists()
    story.later(hours=72)
    assert work(story) == ["ada@example.com"]


def test_only_channels_that_wave_and_survey_agree_on_are_asked(story, ordered, ask, relationship):
    ordered("usd@example.com")
    ordered("pln@example.com", channel="channel-pln", currency="PLN")
    relationship.channels = ["channel-pln"]
    relationship.save()

    wave = ask()
    story.later(hours=24)

    assert wave.total == 1 and work(story) == ["pln@example.com"]
    with pytest.raises(errors.Invalid):
        ask(channels=["default-channel"])


def test_steps_of_a_wave_take_up_where_the_last_one_stopped(story, ordered, ask):
    for number in range(7):
        ordered(f"{number % 5}@example.com", days=10 + number)

    wave = ask()
    looked_at = [waves.step_due(now=story.now, limit=3) for _ in range(4)]

    assert looked_at == [3, 3, 1, 0]
    assert invitations(wave).count() == 5
    wave.refresh_from_db()
    assert (wave.asked, wave.total) == (5, 5)


def test_one_account_with_two_addresses_is_asked_once(story, ordered, ask):
    ordered("ada@example.com", user_id=5, days=3)
    ordered("ada@example.org", user_id=5, days=9)

    wave = ask()
    waves.step_due(now=story.now, limit=1)
    waves.step_due(now=story.now, limit=1)

    assert invitations(wave).count() == 1


def test_a_stopped_wave_asks_nobody_more_and_releases_those_it_would_have_asked(story, ordered, ask):
    ordered(*(f"{number}@example.com" for number in range(20)))
    wave = ask(days=10)
    story.later(days=3)
    sent = len(work(story))
    story.later(days=1)

    waves.stop(wave.pk, now=story.now)

    assert 0 < sent < 20
    assert work(story) == []
    assert invitations(wave).filter(status="canceled").count() == 20 - sent
    assert Shopper.objects.filter(asked_at=None).count() == 20 - sent
    assert progress_of([wave])[wave.pk].canceled == 20 - sent
    with pytest.raises(errors.Invalid):
        waves.stop(wave.pk, now=story.now)


def test_links_that_are_out_stay_good_when_a_wave_is_stopped(story, ordered, ask):
    ordered("ada@example.com")
    wave = ask()
    work(story)
    waves.stop(wave.pk, now=story.now)

    assert story.answer(Invitation.objects.get(), 10).score == 10


def test_progress_counts_people(story, ordered, ask):
    ordered(*(f"{number}@example.com" for number in range(4)))
    story.shop.mail_errors = [ValueError("no such address")]
    Shopper.objects.create(email_hash=email_hash("0@example.com"), opted_out_at=story.now)
    wave = ask()
    story.later(hours=24)
    work(story)
    story.answer(Invitation.objects.filter(status="sent").first(), 9)

    progress = progress_of([wave])[wave.pk]

    assert (progress.sent, progress.answered, progress.failed, progress.waiting) == (2, 1, 1, 0)
    assert progress.spared == {"opted_out": 1}


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"since": -1}, "ordered_since"), ({"days": 0}, "days"), ({"days": 91}, "days"), ({"since": 1}, "ordered_since")],
)
def test_a_wave_that_makes_no_sense_is_refused(ordered, ask, changes, field):
    ordered("ada@example.com")

    with pytest.raises(errors.Invalid) as refused:
        ask(**changes)

    assert refused.value.field == field
    assert not Wave.objects.exists()


def test_addresses_get_their_mails_in_their_languages_and_are_forgotten_when_it_is_over(story, employees, shop):
    shop.configure(enabled=True, delay_hours="0", link_valid_days="10")
    plan = waves.Plan(employees, "Staff", starts_at=story.now, days=1)
    people = [Person("eva@shop.example", "de"), Person("tom@shop.example"), Person("EVA@shop.example")]

    wave = waves.ask_addresses(plan, people, channel="default-channel", now=story.now)
    # Daytime in all of the United States.
    story.later(hours=31)

    assert sorted(work(story)) == ["eva@shop.example", "tom@shop.example"]
    assert {row.language_code for row in invitations(wave)} == {"de", "en"}
    story.later(days=12)
    work(story)
    assert {row.address for row in invitations(wave)} == {""}
    wave.refresh_from_db()
    assert wave.finished_at is not None and wave.due_at is None


def test_employees_read_nothing_about_shopping(story, employees):
    plan = waves.Plan(employees, "Staff", starts_at=story.now, days=1)
    waves.ask_addresses(plan, [Person("eva@shop.example")], channel="default-channel", now=story.now)
    story.later(hours=7)
    work(story)
    (mail,) = story.shop.outbox

    assert "shopping" not in mail.message.body and "ordered" not in mail.message.body
    assert "the people it works with" in mail.message.body


def test_a_list_heeds_refusals_and_quiet_periods(story, employees):
    Shopper.objects.create(email_hash=email_hash("no@shop.example"), opted_out_at=story.now)
    Shopper.objects.create(email_hash=email_hash("quiet@shop.example"), asked_at=story.now)
    plan = waves.Plan(employees, "Staff", starts_at=story.now, days=1)
    people = [Person(f"{who}@shop.example") for who in ("no", "quiet", "eva")]

    wave = waves.ask_addresses(plan, people, channel="default-channel", now=story.now)

    rows = {row.skip_reason: row.address for row in invitations(wave)}
    assert rows == {"opted_out": "", "cooldown": "", "": "eva@shop.example"}
    assert (wave.asked, wave.spared) == (1, 2)


def test_one_statement_per_kind_however_long_the_list(story, employees, django_assert_max_num_queries):
    plan = waves.Plan(employees, "Staff", starts_at=story.now, days=3)
    people = [Person(f"{number}@shop.example") for number in range(900)]

    with django_assert_max_num_queries(20):
        waves.ask_addresses(plan, people, channel="default-channel", now=story.now)

    assert Invitation.objects.count() == 900


@pytest.mark.django_db(transaction=True)
def test_two_workers_make_each_invitation_once(story, ordered, ask):
    ordered(*(f"{number}@example.com" for number in range(60)))
    wave = ask()
    barrier = threading.Barrier(3)

    def worker():
        barrier.wait()
        for _ in range(10):
            waves.step_due(now=story.now, limit=10)
        connections.close_all()

    threads = [threading.Thread(target=worker) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # Whoever finds the wave taken goes on with nothing done.
    while waves.step_due(now=story.now, limit=10):
        pass

    assert invitations(wave).count() == 60
    wave.refresh_from_db()
    assert wave.asked == 60


def test_the_answer_to_a_wave_is_one_like_any_other(story, ordered, ask):
    ordered("ada@example.com")
    ask()
    work(story)
    invitation = Invitation.objects.get()

    recording.note_seen(invitation_token(invitation.key), now=story.now, score=3)
    story.answer(invitation, 9)

    assert Response.objects.get().score == 9
