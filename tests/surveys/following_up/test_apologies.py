"""Whoever is unhappy is apologised to."""

from uuid import uuid4

import pytest

from preview.shop_desk import ADA
from saleor_nps_plugin.errors import Invalid
from saleor_nps_plugin.links import invitation_token
from saleor_nps_plugin.rewards import notices
from saleor_nps_plugin.surveys.answering import recording
from saleor_nps_plugin.surveys.following_up import apologies, cases, replies, thanking
from saleor_nps_plugin.surveys.models import Response

ON = {"enabled": True, "delay_hours": "0", "cooldown_days": "0", "shop_name": "Tea & Co"}
TOLD = ON | {"staff_emails": "care@tea.example"}


def mails(story):
    before = len(story.shop.outbox)
    notices.send_due(now=story.now)
    return [mail for mail in story.shop.outbox[before:] if mail.event == "nps_apology"]


def token_of(response):
    return invitation_token(response.invitation.key)


def test_a_detractor_gets_an_apology_a_quarter_of_an_hour_later(story, unhappy):
    response = unhappy()
    assert mails(story) == []

    story.later(minutes=15)
    (mail,) = mails(story)

    assert mail.message.to == ["ada@example.com"]
    assert f"/s/{token_of(response)}/thanks/#callback" in mail.message.body
    assert f"/s/{token_of(response)}/opt-out/" in mail.message.extra_headers["List-Unsubscribe"]
    assert "Tea & Co" in mail.message.body
    assert mails(story) == []


@pytest.mark.parametrize("score", [7, 8, 9, 10])
def test_nobody_else_does(story, unhappy, score):
    unhappy(score)
    story.later(minutes=15)

    assert mails(story) == []


def test_who_thinks_better_of_it_in_time_gets_none(story, unhappy):
    response = unhappy()
    story.later(minutes=5)
    thanking.thank(story.answer(response.invitation, 9), now=story.now)
    story.later(minutes=60)

    assert mails(story) == []


def resolve(response, now):
    cases.update_response(response.pk, cases.Changes(case_status="resolved"), staff_id=ADA.id, now=now)


def reply(response, now):
    replies.send_reply(response.pk, replies.Draft(key=uuid4(), text="So sorry."), staff_id=ADA.id, now=now)


@pytest.mark.parametrize("see_to", [resolve, reply])
def test_no_apology_comes_after_staff_have_seen_to_it(story, unhappy, see_to):
    response = unhappy()
    see_to(response, story.later(minutes=5))

    story.later(minutes=15)
    assert mails(story) == []
    response.refresh_from_db()
    thanking.thank(response, now=story.now)
    story.later(minutes=15)
    assert mails(story) == []


@pytest.mark.parametrize("see_to", [resolve, reply])
def test_nor_for_somebody_who_never_saw_the_page(story, see_to):
    response = story.answer(story.invite(), 3)
    see_to(response, story.later(minutes=5))

    assert thanking.thank_waiting(now=story.later(minutes=20)) == 1

    assert mails(story) == []


def test_putting_an_answer_back_sends_no_apology_that_is_too_late(story, unhappy):
    response = unhappy()
    resolve(response, story.now)

    for is_counted in (False, True):
        changes = cases.Changes(is_counted=is_counted, exclusion_reason="" if is_counted else "Doubtful")
        cases.update_response(response.pk, changes, staff_id=ADA.id, now=story.now)

    story.later(minutes=20)
    assert mails(story) == []


def test_it_can_be_switched_off_and_then_nobody_is_asked(story, shop, unhappy):
    shop.configure(**ON, detractor_apology="false")
    response = unhappy()
    story.later(minutes=15)

    assert mails(story) == []
    with pytest.raises(Invalid):
        apologies.ask_callback(token_of(response), "555 0100", now=story.now)
    thanking.thank_waiting(now=story.later(minutes=20))
    assert mails(story) == []


def test_the_question_alone_can_be_switched_off(story, shop, unhappy):
    shop.configure(**ON, callback="false")
    response = unhappy()
    story.later(minutes=15)

    (mail,) = mails(story)
    assert "callback" not in mail.message.body
    with pytest.raises(Invalid):
        apologies.ask_callback(token_of(response), "555 0100", now=story.now)
    assert Response.objects.get().callback == ""


def test_who_never_sees_the_page_is_apologised_to(story):
    story.answer(story.invite(), 3)

    assert thanking.thank_waiting(now=story.later(minutes=20)) == 1
    assert len(mails(story)) == 1
    assert thanking.thank_waiting(now=story.later(minutes=20)) == 0


def test_who_wants_no_surveys_any_more_gets_no_apology_and_who_wants_no_rewards_does(story, unhappy):
    out, no_rewards = unhappy(), unhappy(email="bob@example.com")
    recording.opt_out(token_of(out), now=story.now)
    no_rewards.shopper.rewards_opted_out_at = story.now
    no_rewards.shopper.save()
    story.later(minutes=15)

    assert [mail.message.to for mail in mails(story)] == [["bob@example.com"]]
