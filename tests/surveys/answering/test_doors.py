from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from saleor_nps_plugin.errors import Invalid, NotFound, PluginInactive, ScoreOutOfRange, TokenExpired, TokenInvalid
from saleor_nps_plugin.links import door_token, invitation_token, order_token
from saleor_nps_plugin.shop.interface import Contact
from saleor_nps_plugin.surveys.answering import door_answers, doors, order_links
from saleor_nps_plugin.surveys.answering.doors import DoorDraft
from saleor_nps_plugin.surveys.answering.submission import Submission, SubmittedAnswer
from saleor_nps_plugin.surveys.asking import sending
from saleor_nps_plugin.surveys.models import DoorAnswer, Invitation, InvitationTally, Question, Response, Survey, Tally
from saleor_nps_plugin.surveys.reporting import stages, tallies
from tests.forging import changed
from tests.surveys.story import an_order

KEY = UUID("11111111-2222-4333-8444-555555555555")


@pytest.fixture
def door_of(survey, shop):
    def make(kind="link", **values):
        return doors.create(DoorDraft(kind=kind, survey_id=survey.pk, name="At the till", **values))

    return make


def keep(door, score=9, *, key=None, now, **values):
    comment = values.pop("comment", "")
    return door_answers.keep(
        door, Submission(score=score, comment=comment), key=key or uuid4(), language_code="de", now=now, **values
    )


class TestLinks:
    def test_an_answer_is_recorded_and_counted(self, door_of, now):
        door = door_of(channel="default-channel")

        response = doors.record(door, Submission(score=9, comment="Nice"), key=KEY, language_code="de", now=now)

        assert (response.score, response.comment, response.channel) == (9, "Nice", "default-channel")
        assert response.segments == {"language": ["de"], "door": [str(door.pk)]}
        assert response.shopper_id is None
        invitation = Invitation.objects.get()
        assert (invitation.source, invitation.status, invitation.sent_at) == ("link", "answered", None)
        assert Tally.objects.get(dimension="", country="", span="day").score_9 == 1
        assert tallies.differences() == 0

    def test_the_same_form_sent_again_replaces_its_answer(self, door_of, now):
        door = door_of()
        doors.record(door, Submission(score=9), key=KEY, language_code="en", now=now)

        doors.record(door, Submission(score=3), key=KEY, language_code="en", now=now + timedelta(minutes=1))

        assert list(Response.objects.values_list("score", flat=True)) == [3]

    def test_nobody_is_counted_as_asked(self, door_of, now):
        doors.record(door_of(), Submission(score=9), key=KEY, language_code="en", now=now)

        stages.count_new(limit=10)

        assert stages.differences() == 0
        assert not InvitationTally.objects.exists()

    def test_the_key_of_an_order_s_invitation_opens_nothing(self, door_of, story, now):
        invitation = story.invite()

        with pytest.raises(Invalid):
            doors.record(door_of(), Submission(score=0), key=invitation.key, language_code="en", now=now)

        assert not Response.objects.exists()
        invitation.refresh_from_db()
        assert invitation.status == "sent"

    def test_what_cannot_be_recorded_leaves_no_invitation(self, door_of, now):
        with pytest.raises(ScoreOutOfRange):
            doors.record(door_of(), Submission(score=11), key=KEY, language_code="en", now=now)

        assert not Invitation.objects.exists()


class TestOpening:
    def test_a_closed_door_is_closed(self, door_of):
        door = door_of(is_active=False)

        with pytest.raises(TokenExpired):
            doors.open_door(door_token(door.key), "link")

    def test_a_door_of_another_kind_is_none(self, door_of):
        with pytest.raises(TokenInvalid):
            doors.open_door(door_token(door_of().key), "kiosk")

    def test_a_token_of_another_kind_is_none(self, door_of):
        with pytest.raises(TokenInvalid):
            doors.find_door(invitation_token(door_of().key))

    def test_no_door_is_open_while_surveys_are_switched_off(self, door_of, shop):
        door = door_of()
        shop.configure(enabled=False)

        with pytest.raises(PluginInactive):
            doors.open_door(door_token(door.key), "link")

    def test_no_door_is_open_while_its_survey_is_off(self, door_of):
        door = door_of()
        Survey.objects.update(is_active=False)

        with pytest.raises(PluginInactive):
            doors.open_door(door_token(door.key), "link")

    def test_changed_words_are_seen_at_once(self, door_of, survey):
        token = door_token(door_of().key)
        doors.find_door(token)

        survey.texts.create(language_code="en", question="Happy?")

        assert doors.find_door(token).survey.texts.all()[0].question == "Happy?"


