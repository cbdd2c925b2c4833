"""A shorter way from Saleor's address of our pages to them.

Saleor loads and sets up every plugin of the shop before it asks one of them for a page, which takes longer than the page
itself. Mail scanners open every link of every mail, so this way leads past the other plugins. Without it all works alike,
only slower.
"""

import json
from collections.abc import Callable, Mapping
from functools import cache, wraps
from typing import Any

from django.conf import settings
from django.db import OperationalError, connection
from django.http import HttpRequest, HttpResponse
from saleor.core.db.connection import allow_writer
from saleor.plugins import views
from saleor.plugins.models import PluginConfiguration

from . import lanes
from .links import PLUGIN_ID, comes_in_crowds
from .plugin import NpsPlugin, serve

_OURS = f"{NpsPlugin.__module__}.{NpsPlugin.__qualname__}"

View = Callable[[HttpRequest, str], HttpResponse]


def install() -> None:
    """Put ourselves in front of Saleor's view of plugins' pages; has to come before Saleor's addresses are loaded.

    A Saleor that has its view elsewhere serves our pages the long way.
    """
    view = getattr(views, "handle_global_plugin_webhook", None)
    if view is not None and not hasattr(view, "__wrapped_by_nps__"):
        views.handle_global_plugin_webhook = _in_front_of(view)


def _in_front_of(view: View) -> View:
    @wraps(view)
    def shortcut(request: HttpRequest, plugin_id: str) -> HttpResponse:
        if plugin_id == PLUGIN_ID and comes_in_crowds(request.path):
            return lanes.run(lambda: straight(request, plugin_id))
        return straight(request, plugin_id)

    @allow_writer()
    def straight(request: HttpRequest, plugin_id: str) -> HttpResponse:
        plugins: list[str] = getattr(settings, "PLUGINS")  # noqa: B009  (Saleor's, so unknown to Django's types)
        stored = _stored() if plugin_id == PLUGIN_ID and _OURS in plugins else None
        if stored is None:
            return view(request, plugin_id)
        active, configuration = stored
        return serve(request, request.path.split(plugin_id, maxsplit=1)[1], configuration, active=active)

    shortcut.__wrapped_by_nps__ = True  # type: ignore[attr-defined]
    return shortcut


def _stored() -> tuple[bool, list[Mapping[str, Any]]] | None:
    """Whether the plugin is active, and its configuration; None before anybody stored one."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(*_statement())
            row = cursor.fetchone()
    except OperationalError:
        # The page says in its own words that it has to wait; Saleor would answer with a bare error.
        return True, []
    return None if row is None else (row[0], json.loads(row[1]))


@cache
def _statement() -> tuple[str, tuple[Any, ...]]:
    """Written once: Django takes longer over writing it than PostgreSQL over the answer."""
    rows = PluginConfiguration.objects.filter(identifier=PLUGIN_ID, channel=None)
    return rows.values_list("active", "configuration").query.sql_with_params()
