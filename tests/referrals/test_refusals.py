"""Friends' orders that earn nothing, each with its reason."""

from dataclasses import replace
from decimal import Decimal

import pytest

from saleor_nps_plugin.referrals import codes
from saleor_nps_plugin.referrals.models import Referral, RefusalReason
from saleor_nps_plugin.rewards.models import Notice, PointsEntry
from saleor_nps_plugin.shoppers.models import Shopper
from saleor_nps_plugin.shoppers.recognizing import recognize
from tests.referrals.story import HOME


@pytest.fixture
def code(referring):
    known = {"phones": frozenset({"+48500600700"}), "addresses": frozenset({HOME})}
    return referring.code(referring.shopper(**known))


@pytest.fixture(autouse=True)
def _nothing_is_earned(db):
    yield
    assert not PointsEntry.objects.exists() and not Notice.objects.exists()


def refused_at_once(referring, order) -> str:
    referral = referring.follow(order)
    assert referral.status == "rejected"
    # For good, whatever becomes of the order.
    assert referring.deliver(order) == ("rejected", referral.refusal)
    return referral.refusal


def test_the_referrers_own_account(referring, code):
    assert refused_at_once(referring, referring.place(code, "another@example.com", user_id=7)) == "own_account"


@pytest.mark.parametrize("email", ["ada@example.com", "Ada@Example.com", "ada+friend@example.com"])
def test_the_referrers_own_address_of_email(referring, code, email):
    assert refused_at_once(referring, referring.place(code, email)) == "own_email"


def test_the_referrers_own_mailbox_at_gmail(referring):
    code = referring.code(referring.shopper(9, "ada.lovelace@gmail.com"))

    assert refused_at_once(referring, referring.place(code, "adalovelace@googlemail.com")) == "own_email"


def test_the_address_of_a_referrer_of_whom_the_shop_knows_nothing_more(referring):
    code = referring.code(recognize(email="guest@example.com", user_id=None))

    assert refused_at_once(referring, referring.place(code, "guest@example.com")) == "own_email"


def test_a_guest_who_refers_themselves_under_a_variant(referring):
    own = referring.place("", "guest@example.com", contact={"phones": frozenset({"+48111222334"})})
    code = referring.code(recognize(email="guest@example.com", user_id=None, order_id=own.id))

    assert refused_at_once(referring, referring.place(code, "guest+2@example.com")) == "own_email"
    same_phone = {"phones": frozenset({"111 222 334"})}
    assert refused_at_once(referring, referring.place(code, contact=same_phone)) == "own_phone"


def test_any_address_that_the_order_names_counts(referring, code):
    contact = {"emails": frozenset({"friend@example.com", "ada@example.com"})}

    assert refused_at_once(referring, referring.place(code, contact=contact)) == "own_email"


def test_the_referrers_own_postal_address(referring, code):
    contact = {"addresses": frozenset({"Ahornweg 1\n10115\nBerlin\nDE", HOME.upper()})}

    assert refused_at_once(referring, referring.place(code, contact=contact)) == "own_address"


def test_the_referrers_own_phone(referring, code):
    contact = {"phones": frozenset({"500 600 700"})}

    assert refused_at_once(referring, referring.place(code, contact=contact)) == "own_phone"


def test_somebody_who_ordered_before(referring, code):
    referring.place("", "friend@example.com")

    assert refused_at_once(referring, referring.place(code)) == "not_new"


def test_a_friend_who_orders_again_with_a_second_code(referring, code):
    other = referring.code(referring.shopper(8, "bob@example.com"))
    referring.follow(referring.place(code))

    assert refused_at_once(referring, referring.place(other)) == "not_new"


def test_a_friend_whom_the_same_referrer_brought_before_under_a_variant(referring, code):
    referring.follow(referring.place(code, "friend@example.com"))

    assert refused_at_once(referring, referring.place(code, "friend+2@example.com")) == "not_new"


def test_a_friend_whose_first_order_came_to_nothing_may_try_again(referring, code):
    order = referring.place(code, "friend@example.com")
    referring.follow(order)
    referring.follow_as(order, is_canceled=True)

    assert referring.follow(referring.place(code, "friend@example.com")).status == "pending"
    assert referring.follow(referring.place(code, "friend+2@example.com")).refusal == "not_new"


def test_two_friends_of_one_household_are_two(referring, code):
    household = {"addresses": frozenset({"Ahornweg 1\n10115\nBerlin\nDE"}), "phones": frozenset({"+48111222334"})}
    referring.follow(referring.place(code, "friend@example.com", contact=household))

    assert referring.follow(referring.place(code, "partner@example.com", contact=household)).status == "pending"


