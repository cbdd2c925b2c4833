"""Apps are told of every event once it is committed, until it is taken, and of no person."""

import json
from base64 import b64decode
from datetime import timedelta

import pytest
from django.db import transaction

from saleor_nps_plugin import privacy
from saleor_nps_plugin.announcements import announcing
from saleor_nps_plugin.announcements.models import Announcement
from saleor_nps_plugin.errors import ScoreOutOfRange
from saleor_nps_plugin.links import invitation_token
from saleor_nps_plugin.queue import GIVE_UP_AFTER
from saleor_nps_plugin.rewards import ledger
from saleor_nps_plugin.rewards.models import EntryKind
from saleor_nps_plugin.rewards.redemption import redeem
from saleor_nps_plugin.shoppers.recognizing import recognize
from saleor_nps_plugin.surveys.answering import recording
from saleor_nps_plugin.surveys.answering.submission import Submission
from saleor_nps_plugin.surveys.following_up import cases
from saleor_nps_plugin.surveys.models import Survey
from tests.referrals.story import Referring, a_contact
from tests.surveys.story import an_order


@pytest.fixture
def told(shop, story):
    """What is told when the worker comes by: events and payloads."""

    def tell():
        before = len(shop.announced)
        announcing.tell_due(now=story.now)
        return [(event, payload) for event, payload, _ in shop.announced[before:]]

    return tell


def meant(global_id):
    return b64decode(global_id).decode()


def test_an_answer_is_announced_with_ids_and_the_answer_itself(story, shop, told):
    invitation = story.invite(user_id=7)
    response = story.answer(invitation, 3, "It leaked")

    ((event, payload),) = told()

    assert event == "nps.response.created"
    assert (payload["version"], payload["event"], payload["id"]) == (1, event, f"response:{response.pk}:1")
    assert (payload["at"], payload["channel"]) == (story.now.isoformat(), "default-channel")
    assert meant(payload["user"]) == "User:7"
    assert meant(payload["order"]) == f"Order:{invitation.order_id}"
    assert meant(payload["invitation"]) == f"NpsInvitation:{invitation.pk}"
    assert meant(payload["response"]["id"]) == f"NpsResponse:{response.pk}"
    assert payload["survey"]["slug"] == "after-delivery"
    answer = payload["response"]
    assert (answer["score"], answer["category"], answer["comment"]) == (3, "detractor", "It leaked")
    assert "ada@example.com" not in json.dumps(payload)
    assert shop.announced[0][2] == "default-channel"


def test_a_change_is_another_event_and_a_refused_answer_none(story, told):
    invitation = story.invite()
    first = story.answer(invitation, 9)
    story.answer(invitation, 10, "Even better")

    assert [(event, payload["id"], payload["response"]["score"]) for event, payload in told()] == [
        ("nps.response.created", f"response:{first.pk}:1", 9),
        ("nps.response.changed", f"response:{first.pk}:2", 10),
    ]

    with pytest.raises(ScoreOutOfRange):
        story.answer(invitation, 11)
    assert told() == []


def test_what_is_undone_is_not_announced(story, told):
    invitation = story.invite()

    with pytest.raises(RuntimeError), transaction.atomic():
        story.answer(invitation, 9)
        raise RuntimeError

    assert told() == []
    assert not Announcement.objects.exists()


def test_nobody_is_told_before_the_worker_comes(story, shop):
    story.answer(story.invite(), 9)

    assert shop.announced == []


def test_a_resolved_case_is_announced_each_time_it_is_resolved(story, told):
    response = story.answer(story.invite(), 2)
    told()

    for status in ("in_progress", "resolved", "resolved", "open", "resolved"):
        cases.update_response(response.pk, cases.Changes(case_status=status), staff_id=1, now=story.now)
    events = told()

    assert [event for event, _ in events] == ["nps.case.resolved", "nps.case.resolved"]
    assert len({payload["id"] for _, payload in events}) == 2
    assert events[0][1]["response"]["score"] == 2
    assert "comment" not in events[0][1]["response"]


def test_a_rewarded_referral_is_announced_once(shop, survey, now, story, told):
    referring = Referring(shop, now)
    code = referring.code()
    order = referring.place(code, is_paid=True, fulfilled_at=now)
    for _ in range(2):
        referring.follow(order)

    ((event, payload),) = told()

    assert event == "nps.referral.rewarded"
    assert (payload["points"], payload["currency"], meant(payload["user"])) == (500, "USD", "User:7")
    assert meant(payload["order"]) == f"Order:{order.id}"
    assert meant(payload["referral_code"]) == f"NpsReferralCode:{code.pk}"
    assert code.code not in json.dumps(payload)


def test_redeemed_points_are_announced_once_and_the_code_of_the_card_never(shop, story, told):
    order = an_order(user_id=7)
    shop.add_order(order)
    shop.add_customer(7, a_contact("ada@example.com"))
    shopper = recognize(email=order.email, user_id=7, order_id=order.id)
    account = ledger.account_of(shopper, "USD", now=story.now)
    ledger.post(account, kind=EntryKind.BONUS, points=2000, key="start", now=story.now)
    for _ in range(2):
        redeemed = redeem(account, points=500, channel="default-channel", key="one", now=story.now)

    ((event, payload),) = told()

    assert event == "nps.points.redeemed"
    assert (payload["points"], payload["currency"], meant(payload["user"])) == (500, "USD", "User:7")
    assert meant(payload["points_entry"]) == f"NpsPointsEntry:{redeemed.entry.pk}"
    assert meant(payload["gift_card"]) == f"GiftCard:{redeemed.gift_card.id}"
    assert redeemed.gift_card.code not in json.dumps(payload)


