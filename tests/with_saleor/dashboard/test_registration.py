"""Our app in Saleor's Dashboard follows the plugin."""

from concurrent.futures import ThreadPoolExecutor
from io import StringIO
from threading import Barrier

import pytest
from django.core import checks
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone
from saleor.app.models import App, AppExtension
from saleor.plugins.manager import get_plugins_manager
from saleor.plugins.models import PluginConfiguration

from saleor_nps_plugin import registration
from saleor_nps_plugin.registration import EXTENSIONS, State, sync
from saleor_nps_plugin.shop.staff import ANSWERS, PERMISSIONS, POINTS, SETTINGS

from .conftest import BASE

pytestmark = pytest.mark.every_version

NAVIGATION = [
    ("NAVIGATION_CUSTOMERS", label)
    for label in (
        "Customer feedback",
        "Feedback: responses",
        "Feedback: rewards",
        "Feedback: settings",
        "Feedback: surveys",
    )
]
MENUS = [("CUSTOMER_DETAILS_MORE_ACTIONS", "Adjust points"), ("ORDER_DETAILS_MORE_ACTIONS", "Ask for feedback")]
WIDGETS = [
    (f"{place}_WIDGETS", "Customer feedback")
    for place in ("CUSTOMER_DETAILS", "HOMEPAGE", "ORDER_DETAILS", "PRODUCT_DETAILS")
]


@pytest.fixture(autouse=True)
def _public_address(settings):
    settings.PUBLIC_URL = "https://api.example"


@pytest.fixture
def save(nps_plugin):
    """Saves the configuration as the page for plugins does: save(active=False)."""
    nps_plugin()

    def save(**data):
        manager = get_plugins_manager(allow_replica=False)
        configuration = [{"name": name, "value": data.pop(name)} for name in [*data] if name != "active"]
        return manager.save_plugin_configuration("nps", None, {**data, "configuration": configuration})

    return save


def known():
    """The names of what this Saleor's extensions have."""
    return {field.name for field in AppExtension._meta.get_fields()}


def snapshot():
    rows = AppExtension.objects.order_by("pk")
    return [(row.pk, row.app_id, row.mount, row.target, row.url, row.label) for row in rows]


def test_the_dashboard_shows_what_its_version_knows(dashboard, ada):
    shown = dashboard(ada).extensions()

    widgets = []
    if "settings" in known():
        widgets = WIDGETS if "identifier" in known() else [place for place in WIDGETS if place[0] != "HOMEPAGE_WIDGETS"]
    assert sorted(shown) == sorted([*NAVIGATION, *MENUS, *widgets])
    assert all(node["accessToken"] for node in shown.values())


def test_addresses_are_as_the_dashboard_joins_them(dashboard, ada):
    shown = dashboard(ada).extensions()

    assert shown[("NAVIGATION_CUSTOMERS", "Feedback: responses")]["url"] == "/responses"
    assert shown[("ORDER_DETAILS_MORE_ACTIONS", "Ask for feedback")]["url"] == f"https://api.example{BASE}actions/ask/"
    assert dashboard(ada).app()["appUrl"] == f"https://api.example{BASE}"


def test_every_address_leads_to_a_page(dashboard, ada, client):
    for node in dashboard(ada).extensions().values():
        path = node["url"].removeprefix("https://api.example")
        for address in (path, path.rstrip("/")):
            full = address if address.startswith(BASE) else f"{BASE.rstrip('/')}{address}"
            assert client.get(full).status_code == 200, full


def test_each_asks_for_the_permission_of_its_page(active):
    wanted = {
        extension.path: {
            "overview": {ANSWERS},
            "responses": {ANSWERS},
            "rewards": set(),
            "surveys": {SETTINGS},
            "settings": {SETTINGS},
            "actions/adjust": {POINTS},
        }.get(extension.path, {ANSWERS})
        for extension in EXTENSIONS
    }

    found = {
        row.url.removeprefix(f"https://api.example{BASE}").strip("/"): {p.codename for p in row.permissions.all()}
        for row in AppExtension.objects.all()
    }

    assert found.items() <= wanted.items() and "rewards" in found
    assert {p.codename for p in App.objects.get().permissions.all()} == set(PERMISSIONS)


def test_widgets_are_opened_with_a_form(active):
    if "settings" not in known():
        pytest.skip("this Saleor has no widgets")
    found = {row.mount: row.settings for row in AppExtension.objects.filter(target="widget")}

    home = {"homepage_widgets": {"homeWidgetTarget": {"method": "POST", "fullscreen": False}}}
    by_post = {
        f"{kind}_details_widgets": {"widgetTarget": {"method": "POST"}} for kind in ("order", "customer", "product")
    }
    assert found == by_post | (home if "identifier" in known() else {})
    assert {row.http_target_method for row in AppExtension.objects.all()} == {None}


def test_the_app_holds_no_secret(active):
    app = App.objects.get(identifier="saleor_nps_plugin")

    assert (app.type, app.is_active, app.is_installed, app.audience) == ("thirdparty", True, True, None)
    assert not app.tokens.exists() and not app.webhooks.exists()


def test_repeating_changes_nothing(active):
    before = snapshot()

    assert sync() == active

    assert snapshot() == before


def test_a_new_public_address_changes_rows_in_place(settings, active):
    before = snapshot()
    settings.PUBLIC_URL = "https://new.example"

    said = StringIO()
    call_command("nps_register", stdout=said)

    after = snapshot()
    assert [row[:4] for row in after] == [row[:4] for row in before]
    assert {row[4].split(BASE)[0] for row in after if row[3] != "app_page"} == {"https://new.example"}
    assert f"places of the Dashboard lead to https://new.example{BASE}" in said.getvalue()
    assert State.SHOWN.value in said.getvalue()


