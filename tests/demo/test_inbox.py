"""The demo's inbox, through a real SMTP connection."""

import smtplib
import socket
from collections.abc import Iterator
from email.message import EmailMessage

import pytest

from demo.inbox import POLICY, Inbox, mail_server

MANY = 3


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def smtp(inbox: Inbox) -> Iterator[smtplib.SMTP]:
    with socket.create_server(("localhost", 0)) as probe:
        port = probe.getsockname()[1]
    server = mail_server(inbox, port)
    server.start()
    with smtplib.SMTP("localhost", port) as connection:
        yield connection
    server.stop()


def a_mail(subject: str = "How was your order?") -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "shop@example.com", "ana@example.com", subject
    mail["List-Unsubscribe"] = "<http://localhost/opt-out/>"
    mail.set_content("Zażółć: 0 1 2")
    mail.add_alternative("<html><head></head><body><a href='http://localhost/'>7</a></body></html>", subtype="html")
    return mail


def test_a_mail_is_listed_and_can_be_read_in_all_its_parts(inbox: Inbox, smtp: smtplib.SMTP) -> None:
    smtp.send_message(a_mail())

    assert "How was your order?" in inbox.answer("/")[2]
    status, kind, page = inbox.answer("/1")
    assert (status, kind) == (200, "text/html")
    assert "&lt;http://localhost/opt-out/&gt;" in page
    assert inbox.answer("/1/text") == (200, "text/plain", "Zażółć: 0 1 2\r\n")
    assert '<head><base target="_blank"></head>' in inbox.answer("/1/html")[2]
    assert inbox.answer("/latest") == inbox.answer("/1")


def test_the_newest_mail_is_the_first(inbox: Inbox, smtp: smtplib.SMTP) -> None:
    for number in range(MANY):
        smtp.send_message(a_mail(f"Mail {number}"))

    listing = inbox.answer("/")[2]

    assert [listing.index(f"Mail {number}") for number in range(MANY)] == sorted(
        (listing.index(f"Mail {number}") for number in range(MANY)), reverse=True
    )


def test_a_hostile_subject_is_shown_as_text(inbox: Inbox, smtp: smtplib.SMTP) -> None:
    smtp.send_message(a_mail("<script>alert(1)</script>"))

    assert "<script>" not in inbox.answer("/")[2]
    assert "<script>" not in inbox.answer("/1")[2]


def test_a_mail_that_is_not_there_is_not_found(inbox: Inbox) -> None:
    for path in ("/7", "/latest", "/etc/passwd"):
        assert inbox.answer(path)[0] == 404


def test_a_survey_opened_from_a_mail_works_like_one_opened_from_anywhere() -> None:
    # Without it the survey's page would inherit the mail's prison: no script, no form.
    assert "allow-popups-to-escape-sandbox" in POLICY
    assert "allow-scripts" not in POLICY
