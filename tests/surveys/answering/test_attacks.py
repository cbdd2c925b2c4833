import smtplib

import pytest

from saleor_nps_plugin.surveys.answering import attacks
from saleor_nps_plugin.surveys.models import Attack, Invitation, Response, Source, Survey

SHOP = {"enabled": True, "delay_hours": "0", "shop_name": "Tea & Co", "staff_emails": "care@tea.example"}


@pytest.fixture
def door(story, shop):
    """Answers through a door, as many as wanted, all in this very moment."""
    shop.configure(**SHOP)

    def answer(many, score=0, *, source=Source.LINK, channel="default-channel", is_counted=True):
        survey = Survey.objects.get(slug="after-delivery")
        invitations = Invitation.objects.bulk_create(
            Invitation(
                survey=survey,
                channel=channel,
                source=source,
                status="answered",
                send_at=story.now,
                created_at=story.now,
            )
            for _ in range(many)
        )
        Response.objects.bulk_create(
            Response(
                survey=survey,
                invitation=invitation,
                channel=channel,
                score=score,
                is_counted=is_counted,
                exclusion_reason="" if is_counted else "Spam",
                created_at=story.now,
                updated_at=story.now,
                editable_until=story.now,
            )
            for invitation in invitations
        )

    return answer


def told(story, shop):
    before = len(shop.outbox)
    attacks.look(now=story.now)
    attacks.send_due(now=story.now, limit=200)
    return list(shop.outbox[before:])


def test_staff_are_told_of_a_burst_once(door, story, shop):
    door(20)

    (mail,) = told(story, shop)

    assert (mail.event, mail.message.to) == ("nps_attack_alert", ["care@tea.example"])
    assert mail.message.subject == "Unusually many answers from 0 to 2"
    assert "Answers from 0 to 2 within an hour: 20" in mail.message.body
    assert "In the busiest hour of the four weeks before: 0" in mail.message.body
    assert "/dashboard/responses/?sort=newest&channel=default-channel\n" in mail.message.body
    assert mail.payload["flagged_url"].endswith("/dashboard/responses/?flagged=yes&channel=default-channel")
    for _ in range(3):
        door(100)
        story.later(minutes=1)
        assert told(story, shop) == []
    assert Attack.objects.get().answers == 20


def test_nineteen_are_no_burst(door, story, shop):
    door(19, score=2)
    door(50, score=3)

    assert told(story, shop) == []


@pytest.mark.parametrize(("score", "is_told"), [(0, True), (2, True), (3, False), (8, False), (9, True), (10, True)])
def test_only_what_moves_the_score_far(door, story, shop, score, is_told):
    door(30, score=score)

    assert bool(told(story, shop)) == is_told


def test_praise_by_the_dozen_is_an_attack_as_well(door, story, shop):
    door(30, score=10, source=Source.SNIPPET)

    (mail,) = told(story, shop)

    assert mail.message.subject == "Unusually many answers of 9 and 10"
    assert Attack.objects.get().kind == "high"


def test_a_busy_shop_is_not_alarmed_by_a_busy_hour(door, story, shop):
    door(20, source=Source.KIOSK)
    story.later(days=27)
    door(40, source=Source.KIOSK)
    assert told(story, shop) == []

    door(1, source=Source.KIOSK)

    (mail,) = told(story, shop)
    assert "In the busiest hour of the four weeks before: 20" in mail.message.body


def test_an_earlier_attack_makes_no_hour_busy(door, story, shop):
    door(500, is_counted=False)
    story.later(days=3)
    door(25)

    assert len(told(story, shop)) == 1


def test_answers_to_mails_are_no_attack(door, story, shop):
    door(50, source=Source.ORDER)
    door(50, source=Source.IMPORTED)

    assert told(story, shop) == []


def test_each_channel_is_looked_at_alone(door, story, shop):
    door(15)
    door(15, channel="channel-pln")

    assert told(story, shop) == []


def test_the_next_day_staff_are_told_again(door, story, shop):
    door(20)
    told(story, shop)
    story.later(days=1, hours=1)
    door(60)

    assert len(told(story, shop)) == 1


def test_an_operator_may_not_want_to_know(door, story, shop):
    shop.configure(**SHOP, attack_answers="0")
    door(500)

    assert (told(story, shop), Attack.objects.count()) == ([], 0)


def test_where_nobody_is_told_nothing_waits(door, story, shop):
    shop.configure(**SHOP | {"staff_emails": ""})
    door(20)

    assert told(story, shop) == []
    assert Attack.objects.get().due_at is None


def test_a_mail_server_that_is_down_is_tried_again(door, story, shop):
    door(20)
    shop.mail_errors.append(smtplib.SMTPException("down"))
    assert told(story, shop) == []
    assert Attack.objects.get().last_error

    story.later(minutes=2)

    assert len(told(story, shop)) == 1
