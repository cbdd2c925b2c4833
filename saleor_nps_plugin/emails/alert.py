"""Writes the mail that tells staff of an unhappy answer."""

from collections.abc import Sequence
from uuid import UUID

from django.utils import translation
from django.utils.text import Truncator
from django.utils.translation import gettext

from .. import languages
from .headers import message_id, new_message, one_line
from .mail import Brand, Mail
from .payloads import payload_of
from .shells import SCALES, SCORES, flags_of, rendered


def detractor_alert_mail(
    *,
    key: UUID | str,
    to: Sequence[str],
    language_code: str,
    brand: Brand,
    score: int,
    comment: str,
    order_number: str,
    channel: str,
    channel_name: str,
    survey_name: str,
    case_url: str,
    case_status: str,
    door_name: str = "",
    is_reachable: bool = True,
    callback: str = "",
    scale: str = "nps",
) -> Mail:
    """Return the mail that tells staff of an unhappy answer on a scale: "nps", "csat", "ces" or "recovery".

    `channel` is a slug, and with its name "" where there is none. `door_name` is that of the link, tablet or script through
    which the answer came, or "". `case_status` is "open", "in_progress", "resolved", or "none" where there is no case;
    `case_url` is its page for staff. `is_reachable` says whether the shop could send a reply. `callback` is how and when
    the author wants to be called back, in their words, or "".
    """
    language = languages.spoken(language_code)
    facts = {
        "comment": comment,
        "order_number": one_line(order_number),
        "channel": one_line(channel),
        "channel_name": one_line(channel_name),
        "survey_name": one_line(survey_name),
        "door_name": one_line(door_name),
        "callback": one_line(callback),
        "case_url": case_url,
    }
    best = languages.localize_digits(SCALES[scale][-1], language)
    told = languages.localize_digits(score, language)
    subject = _subject(told, best, scale, facts["order_number"], language, is_callback=bool(callback))
    values = facts | {
        "title": subject,
        "score": told,
        "best": best,
        "comment_line": Truncator(one_line(comment)).chars(120),
        "channel": facts["channel_name"],
    }
    flags = flags_of(facts) | {f"is_{scale}", f"is_{case_status}"} | ({"is_reachable"} if is_reachable else set())
    text, html = rendered("alert", language, brand, flags, values)
    domain = brand.sender_address.rpartition("@")[2] or (to[0].rpartition("@")[2] if to else "")
    headers = {"Message-ID": message_id(key, "alert", one_line(domain)), "Auto-Submitted": "auto-generated"}
    message = new_message(subject, text, html, brand=brand, to=to, headers=headers)
    more = {"score": score, "scale": scale, "case_status": case_status, "is_reachable": is_reachable}
    payload = payload_of(message, html, language_code=language_code, brand=brand, **facts, **more)
    return Mail("nps_detractor_alert", message, payload)


def _subject(score: str, best: str, scale: str, order_number: str, language: str, *, is_callback: bool) -> str:
    with translation.override(language):
        if SCALES[scale] != SCORES:
            # Everybody knows the 0 to 10 of the shop's score.
            score = gettext("{score} of {highest}").format(score=score, highest=best)
        if is_callback and order_number:
            template = gettext("Please call back: score {score}, order {order_number}")
        elif is_callback:
            template = gettext("Please call back: score {score}")
        else:
            template = gettext("Score {score}, order {order_number}") if order_number else gettext("Score {score}")
    return template.replace("{score}", score).replace("{order_number}", order_number)
