import smtplib
from dataclasses import replace
from datetime import timedelta
from threading import Thread

import pytest
from django.db import connections

from saleor_nps_plugin.links import invitation_token
from saleor_nps_plugin.queue import LEASE, claim_due
from saleor_nps_plugin.surveys.answering import recording
from saleor_nps_plugin.surveys.asking import sending
from saleor_nps_plugin.surveys.models import DetractorAlert, Invitation, Tally
from saleor_nps_plugin.surveys.reporting import tallies
from tests.surveys.story import an_order


def reload(invitation):
    return Invitation.objects.get(pk=invitation.pk)


def test_a_due_invitation_is_mailed_in_the_language_of_the_order(story):
    invitation = story.fulfill(language_code="de")

    (mail,) = story.send()

    assert mail.message.to == ["ada@example.com"]
    assert "Tea & Co" in mail.message.subject
    assert f"/s/{invitation_token(invitation.key)}/" in mail.message.body
    assert "empfehlen" in mail.message.body
    sent = reload(invitation)
    assert (sent.status, sent.sent_at, sent.attempts, sent.country) == ("sent", story.now, 0, "PL")
    assert sent.segments["product"] == ["12"]


def test_nothing_is_sent_before_its_time(story, shop):
    shop.configure(enabled=True, delay_hours="24")
    story.fulfill()

    assert story.send() == []
    story.later(hours=24)
    assert len(story.send()) == 1


def test_an_invitation_is_mailed_once(story):
    story.fulfill()

    assert [len(story.send()) for _ in range(3)] == [1, 0, 0]


@pytest.mark.parametrize(
    ("became", "reason"),
    [
        ({"is_canceled": True}, "order_canceled"),
        ({"is_refunded": True}, "order_refunded"),
        ({"is_returned": True}, "order_returned"),
        ({"email": ""}, "no_address"),
    ],
)
def test_the_order_is_asked_again_before_the_mail(story, shop, became, reason):
    order = an_order()
    invitation = story.fulfill(id=order.id)
    shop.add_order(replace(order, **became))

    assert story.send() == []
    assert (reload(invitation).status, reload(invitation).skip_reason) == ("skipped", reason)
    assert story.fulfill().status == "scheduled", "the cooldown must not count a mail that was never sent"


def test_an_order_that_is_gone_is_not_asked_about(story, shop):
    invitation = story.fulfill()
    shop.remove_order(invitation.order_id)

    assert story.send() == []
    assert reload(invitation).skip_reason == "order_canceled"


def test_switching_off_keeps_scheduled_mails_back(story, shop):
    invitation = story.fulfill()
    shop.configure(enabled=False)

    assert story.send() == []
    assert reload(invitation).skip_reason == "plugin_inactive"


def test_one_reminder_goes_to_those_who_did_not_answer(story):
    silent, answered = story.invite(email="silent@example.com"), story.invite(email="answered@example.com")
    story.answer(answered, 9)

    assert story.send() == []
    story.later(hours=96)
    (reminder,) = story.send()
    story.later(hours=96)

    assert reminder.message.to == ["silent@example.com"]
    assert reminder.event == "nps_reminder"
    assert story.send() == []
    assert reload(silent).reminded_at is not None


def test_no_reminder_where_the_operator_wants_none(story, shop):
    shop.configure(enabled=True, delay_hours="0", reminder_after_hours="0")
    invitation = story.invite()
    story.later(days=30)

    assert story.send() == []
    assert reload(invitation).due_at == invitation.expires_at


def test_no_reminder_about_an_order_that_was_refunded_meanwhile(story, shop):
    order = an_order()
    invitation = story.invite(id=order.id)
    shop.add_order(replace(order, is_refunded=True))
    story.later(hours=96)

    assert story.send() == []
    assert reload(invitation).status == "sent", "the link of the first mail stays good"


