"""A promoter is thanked with a code and points; whoever else, as the operator decided."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from saleor_nps_plugin.links import invitation_token
from saleor_nps_plugin.referrals.models import ReferralCode
from saleor_nps_plugin.rewards.models import Notice, PointsEntry
from saleor_nps_plugin.shoppers.models import Shopper
from saleor_nps_plugin.surveys.answering import recording
from saleor_nps_plugin.surveys.asking import scheduling
from saleor_nps_plugin.surveys.following_up import thanking
from saleor_nps_plugin.surveys.models import Response
from tests.surveys.story import an_order

PAID = {"is_paid": True, "goods_paid": Decimal("40.00"), "charged": Decimal("40.00")}


@pytest.fixture
def answered(story):
    """The response to an order that is paid and fulfilled."""

    def answer(score, **changes):
        invitation = story.invite(fulfilled_at=story.now, **PAID | changes)
        response = story.answer(invitation, score)
        # As the page that thanks does.
        thanking.thank(response, now=story.now)
        return response

    return answer


def rewards():
    return ReferralCode.objects.count(), list(PointsEntry.objects.values_list("points", flat=True))


def test_a_promoter_gets_a_code_cashback_and_a_mail(shop, answered):
    shop.configure(enabled=True, delay_hours="0", share_url="https://shop.example/?voucher={code}")

    thanks = thanking.thanks_for(answered(9))

    assert thanks.entry.points == 200
    assert thanks.share_url == f"https://shop.example/?voucher={thanks.code.code}"
    assert thanks.code.code in shop.rewards.codes
    assert (thanks.friend_gets.value, thanks.friend_gets.is_percentage) == (10, True)
    assert (thanks.owner_points, thanks.currency) == (500, "USD")
    assert Notice.objects.get().facts["code"] == thanks.code.code


@pytest.mark.parametrize("score", [0, 6, 7, 8])
def test_others_get_nothing_unless_the_operator_rewards_every_answer(shop, answered, score):
    answered(score)
    assert rewards() == (0, [])

    shop.configure(enabled=True, delay_hours="0", cooldown_days="0", cashback_for="respondents")
    answered(score, email="bob@example.com")
    assert rewards() == (0, [200])


def test_answering_again_gives_nothing_more(story, answered):
    response = answered(9)
    thanking.thank(story.answer(response.invitation, 10), now=story.now)
    thanking.thank(response, now=story.now)

    assert rewards() == (1, [200])
    assert Notice.objects.count() == 1


def test_a_change_of_mind_to_a_nine_is_thanked_and_one_away_takes_nothing_back(story, answered):
    response = answered(3)
    assert rewards() == (0, [])

    thanking.thank(story.answer(response.invitation, 9), now=story.now)
    assert rewards() == (1, [200])

    thanking.thank(story.answer(response.invitation, 2), now=story.now)
    assert rewards() == (1, [200])


def test_switched_off_parts_are_left_out(shop, answered):
    shop.configure(enabled=True, delay_hours="0", cooldown_days="0", referral_enabled="false")
    answered(9)
    assert rewards() == (0, [200])

    shop.configure(enabled=True, delay_hours="0", cooldown_days="0", cashback_for="off")
    answered(9, email="bob@example.com")
    assert rewards() == (1, [200])


def test_an_operators_voucher_that_is_gone_costs_the_code_and_not_the_cashback(shop, answered):
    shop.configure(enabled=True, delay_hours="0", referral_voucher="Gone")

    assert answered(9).pk
    assert rewards() == (0, [200])


def test_a_failure_keeps_the_answer_and_is_made_up_for(story, answered, monkeypatch):
    def fail(*args, **kwargs):
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr(thanking.codes, "ensure_code", fail)
    response = answered(9)
    assert Response.objects.get() == response
    assert rewards() == (0, [])

    monkeypatch.undo()
    story.later(minutes=20)
    assert thanking.thank_waiting(now=story.now) == 1
    assert rewards() == (1, [200])


def test_who_never_sees_the_page_is_thanked_by_mail(story):
    invitation = story.invite(fulfilled_at=story.now, **PAID)
    recording.note_seen(invitation_token(invitation.key), now=story.now, score="9")

    assert thanking.thank_waiting(now=story.now) == 0
    assert thanking.thank_waiting(now=story.later(minutes=20)) == 1
    assert rewards() == (1, [200])
    assert thanking.thank_waiting(now=story.later(minutes=20)) == 0


def test_answers_that_earn_nothing_keep_no_thanks_waiting(story, shop):
    shop.configure(enabled=True, delay_hours="0", cashback_for="respondents", cooldown_days="0")
    for number in range(7):
        story.answer(story.invite(email=f"{number}@example.com"), 7)
    last = story.invite(fulfilled_at=story.now, email="ada@example.com", **PAID)
    story.later(minutes=1)
    story.answer(last, 9)
    story.later(minutes=20)

    assert [thanking.thank_waiting(now=story.now, limit=3) for _ in range(4)] == [3, 3, 2, 0]
    assert rewards() == (1, [200])


def test_more_than_a_batch_of_them_is_looked_at_once(story, shop, survey):
    shopper = Shopper.objects.create(email_hash="a" * 64)
    Response.objects.bulk_create(
        Response(
            survey=survey,
            shopper=shopper,
            score=7,
            channel="default-channel",
            created_at=story.now,
            updated_at=story.now,
            editable_until=story.now,
            thanks_due_at=story.now + thanking.PATIENCE,
        )
        for _ in range(450)
    )
    story.later(minutes=15)

    looked_at = [thanking.thank_waiting(now=story.now) for _ in range(4)]

    assert looked_at == [200, 200, 50, 0]
    assert not Response.objects.filter(thanks_due_at__isnull=False).exists()
    assert thanking.thank_waiting(now=story.later(days=1)) == 0


def test_thanks_that_fail_are_tried_every_hour_for_three_days(story, monkeypatch):
    tries = []

    def fail(*args, **kwargs):
        tries.append(story.now)
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr(thanking.codes, "ensure_code", fail)
    story.answer(story.invite(fulfilled_at=story.now, **PAID), 9)
    story.later(minutes=20)
    while story.now < tries[0] + timedelta(days=4) if tries else True:
        thanking.thank_waiting(now=story.now)
        story.later(minutes=20)

    assert tries[1] - tries[0] == timedelta(hours=1)
    assert len(tries) == 73
    assert Response.objects.get().thanks_due_at is None


def test_an_answer_that_changes_while_it_is_looked_at_is_looked_at_again(story, monkeypatch):
    response = story.answer(story.invite(fulfilled_at=story.now, **PAID), 7)
    due = story.later(minutes=20)
    monkeypatch.setattr(thanking, "_unthanked", lambda ids: [story.answer(response.invitation, 9)][:0])

    assert thanking.thank_waiting(now=due) == 1
    monkeypatch.undo()

    assert thanking.thank_waiting(now=story.later(minutes=15)) == 1
    assert rewards() == (1, [200])


def test_an_order_paid_after_the_answer_earns_then(story, answered):
    response = answered(9, is_paid=False)
    assert rewards() == (1, [])

    order = story.shop.orders([response.order_id])[response.order_id]
    story.shop.add_order(replace(order, is_paid=True))
    thanking.follow_order(order.id, now=story.now)

    assert rewards() == (1, [200])


def test_every_order_earns_where_the_operator_says_so_but_none_of_long_ago(shop, story):
    shop.configure(enabled=True, cashback_for="all_orders")
    scheduling.note_activation(shop.settings(), now=story.now)
    before, after = (
        an_order(email=f"{days}@example.com", fulfilled_at=story.now + timedelta(days=days), **PAID) for days in (-3, 3)
    )
    for order in (before, after):
        shop.add_order(order, changed_at=story.now)

    thanking.sweep(now=story.later(days=4), since=story.now - timedelta(days=30))

    assert [entry.order_id for entry in PointsEntry.objects.all()] == [after.id]


def test_refunds_that_nobody_told_us_of_are_found(story, answered):
    response = answered(9)
    order = story.shop.orders([response.order_id])[response.order_id]
    story.shop.add_order(replace(order, refunded=Decimal("12.00")), changed_at=story.now)

    thanking.sweep(now=story.now, since=story.now - timedelta(hours=1))
    thanking.sweep(now=story.now, since=story.now - timedelta(hours=1))

    assert rewards() == (1, [200, -60])


def test_an_answer_that_staff_left_out_is_not_thanked_for(story, answered):
    response = answered(3)
    Response.objects.filter(pk=response.pk).update(score=9, is_counted=False)

    thanking.thank_waiting(now=story.later(minutes=20))
    assert rewards() == (0, [])


def test_only_who_has_points_finds_my_rewards_in_the_next_survey(shop, story, answered):
    shop.configure(enabled=True, delay_hours="0", cooldown_days="0")
    answered(9, user_id=7)

    story.fulfill(email="ada@work.example", user_id=7)
    story.fulfill(email="bob@example.com")
    mails = {mail.message.to[0]: mail.message.body for mail in story.send()}

    assert "/r/" in mails["ada@work.example"]
    assert "/r/" not in mails["bob@example.com"]
