from dataclasses import replace
from uuid import uuid4

import pytest

from tests.emails.conftest import KEY

EVIL = "Tea\r\nBcc: everybody@example.com\nX-Evil: 1\x00\x0b\u2028 & Co"


def headers_of(mail):
    return {name: str(value) for name, value in mail.message.message().items()}


def test_the_head_of_an_invitation(survey_mail_with):
    headers = headers_of(survey_mail_with())

    assert headers["From"] == '"Tea & Co" <hello@tea.example>'
    assert headers["To"] == "ada@example.com"
    assert headers["Subject"] == "How was your order from Tea & Co?"
    assert headers["Message-ID"] == f"<{KEY}.invitation@shop.example>"
    assert headers["List-Unsubscribe"] == "<https://shop.example/plugins/global/nps/s/token/opt-out/>"
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert headers["Auto-Submitted"] == "auto-generated"
    assert headers["X-Auto-Response-Suppress"] == "OOF, AutoReply"
    assert headers["Content-Type"].startswith("multipart/alternative")


def test_the_same_mail_again_has_the_same_id_and_another_has_another(survey_mail_with):
    ids = [
        headers_of(mail)["Message-ID"]
        for mail in (
            survey_mail_with(),
            survey_mail_with(subject="Changed meanwhile"),
            survey_mail_with(is_reminder=True),
            survey_mail_with(key=uuid4()),
        )
    ]

    assert ids[0] == ids[1]
    assert len(set(ids)) == 3


def test_a_line_break_in_any_text_never_starts_a_header(survey_mail_with, brand):
    mail = survey_mail_with(
        brand=replace(brand, shop_name=EVIL, sender_name=EVIL),
        subject=EVIL,
        question=EVIL,
        first_name=EVIL,
        order_number=EVIL,
        opt_out_url=f"https://shop.example/{EVIL}",
    )

    headers = headers_of(mail)
    assert set(headers) == set(headers_of(survey_mail_with()))
    assert headers["Subject"].startswith("Tea Bcc: everybody@example.com X-Evil: 1")
    assert "everybody" not in headers["To"]


def test_an_alert_is_as_safe(alert_with, brand):
    mail = alert_with(
        brand=replace(brand, shop_name=EVIL, sender_name=EVIL), comment=EVIL, order_number=EVIL, channel=EVIL, key=EVIL
    )

    assert set(headers_of(mail)) == set(headers_of(alert_with()))


def test_a_sender_whose_name_needs_quoting(survey_mail_with, brand):
    mail = survey_mail_with(brand=replace(brand, sender_name='Ørsted "Tea", Co'))

    (sender,) = mail.message.message()["From"].encode().decode().splitlines()
    assert sender.endswith("<hello@tea.example>")
    assert sender.startswith("=?utf-8?")


@pytest.mark.parametrize(("address", "expected"), [("", ""), ("hello@tea.example", "hello@tea.example")])
def test_a_sender_without_name_or_address(survey_mail_with, brand, address, expected):
    name = "" if address else "Tea & Co"

    assert (
        survey_mail_with(brand=replace(brand, sender_name=name, sender_address=address)).message.from_email == expected
    )


def test_an_opt_out_address_with_letters_of_any_script_is_a_header(survey_mail_with):
    mail = survey_mail_with(opt_out_url="https://shop.example/ąę/opt-out/")

    assert headers_of(mail)["List-Unsubscribe"] == "<https://shop.example/%C4%85%C4%99/opt-out/>"
