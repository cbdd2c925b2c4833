"""Tablets and storefronts at the same moment, over the address that Saleor gives us."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.db import connection, connections
from django.test import Client

from saleor_nps_plugin import lanes
from saleor_nps_plugin.links import PAGES_PATH
from saleor_nps_plugin.surveys.answering import doors
from saleor_nps_plugin.surveys.answering.doors import DoorDraft
from saleor_nps_plugin.surveys.making.ready import ensure_survey
from saleor_nps_plugin.surveys.models import DoorAnswer, Survey

pytestmark = [pytest.mark.every_version, pytest.mark.django_db(transaction=True)]

DEVICES = 12
EACH = 5


@pytest.fixture
def address(nps_plugin, monkeypatch):
    # Which the first thread alone knows to be the same database.
    monkeypatch.setitem(connections.databases["replica"], "NAME", connection.settings_dict["NAME"])
    ensure_survey()
    nps_plugin()
    door = doors.create(DoorDraft(kind="kiosk", survey_id=Survey.objects.earliest("pk").pk, name="At the till"))
    yield f"{PAGES_PATH}{doors.path_of(door)}answers"
    # A database that somebody is connected to cannot be dropped.
    together = Barrier(lanes.LANES)
    for _ in range(lanes.LANES):
        lanes._lanes().submit(lambda: together.wait(10) is not None and connections.close_all())
    lanes._lanes().shutdown()
    lanes._lanes.cache_clear()


def answer(address, **form):
    try:
        body = urlencode({"key": uuid4(), "score": 9, **form})
        return Client().post(address, body, content_type="application/x-www-form-urlencoded").status_code
    finally:
        connections.close_all()


def backends():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        return {pid for (pid,) in cursor.fetchall()}


def test_answers_at_once_are_all_kept_over_few_connections(address):
    before = backends()

    with ThreadPoolExecutor(DEVICES) as devices:
        told = list(devices.map(lambda _: answer(address), range(DEVICES * EACH)))

    assert told == [202] * DEVICES * EACH
    assert DoorAnswer.objects.count() == DEVICES * EACH
    assert 0 < len(backends() - before) <= lanes.LANES * len(connections.databases)


def test_an_answer_sent_again_by_many_is_one(address):
    key = uuid4()

    with ThreadPoolExecutor(DEVICES) as devices:
        told = list(devices.map(lambda _: answer(address, key=key), range(DEVICES)))

    assert told == [202] * DEVICES
    assert DoorAnswer.objects.count() == 1


def test_a_database_that_was_restarted_loses_no_answer(address):
    with ThreadPoolExecutor(DEVICES) as devices:
        list(devices.map(lambda _: answer(address), range(DEVICES)))
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pid) FROM unnest(%s::int[]) AS lost (pid)", [list(backends())])

    told = [answer(address) for _ in range(lanes.LANES * 3)]

    assert told == [202] * lanes.LANES * 3
    assert DoorAnswer.objects.count() == DEVICES + lanes.LANES * 3


def test_what_an_answer_is_refused_for_is_told(address):
    assert answer(address, score=11) == 422
    assert answer(address.replace("/answers", "x/answers")) == 404
    assert not DoorAnswer.objects.exists()
