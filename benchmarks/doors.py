"""Answers of tablets and storefronts: one against Saleor's cheapest writing mutation, and hundreds at once at one process."""

import http.client
import os
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count
from urllib.parse import urlencode
from uuid import uuid4

from django.db import connection
from django.test import Client
from django.utils import timezone
from graphene.relay.node import to_global_id
from saleor.product.models import Category

from benchmarks.answering import FORM, METADATA, PRIVATE_METADATA
from benchmarks.measuring import Verdict, in_turns, median, tell_times
from benchmarks.shop import HOST, Api, configure, staff_token
from saleor_nps_plugin.links import PAGES_PATH, door_token, kiosk_path
from saleor_nps_plugin.surveys.answering import door_answers, doors
from saleor_nps_plugin.surveys.answering.doors import DoorDraft
from saleor_nps_plugin.surveys.models import DoorAnswer, Response, Survey

ROUNDS = 200
WARM_UP = 10
AT_ONCE = 1500
DEVICES = 16
ANSWER = "an answer through a door"


def measure() -> list[Verdict]:
    configure()
    survey = Survey.objects.earliest("pk")
    door = doors.create(DoorDraft(kind="kiosk", survey_id=survey.pk, name="At the till"))
    address = f"{PAGES_PATH}{kiosk_path(door_token(door.key))}answers"
    written = in_turns(_writes(address), rounds=ROUNDS, warm_up=WARM_UP)
    tell_times(written)
    one = median(written.pop(ANSWER))
    DoorAnswer.objects.all().delete()
    rate = _rate(address)
    lost = AT_ONCE - DoorAnswer.objects.count()
    started = time.perf_counter()
    while door_answers.record_due(now=timezone.now(), limit=200):
        pass
    print(f"  recorded afterwards by one worker: {AT_ONCE / (time.perf_counter() - started):.0f} a second")
    missing = AT_ONCE - Response.objects.filter(invitation__source="kiosk").count()
    return [
        Verdict(
            "an answer takes so many times as long as the cheapest mutation",
            one / min(map(median, written.values())),
            at_most=1.0,
        ),
        Verdict(f"answers a second that one process accepts from {DEVICES} devices", rate, at_least=100, digits=0),
        Verdict("answers that were not kept", lost, at_most=0, digits=0),
        Verdict("answers that were not recorded", missing, at_most=0, digits=0),
    ]


def _body() -> str:
    return urlencode({"key": uuid4(), "score": 9, "comment": "Quick, and the tea was free.", "seconds": 7.5})


def _writes(address: str) -> dict[str, Callable[[], object]]:
    client, staff = Client(headers={"host": HOST}), Api(staff_token())
    category = to_global_id("Category", Category.objects.earliest("pk").pk)
    numbers = count()

    def answer() -> None:
        assert client.post(address, _body(), content_type=FORM, secure=True).status_code == 202

    return {
        ANSWER: answer,
        "updateMetadata of a category": lambda: staff.ask(METADATA, id=category, value=str(next(numbers))),
        "updatePrivateMetadata": lambda: staff.ask(PRIVATE_METADATA, id=category, value=str(next(numbers))),
    }


def _rate(address: str) -> float:
    """Send all answers over connections that stay open, as devices do; every one of them has to be accepted."""
    with _server() as port, ThreadPoolExecutor(DEVICES) as devices:
        _send(port, address, 1)
        DoorAnswer.objects.all().delete()
        shares = [AT_ONCE // DEVICES + (number < AT_ONCE % DEVICES) for number in range(DEVICES)]
        started = time.perf_counter()
        told = sum(devices.map(lambda share: _send(port, address, share), shares), Counter())
        seconds = time.perf_counter() - started
    assert told == {202: AT_ONCE}, told
    return AT_ONCE / seconds


def _send(port: int, address: str, how_many: int) -> Counter[int]:
    """What one device is told, as counts of statuses."""
    device = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"Content-Type": FORM, "Host": HOST, "X-Forwarded-Proto": "https"}
    told: Counter[int] = Counter()
    for _ in range(how_many):
        device.request("POST", address, _body(), headers)
        answer = device.getresponse()
        answer.read()
        told[answer.status] += 1
    device.close()
    return told


@contextmanager
def _server() -> Iterator[int]:
    """Saleor as it runs in production, in one process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    connection.close()
    options = ["--port", str(port), "--workers", "1", "--log-level", "warning", "--no-access-log", "--lifespan", "off"]
    own = os.environ | {"DJANGO_SETTINGS_MODULE": "benchmarks.serving"}
    process = subprocess.Popen([sys.executable, "-m", "uvicorn", "saleor.asgi:application", *options], env=own)
    try:
        _wait_for(port, process)
        yield port
    finally:
        # Nothing is under way any more, and a busy machine takes long over a graceful end.
        process.kill()
        process.wait()


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    while process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError("Saleor did not start.")
