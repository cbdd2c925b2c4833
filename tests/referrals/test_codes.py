from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from saleor_nps_plugin.errors import Invalid, NotFound, NotUnique, RewardsInactive
from saleor_nps_plugin.referrals import codes
from saleor_nps_plugin.referrals.models import Referral, ReferralCode
from saleor_nps_plugin.shop.interface import GiftCard
from saleor_nps_plugin.shoppers.models import Shopper
from saleor_nps_plugin.shoppers.recognizing import recognize
from tests.referrals.story import Referring


@pytest.fixture
def draw(monkeypatch):
    """Let the next codes be these."""

    def draw(*texts):
        drawn = iter(texts)
        monkeypatch.setattr(codes, "new_code", lambda: next(drawn))

    return draw


def test_a_code_is_a_voucher_code_of_the_shop(referring, shop, now):
    ada = referring.shopper()

    code = codes.ensure_code(ada, "default-channel", now=now)

    published = shop.published_codes([code.code], "default-channel")[code.code]
    assert published.is_active and published.voucher_id == code.voucher_id
    code.refresh_from_db()
    assert (code.shopper, code.channel, code.created_at, code.deactivated_at) == (ada, "default-channel", now, None)


def test_asking_again_gives_the_same_code(referring):
    ada = referring.shopper()
    first = referring.code(ada)
    referring.later(days=400)

    assert referring.code(ada) == first
    assert ReferralCode.objects.count() == 1 == len(referring.shop.rewards.codes)


def test_an_existing_code_costs_one_statement(referring, django_assert_num_queries):
    ada = referring.shopper()
    referring.code(ada)

    with django_assert_num_queries(1):
        referring.code(ada)


def test_every_channel_and_every_shopper_has_a_code_of_its_own(referring):
    ada, bob = referring.shopper(), referring.shopper(8, "bob@example.com")

    made = [referring.code(ada), referring.code(ada, "channel-pln"), referring.code(bob)]

    assert len({code.code for code in made}) == 3
    assert made[0].voucher_id == made[2].voucher_id != made[1].voucher_id


def test_the_database_refuses_a_second_active_code(referring, now):
    code = referring.code()

    with pytest.raises(IntegrityError, match="nps_referral_code_one_active"), transaction.atomic():
        ReferralCode.objects.create(code="X", shopper=code.shopper, channel=code.channel, created_at=now)


@pytest.mark.parametrize("switch", [{"enabled": False}, {"enabled": True, "referral_enabled": "false"}])
def test_there_are_no_codes_where_referrals_are_off(referring, shop, switch):
    shop.configure(**switch)

    with pytest.raises(RewardsInactive):
        referring.code()
    assert not ReferralCode.objects.exists() and not shop.rewards.codes


def test_one_channel_can_be_switched_off(referring, shop):
    shop.configure(enabled=True, overrides="[channel-pln]\nreferral_enabled = false")
    ada = referring.shopper()

    referring.code(ada)
    with pytest.raises(RewardsInactive):
        referring.code(ada, "channel-pln")


def test_an_existing_code_is_not_shown_while_referrals_are_off(referring, shop):
    ada = referring.shopper()
    referring.code(ada)
    shop.configure(enabled=True, referral_enabled="false")

    with pytest.raises(RewardsInactive):
        referring.code(ada)


def test_nobody_gets_no_code(referring, now):
    forgotten = referring.shopper()
    Shopper.objects.all().delete()

    with pytest.raises(RewardsInactive):
        codes.ensure_code(None, "default-channel", now=now)
    with pytest.raises(RewardsInactive):
        codes.ensure_code(forgotten, "default-channel", now=now)


def test_a_channel_must_exist(referring):
    with pytest.raises(NotFound) as refused:
        referring.code(channel="no-such-channel")

    assert refused.value.field == "channel"
    assert not ReferralCode.objects.exists()


def test_a_taken_code_is_no_reason_to_fail(referring, shop, draw, now):
    shop.rewards.add_voucher("SALE", discounts={}, codes=["CFGHJMPQ"])
    bobs = referring.code(referring.shopper(8, "bob@example.com"))
    draw("CFGHJMPQ", bobs.code, "RVWX7654")

    assert referring.code().code == "RVWX7654"
    assert set(shop.rewards.codes) == {"CFGHJMPQ", bobs.code, "RVWX7654"}


def test_a_gift_card_takes_a_code_too(referring, shop, draw):
    issued = shop.issue_gift_card(
        amount=5, currency="USD", channel="default-channel", user_id=None, email="ada@example.com"
    )
    assert isinstance(issued, GiftCard)
    draw(issued.code, "RVWX7654")

    assert referring.code().code == "RVWX7654"


