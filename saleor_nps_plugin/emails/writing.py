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
from .shells import SCORES, flags_of, rendered


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
) -> Mail:
    """Return the invitation to a survey, or its reminder; with a link to "my rewards" where there is an address of it."""
    language = languages.spoken(language_code)
    kind = "reminder" if is_reminder else "invitation"
    subject = _survey_subject(subject, language, is_reminder=is_reminder)
    score_urls = [score_url(survey_url, score) for score in SCORES]
    facts = {
        "question": one_line(question),
        "first_name": greetable(one_line(first_name)),
        "order_number": one_line(order_number),
        "opt_out_url": opt_out_url,
        "rewards_url": rewards_url,
    }
    urls = {f"url_{score}": url for score, url in enumerate(score_urls)}
    text, html = rendered(
        "survey", language, brand, flags_of(facts, is_reminder=is_reminder), facts | urls | {"title": subject}
    )
    message = new_message(subject, text, html, brand=brand, to=[to], headers=leavable_headers(key, kind, opt_out_url))
    more = {"survey_url": survey_url, "score_urls": score_urls, "is_reminder": is_reminder}
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
) -> Mail:
    """Return the mail that tells staff of an answer from 0 to 6."""
    language = languages.spoken(language_code)
    facts = {"comment": comment, "order_number": one_line(order_number), "channel": one_line(channel)}
    subject = _alert_subject(score, facts["order_number"], language)
    values = facts | {
        "title": subject,
        "score": languages.localize_digits(score, language),
        "comment_line": Truncator(one_line(comment)).chars(120),
    }
    text, html = rendered("alert", language, brand, flags_of(facts), values)
    domain = brand.sender_address.rpartition("@")[2] or (to[0].rpartition("@")[2] if to else "")
    headers = {"Message-ID": message_id(key, "alert", one_line(domain)), "Auto-Submitted": "auto-generated"}
    message = new_message(subject, text, html, brand=brand, to=to, headers=headers)
    payload = payload_of(message, html, language_code=language_code, brand=brand, score=score, **facts)
    return Mail("nps_detractor_alert", message, payload)


def _alert_subject(score: int, order_number: str, language: str) -> str:
    with translation.override(language):
        template = gettext("Score {score}, order {order_number}") if order_number else gettext("Score {score}")
    return template.replace("{score}", languages.localize_digits(score, language)).replace(
        "{order_number}", order_number
    )
