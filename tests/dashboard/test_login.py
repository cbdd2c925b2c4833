"""Signing in outside the Dashboard."""

import pytest
from django.test import Client

from preview.shop_desk import ADA, CYD, MOST_WRONG_PASSWORDS, PASSWORD
from saleor_nps_plugin.dashboard.access import COOKIE
from tests.reading import read

BASE = "/dashboard/"


def enter(browser, *, email=ADA.email, password=PASSWORD, headers=None, **more):
    return browser.post(f"{BASE}login/", {"email": email, "password": password, **more}, headers=headers)


def test_the_form_needs_no_script(client, shop):
    page = client.get(f"{BASE}login/", {"next": f"{BASE}responses/?status=open"})

    form = read(page.content).one("form")
    assert (form["method"], form["action"]) == ("post", f"{BASE}login/")
    assert form.one(name="next")["value"] == f"{BASE}responses/?status=open"
    assert b"<script" not in page.content and "script-src" not in page["Content-Security-Policy"]


def test_who_signs_in_comes_to_the_page_they_wanted(db, client, shop):
    entered = enter(client, next=f"{BASE}responses/?status=open&search=%C3%BC")

    assert (entered.status_code, entered["Location"]) == (302, f"{BASE}responses/?status=open&search=%C3%BC")
    page = client.get(f"{BASE}overview/")
    assert page.status_code == 200 and ADA.name in read(page.content).text


def test_every_page_is_reached_with_the_cookie_whatever_slash_its_address_ends_with(db, client, shop):
    enter(client)

    assert client.cookies[COOKIE]["path"] == "/dashboard"
    assert [client.get(address).content.count(b'data-cookie="yes"') for address in ("/dashboard", "/dashboard/")] == [
        1,
        1,
    ]


def test_who_is_signed_in_needs_no_form(db, client, shop):
    enter(client)

    answer = client.get(f"{BASE}login/", {"next": f"{BASE}rewards/"})

    assert (answer.status_code, answer["Location"]) == (302, f"{BASE}rewards/")


@pytest.mark.parametrize(
    "wanted",
    [
        "",
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example/",
        "\\\\evil.example",
        "javascript:alert(1)",
        "/graphql/",
        f"{BASE}../graphql/",
        f"{BASE}%2e%2e/graphql/",
        f"{BASE}/evil.example/",
        f"{BASE}\nSet-Cookie: a=b",
        f"{BASE}logout/",
        f"{BASE}login/?next={BASE}login/",
        f"{BASE}session/",
        f"{BASE}assets/x/dashboard.js",
        "dashboard/overview/",
    ],
)
def test_nobody_is_led_elsewhere(db, client, shop, wanted):
    assert enter(client, next=wanted)["Location"] == f"{BASE}overview/"


@pytest.mark.parametrize(
    "given", [{"password": "wrong"}, {"password": ""}, {"email": "nobody@example.com"}, {"email": ""}]
)
def test_a_wrong_password_is_told_and_the_address_stays(client, shop, given):
    refused = enter(client, **{"email": ADA.email, **given}, next=f"{BASE}rewards/")

    form = read(refused.content).one("form")
    assert refused.status_code == 422 and COOKIE not in refused.cookies
    assert "do not belong together" in form.one(role="alert").text
    assert form.one(name="email")["value"] == given.get("email", ADA.email)
    assert form.one(name="next")["value"] == f"{BASE}rewards/"
    assert "value" not in form.one(name="password")


def test_what_was_typed_is_shown_as_text(client, shop):
    refused = enter(client, email='"><script>alert(1)</script>', password="wrong")

    assert b"<script" not in refused.content


def test_many_wrong_passwords_have_to_wait(client, shop):
    for _ in range(MOST_WRONG_PASSWORDS):
        enter(client, password="wrong")

    refused = enter(client)

    assert refused.status_code == 429 and COOKIE not in refused.cookies
    assert "wait" in read(refused.content).one(role="alert").text


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site", "sec-fetch-mode": "navigate"},
        {"origin": "https://evil.example"},
        {"origin": "null"},
    ],
)
def test_no_foreign_page_signs_anybody_in(client, shop, headers):
    refused = enter(client, headers=headers)

    assert refused.status_code == 403 and COOKIE not in refused.cookies


@pytest.mark.parametrize("headers", [{"sec-fetch-site": "same-origin"}, {"origin": "http://testserver"}])
def test_our_own_page_does(client, shop, headers):
    assert enter(client, headers=headers).status_code == 302


def test_the_cookie_is_for_this_site_and_no_script(client, shop):
    cookie = enter(client, headers={"origin": "https://testserver"}).cookies[COOKIE]

    assert (cookie["samesite"], cookie["httponly"], cookie["secure"]) == ("Strict", True, True)


def test_the_form_speaks_the_browsers_language_and_lets_nobody_frame_it(client, shop):
    page = client.get(f"{BASE}login/", headers={"accept-language": "fa"})

    assert b'<html lang="fa" dir="rtl"' in page.content
    assert "frame-ancestors 'none'" in page["Content-Security-Policy"]
    assert page["Cache-Control"] == "no-store"


def test_somebody_without_permissions_gets_in_and_is_told(db, client, shop):
    enter(client, email=CYD.email)

    page = client.get(f"{BASE}overview/")

    assert page.status_code == 403 and "permission" in read(page.content).text


def test_signing_out_forgets_the_cookie(db, client, shop):
    enter(client)

    left = client.post(f"{BASE}logout/")

    assert left["Location"] == f"{BASE}login/"
    assert client.get(f"{BASE}overview/").content.count(b'data-shell="yes"') == 1


def test_no_foreign_page_signs_anybody_out(db, client, shop):
    enter(client)

    client.post(f"{BASE}logout/", headers={"sec-fetch-site": "cross-site"})

    assert b'data-shell="no"' in client.get(f"{BASE}overview/").content


def test_other_methods_are_refused(shop):
    assert Client().put(f"{BASE}login/").status_code == 405
    assert Client().get(f"{BASE}logout/").status_code == 405
