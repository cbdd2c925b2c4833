import smtplib
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db.models import Q

from preview.shop_desk import ADA, BEN
from saleor_nps_plugin import privacy
from saleor_nps_plugin.errors import Invalid, NotFound, NotUnique, Required
from saleor_nps_plugin.queue import GIVE_UP_AFTER
from saleor_nps_plugin.rewards.models import PointsAccount, PointsEntry
from saleor_nps_plugin.surveys.following_up import case_values, cases, replies
from saleor_nps_plugin.surveys.following_up.cases import CaseConflict, Changes
from saleor_nps_plugin.surveys.following_up.replies import Draft
from saleor_nps_plugin.surveys.models import CaseNote, CaseReply, Response
from tests.surveys.story import an_order


@pytest.fixture
def response(story):
    return story.answer(story.invite(language_code="de", first_name="Marie"), 3, "Zu spät\nund kalt")


@pytest.fixture
def reply(response, story):
    """Ada replies to the response."""

    def reply(text="So sorry.", *, key=None, revision=None, visible=Q(), **changes):
        draft = Draft(key=key or uuid4(), text=text, **changes)
        return replies.send_reply(
            response.pk, draft, staff_id=ADA.id, now=story.now, revision=revision, visible=visible
        )

    return reply


def sent(story):
    """The mails that the worker sends now."""
    before = len(story.shop.outbox)
    replies.send_due(now=story.now)
    return story.shop.outbox[before:]


def test_a_reply_goes_out_in_the_customers_language_and_comes_back_to_its_author(reply, story):
    story.shop.configure(enabled=True, shop_name="Tea & Co", sender_address="care@tea.example", sender_name="Tea & Co")
    reply("Das tut mir leid.\n\nMorgen kommt eine neue.")

    (mail,) = sent(story)

    message = mail.message
    assert (message.to, message.from_email) == (["ada@example.com"], '"Tea & Co" <care@tea.example>')
    assert message.extra_headers["Reply-To"] == ADA.email
    assert "Auto-Submitted" not in message.extra_headers
    assert "Marie" in message.body and "Das tut mir leid.\n\nMorgen kommt eine neue." in message.body
    assert "Ada Lovelace\nTea & Co" in message.body
    assert "Zu spät\nund kalt" in message.body
    html = message.alternatives[0][0]
    assert "Das tut mir leid.<br><br>Morgen kommt eine neue." in html and 'lang="de"' in html
    assert mail.payload["reply_to"] == ADA.email


def test_markup_stays_text(story, reply):
    reply("<b>bold</b> & {{ code }}", subject="A & B\r\nBcc: everybody@example.com")

    (mail,) = sent(story)

    assert mail.message.subject == "A & B Bcc: everybody@example.com"
    assert "&lt;b&gt;bold&lt;/b&gt; &amp; {{ code }}" in mail.message.alternatives[0][0]


def test_a_reply_is_sent_once(reply, story):
    made = reply()

    assert len(sent(story)) == 1
    assert sent(story) == []
    made.refresh_from_db()
    assert (made.sent_at, made.due_at, made.last_error) == (story.now, None, "")


def test_the_history_tells_of_it_and_who_replies_takes_the_case(reply, story, response):
    made = reply(case_status="resolved")

    response.refresh_from_db()
    assert (response.case_status, response.assignee_id) == ("resolved", ADA.id)
    changed, told = CaseNote.objects.all()
    assert (told.kind, told.text, told.facts, told.author_id) == (
        "reply",
        "So sorry.",
        {"reply": made.pk, "revision": 3},
        ADA.id,
    )
    assert changed.facts == {"case_status": ["open", "resolved"], "assignee_id": [None, ADA.id], "revision": 2}


def test_somebody_elses_case_stays_theirs(reply, story, response):
    cases.update_response(response.pk, Changes(assignee_id=BEN.id), staff_id=BEN.id, now=story.now)

    reply()

    assert Response.objects.get().assignee_id == BEN.id


def test_a_code_and_points_go_along(reply, story, response):
    reply(voucher_id=7, points=500)

    (mail,) = sent(story)

    (code,) = story.shop.offered
    assert story.shop.offered[code] == 7
    assert code in mail.message.body and "5,00\xa0$" in mail.message.body
    entry = PointsEntry.objects.get()
    assert (entry.points, entry.account.currency, entry.remark.text, entry.remark.author_id) == (
        500,
        "USD",
        entry.remark.text,
        ADA.id,
    )
    offer = CaseNote.objects.get(kind="offer")
    assert offer.facts == {"voucher": "Sorry", "code": code, "points": 500, "currency": "USD", "revision": 3}


def test_the_same_form_twice_gives_nothing_twice(reply, story):
    key = uuid4()

    first, second = (reply(key=key, voucher_id=7, points=500) for _ in range(2))

    assert first == second
    assert (len(story.shop.offered), PointsEntry.objects.count(), CaseReply.objects.count()) == (1, 1, 1)


