"""Sending due invitations against a bare loop that sends prepared messages over one connection, to the same server."""

import smtplib
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.utils import timezone
from saleor.order import OrderStatus

from benchmarks import orders
from benchmarks.measuring import Verdict, in_turns, median, tell_times
from benchmarks.shop import configure
from saleor_nps_plugin.emails import survey_mail
from saleor_nps_plugin.links import invitation_token
from saleor_nps_plugin.shop import get_shop
from saleor_nps_plugin.shop.mailing import brand_of
from saleor_nps_plugin.surveys.asking import scheduling, sending
from saleor_nps_plugin.surveys.models import Invitation

MAILS = 2000
# Taken in turns, because the machine's speed drifts during two thousand mails.
ROUNDS = 10
BATCH = MAILS // ROUNDS
SENDER = "shop@example.com"


def measure() -> list[Verdict]:
    configure(delay_hours="0", delivery="django", sender_address=SENDER)
    with _mail_server() as port:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        _schedule(MAILS + BATCH)
        prepared = _prepare(BATCH)
        with smtplib.SMTP("127.0.0.1", port) as connection:
            times = in_turns(
                {f"bare loop, {BATCH} mails": lambda: _bare(connection, prepared), f"plugin, {BATCH} mails": _plugin},
                rounds=ROUNDS,
                warm_up=1,
            )
        assert Invitation.objects.filter(status="sent", order_id__isnull=False).count() == MAILS + BATCH
    tell_times(times)
    bare, plugin = (median(seconds) for seconds in times.values())
    print(f"  {BATCH / bare:.0f} mails a second in the bare loop, {BATCH / plugin:.0f} through the plugin")
    return [Verdict("share of the bare loop's rate", bare / plugin, at_least=0.5)]


def _schedule(how_many: int) -> None:
    now, shop = timezone.now(), get_shop()
    placed = orders.place(how_many, status=OrderStatus.FULFILLED)
    for order in shop.orders([order.pk for order in placed]).values():
        scheduling.schedule_order(order, now=now, settings=shop.settings().for_channel(order.channel))


def _plugin() -> None:
    assert sending.send_due(now=timezone.now(), limit=BATCH) == BATCH


def _prepare(how_many: int) -> list[tuple[str, bytes]]:
    """Messages as ours are, ready before the clock starts."""
    brand = brand_of(get_shop().settings().for_channel("default-channel"))
    prepared = []
    for invitation in Invitation.objects.all()[:how_many]:
        address = get_shop().public_url(f"/s/{invitation_token(invitation.key)}/")
        mail = survey_mail(
            key=invitation.key,
            to="reader@example.com",
            language_code="en",
            brand=brand,
            question="How likely are you to recommend Tea & Co to a friend or colleague?",
            subject="How was your order from Tea & Co?",
            survey_url=address,
            opt_out_url=f"{address}opt-out/",
            order_number="1001",
            first_name="Ana",
            is_reminder=False,
        )
        prepared.append(("reader@example.com", mail.message.message().as_bytes(linesep="\r\n")))
    return prepared


def _bare(connection: smtplib.SMTP, prepared: list[tuple[str, bytes]]) -> None:
    for address, message in prepared:
        connection.sendmail(SENDER, [address], message)


@contextmanager
def _mail_server() -> Iterator[int]:
    """A server in a process of its own that takes every mail and forgets it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [sys.executable, "-m", "aiosmtpd", "-n", "-c", "aiosmtpd.handlers.Sink", "-l", f"127.0.0.1:{port}"]
    with subprocess.Popen(command) as server:
        try:
            _wait_for(port)
            yield port
        finally:
            server.terminate()


def _wait_for(port: int) -> None:
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError("The mail server did not start")
