"""Whoever is unhappy is apologised to, and may say how to be called back."""

import pytest

from saleor_nps_plugin import privacy
from saleor_nps_plugin.errors import Invalid, TokenExpired, TokenInvalid
from saleor_nps_plugin.links import invitation_token
from saleor_nps_plugin.rewards import notices
from saleor_nps_plugin.rewards.models import Notice
from saleor_nps_plugin.surveys.answering import recording
from saleor_nps_plugin.surveys.asking import sending
from saleor_nps_plugin.surveys.following_up import apologies, cases, thanking
from saleor_nps_plugin.surveys.models import DetractorAlert, Response
from tests.referrals.story import at_once

ON = {"enabled": True, "delay_hours": "0", "cooldown_days": "0", "shop_name": "Tea & Co"}
TOLD = ON | {"staff_emails": "care@tea.example"}


def mails(story):
    before = len(story.shop.outbox)
    notices.send_due(now=story.now)
    return [mail for mail in story.shop.outbox[before:] if mail.event == "nps_apology"]


def alerts(story):
    before = len(story.shop.outbox)
    sending.send_due(now=story.now)
    return [mail for mail in story.shop.outbox[before:] if mail.event == "nps_detractor_alert"]


@pytest.fixture
def unhappy(story):
    """A response with a case, thanked for as the page does."""

    def answer(score=3, **changes):
        response = story.answer(story.invite(**changes), score, "It leaked")
        thanking.thank(response, now=story.now)
        return response

    return answer


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


def test_it_can_be_switched_off_and_then_nobody_is_asked(story, shop, unhappy):
    shop.configure(**ON, detractor_apology="false")
    response = unhappy()
    story.later(minutes=15)

    assert mails(story) == []
    with pytest.raises(Invalid):
        apologies.ask_callback(token_of(response), "555 0100", now=story.now)
    assert thanking.thank_waiting(now=story.later(minutes=20)) == 0


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


def test_a_wish_to_be_called_is_in_the_case_and_told_to_staff(story, shop, unhappy):
    shop.configure(**TOLD)
    response = unhappy()
    (first,) = alerts(story)
    story.later(minutes=2)

    apologies.ask_callback(token_of(response), "  555 0100,\nafter five ", now=story.now)

    response.refresh_from_db()
    assert (response.callback, response.may_contact, response.case_status) == ("555 0100, after five", True, "open")
    assert alerts(story) == []
    story.later(minutes=15)
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
