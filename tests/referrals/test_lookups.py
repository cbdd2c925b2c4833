from datetime import timedelta

import pytest
from django.db import connection

from saleor_nps_plugin.errors import TooManyRequests
from saleor_nps_plugin.referrals import codes, lookups
from saleor_nps_plugin.referrals.lookups import CodeInfo
from saleor_nps_plugin.referrals.models import LookupCount
from saleor_nps_plugin.shop.reading import Discount
from saleor_nps_plugin.shoppers.recognizing import recognize
from tests.referrals.story import at_once

VISITOR = "203.0.113.7"


@pytest.fixture
def look(referring):
    def look(text, channel="default-channel", visitor=VISITOR):
        return lookups.info(text, channel, visitor, now=referring.now)

    return look


def test_a_stranger_learns_the_first_name_and_the_discount(referring, look):
    code = referring.code()

    assert look(code.code) == CodeInfo(code.code, True, "Ada", Discount(10, is_percentage=True), "USD")


def test_a_code_may_be_typed_carelessly(referring, look):
    code = referring.code()

    assert look(f" {code.code.lower()} ").code == code.code


def test_an_amount_is_in_the_channels_currency(referring, shop, look):
    shop.configure(enabled=True, referral_discount="5")
    code = referring.code(channel="channel-pln")

    found = look(code.code, "channel-pln")

    assert (found.discount, found.currency) == (Discount(5, is_percentage=False), "PLN")


def test_an_unknown_code_and_a_wrong_channel_look_the_same(referring, shop, look):
    code = referring.code()
    shop.rewards.add_voucher("SALE", discounts={}, codes=["SALE2345"])

    assert look("RVWX7654") is None
    assert look(code.code, "channel-pln") is None
    assert look(code.code, "no-such-channel") is None
    assert look("SALE2345") is None, "vouchers of others are nobody's business"
    assert look("") is None and look("\0") is None


def test_of_a_code_that_does_not_work_nothing_is_told(referring, shop, look, now):
    code = referring.code()
    nothing = CodeInfo(code.code, is_active=False)

    shop.configure(enabled=True, referral_enabled="false")
    assert look(code.code) == nothing
    shop.configure(enabled=False)
    assert look(code.code) == nothing
    shop.configure(enabled=True)
    shop.withdraw_code(code.code)
    assert look(code.code) == nothing
    shop.rewards.remove_voucher(code.voucher_id)
    assert look(code.code) == nothing
    shop.rewards.add_voucher("Other", discounts={"default-channel": Discount(5, False)}, codes=[code.code])
    assert look(code.code) == nothing, "somebody else's by now"
    codes.deactivate(code, now=now)
    assert look(code.code) == nothing


def test_a_code_that_is_not_for_sale_does_not_work(referring, shop, look):
    code = referring.code()
    shop.rewards.vouchers[code.voucher_id].discounts.clear()

    assert look(code.code) == CodeInfo(code.code, is_active=False)


def test_an_owner_without_a_name_has_none(referring, look):
    code = referring.code(recognize(email="guest@example.com", user_id=None))

    assert (look(code.code).is_active, look(code.code).first_name) == (True, "")


def test_a_forgotten_owner_has_no_name(referring, look, now):
    code = referring.code()
    codes.withdraw_all(code.shopper, now=now)

    assert look(code.code) == CodeInfo(code.code, is_active=False)


def test_nobody_can_look_for_codes_by_trying(referring, look):
    code = referring.code()
    for _ in range(19):
        assert look("RVWX7654") is None

    assert look(code.code).first_name == "Ada"
    for _ in range(3):
        with pytest.raises(TooManyRequests):
            look(code.code)
    assert look(code.code, visitor="203.0.113.8") is not None, "others are not held up"


def test_a_minute_later_one_may_ask_again(referring, look):
    for _ in range(20):
        look("RVWX7654")
    with pytest.raises(TooManyRequests):
        look("RVWX7654")

    referring.later(minutes=1)
    assert look("RVWX7654") is None


@pytest.mark.parametrize(
    ("one", "other", "are_one"),
    [
        ("2001:db8::1", "2001:db8::ffff:2", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("::ffff:203.0.113.7", "203.0.113.7", True),
        ("203.0.113.7", " 203.0.113.7 ", True),
        ("203.0.113.7", "203.0.113.8", False),
        ("", "203.0.113.7", False),
        ("no address", "no address", True),
    ],
)
def test_one_network_of_ipv6_is_one_visitor(look, one, other, are_one):
    look("RVWX7654", visitor=one)
    look("RVWX7654", visitor=other)

    assert sorted(LookupCount.objects.values_list("count", flat=True)) == ([2] if are_one else [1, 1])


def test_no_address_of_a_visitor_is_stored(look):
    look("RVWX7654")

    row = LookupCount.objects.get()
    assert VISITOR not in row.visitor and len(row.visitor) == 64


def test_hashes_need_our_key(look, settings):
    look("RVWX7654")
    settings.SECRET_KEY = "another"
    look("RVWX7654")

    assert LookupCount.objects.count() == 2


def test_old_rows_go(look, referring):
    look("RVWX7654")
    referring.later(minutes=59)
    look("RVWX7654")
    referring.later(minutes=30)

    assert lookups.delete_old(now=referring.now) == 1
    assert LookupCount.objects.get().minute == (referring.now - timedelta(minutes=30)).replace(second=0)


def test_old_rows_go_by_themselves_now_and_then(look, referring):
    look("RVWX7654")
    referring.later(hours=2)
    with connection.cursor() as cursor:
        cursor.execute("SELECT setval(pg_get_serial_sequence('nps_lookup_count', 'id'), 199)")

    look("RVWX7654")

    assert LookupCount.objects.get().pk == 200


@pytest.mark.django_db(transaction=True)
def test_lookups_at_the_same_moment_are_all_counted(referring, look):
    results = at_once([lambda: look("RVWX7654")] * 30)

    assert sum(result is None for result in results) == 20
    assert sum(isinstance(result, TooManyRequests) for result in results) == 10
