"""Every public door against made-up addresses and requests that no person makes."""

from datetime import timedelta
from urllib.parse import quote, urlencode
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from saleor_nps_plugin import links
from saleor_nps_plugin.surveys.answering import doors
from saleor_nps_plugin.surveys.answering.doors import DoorDraft
from saleor_nps_plugin.surveys.models import (
    Door,
    DoorAnswer,
    Invitation,
    Wave,
)
from tests.forging import changed
from tests.pages.strangers import PLACES, SHOP, WRITING, opened, send, sent, stored
from tests.surveys.story import an_order


class TestTokens:
    @pytest.mark.parametrize("kind", PLACES)
    def test_a_changed_one_opens_nothing(self, tokens, kind):
        before = stored()
        made_up = [changed(tokens[kind], position) for position in (0, 15, -44, -1)]

        assert opened(PLACES[kind], made_up) == {}
        assert stored() == before

    @pytest.mark.parametrize("kind", PLACES)
    def test_one_of_another_kind_opens_nothing(self, tokens, kind):
        # A code is a picture of any door's address, and answers that devices send go by what the token's door is.
        alike = {"link", "tablet", "storefront"} if kind in ("link", "tablet", "storefront") else {kind}
        before = stored()
        foreign = [token for name, token in tokens.items() if name not in alike]
        foreign += [links.form_token(uuid4()), links.shopper_token(uuid4())]
        pages = [place for place in PLACES[kind] if not place.endswith(("answers", "svg", "png"))]

        assert opened(PLACES[kind], foreign) == {}
        assert opened(pages, [tokens[name] for name in alike - {kind}]) == {}
        assert stored() == before

    @pytest.mark.parametrize("kind", PLACES)
    def test_no_text_breaks_them(self, tokens, kind):
        before = stored()
        own = tokens[kind]
        texts = ["x", "." * 50, "a" * 10_000, "\0", "\udcff\udcfe", "../", f"{own}\0", f"{own} ", "<script>", "ü"]

        quoted = [quote(text.encode("utf-8", "surrogateescape"), safe="") for text in texts]

        assert opened(PLACES[kind], [*quoted, own.split(".")[0] + "." + "A" * 43]) == {}
        assert stored() == before

    @pytest.mark.parametrize("kind", WRITING)
    def test_after_their_time_they_take_nothing(self, tokens, shop, kind):
        for door in Door.objects.all():
            doors.change(door, DoorDraft(door.kind, door.survey_id, door.name, origins=SHOP, is_active=False))
        Invitation.objects.exclude(order_id=None).update(expires_at=timezone.now())
        Wave.objects.update(finished_at=timezone.now())
        order_id, _ = links.read_order_token(tokens["order"])
        shop.add_order(an_order(id=order_id, email="", fulfilled_at=timezone.now() - timedelta(days=400)))
        before = stored()

        answer = send(WRITING[kind].format(tokens[kind]), sent().items())

        # Only who refuses surveys may do so for ever.
        assert answer.status_code == (200 if kind == "address" else 410)
        assert stored() == before | ({"opted out": 1} if kind == "address" else {})


class TestRequests:
    @pytest.mark.parametrize("kind", PLACES)
    def test_other_methods_are_refused(self, tokens, kind):
        before = stored()
        methods = ("put", "patch", "delete", "options", "trace")

        told = [getattr(Client(), method)(place.format(tokens[kind])) for place in PLACES[kind] for method in methods]

        assert {answer.status_code for answer in told} == {405}
        assert set(", ".join(answer["Allow"] for answer in told).split(", ")) <= {"GET", "HEAD", "POST"}
        assert stored() == before

    @pytest.mark.parametrize("kind", WRITING)
    def test_looking_writes_nothing(self, tokens, kind):
        before = stored()
        address = WRITING[kind].format(tokens[kind])

        told = {Client().get(f"{address}?{urlencode(sent())}").status_code, Client().head(address).status_code}

        assert told <= {200, 405}
        assert stored() == before

    @pytest.mark.parametrize("kind", WRITING)
    def test_no_cookie_is_needed_and_none_set(self, tokens, kind):
        browser = Client(enforce_csrf_checks=True)

        answer = send(WRITING[kind].format(tokens[kind]), sent().items(), client=browser, cookie="sessionid=x")

        assert answer.status_code in (200, 202, 303)
        assert not answer.cookies and "Set-Cookie" not in answer
        assert "Access-Control-Allow-Credentials" not in answer

    @pytest.mark.parametrize("kind", ["link", "order", "ballot", "address", "unhappy"])
    def test_a_page_elsewhere_can_neither_read_ours_nor_frame_them(self, tokens, kind):
        told = Client().get(PLACES[kind][0].format(tokens[kind]), headers={"origin": "https://evil.example"})

        assert "Access-Control-Allow-Origin" not in told
        assert "frame-ancestors 'none'" in told["Content-Security-Policy"]

    @pytest.mark.parametrize(
        "origin",
        [
            "https://shop.example.evil.example",
            "https://evil.example/https://shop.example",
            "https://shop.example:444",
            "http://shop.example",
            "https://shop.example/",
            "https://shop.example https://evil.example",
            "https://user@shop.example",
            "null",
            "\x00",
            "",
        ],
    )
    def test_a_storefront_is_known_by_its_whole_origin(self, tokens, origin):
        address = "/snippet/{}/".format(tokens["storefront"])

        told = [
            Client().get(f"{address}card", headers={"origin": origin}),
            send(f"{address}answers", sent().items(), origin=origin),
        ]

        assert [answer.status_code for answer in told] == [403, 403]
        assert not any("Access-Control-Allow-Origin" in answer for answer in told)
        assert not DoorAnswer.objects.exists()

    @pytest.mark.parametrize("kind", [kind for kind in WRITING if kind != "address"])
    def test_what_is_no_form_is_no_answer(self, tokens, kind):
        before = stored()
        bodies = [
            ("application/json", b'{"score": 9, "callback": "555"}'),
            ("text/plain", b"score=9"),
            ("text/xml", b"<score>9</score>"),
            ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data; name=score\r\n\r\n"),
            ("multipart/form-data", b"score=9"),
            ("application/octet-stream", bytes(range(256))),
            ("", b"score=9"),
        ]

        told = {
            content_type: send(WRITING[kind].format(tokens[kind]), body=body, content_type=content_type).status_code
            for content_type, body in bodies
        }

        assert set(told.values()) <= {400, 404, 422}, told
        assert stored() == before
