"""What we write for the mail server says the same as what Django would write."""

from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from django.core.mail import BadHeaderError

from saleor_nps_plugin.emails import envelope_address, on_the_wire

FIELDS = (
    "Subject",
    "From",
    "To",
    "Message-ID",
    "MIME-Version",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
    "Auto-Submitted",
    "X-Auto-Response-Suppress",
)


def read(content: bytes) -> EmailMessage:
    return message_from_bytes(content, policy=policy.default)  # type: ignore[arg-type]


def parts(message: EmailMessage) -> list[tuple[str, str, str]]:
    return [(part.get_content_type(), part["MIME-Version"], part.get_content()) for part in message.iter_parts()]


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"language_code": "fa", "first_name": "مریم"},
        {"language_code": "ru", "subject": "Как вам заказ?"},
        {"first_name": "Zoë"},
        {"subject": "A subject of so many words that no mail program would want it to stand in one line of the header"},
        {"to": "zoë@bücher.example"},
        {"question": "A question that is long. " * 60},
    ],
)
def test_it_says_what_django_would_say(survey_mail_with, changes):
    message = survey_mail_with(**changes).message

    ours, djangos = read(on_the_wire(message)), read(message.message().as_bytes(linesep="\r\n"))

    assert {name: ours[name] for name in FIELDS} == {name: djangos[name] for name in FIELDS}
    assert ours["Date"].datetime - djangos["Date"].datetime < timedelta(seconds=5)
    assert ours.get_content_type() == "multipart/alternative"
    assert parts(ours) == parts(djangos)
    assert ours.defects == []


def test_no_line_is_longer_than_mail_servers_take(survey_mail_with):
    content = on_the_wire(survey_mail_with(question="long " * 400).message)

    assert max(map(len, content.split(b"\r\n"))) <= 998
    assert b"\n" not in content.replace(b"\r\n", b"")


def test_a_header_cannot_start_another(survey_mail_with):
    message = survey_mail_with().message
    message.subject = "Hello\r\nBcc: everybody@example.com"

    with pytest.raises(BadHeaderError):
        on_the_wire(message)


@pytest.mark.parametrize(
    "address", ["", "two@example.com, three@example.com", "ada@example.com\r\nBcc: eve@example.com"]
)
def test_an_address_that_no_mail_can_have_is_refused(address):
    with pytest.raises(ValueError, match="address"):
        envelope_address(address)


def test_the_envelope_carries_the_address_as_servers_know_it():
    assert envelope_address("ada@example.com") == "ada@example.com"
    assert envelope_address("ada@bücher.example") == "ada@xn--bcher-kva.example"
