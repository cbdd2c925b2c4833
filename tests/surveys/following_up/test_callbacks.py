"""Whoever is unhappy may ask to be called back, and staff are told at once."""

from uuid import uuid4

import pytest

from saleor_nps_plugin import privacy
from saleor_nps_plugin.errors import Invalid, TokenExpired, TokenInvalid
from saleor_nps_plugin.links import invitation_token
from saleor_nps_plugin.queue import claim_due
from saleor_nps_plugin.rewards.models import Notice
from saleor_nps_plugin.surveys.answering import doors, recording
from saleor_nps_plugin.surveys.answering.doors import DoorDraft
from saleor_nps_plugin.surveys.answering.submission import Submission
from saleor_nps_plugin.surveys.asking import sending
from saleor_nps_plugin.surveys.following_up import apologies, cases
from saleor_nps_plugin.surveys.models import DetractorAlert, Response
from tests.referrals.story import at_once
from tests.surveys.following_up.test_apologies import TOLD, mails, token_of


def alerts(story):
    before = len(story.shop.outbox)
    sending.send_due(now=story.now)
    return [mail for mail in story.shop.outbox[before:] if mail.event == "nps_detractor_alert"]


class Delivered(list):
    """An outbox during whose deliveries something happens."""

    def __init__(self, mails, meanwhile):
        super().__init__(mails)
        self.meanwhile = meanwhile

    def append(self, mail):
        super().append(mail)
        self.meanwhile(mail)


def test_a_wish_to_be_called_is_in_the_case_and_told_to_staff(story, shop, unhappy):
    shop.configure(**TOLD)
    response = unhappy()
    (first,) = alerts(story)
    story.later(minutes=2)

    apologies.ask_callback(token_of(response), "  555 0100,\nafter five ", now=story.now)

    response.refresh_from_db()
    assert (response.callback, response.may_contact, response.case_status) == ("555 0100, after five", True, "open")
    (second,) = alerts(story)
    assert second.payload["callback"] == "555 0100, after five"
    assert second.message.subject == "Please call back: score 3, order 1001"
    assert "555 0100, after five" in second.message.body
    assert first.message.extra_headers["Message-ID"] != second.message.extra_headers["Message-ID"]


def test_a_wish_before_staff_were_told_goes_along_with_the_first_mail(story, shop, unhappy):
    shop.configure(**TOLD)
    response = unhappy()
    apologies.ask_callback(token_of(response), "555 0100", now=story.now)

    assert [mail.payload["callback"] for mail in alerts(story)] == ["555 0100"]
    story.later(days=1)
    assert alerts(story) == []


def test_a_wish_waits_neither_for_an_alert_that_waits_nor_for_one_on_its_way(story, shop):
    shop.configure(**TOLD)
    invitation = story.invite()
    recording.note_seen(invitation_token(invitation.key), now=story.now, score=3)
    response = Response.objects.get()
    assert alerts(story) == []

    apologies.ask_callback(token_of(response), "555 0100", now=story.later(minutes=1))
    assert len(claim_due(DetractorAlert.objects.all(), now=story.now, limit=5)) == 1
    apologies.ask_callback(token_of(response), "555 0199", now=story.later(seconds=2))

    assert [mail.payload["callback"] for mail in alerts(story)] == ["555 0199"]
    assert alerts(story) == []


def test_a_wish_survives_the_mail_that_was_on_its_way(story, shop, unhappy, monkeypatch):
    shop.configure(**TOLD)
    response = unhappy()

    def meanwhile(mail):
        if not mail.payload["callback"]:
            apologies.ask_callback(token_of(response), "555 0100", now=story.now)

    story.later(seconds=30)
    monkeypatch.setattr(story.shop, "outbox", Delivered(story.shop.outbox, meanwhile))

    assert [mail.payload["callback"] for mail in alerts(story)] == [""]
    assert [mail.payload["callback"] for mail in alerts(story)] == ["555 0100"]
    assert alerts(story) == []


def test_a_wish_taken_back_in_time_tells_nobody_a_second_time(story, shop, unhappy):
    shop.configure(**TOLD)
    response = unhappy()
    alerts(story)

    for wish in ("555 0100", ""):
        apologies.ask_callback(token_of(response), wish, now=story.now)

    assert alerts(story) == []
    story.later(days=1)
    assert alerts(story) == []


