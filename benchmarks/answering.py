"""The survey page against Saleor's { shop { name } }; sending it against Saleor's cheapest writing mutation."""

from collections.abc import Callable, Iterator
from itertools import count, cycle
from urllib.parse import urlencode

from django.test import Client
from django.utils import timezone
from graphene.relay.node import to_global_id
from saleor.channel.models import Channel
from saleor.checkout.models import Checkout
from saleor.product.models import Category

from benchmarks.measuring import Verdict, in_turns, median, tell_times
from benchmarks.shop import HOST, Api, configure, staff_token
from saleor_nps_plugin.links import PAGES_PATH, invitation_token, survey_path
from saleor_nps_plugin.surveys.asking import scheduling
from saleor_nps_plugin.surveys.models import Invitation, Response, Survey

CHANNEL = "default-channel"
FORM = "application/x-www-form-urlencoded"
ROUNDS = 200
WARM_UP = 10
SHOP = "{ shop { name } }"
METADATA = """
mutation ($id: ID!, $value: String!) {
  updateMetadata(id: $id, input: [{key: "colour", value: $value}]) { errors { message } }
}
"""
PRIVATE_METADATA = METADATA.replace("updateMetadata", "updatePrivateMetadata")
LANGUAGE = """
mutation ($id: ID!, $code: LanguageCodeEnum!) {
  checkoutLanguageCodeUpdate(id: $id, languageCode: $code) { errors { message } }
}
"""
SEGMENTS = {"language": ["en"], "customer_kind": ["new"], "product": ["12", "15"], "category": ["3"]}
PAGE, SUBMIT = "GET of the page", "POST of the page"


def measure() -> list[Verdict]:
    configure()
    addresses = _invite(ROUNDS + WARM_UP)
    read = in_turns(_reads(cycle(addresses)), rounds=ROUNDS, warm_up=WARM_UP)
    written = in_turns(_writes(iter(addresses)), rounds=ROUNDS, warm_up=WARM_UP)
    tell_times(read | written)
    assert Response.objects.count() == ROUNDS + WARM_UP
    submit = median(written.pop(SUBMIT))
    return [
        Verdict(
            f"the page takes so many times as long as {SHOP}", median(read[PAGE]) / median(read[SHOP]), at_most=1.0
        ),
        Verdict("submitting it, as the cheapest mutation", submit / min(map(median, written.values())), at_most=1.0),
    ]


def _reads(addresses: Iterator[str]) -> dict[str, Callable[[], object]]:
    client, api = Client(headers={"host": HOST}), Api()

    def page() -> None:
        assert client.get(f"{next(addresses)}?score=9", secure=True).status_code == 200

    return {PAGE: page, SHOP: lambda: api.ask(SHOP)}


def _writes(addresses: Iterator[str]) -> dict[str, Callable[[], object]]:
    """The cheapest of Saleor's mutations that change a row: these tell no app, mail nobody and hash no password.

    Ours writes a response, its tallies and its invitation. Every call writes something new.
    """
    client, staff, anybody = Client(headers={"host": HOST}), Api(staff_token()), Api()
    channel = Channel.objects.get(slug=CHANNEL)
    category = to_global_id("Category", Category.objects.earliest("pk").pk)
    checkout = to_global_id("Checkout", Checkout.objects.create(channel=channel, currency=channel.currency_code).pk)
    numbers, languages = count(), cycle(["DE", "FR"])

    def submit() -> None:
        answer = urlencode({"score": "9", "comment": "Lovely tea, and it came in two days."})
        response = client.post(next(addresses), answer, content_type=FORM, secure=True)
        assert response.status_code == 303

    return {
        SUBMIT: submit,
        "updateMetadata of a category": lambda: staff.ask(METADATA, id=category, value=str(next(numbers))),
        "updatePrivateMetadata": lambda: staff.ask(PRIVATE_METADATA, id=category, value=str(next(numbers))),
        "checkoutLanguageCodeUpdate": lambda: anybody.ask(LANGUAGE, id=checkout, code=next(languages)),
    }


def _invite(how_many: int) -> list[str]:
    """Addresses of surveys that were mailed, as an order's invitation is."""
    survey, now = Survey.objects.earliest("pk"), timezone.now()
    for number in range(how_many):
        scheduling.invite_address(
            survey, f"reader{number}@example.com", channel=CHANNEL, language_code="en", send_at=now, now=now
        )
    Invitation.objects.update(status="sent", sent_at=now, country="US", segments=SEGMENTS, due_at=None)
    keys = Invitation.objects.values_list("key", flat=True)
    return [PAGES_PATH + survey_path(invitation_token(key)) for key in keys]
