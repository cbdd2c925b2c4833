"""What becomes of the case, the mails and the thanks of an answer that looks untrue."""

import pytest

from saleor_nps_plugin.links import invitation_token
from saleor_nps_plugin.referrals.models import ReferralCode
from saleor_nps_plugin.rewards import notices
from saleor_nps_plugin.rewards.models import Notice
from saleor_nps_plugin.surveys.answering import judging, untrue
from saleor_nps_plugin.surveys.following_up import apologies, cases, thanking
from saleor_nps_plugin.surveys.models import CaseNote, DetractorAlert, Response

SHOP = {"enabled": True, "delay_hours": "0", "cooldown_days": "0", "shop_name": "Tea & Co"}


@pytest.fixture
def doubtful(story, shop):
    """An answer that a program gave; nobody has judged it yet."""
    shop.configure(**SHOP)

    def answer(score):
        response = story.answer(story.invite(email=f"shopper{score}@example.com"), score, "Bad")
        untrue.note(response, trace={"honeypot": True}, now=story.now)
        return response

    return answer


def judge(story):
    judging.judge_due(now=story.later(minutes=2), limit=200)


def test_the_case_of_what_looks_untrue_is_set_aside_until_staff_put_it_back(doubtful, story):
    response, honest = doubtful(0), story.answer(story.invite(), 0)
    judge(story)
    assert [Response.objects.get(pk=one.pk).case_status for one in (response, honest)] == ["none", "open"]

    # A change of the answer does not bring it back.
    story.answer(response.invitation, 1, "Worse")
    judge(story)
    assert Response.objects.get(pk=response.pk).case_status == "none"

    back = cases.update_response(response.pk, cases.Changes(is_counted=True), staff_id=5, now=story.now)
    assert back.case_status == Response.objects.get(pk=response.pk).case_status == "open"
    assert CaseNote.objects.filter(response=response).last().facts["case_status"] == ["none", "open"]


def test_a_case_that_staff_have_taken_up_stays_with_them(doubtful, story):
    mine, begun = doubtful(0), doubtful(0)
    cases.update_response(mine.pk, cases.Changes(assignee_id=5), staff_id=5, now=story.now)
    cases.update_response(begun.pk, cases.Changes(case_status="in_progress"), staff_id=5, now=story.now)

    judge(story)

    assert [Response.objects.get(pk=one.pk).case_status for one in (mine, begun)] == ["open", "in_progress"]


def test_staff_who_put_one_back_may_say_that_there_is_no_case(doubtful, story):
    response = doubtful(0)
    judge(story)

    changes = cases.Changes(is_counted=True, case_status="none")
    back = cases.update_response(response.pk, changes, staff_id=5, now=story.now)

    assert back.case_status == "none"


def test_who_looks_untrue_and_asks_to_be_called_back_waits_for_staff_to_put_it_back(doubtful, story, shop):
    shop.configure(**SHOP, staff_emails="care@tea.example")
    response = doubtful(0)
    judge(story)

    apologies.ask_callback(invitation_token(response.invitation.key), "555 0100", now=story.now)

    response.refresh_from_db()
    assert (response.callback, response.case_status) == ("555 0100", "none")
    assert DetractorAlert.objects.count() == 0


def test_mails_that_follow_an_answer_wait_while_it_looks_untrue(doubtful, story, shop):
    response = doubtful(0)
    thanking.thank(response, now=story.now)
    judge(story)
    before = len(shop.outbox)

    notices.send_due(now=story.later(minutes=20))
    thanking.thank_waiting(now=story.now)
    assert len(shop.outbox) == before

    cases.update_response(response.pk, cases.Changes(is_counted=True), staff_id=5, now=story.now)
    notices.send_due(now=story.now)
    assert [mail.event for mail in shop.outbox[before:]] == ["nps_apology"]


def test_who_looks_untrue_earns_nothing_and_does_once_staff_have_put_it_back(doubtful, story, shop):
    shop.configure(**SHOP, cashback_for="respondents", passive_offer_voucher="Sorry")
    happy, nearly = doubtful(10), doubtful(8)
    judge(story)
    story.later(minutes=20)

    for response in (happy, nearly):
        thanking.thank(Response.objects.get(pk=response.pk), now=story.now)
    thanking.thank_waiting(now=story.now)
    assert not (shop.offered or ReferralCode.objects.exists() or Notice.objects.exists())

    for response in (happy, nearly):
        cases.update_response(response.pk, cases.Changes(is_counted=True), staff_id=5, now=story.now)
    assert thanking.thank_waiting(now=story.now) == 2
    assert (len(shop.offered), ReferralCode.objects.count()) == (1, 1)


def test_what_is_put_back_after_days_is_not_thanked_for_any_more(doubtful, story, shop):
    response = doubtful(10)
    judge(story)
    thanking.thank_waiting(now=story.later(days=4))

    cases.update_response(response.pk, cases.Changes(is_counted=True), staff_id=5, now=story.now)

    assert thanking.thank_waiting(now=story.now) == 0