def test_an_alert_names_survey_channel_and_case_as_they_are_when_it_leaves(story, shop, unhappy):
    shop.configure(**TOLD)
    response = unhappy()
    cases.update_response(response.pk, cases.Changes(case_status="resolved"), staff_id=1, now=story.now)

    (mail,) = alerts(story)

    assert "A colleague has resolved the case meanwhile." in mail.message.body
    assert f"/dashboard/responses/{response.pk}/" in mail.payload["case_url"]
    told = ("survey_name", "channel", "channel_name", "door_name", "case_status", "is_reachable")
    assert [mail.payload[name] for name in told] == [
        response.survey.name,
        "default-channel",
        shop.labels("channel", ["default-channel"]).get("default-channel", "default-channel"),
        "",
        "resolved",
        True,
    ]


def test_an_alert_of_a_stranger_promises_nothing_and_names_the_door(story, shop, survey):
    shop.configure(**TOLD)
    tablet = doors.create(DoorDraft(kind="kiosk", survey_id=survey.pk, name="Tablet at the till"))
    doors.record(tablet, Submission(score=2), key=uuid4(), language_code="en", now=story.now)

    (mail,) = alerts(story)

    assert "Answered through: Tablet at the till" in mail.message.body
    assert "There is no address to which you could reply." in mail.message.body
    assert (mail.payload["door_name"], mail.payload["is_reachable"]) == ("Tablet at the till", False)


def test_a_wish_repeated_tells_nobody_and_many_changes_tell_four_times_an_hour(story, shop, unhappy):
    shop.configure(**TOLD)
    response = unhappy()
    alerts(story)
    revision = Response.objects.get().revision

    for _ in range(3):
        apologies.ask_callback(token_of(response), "555 0100", now=story.now)
    assert Response.objects.get().revision == revision + 1

    told = 0
    for minute in range(60):
        story.later(minutes=1)
        apologies.ask_callback(token_of(response), f"555 01{minute:02}", now=story.now)
        told += len(alerts(story))
    assert told == 4


def test_a_wish_can_be_taken_back(story, shop, unhappy):
    shop.configure(**TOLD)
    response = unhappy()
    alerts(story)
    apologies.ask_callback(token_of(response), "555 0100", now=story.now)
    apologies.ask_callback(token_of(response), "", now=story.now)

    assert Response.objects.get().callback == ""


def test_who_has_asked_already_is_not_asked_again_by_mail(story, unhappy):
    response = unhappy()
    apologies.ask_callback(token_of(response), "555 0100", now=story.now)
    story.later(minutes=15)

    (mail,) = mails(story)
    assert "#callback" not in mail.message.body


def test_a_wish_opens_a_closed_case_again_and_the_history_says_so(story, unhappy):
    response = unhappy()
    cases.update_response(response.pk, cases.Changes(case_status="resolved"), staff_id=1, now=story.now)

    apologies.ask_callback(token_of(response), "555 0100", now=story.now)

    response.refresh_from_db()
    assert response.case_status == "open"
    assert response.notes.last().facts["case_status"] == ["resolved", "open"]


@pytest.mark.parametrize("wish", ["x" * 201])
def test_a_wish_that_is_too_long_is_refused_and_changes_nothing(story, unhappy, wish):
    response = unhappy()

    with pytest.raises(Invalid):
        apologies.ask_callback(token_of(response), wish, now=story.now)

    assert Response.objects.get().callback == ""


def test_only_the_holder_of_a_good_link_with_an_unhappy_answer_may_ask(story, unhappy):
    happy, unhappy_one, silent = unhappy(9), unhappy(email="bob@example.com"), story.invite(email="cy@example.com")

    for token, refused in (
        ("forged", TokenInvalid),
        (token_of(happy), Invalid),
        (invitation_token(silent.key), Invalid),
    ):
        with pytest.raises(refused):
            apologies.ask_callback(token, "555 0100", now=story.now)
    with pytest.raises(TokenExpired):
        apologies.ask_callback(token_of(unhappy_one), "555 0100", now=story.later(days=61))
    assert not Response.objects.exclude(callback="").exists()


def test_a_wish_is_forgotten_with_its_author(story, unhappy):
    response = unhappy()
    apologies.ask_callback(token_of(response), "555 0100", now=story.now)

    privacy.forget(email="ada@example.com", now=story.now)

    assert Response.objects.get().callback == ""
    assert not Notice.objects.exists() and not DetractorAlert.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_staff_and_customer_writing_at_once_lose_nothing(story, unhappy):
    response = unhappy()
    token = token_of(response)

    at_once(
        [
            lambda: apologies.ask_callback(token, "555 0100", now=story.now),
            lambda: cases.update_response(response.pk, cases.Changes(tags=["leak"]), staff_id=1, now=story.now),
        ]
    )

    response.refresh_from_db()
    assert (response.callback, response.tags) == ("555 0100", ["leak"])
