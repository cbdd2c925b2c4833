"""Codes of the operator's vouchers that staff give to customers."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from django.utils import timezone, translation
from saleor.discount import DiscountValueType, VoucherType
from saleor.discount.models import Voucher, VoucherCode

from saleor_nps_plugin import errors
from saleor_nps_plugin.shop.saleor import SaleorShop
from tests.with_saleor.checkouts import open_channel

pytestmark = pytest.mark.every_version


@pytest.fixture
def shop(db, site_settings):
    open_channel("main", "USD")
    open_channel("other", "EUR")
    return SaleorShop()


@pytest.fixture
def voucher(shop):
    from saleor.channel.models import Channel

    def voucher(name, *, channel="main", value=Decimal(10), **changes):
        made = Voucher.objects.create(
            **{"name": name, "single_use": True, "discount_value_type": DiscountValueType.PERCENTAGE, **changes}
        )
        row = Channel.objects.get(slug=channel)
        made.channel_listings.create(channel=row, currency=row.currency_code, discount_value=value)
        return made

    return voucher


def test_vouchers_whose_codes_work_once_can_be_offered(shop, voucher):
    voucher("Sorry")
    voucher("Five", discount_value_type=DiscountValueType.FIXED, value=Decimal(5))
    voucher("Delivery", type=VoucherType.SHIPPING, value=Decimal(100))

    with translation.override("en"):
        offered = shop.offer_vouchers("main")

    assert [(one.name, one.discount) for one in offered] == [
        ("Delivery", "100% off delivery"),
        ("Five", "$5.00"),
        ("Sorry", "10%"),
    ]


def test_what_is_no_offer_is_left_out(shop, voucher):
    now = timezone.now()
    voucher("Works often", single_use=False)
    voucher("Ours", private_metadata={"saleor_nps_plugin.referrals_of_channel": "1"})
    voucher("For staff", only_for_staff=True)
    voucher("Over", end_date=now - timedelta(days=1))
    voucher("Not yet", start_date=now + timedelta(days=1))
    voucher("Elsewhere", channel="other")

    assert shop.offer_vouchers("main") == []


def test_a_code_is_published_once(shop, voucher):
    sorry = voucher("Sorry")

    with transaction.atomic():
        assert shop.publish_offer("CFG23456", sorry.pk, "main") == "Sorry"
    with pytest.raises(errors.NotUnique), transaction.atomic():
        shop.publish_offer("CFG23456", sorry.pk, "main")

    code = VoucherCode.objects.get()
    assert (code.code, code.voucher_id, code.is_active) == ("CFG23456", sorry.pk, True)
    assert shop.published_codes(["CFG23456"], "main")["CFG23456"].discount.value == 10


@pytest.mark.parametrize("channel", ["other", "nowhere"])
def test_a_voucher_that_is_not_to_be_had_is_refused(shop, voucher, channel):
    sorry = voucher("Sorry")

    with pytest.raises(errors.Invalid) as refused, transaction.atomic():
        shop.publish_offer("CFG23456", sorry.pk, channel)

    assert refused.value.field == "voucher"
    assert not VoucherCode.objects.exists()


def test_a_voucher_is_found_by_its_name_or_one_of_its_codes(shop, voucher):
    sorry = voucher("Sorry")
    VoucherCode.objects.create(voucher=sorry, code="SORRY1")

    assert shop.find_offer("Sorry", "main") == sorry.pk
    assert shop.find_offer("SORRY1", "main") == sorry.pk


def test_what_is_no_offer_or_two_is_not_found(shop, voucher):
    voucher("Works often", single_use=False)
    voucher("Elsewhere", channel="other")
    voucher("Twice")
    voucher("Twice")

    for text in ("Nothing", "Works often", "Elsewhere", "Twice"):
        with pytest.raises(errors.Invalid) as refused:
            shop.find_offer(text, "main")
        assert refused.value.field == "voucher"