def test_an_unanswered_invitation_expires_and_an_answered_one_does_not(story):
    silent, answered = story.invite(email="silent@example.com"), story.invite(email="answered@example.com")
    story.answer(answered, 9)
    for _ in range(3):
        story.later(days=30)
        story.send()

    assert (reload(silent).status, reload(answered).status) == ("expired", "answered")


def test_a_server_that_is_down_delays_every_mail_and_loses_none(story, shop):
    invitations = [story.fulfill(email=f"{name}@example.com") for name in ("a", "b", "c")]
    shop.mail_errors = [smtplib.SMTPServerDisconnected("gone")]

    assert story.send() == []
    assert shop.connections_opened == 1, "the other mails must not wait for the same dead server one by one"
    for invitation in map(reload, invitations):
        assert (invitation.status, invitation.attempts) == ("scheduled", 1)
        assert "gone" in invitation.last_error
    story.later(minutes=1)
    assert len(story.send()) == 3


def test_the_pauses_grow_and_after_three_days_the_mail_has_failed(story, shop):
    invitation = story.fulfill()
    pauses = []
    while reload(invitation).status == "scheduled":
        shop.mail_errors = [ConnectionRefusedError("no server")]
        story.send()
        current = reload(invitation)
        if current.due_at:
            pauses.append(current.due_at - story.now)
            story.now = current.due_at

    assert pauses[:4] == [timedelta(minutes=minutes) for minutes in (1, 2, 4, 8)]
    assert max(pauses) == timedelta(hours=6)
    assert timedelta(days=3) <= sum(pauses, timedelta()) < timedelta(days=3, hours=6)
    assert (reload(invitation).status, reload(invitation).due_at) == ("failed", None)
    assert "no server" in reload(invitation).last_error


def test_an_address_that_the_server_refuses_for_good_fails_at_once_without_its_name_in_the_row(story, shop):
    invitation = story.fulfill(email="nobody@example.com")
    shop.mail_errors = [smtplib.SMTPRecipientsRefused({"nobody@example.com": (550, b"<nobody@example.com> unknown")})]

    story.send()

    failed = reload(invitation)
    assert (failed.status, failed.last_error) == ("failed", "recipient refused: 550 <<address>> unknown")


def test_a_refusal_for_now_is_tried_again(story, shop):
    invitation = story.fulfill()
    shop.mail_errors = [smtplib.SMTPRecipientsRefused({"ada@example.com": (451, b"later")})]

    story.send()

    assert (reload(invitation).status, reload(invitation).attempts) == ("scheduled", 1)


def test_one_bad_mail_does_not_hold_up_the_others(story, shop):
    story.fulfill(email="a@example.com")
    story.fulfill(email="b@example.com")
    shop.mail_errors = [smtplib.SMTPDataError(554, b"no")]

    assert len(story.send()) == 1


def test_an_address_that_no_mail_can_have_fails_alone(story, shop):
    broken = story.fulfill(email="a@exa mple.com\nBcc: all@example.com")
    story.fulfill(email="b@example.com")

    assert [mail.message.to for mail in story.send()] == [["b@example.com"]]
    assert reload(broken).status == "failed"
    assert "all@example.com" not in reload(broken).last_error


def test_a_server_too_slow_for_the_claim_leaves_the_rest_to_others(story, shop, monkeypatch):
    for number in range(3):
        story.fulfill(email=f"{number}@example.com")
    clock = iter(range(0, 10_000, 250))
    monkeypatch.setattr(sending, "monotonic", lambda: next(clock))

    assert len(story.send()) == 1
    monkeypatch.undo()
    assert len(story.send()) == 2


def test_mails_of_one_channel_share_a_connection(story, shop):
    for number in range(5):
        story.fulfill(email=f"{number}@example.com", channel="default-channel")
    story.fulfill(email="pl@example.com", channel="channel-pln")

    story.send()

    assert shop.connections_opened == 2


