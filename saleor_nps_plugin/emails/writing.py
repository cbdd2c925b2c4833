"""Writes the mails about surveys: invitation and reminder."""

from collections.abc import Sequence
from uuid import UUID

from django.utils import translation
from django.utils.translation import gettext

from .. import languages
from .headers import leavable_headers, new_message, one_line
from .mail import Brand, Mail
from .payloads import greetable, payload_of
from .shells import SCALES, flags_of, rendered


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
