import json
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test import Client

from saleor_nps_plugin.links import door_path, door_token, kiosk_path, order_path, order_token, snippet_path
from saleor_nps_plugin.surveys.answering import door_answers, doors
from saleor_nps_plugin.surveys.answering.doors import DoorDraft
from saleor_nps_plugin.surveys.models import Door, DoorAnswer, Invitation, Response, Survey
from tests.reading import read
from tests.surveys.story import an_order

FORM = "application/x-www-form-urlencoded"
SHOP = "https://shop.example"


@pytest.fixture
def door_of(survey, shop):
    def make(kind, **values):
        return doors.create(DoorDraft(kind=kind, survey_id=survey.pk, name="At the till", **values))

    return make


@pytest.fixture
def link(door_of):
    return door_path(door_token(door_of("link").key))


@pytest.fixture
def visitor():
    return Client()


def hidden(response, name):
    return read(response.content).one("input", name=name)["value"]


def send(visitor, address, *, origin="", **fields):
    body = urlencode({"key": str(uuid4()), "score": "9", **fields}, doseq=True)
    return visitor.post(address, body, content_type=FORM, headers={"origin": origin} if origin else None)


class TestLinks:
    def test_opening_it_records_nothing(self, visitor, link):
        response = visitor.get(link)

        assert response.status_code == 200
        assert "No more surveys" not in response.content.decode()
        assert "data-seen" not in response.content.decode()
        assert response["Cache-Control"] == "no-store"
        assert not Invitation.objects.exists()

    def test_every_form_is_another(self, visitor, link):
        keys = {hidden(visitor.get(link), "door_key") for _ in range(3)}

        assert len(keys) == 3

    def test_an_answer_leads_to_the_usual_thanks(self, visitor, link, answers):
        key = hidden(visitor.get(link), "door_key")

        response = visitor.post(link, {"door_key": key, "score": "9", "comment": "Good"}, follow=True)

        assert response.status_code == 200
        assert "/s/" in response.request["PATH_INFO"]
        assert answers() == [(9, "Good")]
        assert Response.objects.get().invitation.source == "link"

    def test_sending_it_twice_is_one_answer(self, visitor, link, answers):
        key = hidden(visitor.get(link), "door_key")

        for score in ("9", "6"):
            visitor.post(link, {"door_key": key, "score": score})

        assert answers() == [(6, "")]

    def test_the_answer_can_be_changed_from_the_thanks(self, visitor, link, answers):
        key = hidden(visitor.get(link), "door_key")
        thanks = visitor.post(link, {"door_key": key, "score": "9"}, follow=True).request["PATH_INFO"]
        form = thanks.removesuffix("thanks/")
        assert "opt-out" not in visitor.get(form).content.decode()

        visitor.post(form, {"score": "2"})

        assert answers() == [(2, "")]

    @pytest.mark.parametrize("key", ["", "0" * 32, "x.y", str(UUID(int=7))])
    def test_a_form_that_we_did_not_make_is_refused(self, visitor, link, answers, key):
        response = visitor.post(link, {"door_key": key, "score": "9"})

        assert response.status_code == 404
        assert answers() == []

    def test_without_a_score_the_form_comes_back(self, visitor, link, answers):
        key = hidden(visitor.get(link), "door_key")

        response = visitor.post(link, {"door_key": key, "comment": "Hm"})

        assert response.status_code == 422
        assert hidden(response, "door_key") == key
        assert answers() == []

    def test_a_closed_one_says_so(self, visitor, door_of, answers):
        door = door_of("link", is_active=False)

        response = visitor.get(door_path(door_token(door.key)))

        assert response.status_code == 410
        assert "This survey is closed" in response.content.decode()
        assert "It takes no more answers at this address." in response.content.decode()
        assert "expired" not in response.content.decode()

    def test_it_speaks_the_visitor_s_language_unless_it_has_its_own(self, visitor, link, door_of):
        own = door_path(door_token(door_of("link", language_code="pl").key))

        responses = [visitor.get(address, headers={"accept-language": "fa,de"}) for address in (link, own)]

        assert [response["Content-Language"] for response in responses] == ["fa", "pl"]

    @pytest.mark.parametrize("kind", ["svg", "png"])
    def test_its_qr_code_is_a_picture(self, visitor, link, kind):
        response = visitor.get(f"{link}qr.{kind}")

        assert response.status_code == 200
        assert response["Content-Type"] == {"svg": "image/svg+xml", "png": "image/png"}[kind]
        assert response.content.startswith(b"<svg" if kind == "svg" else b"\x89PNG")

    def test_the_qr_code_of_a_made_up_door_is_none(self, visitor, link):
        assert visitor.get("/d/made.up/qr.svg").status_code == 404


