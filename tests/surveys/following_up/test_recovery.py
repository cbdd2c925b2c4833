"""Some days after a case was resolved its customer is asked, once, whether it is right now."""

from dataclasses import replace

import pytest

from saleor_nps_plugin import privacy
from saleor_nps_plugin.surveys.answering import recording
from saleor_nps_plugin.surveys.asking import sending
from saleor_nps_plugin.surveys.following_up import cases, replies
from saleor_nps_plugin.surveys.making.ready import RECOVERY
from saleor_nps_plugin.surveys.models import Invitation, Response, Survey
from saleor_nps_plugin.surveys.reporting import stages

ON = {"enabled": True, "delay_hours": "0", "shop_name": "Tea & Co", "recovery_after_days": "5"}


@pytest.fixture
def resolve(shop, story):
    shop.configure(**ON)

    def resolve(response, status="resolved"):
        cases.update_response(response.pk, cases.Changes(case_status=status), staff_id=1, now=story.now)

    return resolve


@pytest.fixture
def response(story, shop):
    shop.configure(**ON)
    return story.answer(story.invite(user_id=7), 2, "It leaked")


def asked():
    return Invitation.objects.filter(source="case")


def sent(story):
    before = len(story.shop.outbox)
    sending.send_due(now=story.now)
    return [mail for mail in story.shop.outbox[before:] if mail.event in ("nps_invitation", "nps_reminder")]


def test_a_resolved_case_is_asked_about_days_later(story, resolve, response):
    resolve(response)

    invitation = asked().get()
    assert (invitation.recovers, invitation.survey.slug, invitation.order_id) == (
        response,
        RECOVERY,
        response.order_id,
    )
    story.later(days=5, seconds=-1)
    assert sent(story) == []
    story.later(seconds=1)
    (mail,) = sent(story)
    assert "1001" in mail.message.body and "our team has looked into it" in mail.message.body
    assert "right" in mail.message.subject.lower() or "right" in mail.payload["question"].lower()


def test_its_answer_is_known_as_the_recovery_of_the_first(story, resolve, response):
    resolve(response)
    story.later(days=5)
    sent(story)

    story.answer(asked().get(), 9)

    answered = Response.objects.get(survey__slug=RECOVERY)
    assert answered.invitation.recovers == response
    assert (answered.score, answered.shopper_id) == (9, response.shopper_id)


def test_nobody_is_asked_unless_the_operator_says_so(story, shop, response):
    shop.configure(**ON | {"recovery_after_days": "0"})
    cases.update_response(response.pk, cases.Changes(case_status="resolved"), staff_id=1, now=story.now)

    assert not asked().exists()


def test_it_is_asked_once_per_case_however_often_it_is_resolved(story, resolve, response):
    for status in ("resolved", "open", "resolved", "in_progress", "resolved"):
        resolve(response, status)
    assert asked().count() == 1

    story.later(days=5)
    assert len(sent(story)) == 1
    resolve(response, "open")
    resolve(response)
    story.later(days=5)
    assert sent(story) == []
    assert asked().count() == 1


def test_a_case_opened_again_in_time_is_not_asked_about(story, resolve, response):
    resolve(response)
    stages.count_new(now=story.now, limit=10)
    resolve(response, "open")

    story.later(days=6)
    assert sent(story) == []
    assert not asked().exists()
    stages.count_new(now=story.now, limit=10)
    assert stages.differences() == 0


def test_a_reply_that_resolves_a_case_counts_as_well(story, shop, resolve, response):
    from uuid import uuid4

    draft = replies.Draft(key=uuid4(), text="Sorry!", case_status="resolved")
    replies.send_reply(response.pk, draft, staff_id=1, now=story.now)

    assert asked().count() == 1


def test_the_answer_to_it_makes_no_further_question(story, resolve, response):
    resolve(response)
    story.later(days=5)
    sent(story)
    again = story.answer(asked().get(), 1)
    resolve(again)

    assert asked().count() == 1


def test_the_cooldown_neither_holds_it_back_nor_begins_with_it(story, resolve, response):
    asked_at = response.shopper.asked_at
    resolve(response)
    story.later(days=5)

    assert len(sent(story)) == 1
    response.shopper.refresh_from_db()
    assert response.shopper.asked_at == asked_at


def test_an_order_refunded_to_make_it_right_is_asked_about(story, shop, resolve, response):
    order = shop.orders([response.order_id])[response.order_id]
    shop.add_order(replace(order, is_refunded=True))
    resolve(response)
    story.later(days=5)

    assert len(sent(story)) == 1


@pytest.mark.parametrize("what", ["opted_out", "forgotten", "switched_off", "order_gone"])
def test_who_is_not_to_be_asked_is_not(story, shop, resolve, response, what):
    from saleor_nps_plugin.links import invitation_token

    resolve(response)
    if what == "opted_out":
        recording.opt_out(invitation_token(response.invitation.key), now=story.now)
    elif what == "forgotten":
        privacy.forget(email="ada@example.com", user_id=7, now=story.now)
    elif what == "switched_off":
        shop.configure(**ON | {"recovery_after_days": "0"})
    else:
        shop.remove_order(response.order_id)
    story.later(days=5)

    assert sent(story) == []
    assert asked().get().status == "skipped"


def test_who_opted_out_before_is_noted_as_spared(story, resolve, response):
    from saleor_nps_plugin.links import invitation_token

    recording.opt_out(invitation_token(response.invitation.key), now=story.now)
    resolve(Response.objects.get())

    assert (asked().get().status, asked().get().skip_reason) == ("skipped", "opted_out")


def test_without_the_survey_nothing_is_asked(story, resolve, response):
    Survey.objects.filter(slug=RECOVERY).update(is_active=False)
    resolve(response)

    assert not asked().exists()
