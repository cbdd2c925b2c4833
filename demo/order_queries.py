"""What `make demo-order` and `make demo-referral` say to Saleor's API; the same on 3.21, 3.22 and 3.23."""

VARIANTS = """
query ($channel: String!) {
  products(first: 40, channel: $channel, filter: {stockAvailability: IN_STOCK}) {
    edges { node { productType { kind } variants { id quantityAvailable preorder { endDate } } } }
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

CHECKOUT_PROMO_CODE = """
mutation ($id: ID!, $code: String!) {
  checkoutAddPromoCode(id: $id, promoCode: $code) { errors { field message code } }
}
"""

INVITATION_OF_ORDER = """
query ($id: ID!) { order(id: $id) { npsInvitations { url } } }
"""

ANSWER = """
mutation ($survey: String!, $score: Int!) {
  npsResponseSubmit(token: $survey, input: { score: $score, comment: "Wonderful, thank you!" }) {
    thanks { referralCode { code shareUrl } pointsEntry { points availableAt } }
    errors { field message code }
  }
}
"""

ORDER_REWARDS = """
query ($id: ID!) {
  order(id: $id) {
    total { gross { amount currency } }
    npsPointsEntries { kind points note availableAt }
  }
}
"""

ORDER_PAYMENT = """
query ($id: ID!) {
  order(id: $id) { payments { id } transactions { id chargedAmount { amount currency } } }
}
"""

# The one for orders that were paid by a payment, the other for those paid by a transaction.
ORDER_REFUND = """
mutation ($id: ID!, $amount: PositiveDecimal!) {
  orderRefund(id: $id, amount: $amount) { errors { field message code } }
}
"""
TRANSACTION_UPDATE = """
mutation ($id: ID!, $transaction: TransactionUpdateInput!) {
  transactionUpdate(id: $id, transaction: $transaction) { errors { field message code } }
}
"""
