"""When a survey may disturb somebody."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from saleor_nps_plugin.shop.polite_settings import PoliteSettings
from saleor_nps_plugin.shop.settings import SettingsInvalid
from saleor_nps_plugin.surveys.asking import scheduling
from saleor_nps_plugin.surveys.asking.daily_cap import places_taken
from saleor_nps_plugin.surveys.asking.quiet_times import free_hours, free_moment, zones_of
from saleor_nps_plugin.surveys.models import Invitation
from tests.surveys.story import an_order

NIGHT = frozenset((*range(21, 24), *range(8)))
WEEKEND = frozenset((5, 6))


def reload(invitation):
    return Invitation.objects.get(pk=invitation.pk)


def utc(*parts):
    return datetime(*parts, tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "country", "free"),
    [
        # Warsaw is an hour ahead of UTC in winter, two in summer.
        (utc(2026, 3, 2, 12), "PL", utc(2026, 3, 2, 12)),
        (utc(2026, 3, 2, 20), "PL", utc(2026, 3, 3, 7)),
        (utc(2026, 7, 1, 19, 30), "PL", utc(2026, 7, 2, 6)),
        # Clocks go forward in the night of March 29.
        (utc(2026, 3, 28, 22), "PL", utc(2026, 3, 29, 6)),
        # Half past five ahead.
        (utc(2026, 3, 2, 1), "IN", utc(2026, 3, 2, 2, 30)),
        # Eight in the morning in Hawaii, while New York has one in the afternoon.
        (utc(2026, 3, 2, 13), "US", utc(2026, 3, 2, 18)),
        # No zone is known.
        (utc(2026, 3, 2, 23), "", utc(2026, 3, 3, 8)),
        (utc(2026, 3, 2, 23), "XX", utc(2026, 3, 3, 8)),
    ],
)
def test_nobody_is_disturbed_at_night_where_they_live(moment, country, free):
    assert free_moment(moment, country, PoliteSettings(quiet_hours=NIGHT)) == free


def test_where_no_moment_is_good_in_a_whole_country_most_people_decide():
    # Eleven zones, and two hours of the day that are not quiet.
    quiet = PoliteSettings(quiet_hours=frozenset(range(24)) - {12, 13})

    free = free_moment(utc(2026, 3, 2, 0), "RU", quiet)

    assert free.astimezone(ZoneInfo("Europe/Moscow")).hour == 12


def test_free_hours_are_free_to_their_end():
    quiet = PoliteSettings(quiet_hours=NIGHT, quiet_days=WEEKEND)

    # Half past five ahead, so that eight in the morning is half past two.
    hours = free_hours(utc(2026, 3, 6), 96, "IN", quiet)

    assert (hours[0], hours[-1]) == (utc(2026, 3, 6, 3), utc(2026, 3, 9, 14))
    assert {hour.day for hour in hours} == {6, 9} and len(hours) == 2 * 12
    assert free_hours(utc(2026, 3, 7), 24, "IN", quiet) == ()


def test_days_of_rest_are_those_of_the_country():
    quiet = PoliteSettings(quiet_hours=NIGHT, quiet_days=WEEKEND)
    friday_night = utc(2026, 3, 6, 22)

    assert free_moment(friday_night, "PL", quiet) == utc(2026, 3, 9, 7)
    # In Auckland it is Saturday already, and Monday comes half a day sooner.
    assert free_moment(friday_night, "NZ", quiet) == utc(2026, 3, 8, 19)


def test_the_main_zone_of_a_country_comes_first():
    assert str(zones_of("US")[0]) == "America/New_York"
    assert str(zones_of("CN")[0]) == "Asia/Shanghai"


# Hypothesis wants them without a zone, and puts one on.
_EARLIEST, _LATEST = datetime(2024, 1, 1), datetime(2028, 1, 1)  # noqa: DTZ001


@given(
    moment=st.datetimes(_EARLIEST, _LATEST, timezones=st.just(UTC)),
    country=st.sampled_from(["PL", "US", "RU", "IN", "NP", "AU", "BR", "KI", "FR", ""]),
    start=st.integers(0, 23),
    length=st.integers(1, 23),
    days=st.frozensets(st.integers(0, 6), max_size=6),
)
def test_a_free_moment_is_never_earlier_and_never_quiet_for_most_people(moment, country, start, length, days):
    quiet = PoliteSettings(quiet_hours=frozenset((start + hour) % 24 for hour in range(length)), quiet_days=days)

    free = free_moment(moment, country, quiet)

    local = free.astimezone(zones_of(country)[0])
    assert moment <= free <= moment + timedelta(days=17)
    assert local.hour not in quiet.quiet_hours and local.weekday() not in days
    assert free_moment(free, country, quiet) == free


@pytest.mark.parametrize(
    ("written", "hours"),
    [("21-8", NIGHT), ("8 – 10", {8, 9}), ("22-24", {22, 23}), ("0-6", set(range(6))), ("", set())],
)
def test_quiet_hours_are_read(shop, written, hours):
    shop.configure(quiet_hours=written)

    assert shop.settings().base.quiet_hours == hours


@pytest.mark.parametrize("written", ["8", "8-8", "0-24", "21-25", "-1-8", "21:00-8:00", "٢١-٨", "x"])
def test_hours_that_are_none_are_refused(shop, written):
    with pytest.raises(SettingsInvalid, match="21-8"):
        shop.configure(quiet_hours=written)


@pytest.mark.parametrize(("written", "days"), [("sat, sun", {5, 6}), ("Friday;Sunday", {4, 6}), ("", set())])
def test_quiet_days_are_read(shop, written, days):
    shop.configure(quiet_days=written)

    assert shop.settings().base.quiet_days == days


@pytest.mark.parametrize("written", ["sam", "sat-sun", "mon tue wed thu fri sat sun", "6"])
def test_days_that_are_none_are_refused(shop, written):
    with pytest.raises(SettingsInvalid):
        shop.configure(quiet_days=written)


def test_a_mail_that_falls_into_the_night_leaves_in_the_morning(story, shop):
    shop.configure(enabled=True, delay_hours="9", quiet_hours="21-8", link_valid_days="10")
    invitation = story.fulfill(country="PL")
    story.later(hours=9)

    assert story.send() == []
    waits = reload(invitation)
    story.now = waits.send_at
    (mail,) = story.send()

    assert waits.send_at == waits.due_at == utc(2026, 3, 3, 7)
    assert (waits.attempts, waits.claimed_until) == (0, None)
    assert waits.expires_at == waits.send_at + timedelta(days=10), "the link is good for as long as ever"
    assert mail.event == "nps_invitation" and reload(invitation).sent_at == utc(2026, 3, 3, 7)


def test_a_reminder_heeds_the_night_too(story, shop):
    shop.configure(enabled=True, delay_hours="0", reminder_after_hours="9", quiet_hours="21-8")
    invitation = story.invite(country="PL")
    expires_at = invitation.expires_at
    story.later(hours=9)

    assert story.send() == []
    assert reload(invitation).due_at == utc(2026, 3, 3, 7)
    assert reload(invitation).expires_at == expires_at
    story.now = utc(2026, 3, 3, 7)
    assert [mail.event for mail in story.send()] == ["nps_reminder"]


def test_staff_who_ask_now_are_not_made_to_wait(story, shop, survey):
    shop.configure(enabled=True, delay_hours="48", quiet_hours="13-12", daily_cap="1")
    invitation, order = story.fulfill(), an_order(email="bob@example.com")
    shop.add_order(order)

    scheduling.hasten(invitation.pk, now=story.now)
    scheduling.invite_for_order(survey, order, send_at=story.now, now=story.now)

    assert len(story.send()) == 2


def test_parcels_to_other_countries_get_more_time(story, shop):
    shop.configure(enabled=True, delay_hours="24", international_delay_hours="72")
    home, abroad = (
        story.fulfill(country="US", email="a@example.com"),
        story.fulfill(country="PL", email="b@example.com"),
    )
    start = story.now
    story.later(hours=24)

    assert [mail.message.to for mail in story.send()] == [["a@example.com"]]
    assert reload(home).status == "sent"
    assert reload(abroad).send_at == start + timedelta(hours=96)
    story.later(hours=71)
    assert story.send() == []
    story.later(hours=1)
    assert len(story.send()) == 1


def test_the_wait_counts_from_the_last_tracking_number_where_there_is_one(story, shop):
    shop.configure(enabled=True, delay_hours="24", delay_from="tracking")
    late, without = story.fulfill(email="a@example.com"), story.fulfill(email="b@example.com")
    start = story.now
    shop.track(late.order_id, start + timedelta(hours=20))
    story.later(hours=24)

    assert [mail.message.to for mail in story.send()] == [["b@example.com"]]
    assert reload(late).send_at == start + timedelta(hours=44)
    assert reload(without).status == "sent"
    story.later(hours=20)
    assert len(story.send()) == 1


def test_tracking_changes_nothing_unless_it_is_wanted(story, shop):
    shop.configure(enabled=True, delay_hours="24")
    invitation = story.fulfill()
    shop.track(invitation.order_id, story.now + timedelta(hours=20))
    story.later(hours=24)

    assert len(story.send()) == 1


def test_no_more_mails_leave_in_a_day_than_the_cap_and_the_rest_spreads_over_the_next(story, shop):
    shop.configure(enabled=True, delay_hours="0", daily_cap="4", quiet_hours="22-6", reminder_after_hours="0")
    for number in range(10):
        story.fulfill(email=f"{number}@example.com")

    assert len(story.send()) == 4
    waiting = sorted(Invitation.objects.filter(status="scheduled").values_list("send_at", flat=True))
    assert places_taken("default-channel", now=story.now) == 4
    assert [moment.date().day for moment in waiting] == [3, 3, 3, 3, 4, 4]
    gaps = {later - moment for moment, later in pairwise(waiting[:4])}
    assert min(gaps) > timedelta(hours=1), "spread, not all at once"
    story.now = utc(2026, 3, 3, 23)
    shop.configure(enabled=True, delay_hours="0", daily_cap="4")
    assert len(story.send()) == 4
    story.now = utc(2026, 3, 4, 23)
    assert len(story.send()) == 2


def test_reminders_count_towards_the_cap(story, shop):
    shop.configure(enabled=True, delay_hours="0", daily_cap="2", reminder_after_hours="24")
    for number in range(2):
        story.fulfill(email=f"{number}@example.com")
    story.send()
    story.later(hours=24)
    for number in range(2, 4):
        story.fulfill(email=f"{number}@example.com")

    assert len(story.send()) == 2
    assert places_taken("default-channel", now=story.now) == 2
    assert story.send() == []


def test_caps_are_per_channel(story, shop):
    shop.configure(enabled=True, delay_hours="0", daily_cap="0", overrides="[channel-pln]\ndaily_cap = 1")
    for number in range(3):
        story.fulfill(email=f"{number}@example.com", channel="channel-pln", currency="PLN")
        story.fulfill(email=f"{number}@example.org")

    sent = [mail.message.to[0] for mail in story.send()]

    assert sum(address.endswith("org") for address in sent) == 3
    assert sum(address.endswith("com") for address in sent) == 1


def test_waiting_mails_neither_count_as_failures_nor_are_lost(story, shop):
    shop.configure(enabled=True, delay_hours="0", quiet_days="mon, tue")
    invitation = story.fulfill(country="PL")

    assert story.send() == []
    row = reload(invitation)
    assert (row.status, row.attempts, row.last_error) == ("scheduled", 0, "")
    assert row.due_at == utc(2026, 3, 3, 23), "Wednesday in Warsaw"
    story.now = row.due_at
    assert len(story.send()) == 1


def test_a_survey_beside_the_quiet_period_does_not_end_that_of_another(story, shop, survey):
    asked = story.fulfill()
    survey.ignores_cooldown = True
    survey.save()
    beside = scheduling.invite_address(
        survey, "ada@example.com", channel="default-channel", language_code="en", send_at=story.now, now=story.now
    )

    scheduling.cancel(beside.pk, now=story.now)

    assert reload(asked).shopper.asked_about == asked.order_id