class TestMaking:
    @pytest.mark.parametrize(
        "wrong",
        [
            {"kind": "window"},
            {"name": "  "},
            {"name": "x" * 201},
            {"channel": "nowhere"},
            {"sample_percent": 0},
            {"sample_percent": 101},
            {"survey_id": 10**9},
            {"kind": "snippet", "origins": "shop.example"},
            {"kind": "snippet", "origins": "https://shop.example/path"},
            {"kind": "snippet", "origins": "https://me@shop.example"},
            {"kind": "snippet", "origins": "https://shop.example:port"},
            {"kind": "snippet", "origins": "javascript:alert(1)"},
        ],
    )
    def test_a_door_that_could_not_work_is_refused(self, door_of, survey, wrong):
        values = {"kind": "link", "survey_id": survey.pk, "name": "Till", **wrong}

        with pytest.raises((Invalid, NotFound)):
            doors.create(DoorDraft(**values))

        assert not survey.doors.exists()

    def test_origins_are_kept_as_browsers_write_them(self, door_of):
        door = door_of("snippet", origins="HTTPS://Shop.example/\nhttp://localhost:3000, https://shop.example")

        assert door.origins == ["https://shop.example", "http://localhost:3000"]
        assert doors.admits(door, "https://shop.example")
        assert not doors.admits(door, "https://shop.example.evil")
        assert not doors.admits(door, "")

    def test_staff_open_doors_of_their_channels_only(self, survey, shop):
        draft = DoorDraft(kind="link", survey_id=survey.pk, name="Till", channel="channel-pln")

        with pytest.raises(NotFound):
            doors.create(draft, channels=frozenset({"default-channel"}))


