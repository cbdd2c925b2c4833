from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import connection

from saleor_nps_plugin.links import invitation_token
from saleor_nps_plugin.surveys.asking import scheduling
from saleor_nps_plugin.surveys.models import Invitation
from tests.forging import changed
from tests.pages.conftest import Visitor

PAGES = ["", "thanks/"]


@pytest.fixture(params=["get", "post"])
def visit(request):
    """Open the page, or send the form to it."""
    if request.param == "get":
        return lambda visitor: visitor.get("?score=9")
    return lambda visitor: visitor.post({"score": "9"})


@pytest.mark.parametrize(
    "token",
    ["nonsense", "a" * 32 + "." + "b" * 43, "x" * 5000, "%00", "..", "ü", invitation_token(UUID(int=7)) + "x", "a b"],
)
def test_a_link_we_never_made_is_unknown(db, shop, visit, token, answers):
    visitor = Visitor(token)

    assert visit(visitor).status_code == 404
    assert visitor.sees().one("h1").text == "We cannot find this page"
    assert "open it from our e-mail" in visitor.sees().text
    assert answers() == []


def test_a_signed_link_of_an_invitation_that_is_gone_is_unknown(db, shop, visit):
    assert visit(Visitor(invitation_token(uuid4()))).status_code == 404


def test_a_changed_link_is_unknown(visitor, visit, answers):
    stranger = Visitor(changed(visitor.token))

    assert visit(stranger).status_code == 404
    assert answers() == []


def test_an_expired_link_is_gone_and_says_what_to_do(visitor, story, visit, answers):
    Invitation.objects.update(expires_at=story.now - timedelta(seconds=1))

    assert visit(visitor).status_code == 410
    assert visitor.sees().one("h1").text == "This survey is closed"
    assert "write to our customer service" in visitor.sees().text
    assert answers() == []


def test_a_link_that_staff_took_back_is_gone(visitor, story, invitation, visit):
    scheduling.cancel(invitation.pk, now=story.now)

    assert visit(visitor).status_code == 410


def test_switched_off_surveys_take_no_answer(visitor, shop, visit, answers):
    shop.configure(enabled=False, shop_name="Tea & Co")

    assert visit(visitor).status_code == 404
    assert visitor.sees().one("h1").text == "Our surveys are paused"
    assert answers() == []


def test_a_channel_that_is_not_asked_takes_no_answer(visitor, shop, visit):
    shop.configure(enabled=True, channels="channel-pln")

    assert visit(visitor).status_code == 404


@pytest.mark.parametrize(
    ("page", "method", "allowed"),
    [
        ("", "put", "GET, POST"),
        ("", "delete", "GET, POST"),
        ("", "patch", "GET, POST"),
        ("", "options", "GET, POST"),
        ("thanks/", "post", "GET"),
        ("seen/", "get", "POST"),
        ("opt-out/", "put", "GET, POST"),
    ],
)
def test_other_methods_are_refused_by_name(visitor, answers, page, method, allowed):
    response = getattr(visitor.browser, method)(f"/s/{visitor.token}/{page}")

    assert (response.status_code, response["Allow"]) == (405, allowed)
    assert answers() == []


def test_head_is_a_get(visitor):
    assert visitor.browser.head(f"/s/{visitor.token}/").status_code == 200


@pytest.mark.parametrize("address", ["/", "/s/", "/s/a/b/", "/robots.txt", "/s/a/opt-out/more/"])
def test_an_address_that_leads_nowhere_has_a_page_too(client, shop, address):
    response = client.get(address)

    assert response.status_code == 404
    assert "We cannot find this page" in response.text


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("de-AT,de;q=0.9,en;q=0.8", "de"),
        ("tlh, pl;q=0.5", "pl"),
        ("fa-IR", "fa"),
        ("tlh", "en"),
        ("", "en"),
        ("x" * 10_000, "en"),
        (";;;q=,*", "en"),
    ],
)
def test_a_stranger_is_answered_in_the_browser_s_language(client, shop, accepted, language):
    response = client.get("/s/unknown/", headers={"Accept-Language": accepted})

    assert (response.status_code, response["Content-Language"]) == (404, language)


def test_a_refusal_speaks_the_language_and_brand_of_the_invitation(story, shop, visitor_of):
    visitor = visitor_of(story.invite(language_code="pl", channel="channel-pln"))
    shop.configure(enabled=True, overrides="[channel-pln]\nshop_name = Herbata")
    Invitation.objects.update(expires_at=story.now)

    visitor.get(**{"Accept-Language": "en"})

    assert visitor.sees().one("h1").text == "Ta ankieta jest już zamknięta"
    assert visitor.sees().one("p", class_="shop").text == "Herbata"


@pytest.mark.django_db(transaction=True)
def test_without_a_database_a_visitor_is_asked_to_wait(visitor, visit, answers, caplog):
    at, connection.settings_dict["PORT"] = connection.settings_dict["PORT"], "1"
    connection.close()
    try:
        refused = visit(visitor)
    finally:
        connection.settings_dict["PORT"] = at

    assert refused.status_code == 503
    assert refused["Retry-After"] == "60"
    assert visitor.sees().one("h1").text == "One moment, please"
    assert "NPS could not reach the database for a page" in caplog.text
    assert visitor.token not in caplog.text
    assert answers() == []
    assert visit(visitor).status_code < 400
