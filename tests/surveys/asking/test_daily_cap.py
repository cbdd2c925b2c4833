"""No more mails than the cap leave in a day, however many workers send them."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connections

from saleor_nps_plugin.surveys.asking import sending
from saleor_nps_plugin.surveys.asking.daily_cap import places_taken
from saleor_nps_plugin.surveys.models import Invitation

pytestmark = pytest.mark.django_db(transaction=True)


class Outbox(list):
    """While the first mail leaves, something else happens."""

    def __init__(self, meanwhile):
        super().__init__()
        self._meanwhile = [meanwhile]

    def append(self, mail):
        if self._meanwhile:
            self._meanwhile.pop()()
        super().append(mail)


def in_a_worker(work):
    def run():
        try:
            work()
        finally:
            connections.close_all()

    thread = Thread(target=run)
    thread.start()
    thread.join()


@pytest.fixture
def waiting(story, shop):
    """So many invitations that are due, in a shop with such a cap."""

    def waiting(count, cap):
        shop.configure(enabled=True, delay_hours="0", daily_cap=str(cap), reminder_after_hours="0")
        for number in range(count):
            story.fulfill(email=f"{number}@example.com")

    return waiting


def test_mails_that_another_worker_is_sending_have_their_places(story, shop, waiting):
    waiting(20, cap=10)
    seen = []

    def other_worker():
        seen.append(places_taken("default-channel", now=story.now))
        sending.send_due(now=story.now)
        seen.append(len(shop.outbox))

    shop.outbox = Outbox(lambda: in_a_worker(other_worker))
    sending.send_due(now=story.now, limit=10)

    assert seen == [10, 0]
    assert len(shop.outbox) == 10 == places_taken("default-channel", now=story.now)
    later = Invitation.objects.filter(status="scheduled")
    assert {row.send_at.date() for row in later} == {story.now.date() + timedelta(days=1)}


def test_a_mail_that_could_not_be_sent_gives_its_place_back(story, shop, waiting):
    waiting(3, cap=2)
    shop.mail_errors.append(ValueError("no such address"))

    sending.send_due(now=story.now, limit=2)
    assert places_taken("default-channel", now=story.now) == 1
    sending.send_due(now=story.now)

    assert len(shop.outbox) == 2


def test_a_worker_that_died_holds_its_places_until_its_claim_runs_out(story, shop, waiting):
    waiting(4, cap=2)
    dead = Invitation.objects.filter(pk__in=Invitation.objects.values("pk")[:2])
    dead.update(claimed_until=story.now + timedelta(minutes=5))

    assert story.send() == []
    story.later(minutes=6)

    assert len(story.send()) == 2


def test_two_workers_at_once_send_exactly_the_cap(story, shop, waiting):
    waiting(60, cap=25)
    barrier = Barrier(2)

    def worker():
        barrier.wait()
        while sending.send_due(now=story.now, limit=4):
            pass
        connections.close_all()

    threads = [Thread(target=worker) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(shop.outbox) == 25 == places_taken("default-channel", now=story.now)
    assert Invitation.objects.filter(status="scheduled", due_at__gt=story.now).count() == 35
