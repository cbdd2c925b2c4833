from dataclasses import replace
from datetime import date
from threading import Thread

import pytest
from django.db import connections

from saleor_nps_plugin import privacy
from saleor_nps_plugin.links import invitation_token
from saleor_nps_plugin.surveys.answering import recording
from saleor_nps_plugin.surveys.asking import scheduling, sending
from saleor_nps_plugin.surveys.models import Invitation, InvitationTally, Survey
from saleor_nps_plugin.surveys.reporting import reports, stages, tallies
from saleor_nps_plugin.surveys.reporting.reports import Funnel
from saleor_nps_plugin.surveys.reporting.score_filter import ScoreFilter
from tests.surveys.story import an_order

EVERYTHING = ScoreFilter()


def count_new():
    return stages.count_new(limit=1000)


@pytest.fixture(params=["before", "after"])
def counted(request):
    """The worker comes at once, or only when everything has happened."""
    return count_new if request.param == "before" else lambda: None


def test_without_invitations_the_funnel_is_empty(db):
    assert reports.funnel(EVERYTHING) == Funnel()
    assert Funnel().fulfilled == 0


def test_the_funnel_says_what_became_of_every_order(story, shop, counted):
    shop.configure(enabled=True, delay_hours="0", minimum_order_total="20")
    answered = story.fulfill(email="answered@example.com")
    opened = story.fulfill(email="opened@example.com")
    story.fulfill(email="silent@example.com")
    counted()
    story.send()
    story.fulfill(email="silent@example.com")
    story.fulfill(email="")
    shop.add_order(replace(an_order(id=story.fulfill(email="gone@example.com").order_id), is_canceled=True))
    counted()
    story.send()
    recording.note_seen(invitation_token(opened.key), now=story.now)
    story.answer(answered, 9)
    story.answer(answered, 10)
    count_new()

    funnel = reports.funnel(EVERYTHING)

    assert funnel == Funnel(
        asked=3,
        skipped={"cooldown": 1, "no_address": 1, "order_canceled": 1},
        sent=3,
        opened=2,
        answered=1,
    )
    assert funnel.fulfilled == Invitation.objects.count() == 6
    assert tallies.differences() == 0


def test_a_score_that_comes_with_the_first_touch_is_opened_and_answered_once(story, counted):
    invitation = story.invite()
    counted()

    for _ in range(2):
        recording.note_seen(invitation_token(invitation.key), now=story.now, score="9")
    story.answer(invitation, 8)
    count_new()

    assert reports.funnel(EVERYTHING) == Funnel(asked=1, sent=1, opened=1, answered=1)
    assert tallies.differences() == 0


def test_asking_again_counts_the_order_once(story, survey, shop, counted):
    order = an_order()
    invitation = story.invite(id=order.id)
    recording.note_seen(invitation_token(invitation.key), now=story.now)
    counted()
    scheduling.cancel(invitation.pk, now=story.now)

    scheduling.invite_for_order(survey, order, send_at=story.now, now=story.now)
    story.send()
    count_new()

    assert reports.funnel(EVERYTHING) == Funnel(asked=1, sent=1)
    assert tallies.differences() == 0


def test_what_expires_or_fails_stays_what_it_was(story, shop, counted):
    story.invite()
    counted()
    for _ in range(3):
        story.later(days=30)
        story.send()
    count_new()

    assert Invitation.objects.get().status == "expired"
    assert reports.funnel(EVERYTHING) == Funnel(asked=1, sent=1)
    assert tallies.differences() == 0


def test_who_is_forgotten_before_the_mail_was_not_asked(story, shop, counted):
    shop.configure(enabled=True, delay_hours="24")
    story.fulfill()
    counted()

    privacy.forget(email="ada@example.com", now=story.now)
    count_new()

    assert reports.funnel(EVERYTHING) == Funnel(skipped={"customer_deleted": 1})
    assert tallies.differences() == 0


def test_the_funnel_follows_channels_surveys_touchpoints_and_days(story, survey):
    story.fulfill(email="a@example.com")
    story.later(days=1)
    story.fulfill(email="b@example.com", channel="channel-pln")
    other = Survey.objects.create(name="Other", slug="other", touchpoint="store_visit")
    scheduling.invite_address(
        other, "c@example.com", channel="channel-pln", language_code="en", send_at=story.now, now=story.now
    )
    count_new()

    for wanted, asked in (
        (ScoreFilter(channels=("channel-pln",)), 1),
        (ScoreFilter(channels=()), 0),
        (ScoreFilter(survey_ids=(survey.pk,)), 2),
        (ScoreFilter(touchpoints=("store_visit",)), 0),
        (ScoreFilter(until=date(2026, 3, 2)), 1),
        (ScoreFilter(since=date(2026, 3, 3)), 1),
    ):
        assert reports.funnel(wanted).asked == asked, wanted


def test_new_invitations_are_counted_once_and_in_portions(story):
    for number in range(5):
        story.fulfill(email=f"{number}@example.com")

    assert [stages.count_new(limit=2) for _ in range(4)] == [2, 2, 1, 0]
    assert InvitationTally.objects.get().count == 5


def test_rebuilding_counts_everything_anew(story):
    story.answer(story.invite(email="a@example.com"), 9)
    count_new()
    story.fulfill(email="b@example.com")
    InvitationTally.objects.update(count=7)
    assert tallies.differences() == 4

    tallies.rebuild()

    assert reports.funnel(EVERYTHING) == Funnel(asked=2, sent=1, opened=1, answered=1)
    assert tallies.differences() == 0


@pytest.mark.django_db(transaction=True)
def test_counting_while_mails_are_sent_and_answers_given_loses_nothing(story):
    invitations = [story.invite(email=f"{number}@example.com") for number in range(30)]
    for number in range(30, 60):
        story.fulfill(email=f"{number}@example.com")
    errors = []

    def work(part):
        try:
            for invitation in part:
                stages.count_new(limit=3)
                story.answer(invitation, 9)
        except Exception as error:  # noqa: BLE001 (a thread's error would be lost)
            errors.append(error)
        finally:
            connections.close_all()

    def send():
        try:
            while sending.send_due(now=story.now, limit=5):
                stages.count_new(limit=3)
        except Exception as error:  # noqa: BLE001 (likewise)
            errors.append(error)
        finally:
            connections.close_all()

    workers = [Thread(target=work, args=[invitations[start::3]]) for start in range(3)] + [Thread(target=send)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    count_new()

    assert errors == []
    assert reports.funnel(EVERYTHING) == Funnel(asked=60, sent=60, opened=30, answered=30)
    assert tallies.differences() == 0
