"""Writes the mail that tells staff of a burst of answers."""

from collections.abc import Sequence

from django.utils import translation
from django.utils.translation import gettext

from .. import languages
from .headers import message_id, new_message, one_line
from .mail import Brand, Mail
from .payloads import payload_of
from .shells import flags_of, rendered


def attack_mail(
    *,
    key: int | str,
    to: Sequence[str],
    language_code: str,
    brand: Brand,
    is_low: bool,
    answers: int,
    usual: int,
    channel: str,
    answers_url: str,
    flagged_url: str,
) -> Mail:
    """Return the mail that tells staff of so many `answers` within an hour, from 0 to 2 where `is_low`, else from 9 to 10.

    `usual` is the most that came within one hour of the weeks before. `answers_url` is the page with the newest answers,
    `flagged_url` that with those which look untrue.
    """
    language = languages.spoken(language_code)
    with translation.override(language):
        subject = (
            gettext("Unusually many answers from 0 to 2") if is_low else gettext("Unusually many answers of 9 and 10")
        )
    values = {
        "title": subject,
        "answers": languages.number(answers, language),
        "usual": languages.number(usual, language),
        "channel": one_line(channel),
        "answers_url": answers_url,
        "flagged_url": flagged_url,
    }
    flags = flags_of({"channel": channel}) | ({"is_low"} if is_low else set())
    text, html = rendered("attack", language, brand, flags, values)
    domain = brand.sender_address.rpartition("@")[2] or (to[0].rpartition("@")[2] if to else "")
    headers = {"Message-ID": message_id(str(key), "attack", one_line(domain)), "Auto-Submitted": "auto-generated"}
    message = new_message(subject, text, html, brand=brand, to=to, headers=headers)
    urls = {"answers_url": answers_url, "flagged_url": flagged_url}
    facts = {"is_low": is_low, "answers": answers, "usual": usual, "channel": channel, **urls}
    return Mail(
        "nps_attack_alert", message, payload_of(message, html, language_code=language_code, brand=brand, **facts)
    )
