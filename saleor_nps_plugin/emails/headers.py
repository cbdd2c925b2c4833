"""The head of a mail: whom it is from, how to leave, how to know it again."""

import re
from collections.abc import Sequence
from email.utils import quote
from urllib.parse import urlsplit
from uuid import UUID

from django.core.mail import EmailMultiAlternatives
from django.utils.encoding import iri_to_uri

from .mail import Brand

# Line breaks in a header would start a new one; the other control characters have no business in one line of text.
_CONTROL_CHARACTERS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


def one_line(text: str) -> str:
    return _CONTROL_CHARACTERS.sub(" ", text).strip()


def _sender(brand: Brand) -> str:
    """Return the From header, or "" where the delivery decides."""
    address = one_line(brand.sender_address)
    name = quote(one_line(brand.sender_name))
    return f'"{name}" <{address}>' if address and name else address


def message_id(key: UUID | str, kind: str, domain: str) -> str:
    return f"<{one_line(str(key))}.{kind}@{domain or 'localhost'}>"


def new_message(
    subject: str, text: str, html: str, *, brand: Brand, to: Sequence[str], headers: dict[str, str]
) -> EmailMultiAlternatives:
    message = EmailMultiAlternatives(subject, text, to=[one_line(address) for address in to], headers=headers)
    # Not by the constructor, which would put DEFAULT_FROM_EMAIL in the place of an empty sender.
    message.from_email = _sender(brand)
    message.attach_alternative(html, "text/html")
    return message


def leavable_headers(key: UUID | str, kind: str, opt_out_url: str) -> dict[str, str]:
    """Return the headers of a mail of a kind that can be refused with one click in the mail program."""
    url = _address(opt_out_url)
    return _automatic(key, kind, url) | {
        "List-Unsubscribe": f"<{url}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def plain_headers(key: UUID | str, kind: str, own_url: str) -> dict[str, str]:
    """Return the headers of a mail that comes in any case; `own_url` is an address of the shop."""
    return _automatic(key, kind, _address(own_url))


def _address(url: str) -> str:
    return iri_to_uri(one_line(url)) or ""


def _automatic(key: UUID | str, kind: str, url: str) -> dict[str, str]:
    return {
        "Message-ID": message_id(key, kind, urlsplit(url).hostname or ""),
        # RFC 3834: asks absence notices not to answer; Exchange listens to its own header only.
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "OOF, AutoReply",
    }
