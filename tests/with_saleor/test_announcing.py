"""Saleor's apps are told through NOTIFY_USER, after the commit, by the worker."""

import json

import pytest
from graphene import Node
from kombu.exceptions import OperationalError
from saleor.core.models import EventDelivery
from saleor.plugins.manager import get_plugins_manager
from saleor.webhook.event_types import WebhookEventAsyncType

from saleor_nps_plugin import tasks
from saleor_nps_plugin.announcements.models import Announcement
from saleor_nps_plugin.links import invitation_token
from saleor_nps_plugin.surveys.answering.recording import submit
from saleor_nps_plugin.surveys.answering.submission import Submission
from saleor_nps_plugin.surveys.making.ready import ensure_survey
from saleor_nps_plugin.surveys.models import Invitation, Response

NPS = "saleor_nps_plugin.plugin.NpsPlugin"
WEBHOOKS = "saleor.plugins.webhook.plugin.WebhookPlugin"

pytestmark = pytest.mark.every_version


@pytest.fixture
def listening(app, permission_manage_users):
    """An app that subscribes to NOTIFY_USER."""
    app.permissions.add(permission_manage_users)
    webhook = app.webhooks.create(name="Listener", target_url="http://localhost:1/told", is_active=True)
    webhook.events.create(event_type=WebhookEventAsyncType.NOTIFY_USER)
    return webhook


@pytest.fixture
def answered(db, settings, nps_plugin, order_with_lines):
    """Somebody has answered; nobody is told yet."""
    ensure_survey()
    nps_plugin(delay_hours="0", delivery="django")
    settings.PLUGINS = [NPS, WEBHOOKS]
    get_plugins_manager(allow_replica=False).order_fulfilled(order_with_lines)
    invitation = Invitation.objects.get(order_id=order_with_lines.pk)
    return submit(invitation_token(invitation.key), Submission(score=9, comment="Lovely"), now=invitation.created_at)


def told(webhook):
    deliveries = EventDelivery.objects.filter(event_type=WebhookEventAsyncType.NOTIFY_USER, webhook=webhook)
    return [json.loads(delivery.payload.get_payload()) for delivery in deliveries.order_by("pk")]


def test_an_app_is_told_of_an_answer_once(answered, listening, order_with_lines):
    assert told(listening) == []

    tasks.send_due.delay()
    tasks.send_due.delay()

    (event,) = told(listening)
    assert event["notify_event"] == "nps.response.created"
    payload = event["payload"]
    assert payload["id"] == f"response:{answered.pk}:1"
    assert payload["response"]["comment"] == "Lovely"
    assert order_with_lines.user_email not in json.dumps(payload)
    assert payload["order"] == Node.to_global_id("Order", order_with_lines.pk)
    assert payload["response"]["id"] == Node.to_global_id("NpsResponse", answered.pk)


def test_where_no_app_listens_nothing_piles_up(answered):
    tasks.send_due.delay()

    assert not Announcement.objects.exists()
    assert Response.objects.count() == 1


def test_a_broker_that_is_down_delays_and_a_later_run_tells(answered, listening, monkeypatch):
    from saleor.webhook.transport.asynchronous import transport

    def fail(*args, **kwargs):
        raise OperationalError("refused")

    with monkeypatch.context() as broken:
        broken.setattr(transport.send_webhook_request_async, "apply_async", fail)
        tasks.send_due.delay()
    waiting = Announcement.objects.get()
    assert (waiting.attempts, waiting.told_at) == (1, None)
    assert waiting.last_error == "NoBroker: the message broker does not answer"

    Announcement.objects.update(due_at=answered.created_at)
    tasks.send_due.delay()

    assert told(listening)[-1]["notify_event"] == "nps.response.created"
    assert Announcement.objects.get().told_at is not None


def test_an_app_that_was_down_gets_it_later_and_then_never_again(answered, listening):
    tasks.send_due.delay()
    waiting = Announcement.objects.get()
    (delivery,) = EventDelivery.objects.filter(webhook=listening)
    assert (waiting.deliveries, delivery.status) == ([str(delivery.pk)], "failed")

    delivery.attempts.all().delete()
    Announcement.objects.update(due_at=answered.created_at)
    tasks.send_due.delay()
    assert Announcement.objects.get().last_error == "an app has not taken it yet"
    assert delivery.attempts.exists()

    # Saleor deletes what has arrived.
    delivery.delete()
    Announcement.objects.update(due_at=answered.created_at)
    tasks.send_due.delay()
    assert (Announcement.objects.get().deliveries, Announcement.objects.get().due_at) == ([], None)


def test_an_app_that_listens_no_more_misses_nothing(answered, listening):
    tasks.send_due.delay()
    listening.is_active = False
    listening.save()

    Announcement.objects.update(due_at=answered.created_at)
    tasks.send_due.delay()

    assert (Announcement.objects.get().deliveries, Announcement.objects.get().due_at) == ([], None)
