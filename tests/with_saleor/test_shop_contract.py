from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from saleor.account.models import User
from saleor.channel.models import Channel
from saleor.discount import DiscountValueType
from saleor.discount.models import Voucher
from saleor.order import FulfillmentStatus, OrderOrigin, OrderStatus
from saleor.order.events import fulfillment_tracking_updated_event
from saleor.order.models import Order, OrderEvent, OrderLine
from saleor.order.utils import update_order_charge_data, updates_amounts_for_order
from saleor.payment import TransactionEventType, TransactionKind
from saleor.payment.models import TransactionItem
from saleor.payment.transaction_item_calculations import recalculate_transaction_amounts
from saleor.payment.utils import gateway_postprocess

from saleor_nps_plugin.shop.saleor import SaleorShop, order_from
from saleor_nps_plugin.surveys.asking.scheduling import note_activation, sweep
from saleor_nps_plugin.surveys.making.ready import ensure_survey
from saleor_nps_plugin.surveys.models import Invitation
from tests.shop_contract import RewardsContract, ShopContract
from tests.with_saleor.checkouts import open_channel

GIFT_CARD_GATEWAY = "saleor.io.gift-card-payment-gateway"


@pytest.fixture
def place(order_generator, channel_USD, product, address):
    """Put an order into Saleor's tables."""
    channel_USD.slug = "main"
    channel_USD.save()

    def place(
        *,
        email="ada@example.com",
        total=Decimal("40.00"),
        language_code="en",
        country="PL",
        products=("Tea",),
        fulfilled_at=None,
        is_fulfilled=True,
        changed_at=None,
        charged=Decimal(0),
        refunded=Decimal(0),
        voucher_code=None,
        is_canceled=False,
        is_refunded=False,
        is_returned=False,
        is_askable=True,
    ):
        states = {
            not is_fulfilled: OrderStatus.PARTIALLY_FULFILLED,
            is_canceled: OrderStatus.CANCELED,
            is_returned: OrderStatus.RETURNED,
        }
        shipping = address.get_copy()
        shipping.country = country
        shipping.save()
        order = order_generator(
            user=None,
            user_email=email,
            shipping_address=shipping,
            status=states.get(True, OrderStatus.FULFILLED),
            origin=OrderOrigin.CHECKOUT if is_askable else OrderOrigin.BULK_CREATE,
        )
        for name in products:
            add_line(order, product, name, total / len(products))
        if charged or is_refunded:
            pay(order, charged or total, refunded=total if is_refunded else refunded)
        changes = {"language_code": language_code, "total_gross_amount": total, "total_net_amount": total}
        if changed_at:
            changes |= {"created_at": changed_at, "updated_at": changed_at}
        Order.objects.filter(pk=order.pk).update(voucher_code=voucher_code, **changes)
        fulfillment = order.fulfillments.create(status=FulfillmentStatus.FULFILLED)
        if fulfilled_at:
            type(fulfillment).objects.filter(pk=fulfillment.pk).update(created_at=fulfilled_at)
        return order.pk

    return place


def add_line(order, product, name="Tea", price=Decimal(40), *, is_gift_card=False):
    product.name = name
    product.save()
    return OrderLine.objects.create(
        order=order,
        variant=product.variants.first(),
        product_name=name,
        quantity=1,
        is_shipping_required=True,
        is_gift_card=is_gift_card,
        currency="USD",
        unit_price_gross_amount=price,
        unit_price_net_amount=price,
        total_price_gross_amount=price,
        total_price_net_amount=price,
    )


def pay(order, amount, *, refunded=Decimal(0), gateway="app.payments"):
    """A payment app reports a charge, and a refund if there was one; Saleor does its sums."""
    transaction = TransactionItem.objects.create(order=order, currency="USD", app_identifier=gateway)
    report(transaction, TransactionEventType.CHARGE_SUCCESS, amount)
    if refunded:
        report(transaction, TransactionEventType.REFUND_SUCCESS, refunded)
    return transaction


def report(transaction, kind, amount):
    transaction.events.create(
        type=kind, amount_value=amount, currency="USD", psp_reference=f"{kind}-1", include_in_calculations=True
    )
    recalculate_transaction_amounts(transaction)
    updates_amounts_for_order(transaction.order)


def pay_the_older_way(order, amount):
    order.payments.create(gateway="dummy", is_active=True, total=amount, captured_amount=amount, currency="USD")
    update_order_charge_data(order)


def refund_the_older_way(order, amount):
    payment = order.payments.get()
    refund = payment.transactions.create(
        kind=TransactionKind.REFUND, is_success=True, amount=amount, currency="USD", gateway_response={}
    )
    gateway_postprocess(refund, payment)


