"""Points become a gift card, or nothing happens at all."""

from datetime import timedelta
from decimal import Decimal
from threading import Barrier, Thread

import pytest
from django.db import connection

from saleor_nps_plugin.errors import (
    BelowMinimum,
    InsufficientPoints,
    Invalid,
    NotFound,
    NotUnique,
    NpsError,
    Required,
    RewardsInactive,
)
from saleor_nps_plugin.rewards import balances, ledger
from saleor_nps_plugin.rewards.models import EntryKind, Notice, PointsEntry
from saleor_nps_plugin.rewards.redemption import redeem
from saleor_nps_plugin.shoppers.recognizing import recognize
from tests.surveys.story import an_order


@pytest.fixture
def account(shop, now, db):
    """2,000 points of a guest."""
    order = an_order()
    shop.add_order(order)
    shopper = recognize(email=order.email, user_id=None, order_id=order.id)
    account = ledger.account_of(shopper, "USD", now=now)
    ledger.post(account, kind=EntryKind.BONUS, points=2000, key="start", now=now)
    return account


def spend(account, now, points=500, channel="default-channel", key="one"):
    return redeem(account, points=points, channel=channel, key=key, now=now)


def test_points_become_a_card_of_their_worth_for_their_owner(shop, account, now):
    redeemed = spend(account, now, points=1250)

    (issued,) = shop.rewards.gift_cards.values()
    assert (issued.amount, issued.currency, issued.email) == (Decimal("12.50"), "USD", "ada@example.com")
    assert redeemed.gift_card == issued.card
    assert (redeemed.entry.points, redeemed.entry.gift_card_id) == (-1250, issued.card.id)
    assert balances.balance(account, now=now).available == 750


def test_the_same_key_gives_the_same_card(shop, account, now):
    first = spend(account, now)
    again = spend(account, now + timedelta(days=3))

    assert (again.entry, again.gift_card) == (first.entry, first.gift_card)
    assert len(shop.rewards.gift_cards) == 1
    assert balances.balance(account, now=now).available == 1500


@pytest.mark.parametrize("changes", [{"points": 600}, {"channel": "channel-pln"}])
def test_a_key_that_was_used_for_something_else_is_refused(account, now, changes):
    spend(account, now)

    with pytest.raises(NotUnique):
        spend(account, now, **changes)


def test_a_card_that_staff_deactivated_is_given_again_as_it_is(shop, account, now):
    card = spend(account, now).gift_card
    shop.rewards.deactivate_gift_card(card.id)

    assert spend(account, now).gift_card.is_active is False


def test_a_card_that_the_shop_deleted_is_not_made_anew(shop, account, now):
    card = spend(account, now).gift_card
    del shop.rewards.gift_cards[card.id]

    with pytest.raises(NotFound, match="deleted the gift card"):
        spend(account, now)
    assert PointsEntry.objects.filter(kind="redemption").count() == 1


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"points": 499}, BelowMinimum),
        ({"points": 2001}, InsufficientPoints),
        ({"points": 0}, Invalid),
        ({"points": -500}, Invalid),
        ({"points": 500.0}, Invalid),
        ({"points": True}, Invalid),
        ({"points": 2**31}, Invalid),
        ({"key": " "}, Required),
        ({"key": "k" * 101}, Invalid),
        ({"channel": "channel-pln"}, Invalid),
        ({"channel": "nowhere"}, NotFound),
    ],
)
def test_what_is_refused_changes_nothing(shop, account, now, changes, error):
    with pytest.raises(error):
        spend(account, now, **changes)

    assert balances.balance(account, now=now).available == 2000
    assert not shop.rewards.gift_cards


def test_a_channel_without_gift_cards_is_told_before_points_are_touched(shop, account, now):
    shop.rewards.channels_without_gift_cards.add("default-channel")

    with pytest.raises(Invalid):
        spend(account, now)
    assert balances.balance(account, now=now).available == 2000


def test_a_shop_that_is_switched_off_gives_no_cards(shop, account, now):
    shop.configure(enabled=False)

    with pytest.raises(RewardsInactive):
        spend(account, now)


def test_a_shop_that_fails_takes_no_points(shop, account, now, monkeypatch):
    def fail(**_):
        raise RuntimeError("no card today")

    monkeypatch.setattr(type(shop), "issue_gift_card", lambda self, **_: fail())
    with pytest.raises(RuntimeError):
        spend(account, now)

    assert balances.balance(account, now=now).available == 2000


def test_pending_points_cannot_be_spent(account, now):
    later = now + timedelta(days=30)
    ledger.post(account, kind=EntryKind.CASHBACK, points=900, key="pending", now=now, available_at=later)

    with pytest.raises(InsufficientPoints):
        spend(account, now, points=2900)
    assert spend(account, later, points=2900).entry.points == -2900


def test_who_has_no_address_any_more_gets_no_card(shop, account, now):
    shop.remove_order(account.shopper.order_id)

    with pytest.raises(Invalid, match="no address"):
        spend(account, now)


@pytest.mark.parametrize("mails_itself", [True, False])
def test_the_code_reaches_its_owner_by_mail_in_any_case(shop, account, now, mails_itself):
    shop.rewards.mails_gift_cards = mails_itself
    account.shopper.rewards_opted_out_at = now
    account.shopper.save()

    spend(account, now)

    assert Notice.objects.filter(kind="gift_card", due_at=now).exists() is not mails_itself


@pytest.mark.django_db(transaction=True)
def test_64_redemptions_at_once_issue_what_the_balance_allows(shop, account, now):
    outcomes, barrier = [], Barrier(64)

    def attempt(number):
        barrier.wait()
        try:
            outcomes.append(spend(account, now, key=f"key {number}").entry.points)
        except NpsError as error:
            outcomes.append(type(error))
        finally:
            connection.close()

    threads = [Thread(target=attempt, args=(number,)) for number in range(64)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(map(str, outcomes)) == sorted(map(str, [-500] * 4 + [InsufficientPoints] * 60))
    assert len(shop.rewards.gift_cards) == 4
    assert balances.balance(account, now=now).available == 0


@pytest.mark.django_db(transaction=True)
def test_one_key_at_once_gives_one_card(shop, account, now):
    cards, barrier = [], Barrier(8)

    def attempt():
        barrier.wait()
        try:
            cards.append(spend(account, now).gift_card)
        finally:
            connection.close()

    threads = [Thread(target=attempt) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(cards) == 8
    assert len({card.id for card in cards}) == 1
    assert len(shop.rewards.gift_cards) == 1
