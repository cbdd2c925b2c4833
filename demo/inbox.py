"""python -m demo.inbox: an SMTP server that keeps every mail in memory, with a page to read them."""

import signal
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.controller import Controller

from demo import inbox_page, ports
from demo.mails import Mail
from tooling.progress import say

KEPT = 500
NOT_FOUND = "There is no such mail: this inbox forgets when it stops."
# The mail is shown as it came; what it may do is decided here: nothing but show itself.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src * data:; sandbox allow-popups allow-popups-to-escape-sandbox"


@dataclass
class Inbox:
    """The handler of the mail server, and what the page shows."""

    mails: list[Mail] = field(default_factory=list)
    count: int = 0

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.count += 1
        mail = Mail(self.count, datetime.now(UTC), message)
        self.mails = [*self.mails[-(KEPT - 1) :], mail]
        say(f"  Mail to {mail.recipient}: {mail.subject}")
        return "250 Message accepted for delivery"

    def find(self, number: str) -> Mail | None:
        return next((mail for mail in self.mails if str(mail.number) == number), None)

    def answer(self, path: str) -> tuple[int, str, str]:
        """Status, kind and text for a path: /, /3, /3/html, /3/text, /3/source or /latest."""
        if path in ("", "/"):
            return 200, "text/html", inbox_page.listing(self.mails)
        number, _, part = path.strip("/").partition("/")
        mail = self.mails[-1] if number == "latest" and self.mails else self.find(number)
        if mail is None:
            return 404, "text/html", inbox_page.notice(NOT_FOUND)
        match part:
            case "":
                return 200, "text/html", inbox_page.reading(mail)
            case "html":
                return 200, "text/html", inbox_page.with_new_tabs(mail.body("html"))
            case "text":
                return 200, "text/plain", mail.body("plain")
            case "source":
                return 200, "text/plain", mail.message.as_string()
        return 404, "text/html", inbox_page.notice(NOT_FOUND)


def page_server(inbox: Inbox, port: int) -> ThreadingHTTPServer:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            status, kind, text = inbox.answer(path)
            body = text.encode()
            self.send_response(status)
            self.send_header("Content-Type", f"{kind}; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Cache-Control", "no-store")
            if path.endswith("/html"):
                self.send_header("Content-Security-Policy", POLICY)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """The terminal is for mails."""

    return ThreadingHTTPServer(("127.0.0.1", port), Handler)


def mail_server(inbox: Inbox, port: int) -> Controller:
    return Controller(inbox, hostname="localhost", port=port, data_size_limit=50_000_000)


def main() -> None:
    inbox = Inbox()
    mail_server(inbox, ports.SMTP.number).start()
    pages = page_server(inbox, ports.INBOX.number)
    threading.Thread(target=pages.serve_forever, daemon=True).start()
    signal.sigwait({signal.SIGTERM, signal.SIGINT})


if __name__ == "__main__":
    main()
