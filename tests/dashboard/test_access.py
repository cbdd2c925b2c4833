"""What lets somebody in, and for how long."""

from datetime import timedelta

import pytest
from django.core import signing
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from freezegun import freeze_time

from preview.shop_desk import ADA, BEN
from saleor_nps_plugin.dashboard import access
from saleor_nps_plugin.shop.staff import ANSWERS, SETTINGS

BASE = "/dashboard/"
PAGE = f"{BASE}settings/"


def exchange(staff=ADA, *, scheme="Bearer", given=""):
    return Client().post(f"{BASE}session/", headers={"authorization": f"{scheme} {given or f'token of {staff.email}'}"})


def pass_of(staff=ADA):
    return exchange(staff).json()["pass"]


def ask(given, address=PAGE, *, scheme="Bearer"):
    return Client().get(address, headers={"authorization": f"{scheme} {given}", "hx-request": "true"})


@pytest.fixture
def signed_in(db, shop):
    """A browser outside the Dashboard with Ada's cookie."""
    browser = Client()
    browser.cookies.update(access.sign_in(HttpResponse(), ADA, path="/dashboard", is_secure=False).cookies)
    return browser


# In the Dashboard.


def test_a_token_is_exchanged_for_a_pass(db, shop):
    answer = exchange()

    assert answer.status_code == 200 and answer["Cache-Control"] == "no-store"
    assert answer.json()["expires_in"] == 1800 and ask(answer.json()["pass"]).status_code == 200


@pytest.mark.parametrize("scheme", ["", "Basic", "Token"])
def test_only_the_dashboards_token_is(shop, scheme):
    assert exchange(scheme=scheme).status_code == 401
    assert Client().get(f"{BASE}session/").status_code == 405


def test_a_token_in_the_address_or_a_form_opens_nothing(shop):
    token = f"token of {ADA.email}"

    assert Client().post(f"{BASE}session/?accessToken={token}", {"token": token}).status_code == 401
    assert b'data-shell="yes"' in Client().get(PAGE, {"accessToken": token, "token": token}).content


@pytest.mark.parametrize("given", ["", "nonsense", "x" * 3000, "a:b:c", "token of ada@example.com"])
def test_what_is_no_pass_is_refused(db, shop, given):
    assert ask(given).status_code == 401
    assert exchange(scheme="Pass", given=given or "-").status_code == 401


def test_a_pass_of_other_content_or_key_is_refused(db, shop):
    held = {"id": ADA.id, "key": ADA.fingerprint, "may": [SETTINGS], "since": 0}

    assert ask(signing.dumps(held, salt="another")).status_code == 401
    assert ask(signing.dumps(held, salt="saleor_nps_plugin.dashboard.pass", key="another")).status_code == 401


def test_a_cookie_is_no_pass_and_a_pass_no_cookie(signed_in, shop):
    cookie = signed_in.cookies[access.COOKIE].value
    swapped = Client()
    swapped.cookies[access.COOKIE] = pass_of()

    assert ask(cookie).status_code == 401
    assert b'data-shell="yes"' in swapped.get(PAGE).content


def test_a_pass_lasts_half_an_hour_and_begets_the_next_for_a_working_day(db, shop):
    start = timezone.now()
    given = pass_of()
    for minutes in range(20, 480, 20):
        with freeze_time(start + timedelta(minutes=minutes)):
            given = exchange(scheme="Pass", given=given).json()["pass"]
            assert ask(given).status_code == 200

    with freeze_time(start + timedelta(minutes=485)):
        assert ask(given).status_code == 200
        assert exchange(scheme="Pass", given=given).status_code == 401
    with freeze_time(start + timedelta(minutes=495)):
        assert ask(given).status_code == 401


def test_an_old_pass_begets_nothing(db, shop):
    given = pass_of()

    with freeze_time(timezone.now() + timedelta(minutes=31)):
        assert exchange(scheme="Pass", given=given).status_code == 401


def test_the_next_pass_holds_no_more_than_the_one_before(db, shop):
    given = access.pass_for(ADA.limited_to(frozenset({ANSWERS})))

    following = exchange(scheme="Pass", given=given).json()["pass"]

    assert ask(following, f"{BASE}overview/").status_code == 200
    assert ask(following).status_code == 403


def test_an_app_deactivated_meanwhile_shuts_every_page(db, shop):
    given = pass_of()
    shop.is_open = False

    assert ask(given).status_code == 401
    assert exchange().status_code == 401
    assert exchange(scheme="Pass", given=given).status_code == 401


def test_who_is_dismissed_or_has_a_new_password_is_out_at_once(db, shop):
    given, bens = pass_of(), pass_of(BEN)
    shop.change_password(ADA.id)
    shop.dismiss(BEN.id)

    assert [ask(given).status_code, ask(bens, f"{BASE}overview/").status_code] == [401, 401]
    assert exchange(scheme="Pass", given=given).status_code == 401


