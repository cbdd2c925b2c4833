"""A mail as data, for e-mail apps that write or send their own."""

import re
from typing import Any

from django.core.mail import EmailMultiAlternatives

from .mail import Brand

_LONGEST_NAME = 40
_ADDRESS_LIKE = re.compile(r"[/:@]|\.\w")


def greetable(first_name: str) -> str:
    """Return the name unless it looks like an advertisement: anybody can type an address into the field of a checkout."""
    return "" if len(first_name) > _LONGEST_NAME or _ADDRESS_LIKE.search(first_name) else first_name


def payload_of(
    message: EmailMultiAlternatives, html: str, *, language_code: str, brand: Brand, **facts: object
) -> dict[str, Any]:
    """Return the mail as data: the facts in it, and the whole for apps that only send."""
    return facts | {
        "recipient_email": message.to[0] if message.to else "",
        "recipient_emails": list(message.to),
        "subject": message.subject,
        "language_code": language_code,
        "shop_name": brand.shop_name,
        "logo_url": brand.logo_url,
        "brand_color": brand.color,
        "sender_name": brand.sender_name,
        "sender_address": brand.sender_address,
        "headers": dict(message.extra_headers),
        "text": message.body,
        "html": html,
    }
