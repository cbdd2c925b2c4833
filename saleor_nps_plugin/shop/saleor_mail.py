"""The ways in which a channel of Saleor delivers e-mail."""

import smtplib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from email.utils import parseaddr
from typing import Any, cast

from django.conf import settings as django_settings
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend
from django.core.mail.message import sanitize_address
from saleor.core.notify import NotifyHandler
from saleor.plugins.email_common import DEFAULT_EMAIL_TIMEOUT
from saleor.plugins.manager import PluginsManager, get_plugins_manager
from saleor.plugins.user_email.constants import PLUGIN_ID as USER_EMAIL_PLUGIN
from saleor.webhook.event_types import WebhookEventAsyncType
from saleor.webhook.utils import get_webhooks_for_event

from ..emails import Mail, envelope_address, on_the_wire
from .interface import Mailer
from .settings import SurveySettings


class NoMailServer(OSError):
    """No way of sending e-mail is set up. An OSError, like a mail server that does not answer: waiting may help."""


class ConnectionMailer:
    """Sends over a connection of Django's that stays open."""

    def __init__(self, connection: BaseEmailBackend, sender: str) -> None:
        self._connection = connection
        self._sender = sender

    def send(self, mail: Mail) -> None:
        mail.message.from_email = mail.message.from_email or self._sender
        self._connection.send_messages([mail.message])


class SmtpMailer(ConnectionMailer):
    """The same over SMTP, with the message written by us: that takes Django longer than the server takes to accept it."""

    def __init__(self, connection: EmailBackend, sender: str) -> None:
        super().__init__(connection, sender)
        self._server = cast(smtplib.SMTP, connection.connection)

    def send(self, mail: Mail) -> None:
        message = mail.message
        message.from_email = message.from_email or self._sender
        recipients = [envelope_address(address) for address in message.recipients()]
        self._server.sendmail(envelope_address(message.from_email), recipients, on_the_wire(message))


class NotifyMailer:
    """Hands mails to Saleor's apps as NOTIFY_USER."""

    def __init__(self, manager: PluginsManager, channel: str) -> None:
        self._manager = manager
        self._channel = channel

    def send(self, mail: Mail) -> None:
        self._manager.notify(
            mail.event, NotifyHandler(lambda: mail.payload).payload, channel_slug=self._channel or None
        )


@contextmanager
def open_mailer(channel: str, settings: SurveySettings) -> Iterator[Mailer]:
    """Open the delivery that the operator chose for a channel. Raises OSError where the mail server cannot be reached."""
    manager = get_plugins_manager(allow_replica=False)
    if settings.delivery == "notify":
        if not get_webhooks_for_event(WebhookEventAsyncType.NOTIFY_USER).exists():
            raise NoMailServer(
                "No app takes NOTIFY_USER: install an e-mail app, or choose another delivery in the plugin's settings"
            )
        yield NotifyMailer(manager, channel)
        return
    connection, sender = _django_connection() if settings.delivery == "django" else _saleor_connection(manager, channel)
    connection.open()
    try:
        yield _mailer(connection, _named(sender, settings.sender_name))
    finally:
        connection.close()


def _mailer(connection: BaseEmailBackend, sender: str) -> Mailer:
    # A class derived from Django's may send in a way of its own.
    if isinstance(connection, EmailBackend) and type(connection) is EmailBackend:
        return SmtpMailer(connection, sender)
    return ConnectionMailer(connection, sender)


def _django_connection() -> tuple[BaseEmailBackend, str]:
    if not django_settings.EMAIL_BACKEND:
        raise NoMailServer(
            "No mail server is set: set EMAIL_URL for Saleor, or choose another delivery in the plugin's settings"
        )
    return get_connection(timeout=DEFAULT_EMAIL_TIMEOUT), django_settings.DEFAULT_FROM_EMAIL


def _saleor_connection(manager: PluginsManager, channel: str) -> tuple[BaseEmailBackend, str]:
    """The channel's User emails plugin with USER_EMAIL_URL for what it leaves empty; EMAIL_URL where neither is set."""
    plugin = manager.get_plugin(USER_EMAIL_PLUGIN, channel_slug=channel or None)
    config: dict[str, Any] = asdict(plugin.config) if plugin else {}
    if plugin:
        plugin._add_missing_configuration(config)
    if not config.get("host"):
        return _django_connection()
    connection = EmailBackend(
        host=config["host"],
        port=config["port"],
        username=config["username"],
        password=config["password"],
        use_tls=config["use_tls"],
        use_ssl=config["use_ssl"],
        timeout=DEFAULT_EMAIL_TIMEOUT,
    )
    return connection, _sender(config)


def _named(sender: str, name: str) -> str:
    """The mail server's own address under the operator's name, where only a name is set."""
    return str(sanitize_address((name, parseaddr(sender)[1]), "utf-8")) if name else sender


def _sender(config: dict[str, Any]) -> str:
    address = config.get("sender_address")
    if not address:
        return str(django_settings.DEFAULT_FROM_EMAIL)
    return str(sanitize_address((config.get("sender_name") or "", address), "utf-8"))
