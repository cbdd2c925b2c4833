"""python -m demo.order: a shopper buys through Saleor's API, then staff fulfil the order.

LANGUAGE_CODE=fa, EMAIL=somebody@example.com and CHANNEL=channel-pln change who buys where; CODE=ABCD2345 is typed at the
checkout, a friend's code or a gift card's.
"""

import json
import os
import random
import urllib.error
import urllib.request
from collections.abc import Iterable
from typing import Any

from demo import ports
from demo.order_queries import (
    CHECKOUT_COMPLETE,
    CHECKOUT_CREATE,
    CHECKOUT_DELIVERY,
    CHECKOUT_PROMO_CODE,
    MARK_AS_PAID,
    ORDER_FULFILL,
    ORDER_TO_FULFILL,
    TOKEN_CREATE,
    VARIANTS,
)
from demo.sample_people import FIRST_NAMES, LAST_NAMES
from tooling.progress import Trouble, exit_with, say

ADDRESSES = {
    "default-channel": {
        "streetAddress1": "Main Street ",
        "city": "San Francisco",
        "countryArea": "CA",
        "postalCode": "94103",
        "country": "US",
    },
    "channel-pln": {
        "streetAddress1": "ul. Długa ",
        "city": "Wrocław",
        "postalCode": "53-601",
        "country": "PL",
    },
}
LANGUAGES = {"default-channel": ("en", "es", "fr", "de"), "channel-pln": ("pl",)}


def main() -> None:
    try:
        order = buy(codes=filter(None, [os.environ.get("CODE")]))
        say(f"Order {order['number']} placed by {order['userEmail']}.")
        fulfil(order)
        say("Staff have fulfilled it. The survey is on its way to the inbox:")
        say(f"  http://localhost:{ports.INBOX.number}/")
    except Trouble as trouble:
        exit_with(trouble)


def buy(*, codes: Iterable[str] = (), channel: str = "") -> dict[str, Any]:
    """What a storefront does, so that the order carries a language and an address."""
    channel = channel or os.environ.get("CHANNEL") or random.choice(list(ADDRESSES))
    checkout = _checkout(channel)
    (method, *_) = checkout["shippingMethods"] or [{"id": None}]
    if method["id"]:
        ask(CHECKOUT_DELIVERY, id=checkout["id"], method=method["id"])
    for code in codes:
        ask(CHECKOUT_PROMO_CODE, id=checkout["id"], code=code)
    completed = ask(CHECKOUT_COMPLETE, id=checkout["id"])
    return dict(completed["checkoutComplete"]["order"])


def staff_token() -> str:
    login = {"email": "admin@example.com", "password": "admin"}
    return str(ask(TOKEN_CREATE, **login)["tokenCreate"]["token"])


def fulfil(order: dict[str, Any]) -> None:
    token = staff_token()
    ask(MARK_AS_PAID, token, id=order["id"])
    lines = ask(ORDER_TO_FULFILL, token, id=order["id"])["order"]["lines"]
    wanted = {"lines": [_fulfilled_line(line) for line in lines], "notifyCustomer": False}
    ask(ORDER_FULFILL, token, order=order["id"], input=wanted)


def ask(query: str, token: str = "", **variables: object) -> dict[str, Any]:
    """One request; errors of the network, of GraphQL and of the mutation all become words."""
    headers = {"Content-Type": "application/json"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    body = json.dumps({"query": query, "variables": variables}).encode()
    url = f"http://localhost:{ports.API.number}/graphql/"
    try:
        with urllib.request.urlopen(urllib.request.Request(url, body, headers)) as response:
            answer = json.load(response)
    except urllib.error.HTTPError as error:
        answer = json.load(error)
    except OSError as error:
        raise Trouble(f"No demo answers at {url}. Start it first: make demo") from error
    if answer.get("errors"):
        raise Trouble(f"Saleor refused: {answer['errors'][0]['message']}")
    for payload in answer["data"].values():
        if isinstance(payload, dict) and payload.get("errors"):
            raise Trouble(f"Saleor refused: {payload['errors'][0]}")
    return dict(answer["data"])


def _checkout(channel: str) -> dict[str, Any]:
    if channel not in ADDRESSES:
        raise Trouble(f"CHANNEL is one of: {', '.join(ADDRESSES)}")
    language = _language(channel)
    first_name, last_name = random.choice(FIRST_NAMES[language]), random.choice(LAST_NAMES)
    address = {"firstName": first_name, "lastName": last_name, **ADDRESSES[channel]}
    # Neighbours may be friends; people in one house are taken for one person.
    address["streetAddress1"] += f"{random.randrange(10, 9999)}"
    data = {
        "channel": channel,
        "email": os.environ.get("EMAIL") or f"shopper.{random.randrange(100_000)}@example.com",
        "lines": [{"quantity": 1, "variantId": _variant(channel)}],
        "shippingAddress": address,
        "billingAddress": address,
        "languageCode": language.upper(),
    }
    return dict(ask(CHECKOUT_CREATE, input=data)["checkoutCreate"]["checkout"])


def _language(channel: str) -> str:
    asked_for = os.environ.get("LANGUAGE_CODE", "").lower()
    if not asked_for:
        return random.choice(LANGUAGES[channel])
    if asked_for not in FIRST_NAMES:
        raise Trouble(f"LANGUAGE_CODE is one of: {', '.join(FIRST_NAMES)}")
    return asked_for


def _variant(channel: str) -> str:
    found = ask(VARIANTS, channel=channel)["products"]["edges"]
    # Gift cards earn nothing, which would be a surprise.
    goods = [edge["node"] for edge in found if edge["node"]["productType"]["kind"] == "NORMAL"]
    variants = [variant for product in goods for variant in product["variants"] or []]
    # Staff cannot fulfil what is still to come.
    in_stock = [variant["id"] for variant in variants if variant["quantityAvailable"] > 2 and not variant["preorder"]]
    if not in_stock:
        raise Trouble("Everything is sold out. Start anew: make demo-reset demo")
    return str(random.choice(in_stock))


def _fulfilled_line(line: dict[str, Any]) -> dict[str, Any]:
    stock = max(line["variant"]["stocks"], key=lambda stock: stock["quantity"])
    taken = {"quantity": line["quantityToFulfill"], "warehouse": stock["warehouse"]["id"]}
    return {"orderLineId": line["id"], "stocks": [taken]}


if __name__ == "__main__":
    main()
