"""Referral codes as Saleor sees them: its rows, its events, its checkout."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from django.db import connection, transaction
from saleor.channel.models import Channel
from saleor.core.db.connection import UnsafeWriterAccessError, restrict_writer
from saleor.discount import DiscountValueType, VoucherType
from saleor.discount.models import Voucher, VoucherCode
from saleor.order.models import Order

from saleor_nps_plugin import errors
from saleor_nps_plugin.shop.reading import Discount
from saleor_nps_plugin.shop.saleor import SaleorShop
from saleor_nps_plugin.shop.settings import RewardSettings
from tests.with_saleor.checkouts import Checkout, open_channel, sell
from tests.with_saleor.recorder import RECORDER, Recorder

pytestmark = pytest.mark.every_version

CODE, OTHER_CODE = "BCDF2345", "GHJK6789"
FIVE = Discount(Decimal(5), is_percentage=False)
FIVE_OFF = RewardSettings(referral_discount=FIVE, referral_minimum_spend=Decimal(20))


@pytest.fixture
def shop(db):
    open_channel("dollars", "USD")
    return SaleorShop()


@pytest.fixture
def told(settings, django_capture_on_commit_callbacks):
    """What Saleor tells its plugins while something is done."""
    settings.PLUGINS = [RECORDER]

    def told(do):
        Recorder.told.clear()
        with django_capture_on_commit_callbacks(execute=True):
            do()
            assert not Recorder.told, "events wait for the transaction"
        return list(Recorder.told)

    return told


def test_the_plugins_voucher_is_what_the_settings_say(shop):
    voucher = Voucher.objects.get(pk=shop.publish_code(CODE, "dollars", FIVE_OFF))

    assert (voucher.name, voucher.type) == ("Referrals (dollars)", VoucherType.ENTIRE_ORDER)
    assert voucher.apply_once_per_customer and not voucher.single_use and voucher.usage_limit is None
    assert voucher.discount_value_type == DiscountValueType.FIXED
    (listing,) = voucher.channel_listings.all()
    assert (listing.channel.slug, listing.currency) == ("dollars", "USD")
    assert (listing.discount_value, listing.min_spent_amount) == (Decimal(5), Decimal(20))
    assert [code.code for code in voucher.codes.all()] == [CODE]


def test_saleor_tells_of_a_new_voucher_and_of_each_code(shop, told):
    assert told(lambda: shop.publish_code(CODE, "dollars", RewardSettings())) == [
        ("voucher_codes_created", CODE),
        ("voucher_created", CODE),
    ]
    assert told(lambda: shop.publish_code(OTHER_CODE, "dollars", RewardSettings())) == [
        ("voucher_codes_created", OTHER_CODE)
    ]


def test_saleor_tells_of_a_change_and_of_nothing_else(shop, told):
    shop.publish_code(CODE, "dollars", RewardSettings())

    assert told(lambda: shop.refresh_referral_voucher("dollars", RewardSettings())) == []
    assert told(lambda: shop.refresh_referral_voucher("dollars", FIVE_OFF)) == [("voucher_updated", CODE)]
    assert told(lambda: shop.refresh_referral_voucher("dollars", FIVE_OFF)) == []
    assert told(lambda: shop.withdraw_code(CODE)) == [("voucher_updated", CODE)]
    assert told(lambda: shop.withdraw_code(CODE)) == []


def test_a_plugin_that_fails_undoes_no_code(shop, settings, django_capture_on_commit_callbacks):
    settings.PLUGINS = ["tests.with_saleor.recorder.Failing", RECORDER]
    Recorder.told.clear()

    with django_capture_on_commit_callbacks(execute=True):
        shop.publish_code(CODE, "dollars", RewardSettings())

    assert VoucherCode.objects.filter(code=CODE).exists()
    assert ("voucher_created", CODE) in Recorder.told


def test_nothing_is_told_of_what_was_undone(shop, told):
    def undone():
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            shop.publish_code(CODE, "dollars", RewardSettings())
            raise ZeroDivisionError

    assert told(undone) == []


def test_the_plugins_voucher_is_found_again_after_staff_renamed_it(shop):
    voucher_id = shop.publish_code(CODE, "dollars", RewardSettings())
    Voucher.objects.update(name="Friends of the shop")
    Channel.objects.filter(slug="dollars").update(slug="first")

    assert shop.publish_code(OTHER_CODE, "first", RewardSettings()) == voucher_id
    assert Voucher.objects.get().name == "Friends of the shop"


def test_what_staff_changed_and_the_settings_do_not_say_stays(shop):
    shop.publish_code(CODE, "dollars", RewardSettings())
    Voucher.objects.update(min_checkout_items_quantity=2)

    shop.refresh_referral_voucher("dollars", FIVE_OFF)

    assert Voucher.objects.get().min_checkout_items_quantity == 2


def test_a_discount_that_staff_took_out_of_the_channel_comes_back(shop):
    voucher_id = shop.publish_code(CODE, "dollars", RewardSettings())
    Voucher.objects.get().channel_listings.all().delete()
    assert shop.published_codes([CODE], "dollars")[CODE].discount is None

    assert shop.publish_code(OTHER_CODE, "dollars", RewardSettings()) == voucher_id

    assert shop.published_codes([CODE], "dollars")[CODE].discount is not None


def test_a_voucher_that_staff_deleted_is_made_anew(shop):
    first = shop.publish_code(CODE, "dollars", RewardSettings())
    Voucher.objects.all().delete()
    assert shop.published_codes([CODE], "dollars") == {}

    assert shop.publish_code(CODE, "dollars", RewardSettings()) != first


def test_an_ended_voucher_gives_nothing(shop):
    shop.publish_code(CODE, "dollars", RewardSettings())
    Voucher.objects.update(end_date="2020-01-01T00:00Z")

    assert shop.published_codes([CODE], "dollars")[CODE].discount is None


def test_codes_for_one_friend_change_their_rule_until_the_first_is_used(shop, order):
    once = RewardSettings(referral_code_uses=1)
    voucher = Voucher.objects.get(pk=shop.publish_code(CODE, "dollars", RewardSettings()))

    shop.refresh_referral_voucher("dollars", once)
    voucher.refresh_from_db()
    assert voucher.single_use

    Order.objects.filter(pk=order.pk).update(voucher=voucher, voucher_code=CODE)
    shop.refresh_referral_voucher("dollars", RewardSettings())
    voucher.refresh_from_db()
    assert voucher.single_use


@pytest.mark.parametrize("value", ["1000000000000000000", "99999999999999999999999999"])
def test_an_amount_that_saleor_cannot_store_is_refused(shop, value):
    with pytest.raises(errors.Invalid):
        shop.publish_code(
            CODE, "dollars", RewardSettings(referral_discount=Discount(Decimal(value), is_percentage=False))
        )
    with pytest.raises(errors.Invalid):
        shop.publish_code(CODE, "dollars", RewardSettings(referral_minimum_spend=Decimal(value)))

    assert not Voucher.objects.exists()


def test_the_least_order_is_never_less_than_the_settings_say(shop):
    open_channel("yen", "JPY")
    shop.publish_code(CODE, "yen", RewardSettings(referral_minimum_spend=Decimal("999.50")))

    assert Voucher.objects.get().channel_listings.get().min_spent_amount == 1000


def test_codes_are_read_in_one_query(shop, django_assert_num_queries):
    for code in (CODE, OTHER_CODE):
        shop.publish_code(code, "dollars", RewardSettings())

    with django_assert_num_queries(1):
        assert len(shop.published_codes([CODE, OTHER_CODE], "dollars")) == 2


def test_codes_are_published_where_saleor_guards_its_writer(shop):
    with connection.execute_wrapper(restrict_writer):
        with pytest.raises(UnsafeWriterAccessError):
            Voucher.objects.exists()
        shop.publish_code(CODE, "dollars", RewardSettings())
        shop.refresh_referral_voucher("dollars", FIVE_OFF)
        shop.withdraw_code(CODE)
        assert shop.published_codes([CODE], "dollars")


@pytest.mark.django_db(transaction=True)
def test_promoters_who_come_at_once_share_one_voucher(shop):
    def publish(number):
        try:
            return shop.publish_code(f"BCDF234{number}", "dollars", RewardSettings())
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        vouchers = set(pool.map(publish, range(8)))

    assert vouchers == set(Voucher.objects.values_list("pk", flat=True)) and len(vouchers) == 1
    assert VoucherCode.objects.count() == 8


@pytest.mark.django_db(transaction=True)
def test_of_two_who_publish_one_code_at_once_one_is_refused(shop):
    shop.publish_code(OTHER_CODE, "dollars", RewardSettings())

    def publish(_):
        try:
            return shop.publish_code(CODE, "dollars", RewardSettings())
        except errors.NotUnique:
            return None
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(publish, range(4)))

    assert found.count(None) == 3 and VoucherCode.objects.filter(code=CODE).count() == 1


@pytest.fixture
def basket(api_client, product, shipping_zone):
    """A basket with tea for 100 and 10 for delivery, in a channel."""

    def basket(slug="dollars", *, email="fred@example.com"):
        channel = Channel.objects.get(slug=slug)
        if not channel.product_listings.exists():
            sell(product, channel, Decimal(100))
        return Checkout.open(api_client, product, channel, email=email)

    return basket


@pytest.mark.parametrize(
    ("currency", "discount", "total"),
    [
        ("USD", Discount(Decimal(10), is_percentage=True), "100"),
        ("USD", Discount(Decimal("7.50"), is_percentage=False), "102.5"),
        ("JPY", Discount(Decimal("7.50"), is_percentage=False), "103"),
        ("JPY", Discount(Decimal("12.5"), is_percentage=True), "97"),
        ("KWD", Discount(Decimal("7.505"), is_percentage=False), "102.495"),
    ],
)
def test_the_checkout_takes_a_code(shop, basket, currency, discount, total):
    open_channel("sells", currency)
    shop.publish_code(CODE, "sells", RewardSettings(referral_discount=discount))

    assert basket("sells").add(CODE) == Decimal(total)


def test_the_checkout_refuses_a_withdrawn_code(shop, basket):
    shop.publish_code(CODE, "dollars", RewardSettings())
    shop.withdraw_code(CODE)

    assert basket().refusal(CODE) == "INVALID"


def test_the_checkout_refuses_a_code_in_another_channel_and_below_the_minimum(shop, basket):
    open_channel("other", "USD")
    shop.publish_code(CODE, "other", RewardSettings())
    shop.publish_code(OTHER_CODE, "dollars", RewardSettings(referral_minimum_spend=Decimal("100.01")))

    assert basket().refusal(CODE) == "INVALID"
    assert basket().refusal(OTHER_CODE) == "VOUCHER_NOT_APPLICABLE"


def test_a_friend_has_one_discount_whoever_sends_codes(shop, basket, app_api_client, permission_manage_payments):
    app_api_client.app.permissions.add(permission_manage_payments)
    for code in (CODE, OTHER_CODE):
        shop.publish_code(code, "dollars", RewardSettings())
    first = basket()
    first.add(CODE)

    order_id = first.complete(app_api_client, "USD")

    order = shop.orders([Order.objects.get(pk=order_id).pk])
    (order,) = order.values()
    assert (order.voucher_code, order.total, order.goods_paid) == (CODE, Decimal(100), Decimal(90))
    assert basket().refusal(OTHER_CODE) == "VOUCHER_NOT_APPLICABLE"
    assert basket(email="other@example.com").add(OTHER_CODE) == Decimal(100)
