"""A case shows what followed the answer by itself."""

from datetime import timedelta

import pytest

from saleor_nps_plugin.links import invitation_token
from saleor_nps_plugin.surveys.asking import sending
from saleor_nps_plugin.surveys.following_up import apologies, cases, thanking
from saleor_nps_plugin.surveys.models import Invitation, Response

ON = {"enabled": True, "delay_hours": "0", "recovery_after_days": "5", "passive_offer_voucher": "Sorry"}


@pytest.fixture
def ada(desk):
    return desk()


def words(ada, response):
    ada.get(f"responses/{response.pk}/")
    return ada.sees().one("section", class_="case-words").text


def test_a_wish_to_be_called_stands_by_the_words(ada, story):
    invitation = story.invite()
    response = story.answer(invitation, 3)
    apologies.ask_callback(invitation_token(invitation.key), "<b>555</b>", now=story.now)

    assert "The customer wants to hear from you:" in words(ada, response)
    assert "<b>555</b>" in words(ada, response)


def test_the_second_question_and_its_answer_lead_to_each_other(ada, shop, story):
    shop.configure(**ON)
    first = story.answer(story.invite(), 3)
    cases.update_response(first.pk, cases.Changes(case_status="resolved"), staff_id=1, now=story.now)
    assert "Will be asked again on" in words(ada, first)

    story.now += timedelta(days=5)
    sending.send_due(now=story.now)
    assert "no answer yet" in words(ada, first)

    story.answer(Invitation.objects.get(source="case"), 9)
    assert "Asked again after it was resolved: 9" in words(ada, first)
    second = Response.objects.exclude(pk=first.pk).get()
    assert "Asked because of an earlier answer: 3" in words(ada, second)


def test_an_offer_is_seen(ada, shop, story):
    shop.configure(**ON)
    response = story.answer(story.invite(), 8)
    thanking.thank(response, now=story.now)

    assert f"Got a code of the voucher Sorry for this answer: {response.offer.code}" in words(ada, response)


def test_nothing_is_shown_where_nothing_followed(ada, story):
    text = words(ada, story.answer(story.invite(), 3))

    assert "asked" not in text.lower() and "voucher" not in text