def test_after_a_few_taken_codes_it_gives_up_and_leaves_nothing(referring, shop, draw):
    shop.rewards.add_voucher("SALE", discounts={}, codes=["CFGHJMPQ"])
    draw(*["CFGHJMPQ"] * 100)

    with pytest.raises(NotUnique):
        referring.code()
    assert not ReferralCode.objects.exists()


def test_a_voucher_that_cannot_be_used_leaves_nothing_half_made(referring, shop):
    shop.configure(enabled=True, referral_voucher="No such voucher")

    with pytest.raises(Invalid) as refused:
        referring.code()
    assert refused.value.field == "referral_voucher"
    assert not ReferralCode.objects.exists() and not shop.rewards.codes


def test_codes_are_added_to_the_operators_voucher(referring, shop, now):
    discount = shop.settings().base.referral_discount
    voucher = shop.rewards.add_voucher("Friends", discounts={"default-channel": discount}, codes=["FRIENDS"])
    shop.configure(enabled=True, referral_voucher="FRIENDS")

    assert referring.code().voucher_id == voucher.id


def test_a_code_whose_voucher_was_deleted_is_published_again(referring, shop):
    ada = referring.shopper()
    code = referring.code(ada)
    shop.rewards.remove_voucher(code.voucher_id)

    again = referring.code(ada)

    assert again == code and again.code == code.code
    assert shop.rewards.codes[code.code].voucher.id == again.voucher_id != code.voucher_id
    assert ReferralCode.objects.get() == again and ReferralCode.objects.get().voucher_id == again.voucher_id


def test_a_code_that_somebody_else_took_meanwhile_is_replaced(referring, shop):
    ada = referring.shopper()
    code = referring.code(ada)
    order = referring.place(code)
    shop.rewards.remove_voucher(code.voucher_id)
    shop.rewards.add_voucher("Other", discounts={}, codes=[code.code])
    referring.later(hours=1)

    new = referring.code(ada)

    assert new.code != code.code and referring.code(ada) == new
    code.refresh_from_db()
    assert (code.deactivated_at, code.is_replaced) == (referring.now, True)
    assert shop.rewards.codes[code.code].is_active, "it is not ours to withdraw"
    # What a friend ordered before still counts, and what strangers order with it now does not.
    assert referring.deliver(order) == ("rewarded", "")
    assert referring.deliver(referring.place(code, "stranger@example.com")) == ("rejected", "code_off")


def test_a_code_that_staff_switched_off_in_the_shop_stays_as_it_is(referring, shop):
    ada = referring.shopper()
    code = referring.code(ada)
    shop.withdraw_code(code.code)

    assert referring.code(ada) == code
    assert not shop.rewards.codes[code.code].is_active


def test_a_used_up_code_is_not_published_again(referring, shop):
    shop.configure(enabled=True, referral_code_uses="1")
    ada = referring.shopper()
    code = referring.code(ada)
    referring.rewarded(code)
    shop.rewards.remove_voucher(code.voucher_id)

    assert referring.code(ada) == code
    assert not shop.rewards.codes


def test_a_code_that_is_switched_off_is_withdrawn(referring, shop, now):
    code = referring.code()

    off = codes.deactivate(code, now=now)

    assert off.deactivated_at == now
    assert not shop.rewards.codes[code.code].is_active


def test_switching_off_twice_changes_nothing(referring, shop, now):
    code = referring.code()
    codes.deactivate(code, now=now)
    shop.rewards.codes[code.code].is_active = True

    off = codes.deactivate(code, now=now + timedelta(days=1))

    assert off.deactivated_at == now
    assert shop.rewards.codes[code.code].is_active, "staff may have had a reason"


def test_switched_off_stays_off_until_staff_say_otherwise(referring, now):
    ada = referring.shopper()
    code = referring.code(ada)
    codes.deactivate(code, now=now)

    with pytest.raises(RewardsInactive, match="switched off by the shop"):
        referring.code(ada)
    new = codes.ensure_code(ada, "default-channel", now=now, again=True)
    assert new != code and referring.code(ada) == new


def test_other_channels_are_not_switched_off_with_it(referring, now):
    ada = referring.shopper()
    codes.deactivate(referring.code(ada), now=now)

    assert referring.code(ada, "channel-pln").deactivated_at is None


def test_a_code_that_never_was_cannot_be_switched_off(referring, now):
    with pytest.raises(NotFound):
        codes.deactivate(ReferralCode(pk=1), now=now)