@pytest.mark.every_version
class TestSaleorShop(ShopContract):
    @pytest.fixture
    def shop(self, db, site_settings):
        return SaleorShop()

    @pytest.fixture
    def place(self, place):
        return place

    def test_the_number_of_queries_does_not_grow_with_the_orders(self, shop, place, django_assert_num_queries):
        ids = [place(email=f"{number}@example.com") for number in range(5)]

        with django_assert_num_queries(5):
            shop.orders(ids[:1])
        with django_assert_num_queries(5):
            shop.orders(ids)

    def test_an_event_reads_no_more_than_the_order(self, place, django_assert_num_queries):
        order = Order.objects.select_related("channel").get(pk=place(charged=Decimal(40), voucher_code="FRIEND22"))

        with django_assert_num_queries(0):
            read = order_from(order)

        assert (read.is_paid, read.charged, read.voucher_code) == (True, Decimal(40), "FRIEND22")

    def test_an_event_leaves_an_account_unseen_that_is_not_loaded_with_the_order(
        self, shop, place, customer_user, django_assert_num_queries
    ):
        pk = place(email=customer_user.email)
        Order.objects.filter(pk=pk).update(user=customer_user)
        order = Order.objects.select_related("channel").get(pk=pk)

        with django_assert_num_queries(0):
            told = order_from(order)

        read = shop.orders([pk])[pk]
        assert (told.user_id, told.unseen_user_id) == (None, customer_user.pk)
        assert (read.user_id, read.unseen_user_id) == (customer_user.pk, None)

    def test_an_order_was_sent_when_it_was_whatever_came_back(self, shop, place):
        sent_at = timezone.now() - timedelta(days=9)
        order = Order.objects.get(pk=place(fulfilled_at=sent_at))
        for status in (FulfillmentStatus.RETURNED, FulfillmentStatus.CANCELED, FulfillmentStatus.WAITING_FOR_APPROVAL):
            order.fulfillments.create(status=status)

        for status in (OrderStatus.PARTIALLY_RETURNED, OrderStatus.RETURNED):
            Order.objects.filter(pk=order.pk).update(status=status)
            assert shop.orders([order.pk])[order.pk].fulfilled_at == sent_at
        order.fulfillments.filter(status=FulfillmentStatus.FULFILLED).delete()
        assert shop.orders([order.pk])[order.pk].is_fulfilled

    def test_a_refund_in_part_is_no_refund(self, shop, place):
        order_id = place()
        TransactionItem.objects.create(order_id=order_id, currency="USD", refunded_value=Decimal("39.99"))

        assert not shop.orders([order_id])[order_id].is_refunded

    def test_the_sweep_invites_about_orders_whose_event_never_came(self, nps_plugin, place, shop):

        nps_plugin(delay_hours="0")
        ensure_survey()
        now = timezone.now()
        note_activation(shop.settings(), now=now - timedelta(days=1))
        missed = place(fulfilled_at=now - timedelta(hours=2))
        place(fulfilled_at=now - timedelta(days=2), email="before@example.com")
        place(fulfilled_at=now, is_askable=False, email="imported@example.com")

        assert sweep(now=now) == 1
        assert Invitation.objects.get().order_id == missed


