"""Mails about rewards go out once, to the address that the shop has now."""

import smtplib
from datetime import timedelta

import pytest

from saleor_nps_plugin.rewards import notices
from saleor_nps_plugin.rewards.models import Notice
from saleor_nps_plugin.shop.interface import Contact
from saleor_nps_plugin.shoppers.models import Shopper
from saleor_nps_plugin.shoppers.recognizing import recognize
from tests.surveys.story import an_order

pytestmark = pytest.mark.django_db
FACTS = {"points": 500, "currency": "USD", "available_at": "2026-04-01T12:00:00+00:00"}


@pytest.fixture
def shopper(shop):
    order = an_order(language_code="de")
    shop.add_order(order, contact=Contact(email="ada@example.com", first_name="Ada", language_code="de"))
    return recognize(email=order.email, user_id=None, order_id=order.id)


@pytest.fixture
def add(shopper, now):
    def add(kind="referral_reward", key="one", **changes):
        notices.add(shopper, kind=kind, key=key, channel="default-channel", facts=FACTS, now=now, **changes)

    return add


def test_a_notice_goes_out_once_however_often_it_is_noted(shop, add, now):
    add()
    add()

    assert [notices.send_due(now=now) for _ in range(2)] == [1, 0]
    (mail,) = shop.outbox
    assert mail.message.to == ["ada@example.com"]
    assert Notice.objects.get().sent_at == now


def test_it_speaks_the_customers_language_unless_the_event_has_one(shop, add, now):
    add(key="of the shop")
    add(key="of the event", language_code="pl")
    notices.send_due(now=now)

    assert {mail.payload["language_code"] for mail in shop.outbox} == {"de", "pl"}
    assert any("5,00\xa0$" in mail.message.body for mail in shop.outbox)


def test_who_refused_is_told_of_gift_cards_only(shop, shopper, add, now):
    add(key="before the refusal")
    Shopper.objects.update(rewards_opted_out_at=now)
    shopper.refresh_from_db()
    add(key="after it")
    card = shop.issue_gift_card(
        amount=5, currency="USD", channel="default-channel", user_id=None, email="x@example.com"
    )
    notices.add(
        shopper,
        kind="gift_card",
        key="card",
        channel="default-channel",
        facts={"gift_card": card.id, "points": 500, "currency": "USD"},
        now=now,
    )

    notices.send_due(now=now)

    (mail,) = shop.outbox
    assert card.code in mail.message.body
    assert not Notice.objects.filter(due_at__isnull=False).exists()


def test_whose_address_the_shop_has_forgotten_gets_no_mail(shop, shopper, add, now):
    add()
    shop.remove_order(shopper.order_id)

    notices.send_due(now=now)

    assert shop.outbox == []
    assert Notice.objects.get().due_at is None


@pytest.mark.parametrize("error", [ConnectionRefusedError("down"), smtplib.SMTPServerDisconnected("gone")])
def test_a_mail_server_that_is_down_delays(shop, add, now, error):
    add(key="one")
    add(key="two")
    shop.mail_errors.append(error)

    notices.send_due(now=now)
    assert shop.outbox == []
    notices.send_due(now=now + timedelta(minutes=2))

    assert len(shop.outbox) == 2
