"""Every page, whatever it says, keeps to itself: headers, policy, size, logs."""

import hashlib
import logging
import re
from base64 import b64encode
from datetime import timedelta

import pytest

from saleor_nps_plugin.links import shopper_token
from saleor_nps_plugin.rewards import ledger
from saleor_nps_plugin.rewards.models import EntryKind
from saleor_nps_plugin.shoppers.models import Shopper
from saleor_nps_plugin.surveys.models import Invitation, Response
from tests.pages.conftest import Visitor

SMALL = 30_000


@pytest.fixture(
    params=[
        "survey",
        "chosen",
        "error",
        "change",
        "thanks",
        "late",
        "expired",
        "off",
        "unknown",
        "opt-out",
        "out",
        "405",
        "rewards",
        "redeemed",
        "not redeemed",
        "rewards-out",
    ]
)
def page(request, story, shop, invitation, visitor):
    """The answer to one kind of visit after another."""
    match request.param:
        case "chosen":
            return visitor.get("?score=9")
        case "error":
            return visitor.post({"comment": "x" * 5000})
        case "change":
            story.answer(invitation, 9, "ü" * 5000)
        case "thanks":
            story.answer(invitation, 9)
            return visitor.get("thanks/")
        case "late":
            story.answer(invitation, 9)
            Response.objects.update(editable_until=story.now - timedelta(days=1))
        case "expired":
            Invitation.objects.update(expires_at=story.now - timedelta(days=1))
        case "off":
            shop.configure(enabled=False)
        case "unknown":
            visitor.token = "unknown"
        case "opt-out":
            return visitor.get("opt-out/")
        case "out":
            return visitor.post({}, "opt-out/")
        case "rewards" | "redeemed" | "not redeemed" | "rewards-out":
            return _visit_rewards(visitor, story, invitation, request.param)
        case "405":
            visitor.last = visitor.browser.put(f"/s/{visitor.token}/")
            return visitor.last
    return visitor.get()


def _visit_rewards(visitor, story, invitation, what):
    story.answer(invitation, 9)
    account = ledger.account_of(invitation.shopper, "USD", now=story.now)
    ledger.post(account, kind=EntryKind.BONUS, points=900, key="one", now=story.now, channel="default-channel")
    visitor.token, visitor.room = shopper_token(invitation.shopper.key), "r"
    if what == "redeemed":
        visitor.get(visitor.post({"account": account.pk, "points": "600", "key": "k"}, "redeem/")["Location"][3:])
    elif what == "not redeemed":
        visitor.post({"account": account.pk, "points": "6000", "key": "k"}, "redeem/")
    else:
        visitor.get("opt-out/" if what == "rewards-out" else "")
    return visitor.last


def policy_of(response):
    return dict(part.strip().split(" ", 1) for part in response["Content-Security-Policy"].split(";"))


def test_headers_keep_the_page_private(page):
    assert page["Cache-Control"] == "no-store"
    assert page["Referrer-Policy"] == "no-referrer"
    assert page["X-Robots-Tag"] == "noindex, nofollow"
    assert page["X-Frame-Options"] == "DENY"
    assert page["X-Content-Type-Options"] == "nosniff"
    assert page["Content-Type"] == "text/html; charset=utf-8"
    assert page.cookies == {}


def test_the_policy_admits_our_own_style_and_script_and_nothing_else(page, visitor):
    policy = policy_of(page)

    def hashes(tag):
        digests = [hashlib.sha256(found.source.encode()).digest() for found in visitor.sees().all(tag)]
        return " ".join(f"'sha256-{b64encode(digest).decode()}'" for digest in digests)

    assert policy == {
        "default-src": "'none'",
        "style-src": hashes("style"),
        "script-src": hashes("script"),
        "img-src": "data:",
        "connect-src": "'self'",
        "form-action": "'self'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
    }
    assert not [element for element in visitor.sees().all() if "style" in element or "onclick" in element]


def test_nothing_is_asked_of_third_parties(page, visitor):
    asked_for = [element for element in visitor.sees().all() if "src" in element or element.tag in ("link", "form")]

    assert not re.findall(r"(?:https?:)?//[a-z]", " ".join(f"{element.attributes}" for element in asked_for))
    assert "url(" not in visitor.sees().one("style").source
    assert "http" not in visitor.sees().one("script").source


def test_the_page_is_small(page):
    assert len(page.content) < SMALL


def test_a_logo_is_admitted_from_its_own_origin_only(visitor, shop):
    shop.configure(enabled=True, logo_url="https://cdn.example:8443/logos/tea.png?x=1;y='z'")

    response = visitor.get()

    assert policy_of(response)["img-src"] == "data: https://cdn.example:8443"
    assert visitor.sees().one("img")["alt"] == "Preview shop"


def test_the_brand_s_colour_reaches_the_style_and_its_hash(visitor, shop):
    shop.configure(enabled=True, brand_color="#AA0044")

    response = visitor.get()

    style = visitor.sees().one("style").source
    assert "--brand:#aa0044" in style
    assert b64encode(hashlib.sha256(style.encode()).digest()).decode() in response["Content-Security-Policy"]


def test_no_log_line_holds_token_or_comment(visitor, story, caplog):
    caplog.set_level(logging.DEBUG)
    caplog.handler.addFilter(lambda record: not record.name.startswith("django.db"))
    visitor.get("?score=9")
    visitor.post({"score": "11", "comment": "my secret"})
    visitor.post({"score": "1", "comment": "my secret"})
    visitor.post(b"x" * 3_000_000, content_type="application/x-www-form-urlencoded")
    visitor.browser.put(f"/s/{visitor.token}/")
    Invitation.objects.update(expires_at=story.now - timedelta(days=1))
    visitor.get()
    visitor.post({}, "seen/")
    visitor.browser.get(f"/s/{visitor.token}x/")
    visitor.post({}, "opt-out/")
    owner = Visitor(shopper_token(Shopper.objects.get().key), "r")
    owner.get("?before=1")
    owner.browser.get(f"/r/{owner.token}/nothing/")
    owner.browser.put(f"/r/{owner.token}/")

    assert visitor.token not in caplog.text
    assert owner.token not in caplog.text
    assert "my secret" not in caplog.text