@pytest.mark.every_version
class TestWaves:
    @pytest.fixture
    def shop(self, db, site_settings):
        return SaleorShop()

    def test_orders_that_customers_placed_come_newest_first_and_in_parts(self, shop, place):
        now = timezone.now()
        ages = [place(changed_at=now - timedelta(days=days), email=f"{days}@example.com") for days in (3, 1, 2)]
        place(changed_at=now - timedelta(days=40))
        place(changed_at=now, is_canceled=True)
        place(changed_at=now, is_askable=False)
        what = {"since": now - timedelta(days=30), "channels": ["main"], "limit": 2}

        first = shop.placed_orders(before=None, **what)
        rest = shop.placed_orders(before=first[-1], **what)

        assert [order_id for _, order_id in first + rest] == [ages[1], ages[2], ages[0]]
        assert shop.placed_orders(before=rest[-1], **what) == []
        assert shop.placed_orders(before=None, since=what["since"], channels=["other"], limit=2) == []

    def test_orders_of_one_moment_are_neither_lost_nor_doubled(self, shop, place):
        at = timezone.now() - timedelta(days=1)
        placed = {place(changed_at=at, email=f"{number}@example.com") for number in range(5)}
        found, before = [], None
        while rows := shop.placed_orders(since=at, channels=["main"], before=before, limit=2):
            found += [order_id for _, order_id in rows]
            before = rows[-1]

        assert len(found) == 5 and set(found) == placed

    def test_customers_are_counted_by_their_addresses(self, shop, place):
        for email in ("ada@example.com", "ADA@example.com", "bob@example.com"):
            place(email=email)

        assert shop.count_customers(since=timezone.now() - timedelta(days=1), channels=["main"]) == 2
        assert shop.count_customers(since=timezone.now() + timedelta(days=1), channels=["main"]) == 0

    def test_channels_have_a_home(self, shop, place, channel_USD):
        place()

        assert shop.home_countries()["main"] == channel_USD.default_country.code

    def test_an_order_is_tracked_since_its_last_parcel_got_a_number(self, shop, place, staff_user):
        sent_at = timezone.now() - timedelta(days=9)
        order = Order.objects.get(pk=place(fulfilled_at=sent_at))
        (first,) = order.fulfillments.all()
        assert shop.tracked_since([order.pk]) == {}
        first.tracking_number = "1Z"
        first.save()
        assert shop.tracked_since([order.pk]) == {order.pk: sent_at}

        second = order.fulfillments.create(status=FulfillmentStatus.FULFILLED)
        assert shop.tracked_since([order.pk]) == {}
        second.tracking_number = "2Z"
        second.save()
        fulfillment_tracking_updated_event(
            order=order, user=staff_user, app=None, tracking_number="2Z", fulfillment=second
        )

        told_at = OrderEvent.objects.get(order=order).date
        assert shop.tracked_since([order.pk]) == {order.pk: told_at}

    def test_goods_that_came_back_do_not_matter_for_tracking(self, shop, place):
        sent_at = timezone.now() - timedelta(days=9)
        order = Order.objects.get(pk=place(fulfilled_at=sent_at))
        order.fulfillments.update(tracking_number="1Z")
        order.fulfillments.create(status=FulfillmentStatus.RETURNED)

        assert shop.tracked_since([order.pk]) == {order.pk: sent_at}
        assert shop.tracked_since([]) == {}


@pytest.mark.every_version
class TestRewardsOfSaleorShop(RewardsContract):
    @pytest.fixture
    def shop(self, db, site_settings):
        for slug, currency in (("main", "USD"), ("yen", "JPY"), ("dinar", "KWD")):
            open_channel(slug, currency)
        return SaleorShop()

    @pytest.fixture
    def add_customer(self):
        return lambda email: User.objects.create(email=email).pk

    @pytest.fixture
    def add_voucher(self, shop):
        def add_voucher(name, codes):
            voucher = Voucher.objects.create(name=name, discount_value_type=DiscountValueType.PERCENTAGE)
            channel = Channel.objects.get(slug="main")
            voucher.channel_listings.create(channel=channel, currency="USD", discount_value=25)
            for code in codes:
                voucher.codes.create(code=code)
            return voucher.pk

        return add_voucher


