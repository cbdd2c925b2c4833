"""The shop that is measured: the plugin's settings, staff who are logged in, requests as they reach Saleor."""

import json
from typing import Any

from django.test import Client
from saleor.account.models import User
from saleor.core.jwt import create_access_token
from saleor.plugins.models import PluginConfiguration

from saleor_nps_plugin.links import PLUGIN_ID
from saleor_nps_plugin.plugin import NpsPlugin

HOST = "shop.example"
PLUGIN = "saleor_nps_plugin.plugin.NpsPlugin"


def configure(**values: str | bool) -> None:
    """Switch the plugin on, with the defaults of everything that is not given."""
    asked = {"enabled": True, "shop_name": "Tea & Co", **values}
    configuration = [
        {**NpsPlugin.CONFIG_STRUCTURE[item["name"]], **item, "value": asked.get(item["name"], item["value"])}
        for item in NpsPlugin.DEFAULT_CONFIGURATION
    ]
    PluginConfiguration.objects.update_or_create(
        identifier=PLUGIN_ID, channel=None, defaults={"active": True, "configuration": configuration}
    )


def staff_token() -> str:
    """Return the token of the sample shop's superuser."""
    return str(create_access_token(User.objects.get(email="admin@example.com")))


class Api:
    """Saleor's GraphQL through Django's handler and every middleware, without a network."""

    def __init__(self, token: str = "") -> None:
        self.client = Client(headers={"host": HOST} | ({"authorization": f"Bearer {token}"} if token else {}))

    def ask(self, query: str, **variables: Any) -> dict[str, Any]:
        """Return the data of a request that must succeed."""
        body = json.dumps({"query": query, "variables": variables})
        response = self.client.post("/graphql/", body, content_type="application/json", secure=True)
        assert response.status_code == 200, (response.status_code, response.content[:500])
        answer = json.loads(response.content)
        assert response.status_code == 200 and "errors" not in answer, answer
        for payload in answer["data"].values():
            assert not (isinstance(payload, dict) and payload.get("errors")), answer
        return dict(answer["data"])
