"""The page "my rewards" in a real Saleor: a guest turns points into one of Saleor's own gift cards."""

from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone
from saleor.giftcard.models import GiftCard

from saleor_nps_plugin.links import shopper_token
from saleor_nps_plugin.rewards import ledger
from saleor_nps_plugin.rewards.models import EntryKind
from saleor_nps_plugin.shoppers.models import Shopper
from saleor_nps_plugin.shoppers.recognizing import recognize

pytestmark = pytest.mark.every_version


@pytest.fixture
def guest(nps_plugin, order_with_lines):
    """Somebody who ordered as a guest and has 2,000 points."""
    nps_plugin()
    order_with_lines.user, order_with_lines.user_email = None, "guest@example.com"
    order_with_lines.save()
    shopper = recognize(email="guest@example.com", user_id=None, order_id=order_with_lines.pk)
    now, channel = timezone.now(), order_with_lines.channel
    account = ledger.account_of(shopper, channel.currency_code, now=now)
    ledger.post(account, kind=EntryKind.CASHBACK, points=2000, key="start", now=now, channel=channel.slug)
    return account


def test_a_guest_redeems_by_the_signed_link(guest):
    browser, address = Client(), f"/plugins/global/nps/r/{shopper_token(guest.shopper.key)}/"

    page = browser.get(address)
    answer = browser.post(f"{address}redeem/", {"account": guest.pk, "points": "1500", "key": "one"})
    result = browser.get(f"{address}{answer['Location'].removeprefix('../')}")

    card = GiftCard.objects.get()
    assert (page.status_code, answer.status_code, result.status_code) == (200, 303, 200)
    assert "g•••@example.com" in page.content.decode()
    assert (card.current_balance_amount, card.currency) == (Decimal(15), guest.currency)
    assert card.code not in result.content.decode()
    assert "Your gift card is on its way" in result.content.decode()


def test_one_click_ends_the_mails_about_rewards(guest):
    address = f"/plugins/global/nps/r/{shopper_token(guest.shopper.key)}/opt-out/"

    answer = Client().post(address, {"List-Unsubscribe": "One-Click"})

    assert answer.status_code == 200
    assert Shopper.objects.get(pk=guest.shopper.pk).rewards_opted_out_at is not None
