"""Our app in the shop's Dashboard: one row of Saleor's App, with a row for each page, widget and menu action.

Saleor knows apps as programs with a server of their own. Ours has none: its pages are served by the plugin, so the rows are
all that there is, without a secret, and they follow the plugin's configuration.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from django.db import transaction
from django.db.models import Q
from saleor.app.models import App, AppExtension
from saleor.core.utils import build_absolute_uri
from saleor.permission.models import Permission
from saleor.plugins.models import PluginConfiguration

from . import __version__
from .links import APP_IDENTIFIER, DASHBOARD_PATH, PLUGIN_ID
from .shop.staff import ANSWERS, CODES, PERMISSIONS, POINTS, SETTINGS

NAME = "Customer feedback"
_ABOUT = "Score, answers and rewards of your customers. Part of the plugin saleor-nps-plugin: switch it off there."
_APP_LABELS = {ANSWERS: "order", CODES: "discount", POINTS: "giftcard", SETTINGS: "plugins"}

_BY_POST = {"widgetTarget": {"method": "POST"}}
_HOME_BY_POST = {"homeWidgetTarget": {"method": "POST", "fullscreen": False}}


@dataclass(frozen=True)
class Extension:
    """Something of ours in the Dashboard. `path` is below DASHBOARD_PATH; staff need all of `permissions` to see it."""

    identifier: str
    mount: str
    target: str
    path: str
    label: str
    permissions: tuple[str, ...]
    settings: Mapping[str, Any] | None = None

    @property
    def url(self) -> str:
        """The Dashboard joins an address below the app's own for whole pages, and for these only."""
        return f"/{self.path}" if self.target == "app_page" else build_absolute_uri(f"{DASHBOARD_PATH}{self.path}/")


# Saleor stores mounts and targets in lower case, and finds no others.
EXTENSIONS = (
    Extension("overview", "navigation_customers", "app_page", "overview", "Customer feedback", (ANSWERS,)),
    Extension("responses", "navigation_customers", "app_page", "responses", "Feedback: responses", (ANSWERS,)),
    # One of two permissions is enough there, which Saleor cannot say; the page itself says it.
    Extension("rewards", "navigation_customers", "app_page", "rewards", "Feedback: rewards", ()),
    Extension("surveys", "navigation_customers", "app_page", "surveys", "Feedback: surveys", (SETTINGS,)),
    Extension("settings", "navigation_customers", "app_page", "settings", "Feedback: settings", (SETTINGS,)),
    Extension("order", "order_details_widgets", "widget", "widgets/order", NAME, (ANSWERS,), _BY_POST),
    Extension("customer", "customer_details_widgets", "widget", "widgets/customer", NAME, (ANSWERS,), _BY_POST),
    Extension("product", "product_details_widgets", "widget", "widgets/product", NAME, (ANSWERS,), _BY_POST),
    Extension("home", "homepage_widgets", "widget", "widgets/home", NAME, (ANSWERS,), _HOME_BY_POST),
    Extension("ask", "order_details_more_actions", "popup", "actions/ask", "Ask for feedback", (ANSWERS,)),
    Extension("adjust", "customer_details_more_actions", "popup", "actions/adjust", "Adjust points", (POINTS,)),
)


class State(Enum):
    """How our app is in the Dashboard."""

    SHOWN = "The Dashboard shows the pages of the plugin."
    DEACTIVATED = (
        "Somebody deactivated the app of the plugin in the Dashboard, and so it stays. Activate it there, or switch the "
        "plugin off and on."
    )
    DELETED = (
        "Somebody deleted the app of the plugin in the Dashboard, and so it stays. To have it again, switch the plugin "
        "off and on."
    )
    OFF = "The plugin is switched off, so the Dashboard shows nothing of it."


@dataclass(frozen=True)
class Registration:
    """What `sync` left: the address at which the pages begin, and how many places of the Dashboard lead to them."""

    state: State
    address: str = ""
    places: int = 0


