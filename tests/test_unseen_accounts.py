"""Fulfilling an order does not wait for the account to be looked at; the next minute does that."""

from dataclasses import replace

import pytest

from saleor_nps_plugin import accounts, privacy
from saleor_nps_plugin.shoppers.models import Shopper
from saleor_nps_plugin.shoppers.recognizing import email_hash, hash_of_account, recognize
from saleor_nps_plugin.surveys.asking import scheduling
from saleor_nps_plugin.surveys.models import Invitation
from tests.surveys.story import an_order


@pytest.fixture
def fulfill(story, shop):
    """An event names account 7; `belongs_to` is whose the order proves to be once it is read."""

    def fulfill(*, belongs_to=7, **changes):
        order = an_order(**changes)
        shop.add_order(replace(order, user_id=belongs_to))
        scheduling.schedule_order(replace(order, unseen_user_id=7), now=story.now)
        return Invitation.objects.get(order_id=order.id)

    return fulfill


def look(story, **how):
    return accounts.follow_invited(now=story.now, **how)


def shopper_of(invitation):
    return Shopper.objects.get(invitations=invitation)


def test_an_account_is_looked_at_after_the_event_and_once(story, fulfill):
    invitation = fulfill()
    before = shopper_of(invitation).user_id

    looked = [look(story) for _ in range(2)]

    assert (before, shopper_of(invitation).user_id, looked) == (None, 7, [1, 0])


def test_a_strangers_address_is_looked_at_once_and_stays_a_guests(story, fulfill):
    invitation = fulfill(belongs_to=None)

    looked = [look(story) for _ in range(2)]

    assert (shopper_of(invitation).user_id, looked) == (None, [1, 0])


def test_a_stranger_does_not_take_over_what_is_anothers(story, fulfill):
    ada = recognize(email="ada@example.com", user_id=9)
    invitation = fulfill(belongs_to=None)

    look(story)

    assert (shopper_of(invitation), shopper_of(invitation).user_id) == (ada, 9)


def test_guests_and_known_accounts_are_not_looked_at(story, fulfill):
    recognize(email="ada@example.com", user_id=7)
    fulfill()
    story.fulfill(email="guest@example.com")
    story.fulfill(email="bob@example.com", user_id=8)
    story.fulfill(email="")

    assert look(story) == 0


def test_who_was_not_asked_is_known_by_the_account_too(story, shop, fulfill):
    shop.configure(enabled=True, sample_percent="0")
    invitation = fulfill()

    look(story)

    assert (invitation.status, shopper_of(invitation).user_id) == ("skipped", 7)


def test_a_repeated_event_is_not_looked_at_again(story, shop, fulfill):
    invitation = fulfill(belongs_to=None)
    look(story)

    scheduling.schedule_order(
        replace(shop.orders([invitation.order_id])[invitation.order_id], unseen_user_id=7), now=story.now
    )

    assert look(story) == 0


def test_a_batch_is_bounded(story, fulfill):
    made = [fulfill(email=f"{number}@example.com", belongs_to=number) for number in (1, 2, 3)]

    looked = [look(story, limit=2) for _ in range(3)]

    assert looked == [2, 1, 0]
    assert [shopper_of(invitation).user_id for invitation in made] == [1, 2, 3]


def test_an_account_under_an_earlier_address_becomes_one_shopper(story, fulfill):
    old = recognize(email="old@example.com", user_id=7)
    earlier = story.fulfill(email="old@example.com")
    invitation = fulfill()

    look(story)

    (kept,) = Shopper.objects.all()
    assert (kept.user_id, kept.email_hash) == (7, email_hash("ada@example.com"))
    assert shopper_of(earlier) == shopper_of(invitation) == kept != old


def test_an_address_that_was_another_accounts_brings_nothing_of_it(story, fulfill):
    other = recognize(email="ada@example.com", user_id=9)
    earlier = story.fulfill(email="ada@example.com")
    story.later(days=365)
    invitation = fulfill()

    look(story)

    other.refresh_from_db()
    mine = shopper_of(invitation)
    assert (other.user_id, other.email_hash) == (9, hash_of_account(9))
    assert (shopper_of(earlier), mine.user_id, mine.email_hash) == (other, 7, email_hash("ada@example.com"))
    assert fulfill().skip_reason == "cooldown"


def test_an_order_that_is_gone_holds_nothing_up(story, shop, fulfill):
    gone, invitation = fulfill(email="gone@example.com"), fulfill()
    shop.remove_order(gone.order_id)

    assert [look(story) for _ in range(2)] == [2, 0]
    assert (shopper_of(gone).user_id, shopper_of(invitation).user_id) == (None, 7)


def test_an_address_that_staff_have_corrected_since_is_not_the_one_asked(story, shop, fulfill):
    invitation = fulfill(email="typo@example.com")
    order = shop.orders([invitation.order_id])[invitation.order_id]
    shop.add_order(replace(order, email="ada@example.com"))

    look(story)

    assert (shopper_of(invitation).user_id, Shopper.objects.count()) == (None, 1)


def test_a_failure_is_logged_and_holds_nothing_up(story, fulfill, monkeypatch, caplog):
    broken, invitation = fulfill(email="broken@example.com", belongs_to=6), fulfill()
    follow = accounts.follow_account

    def explode(*, user_id, **known):
        if user_id == 6:
            raise RuntimeError("a fault of ours")
        follow(user_id=user_id, **known)

    monkeypatch.setattr(accounts, "follow_account", explode)

    assert [look(story) for _ in range(2)] == [2, 0]
    assert (shopper_of(broken).user_id, shopper_of(invitation).user_id) == (None, 7)
    assert str(broken.order_id) in caplog.text and "broken@example.com" not in caplog.text


def test_nobody_who_was_forgotten_is_made_known_again(story, fulfill):
    fulfill()
    privacy.forget(email="ada@example.com", now=story.now)

    look(story)

    assert not Shopper.objects.exists()


def test_an_account_seen_with_the_order_does_not_take_over_what_is_anothers_either(story):
    ada = recognize(email="ada@example.com", user_id=9)

    invitation = story.fulfill(user_id=7)
    look(story)

    ada.refresh_from_db()
    assert (ada.user_id, shopper_of(invitation).user_id) == (9, 7)


def test_looking_takes_as_many_statements_to_read_a_batch_as_one(story, fulfill, django_assert_num_queries):
    for number in range(3):
        fulfill(email=f"{number}@example.com", belongs_to=None)

    with django_assert_num_queries(2):
        look(story)
