"""Every public door against answers that are too much, too many, or somebody else's."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.utils import timezone

from saleor_nps_plugin import links
from saleor_nps_plugin.surveys.answering import door_answers, doors
from saleor_nps_plugin.surveys.answering.doors import DoorDraft
from saleor_nps_plugin.surveys.models import (
    DoorAnswer,
    Question,
    Response,
    Survey,
)
from tests.pages.strangers import ANSWERING, WRITING, given, send, sent, stored
from tests.reading import read


class TestContents:
    @pytest.mark.parametrize("kind", ANSWERING)
    def test_more_than_an_answer_can_be_is_refused(self, tokens, kind):
        before = stored()

        told = [
            send(WRITING[kind].format(tokens[kind]), sent(comment="x" * size).items()).status_code
            for size in (5_001, 70_000, 3_000_000)
        ]

        assert told == [422, 413 if kind in ("tablet", "storefront") else 422, 413]
        assert stored() == before

    @pytest.mark.parametrize("kind", ANSWERING)
    def test_a_long_comment_in_any_script_is_taken(self, tokens, kind):
        answer = send(WRITING[kind].format(tokens[kind]), sent(comment="چای" * 1_600).items())

        assert answer.status_code in (202, 303)

    def test_more_than_a_line_is_no_wish(self, tokens):
        before = stored()

        told = [
            send(WRITING["unhappy"].format(tokens["unhappy"]), {"callback": "5" * size}.items()).status_code
            for size in (201, 17_000, 3_000_000)
        ]

        assert told == [400, 400, 413]
        assert stored() == before

    @pytest.mark.parametrize("kind", [kind for kind in WRITING if kind != "address"])
    def test_ten_thousand_fields_are_refused(self, tokens, kind):
        before = stored()
        bodies = [[(name, "9")] * 10_000 for name in ("score", "comment", "callback")]
        bodies.append([(f"q{number}", "9") for number in range(10_000)])

        told = {send(WRITING[kind].format(tokens[kind]), [*sent().items(), *many]).status_code for many in bodies}

        assert told == ({413} if kind in ("tablet", "storefront") else {400})
        assert stored() == before

    @pytest.mark.parametrize("kind", ["tablet", "storefront"])
    def test_a_thousand_and_one_short_fields_are_refused(self, tokens, kind):
        answer = send(WRITING[kind].format(tokens[kind]), [*sent().items(), *[("a", "1")] * 1001])

        assert answer.status_code == 400
        assert not DoorAnswer.objects.exists()

    @pytest.mark.parametrize("kind", ANSWERING)
    def test_a_field_sent_twice_is_one_answer(self, tokens, kind, now):
        twice = [("score", "4"), ("comment", "first"), ("comment", "last")]

        answer = send(WRITING[kind].format(tokens[kind]), [*sent().items(), *twice])

        assert answer.status_code in (202, 303)
        assert given(kind, now) == [(4, "last")]

    @pytest.mark.parametrize("kind", ANSWERING)
    def test_text_is_kept_as_text(self, tokens, kind, now):
        raw = (
            b"a%00b %E2%80%AEdlog %E2%81%A6c%E2%81%A9 %1B[2J %FF %ED%A0%80 "
            b"%3Cscript%3Ealert(1)%3C/script%3E %7B%7B%20token%20%7D%7D %25s"
        )

        answer = send(WRITING[kind].format(tokens[kind]), body=urlencode(sent()).encode() + b"&comment=" + raw)

        assert answer.status_code in (202, 303)
        shown = "ab dlog c [2J \ufffd \ufffd\ufffd\ufffd <script>alert(1)</script> {{ token }} %s"
        assert given(kind, now) == [(9, shown)]

    @pytest.mark.parametrize("kind", ["link", "order", "ballot"])
    def test_markup_is_shown_as_text_again(self, tokens, kind):
        text = "</textarea><script>alert(1)</script>\" onload='x"

        refused = send(WRITING[kind].format(tokens[kind]), sent(comment=text, score="").items())

        page = read(refused.content)
        assert refused.status_code == 422
        assert page.one("textarea", name="comment").text == text
        assert b"<script>alert" not in refused.content

    @pytest.mark.parametrize("kind", ANSWERING)
    def test_a_score_is_a_whole_number_of_the_scale(self, tokens, kind):
        before = stored()
        wrong = ["11", "-1", "9.5", "1e1", " ", "NaN", "true", "0x9", "9" * 5000, "[]", "\x00"]

        told = {
            score: send(WRITING[kind].format(tokens[kind]), sent(score=score).items()).status_code for score in wrong
        }

        assert set(told.values()) == {422}, told
        assert stored() == before

    @pytest.mark.parametrize("kind", ANSWERING)
    @pytest.mark.parametrize("version", ["0", "999999", "-1"])
    def test_a_version_that_never_was_loses_no_score(self, tokens, kind, version, now):
        answer = send(WRITING[kind].format(tokens[kind]), sent(version=version).items())

        assert answer.status_code in (202, 303)
        assert given(kind, now) == [(9, "")]


class TestKeys:
    def test_the_key_of_somebody_s_invitation_answers_nothing_of_theirs(self, tokens, story, now):
        invited = story.invite(email="other@example.com")

        send(WRITING["tablet"].format(tokens["tablet"]), sent(key=str(invited.key), score="0").items())
        send(WRITING["link"].format(tokens["link"]), sent(door_key=links.form_token(invited.key)).items())
        door_answers.record_due(now=now)

        assert not Response.objects.filter(invitation=invited).exists()
        assert DoorAnswer.objects.get().error == "This key is in use."

    def test_the_same_key_at_another_door_is_known(self, tokens, now):
        fields = sent()
        told = [
            send(WRITING[kind].format(tokens[kind]), fields.items()).json()["accepted"]
            for kind in ("tablet", "storefront", "tablet")
        ]

        assert told == [True, False, False]
        assert given("tablet", now) == [(9, "")]

    def test_the_form_of_one_survey_changes_no_answer_to_another(self, tokens):
        other = Survey.objects.create(name="Another", slug="another")
        Question.objects.create(survey=other, position=0, is_comment=True)
        door = doors.create(DoorDraft(kind="link", survey_id=other.pk, name="Another"))
        fields = sent()
        send(WRITING["link"].format(tokens["link"]), fields.items())
        before = stored()

        answer = send(f"/d/{links.door_token(door.key)}/", {**fields, "score": "0"}.items())

        assert answer.status_code == 422
        assert stored() == before

    def test_a_link_s_answer_cannot_be_changed_after_its_time(self, tokens):
        fields = sent()
        address = WRITING["link"].format(tokens["link"])
        send(address, fields.items())
        Response.objects.update(editable_until=timezone.now() - timedelta(seconds=1))

        answer = send(address, {**fields, "score": "0"}.items())

        assert answer.status_code == 409
        assert Response.objects.get(invitation__source="link").score == 9
