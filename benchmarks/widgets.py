"""Our widgets as the Dashboard opens them, at 1,000,000 responses, against the Dashboard's own list of orders."""

from graphene.relay.node import to_global_id
from saleor.product.models import Product

from benchmarks.dashboard import Pages, against_the_list, statements
from benchmarks.measuring import Verdict
from saleor_nps_plugin.surveys.models import Response


def measure() -> list[Verdict]:
    """Each with somebody or something that has answers."""
    pages = Pages()
    answer = Response.objects.select_related("shopper").exclude(shopper__user_id=None).latest("created_at")
    assert answer.shopper is not None
    order = to_global_id("Order", answer.order_id)
    customer = to_global_id("User", answer.shopper.user_id)
    product = to_global_id("Product", Product.objects.earliest("pk").pk)
    ways = {
        "the order's widget": lambda: pages.open_widget("order", orderId=order),
        "the customer's widget": lambda: pages.open_widget("customer", customerId=customer),
        "the product's widget": lambda: pages.open_widget("product", productId=product),
        "the home page's widget": lambda: pages.open_widget("home"),
    }
    for name, open_it in ways.items():
        print(f"  {name}: {statements(open_it)} SQL statements", flush=True)
    return against_the_list(ways, at_most=1.0)
