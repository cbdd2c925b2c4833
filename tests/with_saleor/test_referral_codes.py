"""Codes in a real Saleor, where a voucher code and our row are one transaction."""

from datetime import UTC, datetime

import pytest
from django.db import connections
from saleor.discount.models import Voucher, VoucherCode

from saleor_nps_plugin.errors import Invalid
from saleor_nps_plugin.referrals import codes, lookups
from saleor_nps_plugin.referrals.models import ReferralCode
from saleor_nps_plugin.shop.reading import Discount
from saleor_nps_plugin.shoppers.recognizing import recognize
from tests.referrals.story import at_once

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@pytest.fixture
def shopper(nps_plugin, customer_user):
    nps_plugin()
    return recognize(email=customer_user.email, user_id=customer_user.pk)


@pytest.mark.every_version
def test_a_code_comes_stays_and_goes_with_its_voucher_code(shopper, channel_USD, customer_user):
    code = codes.ensure_code(shopper, channel_USD.slug, now=NOW)
    assert codes.ensure_code(shopper, channel_USD.slug, now=NOW) == code
    voucher_code = VoucherCode.objects.get(code=code.code)
    assert voucher_code.is_active and voucher_code.voucher_id == code.voucher_id

    info = lookups.info(code.code.lower(), channel_USD.slug, "203.0.113.7", now=NOW)
    assert (info.first_name, info.discount) == (customer_user.first_name, Discount(10, is_percentage=True))

    Voucher.objects.all().delete()
    assert lookups.info(code.code, channel_USD.slug, "203.0.113.7", now=NOW).is_active is False
    again = codes.ensure_code(shopper, channel_USD.slug, now=NOW)
    assert again == code and VoucherCode.objects.get().voucher_id == again.voucher_id != code.voucher_id

    codes.deactivate(again, now=NOW)
    assert not VoucherCode.objects.get().is_active


def test_a_code_that_a_gift_card_has_is_passed_over(shopper, channel_USD, gift_card, monkeypatch):
    drawn = iter([gift_card.code, "RVWX7654"])
    monkeypatch.setattr(codes, "new_code", lambda: next(drawn))

    assert codes.ensure_code(shopper, channel_USD.slug, now=NOW).code == "RVWX7654"
    assert list(VoucherCode.objects.values_list("code", flat=True)) == ["RVWX7654"]


def test_what_the_shop_refuses_leaves_nothing(nps_plugin, shopper, channel_USD):
    nps_plugin(referral_voucher="No such voucher")

    with pytest.raises(Invalid):
        codes.ensure_code(shopper, channel_USD.slug, now=NOW)
    assert not ReferralCode.objects.exists() and not Voucher.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_asked_for_by_many_at_once_codes_and_voucher_are_made_once(nps_plugin, channel_USD):
    nps_plugin()
    # Threads open connections of their own, and Saleor's tests know its second one by another name.
    connections.settings["replica"]["NAME"] = connections["default"].settings_dict["NAME"]
    people = [recognize(email=f"ada{n}@example.com", user_id=None) for n in range(3)]

    def ask(shopper):
        return codes.ensure_code(shopper, channel_USD.slug, now=NOW).code

    results = at_once([lambda person=person: ask(person) for person in people] * 3)

    assert len(set(results)) == 3 == VoucherCode.objects.count() == ReferralCode.objects.count()
    assert Voucher.objects.count() == 1
