"""What surveys would have done lately, told without doing anything."""

from datetime import timedelta
from decimal import Decimal

import pytest

from saleor_nps_plugin.links import invitation_token
from saleor_nps_plugin.shop import get_shop
from saleor_nps_plugin.shoppers.models import Shopper
from saleor_nps_plugin.surveys.answering import recording
from saleor_nps_plugin.surveys.asking import dry_run as module
from saleor_nps_plugin.surveys.asking.dry_run import Asking, DryRun, dry_run
from saleor_nps_plugin.surveys.models import Invitation, Survey
from tests.surveys.story import an_order

EVERYWHERE = Asking()


@pytest.fixture
def fulfilled(shop, now):
    def fulfilled(*, days_ago=1, **changes):
        order = an_order(fulfilled_at=now - timedelta(days=days_ago), **changes)
        shop.add_order(order)
        return order

    return fulfilled


@pytest.fixture
def run(shop, survey, now):
    def run(*, days=7, surveys=(EVERYWHERE,), **more):
        return dry_run(get_shop().settings(), surveys=surveys, days=days, now=now, **more)

    return run


def test_every_customer_of_the_last_days_would_have_been_asked(fulfilled, run):
    fulfilled(email="ada@example.com")
    fulfilled(email="ben@example.com", days_ago=6)
    fulfilled(email="old@example.com", days_ago=8)

    assert run() == DryRun(asked=2, spared={})
    assert run(days=30) == DryRun(asked=3, spared={})
    assert not Invitation.objects.exists() and not Shopper.objects.exists()


def test_who_would_have_been_spared_has_a_reason(shop, fulfilled, run):
    shop.configure(enabled=True, minimum_order_total="10", cooldown_days="90")
    fulfilled(email="ada@example.com", days_ago=3)
    fulfilled(email="ADA@example.com", days_ago=2)
    fulfilled(email="")
    fulfilled(email="ben@example.com", total=Decimal("9.99"))
    fulfilled(email="cyd@example.com", is_canceled=True)
    fulfilled(email="dan@example.com", is_refunded=True)
    fulfilled(email="eve@example.com", is_askable=False)

    result = run()

    assert result.asked == 1
    assert result.spared == {
        "cooldown": 1,
        "no_address": 1,
        "below_minimum_total": 1,
        "order_canceled": 1,
        "order_refunded": 1,
    }
    assert (result.orders, result.spared_orders) == (6, 5)


def test_who_was_asked_before_these_days_is_in_the_cooldown(story, shop, fulfilled, run):
    shop.configure(enabled=True, cooldown_days="90", delay_hours="0")
    story.now -= timedelta(days=40)
    story.fulfill(email="ada@example.com", fulfilled_at=story.now)
    fulfilled(email="ada@example.com")

    assert run() == DryRun(asked=0, spared={"cooldown": 1})
    shop.configure(enabled=True, cooldown_days="30")
    assert run() == DryRun(asked=1, spared={})


def test_a_survey_that_ignores_the_cooldown_asks_in_the_midst_of_it(shop, fulfilled, run):
    shop.configure(enabled=True, cooldown_days="90")
    fulfilled(email="ada@example.com", days_ago=3)
    fulfilled(email="ada@example.com", days_ago=2)

    assert run() == DryRun(asked=1, spared={"cooldown": 1})
    assert run(surveys=[Asking(ignores_cooldown=True)]) == DryRun(asked=2, spared={})


def test_beside_a_survey_that_ignores_the_cooldown_another_still_begins_one(shop, fulfilled, run):
    shop.configure(enabled=True, cooldown_days="90")
    polite = Asking()
    beside = Asking(["channel-pln"], ignores_cooldown=True)
    for days_ago, channel in ((4, "channel-pln"), (3, "default-channel"), (2, "channel-pln"), (1, "default-channel")):
        fulfilled(email="ada@example.com", days_ago=days_ago, channel=channel)

    assert run(surveys=[polite]) == DryRun(asked=1, spared={"cooldown": 3})
    assert run(surveys=[polite, beside]) == DryRun(asked=2, spared={"cooldown": 2})
    assert run(surveys=[beside]) == DryRun(asked=2, spared={})


def test_a_survey_that_ignores_the_cooldown_begins_none(story, shop, fulfilled, run, survey):
    shop.configure(enabled=True, cooldown_days="90", delay_hours="0")
    Survey.objects.filter(pk=survey.pk).update(ignores_cooldown=True)
    story.now -= timedelta(days=40)
    story.fulfill(email="ada@example.com", fulfilled_at=story.now)
    fulfilled(email="ada@example.com")

    assert run() == DryRun(asked=1, spared={})


def test_a_survey_really_sent_in_these_days_does_not_stand_in_its_own_way(story, run):
    story.now -= timedelta(days=2)
    story.fulfill(fulfilled_at=story.now)

    assert run() == DryRun(asked=1, spared={})


def test_an_order_that_is_cancelled_leaves_its_customer_free_for_the_next(shop, fulfilled, run):
    shop.configure(enabled=True, cooldown_days="90")
    fulfilled(days_ago=3, is_canceled=True)
    fulfilled(days_ago=2)

    assert run() == DryRun(asked=1, spared={"order_canceled": 1})


def test_who_wants_no_surveys_is_spared(story, fulfilled, run):
    invitation = story.invite(email="ada@example.com", fulfilled_at=story.now - timedelta(days=90))
    recording.opt_out(invitation_token(invitation.key), now=story.now)
    fulfilled(email="ada@example.com")

    assert run() == DryRun(asked=0, spared={"opted_out": 1})


def test_channels_that_are_not_asked_are_left_out(shop, fulfilled, run):
    fulfilled(email="ada@example.com")
    fulfilled(email="ben@example.com", channel="channel-pln")

    assert run(surveys=[Asking(["channel-pln"])]).asked == 1
    assert run(surveys=[Asking(["channel-pln"]), Asking()]).asked == 2
    assert run(surveys=[]).asked == 0
    assert run(channels={"channel-pln"}).asked == 1
    shop.configure(enabled=True, channels="default-channel")
    assert run().asked == 1


def test_it_works_before_surveys_are_switched_on(shop, fulfilled, run):
    shop.configure(enabled=False)
    fulfilled()

    assert run().asked == 1


def test_a_very_large_shop_is_told_of_a_part(monkeypatch, fulfilled, run):
    monkeypatch.setattr(module, "MOST_ORDERS", 2)
    for number in range(3):
        fulfilled(email=f"shopper-{number}@example.com")

    assert run() == DryRun(asked=2, spared={}, is_cut=True)
