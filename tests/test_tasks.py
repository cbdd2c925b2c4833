"""What goes wrong in one part of the worker's minute keeps no other part from being done."""

from datetime import timedelta

import pytest
from django.db import ProgrammingError, connection
from django.utils import timezone

from saleor_nps_plugin import tasks
from saleor_nps_plugin.surveys.models import Invitation, InvitationStatus
from tests.rewards.purse import Purse

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def without_table():
    """Takes a table away, as an update that was not finished may."""
    gone = []

    def without(name):
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE {name} RENAME TO {name}_away")
        gone.append(name)

    yield without
    with connection.cursor() as cursor:
        for name in gone:
            cursor.execute(f"ALTER TABLE {name}_away RENAME TO {name}")


@pytest.mark.parametrize("table", ["nps_notice", "nps_announcement", "nps_case_reply", "nps_door_answer", "nps_trace"])
def test_surveys_are_sent_whatever_else_is_broken(story, shop, without_table, table):
    story.fulfill()
    without_table(table)

    with pytest.raises(ExceptionGroup) as told:
        tasks.send_due()

    assert told.group_contains(ProgrammingError, match=table)
    assert Invitation.objects.get().status == InvitationStatus.SENT
    assert len(shop.outbox) == 1


def test_when_surveys_cannot_be_sent_apps_are_told_of_answers(story, shop, without_table):
    shop.has_listeners = True
    story.answer(story.invite(), 9)
    story.fulfill(email="ben@example.com")
    without_table("nps_survey_text")

    with pytest.raises(ExceptionGroup):
        tasks.send_due()

    assert shop.announced


def test_all_that_went_wrong_is_told(story, without_table):
    without_table("nps_notice")
    without_table("nps_case_reply")

    with pytest.raises(ExceptionGroup) as told:
        tasks.send_due()

    assert told.group_contains(ProgrammingError, match="nps_notice")
    assert told.group_contains(ProgrammingError, match="nps_case_reply")


def test_points_expire_though_nobody_can_be_invited(shop, now, without_table):
    purse = Purse.of("ada@example.com", now - timedelta(days=2))
    purse.earn(100, lasts=1)
    without_table("nps_activation")

    with pytest.raises(ExceptionGroup):
        tasks.sweep_now()

    assert purse.has == (0, 0)


def test_without_a_database_one_failure_is_told(shop, db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    address = dict(connection.settings_dict)
    connection.close()
    connection.settings_dict["PORT"] = "1"
    try:
        with pytest.raises(ExceptionGroup) as told:
            tasks.send_due()
    finally:
        connection.settings_dict.update(address)

    assert len(told.value.exceptions) == 1


def test_a_connection_that_was_lost_is_made_anew(story, shop):
    story.fulfill()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [pid])
    other.close()

    with pytest.raises(ExceptionGroup):
        tasks.send_due()

    assert len(shop.outbox) == 1