def test_it_is_told_again_until_it_is_taken_and_then_never(story, shop, told):
    story.answer(story.invite(), 9)
    shop.announcing_errors = [ConnectionError("no broker"), ConnectionError("no broker")]

    assert told() == []
    assert Announcement.objects.get().last_error == "ConnectionError: no broker"
    assert told() == []
    story.later(minutes=2)
    assert told() == []
    story.later(minutes=5)
    assert [event for event, _ in told()] == ["nps.response.created"]

    story.later(days=10)
    assert told() == []


def test_one_event_written_down_twice_is_one(story, told):
    story.answer(story.invite(), 9)
    row = Announcement.objects.get()

    announcing.announce(row.event, key=row.key, payload={"other": 1}, channel="default-channel", now=story.now)

    ((_, payload),) = told()
    assert "other" not in payload


def test_the_content_is_gone_once_told_and_the_row_after_a_month(story, told):
    story.answer(story.invite(), 3, "It leaked")
    told()
    assert Announcement.objects.get().payload == {}

    assert announcing.delete_old(now=story.now + timedelta(days=30)) == 0
    assert announcing.delete_old(now=story.now + timedelta(days=30, seconds=1)) == 1


def test_what_is_given_up_keeps_its_reason_for_a_month_and_no_content(story, shop):
    story.answer(story.invite(), 3, "It leaked")
    shop.announcing_errors = [ConnectionError("no broker")] * 2
    announcing.tell_due(now=story.now)
    announcing.tell_due(now=story.later(days=GIVE_UP_AFTER.days))

    row = Announcement.objects.get()
    assert (row.due_at, row.payload, row.last_error) == (None, {}, "ConnectionError: no broker")
    assert announcing.delete_old(now=story.later(days=31)) == 1


def test_where_no_app_listens_nothing_piles_up(story, shop, told):
    shop.has_listeners = False
    story.answer(story.invite(), 9)

    assert told() == []
    assert not Announcement.objects.exists()


def test_it_can_be_switched_off_per_channel(story, shop):
    shop.configure(enabled=True, delay_hours="0", overrides="[channel-pln]\nannounce_events = false", cooldown_days="0")
    story.answer(story.invite(channel="channel-pln"), 9)
    story.answer(story.invite(), 9)

    assert [row.channel for row in Announcement.objects.all()] == ["default-channel"]


def test_many_are_told_in_order_and_none_is_left(story, shop):
    invitation = story.invite()
    for score in (9, 8, 7, 6, 5):
        story.answer(invitation, score)

    assert announcing.tell_due(now=story.now, limit=2) == 2
    assert announcing.tell_due(now=story.now, limit=10) == 3
    assert [payload["response"]["score"] for _, payload, _ in shop.announced] == [9, 8, 7, 6, 5]
    assert announcing.tell_due(now=story.now, limit=10) == 0


def test_somebody_forgotten_is_not_told_of_any_more(story, told):
    ada, bob = story.invite(email="ada@example.com"), story.invite(email="bob@example.com")
    story.answer(ada, 3, "I am Ada")
    bobs = story.answer(bob, 9)

    privacy.forget(email="ada@example.com", now=story.now)

    assert [payload["id"] for _, payload in told()] == [f"response:{bobs.pk}:1"]


def test_an_anonymous_answer_is_never_announced(story, told):
    invitation = story.invite()
    Survey.objects.update(is_anonymous=True)

    recording.submit(invitation_token(invitation.key), Submission(score=9), now=story.now)

    assert told() == []


def test_an_app_that_is_down_is_told_again_until_it_has_it(story, shop):
    shop.apps_are_down = True
    story.answer(story.invite(), 9)
    announcing.tell_due(now=story.now)
    (name,) = Announcement.objects.get().deliveries
    assert announcing.tell_due(now=story.later(minutes=14)) == 0

    announcing.tell_due(now=story.later(minutes=1))
    assert (shop.repeated, Announcement.objects.get().last_error) == ([name], "an app has not taken it yet")

    shop.apps_are_down = False
    announcing.tell_due(now=story.later(minutes=5))
    row = Announcement.objects.get()
    assert (row.deliveries, row.due_at, row.last_error) == ([], None, "")
    assert len(shop.announced) == 1


def test_an_app_that_stays_down_is_given_up_after_three_days(story, shop, caplog):
    shop.apps_are_down = True
    story.answer(story.invite(), 9)
    for _ in range(3 * 24 * 4):
        announcing.tell_due(now=story.later(minutes=20))

    row = Announcement.objects.get()
    assert (row.due_at, row.last_error) == (None, "an app has not taken it yet")
    assert caplog.text.count("could not be told") == 1
    assert announcing.delete_old(now=story.later(days=31)) == 1