def test_what_somebody_changed_by_hand_is_set_right_and_what_is_not_ours_goes(active):
    AppExtension.objects.filter(url="/overview").update(label="Hacked", target="popup")
    App.objects.get().permissions.clear()
    AppExtension.objects.create(
        app=App.objects.get(), label="Old", url="/old", mount="navigation_orders", target="app_page"
    )

    sync()

    assert AppExtension.objects.get(url="/overview").label == "Customer feedback"
    assert App.objects.get().permissions.count() == 4
    assert not AppExtension.objects.filter(label="Old").exists()


def test_switching_the_plugin_off_takes_it_out_of_the_dashboard(save, active, app):
    save(active=False)
    assert [other.pk for other in App.objects.all()] == [app.pk]
    assert not AppExtension.objects.exists()

    save(active=True)
    assert App.objects.filter(identifier="saleor_nps_plugin", is_active=True).count() == 1
    assert AppExtension.objects.exists()


def test_saving_settings_makes_the_app(save):
    App.objects.all().delete()

    save(delay_hours="24")

    assert App.objects.get().identifier == "saleor_nps_plugin"


def test_an_app_deactivated_in_the_dashboard_stays_so(save, active):
    App.objects.update(is_active=False)

    save(delay_hours="24")
    assert App.objects.get().is_active is False
    assert sync().state is State.DEACTIVATED

    save(active=False)
    save(active=True)
    assert App.objects.get().is_active is True


def test_an_app_deleted_in_the_dashboard_stays_so(save, active):
    App.objects.update(is_active=False, removed_at=timezone.now())
    before = snapshot()

    save(delay_hours="24")
    assert sync().state is State.DELETED
    assert snapshot() == before and App.objects.get().removed_at

    save(active=False)
    save(active=True)
    assert App.objects.get().removed_at is None


def test_migrating_registers_an_active_plugin_only(active):
    App.objects.all().delete()
    PluginConfiguration.objects.update(active=False)
    call_command("migrate", verbosity=0)
    assert not App.objects.exists()

    PluginConfiguration.objects.update(active=True)
    call_command("migrate", verbosity=0)
    assert App.objects.get().identifier == "saleor_nps_plugin"


def test_the_command_says_that_the_plugin_is_off(nps_plugin):
    nps_plugin(active=False)
    said = StringIO()

    call_command("nps_register", stdout=said)

    assert said.getvalue() == f"{State.OFF.value}\n"


def test_a_failure_does_not_keep_the_settings_from_being_saved(save, settings, caplog):
    settings.PUBLIC_URL = "https://" + "long." * 60 + "example"

    saved = save(delay_hours="24")

    assert saved.active and "the pages in the Dashboard" in caplog.text
    stored = PluginConfiguration.objects.get(identifier="nps").configuration
    assert next(item["value"] for item in stored if item["name"] == "delay_hours") == "24"


def test_two_at_once_make_one_app(transactional_db, nps_plugin):
    nps_plugin()
    App.objects.all().delete()
    together = Barrier(4)

    def register(_):
        together.wait()
        try:
            return sync().state
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(register, range(4))) == [State.SHOWN] * 4

    assert App.objects.filter(identifier="saleor_nps_plugin").count() == 1
    assert AppExtension.objects.count() == sum(map(registration._is_known, EXTENSIONS))


def test_the_last_word_counts_when_it_is_switched_off_meanwhile(transactional_db, nps_plugin):
    nps_plugin()
    sync()
    switched = Barrier(2)

    def late():
        switched.wait()
        try:
            return sync().state
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as thread:
        with transaction.atomic():
            PluginConfiguration.objects.filter(identifier="nps").select_for_update().get()
            waiting = thread.submit(late)
            switched.wait()
            PluginConfiguration.objects.filter(identifier="nps").update(active=False)
        assert waiting.result() is State.OFF

    assert not App.objects.exists()


def test_uninstalling_takes_the_app_away(transactional_db, nps_plugin):
    nps_plugin()
    sync()

    call_command("nps_uninstall", "--yes", stdout=StringIO())
    left = App.objects.filter(identifier="saleor_nps_plugin").count() + AppExtension.objects.count()
    call_command("migrate", "saleor_nps_plugin", verbosity=0)

    assert left == 0


# The public address.


def warnings_of(databases=("default",)):
    found = checks.run_checks(databases=databases, tags=[checks.Tags.database])
    return [message for message in found if message.id == "saleor_nps_plugin.W001"]


@pytest.mark.parametrize("domain", ["localhost:8001", "localhost", "example.com", "127.0.0.1", ""])
def test_a_shop_without_an_address_is_warned(settings, site_settings, domain):
    settings.PUBLIC_URL = None
    site_settings.site.domain = domain
    site_settings.site.save()

    (warning,) = warnings_of()

    assert "PUBLIC_URL" in warning.hint and "nps_register" in warning.hint
    assert warnings_of(databases=None) == []


@pytest.mark.parametrize(("address", "domain"), [("https://api.example", "localhost:8001"), (None, "shop.example")])
def test_a_shop_with_one_is_not(settings, site_settings, address, domain):
    settings.PUBLIC_URL = address
    site_settings.site.domain = domain
    site_settings.site.save()

    assert warnings_of() == []
