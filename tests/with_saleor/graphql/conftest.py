"""The cast of the GraphQL tests, and short sentences in which they tell what happened before."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import graphene
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from saleor.account.models import Group, User
from saleor.graphql.tests.fixtures import ApiClient
from saleor.permission.models import Permission

from saleor_nps_plugin.links import invitation_token
from saleor_nps_plugin.referrals import codes
from saleor_nps_plugin.referrals.models import Referral, ReferralCode
from saleor_nps_plugin.rewards import ledger, redemption
from saleor_nps_plugin.rewards.models import EntryKind, PointsAccount, PointsEntry
from saleor_nps_plugin.shop.saleor import order_from
from saleor_nps_plugin.shoppers.models import Shopper
from saleor_nps_plugin.shoppers.recognizing import recognize_customer
from saleor_nps_plugin.surveys.answering import recording
from saleor_nps_plugin.surveys.answering.submission import Submission
from saleor_nps_plugin.surveys.asking import scheduling, sending
from saleor_nps_plugin.surveys.making.ready import ensure_survey
from saleor_nps_plugin.surveys.models import Invitation, Response, Survey

Answer = dict[str, Any]


def global_id(type_name: str, pk: object) -> str:
    return graphene.Node.to_global_id(type_name, pk)


def ask(client: ApiClient, query: str, **variables: Any) -> Any:
    """What the API answers; there must be no error."""
    answer = client.post_graphql(query, variables).json()
    assert "errors" not in answer, answer["errors"]
    return answer["data"]


def refusal(client: ApiClient, query: str, **variables: Any) -> str:
    """The kind of the error with which the API refuses, such as PermissionDenied."""
    answer = client.post_graphql(query, variables).json()
    assert "errors" in answer, answer
    return answer["errors"][0]["extensions"]["exception"]["code"]


def complaint(client: ApiClient, query: str, **variables: Any) -> str:
    """The words with which the API refuses."""
    answer = client.post_graphql(query, variables).json()
    assert "errors" in answer, answer
    assert answer["errors"][0]["extensions"]["exception"]["code"] == "GraphQLError", answer
    return answer["errors"][0]["message"]


def queries_of(client: ApiClient, query: str, **variables: Any) -> int:
    """How many statements a request takes."""
    with CaptureQueriesContext(connection) as statements:
        ask(client, query, **variables)
    return len(statements)


@dataclass
class Story:
    now: datetime = field(default_factory=timezone.now)

    def invite_all(self, order: Any) -> None:
        """Every survey about the order is sent."""
        scheduling.schedule_order(order_from(order), now=self.now)
        sending.send_due(now=self.now)

    def invite(self, order: Any) -> Invitation:
        """The order's one survey is sent."""
        self.invite_all(order)
        return Invitation.objects.get(order_id=order.pk)

    def answer(self, order: Any, score: int, comment: str = "", **given: Any) -> Response:
        """The order's survey is sent and answered."""
        return self.reply(self.invite(order), score, comment, **given)

    def reply(self, invitation: Invitation, score: int, comment: str = "", **given: Any) -> Response:
        submission = Submission(score=score, comment=comment, **given)
        return recording.submit(invitation_token(invitation.key), submission, now=self.now)

    def ago(self, **duration: float) -> "Story":
        return Story(self.now - timedelta(**duration))


