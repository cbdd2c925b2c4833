"""What every Shop promises; run against the preview's and against Saleor's."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import uuid4

import pytest

from saleor_nps_plugin import errors
from saleor_nps_plugin.shop.interface import PublishedCode, Shop
from saleor_nps_plugin.shop.reading import Discount
from saleor_nps_plugin.shop.settings import RewardSettings


class ShopContract:
    """Subclasses give `shop`, and `place(**what)`, which puts an order of channel "main" into it and returns its id."""

    @pytest.fixture
    def shop(self) -> Shop:
        raise NotImplementedError

    @pytest.fixture
    def place(self) -> Any:
        raise NotImplementedError

    def test_an_order_comes_back_as_it_is(self, shop, place):
        order_id = place(
            email="ada@example.com", total=Decimal("40.00"), language_code="de", country="PL", products=("Tea",)
        )

        order = shop.orders([order_id])[order_id]

        assert (order.id, order.email, order.total, order.currency) == (
            order_id,
            "ada@example.com",
            Decimal("40.00"),
            "USD",
        )
        assert (order.channel, order.language_code, order.country) == ("main", "de", "PL")
        assert [line.name for line in order.lines] == ["Tea"]
        assert all(line.product_id for line in order.lines)
        assert order.is_askable and not (order.is_canceled or order.is_refunded or order.is_returned)

    @pytest.mark.parametrize("state", ["is_canceled", "is_refunded", "is_returned"])
    def test_an_order_tells_what_became_of_it(self, shop, place, state):
        order_id = place(**{state: True})

        order = shop.orders([order_id])[order_id]

        assert {name for name in ("is_canceled", "is_refunded", "is_returned") if getattr(order, name)} == {state}

    def test_orders_that_are_gone_are_left_out(self, shop, place):
        order_id = place()

        assert set(shop.orders([order_id, uuid4()])) == {order_id}
        assert shop.orders([]) == {}

    def test_fulfilled_orders_are_found_by_time_and_channel(self, shop, place):
        now = datetime.now(UTC)
        recent = place(fulfilled_at=now - timedelta(hours=1))
        place(fulfilled_at=now - timedelta(days=3))
        place(fulfilled_at=now, is_askable=False)

        found = [
            order_id
            for ids in shop.fulfilled_order_ids(since=now - timedelta(days=1), channels=["main"])
            for order_id in ids
        ]

        assert found == [recent]
        assert not [ids for ids in shop.fulfilled_order_ids(since=now - timedelta(days=1), channels=["other"]) if ids]

    def test_a_customer_who_ordered_before_is_returning(self, shop, place):
        first, second, other = (
            place(email=email) for email in ("ada@example.com", "ada@example.com", "bob@example.com")
        )

        orders = shop.orders([first, second, other])

        assert shop.returning_customers(list(orders.values())) == {second}
        assert shop.returning_customers([]) == set()

    def test_an_order_is_found_by_its_number(self, shop, place):
        order_id = place()
        number = shop.orders([order_id])[order_id].number

        assert shop.order_ids_by_number(number) == [order_id]
        assert shop.order_ids_by_number(f"#{number}") == [order_id]
        assert shop.order_ids_by_number("no number") == []

    def test_products_have_names(self, shop, place):
        order_id = place(products=("Tea",))
        (line,) = shop.orders([order_id])[order_id].lines

        assert shop.labels("product", [line.product_id]) == {line.product_id: "Tea"}
        assert shop.labels("reason", ["x"]) == {}

    def test_pages_have_an_absolute_address(self, shop):
        address = shop.public_url("/s/token/")

        assert address.startswith("http") and address.endswith("/s/token/")

    def test_an_order_tells_what_was_paid(self, shop, place):
        order_id = place(total=Decimal("40.00"), charged=Decimal("40.00"), voucher_code="FRIEND22")

        order = shop.orders([order_id])[order_id]

        assert order.is_paid and order.voucher_code == "FRIEND22"
        assert (order.charged, order.refunded, order.refunded_share) == (Decimal(40), Decimal(0), 0)
        assert order.goods_paid == Decimal(40)

    def test_an_order_that_nobody_paid_is_not_paid(self, shop, place):
        order_id = place()

        order = shop.orders([order_id])[order_id]

        assert not order.is_paid and order.voucher_code == ""
        assert order.goods_paid == order.charged == order.refunded_share == 0

    def test_a_refund_in_part_leaves_the_order_paid(self, shop, place):
        order_id = place(total=Decimal("40.00"), charged=Decimal("40.00"), refunded=Decimal("12.00"))

        order = shop.orders([order_id])[order_id]

        assert order.is_paid and not order.is_refunded
        assert (order.charged, order.refunded, order.refunded_share) == (Decimal(40), Decimal(12), Fraction(3, 10))
        assert order.goods_paid == Decimal(40)

    def test_an_order_knows_when_it_was_placed_and_sent(self, shop, place):
        now = datetime.now(UTC)
        order_id, other = place(fulfilled_at=now - timedelta(days=2)), place(is_fulfilled=False)

        orders = shop.orders([order_id, other])

        assert orders[order_id].fulfilled_at == now - timedelta(days=2)
        assert orders[order_id].created_at is not None
        assert orders[other].fulfilled_at is None

    def test_changed_orders_are_found(self, shop, place):
        now = datetime.now(UTC)
        old, new = place(changed_at=now - timedelta(days=3)), place(voucher_code="FRIEND22")

        found = [row for rows in shop.orders_changed(since=now - timedelta(days=1)) for row in rows]

        assert found == [(new, "FRIEND22")]
        rows = {row for rows in shop.orders_changed(since=now - timedelta(days=4)) for row in rows}
        assert rows == {(old, ""), (new, "FRIEND22")}

    def test_a_contact_is_what_the_order_says(self, shop, place):
        order_id = place(email="ada@example.com", language_code="de")

        contacts = shop.contacts([order_id, uuid4()])

        assert set(contacts) == {order_id}
        assert (contacts[order_id].email, contacts[order_id].language_code) == ("ada@example.com", "de")
        assert contacts[order_id].emails == {"ada@example.com"}


A_TENTH = Discount(Decimal(10), is_percentage=True)
CODE, OTHER_CODE = "BCDF2345", "GHJK6789"


class RewardsContract:
    """What every Shop promises about vouchers and gift cards.

    Subclasses give `shop` with channels "main" (USD), "yen" (JPY) and "dinar" (KWD), `add_customer(email)`, which returns
    the id of a new account, and `add_voucher(name, codes)`, which makes a voucher of 25% in "main" and returns its id.
    """

    @pytest.fixture
    def shop(self) -> Shop:
        raise NotImplementedError

    @pytest.fixture
    def add_customer(self) -> Any:
        raise NotImplementedError

    @pytest.fixture
    def add_voucher(self) -> Any:
        raise NotImplementedError

    def test_channels_have_a_currency(self, shop):
        assert [shop.currency(slug) for slug in ("main", "yen", "dinar", "nowhere")] == ["USD", "JPY", "KWD", ""]

    def test_all_channels_have_their_currencies(self, shop):
        assert {"main": "USD", "yen": "JPY", "dinar": "KWD"}.items() <= shop.currencies().items()
        assert list(shop.currencies()) == shop.channels()

    def test_a_customer_is_known_by_account(self, shop, add_customer):
        user_id = add_customer("ada@example.com")

        customers = shop.customers([user_id, 10**6])

        assert set(customers) == {user_id}
        assert customers[user_id].email == "ada@example.com"
        assert customers[user_id].emails == {"ada@example.com"}

    def test_a_published_code_gives_the_discount_of_the_settings(self, shop):
        voucher_id = shop.publish_code(CODE, "main", RewardSettings())

        assert shop.published_codes([CODE, OTHER_CODE], "main") == {
            CODE: PublishedCode(CODE, voucher_id, True, A_TENTH)
        }
        assert shop.published_codes([CODE], "yen")[CODE].discount is None

    def test_codes_of_a_channel_share_one_voucher(self, shop):
        first, second = (shop.publish_code(code, "main", RewardSettings()) for code in (CODE, OTHER_CODE))

        assert first == second != shop.publish_code("LMNP2345", "yen", RewardSettings())

    def test_a_code_is_published_once(self, shop):
        shop.publish_code(CODE, "main", RewardSettings())

        for channel in ("main", "yen"):
            with pytest.raises(errors.NotUnique):
                shop.publish_code(CODE, channel, RewardSettings())

    def test_no_code_is_published_in_a_channel_that_does_not_exist(self, shop):
        with pytest.raises(errors.Invalid):
            shop.publish_code(CODE, "nowhere", RewardSettings())

    @pytest.mark.parametrize("written", ["Friends", "WELCOME"])
    def test_the_operator_names_a_voucher_or_one_of_its_codes(self, shop, add_voucher, written):
        voucher_id = add_voucher("Friends", ["WELCOME"])

        assert shop.publish_code(CODE, "main", RewardSettings(referral_voucher=written)) == voucher_id
        assert shop.published_codes([CODE], "main")[CODE].discount == Discount(Decimal(25), is_percentage=True)

    def test_the_operators_voucher_has_to_be_clear(self, shop, add_voucher):
        add_voucher("Friends", ["WELCOME"])
        add_voucher("Friends", ["BONJOUR"])

        for written, channel in (("Gone", "main"), ("Friends", "main"), ("WELCOME", "yen")):
            with pytest.raises(errors.Invalid) as refused:
                shop.publish_code(CODE, channel, RewardSettings(referral_voucher=written))
            assert refused.value.field == "referral_voucher" and written in refused.value.message
        assert shop.published_codes([CODE], "main") == {}

    def test_a_withdrawn_code_stays_taken(self, shop):
        voucher_id = shop.publish_code(CODE, "main", RewardSettings())

        for _ in range(2):
            shop.withdraw_code(CODE)
        shop.withdraw_code("NEVER123")

        assert shop.published_codes([CODE], "main") == {CODE: PublishedCode(CODE, voucher_id, False, A_TENTH)}
        with pytest.raises(errors.NotUnique):
            shop.publish_code(CODE, "main", RewardSettings())

    def test_the_plugins_voucher_follows_the_settings(self, shop):
        five = Discount(Decimal("5.50"), is_percentage=False)
        shop.publish_code(CODE, "main", RewardSettings())

        shop.refresh_referral_voucher("main", RewardSettings(referral_discount=five))

        assert shop.published_codes([CODE], "main")[CODE].discount == five
        shop.refresh_referral_voucher("main", RewardSettings(referral_voucher="Friends"))
        shop.refresh_referral_voucher("yen", RewardSettings(referral_discount=five))
        assert shop.published_codes([CODE], "main")[CODE].discount == five

    @pytest.mark.parametrize(
        ("channel", "written", "given"),
        [("yen", "7.50", "7"), ("main", "7.505", "7.50"), ("dinar", "7.505", "7.505")],
    )
    def test_a_discount_is_an_amount_of_the_currency(self, shop, channel, written, given):
        settings = RewardSettings(referral_discount=Discount(Decimal(written), is_percentage=False))

        shop.publish_code(CODE, channel, settings)

        assert shop.published_codes([CODE], channel)[CODE].discount == Discount(Decimal(given), is_percentage=False)

    def test_a_discount_of_less_than_the_currency_has_is_none(self, shop):
        half_a_yen = Discount(Decimal("0.5"), is_percentage=False)

        with pytest.raises(errors.Invalid) as refused:
            shop.publish_code(CODE, "yen", RewardSettings(referral_discount=half_a_yen))

        assert refused.value.field == "referral_discount"
        assert shop.published_codes([CODE], "yen") == {}

    def test_a_gift_card_can_be_issued_to_a_guest(self, shop):
        card = issue(shop, email="ada@example.com")

        assert 8 <= len(card.code) <= 16 and card.is_active
        assert {number: found.code for number, found in shop.gift_cards([card.id, 10**6]).items()} == {
            card.id: card.code
        }

    def test_a_gift_card_can_be_issued_to_a_customer(self, shop, add_customer):
        card = issue(shop, email="ada@example.com", user_id=add_customer("ada@example.com"))

        assert shop.gift_cards([card.id])[card.id].is_active

    def test_a_referral_code_is_no_gift_card(self, shop):
        card = issue(shop)

        with pytest.raises(errors.NotUnique):
            shop.publish_code(card.code, "main", RewardSettings())

    @pytest.mark.parametrize(
        ("amount", "currency"), [("0", "USD"), ("-5", "USD"), ("5.005", "USD"), ("5.5", "JPY"), ("5.0005", "KWD")]
    )
    def test_a_gift_card_has_an_amount_of_its_currency(self, shop, amount, currency):
        with pytest.raises(ValueError, match=currency):
            issue(shop, amount=amount, currency=currency)

    @pytest.mark.parametrize(
        ("amount", "currency", "channel"), [("5.05", "USD", "main"), ("500", "JPY", "yen"), ("5.005", "KWD", "dinar")]
    )
    def test_gift_cards_hold_what_the_currency_has(self, shop, amount, currency, channel):
        card = issue(shop, amount=amount, currency=currency, channel=channel)

        assert shop.gift_cards([card.id])[card.id].code == card.code

    def test_gift_cards_are_accepted_in_channels_that_exist(self, shop):
        shop.see_gift_cards_accepted("main")
        with pytest.raises(errors.Invalid) as refused:
            shop.see_gift_cards_accepted("nowhere")
        assert refused.value.field == "channel"


def issue(shop, *, amount="5.00", currency="USD", channel="main", user_id=None, email="ada@example.com"):
    return shop.issue_gift_card(
        amount=Decimal(amount), currency=currency, channel=channel, user_id=user_id, email=email
    )
