"""Writes the mails about surveys: invitation, reminder, and the alert for staff."""

from collections.abc import Sequence
from uuid import UUID

from django.utils import translation
from django.utils.text import Truncator
from django.utils.translation import gettext

from .. import languages
from .headers import leavable_headers, message_id, new_message, one_line
from .mail import Brand, Mail
from .payloads import greetable, payload_of
from .shells import SCALES, SCORES, flags_of, rendered


def score_url(survey_url: str, score: int) -> str:
    """Return the survey's address with a score chosen; storefront addresses may have a query or a fragment already."""
    address, hash_sign, fragment = survey_url.partition("#")
    return f"{address}{'&' if '?' in address else '?'}score={score}{hash_sign}{fragment}"


def _survey_subject(subject: str, language: str, *, is_reminder: bool) -> str:
    if not is_reminder:
        return one_line(subject)
    with translation.override(language):
        return one_line(gettext("Reminder: {subject}").replace("{subject}", subject))


def survey_mail(
    *,
    key: UUID,
    to: str,
    language_code: str,
    brand: Brand,
    question: str,
    subject: str,
    survey_url: str,
    opt_out_url: str,
    order_number: str,
    first_name: str,
    is_reminder: bool,
    rewards_url: str = "",
    scale: str = "nps",
    is_recovery: bool = False,
    is_listed: bool = False,
    is_anonymous: bool = False,
    phones: Sequence[str] = (),
) -> Mail:
    """Return the invitation to a survey, or its reminder; with a link to "my rewards" where there is an address of it.

    `scale` is "nps", "csat", "ces" or "recovery". `is_recovery` asks an unhappy customer whether things are right now.
    `is_listed` is for employees and partners, who need not have bought anything, and `is_anonymous` promises that
    nobody sees who answered what. `phones` are for apps that send short messages instead.
    """
    language = languages.spoken(language_code)
    kind = "reminder" if is_reminder else "invitation"
    subject = _survey_subject(subject, language, is_reminder=is_reminder)
    score_urls = {score: score_url(survey_url, score) for score in SCALES[scale]}
    facts = {
        "question": one_line(question),
        "first_name": greetable(one_line(first_name)),
        "order_number": one_line(order_number),
        "opt_out_url": opt_out_url,
        "rewards_url": rewards_url,
    }
    urls = {f"url_{score}": url for score, url in score_urls.items()}
    kinds = {f"is_{scale}": True, "is_recovery": is_recovery, "is_listed": is_listed, "is_anonymous": is_anonymous}
    text, html = rendered(
        "survey",
        language,
        brand,
        flags_of(facts, is_reminder=is_reminder) | {name for name, is_so in kinds.items() if is_so},
        facts | urls | {"title": subject},
    )
    message = new_message(subject, text, html, brand=brand, to=[to], headers=leavable_headers(key, kind, opt_out_url))
    more = {
        "survey_url": survey_url,
        "score_urls": list(score_urls.values()),
        "is_reminder": is_reminder,
        "short_text": f"{subject} {survey_url}",
        "recipient_phones": list(phones),
    }
    return Mail(
        f"nps_{kind}", message, payload_of(message, html, language_code=language_code, brand=brand, **facts, **more)
    )


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
    callback: str = "",
    highest: int = SCORES[-1],
) -> Mail:
    """Return the mail that tells staff of an unhappy answer, on a scale that ends with `highest`.

    `callback` is how and when its author wants to be called back, in their words, or "".
    """
    language = languages.spoken(language_code)
    facts = {
        "comment": comment,
        "order_number": one_line(order_number),
        "channel": one_line(channel),
        "callback": one_line(callback),
    }
    subject = _alert_subject(score, facts["order_number"], language, is_callback=bool(callback))
    values = facts | {
        "title": subject,
        "score": languages.localize_digits(score, language),
        "best": languages.localize_digits(highest, language),
        "comment_line": Truncator(one_line(comment)).chars(120),
    }
    text, html = rendered("alert", language, brand, flags_of(facts), values)
    domain = brand.sender_address.rpartition("@")[2] or (to[0].rpartition("@")[2] if to else "")
    headers = {"Message-ID": message_id(key, "alert", one_line(domain)), "Auto-Submitted": "auto-generated"}
    message = new_message(subject, text, html, brand=brand, to=to, headers=headers)
    payload = payload_of(message, html, language_code=language_code, brand=brand, score=score, **facts)
    return Mail("nps_detractor_alert", message, payload)


def _alert_subject(score: int, order_number: str, language: str, *, is_callback: bool) -> str:
    with translation.override(language):
        if is_callback and order_number:
            template = gettext("Please call back: score {score}, order {order_number}")
        elif is_callback:
            template = gettext("Please call back: score {score}")
        else:
            template = gettext("Score {score}, order {order_number}") if order_number else gettext("Score {score}")
    return template.replace("{score}", languages.localize_digits(score, language)).replace(
        "{order_number}", order_number
    )
