"""What a mail is, and what it needs to know of the shop."""

from dataclasses import dataclass
from typing import Any

from django.core.mail import EmailMultiAlternatives


@dataclass(frozen=True)
class Brand:
    """How the shop appears. `color` is #rrggbb and carries white text; the other texts may be empty."""

    shop_name: str
    logo_url: str
    color: str
    sender_name: str
    sender_address: str


@dataclass(frozen=True)
class Mail:
    """A mail ready to be sent: as a message, and as data for e-mail apps that write their own."""

    event: str
    message: EmailMultiAlternatives
    payload: dict[str, Any]