def test_a_widget_needs_the_token_in_the_form(db, shop):
    opened = Client().post(f"{BASE}widgets/home/", {"accessToken": f"token of {ADA.email}"})
    refused = Client().post(f"{BASE}widgets/home/", {"accessToken": "token of nobody"})

    assert b'data-pass=""' not in opened.content
    assert b'data-pass=""' in refused.content and b'data-shell="no"' in refused.content


def test_a_page_is_not_opened_by_post(db, shop):
    assert Client().post(f"{BASE}overview/", {"accessToken": f"token of {ADA.email}"}).status_code == 405


# Outside the Dashboard.


def test_a_cookie_opens_pages_that_nobody_may_frame(signed_in):
    page = signed_in.get(PAGE)

    assert b'data-cookie="yes"' in page.content and "frame-ancestors 'none'" in page["Content-Security-Policy"]


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-dest": "iframe", "sec-fetch-site": "same-origin", "sec-fetch-mode": "navigate"},
        {"sec-fetch-dest": "object", "sec-fetch-site": "cross-site"},
        {"sec-fetch-dest": "empty", "sec-fetch-site": "same-site", "sec-fetch-mode": "cors"},
        {"sec-fetch-dest": "empty", "sec-fetch-site": "cross-site", "sec-fetch-mode": "cors", "hx-request": "true"},
        {"origin": "https://shop.example"},
        {"origin": "null"},
    ],
)
def test_a_cookie_is_of_no_use_to_other_pages(signed_in, headers):
    answer = signed_in.get(PAGE, headers=headers)

    assert answer.status_code == 401 or b'data-shell="yes"' in answer.content
    assert b'data-cookie="yes"' not in answer.content


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-dest": "document", "sec-fetch-site": "none", "sec-fetch-mode": "navigate"},
        {"sec-fetch-dest": "document", "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"},
        {"sec-fetch-dest": "document", "sec-fetch-site": "same-origin", "sec-fetch-mode": "navigate"},
    ],
)
def test_a_link_from_anywhere_may_lead_to_a_page(signed_in, headers):
    assert b'data-cookie="yes"' in signed_in.get(PAGE, headers=headers).content


def test_a_form_of_another_page_does_nothing(signed_in):
    """No form can carry a header of ours; a script of another host of the same site says where it comes from."""
    action = f"{BASE}widgets/home/"

    as_form = signed_in.post(action, headers={"sec-fetch-site": "same-site", "sec-fetch-mode": "navigate"})
    as_script = signed_in.post(action, headers={"sec-fetch-site": "same-site", "hx-request": "true"})

    assert b'data-cookie="yes"' not in as_form.content and b'data-cookie="yes"' not in as_script.content


def test_a_cookie_lasts_half_a_day(signed_in):
    with freeze_time(timezone.now() + timedelta(hours=11)):
        assert b'data-cookie="yes"' in signed_in.get(PAGE).content
    with freeze_time(timezone.now() + timedelta(hours=12, minutes=1)):
        assert b'data-cookie="yes"' not in signed_in.get(PAGE).content


def test_a_new_password_ends_every_session(signed_in, shop):
    shop.change_password(ADA.id)

    assert b'data-cookie="yes"' not in signed_in.get(PAGE).content


def test_what_somebody_may_is_asked_anew_every_time(signed_in, shop):
    shop.people[ADA.id] = ADA.limited_to(frozenset({ANSWERS}))
    assert signed_in.get(PAGE).status_code == 403

    shop.people[ADA.id] = ADA
    assert signed_in.get(PAGE).status_code == 200


def test_a_closed_dashboard_leaves_the_pages_outside_it_open(signed_in, shop):
    shop.is_open = False

    assert b'data-cookie="yes"' in signed_in.get(PAGE).content


# What strangers may learn.


def test_a_forged_address_of_the_api_is_never_used(shop):
    forged = {"saleorApiUrl": ["https://evil.example/graphql/", "https://api.example/"], "domain": "evil.example"}

    assert b"evil.example" not in Client().get(f"{BASE}overview/", forged).content


def test_nothing_of_a_page_is_kept_by_anybody(signed_in):
    for page in (signed_in.get(PAGE), Client().get(PAGE)):
        assert page["Cache-Control"] == "no-store" and page["X-Content-Type-Options"] == "nosniff"
        assert page["Referrer-Policy"] == "same-origin" and "noindex" in page["X-Robots-Tag"]


def test_nothing_that_opens_a_page_is_written_to_the_log(db, shop, caplog):
    given = pass_of()
    ask(given)
    ask(given + "x")
    Client().post(f"{BASE}login/", {"email": ADA.email, "password": "wrong-password"})

    written = caplog.text
    assert not any(secret in written for secret in (given, f"token of {ADA.email}", ADA.email, "wrong-password"))