class TestKept:
    def test_an_answer_waits_and_is_recorded(self, door_of, now):
        keep(door_of("kiosk"), 4, comment="Cold", key=KEY, now=now, waited=timedelta(hours=2))

        taken = door_answers.record_due(now=now + timedelta(minutes=1))

        assert taken == 1
        response = Response.objects.get()
        assert (response.score, response.comment, response.language_code) == (4, "Cold", "de")
        assert response.created_at == now - timedelta(hours=2)
        assert response.invitation.source == "kiosk"
        assert response.case_status == "open"
        row = DoorAnswer.objects.get()
        assert (row.content, row.trace, row.recorded_at) == ({}, {}, now + timedelta(minutes=1))

    def test_an_answer_that_comes_again_is_one(self, door_of, now):
        door = door_of("kiosk")

        kept = [keep(door, key=KEY, now=now), keep(door, key=KEY, now=now)]
        door_answers.record_due(now=now)
        kept.append(keep(door, 2, key=KEY, now=now))
        door_answers.record_due(now=now)

        assert kept == [True, False, False]
        assert list(Response.objects.values_list("score", flat=True)) == [9]

    def test_an_answer_that_comes_again_after_days_is_one(self, door_of, now):
        door = door_of("snippet")
        keep(door, key=KEY, now=now)
        door_answers.record_due(now=now)
        later = now + timedelta(days=2)
        door_answers.record_due(now=later)
        assert not DoorAnswer.objects.exists()

        keep(door, 0, key=KEY, now=later)
        door_answers.record_due(now=later)

        assert list(Response.objects.values_list("score", flat=True)) == [9]
        assert DoorAnswer.objects.get().recorded_at == later

    def test_what_cannot_be_recorded_is_kept_with_the_reason(self, door_of, now):
        door = door_of("kiosk")
        keep(door, now=now, comment="Not lost")
        keep(door, 8, now=now)
        Survey.objects.update(is_active=False)

        door_answers.record_due(now=now)

        assert not Response.objects.exists()
        assert DoorAnswer.objects.filter(error="Surveys are switched off in this shop.").count() == 2
        assert DoorAnswer.objects.earliest("received_at").content["comment"] in ("Not lost", "")
        assert door_answers.record_due(now=now) == 0
        assert [row["answers"] for row in door_answers.failures_of(door)] == [2]

    def test_a_bad_one_does_not_hold_up_the_others(self, door_of, story, now):
        door = door_of("kiosk")
        keep(door, key=story.invite().key, now=now)
        keep(door, 7, now=now + timedelta(seconds=1))

        door_answers.record_due(now=now + timedelta(minutes=1))

        assert list(Response.objects.values_list("score", flat=True)) == [7]
        assert DoorAnswer.objects.exclude(error="").count() == 1

    def test_whoever_left_after_the_score_has_answered(self, door_of, survey, now):
        Question.objects.create(survey=survey, position=9, kind="text", is_required=True, texts={"en": "Why?"})
        keep(door_of("kiosk"), 6, now=now)

        door_answers.record_due(now=now)

        assert list(Response.objects.values_list("score", flat=True)) == [6]

    def test_whoever_left_before_a_required_question_has_answered_the_others(self, door_of, survey, now):
        Question.objects.create(survey=survey, position=8, kind="text", is_required=True, texts={"en": "Why?"})
        again = Question.objects.create(survey=survey, position=9, kind="yes_no", texts={"en": "Again?"})
        given = Submission(score=6, comment="Too loud", answers=(SubmittedAnswer(again.pk, yes=True),))

        door_answers.keep(door_of("kiosk"), given, key=KEY, language_code="en", now=now)
        door_answers.record_due(now=now)

        response = Response.objects.get()
        assert (response.score, response.comment) == (6, "Too loud")
        assert [(answer.question, answer.yes) for answer in response.answers.all()] == [(again, True)]

    def test_follow_ups_survive_the_wait(self, door_of, survey, now):
        question = Question.objects.create(
            survey=survey,
            position=9,
            kind="multiple_choice",
            texts={"en": "What?"},
            choices=[{"value": "a", "labels": {}}, {"value": "b", "labels": {}}],
        )
        given = Submission(score=9, answers=(SubmittedAnswer(question.pk, choices=("a", "b")),))

        door_answers.keep(door_of("kiosk"), given, key=KEY, language_code="en", now=now)
        door_answers.record_due(now=now)

        assert Response.objects.get().answers.get().choices == ["a", "b"]

    def test_no_address_is_written_down(self, door_of, now):
        trace = {"device": "203.0.113.9 Firefox", "network": "203.0.113.9", "agent": "Firefox", "seconds": 4.0}

        keep(door_of("snippet"), now=now, trace=trace | {"honeypot": False})

        written = str(DoorAnswer.objects.values().get())
        assert "203.0.113.9" not in written
        assert "Firefox" not in written

    def test_batches_are_bounded(self, door_of, now):
        door = door_of("kiosk")
        for _ in range(5):
            keep(door, now=now)

        taken = [door_answers.record_due(now=now, limit=2) for _ in range(4)]

        assert taken == [2, 2, 1, 0]
        assert Response.objects.count() == 5
        assert tallies.differences() == 0


