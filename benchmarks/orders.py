"""Orders in Saleor's own tables, as a checkout leaves them: paid, with a customer, addresses, a line and its stock."""

from itertools import count

from django.utils import timezone
from saleor.account.models import Address, User
from saleor.channel.models import Channel
from saleor.order import OrderAuthorizeStatus, OrderChargeStatus, OrderOrigin, OrderStatus
from saleor.order.models import Order, OrderLine
from saleor.product.models import ProductVariant
from saleor.warehouse.models import Allocation, Stock

PRICE = 25
_LOTS = 1_000_000
_numbers = count(1_000_000)


def place(
    how_many: int, *, status: str = OrderStatus.UNFULFILLED, channel_slug: str = "default-channel"
) -> list[Order]:
    """Return new orders of one line each, every one of another customer."""
    channel = Channel.objects.get(slug=channel_slug)
    stocks = _stocks(channel)
    numbers = [next(_numbers) for _ in range(how_many)]
    addresses = Address.objects.bulk_create(_address(number) for number in numbers)
    users = User.objects.bulk_create(
        User(email=f"shopper{number}@example.com", first_name="Ana", last_name="Silva") for number in numbers
    )
    orders = Order.objects.bulk_create(
        _order(number, user, address, channel, status)
        for number, user, address in zip(numbers, users, addresses, strict=True)
    )
    _add_lines(orders, stocks)
    return orders


def stock_of(order: Order) -> tuple[OrderLine, Stock]:
    """Return the only line of an order and where its goods lie."""
    line = OrderLine.objects.get(order=order)
    return line, Allocation.objects.select_related("stock__warehouse").get(order_line=line).stock


def _stocks(channel: Channel) -> list[Stock]:
    stocks = list(
        Stock.objects.filter(
            product_variant__channel_listings__channel=channel,
            product_variant__product__product_type__is_shipping_required=True,
            warehouse__channels=channel,
        )
        .select_related("product_variant__product")
        .order_by("pk")[:50]
    )
    Stock.objects.filter(pk__in=[stock.pk for stock in stocks]).update(quantity=_LOTS)
    return stocks


def _address(number: int) -> Address:
    return Address(
        first_name="Ana",
        last_name="Silva",
        street_address_1=f"{number} Main Street",
        city="San Francisco",
        postal_code="94103",
        country="US",
        country_area="CA",
    )


def _order(number: int, user: User, address: Address, channel: Channel, status: str) -> Order:
    return Order(
        number=number,
        status=status,
        origin=OrderOrigin.CHECKOUT,
        channel=channel,
        currency=channel.currency_code,
        user=user,
        user_email=user.email,
        billing_address=address,
        shipping_address=address,
        language_code="en",
        lines_count=1,
        total_net_amount=PRICE,
        total_gross_amount=PRICE,
        undiscounted_total_net_amount=PRICE,
        undiscounted_total_gross_amount=PRICE,
        subtotal_net_amount=PRICE,
        subtotal_gross_amount=PRICE,
        total_charged_amount=PRICE,
        charge_status=OrderChargeStatus.FULL,
        authorize_status=OrderAuthorizeStatus.FULL,
        should_refresh_prices=False,
        created_at=timezone.now(),
    )


def _add_lines(orders: list[Order], stocks: list[Stock]) -> None:
    chosen = [stocks[position % len(stocks)] for position in range(len(orders))]
    lines = OrderLine.objects.bulk_create(
        _line(order, stock.product_variant) for order, stock in zip(orders, chosen, strict=True)
    )
    Allocation.objects.bulk_create(
        Allocation(order_line=line, stock=stock, quantity_allocated=1)
        for line, stock in zip(lines, chosen, strict=True)
    )
    for stock in stocks:
        Stock.objects.filter(pk=stock.pk).update(quantity_allocated=_LOTS // 2)


def _line(order: Order, variant: ProductVariant) -> OrderLine:
    return OrderLine(
        order=order,
        variant=variant,
        product_name=variant.product.name,
        variant_name=variant.name,
        product_sku=variant.sku,
        product_type_id=variant.product.product_type_id,
        is_shipping_required=True,
        is_gift_card=False,
        quantity=1,
        currency=order.currency,
        unit_price_net_amount=PRICE,
        unit_price_gross_amount=PRICE,
        total_price_net_amount=PRICE,
        total_price_gross_amount=PRICE,
        undiscounted_unit_price_net_amount=PRICE,
        undiscounted_unit_price_gross_amount=PRICE,
        undiscounted_total_price_net_amount=PRICE,
        undiscounted_total_price_gross_amount=PRICE,
        tax_rate=0,
    )