def test_the_key_of_another_case_is_refused(reply, story):
    key = uuid4()
    reply(key=key)
    other = story.answer(story.invite(email="other@example.com"), 2)

    with pytest.raises(NotUnique):
        replies.send_reply(other.pk, Draft(key=key, text="x"), staff_id=1, now=story.now)

    assert CaseReply.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "refusal", "field"),
    [
        ({"text": " \x00 "}, Required, "text"),
        ({"text": "x" * 5001}, Invalid, "text"),
        ({"subject": "x" * 201}, Invalid, "subject"),
        ({"voucher_id": 999, "points": 5}, Invalid, "voucher"),
        ({"points": -5}, Invalid, "points"),
        ({"points": 2**31}, Invalid, "points"),
    ],
)
def test_what_cannot_be_is_refused_whole(reply, story, response, changes, refusal, field):
    with pytest.raises(refusal) as refused:
        reply(**changes)

    assert refused.value.field == field
    response.refresh_from_db()
    assert (response.revision, response.assignee_id) == (1, None)
    assert not (CaseReply.objects.exists() or CaseNote.objects.exists() or PointsEntry.objects.exists())
    assert not PointsAccount.objects.exists()


def test_the_second_of_two_who_reply_at_once_is_told_of_the_first(reply, story, response):
    reply("First", revision=1)

    with pytest.raises(CaseConflict) as refused:
        draft = Draft(key=uuid4(), text="Second", points=5, voucher_id=7)
        replies.send_reply(response.pk, draft, staff_id=BEN.id, now=story.now, revision=1)

    assert refused.value.message == "Ada Lovelace has replied to the customer meanwhile."
    assert not (story.shop.offered or PointsEntry.objects.exists())
    assert CaseReply.objects.get().text == "First"


def test_who_may_not_see_the_channel_finds_nothing(reply):
    with pytest.raises(NotFound):
        reply(visible=Q(channel="elsewhere"))


def test_a_customer_who_is_gone_cannot_be_written_to(reply, story, response):
    story.shop.remove_order(response.order_id)

    with pytest.raises(Invalid):
        reply()

    assert not CaseReply.objects.exists()


def test_a_refused_address_is_told_at_once(reply, story):
    made = reply()
    story.shop.mail_errors.append(
        smtplib.SMTPRecipientsRefused({"ada@example.com": (550, b"no such <ada@example.com>")})
    )

    assert sent(story) == []
    made.refresh_from_db()
    assert (made.due_at, made.sent_at) == (None, None)
    assert made.last_error == "recipient refused: 550 no such <<address>>"


def test_a_server_that_is_down_is_tried_again_and_staff_may_hurry_it(reply, story):
    made = reply()
    story.shop.mail_errors.append(ConnectionRefusedError("down"))
    assert sent(story) == []
    made.refresh_from_db()
    assert (made.due_at, made.last_error) == (story.now + timedelta(minutes=1), "ConnectionRefusedError: down")

    replies.try_again(made.pk, now=story.now)

    assert len(sent(story)) == 1
    with pytest.raises(Invalid):
        replies.try_again(made.pk, now=story.now)


def test_after_days_of_failure_it_is_given_up(reply, story):
    made = reply()
    made.failing_since = story.now
    made.save()
    story.later(days=GIVE_UP_AFTER.days)
    story.shop.mail_errors.append(ConnectionRefusedError("down"))

    sent(story)

    made.refresh_from_db()
    assert (made.due_at, made.last_error) == (None, "ConnectionRefusedError: down")


def test_an_author_who_left_has_no_address(reply, story):
    reply()
    story.shop.dismiss(ADA.id)

    (mail,) = sent(story)

    assert "Reply-To" not in mail.message.extra_headers
    assert ADA.email not in mail.message.body


def test_who_is_forgotten_is_forgotten_here_too(reply, story):
    reply(points=500)

    privacy.forget(email="ada@example.com", now=story.now)

    assert not CaseReply.objects.exists() and not CaseNote.objects.exists()
    assert sent(story) == []


def test_many_replies_cost_no_more_statements_to_read(story, django_assert_max_num_queries):
    for number in range(5):
        response = story.answer(story.invite(email=f"{number}@example.com"), 2)
        replies.send_reply(response.pk, Draft(key=uuid4(), text="Sorry"), staff_id=1, now=story.now)

    with django_assert_max_num_queries(5 + 2 * 2):
        assert len(sent(story)) == 5


def test_the_worker_notes_what_customers_have_spent(story):
    paid = Decimal("90.00")
    rich = story.answer(story.invite(email="rich@example.com", charged=paid, refunded=Decimal(20)), 3)
    story.shop.add_order(an_order(email="rich@example.com", charged=paid))
    gone = story.answer(story.invite(email="gone@example.com"), 3)
    story.shop.remove_order(gone.order_id)
    happy = story.answer(story.invite(email="happy@example.com", charged=paid), 10)

    assert case_values.note_values(limit=10) == 2
    assert case_values.note_values(limit=10) == 0

    values = dict(Response.objects.values_list("pk", "customer_value"))
    assert values == {rich.pk: Decimal(160), gone.pk: Decimal(0), happy.pk: None}