class TestParcels:
    @pytest.fixture
    def parcel(self, shop, survey):
        order = an_order()
        shop.add_order(order)
        return order_path(order_token(order.id, survey.pk))

    def test_opening_it_makes_nothing(self, visitor, parcel):
        for address in (parcel, f"{parcel}qr.svg", f"{parcel}?score=9"):
            assert visitor.get(address).status_code == 200

        assert not Invitation.objects.exists()

    def test_an_answer_is_the_order_s(self, visitor, parcel, answers):
        response = visitor.post(parcel, {"score": "10", "comment": "Thanks"}, follow=True)

        assert response.status_code == 200
        assert answers() == [(10, "Thanks")]
        assert Response.objects.get().order_id is not None

    def test_after_the_mail_there_is_one_page_for_both(self, visitor, story, survey):
        invitation = story.invite()

        response = visitor.get(order_path(order_token(invitation.order_id, survey.pk)))

        assert response.status_code == 302
        assert response["Location"].startswith("../../s/")

    def test_an_answered_one_opens_the_answer(self, visitor, parcel):
        visitor.post(parcel, {"score": "3"})

        page = visitor.get(parcel, follow=True)

        assert page.status_code == 200
        assert "You gave us the score 3" in page.content.decode()

    def test_twice_is_once(self, visitor, parcel, answers):
        visitor.post(parcel, {"score": "3"})
        visitor.post(parcel, {"score": "4"})

        assert answers() == [(4, "")]
        assert Invitation.objects.count() == 1

    def test_its_picture_is_not_kept_by_caches(self, visitor, parcel):
        assert visitor.get(f"{parcel}qr.svg")["Cache-Control"] == "no-store"