def sync() -> Registration:
    """Bring our app in step with the plugin's stored configuration, this version of Saleor and the shop's public address.

    Repeating it changes nothing. Rows are changed in place: their ids are part of addresses in the Dashboard. Whether the
    app is active is for people to say, until the plugin is switched off, which takes the rows away.
    """
    with transaction.atomic():
        # Whoever else does the same waits here, and then sees what was stored last.
        rows = PluginConfiguration.objects.select_for_update(of=("self",)).filter(identifier=PLUGIN_ID, channel=None)
        stored = rows.order_by("pk").first()
        if stored is None or not stored.active:
            remove()
            return Registration(State.OFF)
        app = App.objects.filter(identifier=APP_IDENTIFIER).order_by("-is_active", "pk").first() or App()
        if app.removed_at is not None:
            return Registration(State.DELETED)
        permissions = _permissions()
        _write(app, _app_fields())
        app.permissions.set([permissions[name] for name in PERMISSIONS if name in permissions])
        places = _write_extensions(app, permissions)
    return Registration(State.SHOWN if app.is_active else State.DEACTIVATED, app.app_url or "", places)


def remove() -> None:
    """Take our app out of the Dashboard."""
    App.objects.filter(identifier=APP_IDENTIFIER).delete()


def _app_fields() -> dict[str, Any]:
    return {
        "identifier": APP_IDENTIFIER,
        "name": NAME,
        # To local apps the Dashboard opens no pages.
        "type": "thirdparty",
        "is_installed": True,
        "app_url": build_absolute_uri(DASHBOARD_PATH),
        "about_app": _ABOUT,
        "author": "saleor-nps-plugin",
        "version": __version__,
    }


def _permissions() -> dict[str, Permission]:
    wanted = Q()
    for codename, app_label in _APP_LABELS.items():
        wanted |= Q(codename=codename, content_type__app_label=app_label)
    return {permission.codename: permission for permission in Permission.objects.filter(wanted)}


def _write_extensions(app: App, permissions: Mapping[str, Permission]) -> int:
    found = {_key(row.mount, row.url): row for row in app.extensions.all()}
    wanted = [extension for extension in EXTENSIONS if _is_known(extension)]
    for extension in wanted:
        row = found.pop(_key(extension.mount, extension.url), None) or AppExtension(app=app)
        _write(row, _fields_of(extension))
        row.permissions.set([permissions[name] for name in extension.permissions if name in permissions])
    AppExtension.objects.filter(pk__in=[row.pk for row in found.values()]).delete()
    return len(wanted)


def _key(mount: str, url: str) -> tuple[str, str]:
    """What stays when the public address, a label or Saleor changes."""
    return mount, url.rpartition("/dashboard/")[2].strip("/")


def _is_known(extension: Extension) -> bool:
    """Whether this Saleor knows the place; the newest take any name, and their Dashboard passes over what it does not know."""
    return all(
        not choices or value in dict(choices)
        for value, choices in (
            (extension.mount, AppExtension._meta.get_field("mount").choices),
            (extension.target, AppExtension._meta.get_field("target").choices),
        )
    )


def _fields_of(extension: Extension) -> dict[str, Any]:
    fields = {
        "mount": extension.mount,
        "target": extension.target,
        "url": extension.url,
        "label": extension.label,
        "settings": dict(extension.settings or {}),
        "identifier": extension.identifier,
    }
    known = {field.name for field in AppExtension._meta.get_fields()}
    return {name: value for name, value in fields.items() if name in known}


def _write(row: Any, fields: Mapping[str, Any]) -> None:
    if row.pk is None or _differs(row, fields.items()):
        for name, value in fields.items():
            setattr(row, name, value)
        row.save()


def _differs(row: Any, fields: Iterable[tuple[str, Any]]) -> bool:
    return any(getattr(row, name) != value for name, value in fields)