def test_a_worker_that_dies_loses_nothing_and_the_same_mail_has_the_same_id(story, shop):
    story.fulfill()
    (claimed,) = claim_due(Invitation.objects.all(), now=story.now, limit=10)
    assert story.send() == [], "claimed rows belong to one worker"

    story.later(seconds=LEASE.total_seconds())
    (mail,) = story.send()
    Invitation.objects.filter(pk=claimed.pk).update(sent_at=None, status="scheduled", due_at=story.now)
    (again,) = story.send()

    assert mail.message.extra_headers["Message-ID"] == again.message.extra_headers["Message-ID"]


@pytest.mark.django_db(transaction=True)
def test_workers_that_run_at_once_send_each_mail_once(story, shop):
    for number in range(40):
        story.fulfill(email=f"{number}@example.com")

    def work():
        sending.send_due(now=story.now, limit=5)
        sending.send_due(now=story.now, limit=5)
        connections.close_all()

    workers = [Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    while story.send():
        pass

    assert sorted(mail.message.to[0] for mail in shop.outbox) == sorted(f"{number}@example.com" for number in range(40))
    assert Tally.objects.get(span="day", dimension="", country="").sent == 40
    assert tallies.differences() == 0


def test_staff_are_told_of_a_detractor_once(story, shop):
    shop.configure(enabled=True, delay_hours="0", staff_emails="care@shop.example, boss@shop.example")
    invitation = story.invite()
    story.answer(invitation, 3, "Broken <cup>")

    (alert,) = story.send()
    story.answer(invitation, 2, "Still broken")

    assert alert.message.to == ["care@shop.example", "boss@shop.example"]
    assert "Broken <cup>" in alert.message.body
    assert story.send() == []


def test_staff_are_not_told_of_a_detractor_who_changed_their_mind_first(story, shop):
    shop.configure(enabled=True, delay_hours="0", staff_emails="care@shop.example")
    invitation = story.invite()
    recording.note_seen(invitation_token(invitation.key), now=story.now, score="0")
    assert story.send() == [], "somebody is still writing"

    story.answer(invitation, 10)
    story.later(hours=1)

    assert story.send() == []
    assert not DetractorAlert.objects.exists()


def test_an_alert_waits_for_a_server_that_is_down(story, shop):
    shop.configure(enabled=True, delay_hours="0", staff_emails="care@shop.example")
    story.answer(story.invite(), 0)
    shop.mail_errors = [ConnectionRefusedError("no server")]

    assert story.send() == []
    story.later(minutes=1)
    assert len(story.send()) == 1


def test_the_link_leads_to_the_storefront_where_the_operator_has_a_page(story, shop):
    shop.configure(enabled=True, delay_hours="0", survey_url="https://shop.example/survey?t={token}")
    invitation = story.fulfill()

    (mail,) = story.send()

    assert f"https://shop.example/survey?t={invitation_token(invitation.key)}&score=10" in mail.message.body


def test_what_was_sent_before_a_fault_is_noted_and_never_sent_again(story, monkeypatch):
    first, second, third = (story.fulfill(email=f"{number}@example.com") for number in range(3))
    write = sending.survey_mail

    def fail_at_the_third(**facts):
        if facts["key"] == third.key:
            raise RuntimeError("a fault of ours")
        return write(**facts)

    monkeypatch.setattr(sending, "survey_mail", fail_at_the_third)
    with pytest.raises(RuntimeError):
        story.send()

    assert [reload(invitation).status for invitation in (first, second, third)] == ["sent", "sent", "scheduled"]
    assert tallies.differences() == 0
    monkeypatch.undo()
    story.later(seconds=LEASE.total_seconds())
    assert [mail.message.to for mail in story.send()] == [["2@example.com"]]


def test_reminders_of_one_run_are_noted_together(story):
    invitations = [story.fulfill(email=f"{number}@example.com") for number in range(25)]
    story.send()
    story.later(hours=96)

    assert len(story.send()) == 25

    due = {(row.reminded_at, row.due_at == row.expires_at) for row in map(reload, invitations)}
    assert due == {(story.now, True)}
    assert story.send() == []
