"""Whom a wave would ask: the same people as it then does."""

from datetime import timedelta

import pytest

from saleor_nps_plugin.errors import Invalid
from saleor_nps_plugin.shoppers.models import Shopper
from saleor_nps_plugin.shoppers.recognizing import email_hash
from saleor_nps_plugin.surveys.asking import wave_dry_run, waves
from saleor_nps_plugin.surveys.asking.address_lists import Person
from saleor_nps_plugin.surveys.models import Invitation, Survey, Touchpoint, Wave
from tests.surveys.story import an_order


@pytest.fixture
def plan(survey, now):
    yearly = Survey.objects.create(name="Yearly", slug="yearly", touchpoint=Touchpoint.RELATIONSHIP)
    return waves.Plan(yearly, "Autumn", starts_at=now, days=3)


def known(number, **values):
    return Shopper.objects.create(email_hash=email_hash(f"{number}@shop.example"), **values)


def test_it_counts_the_customers_whom_the_wave_then_asks(plan, shop, story, now):
    for number in range(6):
        shop.add_order(an_order(email=f"{number}@shop.example", created_at=now - timedelta(days=number + 1)))
    # Whoever has ordered by two addresses is one customer.
    for number in (7, 8):
        shop.add_order(an_order(email=f"{number}@shop.example", user_id=7, created_at=now - timedelta(days=20)))
    known(0, opted_out_at=now)
    known(1, asked_at=now - timedelta(days=1))
    story.answer(story.invite(email="2@shop.example"), 1)
    choice = {"channels": (), "ordered_since": now - timedelta(days=30), "now": now}

    found = wave_dry_run.of_customers(waves.of_customers(plan, **choice))

    assert not Wave.objects.exists() and Invitation.objects.count() == 1
    waves.ask_customers(plan, **choice)
    waves.step_due(now=now)
    wave = Wave.objects.get()
    assert (found.asked, found.spared_people) == (wave.asked, wave.spared) == (4, 3)
    assert found.spared == {"opted_out": 1, "cooldown": 1, "open_case": 1}


def test_a_wave_of_later_is_counted_as_of_its_start(plan, shop, now):
    shop.add_order(an_order(email="1@shop.example", created_at=now - timedelta(days=1)))
    known(1, asked_at=now - timedelta(days=1))
    later = waves.Plan(plan.survey, "Later", starts_at=now + timedelta(days=300), days=3)
    choice = {"channels": (), "ordered_since": now - timedelta(days=30), "now": now}

    counts = [wave_dry_run.of_customers(waves.of_customers(one, **choice)).asked for one in (plan, later)]

    assert counts == [0, 1]


def test_of_very_many_orders_the_latest_are_looked_at(plan, shop, now, monkeypatch):
    monkeypatch.setattr(wave_dry_run, "MOST_ORDERS", 4)
    monkeypatch.setattr(wave_dry_run, "_BATCH", 2)
    choice = {"channels": (), "ordered_since": now - timedelta(days=30), "now": now}
    for number in range(4):
        shop.add_order(an_order(email=f"{number}@shop.example", created_at=now - timedelta(days=1, hours=number)))

    whole = wave_dry_run.of_customers(waves.of_customers(plan, **choice))
    shop.add_order(an_order(email="5@shop.example", created_at=now - timedelta(days=2)))
    cut = wave_dry_run.of_customers(waves.of_customers(plan, **choice))

    assert [(one.asked, one.is_cut) for one in (whole, cut)] == [(4, False), (4, True)]


def test_an_anonymous_list_of_too_few_is_refused_before_it_is_planned(plan, shop, now):
    people = [Person(f"{number}@shop.example") for number in range(6)]
    wave = waves.of_addresses(plan, people, channel="default-channel", is_anonymous=True, now=now)
    known(0, opted_out_at=now)

    assert wave_dry_run.of_addresses(wave, people, now) == wave_dry_run.WaveDryRun(5, {"opted_out": 1})
    known(1, opted_out_at=now)
    with pytest.raises(Invalid, match="here are 4"):
        wave_dry_run.of_addresses(wave, people, now)
