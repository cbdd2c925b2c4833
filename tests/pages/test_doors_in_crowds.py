"""Many at one door: an honest crowd gets in, one network cannot fill the database, and what comes at once counts once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client

from saleor_nps_plugin.errors import TooManyRequests
from saleor_nps_plugin.links import form_token
from saleor_nps_plugin.shoppers.models import Shopper
from saleor_nps_plugin.surveys.answering import crowds, door_answers
from saleor_nps_plugin.surveys.making.ready import ensure_survey
from saleor_nps_plugin.surveys.models import (
    CaseNote,
    Door,
    DoorAnswer,
    DoorNetwork,
    Invitation,
    Response,
    SealedAnswer,
    Survey,
)
from tests.pages.strangers import WRITING, send, sent
from tests.reading import read
from tests.surveys.story import Story

MINUTE = timedelta(minutes=1)
NETWORK = "ab" * 32


@pytest.fixture
def link(tokens):
    return Door.objects.get(kind="link")


def let_in(door, how_many, *, now, network=NETWORK):
    """How many of so many answers at one moment there is room for."""
    inside = 0
    for _ in range(how_many):
        try:
            crowds.take_room(door, network, now=now)
            inside += 1
        except TooManyRequests:
            pass
    return inside


def fill(door, now):
    """As if every network had sent all that it may."""
    DoorNetwork.objects.filter(door=door).update(free_at=now + crowds.STEP * crowds.AT_ONCE[door.kind] + MINUTE)


class TestRoom:
    def test_three_hundred_at_once_then_three_hundred_a_minute(self, link, now):
        assert let_in(link, 310, now=now) == 300
        assert let_in(link, 10, now=now + timedelta(seconds=1)) == 5
        assert let_in(link, 310, now=now + timedelta(seconds=61)) == 300
        assert let_in(link, 310, now=now + timedelta(days=1)) == 300

    def test_each_network_and_each_door_by_itself(self, link, now):
        let_in(link, 300, now=now)

        assert let_in(link, 1, now=now) == 0
        assert let_in(link, 1, now=now, network="cd" * 32) == 1
        assert let_in(Door.objects.get(kind="kiosk"), 1, now=now) == 1

    def test_a_tablet_catches_up_with_a_week(self, tokens, now):
        till = Door.objects.get(kind="kiosk")
        let_in(till, 1, now=now)
        DoorNetwork.objects.update(free_at=now + crowds.STEP * 29_999)

        assert let_in(till, 2, now=now) == 1

    def test_a_clock_that_goes_back_lets_nobody_in_twice(self, link, now):
        let_in(link, 300, now=now)

        assert let_in(link, 1, now=now - MINUTE) == 0

    def test_who_is_not_ahead_any_more_is_forgotten(self, link, now):
        let_in(link, 300, now=now)

        assert crowds.delete_old(now=now + timedelta(seconds=59)) == 0
        assert crowds.delete_old(now=now + MINUTE) == 1

    def test_the_worker_forgets_them(self, link, now):
        let_in(link, 1, now=now)

        door_answers.record_due(now=now + MINUTE)

        assert not DoorNetwork.objects.exists()


class TestRefusals:
    def test_a_link_s_form_comes_back_as_it_was_and_is_taken_later(self, tokens, link, now):
        address = WRITING["link"].format(tokens["link"])
        send(address, sent().items())
        fill(link, now)
        fields = sent(comment="So good")

        refused = send(address, fields.items())

        page = read(refused.content)
        assert (refused.status_code, refused["Retry-After"]) == (429, "60")
        assert "Wait a minute" in page.text
        assert page.one("textarea", name="comment").text == "So good"
        assert page.one("input", name="door_key")["value"] == fields["door_key"]
        assert Response.objects.filter(invitation__source="link").count() == 1
        DoorNetwork.objects.all().delete()
        assert send(address, fields.items()).status_code == 303
        assert Response.objects.filter(comment="So good").count() == 1

    @pytest.mark.parametrize("kind", ["tablet", "storefront"])
    def test_a_device_is_told_when_to_come_again(self, tokens, kind, now):
        address = WRITING[kind].format(tokens[kind])
        send(address, sent().items())
        for door in Door.objects.all():
            fill(door, now)
        again = sent()

        refused = send(address, again.items())

        assert (refused.status_code, refused.json()["error"], refused["Retry-After"]) == (429, "too many", "60")
        assert DoorAnswer.objects.count() == 1
        DoorNetwork.objects.all().delete()
        assert send(address, again.items()).json() == {"accepted": True}

    def test_others_are_not_kept_out(self, tokens, link, now):
        address = WRITING["link"].format(tokens["link"])
        send(address, sent().items())
        fill(link, now)

        told = [
            send(address, sent().items(), **{"x-forwarded-for": network}).status_code
            for network in ("203.0.113.9", "2001:db8:1::1", "2001:db8:2::1")
        ]

        assert told == [303, 303, 303]

    def test_one_connection_is_one_network(self, tokens):
        for network in ("2001:db8::1", "2001:db8::2:1", "203.0.113.9", "::ffff:203.0.113.9"):
            send(WRITING["link"].format(tokens["link"]), sent().items(), **{"x-forwarded-for": network})

        assert DoorNetwork.objects.count() == 2

    def test_what_is_no_answer_takes_no_room(self, tokens):
        for kind in ("link", "tablet", "storefront"):
            send(WRITING[kind].format(tokens[kind]), sent(score="11").items())

        assert not DoorNetwork.objects.exists()

    def test_no_address_is_written_down(self, tokens):
        send(WRITING["tablet"].format(tokens["tablet"]), sent().items(), **{"x-forwarded-for": "203.0.113.9"})

        network = DoorNetwork.objects.get().network
        assert len(network) == 64 and set(network) <= set("0123456789abcdef")
        assert "203.0.113.9" not in str(list(DoorAnswer.objects.values()))


def at_once(work, times):
    """Run it so many times at the same moment, each with its own connection; what each returned."""

    def run(number):
        try:
            return work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(run, range(times)))


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    @pytest.fixture
    def survey(self, transactional_db):
        ensure_survey()
        return Survey.objects.get(slug="after-delivery")

    @pytest.fixture
    def story(self, shop, survey, now):
        return Story(shop=shop, now=now)

    def test_there_is_room_for_so_many_and_not_for_one_more(self, tokens, link, now):
        told = at_once(lambda _: let_in(link, 40, now=now), 8)

        assert sum(told) == 300

    @pytest.mark.parametrize("kind", ["link", "order", "tablet", "storefront", "ballot"])
    def test_one_form_sent_many_times_is_one_answer(self, tokens, kind, now):
        before = Response.objects.count()
        fields = sent(door_key=form_token(uuid4()))

        told = at_once(lambda _: send(WRITING[kind].format(tokens[kind]), fields.items(), client=Client()), 16)
        at_once(lambda _: door_answers.record_due(now=now), 4)

        statuses = [answer.status_code for answer in told]
        if kind == "ballot":
            assert sorted(statuses) == [303] + [409] * 15
            assert (SealedAnswer.objects.count(), Response.objects.count()) == (1, before)
        else:
            assert set(statuses) <= {202, 303}
            assert Response.objects.count() == before + 1

    def test_many_people_at_a_link_all_get_in(self, tokens):
        address = WRITING["link"].format(tokens["link"])

        told = at_once(lambda number: send(address, sent(score=str(number % 11)).items()).status_code, 80)

        assert set(told) == {303}
        assert Response.objects.filter(invitation__source="link").count() == 80

    def test_an_address_is_opted_out_once(self, tokens):
        address = WRITING["address"].format(tokens["address"])

        told = at_once(lambda _: send(address, {"List-Unsubscribe": "One-Click"}.items()).status_code, 16)

        assert set(told) == {200}
        assert Shopper.objects.filter(opted_out_at__isnull=False).count() == 1

    def test_one_wish_is_one_line_of_history(self, tokens):
        before = CaseNote.objects.count()
        address = WRITING["unhappy"].format(tokens["unhappy"])

        told = at_once(lambda _: send(address, {"callback": "555 0100"}.items()).status_code, 16)

        assert set(told) == {303}
        answered = Response.objects.get(invitation__in=Invitation.objects.filter(source="order"))
        assert (answered.callback, answered.revision) == ("555 0100", 2)
        assert CaseNote.objects.count() <= before + 1
