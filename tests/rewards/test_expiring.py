from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from saleor_nps_plugin.rewards import expiring
from saleor_nps_plugin.rewards.models import Notice, PointsEntry, PointsLot
from tests.rewards.purse import Purse, left_of

DAY = timedelta(days=1)


def warnings():
    return [(notice.key.rsplit(":", 1)[1], notice.facts) for notice in Notice.objects.order_by("pk")]


def test_points_expire_when_their_time_is_over(purse):
    gone, left = purse.earn(100, lasts=10), purse.earn(100, lasts=11)

    assert expiring.expire_due(now=purse.in_days(10) - timedelta(microseconds=1)) == 0
    assert expiring.expire_due(now=purse.in_days(10)) == 1
    assert expiring.expire_due(now=purse.in_days(10)) == 0
    assert left_of(gone, left) == [0, 100]
    assert purse.history[-1] == ("expiry", -100)


def test_points_without_an_end_stay(purse):
    purse.earn(100)

    assert expiring.expire_due(now=purse.in_days(100_000)) == 0
    assert purse.has == (100, 0)


def test_lots_are_seen_to_in_portions(purse, now):
    for number in range(5):
        Purse.of(f"{number}@example.com", now).earn(10, lasts=1)

    portions = [expiring.expire_due(now=now + DAY, limit=2) for _ in range(4)]

    assert portions == [2, 2, 1, 0]
    assert PointsEntry.objects.filter(kind="expiry").count() == 5


def test_points_that_pay_a_debt_do_not_expire(purse):
    purse.adjust(-100)
    reward = purse.earn(100, waits=1, lasts=1)

    assert expiring.expire_due(now=purse.in_days(2)) == 1
    assert left_of(reward) == [0]
    assert not PointsEntry.objects.filter(kind="expiry").exists()


def test_the_next_expiry_is_a_day_and_what_is_unspent(purse, now):
    purse.earn(100, lasts=10)
    purse.earn(30, lasts=10.25)
    purse.earn(500, lasts=11)
    purse.earn(500)
    nothing = Purse.of("bob@example.com", now)
    nothing.earn(7)
    purse.spend(10)
    ids = [purse.account.pk, nothing.account.pk]

    with CaptureQueriesContext(connection) as statements:
        assert expiring.expiring_next(ids, now) == {purse.account.pk: (120, date(2026, 3, 12))}
    assert len(statements) == 1
    assert expiring.expiring_next(ids, now + 10.5 * DAY) == {purse.account.pk: (500, date(2026, 3, 13))}
    assert expiring.expiring_next(ids, now + 12 * DAY) == {}


def test_what_a_debt_uses_up_does_not_expire_next(purse, now):
    purse.adjust(-150)
    purse.earn(100, waits=1, lasts=30)
    purse.earn(100, waits=2, lasts=40)

    assert expiring.expiring_next([purse.account.pk], now) == {purse.account.pk: (50, (now + 42 * DAY).date())}


@pytest.mark.usefixtures("shop")
class TestWarnings:
    def test_the_owner_is_warned_once_per_number_of_days(self, purse, now):
        purse.earn(500, lasts=40)
        facts = {"points": 500, "currency": "USD", "on": "2026-04-11"}

        assert [expiring.warn_due(now=now + days * DAY) for days in range(40)].count(1) == 2
        assert warnings() == [("30", facts), ("7", facts)]
        assert [notice.created_at for notice in Notice.objects.order_by("pk")] == [now + 10 * DAY, now + 33 * DAY]
        notice = Notice.objects.earliest("pk")
        assert (notice.shopper, notice.kind, notice.channel) == (purse.shopper, "expiry_warning", "default-channel")

    def test_only_what_is_still_unspent_is_warned_of(self, purse, now):
        purse.earn(500, lasts=31)
        purse.earn(300, lasts=31.1)
        purse.spend(350)
        expiring.warn_due(now=now + DAY)
        purse.spend(450)
        expiring.warn_due(now=now + 25 * DAY)

        assert warnings() == [("30", {"points": 450, "currency": "USD", "on": "2026-04-02"})]

    def test_after_a_pause_the_most_urgent_warning_stands_for_all(self, purse, now):
        purse.earn(500, lasts=40)

        assert [expiring.warn_due(now=now + days * DAY) for days in (35, 36, 20)] == [1, 0, 1]
        assert [days for days, _ in warnings()] == ["7", "30"]

    def test_points_that_cannot_be_used_yet_are_no_reason_to_hurry(self, purse, now):
        purse.earn(500, waits=10, lasts=5)

        assert expiring.warn_due(now=now + 9 * DAY) == 0
        assert expiring.warn_due(now=now + 10 * DAY) == 1

    def test_nobody_is_warned_of_points_that_only_pay_a_debt(self, purse, now):
        purse.adjust(-450)
        purse.earn(400, waits=1, lasts=20)
        purse.earn(100, waits=1, lasts=25)

        expiring.warn_due(now=now + 2 * DAY)

        assert [facts["points"] for _, facts in warnings()] == [50]

    def test_each_channel_has_days_of_its_own(self, shop, purse, now):
        shop.configure(enabled=True, overrides="[tea]\nexpiry_warning_days = 3\n[quiet]\nexpiry_warning_days =\n")
        for channel, lasts in (("tea", 10), ("quiet", 11), ("", 12)):
            purse.earn(5, lasts=lasts, channel=channel)

        assert expiring.warn_due(now=now) == 1
        assert [(notice.channel, notice.facts["on"]) for notice in Notice.objects.all()] == [("", "2026-03-14")]
        assert expiring.warn_due(now=now + 7 * DAY) == 2

    def test_nobody_is_warned_while_the_plugin_is_off(self, shop, purse, now):
        shop.configure(enabled=False)
        purse.earn(5, lasts=1)

        assert expiring.warn_due(now=now) == 0

    def test_who_was_forgotten_is_not_warned(self, purse, now):
        purse.earn(5, lasts=1)
        purse.shopper.delete()

        assert expiring.warn_due(now=now) == 0

    def test_points_may_have_no_end(self, purse, now):
        purse.earn(5)

        assert expiring.warn_due(now=now) == 0
        assert PointsLot.objects.count() == 1
