"""What tests in a real Saleor start from."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import TestCase, TransactionTestCase
from saleor.tests.utils import prepare_test_db_connections

PLUGIN_PATH = "saleor_nps_plugin.plugin.NpsPlugin"
PLUGIN_ID = "nps"

# As Saleor's own conftest does: every test may use both connections, which are one here.
TransactionTestCase.databases = {"default", "replica"}
TestCase.databases = {"default", "replica"}
prepare_test_db_connections()

ActivatePlugin = Callable[..., None]


@pytest.fixture
def nps_plugin(db: None, settings: Any) -> ActivatePlugin:
    """Switches the plugin on with the given settings; called again, it changes them.

    nps_plugin(delay_hours="0", overrides="[channel-pln]\\ndelay_hours = 72")
    """
    # Saleor's test settings know no plugins at all.
    settings.PLUGINS = [PLUGIN_PATH]

    def activate(*, active: bool = True, **values: str | bool) -> None:
        from saleor.plugins.models import PluginConfiguration

        from saleor_nps_plugin.plugin import NpsPlugin

        asked = {"enabled": True, **values}
        unknown = set(asked) - set(NpsPlugin.CONFIG_STRUCTURE)
        assert not unknown, f"the plugin has no setting {unknown}"
        configuration = [
            {**NpsPlugin.CONFIG_STRUCTURE[item["name"]], **item, "value": asked.get(item["name"], item["value"])}
            for item in NpsPlugin.DEFAULT_CONFIGURATION
        ]
        PluginConfiguration.objects.update_or_create(
            identifier=PLUGIN_ID,
            channel=None,
            defaults={"active": active, "configuration": configuration},
        )

    return activate
