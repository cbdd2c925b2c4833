"""The Dashboard as Saleor's API lets it be, and members of staff with and without permissions."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import graphene
import pytest
from django.http import HttpResponse
from django.test import Client
from saleor.account.models import Group, User
from saleor.app.models import App, AppExtension
from saleor.graphql.tests.fixtures import ApiClient
from saleor.permission.models import Permission

from saleor_nps_plugin import registration
from saleor_nps_plugin.shop.staff import ANSWERS, PERMISSIONS

BASE = "/plugins/global/nps/dashboard/"
# As the Dashboards of these versions ask; newer ones have names for mounts, the oldest an enumeration.
MOUNT = "mountName" if any(field.name == "settings" for field in AppExtension._meta.get_fields()) else "mount"
EXTENSIONS = """
{ appExtensions(first: 100) { edges { node {
    label url mount: MOUNT accessToken permissions { code } } } } }
""".replace("MOUNT", MOUNT)
APP = "query ($id: ID!) { app(id: $id) { name appUrl accessToken isActive permissions { code } } }"

Answer = dict[str, Any]


def permissions_of(codenames: Any) -> list[Permission]:
    return list(Permission.objects.filter(codename__in=list(codenames), content_type__app_label__in=_LABELS))


_LABELS = ("order", "discount", "giftcard", "plugins")


@dataclass
class Dashboard:
    """Saleor's Dashboard with somebody signed in."""

    client: ApiClient

    def ask(self, query: str, **variables: Any) -> Answer:
        answer = self.client.post_graphql(query, variables).json()
        assert "errors" not in answer, answer["errors"]
        return answer["data"]

    def extensions(self) -> dict[tuple[str, str], Answer]:
        """What it shows, by mount and label; upper case as Saleor reports mounts."""
        found = [edge["node"] for edge in self.ask(EXTENSIONS)["appExtensions"]["edges"]]
        return {(node["mount"], node["label"]): node for node in found}

    def extension(self, mount: str) -> Answer:
        return next(node for (at, _), node in self.extensions().items() if at == mount)

    def app(self) -> Answer:
        """Our app, as the Dashboard loads it before it opens a page."""
        pk = App.objects.get(identifier="saleor_nps_plugin").pk
        return self.ask(APP, id=graphene.Node.to_global_id("App", pk))["app"]

    def page_token(self) -> str:
        """The token that it hands to a page."""
        return self.app()["accessToken"]


@dataclass
class Frame:
    """A page of ours in a frame of the Dashboard, with the token that the Dashboard handed to it."""

    token: str
    browser: Client

    def exchange(self) -> Any:
        return self.browser.post(f"{BASE}session/", headers={"authorization": f"Bearer {self.token}"})

    def open(self, address: str = "overview/", *, with_pass: str | None = None) -> HttpResponse:
        written = self.exchange().json()["pass"] if with_pass is None else with_pass
        headers = {"authorization": f"Bearer {written}", "hx-request": "true"}
        return self.browser.get(f"{BASE}{address}", headers=headers)


@pytest.fixture
def active(nps_plugin: Callable[..., None]) -> registration.Registration:
    """The plugin is active, and in the Dashboard."""
    nps_plugin()
    return registration.sync()


@pytest.fixture
def hire(db: None) -> Callable[..., User]:
    """Makes a member of staff: hire("ben@example.com", ANSWERS, channels=[channel_PLN]). Without channels there is no limit."""

    def hire(email: str, *permissions: str, channels: list[Any] | None = None) -> User:
        user = User(email=email, is_staff=True, is_active=True, first_name=email.split("@")[0])
        user.set_password("secret-1")
        user.save()
        group = Group.objects.create(name=f"Group of {email}", restricted_access_to_channels=channels is not None)
        group.permissions.set(permissions_of(permissions))
        group.channels.set(channels or [])
        group.user_set.add(user)
        return user

    return hire


@pytest.fixture
def ada(hire: Callable[..., User]) -> User:
    """May do everything of ours."""
    return hire("ada@example.com", *PERMISSIONS)


@pytest.fixture
def ben(hire: Callable[..., User]) -> User:
    """May answer customers, and nothing else."""
    return hire("ben@example.com", ANSWERS)


@pytest.fixture
def dashboard(active: registration.Registration) -> Callable[[User], Dashboard]:
    return lambda user: Dashboard(ApiClient(user=user))


@pytest.fixture
def frame(dashboard: Callable[[User], Dashboard]) -> Callable[..., Frame]:
    """Opens a page as the Dashboard of somebody does; frame(ada).open("responses/")."""
    return lambda user, token=None: Frame(dashboard(user).page_token() if token is None else token, Client())
