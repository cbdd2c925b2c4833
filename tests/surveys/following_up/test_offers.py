"""Whoever is nearly convinced gets one code, and nobody gets codes by answering often."""

import pytest

from saleor_nps_plugin.rewards import notices
from saleor_nps_plugin.rewards.models import Notice
from saleor_nps_plugin.surveys.following_up import thanking
from saleor_nps_plugin.surveys.models import Offer, Response, Survey
from tests.referrals.story import at_once

ON = {"enabled": True, "delay_hours": "0", "cooldown_days": "0", "shop_name": "Tea & Co"}


@pytest.fixture
def answered(shop, story):
    """The response to an order, thanked for as the page does."""
    shop.configure(**ON, passive_offer_voucher="Sorry")

    def answer(score=7, **changes):
        response = story.answer(story.invite(**changes), score)
        thanking.thank(response, now=story.now)
        return response

    return answer


def mails(story):
    before = len(story.shop.outbox)
    notices.send_due(now=story.now)
    return story.shop.outbox[before:]


@pytest.mark.parametrize("score", [7, 8])
def test_a_passive_gets_a_code_of_the_operators_voucher_by_page_and_mail(shop, story, answered, score):
    response = answered(score)

    offer = Offer.objects.get()
    assert shop.offered == {offer.code: 7}
    assert (offer.response, offer.voucher_name, offer.made_at) == (response, "Sorry", story.now)
    thanks = thanking.thanks_for(response)
    assert (thanks.offer, thanks.offer_takes_off.value) == (offer, 10)
    (mail,) = mails(story)
    assert mail.event == "nps_offer"
    assert (mail.payload["code"], mail.payload["discount"]) == (offer.code, "10%")
    assert offer.code in mail.message.body and "10%" in mail.message.body


@pytest.mark.parametrize("score", [0, 6, 9, 10])
def test_nobody_else_gets_one(shop, answered, score):
    answered(score)

    assert not shop.offered and not Offer.objects.exists()


def test_nobody_gets_one_unless_the_operator_says_so(shop, story):
    response = story.answer(story.invite(), 7)
    thanking.thank(response, now=story.now)

    thanking.thank_waiting(now=story.later(minutes=20))
    assert not shop.offered and not Notice.objects.exists()


def test_answers_on_other_scales_get_none(shop, story, answered):
    Survey.objects.update(scale="csat")
    answered(3)

    assert not shop.offered


def test_the_voucher_may_be_named_by_a_code_of_it(shop, story, answered):
    shop.publish_offer("FIRST", 8, "default-channel")
    shop.configure(**ON, passive_offer_voucher="FIRST")

    answered()

    assert Offer.objects.get().voucher_name == "Free shipping"


def test_thanking_again_gives_the_same_code(story, answered, shop):
    response = answered()
    code = Offer.objects.get().code
    thanking.thank(response, now=story.later(days=365))

    assert list(shop.offered) == [code]
    assert Notice.objects.filter(key=f"offer:{response.pk}").count() == 1


def test_a_second_answer_within_the_pause_gets_none_and_one_after_it_does(story, answered, shop):
    answered()
    story.later(days=179)
    second = answered()
    assert len(shop.offered) == 1
    assert thanking.thanks_for(second).offer is None

    story.later(days=1, seconds=1)
    answered()
    assert len(shop.offered) == 2
    assert thanking.thank_waiting(now=story.later(minutes=20)) == 3
    assert len(shop.offered) == 2


def test_the_pause_is_the_persons_whatever_address_they_order_with(answered, shop):
    answered(user_id=7, email="ada@example.com")
    answered(user_id=7, email="ada@work.example")

    assert len(shop.offered) == 1


def test_without_a_pause_each_answer_gets_one(story, shop, answered):
    shop.configure(**ON, passive_offer_voucher="Sorry", offer_pause_days="0")
    answered()
    story.later(seconds=1)
    answered()

    assert len(shop.offered) == 2


def test_who_answers_seven_first_keeps_the_code_but_is_not_shown_it_for_another_answer(story, answered, shop):
    response = answered()
    changed = story.answer(response.invitation, 9)
    thanking.thank(changed, now=story.now)

    assert thanking.thanks_for(changed).offer is None
    assert len(shop.offered) == 1


def test_who_never_sees_the_page_gets_it_by_mail(shop, story):
    shop.configure(**ON, passive_offer_voucher="Sorry")
    story.answer(story.invite(), 8)

    assert thanking.thank_waiting(now=story.later(minutes=20)) == 1
    assert [mail.event for mail in mails(story)] == ["nps_offer"]
    assert thanking.thank_waiting(now=story.later(minutes=20)) == 0


def test_who_refused_mails_about_rewards_gets_it_on_the_page_alone(story, shop):
    shop.configure(**ON, passive_offer_voucher="Sorry")
    response = story.answer(story.invite(), 8)
    response.shopper.rewards_opted_out_at = story.now
    response.shopper.save()

    thanking.thank(Response.objects.get(), now=story.now)

    assert mails(story) == []
    assert thanking.thanks_for(response).offer is not None


def test_a_voucher_that_is_gone_is_logged_once_and_costs_nothing_else(story, shop, caplog):
    shop.configure(**ON, passive_offer_voucher="Gone", cashback_for="respondents")
    response = story.answer(story.invite(fulfilled_at=story.now, is_paid=True, goods_paid=40, charged=40), 8)

    for _ in range(3):
        thanking.thank(response, now=story.now)

    assert caplog.text.count("No offer in channel default-channel") == 1
    assert thanking.thanks_for(response).entry.points == 200
    assert not Offer.objects.exists()


def test_an_answer_left_out_of_the_score_gets_none(story, shop):
    shop.configure(**ON, passive_offer_voucher="Sorry")
    response = story.answer(story.invite(), 8)
    Response.objects.update(is_counted=False)

    response.refresh_from_db()
    thanking.thank(response, now=story.now)
    thanking.thank_waiting(now=story.later(minutes=20))
    assert not shop.offered


@pytest.mark.django_db(transaction=True)
def test_one_person_answering_twice_at_once_gets_one(story, shop):
    shop.configure(**ON, passive_offer_voucher="Sorry")
    responses = [story.answer(story.invite(), 8) for _ in range(4)]

    at_once([lambda response=response: thanking.thank(response, now=story.now) for response in responses])

    assert Offer.objects.count() == len(shop.offered) == 1
