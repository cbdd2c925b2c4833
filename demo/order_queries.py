"""What `make demo-order` says to Saleor's API; the same on 3.21, 3.22 and 3.23."""

VARIANTS = """
query ($channel: String!) {
  products(first: 40, channel: $channel, filter: {stockAvailability: IN_STOCK}) {
    edges { node { variants { id quantityAvailable preorder { endDate } } } }
  }
}
"""

CHECKOUT_CREATE = """
mutation ($input: CheckoutCreateInput!) {
  checkoutCreate(input: $input) {
    checkout { id shippingMethods { id } }
    errors { field message code }
  }
}
"""

CHECKOUT_DELIVERY = """
mutation ($id: ID!, $method: ID!) {
  checkoutDeliveryMethodUpdate(id: $id, deliveryMethodId: $method) {
    errors { field message code }
  }
}
"""

CHECKOUT_COMPLETE = """
mutation ($id: ID!) {
  checkoutComplete(id: $id) {
    order { id number userEmail }
    errors { field message code }
  }
}
"""

TOKEN_CREATE = """
mutation ($email: String!, $password: String!) {
  tokenCreate(email: $email, password: $password) {
    token
    errors { field message code }
  }
}
"""

MARK_AS_PAID = """
mutation ($id: ID!) {
  orderMarkAsPaid(id: $id) { errors { field message code } }
}
"""

ORDER_TO_FULFILL = """
query ($id: ID!) {
  order(id: $id) {
    lines { id quantityToFulfill variant { stocks { quantity warehouse { id } } } }
  }
}
"""

ORDER_FULFILL = """
mutation ($order: ID!, $input: OrderFulfillInput!) {
  orderFulfill(order: $order, input: $input) { errors { field message code } }
}
"""
