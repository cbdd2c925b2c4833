"""What every mail of ours has in common, whatever it is about."""

import re
import smtplib

from ..emails import Brand
from .settings import SurveySettings

_ADDRESS = re.compile(r"[^\s<>]+@[^\s<>]+")


class MailServerDown(Exception):
    """The connection is gone; the rest of the channel's mails would fail alike."""


def brand_of(settings: SurveySettings) -> Brand:
    """Return how the shop presents itself in a channel's mails."""
    return Brand(
        shop_name=settings.shop_name,
        logo_url=settings.logo_url,
        color=settings.brand_color,
        sender_name=settings.sender_name,
        sender_address=settings.sender_address,
    )


def describe(error: Exception) -> str:
    """Return what went wrong, for staff and logs, without anybody's address."""
    if isinstance(error, MailServerDown):
        return str(error)
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        replies = [f"{code} {text.decode(errors='replace')}" for code, text in error.recipients.values()]
        return _ADDRESS.sub("<address>", f"recipient refused: {', '.join(replies)}")[:200]
    return _ADDRESS.sub("<address>", f"{type(error).__name__}: {error}")[:200]