def test_an_order_below_the_minimum(referring, shop, code):
    shop.configure(enabled=True, referral_minimum_spend="40.01")
    order = referring.place(code)

    assert referring.follow(order).status == "pending", "it may be edited until it is sent"
    assert referring.deliver(order) == ("rejected", "below_minimum")


def test_a_code_that_is_off(referring, code, now):
    codes.deactivate(code, now=now)

    assert refused_at_once(referring, referring.place(code)) == "code_off"


def test_a_code_that_is_switched_off_between_checkout_and_fulfilment(referring, code, now):
    order = referring.place(code)
    referring.follow(order)

    codes.deactivate(code, now=now)

    assert Referral.objects.get().refusal == "code_off"
    assert referring.deliver(order) == ("rejected", "code_off")


def test_a_code_that_was_off_before_its_order_was_noted(referring, code, now):
    order = referring.place(code)
    codes.deactivate(code, now=now)

    assert referring.deliver(order) == ("rejected", "code_off")


@pytest.mark.parametrize("switch", [{"enabled": False}, {"enabled": True, "referral_enabled": "false"}])
def test_a_program_that_is_off(referring, shop, code, switch):
    shop.configure(**switch)

    assert refused_at_once(referring, referring.place(code)) == "program_off"


def test_a_program_that_is_switched_off_before_the_reward(referring, shop, code):
    order = referring.place(code)
    referring.follow(order)
    shop.configure(enabled=True, referral_enabled="false")

    assert referring.deliver(order) == ("rejected", "program_off")
    shop.configure(enabled=True)
    assert referring.deliver(order) == ("rejected", "program_off")


def test_a_referrer_who_is_gone(referring, code, now):
    order = referring.place(code)
    referring.follow(order)

    codes.withdraw_all(code.shopper, now=now)
    Shopper.objects.all().delete()

    assert Referral.objects.get().refusal == "referrer_gone"
    assert refused_at_once(referring, referring.place(code, "else@example.com")) == "referrer_gone"
    assert referring.deliver(order) == ("rejected", "referrer_gone")


def test_a_code_that_was_taken_off_the_order(referring, code):
    order = referring.place(code)
    referring.follow(order)

    assert referring.follow_as(order, voucher_code="") == ("rejected", "code_removed")
    assert referring.deliver(order) == ("rejected", "code_removed")


def test_a_code_that_gave_way_to_another_voucher(referring, code):
    order = referring.place(code)
    referring.follow(order)

    assert referring.follow_as(order, voucher_code="SUMMER") == ("rejected", "code_removed")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"is_canceled": True}, "order_canceled"),
        ({"is_returned": True}, "order_returned"),
        ({"is_refunded": True}, "order_refunded"),
        ({"refunded": Decimal("40.00")}, "order_refunded"),
    ],
)
def test_an_order_of_which_nothing_is_left(referring, code, change, reason):
    order = referring.place(code)
    referring.follow(order)

    assert referring.follow_as(order, **change) == ("rejected", reason)
    assert referring.deliver(order) == ("rejected", reason)


def test_an_order_that_was_cancelled_before_it_was_noted(referring, code):
    assert refused_at_once(referring, referring.place(code, is_canceled=True)) == "order_canceled"


def test_a_refusal_is_not_undone_by_changing_the_address_afterwards(referring, code):
    order = referring.place(code, "ada@example.com")
    referring.follow(order)

    assert referring.follow_as(order, email="friend@example.com") == ("rejected", "own_email")


def test_an_address_that_turns_out_to_be_the_referrers_is_refused_until_the_reward(referring, code):
    order = referring.place(code)
    referring.follow(order)

    assert referring.follow_as(order, email="ada@example.com") == ("rejected", "own_email")


def test_every_reason_has_words_for_staff(referring):
    assert all(reason.label.endswith(".") and len(reason.label) > 20 for reason in RefusalReason)


@pytest.mark.parametrize("voucher_code", ["", "SUMMER", "rvwx7654"])
def test_orders_without_a_code_are_none_of_our_business(referring, voucher_code, django_assert_max_num_queries):
    order = referring.place(voucher_code)

    with django_assert_max_num_queries(2):
        assert referring.follow(order) is None
    assert not Referral.objects.exists()


def test_a_code_counts_as_the_shop_wrote_it(referring, code):
    # The checkout tells capitals from small letters; so an order can only have it as it is.
    assert referring.follow(referring.place(code.code.lower())) is None


def test_reissued_and_imported_orders_have_no_friend(referring, code):
    assert referring.follow(referring.place(code, is_askable=False)) is None


def test_an_order_whose_address_is_gone_is_no_reason_to_fail(referring, code, shop):
    order = replace(referring.place(code), email="")
    shop.remove_order(order.id)

    assert referring.follow(order).status == "pending"
