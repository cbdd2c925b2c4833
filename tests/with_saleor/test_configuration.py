"""The operator's settings, through Saleor's own plugin page."""

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection
from saleor.plugins.models import PluginConfiguration

from saleor_nps_plugin.shop import get_shop
from saleor_nps_plugin.surveys.models import Activation, Survey

pytestmark = pytest.mark.every_version

PLUGIN_UPDATE = """
mutation ($input: PluginUpdateInput!) {
  pluginUpdate(id: "nps", input: $input) {
    plugin { id globalConfiguration { active configuration { name value type label helpText } } }
    errors { field message code }
  }
}
"""


@pytest.fixture
def update(settings, staff_api_client, permission_manage_plugins, channel_USD):
    settings.PLUGINS = ["saleor_nps_plugin.plugin.NpsPlugin"]
    staff_api_client.user.user_permissions.add(permission_manage_plugins)

    def update(*, active=None, **values):
        data = {"configuration": [{"name": name, "value": value} for name, value in values.items()]}
        variables = {"input": data if active is None else data | {"active": active}}
        answer = staff_api_client.post_graphql(PLUGIN_UPDATE, variables).json()
        assert "errors" not in answer, answer
        return answer["data"]["pluginUpdate"]

    return update


def test_the_dashboard_lists_the_plugin_before_anybody_touched_it(
    settings, staff_api_client, permission_manage_plugins
):
    settings.PLUGINS = ["saleor_nps_plugin.plugin.NpsPlugin"]
    staff_api_client.user.user_permissions.add(permission_manage_plugins)
    query = '{ plugin(id: "nps") { name globalConfiguration { active configuration { name value helpText } } } }'

    plugin = staff_api_client.post_graphql(query).json()["data"]["plugin"]

    assert plugin["globalConfiguration"]["active"] is True
    values = {item["name"]: item["value"] for item in plugin["globalConfiguration"]["configuration"]}
    assert values["enabled"] == "false" and values["delay_hours"] == "168"
    assert all(item["helpText"] for item in plugin["globalConfiguration"]["configuration"])
    assert get_shop().settings().for_channel("default-channel").enabled is False


def test_an_operator_switches_surveys_on_and_sets_a_channel_apart(update, channel_USD):
    saved = update(enabled="true", delay_hours="24", overrides=f"[{channel_USD.slug}]\ndelay_hours = 72")

    assert saved["errors"] == []
    settings = get_shop().settings()
    assert settings.base.enabled and settings.base.delay_hours == 24
    assert settings.for_channel(channel_USD.slug).delay_hours == 72
    assert Activation.objects.filter(channel="").count() == 1


def test_uninstalling_leaves_no_trace_and_installing_again_starts_anew(transactional_db, nps_plugin):
    nps_plugin()
    call_command("nps_uninstall", "--yes")
    tables = connection.introspection.table_names()
    left = PluginConfiguration.objects.filter(identifier="nps").count()
    left += ContentType.objects.filter(app_label="saleor_nps_plugin").count()
    call_command("migrate", "saleor_nps_plugin", verbosity=0)

    assert left == 0
    assert [table for table in tables if table.startswith("nps_")] == []
    assert PluginConfiguration.objects.get(identifier="nps").active is True
    assert set(Survey.objects.values_list("slug", flat=True)) == {
        "after-delivery",
        "product-used",
        "csat",
        "ces",
        "recovery",
    }


def test_switching_off_is_remembered(update):
    update(enabled="true")
    update(enabled="false")

    assert not Activation.objects.exists()


@pytest.mark.parametrize(
    ("values", "field", "advice"),
    [
        ({"delay_hours": "soon"}, "delayHours", "whole number"),
        ({"brand_color": "#ffff00"}, "brandColor", "darker colour"),
        ({"channels": "no-such-channel"}, "channels", 'no channel "no-such-channel"'),
        ({"overrides": "[no-such-channel]\ndelay_hours = 3"}, "overrides", 'no channel "no-such-channel"'),
        ({"survey_url": "https://shop.example"}, "surveyUrl", "{token}"),
    ],
)
def test_a_wrong_value_is_refused_in_words_and_nothing_is_saved(update, values, field, advice):
    refused = update(enabled="true", **values)

    assert [error["field"] for error in refused["errors"]] == [field]
    assert advice in refused["errors"][0]["message"]
    assert refused["errors"][0]["code"] == "INVALID"
    row = PluginConfiguration.objects.filter(identifier="nps").first()
    assert row is None or next(item["value"] for item in row.configuration if item["name"] == "enabled") is False


def test_a_plugin_with_a_wrong_value_can_still_be_deactivated(update):
    assert update(active=False, delay_hours="soon")["errors"] == []

    assert get_shop().settings().for_channel("").enabled is False


def test_the_name_of_the_shop_is_the_sites_unless_set(update, site_settings):
    update(enabled="true")
    assert get_shop().settings().base.shop_name == site_settings.site.name

    update(shop_name="Tea & Co")
    assert get_shop().settings().base.shop_name == "Tea & Co"


def test_a_voucher_of_the_operators_has_to_be_there_and_for_sale(update, voucher, channel_USD, channel_PLN):
    refused = update(active=True, enabled="true", referral_voucher="Nowhere")
    assert [(error["field"], "no voucher with this name" in error["message"]) for error in refused["errors"]] == [
        ("referralVoucher", True)
    ]

    refused = update(active=True, enabled="true", referral_voucher=voucher.code)
    assert f"[{channel_PLN.slug}]" in refused["errors"][0]["message"]

    saved = update(
        active=True,
        enabled="true",
        referral_voucher=voucher.code,
        overrides=f"[{channel_PLN.slug}]\nreferral_enabled = false",
    )
    assert saved["errors"] == []


def test_a_discount_that_a_currency_cannot_have_is_refused(update, channel_USD, channel_JPY):
    refused = update(active=True, enabled="true", referral_discount="0.50")

    assert [error["field"] for error in refused["errors"]] == ["referralDiscount"]
    assert channel_JPY.slug in refused["errors"][0]["message"]