def two_codes(referring: Referring) -> tuple[ReferralCode, ReferralCode]:
    """The codes of one person who was taken for two: an older and a younger."""
    older = referring.code(referring.shopper(7, "ada@example.com"))
    referring.later(days=3)
    return older, referring.code(recognize(email="ada@work.example", user_id=None))


@pytest.mark.parametrize("is_older_kept", [True, False])
def test_of_two_codes_of_one_person_the_older_stays(referring, shop, is_older_kept):
    older, younger = two_codes(referring)
    kept, other = (older.shopper, younger.shopper) if is_older_kept else (younger.shopper, older.shopper)
    before = referring.place(younger, "friend@example.com")
    referring.later(days=1)

    for _ in range(2):
        codes.hand_over(other, kept, now=referring.now)
    other.delete()

    assert set(ReferralCode.objects.filter(shopper=kept)) == {older, younger}
    assert referring.code(kept) == older
    younger.refresh_from_db()
    assert (younger.deactivated_at, younger.is_replaced) == (referring.now, True)
    assert [shop.rewards.codes[code.code].is_active for code in (older, younger)] == [True, False]
    assert referring.deliver(before) == ("rewarded", "")
    assert Referral.objects.get().entry.account.shopper == kept


def test_codes_of_different_channels_all_stay(referring, now):
    ada = referring.shopper()
    guest = recognize(email="ada@work.example", user_id=None)
    mine, theirs = referring.code(ada), referring.code(guest, "channel-pln")

    codes.hand_over(guest, ada, now=now)

    active = ReferralCode.objects.filter(shopper=ada, deactivated_at=None)
    assert set(active) == {mine, theirs}


def test_handing_over_to_oneself_changes_nothing(referring, now):
    code = referring.code()

    codes.hand_over(code.shopper, code.shopper, now=now)

    assert ReferralCode.objects.get().deactivated_at is None


def test_a_person_switched_off_stays_off_under_another_address(referring, now):
    ada = referring.shopper()
    guest = recognize(email="ada@work.example", user_id=None)
    codes.deactivate(referring.code(guest), now=now)

    codes.hand_over(guest, ada, now=now)

    with pytest.raises(RewardsInactive):
        referring.code(ada)


def test_staff_can_switch_off_what_was_replaced(referring, shop):
    older, younger = two_codes(referring)
    order = referring.place(younger)
    referring.follow(order)
    referring.later(days=1)
    codes.hand_over(younger.shopper, older.shopper, now=referring.now)

    codes.deactivate(younger, now=referring.now)

    assert referring.deliver(order) == ("rejected", "code_off")


def test_nothing_leads_from_codes_to_somebody_who_is_forgotten(referring, shop, now):
    ada = referring.shopper()
    made = [referring.code(ada), referring.code(ada, "channel-pln")]
    referring.follow(referring.place(made[0]))

    for _ in range(2):
        codes.withdraw_all(ada, now=now)

    assert set(ReferralCode.objects.values_list("shopper", "deactivated_at")) == {(None, now)}
    assert not any(shop.rewards.codes[code.code].is_active for code in made)
    assert Referral.objects.get().refusal == "referrer_gone"


def test_whoever_is_forgotten_may_start_anew(referring, now):
    ada = referring.shopper()
    referring.code(ada)
    codes.withdraw_all(ada, now=now)

    assert referring.code(ada).deactivated_at is None


def test_codes_are_found_as_people_type_them(referring):
    code = referring.code()

    assert codes.find_code(f"  {code.code.lower()}\n") == code
    assert codes.find_code(code.code[:-1]) is None
    assert all(codes.find_code(text) is None for text in ("", " ", "\0", "é", "%", "x" * 10_000, "a' OR 1=1 --", "ß"))


def test_the_share_address_has_the_code_in_it(referring, shop):
    code = referring.code()

    def share_url(url: str) -> str:
        shop.configure(enabled=True, share_url=url)
        return codes.share_url(code, shop.settings().for_channel(code.channel))

    assert share_url("") == ""
    assert share_url("https://shop.example/?voucher={code}&x=1") == f"https://shop.example/?voucher={code.code}&x=1"
    code.code = "A/B &C"
    assert share_url("https://shop.example/r/{code}") == "https://shop.example/r/A%2FB%20%26C"


def test_a_friends_address_is_nowhere_in_our_tables(referring):
    referring.rewarded(referring.code(), "grace.hopper@example.com", contact={"phones": frozenset({"+48500600700"})})

    with connection.cursor() as cursor:
        for table in [name for name in connection.introspection.table_names() if name.startswith("nps_")]:
            for word in ("hopper", "500600700"):
                cursor.execute(f"SELECT count(*) FROM {table} AS row WHERE row::text ILIKE '%%{word}%%'")
                assert cursor.fetchone() == (0,), table