class TestAnswers:
    @pytest.fixture
    def till(self, door_of):
        return f"{kiosk_path(door_token(door_of('kiosk').key))}answers"

    def test_an_answer_is_kept_and_then_recorded(self, visitor, till, answers, now):
        response = send(visitor, till, score="3", comment="Queue", seconds="4.5", waited="60", language="de")

        assert (response.status_code, response.json()) == (202, {"accepted": True})
        assert answers() == []
        door_answers.record_due(now=now)
        assert answers() == [(3, "Queue")]
        assert Response.objects.get().language_code == "de"

    def test_an_answer_sent_again_is_known(self, visitor, till, answers, now):
        key = str(uuid4())

        told = [send(visitor, till, key=key).json()["accepted"] for _ in range(3)]
        door_answers.record_due(now=now)

        assert told == [True, False, False]
        assert answers() == [(9, "")]

    @pytest.mark.parametrize(
        ("fields", "status"),
        [
            ({"score": "11"}, 422),
            ({"score": "-1"}, 422),
            ({"score": ""}, 422),
            ({"score": "9.5"}, 422),
            ({"key": "none"}, 422),
            ({"key": ""}, 422),
            ({"comment": "x" * 5001}, 422),
            ({"comment": "x" * 70_000}, 413),
        ],
    )
    def test_what_is_no_answer_is_refused(self, visitor, till, fields, status):
        response = send(visitor, till, **fields)

        assert response.status_code == status
        assert not DoorAnswer.objects.exists()

    @pytest.mark.parametrize(
        "body",
        [b"", b"\x00\xff\xfe", b"score=9&key=%00", b"{" * 100, b"&".join([b"a=1"] * 2000), b"%ED%A0%80=1"],
        ids=["nothing", "bytes", "zero", "braces", "many fields", "half a letter"],
    )
    def test_nonsense_is_refused(self, visitor, till, body):
        response = visitor.post(till, body, content_type=FORM)

        assert response.status_code in (400, 422)
        assert not DoorAnswer.objects.exists()

    def test_control_characters_are_left_out(self, visitor, till, answers, now):
        send(visitor, till, comment="a\x00b\u202ec\ud83d".encode("utf-16", "surrogatepass").decode("utf-16", "replace"))

        door_answers.record_due(now=now)

        assert answers()[0][1].startswith("abc")

    @pytest.mark.parametrize("waited", ["1e9", "-5", "nan", "99999999", "x"])
    def test_a_device_cannot_say_when_it_likes(self, visitor, till, waited, now):
        send(visitor, till, waited=waited)

        door_answers.record_due(now=now)

        assert abs((Response.objects.get().created_at - now).total_seconds()) < 60

    def test_a_made_up_door_takes_nothing(self, visitor, till):
        response = send(visitor, till.replace("/k/", "/k/0"))

        assert response.status_code == 404
        assert not DoorAnswer.objects.exists()

    def test_a_link_is_no_kiosk(self, visitor, door_of):
        response = send(visitor, f"{kiosk_path(door_token(door_of('link').key))}answers")

        assert response.status_code == 404

    @pytest.mark.parametrize("close", ["door", "survey", "shop"])
    def test_a_closed_door_says_so(self, visitor, till, shop, close):
        if close == "door":
            Door.objects.update(is_active=False)
        elif close == "survey":
            Survey.objects.update(is_active=False)
        else:
            shop.configure(enabled=False)

        response = send(visitor, till)

        assert (response.status_code, response.json()["error"]) == (410, "closed")
        assert not DoorAnswer.objects.exists()

    def test_getting_it_does_nothing(self, visitor, till):
        assert visitor.get(till).status_code == 405

    def test_keeping_one_takes_two_statements(self, visitor, till, django_assert_max_num_queries):
        send(visitor, till)

        with django_assert_max_num_queries(2):
            send(visitor, till)


@pytest.mark.django_db(transaction=True)
def test_many_at_once_are_all_recorded_once(shop, now):
    from saleor_nps_plugin.surveys.making.ready import ensure_survey

    ensure_survey()
    draft = DoorDraft(kind="kiosk", survey_id=Survey.objects.earliest("pk").pk, name="Fair")
    address = f"{kiosk_path(door_token(doors.create(draft).key))}answers"
    keys = [str(uuid4()) for _ in range(60)]

    def send_one(number):
        try:
            return send(Client(), address, key=keys[number % 60], score=str(number % 11)).status_code
        finally:
            connection.close()

    def record(_):
        try:
            return door_answers.record_due(now=now, limit=20)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        statuses = set(pool.map(send_one, range(180)))
        list(pool.map(record, range(8)))

    assert statuses == {202}
    assert Response.objects.count() == 60
    assert DoorAnswer.objects.exclude(error="").count() == 0


class TestKiosk:
    def test_the_page_has_all_of_the_survey(self, visitor, door_of):
        response = visitor.get(kiosk_path(door_token(door_of("kiosk").key)))

        page = read(response.content)
        assert response.status_code == 200
        assert len(page.all("input", name="score")) == 11
        assert page.one("form")["data-idle"] == "20"
        assert "'unsafe-inline'" not in response["Content-Security-Policy"]
        assert not Invitation.objects.exists()

    def test_a_closed_one_says_so(self, visitor, door_of):
        assert visitor.get(kiosk_path(door_token(door_of("kiosk", is_active=False).key))).status_code == 410


