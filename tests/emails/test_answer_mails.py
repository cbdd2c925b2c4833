"""The mails that follow an answer: an apology, and an offer."""

import re
from dataclasses import replace

import pytest

from saleor_nps_plugin.emails import apology_mail, offer_mail, on_the_wire
from saleor_nps_plugin.languages import SUPPORTED
from tests.emails.conftest import BRAND, KEY
from tests.reading import read

OPT_OUT = "https://shop.example/plugins/global/nps/s/token/opt-out/"
CALLBACK = "https://shop.example/plugins/global/nps/s/token/thanks/#callback"
EVIL = "Tea\r\nBcc: everybody@example.com\nX-Evil: 1\x00\x0b\u2028 & Co"
WRITERS = {
    "apology": (apology_mail, {"callback_url": CALLBACK}),
    "apology alone": (apology_mail, {"callback_url": ""}),
    "offer": (offer_mail, {"code": "K7RMPW2X", "discount": "10%"}),
    "offer of no amount": (offer_mail, {"code": "K7RMPW2X", "discount": ""}),
}
every_mail = pytest.mark.parametrize("name", WRITERS)


@pytest.fixture
def write():
    def make(name, **changes):
        writer, facts = WRITERS[name]
        values = {
            "key": KEY,
            "to": "ada@example.com",
            "language_code": "en",
            "brand": BRAND,
            "first_name": "Ada",
            "opt_out_url": OPT_OUT,
        }
        return writer(**(values | facts | changes))

    return make


@every_mail
@pytest.mark.parametrize("language", SUPPORTED)
def test_every_language_has_text_and_html_without_a_gap(write, name, language):
    mail = write(name, language_code=language)

    for words in (mail.message.subject, mail.message.body, mail.payload["html"]):
        assert words.strip()
        assert "MISSING" not in words and not re.search("[\ue000\ue001]|{shop_name}", words)
    assert read(mail.payload["html"]).one("html")["lang"] == language


@every_mail
def test_it_can_be_refused_with_one_click(write, name):
    mail = write(name)

    assert mail.message.extra_headers["List-Unsubscribe"] == f"<{OPT_OUT}>"
    assert mail.message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert OPT_OUT in mail.message.body and OPT_OUT in mail.payload["html"]


def test_an_apology_asks_how_to_be_in_touch_where_there_is_a_page_for_it(write):
    asking, silent = write("apology"), write("apology alone")

    assert CALLBACK in asking.message.body and CALLBACK in asking.payload["html"]
    assert (asking.event, asking.payload["callback_url"]) == ("nps_apology", CALLBACK)
    assert "Tell us how" not in silent.message.body + silent.payload["html"]


def test_an_offer_has_its_code_and_what_it_takes_off(write):
    mail = write("offer")

    assert (mail.event, mail.payload["code"], mail.payload["discount"]) == ("nps_offer", "K7RMPW2X", "10%")
    assert "K7RMPW2X" in mail.message.body and "It takes 10% off, once." in mail.message.body
    assert "takes" not in write("offer of no amount").message.body


@every_mail
def test_what_people_typed_stays_text(write, name):
    mail = write(name, first_name="<script>", to="ada@example.com\r\nBcc: evil@example.com")

    assert "<script>" not in mail.payload["html"]
    assert b"\nBcc:" not in on_the_wire(mail.message)


@every_mail
def test_a_shop_name_makes_no_header(write, name):
    mail = write(
        name, brand=replace(BRAND, shop_name=EVIL, sender_name=EVIL), first_name=EVIL, opt_out_url=OPT_OUT + EVIL
    )

    head = on_the_wire(mail.message).partition(b"\r\n\r\n")[0]
    assert b"\nBcc:" not in head and b"\nX-Evil:" not in head
