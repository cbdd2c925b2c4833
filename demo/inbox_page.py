"""The inbox's pages, as text."""

from __future__ import annotations

from html import escape
from string import Template
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from demo.mails import Mail

HEADERS = (
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
)

PAGE = Template("""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>$title</title>
$head
<style>
:root { color-scheme: light dark; --line: light-dark(#d9dde3, #3a3f47);
  --quiet: light-dark(#5b6472, #a5adba); --hover: light-dark(#f3f5f8, #22262c); }
* { box-sizing: border-box }
body { font: 16px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 60rem; padding: 1rem }
h1 { font-size: 1.25rem; overflow-wrap: anywhere }
a { color: inherit }
ul { list-style: none; margin: 0; padding: 0; border-top: 1px solid var(--line) }
li a { display: block; padding: .75rem .5rem; text-decoration: none;
  border-bottom: 1px solid var(--line) }
li a:hover, li a:focus-visible { background: var(--hover) }
li strong { display: block; overflow-wrap: anywhere }
.quiet { color: var(--quiet); font-size: .875rem; overflow-wrap: anywhere }
table { border-collapse: collapse; font-size: .875rem; width: 100% }
th { text-align: left; vertical-align: top; padding: .125rem 1rem .125rem 0; font-weight: 400;
  color: var(--quiet); white-space: nowrap }
td { overflow-wrap: anywhere }
summary { cursor: pointer; padding: .5rem 0 }
iframe { width: 100%; height: 70vh; border: 1px solid var(--line); background: #fff;
  margin-top: 1rem }
pre { white-space: pre-wrap; overflow-wrap: anywhere; font-size: .875rem }
</style>
$body
</html>""")


def listing(mails: Sequence[Mail]) -> str:
    rows = "".join(
        f'<li><a href="/{mail.number}"><strong dir="auto">{escape(mail.subject)}</strong>'
        f'<span class="quiet">{escape(mail.recipient)} · {mail.received_at:%H:%M:%S} UTC</span></a>'
        for mail in reversed(mails)
    )
    empty = "<p>No mail yet. Try <code>make demo-order</code>; this page refreshes itself.</p>"
    body = f"<h1>Inbox ({len(mails)})</h1>" + (f"<ul>{rows}</ul>" if mails else empty)
    refresh = '<meta http-equiv="refresh" content="3">'
    return PAGE.substitute(title=f"Inbox ({len(mails)})", head=refresh, body=body)


def reading(mail: Mail) -> str:
    number = mail.number
    body = f"""<p><a href="/">← Inbox</a></p>
<h1 dir="auto">{escape(mail.subject)}</h1>
{_headers(mail)}
<iframe src="/{number}/html" title="The mail as HTML" sandbox="allow-popups
 allow-popups-to-escape-sandbox"></iframe>
<details><summary>Text part</summary><pre>{escape(mail.body("plain"))}</pre></details>
<details><summary>Whole source</summary><pre>{escape(mail.message.as_string())}</pre></details>"""
    return PAGE.substitute(title=escape(mail.subject), head="", body=body)


def with_new_tabs(html: str) -> str:
    """Links of a mail open beside the inbox, as in a mail program."""
    base = '<base target="_blank">'
    start, head, rest = html.partition("<head>")
    return f"{start}{head}{base}{rest}" if head else base + html


def notice(text: str) -> str:
    body = f'<p>{escape(text)}</p><p><a href="/">← Inbox</a></p>'
    return PAGE.substitute(title="Inbox", head="", body=body)


def _headers(mail: Mail) -> str:
    rows = "".join(f"<tr><th>{name}<td>{escape(str(mail.message[name]))}" for name in HEADERS if mail.message[name])
    return f"<table>{rows}</table>"