class TestSnippet:
    @pytest.fixture
    def door(self, door_of):
        return door_of("snippet", origins=SHOP, sample_percent=25)

    @pytest.fixture
    def script(self, door):
        return snippet_path(door_token(door.key))

    def test_it_is_small(self, visitor, script):
        content = visitor.get(script).content

        assert 0 < len(content) <= 10_000

    def test_it_may_be_kept_for_long(self, visitor, script):
        first = visitor.get(script)

        again = visitor.get(script, headers={"if-none-match": first["ETag"]})

        assert "max-age=86400" in first["Cache-Control"]
        assert first["Content-Type"].startswith("text/javascript")
        assert (again.status_code, again.content) == (304, b"")

    def test_a_changed_share_is_another_script(self, visitor, script, door):
        before = visitor.get(script)["ETag"]

        door.sample_percent = 30
        door.save()

        assert visitor.get(script)["ETag"] != before
        assert b'"percent": 30' in visitor.get(script).content

    def test_it_sets_no_cookie_and_names_no_secret(self, visitor, script):
        response = visitor.get(script)

        assert not response.cookies
        assert b"cookie" not in response.content.lower()

    def test_that_of_a_closed_door_does_nothing(self, visitor, script, door):
        door.is_active = False
        door.save()

        response = visitor.get(script)

        assert response.status_code == 200
        assert b"fetch" not in response.content

    def test_the_card_brings_the_words_that_the_script_says(self, visitor, script):
        card = json.loads(visitor.get(script.replace(".js", "/card"), headers={"origin": SHOP}).content)

        assert card["words"] == {
            "send": "Send my answer",
            "next": "Next",
            "close": "Close",
            "missing": "Please answer this question.",
            "number": "Please write a number.",
            "several": "Choose all that fit.",
        }

    def test_the_card_is_in_the_storefront_s_language(self, visitor, script):
        address = script.replace(".js", "/card")

        card = json.loads(visitor.get(f"{address}?language=fa-IR", headers={"origin": SHOP}).content)

        assert (card["language"], card["direction"]) == ("fa", "rtl")
        assert [number[0] for number in card["scale"]["numbers"]] == list(range(11))
        assert card["scale"]["numbers"][10] == [10, "۱۰", "promoter"]
        assert set(card["comment"]) == {"none", "promoter", "passive", "detractor"}

    def test_only_the_door_s_storefronts_may_ask(self, visitor, script):
        address = script.replace(".js", "/card")

        statuses = {
            origin: visitor.get(address, headers={"origin": origin} if origin else None).status_code
            for origin in (SHOP, "https://other.example", "null", "")
        }

        assert statuses == {SHOP: 200, "https://other.example": 403, "null": 403, "": 403}

    def test_only_the_door_s_storefronts_may_answer(self, visitor, script):
        address = script.replace(".js", "/answers")

        mine = send(visitor, address, origin=SHOP)
        others = send(visitor, address, origin="https://other.example")

        assert (mine.status_code, others.status_code) == (202, 403)
        assert mine["Access-Control-Allow-Origin"] == SHOP
        assert mine["Vary"] == "Origin"
        assert "Access-Control-Allow-Origin" not in others
        assert DoorAnswer.objects.count() == 1

    def test_a_door_without_origins_takes_any(self, visitor, door_of):
        address = f"/snippet/{door_token(door_of('snippet').key)}/answers"

        assert send(visitor, address, origin="https://any.example").status_code == 202

    def test_an_answer_keeps_where_it_came_from(self, visitor, script, now):
        send(visitor, script.replace(".js", "/answers"), origin=SHOP)

        door_answers.record_due(now=now)

        assert Response.objects.get().invitation.source == "snippet"