class TestParcels:
    @pytest.fixture
    def parcel(self, shop, survey):
        def make(**changes):
            order = an_order(**changes)
            shop.add_order(order)
            return order, order_token(order.id, survey.pk)

        return make

    def test_an_answer_before_the_order_is_fulfilled_is_the_order_s(self, parcel, story, shop, now):
        order, token = parcel()

        own, response = order_links.record(token, Submission(score=10), now=now)

        assert (response.order_id, response.country) == (order.id, "PL")
        assert response.segments["product"] == ["12"]
        assert response.shopper is not None
        assert Invitation.objects.get().source == "link"
        assert own == invitation_token(Invitation.objects.get().key)

    def test_nobody_is_mailed_afterwards(self, parcel, story, shop, now):
        order, token = parcel()
        order_links.record(token, Submission(score=10), now=now)

        story.later(days=1)
        sending.scheduling.schedule_order(order, now=story.now)

        assert story.send() == []
        assert Invitation.objects.count() == 1

    def test_a_mail_that_waits_is_not_sent(self, story, survey, now):
        invitation = story.fulfill()

        order_links.record(order_token(invitation.order_id, survey.pk), Submission(score=2), now=now)

        assert story.send() == []
        response = Response.objects.get()
        assert response.invitation == invitation
        assert response.segments["category"] == ["3"]
        stages.count_new(limit=9)
        assert stages.differences() == 0

    def test_after_the_mail_both_lead_to_one_answer(self, story, survey, now):
        invitation = story.invite()
        story.answer(invitation, 9)

        order_links.record(order_token(invitation.order_id, survey.pk), Submission(score=7), now=now)

        assert list(Response.objects.values_list("score", flat=True)) == [7]

    def test_an_opt_out_does_not_keep_out_who_comes_by_themselves(self, story, survey, now):
        from saleor_nps_plugin.surveys.answering import recording

        first = story.invite()
        recording.opt_out(invitation_token(first.key), now=now)
        story.later(days=100)
        second = story.fulfill()
        assert second.skip_reason == "opted_out"
        stages.count_new(limit=9)

        order_links.record(order_token(second.order_id, survey.pk), Submission(score=9), now=story.now)

        second.refresh_from_db()
        assert (second.status, second.skip_reason) == ("answered", "")
        assert second.shopper.opted_out_at is not None
        stages.count_new(limit=9)
        assert stages.differences() == 0
        assert tallies.differences() == 0

    def test_whoever_answered_is_not_asked_about_the_next_order(self, parcel, story, now):
        _, token = parcel()
        order_links.record(token, Submission(score=9), now=now)

        story.later(days=2)

        assert story.fulfill().skip_reason == "cooldown"

    def test_it_ends_when_the_mail_s_link_would(self, parcel, now):
        _, token = parcel(fulfilled_at=now - timedelta(days=400))

        with pytest.raises(TokenExpired):
            order_links.record(token, Submission(score=9), now=now)

        assert not Invitation.objects.exists()

    def test_what_staff_took_back_is_over(self, story, survey, now):
        invitation = story.fulfill()
        sending.scheduling.cancel(invitation.pk, now=now)

        with pytest.raises(TokenExpired):
            order_links.open_link(order_token(invitation.order_id, survey.pk), now=now)

    @pytest.mark.parametrize("break_it", [changed, lambda t: changed(t, 0), lambda t: t * 3, lambda t: ""])
    def test_a_changed_token_is_none(self, parcel, now, break_it):
        _, token = parcel()

        with pytest.raises(TokenInvalid):
            order_links.open_link(break_it(token), now=now)


class TestShortMessages:
    def test_an_app_gets_the_link_and_the_phones_of_the_order(self, story, shop):
        shop.configure(enabled=True, delay_hours="0", shop_name="Tea & Co", delivery="notify")
        order = an_order()
        shop.add_order(order, contact=Contact("ada@example.com", phones=frozenset({"+48 600 100 200"})))
        sending.scheduling.schedule_order(order, now=story.now)

        (mail,) = story.send()

        assert mail.payload["recipient_phones"] == ["+48 600 100 200"]
        assert mail.payload["short_text"] == f"How was your order from Tea & Co? {mail.payload['survey_url']}"

    def test_by_e_mail_no_phone_is_looked_up(self, story):
        invitation = story.fulfill()

        (mail,) = story.send()

        assert invitation.order_id
        assert mail.payload["recipient_phones"] == []
