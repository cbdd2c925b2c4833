"""Settings that our pages store are those of Saleor's own page of plugins, and the other way round."""

import pytest
from saleor.plugins.manager import get_plugins_manager
from saleor.plugins.models import PluginConfiguration

from saleor_nps_plugin.errors import Conflict
from saleor_nps_plugin.shop import get_shop
from saleor_nps_plugin.shop.saleor import known_settings
from saleor_nps_plugin.shop.settings import DEFAULTS, SettingsInvalid
from saleor_nps_plugin.surveys.models import Activation
from tests.with_saleor.test_configuration import PLUGIN_UPDATE

pytestmark = pytest.mark.every_version


@pytest.fixture
def plugin(settings, db, channel_USD):
    settings.PLUGINS = ["saleor_nps_plugin.plugin.NpsPlugin"]


def configuration():
    row = PluginConfiguration.objects.get(identifier="nps", channel=None)
    return {item["name"]: item["value"] for item in row.configuration}


def on_saleors_page():
    # Saleor empties what plugins hold when their manager goes.
    manager = get_plugins_manager(allow_replica=False)
    return {item["name"]: item["value"] for item in manager.get_plugin("nps").configuration}


def test_before_anybody_touched_them_settings_are_the_defaults(plugin):
    assert get_shop().stored_settings() == DEFAULTS

    PluginConfiguration.objects.filter(identifier="nps").delete()
    assert get_shop().stored_settings() == DEFAULTS


def test_what_our_page_stores_is_on_saleors_page(plugin, channel_USD):
    overrides = f"[{channel_USD.slug}]\ndelay_hours = 72"

    get_shop().store_settings({"enabled": True, "delay_hours": "24", "overrides": overrides}, known={})

    assert on_saleors_page() == {**DEFAULTS, "enabled": True, "delay_hours": "24", "overrides": overrides}
    assert configuration()["enabled"] is True
    assert PluginConfiguration.objects.get(identifier="nps").active is True
    assert get_shop().settings().for_channel(channel_USD.slug).delay_hours == 72


def test_what_saleors_page_stores_is_on_ours(plugin, staff_api_client, permission_manage_plugins):
    staff_api_client.user.user_permissions.add(permission_manage_plugins)
    values = [{"name": "cooldown_days", "value": "30"}, {"name": "enabled", "value": "true"}]

    staff_api_client.post_graphql(PLUGIN_UPDATE, {"input": {"configuration": values}})

    assert get_shop().stored_settings() == {**DEFAULTS, "cooldown_days": "30", "enabled": True}


def test_switching_on_is_noted_although_the_request_began_with_other_settings(plugin):
    with known_settings(get_shop().settings()):
        get_shop().store_settings({"enabled": True}, known={})
        assert Activation.objects.filter(channel="").count() == 1

        get_shop().store_settings({"enabled": False}, known={"enabled": True})
        assert not Activation.objects.exists()


@pytest.mark.parametrize(
    ("values", "name", "sentence"),
    [
        ({"delay_hours": "soon"}, "delay_hours", "Write a whole number from 0 to 8760, such as 24."),
        ({"channels": "nowhere"}, "channels", 'There is no channel "nowhere".'),
        ({"overrides": "[nowhere]\ndelay_hours = 3"}, "overrides", 'There is no channel "nowhere".'),
        ({"enabled": True, "referral_voucher": "Nothing"}, "referral_voucher", "no voucher with this name"),
    ],
)
def test_the_plugins_own_checks_refuse_with_a_sentence_per_setting(plugin, values, name, sentence):
    before = get_shop().stored_settings()

    with pytest.raises(SettingsInvalid) as refusal:
        get_shop().store_settings(values, known={})

    assert list(refusal.value.errors) == [name] and sentence in refusal.value.errors[name]
    assert not refusal.value.errors[name].startswith(f"{name}:")
    assert get_shop().stored_settings() == before


def test_what_somebody_else_stored_meanwhile_is_not_overwritten(plugin):
    get_shop().store_settings({"delay_hours": "48"}, known={"delay_hours": "168"})

    with pytest.raises(Conflict):
        get_shop().store_settings({"delay_hours": "24"}, known={"delay_hours": "168"})

    assert get_shop().stored_settings()["delay_hours"] == "48"


def test_a_setting_unknown_to_this_version_is_left_out(plugin):
    row = PluginConfiguration.objects.get(identifier="nps")
    row.configuration = [*row.configuration, {"name": "of_tomorrow", "value": "x"}]
    row.save()

    get_shop().store_settings({"delay_hours": "48"}, known={})

    assert "of_tomorrow" not in get_shop().stored_settings()
