"""The operator's settings as Saleor stores them: the configuration of a plugin."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from saleor.core.db.connection import allow_writer
from saleor.plugins.manager import get_plugins_manager
from saleor.plugins.models import PluginConfiguration

from ..errors import Conflict
from ..links import PLUGIN_ID
from .settings import DEFAULTS, SettingsInvalid


def stored_settings() -> dict[str, str | bool]:
    """See `Desk`."""
    return _values(PluginConfiguration.objects.filter(identifier=PLUGIN_ID, channel=None).first())


def store_settings(values: Mapping[str, str | bool], *, known: Mapping[str, str | bool]) -> None:
    """See `Desk`."""
    with allow_writer(), transaction.atomic():
        row = PluginConfiguration.objects.select_for_update().filter(identifier=PLUGIN_ID, channel=None).first()
        stored = _values(row)
        if any(stored[name] != value for name, value in known.items()):
            raise Conflict
        changes = [{"name": name, "value": value} for name, value in values.items()]
        manager = get_plugins_manager(allow_replica=False)
        try:
            manager.save_plugin_configuration(PLUGIN_ID, None, {"configuration": changes})
        except ValidationError as error:
            raise SettingsInvalid(_sentences(error)) from None


def _values(row: PluginConfiguration | None) -> dict[str, str | bool]:
    stored = {item["name"]: item["value"] for item in (row.configuration if row else [])}
    return {name: _value(stored.get(name, default), default) for name, default in DEFAULTS.items()}


def _value(stored: Any, default: str | bool) -> str | bool:
    if isinstance(default, bool):
        return stored in (True, "true", "True")
    return str(stored if stored is not None else "")


def _sentences(error: ValidationError) -> dict[str, str]:
    """The plugin's words, without the name that they start with on Saleor's own page."""
    return {name: " ".join(texts).removeprefix(f"{name}: ") for name, texts in error.message_dict.items()}