@dataclass
class Bank:
    """What happened to somebody's points and codes before; `whom` is a user, or the address of a guest."""

    now: datetime = field(default_factory=timezone.now)

    def shopper(self, whom: Any) -> Shopper:
        if isinstance(whom, str):
            return recognize_customer(email=whom, user_id=None)
        return recognize_customer(email=whom.email, user_id=whom.pk)

    def account(self, whom: Any, currency: str = "USD") -> PointsAccount:
        return ledger.account_of(self.shopper(whom), currency, now=self.now)

    def earn(
        self, whom: Any, points: int, *, currency: str = "USD", kind: str = "cashback", **what: Any
    ) -> PointsEntry:
        given = {"key": f"cashback:{uuid4()}", "channel": "main", "now": self.now, **what}
        return ledger.post(self.account(whom, currency), kind=EntryKind(kind), points=points, **given)

    def redeem(self, whom: Any, points: int, *, channel: str = "main", key: str = "k") -> redemption.Redeemed:
        return redemption.redeem(self.account(whom), points=points, channel=channel, key=key, now=self.now)

    def code(self, whom: Any, channel: str = "main") -> ReferralCode:
        return codes.ensure_code(self.shopper(whom), channel, now=self.now)

    def referral(self, code: ReferralCode, order: Any, **what: Any) -> Referral:
        return Referral.objects.create(code=code, order_id=order.pk, created_at=self.now, **what)

    def ago(self, **duration: float) -> "Bank":
        return Bank(self.now - timedelta(**duration))


@pytest.fixture
def bank(nps_plugin, channel_USD):
    """Rewards are on, with the settings that come with the plugin; channel_USD is "main"."""
    nps_plugin(delivery="django", shop_name="Tea & Co", share_url="https://shop.example/?voucher={code}")
    return Bank()


@pytest.fixture
def story(nps_plugin, survey):
    nps_plugin(delay_hours="0", cooldown_days="0", delivery="django", shop_name="Tea & Co")
    return Story()


@pytest.fixture
def survey(db):
    ensure_survey()
    return Survey.objects.get(slug="after-delivery")


@pytest.fixture
def place(order_generator) -> Callable[..., Any]:
    """Places an order of the customer, in channel_USD unless told otherwise."""

    def place(*, language_code: str = "en", **what: Any) -> Any:
        order = order_generator(**what)
        if language_code != order.language_code:
            order.language_code = language_code
            order.save(update_fields=["language_code"])
        return order

    return place


@pytest.fixture
def order(place):
    return place()


@pytest.fixture
def polish_order(place, channel_PLN):
    return place(channel=channel_PLN, currency="PLN")


@pytest.fixture
def invitation(story, order):
    return story.invite(order)


@pytest.fixture
def token(invitation):
    return invitation_token(invitation.key)


@pytest.fixture
def anybody(api_client):
    return api_client


@pytest.fixture
def customer(user_api_client):
    return user_api_client


@pytest.fixture
def stranger(user2_api_client):
    return user2_api_client


@pytest.fixture
def staff(staff_api_client, permission_group_manage_orders):
    permission_group_manage_orders.user_set.add(staff_api_client.user)
    return staff_api_client


@pytest.fixture
def staff_without_permission(staff_api_client, permission_group_no_perms_all_channels):
    permission_group_no_perms_all_channels.user_set.add(staff_api_client.user)
    return staff_api_client


@pytest.fixture
def polish_staff(db, permission_manage_orders, channel_PLN):
    """Staff whose group is restricted to channel_PLN."""
    user = User.objects.create(email="poland@example.com", is_staff=True, is_active=True)
    group = Group.objects.create(name="Poland", restricted_access_to_channels=True)
    group.permissions.add(permission_manage_orders)
    group.channels.add(channel_PLN)
    group.user_set.add(user)
    return ApiClient(user=user)


@pytest.fixture
def staff_who(db) -> Callable[..., ApiClient]:
    """Staff with these permissions, restricted to a channel if one is given."""

    def make(*permissions: str, channel: Any = None) -> ApiClient:
        number = User.objects.count()
        user = User.objects.create(email=f"staff{number}@example.com", is_staff=True, is_active=True)
        group = Group.objects.create(name=str(number), restricted_access_to_channels=channel is not None)
        group.permissions.set(Permission.objects.filter(codename__in=permissions))
        if channel is not None:
            group.channels.add(channel)
        group.user_set.add(user)
        return ApiClient(user=user)

    return make


@pytest.fixture
def app_with_permission(app_api_client, permission_manage_orders):
    app_api_client.app.permissions.add(permission_manage_orders)
    return app_api_client
