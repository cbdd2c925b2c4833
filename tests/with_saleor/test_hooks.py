"""Saleor's events reach us, and nothing that we do stands in their way."""

import logging

import graphene
import pytest
from saleor.account.models import User
from saleor.order import OrderStatus
from saleor.plugins.manager import get_plugins_manager

from saleor_nps_plugin import tasks
from saleor_nps_plugin.shoppers.models import Shopper
from saleor_nps_plugin.surveys.asking import scheduling
from saleor_nps_plugin.surveys.making.ready import ensure_survey
from saleor_nps_plugin.surveys.models import Invitation, Response

pytestmark = pytest.mark.every_version

ORDER_FULFILL = """
mutation ($order: ID!, $input: OrderFulfillInput!) {
  orderFulfill(order: $order, input: $input) {
    order { status }
    errors { field code message }
  }
}
"""


@pytest.fixture
def fulfill(staff_api_client, permission_group_manage_orders, warehouse, site_settings):
    permission_group_manage_orders.user_set.add(staff_api_client.user)

    def fulfill(order):
        lines = [
            {
                "orderLineId": graphene.Node.to_global_id("OrderLine", line.pk),
                "stocks": [
                    {"quantity": line.quantity, "warehouse": graphene.Node.to_global_id("Warehouse", warehouse.pk)}
                ],
            }
            for line in order.lines.all()
        ]
        variables = {
            "order": graphene.Node.to_global_id("Order", order.pk),
            "input": {"lines": lines, "notifyCustomer": False, "allowStockToBeExceeded": True},
        }
        answer = staff_api_client.post_graphql(ORDER_FULFILL, variables).json()
        assert "errors" not in answer, answer
        assert answer["data"]["orderFulfill"]["errors"] == []
        return answer["data"]["orderFulfill"]["order"]

    return fulfill


@pytest.fixture(autouse=True)
def survey(db):
    ensure_survey()


def test_staff_fulfil_an_order_and_its_customer_is_invited(nps_plugin, fulfill, order_with_lines):
    nps_plugin()

    assert fulfill(order_with_lines)["status"] == "FULFILLED"

    invitation = Invitation.objects.get(order_id=order_with_lines.pk)
    assert (invitation.status, invitation.channel) == ("scheduled", order_with_lines.channel.slug)


def test_the_minute_after_a_fulfilment_its_account_is_known(nps_plugin, fulfill, order_with_lines):
    nps_plugin(delay_hours="168")
    fulfill(order_with_lines)
    before = Shopper.objects.get().user_id

    tasks.send_due.delay()

    assert (before, Shopper.objects.get().user_id) == (None, order_with_lines.user_id)
    assert Invitation.objects.get().status == "scheduled"


@pytest.mark.parametrize("account", [{"email": "stranger@example.com"}, {"is_confirmed": False}])
def test_an_address_that_is_not_surely_the_accounts_stays_a_guests(nps_plugin, fulfill, order_with_lines, account):
    nps_plugin(delay_hours="168")
    User.objects.filter(pk=order_with_lines.user_id).update(**account)
    fulfill(order_with_lines)

    tasks.send_due.delay()

    assert Shopper.objects.get().user_id is None
    assert not Invitation.objects.filter(has_unseen_account=True).exists()


def test_nobody_is_invited_before_the_operator_switches_surveys_on(settings, fulfill, order_with_lines):
    settings.PLUGINS = ["saleor_nps_plugin.plugin.NpsPlugin"]

    fulfill(order_with_lines)

    assert not Invitation.objects.exists()


def test_a_failure_of_ours_never_fails_a_fulfilment(nps_plugin, fulfill, order_with_lines, monkeypatch, caplog):
    nps_plugin()

    def explode(*args, **kwargs):
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr(scheduling, "schedule_order", explode)
    with caplog.at_level(logging.ERROR, logger="saleor_nps_plugin"):
        assert fulfill(order_with_lines)["status"] == "FULFILLED"

    assert str(order_with_lines.pk) in caplog.text
    assert "a fault of ours" in caplog.text
    assert order_with_lines.get_customer_email() not in caplog.text


def test_a_failure_in_the_database_never_fails_a_fulfilment(nps_plugin, fulfill, order_with_lines, monkeypatch):
    nps_plugin()
    monkeypatch.setattr(scheduling, "_CALL", "SELECT broken FROM nowhere")

    assert fulfill(order_with_lines)["status"] == "FULFILLED"


def test_an_event_that_comes_twice_invites_once(nps_plugin, order_with_lines):
    nps_plugin()
    manager = get_plugins_manager(allow_replica=False)
    order_with_lines.status = OrderStatus.FULFILLED

    for _ in range(2):
        manager.order_fulfilled(order_with_lines)

    assert Invitation.objects.count() == 1


def test_a_channel_has_settings_of_its_own(nps_plugin, order_with_lines):
    nps_plugin(overrides=f"[{order_with_lines.channel.slug}]\nminimum_order_total = 100000")

    get_plugins_manager(allow_replica=False).order_fulfilled(order_with_lines)

    assert Invitation.objects.get().skip_reason == "below_minimum_total"


@pytest.mark.parametrize("event", ["customer_deleted", "account_deleted"])
def test_a_deleted_customer_is_forgotten(nps_plugin, order_with_lines, event):
    nps_plugin()
    manager = get_plugins_manager(allow_replica=False)
    manager.order_fulfilled(order_with_lines)

    getattr(manager, event)(order_with_lines.user)

    assert (Invitation.objects.get().skip_reason, Invitation.objects.get().shopper) == ("customer_deleted", None)
    assert not Response.objects.exists()


def test_an_inactive_plugin_serves_no_page(nps_plugin, client):
    nps_plugin(active=False)

    assert client.get("/plugins/nps/s/x/").status_code == 404
    assert client.get("/plugins/global/nps/s/x/").status_code == 404
