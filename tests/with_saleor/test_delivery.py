"""The three ways in which a channel delivers e-mail, against a real SMTP server."""

import json

import pytest
from saleor.core.models import EventDelivery
from saleor.plugins.manager import get_plugins_manager
from saleor.plugins.models import PluginConfiguration
from saleor.webhook.event_types import WebhookEventAsyncType

from saleor_nps_plugin import tasks
from saleor_nps_plugin.surveys.making.ready import ensure_survey
from saleor_nps_plugin.surveys.models import Invitation
from tests.with_saleor.mail_server import mail_server

NPS = "saleor_nps_plugin.plugin.NpsPlugin"
USER_EMAILS = "saleor.plugins.user_email.plugin.UserEmailPlugin"
WEBHOOKS = "saleor.plugins.webhook.plugin.WebhookPlugin"


@pytest.fixture
def server():
    with mail_server() as (server, port):
        server.port = port
        yield server


@pytest.fixture
def email_url(settings, server):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    settings.DEFAULT_FROM_EMAIL = "shop@example.com"


@pytest.fixture
def order(db, order_with_lines):
    ensure_survey()
    return order_with_lines


def fulfill_and_send(order):
    get_plugins_manager(allow_replica=False).order_fulfilled(order)
    tasks.send_due.delay()
    return Invitation.objects.get()


def test_django_delivers_through_email_url(nps_plugin, email_url, server, order):
    nps_plugin(delay_hours="0", delivery="django")

    invitation = fulfill_and_send(order)

    (mail,) = server.mails
    assert invitation.status == "sent"
    assert (mail["To"], mail["From"]) == (order.user_email, "shop@example.com")
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "/plugins/global/nps/s/" in mail["List-Unsubscribe"]
    assert mail.get_body(("plain",)).get_content().count("?score=") == 11


def test_the_operators_sender_is_the_sender(nps_plugin, email_url, server, order):
    nps_plugin(delay_hours="0", delivery="django", sender_name="Tea, Cups & Co", sender_address="care@tea.example")

    fulfill_and_send(order)

    assert str(server.mails[0]["From"].addresses[0]) == '"Tea, Cups & Co" <care@tea.example>'


def test_a_sender_name_alone_goes_with_the_servers_address(nps_plugin, email_url, server, order):
    nps_plugin(delay_hours="0", delivery="django", sender_name="Tea, Cups & Co")

    fulfill_and_send(order)

    assert str(server.mails[0]["From"].addresses[0]) == '"Tea, Cups & Co" <shop@example.com>'


def test_saleor_delivers_through_the_channels_user_emails(settings, nps_plugin, server, order):
    configured = {
        "host": "127.0.0.1",
        "port": str(server.port),
        "sender_address": "care@example.com",
        "sender_name": "Care",
    }
    PluginConfiguration.objects.create(
        identifier="mirumee.notifications.user_email",
        channel=order.channel,
        active=True,
        configuration=[{"name": name, "value": value} for name, value in configured.items()],
    )
    nps_plugin(delay_hours="0")
    settings.PLUGINS = [USER_EMAILS, NPS]

    invitation = fulfill_and_send(order)

    assert invitation.status == "sent"
    assert [mail["From"] for mail in server.mails if "/s/" in mail.as_string()] == ["Care <care@example.com>"]


def test_without_user_emails_saleor_delivers_through_email_url(nps_plugin, email_url, server, order):
    nps_plugin(delay_hours="0", delivery="saleor")

    assert fulfill_and_send(order).status == "sent"
    assert len(server.mails) == 1


def test_notify_hands_the_mail_to_apps_and_sends_nothing(
    settings, nps_plugin, email_url, server, order, app, permission_manage_users
):
    app.permissions.add(permission_manage_users)
    webhook = app.webhooks.create(name="Mailer", target_url="http://localhost:1/mail", is_active=True)
    webhook.events.create(event_type=WebhookEventAsyncType.NOTIFY_USER)
    nps_plugin(delay_hours="0", delivery="notify")
    settings.PLUGINS = [NPS, WEBHOOKS]

    assert fulfill_and_send(order).status == "sent"

    deliveries = EventDelivery.objects.filter(event_type=WebhookEventAsyncType.NOTIFY_USER, webhook=webhook)
    (told,) = [json.loads(delivery.payload.get_payload()) for delivery in deliveries]
    assert told["notify_event"] == "nps_invitation"
    assert told["payload"]["recipient_email"] == order.user_email
    assert server.mails == []


def test_notify_without_an_app_that_listens_waits_and_says_so(nps_plugin, email_url, order):
    nps_plugin(delay_hours="0", delivery="notify")

    invitation = fulfill_and_send(order)

    assert (invitation.status, invitation.attempts) == ("scheduled", 1)
    assert "NOTIFY_USER" in invitation.last_error


def test_without_any_mail_server_the_mail_waits_and_says_what_to_set(settings, nps_plugin, order):
    settings.EMAIL_BACKEND = ""
    nps_plugin(delay_hours="0", delivery="django")

    invitation = fulfill_and_send(order)

    assert (invitation.status, invitation.attempts) == ("scheduled", 1)
    assert "EMAIL_URL" in invitation.last_error


def test_a_server_that_is_down_delays_and_a_later_run_delivers(settings, nps_plugin, email_url, server, order):
    nps_plugin(delay_hours="0", delivery="django")
    settings.EMAIL_PORT = 1
    invitation = fulfill_and_send(order)
    assert (invitation.status, invitation.attempts) == ("scheduled", 1)

    settings.EMAIL_PORT = server.port
    Invitation.objects.update(due_at=invitation.send_at)
    tasks.send_due.delay()

    assert len(server.mails) == 1
    assert Invitation.objects.get().status == "sent"


def test_an_address_that_the_server_refuses_fails_with_the_servers_words(nps_plugin, email_url, server, order):
    nps_plugin(delay_hours="0", delivery="django")
    server.refusal = "550 no such mailbox"

    invitation = fulfill_and_send(order)

    assert (invitation.status, invitation.last_error) == ("failed", "recipient refused: 550 no such mailbox")
