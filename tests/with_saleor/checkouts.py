"""Saleor's own checkout, as a storefront uses it."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import graphene
from saleor.channel.models import Channel
from saleor.graphql.tests.fixtures import ApiClient
from saleor.product.models import Product, ProductChannelListing, ProductVariantChannelListing
from saleor.shipping.models import ShippingMethodChannelListing, ShippingZone
from saleor.tax import TaxCalculationStrategy
from saleor.tax.models import TaxConfiguration
from saleor.warehouse.models import Warehouse

OPEN = """
mutation ($input: CheckoutCreateInput!) {
  checkoutCreate(input: $input) { checkout { id shippingMethods { id } } errors { field message } }
}
"""
DELIVER = """
mutation ($id: ID!, $method: ID!) {
  checkoutDeliveryMethodUpdate(id: $id, deliveryMethodId: $method) {
    checkout { totalPrice { gross { amount } } } errors { field message }
  }
}
"""
ADD_CODE = """
mutation ($id: ID!, $code: String!) {
  checkoutAddPromoCode(id: $id, promoCode: $code) {
    checkout { totalPrice { gross { amount } } } errors { field message code }
  }
}
"""
PAY = """
mutation ($id: ID!, $amount: PositiveDecimal!, $currency: String!) {
  transactionCreate(id: $id, transaction: {name: "Card", amountCharged: {amount: $amount, currency: $currency}}) {
    errors { field message }
  }
}
"""
COMPLETE = """
mutation ($id: ID!) {
  checkoutComplete(id: $id) { order { id total { gross { amount } } } errors { field message code } }
}
"""
ADDRESS = {
    "firstName": "Fred",
    "lastName": "Friend",
    "streetAddress1": "Teczowa 7",
    "postalCode": "53-601",
    "city": "Wroclaw",
    "country": "PL",
    "phone": "+48321321888",
}


def open_channel(slug: str, currency: str) -> Channel:
    """A channel that sells nothing yet."""
    channel = Channel.objects.create(
        name=slug,
        slug=slug,
        currency_code=currency,
        default_country="PL",
        is_active=True,
        # In 3.21 a checkout with a gift card is never fully paid in its own eyes, so orders are paid afterwards.
        allow_unpaid_orders=True,
    )
    TaxConfiguration.objects.create(channel=channel, tax_calculation_strategy=TaxCalculationStrategy.FLAT_RATES)
    return channel


def sell(product: Product, channel: Channel, price: Decimal) -> None:
    """Offer a product in a channel, with one tenth of its price for delivery."""
    currency = channel.currency_code
    ProductChannelListing.objects.create(
        product=product,
        channel=channel,
        currency=currency,
        is_published=True,
        visible_in_listings=True,
        discounted_price_amount=price,
        available_for_purchase_at=product.channel_listings.first().available_for_purchase_at,
    )
    ProductVariantChannelListing.objects.create(
        variant=product.variants.first(),
        channel=channel,
        currency=currency,
        price_amount=price,
        discounted_price_amount=price,
    )
    zone = ShippingZone.objects.get()
    zone.channels.add(channel)
    Warehouse.objects.get().channels.add(channel)
    ShippingMethodChannelListing.objects.create(
        channel=channel,
        currency=currency,
        shipping_method=zone.shipping_methods.get(),
        price_amount=price / 10,
        minimum_order_price_amount=0,
    )


@dataclass
class Checkout:
    """A basket with one product, open in a channel. Amounts are gross."""

    client: ApiClient
    id: str
    total: Decimal

    @classmethod
    def open(
        cls, client: ApiClient, product: Product, channel: Channel, *, email: str = "fred@example.com"
    ) -> "Checkout":
        variant = graphene.Node.to_global_id("ProductVariant", product.variants.first().pk)
        checkout = _ask(
            client,
            OPEN,
            "checkoutCreate",
            input={
                "channel": channel.slug,
                "lines": [{"variantId": variant, "quantity": 1}],
                "email": email,
                "shippingAddress": ADDRESS,
                "billingAddress": ADDRESS,
            },
        )["checkout"]
        method = checkout["shippingMethods"][0]["id"]
        delivered = _ask(client, DELIVER, "checkoutDeliveryMethodUpdate", id=checkout["id"], method=method)
        return cls(client, checkout["id"], _total(delivered))

    def add(self, code: str) -> Decimal:
        """Type a code; what is then to pay."""
        self.total = _total(_ask(self.client, ADD_CODE, "checkoutAddPromoCode", id=self.id, code=code))
        return self.total

    def refusal(self, code: str) -> str:
        """Type a code that is refused; the kind of refusal."""
        answer = self.client.post_graphql(ADD_CODE, {"id": self.id, "code": code}).json()
        (error,) = answer["data"]["checkoutAddPromoCode"]["errors"]
        return str(error["code"])

    def complete(self, payment_app: ApiClient, currency: str) -> str:
        """Order, and pay what is to pay; the order's id."""
        order = _ask(self.client, COMPLETE, "checkoutComplete", id=self.id)["order"]
        amount = str(order["total"]["gross"]["amount"])
        _ask(payment_app, PAY, "transactionCreate", id=order["id"], amount=amount, currency=currency)
        return str(graphene.Node.from_global_id(order["id"])[1])


def _ask(client: ApiClient, query: str, mutation: str, **variables: Any) -> Any:
    answer = client.post_graphql(query, variables).json()
    assert "errors" not in answer, answer
    assert not answer["data"][mutation]["errors"], answer
    return answer["data"][mutation]


def _total(answer: Any) -> Decimal:
    return Decimal(str(answer["checkout"]["totalPrice"]["gross"]["amount"]))
