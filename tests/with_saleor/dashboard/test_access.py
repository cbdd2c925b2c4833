"""Who gets into our pages with what Saleor's Dashboard, and nobody else, can give them."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from freezegun import freeze_time
from saleor.app.models import App
from saleor.core.jwt import (
    create_access_token,
    create_access_token_for_app,
    create_refresh_token,
    jwt_encode,
    jwt_user_payload,
)

from saleor_nps_plugin.errors import NotSignedIn, TooManyRequests
from saleor_nps_plugin.shop import get_shop
from saleor_nps_plugin.shop.staff import ANSWERS, CODES, PERMISSIONS, POINTS

from .conftest import BASE, permissions_of

pytestmark = pytest.mark.every_version


def ours():
    return App.objects.get(identifier="saleor_nps_plugin")


def is_refused(answer):
    return answer.status_code == 401 and set(answer.json()) == {"error"}


# What comes with the Dashboard's token.


def test_the_dashboards_token_opens_every_page(frame, ada):
    page = frame(ada)

    assert page.exchange().status_code == 200
    assert [page.open(f"{name}/").status_code for name in ("overview", "responses", "rewards", "surveys")] == [200] * 4


def test_staff_are_who_they_are_in_saleor(frame, ada):
    staff = get_shop().staff_from_token(frame(ada).token)

    assert (staff.id, staff.name, staff.email) == (ada.pk, "ada", "ada@example.com")
    assert staff.permissions == frozenset(PERMISSIONS) and staff.channels is None


def test_the_token_of_a_widget_or_action_permits_what_the_app_and_its_reader_may(dashboard, frame, ada, ben):
    token = dashboard(ada).extension("ORDER_DETAILS_MORE_ACTIONS")["accessToken"]

    assert get_shop().staff_from_token(token).permissions == frozenset(PERMISSIONS)
    bens = dashboard(ben).extension("ORDER_DETAILS_MORE_ACTIONS")["accessToken"]
    assert frame(ben, bens).open("settings/").status_code == 403


def test_a_permission_taken_from_the_app_is_gone_from_its_widgets(dashboard, frame, ada):
    token = dashboard(ada).extension("ORDER_DETAILS_MORE_ACTIONS")["accessToken"]

    ours().permissions.remove(*permissions_of(set(PERMISSIONS) - {ANSWERS}))

    assert get_shop().staff_from_token(token).permissions == {ANSWERS}
    assert frame(ada, token).open("settings/").status_code == 403


def test_who_lacks_a_permission_of_the_app_gets_the_others(frame, ben):
    page = frame(ben)

    assert page.open("responses/").status_code == 200
    assert page.open("settings/").status_code == 403


def test_nobody_but_staff_gets_in(active, customer_user):
    token = create_access_token_for_app(ours(), customer_user)
    with pytest.raises(NotSignedIn):
        get_shop().staff_from_token(token)


def test_an_expired_token_is_refused(frame, ada):
    with freeze_time(timezone.now() - timedelta(minutes=6)):
        page = frame(ada)

    assert is_refused(page.exchange())


def test_a_token_expires_even_where_saleor_lets_it_live(settings, frame, ada):
    settings.JWT_EXPIRE = False
    with freeze_time(timezone.now() - timedelta(minutes=6)):
        page = frame(ada)
    without_end = jwt_encode(
        jwt_user_payload(ada, "thirdparty", None, {"app": "QXBwOjE=", "permissions": ["MANAGE_ORDERS"]})
    )

    assert is_refused(page.exchange())
    assert is_refused(frame(ada, without_end).exchange())


def test_a_token_of_another_app_is_refused(frame, ada, app):
    app.type = "thirdparty"
    app.save()
    app.permissions.set(permissions_of(PERMISSIONS))

    assert is_refused(frame(ada, create_access_token_for_app(app, ada)).exchange())


@pytest.mark.parametrize("make", [create_access_token, create_refresh_token])
def test_a_token_of_the_user_alone_is_refused(frame, ada, make):
    assert is_refused(frame(ada, make(ada)).exchange())


def test_a_token_of_another_shop_is_refused(settings, frame, ada):
    settings.PUBLIC_URL = "https://other.example"
    page = frame(ada)
    settings.PUBLIC_URL = "https://ours.example"

    assert is_refused(page.exchange())


@pytest.mark.parametrize(
    "written",
    [
        "",
        "nonsense",
        "a.b.c",
        "é.é.é",
        "eyJhbGciOiJub25lIn0.eyJ0eXBlIjoidGhpcmRwYXJ0eSJ9.",
        pytest.param("x" * 100_000, id="long"),
    ],
)
def test_what_is_no_token_is_refused(frame, ada, written):
    assert is_refused(frame(ada, written).exchange())


def test_a_forged_token_is_refused(frame, ada):
    head, body, signature = frame(ada).token.split(".")
    forged = ".".join((head, body[:-4] + "AAAA", signature))

    assert is_refused(frame(ada, forged).exchange())


def test_the_token_of_a_deactivated_or_deleted_app_is_refused(frame, ada):
    page = frame(ada)
    given = page.exchange().json()["pass"]

    App.objects.update(is_active=False)
    assert is_refused(page.exchange())
    assert page.open(with_pass=given).status_code == 401

    App.objects.update(is_active=True, removed_at=timezone.now())
    assert is_refused(page.exchange())
    assert page.open(with_pass=given).status_code == 401


@pytest.mark.parametrize("change", [{"is_staff": False}, {"is_active": False}, {"jwt_token_key": "another-key"}])
def test_the_token_and_the_pass_of_dismissed_staff_are_refused(frame, ada, change):
    page = frame(ada)
    given = page.exchange().json()["pass"]
    type(ada).objects.filter(pk=ada.pk).update(**change)

    assert is_refused(page.exchange())
    assert page.open(with_pass=given).status_code == 401


def test_a_new_password_ends_every_session(frame, ada):
    page = frame(ada)
    given = page.exchange().json()["pass"]
    ada.set_password("another")
    ada.save()

    assert page.open(with_pass=given).status_code == 401


def test_a_permission_taken_away_is_gone_at_once(frame, ada):
    page = frame(ada)
    given = page.exchange().json()["pass"]
    assert page.open("surveys/", with_pass=given).status_code == 200
    ada.groups.get().permissions.set(permissions_of([ANSWERS]))

    assert page.open("surveys/", with_pass=given).status_code == 403
    assert page.open("surveys/").status_code == 403
    assert page.open("responses/", with_pass=given).status_code == 200


def test_a_widget_is_opened_by_post_with_the_token(dashboard, ada):
    token = dashboard(ada).page_token()
    home = f"{BASE}widgets/home/"

    opened = Client().post(home, {"accessToken": token, "saleorApiUrl": "https://evil.example/graphql/"})
    refused = Client().post(home, {"accessToken": ""})

    assert opened.status_code == 200 and b"evil.example" not in opened.content
    assert b'data-pass=""' not in opened.content
    assert b'data-pass=""' in refused.content and b'data-shell="no"' in refused.content


def test_a_forged_address_of_the_api_is_never_used(dashboard, ada):
    answer = Client().get(
        f"{BASE}overview/", {"saleorApiUrl": "https://evil.example/graphql/", "domain": "evil.example"}
    )

    assert answer.status_code == 200 and b"evil.example" not in answer.content


# Which channels somebody sees.


def test_staff_of_a_channel_see_that_channel_only(hire, channel_PLN, channel_USD, active):
    user = hire("cyd@example.com", ANSWERS, channels=[channel_PLN])

    staff = get_shop().staff([user.pk])[user.pk]

    assert staff.channels == {channel_PLN.slug} and not staff.sees(channel_USD.slug)


def test_a_group_without_limits_frees_and_no_group_means_no_channel(hire, ada, channel_PLN, active):
    user = hire("cyd@example.com", ANSWERS, channels=[channel_PLN])
    user.groups.add(ada.groups.get())
    alone = hire("dan@example.com")
    alone.groups.clear()
    alone.user_permissions.set(permissions_of([CODES]))

    found = get_shop().staff([user.pk, alone.pk])

    assert found[user.pk].channels is None and found[user.pk].permissions == frozenset(PERMISSIONS)
    assert found[alone.pk].channels == frozenset() and found[alone.pk].permissions == {CODES}


def test_superusers_have_every_permission(superuser, active):
    assert get_shop().staff([superuser.pk])[superuser.pk].permissions == frozenset(PERMISSIONS)


def test_staff_are_read_in_one_statement(ada, ben, customer_user, active, django_assert_num_queries):
    with django_assert_num_queries(1):
        found = get_shop().staff([ada.pk, ben.pk, customer_user.pk, 987_654])

    assert set(found) == {ada.pk, ben.pk}


def test_a_token_costs_three_statements(frame, ada, django_assert_num_queries):
    token = frame(ada).token

    with django_assert_num_queries(3):
        get_shop().staff_from_token(token)


def test_who_may_do_something_is_listed_by_name(ada, ben, superuser, hire, customer_user, active):
    hire("aaron@example.com")

    assert [staff.id for staff in get_shop().staff_who_may(ANSWERS)] == [superuser.pk, ada.pk, ben.pk]
    assert [staff.id for staff in get_shop().staff_who_may(POINTS)] == [superuser.pk, ada.pk]


# Signing in with a password.


@pytest.fixture
def unblocked():
    from django.core.cache import cache

    cache.clear()
    yield
    cache.clear()


def sign_in(rf, email, password):
    return get_shop().staff_from_password(rf.post("/"), email, password)


def test_staff_sign_in_with_their_password(rf, unblocked, ada, active):
    assert sign_in(rf, "ADA@example.com", "secret-1").id == ada.pk


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("ada@example.com", "wrong"),
        ("ada@example.com", ""),
        ("nobody@example.com", "secret-1"),
        ("test@example.com", "password"),
        ("ada@example.com\x00", "secret-1"),
    ],
)
def test_everybody_else_is_refused_in_the_same_words(rf, unblocked, ada, customer_user, active, email, password):
    with pytest.raises(NotSignedIn) as refused:
        sign_in(rf, email, password)

    assert refused.value.message == "This e-mail address and password do not belong together."


def test_many_wrong_passwords_have_to_wait(rf, unblocked, ada, active):
    # The first wait is a second, which two sign-ins on a busy machine may take.
    with freeze_time(timezone.now()):
        with pytest.raises(NotSignedIn):
            sign_in(rf, "ada@example.com", "wrong")

        with pytest.raises(TooManyRequests):
            sign_in(rf, "ada@example.com", "secret-1")


def test_an_account_that_may_not_log_in_may_not_here(rf, unblocked, ada, active, site_settings):
    type(ada).objects.filter(pk=ada.pk).update(is_active=False)

    with pytest.raises(NotSignedIn):
        sign_in(rf, "ada@example.com", "secret-1")


@pytest.mark.parametrize("mode", ["customers_only", "disabled"])
def test_where_passwords_are_not_for_staff_nobody_signs_in(rf, unblocked, ada, active, site_settings, mode):
    if not hasattr(site_settings, "password_login_mode"):
        pytest.skip("this Saleor lets everybody use passwords")
    site_settings.password_login_mode = mode
    site_settings.save()

    with pytest.raises(NotSignedIn) as refused:
        sign_in(rf, "ada@example.com", "secret-1")

    assert "Dashboard" in refused.value.message


def test_a_password_opens_the_pages_through_saleor(unblocked, ada, active):
    browser = Client()

    entered = browser.post(
        f"{BASE}login/", {"email": "ada@example.com", "password": "secret-1", "next": f"{BASE}responses/"}
    )
    page = browser.get(entered["Location"])

    assert (entered.status_code, entered["Location"]) == (302, f"{BASE}responses/")
    assert page.status_code == 200 and b'data-cookie="yes"' in page.content
    assert b"secret-1" not in page.content


def test_nothing_is_served_while_the_plugin_is_off(nps_plugin, active):
    nps_plugin(active=False)

    assert Client().get(f"{BASE}login/").status_code == 404
    assert Client().post(f"{BASE}session/").status_code == 404