@pytest.mark.every_version
class TestWhatWasPaid:
    """Gift cards are no money, whichever way they were used; what Saleor subtracted is counted again."""

    @pytest.fixture
    def shop(self, db):
        return SaleorShop()

    @pytest.fixture
    def facts(self, shop, place, product):
        """An order of 40 for tea and 10 for delivery, changed by the test; what the shop then says of it."""

        def facts(change):
            order = Order.objects.get(pk=place())
            order.shipping_price_gross_amount = Decimal(10)
            order.total_gross_amount = Decimal(50)
            order.save()
            change(order)
            return shop.orders([order.pk])[order.pk]

        return facts

    def test_delivery_is_not_goods(self, facts):
        order = facts(lambda order: pay(order, Decimal(50)))

        assert (order.charged, order.goods_paid, order.is_paid) == (Decimal(50), Decimal(40), True)

    def test_a_gift_card_bought_is_not_goods(self, facts, product):
        def buy_card(order):
            add_line(order, product, "Gift card", Decimal(20), is_gift_card=True)
            order.total_gross_amount += 20
            order.save()
            pay(order, Decimal(70))

        order = facts(buy_card)

        assert (order.charged, order.goods_paid) == (Decimal(70), Decimal(40))

    def test_a_gift_card_used_as_promo_code_pays_no_money(self, facts):
        def use_card(order):
            order.total_gross_amount -= 15
            order.save()
            pay(order, Decimal(35))

        assert facts(use_card).goods_paid == Decimal(25)

    def test_a_gift_card_that_covers_all_leaves_nothing(self, facts):
        def use_card(order):
            order.total_gross_amount = 0
            order.save()

        order = facts(use_card)

        assert order.is_paid and order.goods_paid == order.charged == order.refunded_share == 0

    def test_a_gift_card_used_as_payment_pays_no_money(self, facts):
        def use_card(order):
            pay(order, Decimal(15), gateway=GIFT_CARD_GATEWAY)
            pay(order, Decimal(35), refunded=Decimal(7))

        order = facts(use_card)

        assert order.is_paid and order.goods_paid == Decimal(25)
        assert (order.charged, order.refunded) == (Decimal(35), Decimal(7))

    def test_a_refund_to_a_gift_card_gives_back_no_money(self, facts):
        def use_card(order):
            pay(order, Decimal(50), refunded=Decimal(50), gateway=GIFT_CARD_GATEWAY)

        order = facts(use_card)

        assert order.is_refunded and order.charged == order.refunded == order.goods_paid == 0
        assert order.refunded_share == 1

    def test_a_refund_on_its_way_is_none_yet(self, facts):
        def ask_for_refund(order):
            report(pay(order, Decimal(50)), TransactionEventType.REFUND_REQUEST, Decimal(50))

        order = facts(ask_for_refund)

        assert order.is_paid and not order.is_refunded
        assert (order.charged, order.refunded, order.goods_paid) == (Decimal(50), Decimal(0), Decimal(40))

    def test_a_chargeback_is_money_given_back(self, facts):
        order = facts(lambda order: report(pay(order, Decimal(50)), TransactionEventType.CHARGE_BACK, Decimal(50)))

        assert order.is_refunded
        assert (order.charged, order.refunded, order.goods_paid) == (Decimal(50), Decimal(50), Decimal(40))

    def test_an_older_payment_counts_as_well(self, facts):
        def pay_and_refund(order):
            pay_the_older_way(order, Decimal(50))
            refund_the_older_way(order, Decimal(20))

        order = facts(pay_and_refund)

        assert order.is_paid and (order.charged, order.refunded, order.goods_paid) == (50, 20, 40)

    def test_a_part_is_paid_before_the_rest(self, facts):
        order = facts(lambda order: pay(order, Decimal(30)))

        assert not order.is_paid and order.goods_paid == Decimal(20)


@pytest.mark.every_version
class TestChangedOrders:
    @pytest.fixture
    def shop(self, db):
        return SaleorShop()

    def test_a_payment_app_changes_an_order_without_touching_it(self, shop, place):
        since = timezone.now() - timedelta(days=1)
        paid, *_ = [place(changed_at=since - timedelta(days=1)) for _ in range(2)]

        TransactionItem.objects.create(order_id=paid, currency="USD", refunded_value=5)

        assert list(shop.orders_changed(since=since)) == [[(paid, "")]]

    def test_a_refund_of_an_older_payment_changes_an_order(self, shop, place):
        since = timezone.now() - timedelta(days=1)
        order = Order.objects.get(pk=place())
        pay_the_older_way(order, Decimal(40))
        Order.objects.update(created_at=since - timedelta(days=1), updated_at=since - timedelta(days=1))

        refund_the_older_way(order, Decimal(5))

        assert list(shop.orders_changed(since=since)) == [[(order.pk, "")]]

    def test_a_draft_was_not_placed(self, shop, place):
        draft = place()
        Order.objects.filter(pk=draft).update(status=OrderStatus.DRAFT)

        assert list(shop.orders_changed(since=timezone.now() - timedelta(days=1))) == []


@pytest.mark.every_version
class TestPeople:
    @pytest.fixture
    def shop(self, db):
        return SaleorShop()

    def test_an_order_names_both_of_its_addresses(self, shop, place, address_usa):
        order = Order.objects.get(pk=place())
        order.billing_address = address_usa
        order.save()

        contact = shop.contacts([order.pk])[order.pk]

        assert contact.first_name == order.shipping_address.first_name
        assert contact.addresses == {"Tęczowa 7\n53-601\nWROCŁAW\nPL", "2000 Main Street\n92614\nIrvine\nUS"}
        assert contact.phones == {"+48713988102"}

    def test_an_account_names_its_address_book(self, shop, customer_user, django_assert_num_queries):
        with django_assert_num_queries(2):
            contact = shop.customers([customer_user.pk])[customer_user.pk]

        assert (contact.email, contact.first_name) == (customer_user.email, customer_user.first_name)
        assert contact.addresses == {"Tęczowa 7\n53-601\nWROCŁAW\nPL"}
        assert contact.phones == {"+48713988102"}

    def test_a_customer_returns_who_writes_their_address_in_capitals(self, shop, place):
        first, second = place(email="ada@example.com"), place(email="Ada@Example.com")

        assert shop.returning_customers(list(shop.orders([first, second]).values())) == {second}
