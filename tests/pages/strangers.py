"""What strangers do at the doors, for tests: send things, and see what became of them."""

from urllib.parse import urlencode
from uuid import uuid4

from django.test import Client

from saleor_nps_plugin import links
from saleor_nps_plugin.shoppers.models import Shopper
from saleor_nps_plugin.surveys.answering import door_answers
from saleor_nps_plugin.surveys.models import (
    Ballot,
    CaseNote,
    DoorAnswer,
    Invitation,
    Response,
    SealedAnswer,
)

FORM = "application/x-www-form-urlencoded"
SHOP = "https://shop.example"
# Where each kind of token belongs; {} is the token.
PLACES = {
    "link": ["/d/{}/", "/d/{}/qr.svg", "/d/{}/qr.png"],
    "order": ["/o/{}/", "/o/{}/qr.svg", "/o/{}/qr.png"],
    "tablet": ["/k/{}/", "/k/{}/answers", "/d/{}/qr.svg"],
    "storefront": ["/snippet/{}.js", "/snippet/{}/card", "/snippet/{}/answers"],
    "ballot": ["/b/{}/", "/b/{}/thanks/"],
    "address": ["/n/{}/"],
    "unhappy": ["/s/{}/callback/"],
}
# Where something is written, and what a person would send there.
WRITING = {
    "link": "/d/{}/",
    "order": "/o/{}/",
    "tablet": "/k/{}/answers",
    "storefront": "/snippet/{}/answers",
    "ballot": "/b/{}/",
    "unhappy": "/s/{}/callback/",
    "address": "/n/{}/",
}
ANSWERING = [kind for kind in WRITING if kind not in ("unhappy", "address")]


def stored():
    """All that somebody at a door could have changed."""
    return {
        "invitations": sorted(Invitation.objects.values_list("key", "status", "opened_at"), key=str),
        "responses": list(
            Response.objects.order_by("pk").values_list("pk", "score", "comment", "callback", "revision")
        ),
        "notes": CaseNote.objects.count(),
        "waiting": list(DoorAnswer.objects.values_list("key", flat=True)),
        "sealed": SealedAnswer.objects.count(),
        "ballots": Ballot.objects.count(),
        "opted out": Shopper.objects.filter(opted_out_at__isnull=False).count(),
    }


def sent(**fields):
    """What a person sends, at any of the doors."""
    return {"key": str(uuid4()), "door_key": links.form_token(uuid4()), "score": "9", "callback": "555 0100", **fields}


def send(address, fields=(), *, body=None, content_type=FORM, client=None, **headers):
    text = urlencode(list(fields), doseq=True) if body is None else body
    browser = client or Client()
    return browser.post(address, text, content_type=content_type, headers={"origin": SHOP, **headers})


def opened(places, tokens):
    """What any of these tokens leads to but "not found" or "not so": {address: statuses}."""
    addresses = [place.format(token) for place in places for token in tokens]
    told = {one: {Client().get(one).status_code, send(one, sent().items()).status_code} for one in addresses}
    return {address: statuses for address, statuses in told.items() if not statuses <= {404, 405}}


def given(kind, now):
    """Scores and comments that came through a door, after the worker has been there."""
    door_answers.record_due(now=now)
    if kind == "ballot":
        return [(one.content["score"], one.content["comment"]) for one in SealedAnswer.objects.all()]
    source = {"tablet": "kiosk", "storefront": "snippet", "order": "link", "link": "link"}[kind]
    found = Response.objects.filter(invitation__source=source, order_id__isnull=kind != "order")
    return list(found.values_list("score", "comment"))
