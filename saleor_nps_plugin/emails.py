"""E-mails: what is in them. The shop delivers them.

A mail is a shell with slots. Rendering a template and inlining its styles takes milliseconds, so that happens once per
language and brand; each mail only fills the slots.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from email.utils import quote
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import css_inline
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.encoding import iri_to_uri
from django.utils.html import escape
from django.utils.safestring import mark_safe
from django.utils.text import Truncator
from django.utils.translation import gettext

from . import languages

_SCORES = range(11)
_HALVES = (("six", _SCORES[:6]), ("five", _SCORES[6:]))
# Line breaks in a header would start a new one; the other control characters have no business in one line of text.
_CONTROL_CHARACTERS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
# Slots are marked with private-use characters, which neither a template nor an operator's text contains.
_SLOT = re.compile("\ue000([a-z_0-9]+)\ue001")


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


@dataclass(frozen=True)
class _Shell:
    """A rendered template; every second part is the name of a slot."""

    parts: tuple[str, ...]

    def filled(self, values: Mapping[str, str]) -> str:
        parts = list(self.parts)
        parts[1::2] = [values[name] for name in parts[1::2]]
        return "".join(parts)


def _one_line(text: str) -> str:
    return _CONTROL_CHARACTERS.sub(" ", text).strip()


def _mixed(color: str, other: str, share: float) -> str:
    """Mix two colours; `share` is that of the first."""
    pairs = ((int(color[at : at + 2], 16), int(other[at : at + 2], 16)) for at in (1, 3, 5))
    return "#" + "".join(f"{round(one * share + two * (1 - share)):02x}" for one, two in pairs)


def _slot(name: str) -> str:
    return mark_safe(f"\ue000{name}\ue001")  # noqa: S308 (our own constant; what fills it is escaped)


def _score_slots(language: str) -> list[dict[str, Any]]:
    def number(score: int) -> dict[str, str]:
        label = languages.localize_digits(score, language)
        highest = languages.localize_digits(_SCORES[-1], language)
        # Translators: read aloud by screen readers, such as "7 of 10".
        spoken = gettext("{score} of {highest}").format(score=label, highest=highest)
        return {"label": label, "spoken": spoken, "url": _slot(f"url_{score}")}

    return [{"size": size, "numbers": [number(score) for score in scores]} for size, scores in _HALVES]


def _look(brand: Brand, language: str) -> dict[str, Any]:
    direction = languages.direction(language)
    return {
        "language": language,
        "direction": direction,
        "start": "right" if direction == "rtl" else "left",
        "end": "left" if direction == "rtl" else "right",
        "brand": brand,
        "brand_on_dark": _mixed(brand.color, "#ffffff", 0.6),
        "tint": _mixed(brand.color, "#ffffff", 0.07),
        "tint_edge": _mixed(brand.color, "#ffffff", 0.35),
        "lowest": languages.localize_digits(_SCORES[0], language),
        "highest": languages.localize_digits(_SCORES[-1], language),
        # Keeps the mail's next words out of the inbox preview.
        "padding": range(30),
    }


_SLOTS = (
    "title",
    "question",
    "first_name",
    "order_number",
    "opt_out_url",
    "score",
    "comment",
    "comment_line",
    "channel",
)
_FLAGS = ("is_reminder", "has_first_name", "has_order_number", "has_comment", "has_channel")
# Set apart from the words around them where those run from right to left.
_NAMES = ("first_name", "order_number", "channel")


def _flags(facts: Mapping[str, str], *, is_reminder: bool = False) -> frozenset[str]:
    """Return what decides the wording beyond the language: which facts there are."""
    known = {f"has_{name}" for name, value in facts.items() if value}
    return frozenset(known.intersection(_FLAGS) | ({"is_reminder"} if is_reminder else set()))


@lru_cache(maxsize=512)
def _shells(template: str, language: str, brand: Brand, flags: frozenset[str]) -> tuple[_Shell, _Shell]:
    """Return the text and the HTML shell of a mail."""
    with translation.override(language):
        context = (
            _look(brand, language)
            | {"halves": _score_slots(language)}
            | {name: _slot(name) for name in _SLOTS}
            | {flag: flag in flags for flag in _FLAGS}
        )
        text = render_to_string(f"saleor_nps_plugin/emails/{template}.txt", context | {"newline": "\n"})
        html = render_to_string(f"saleor_nps_plugin/emails/{template}.html", context | {"newline": mark_safe("<br>")})
    inlined = css_inline.CSSInliner(load_remote_stylesheets=False).inline(html)
    return _Shell(tuple(_SLOT.split(text))), _Shell(tuple(_SLOT.split(inlined)))


def _rendered(template: str, language: str, brand: Brand, flags: frozenset[str], values: Mapping[str, str]) -> tuple[str, str]:
    """Return a mail's text and HTML."""
    text, html = _shells(template, language, brand, flags)
    written = dict(values) | {name: languages.isolate(values[name], language) for name in _NAMES if name in values}
    shown = written | {name: _with_whole_name(values[name], brand, language) for name in ("question",) if name in values}
    return text.filled(written), html.filled({name: escape(value).replace("\n", "<br>") for name, value in shown.items()})


def _with_whole_name(text: str, brand: Brand, language: str) -> str:
    return text.replace(brand.shop_name, languages.keep_together(brand.shop_name, language)) if brand.shop_name else text


def _sender(brand: Brand) -> str:
    """Return the From header, or "" where the delivery decides."""
    address = _one_line(brand.sender_address)
    name = quote(_one_line(brand.sender_name))
    return f'"{name}" <{address}>' if address and name else address


def _message_id(key: UUID | str, kind: str, domain: str) -> str:
    return f"<{_one_line(str(key))}.{kind}@{domain or 'localhost'}>"


def _message(
    subject: str, text: str, html: str, *, brand: Brand, to: Sequence[str], headers: dict[str, str]
) -> EmailMultiAlternatives:
    message = EmailMultiAlternatives(subject, text, to=[_one_line(address) for address in to], headers=headers)
    # Not by the constructor, which would put DEFAULT_FROM_EMAIL in the place of an empty sender.
    message.from_email = _sender(brand)
    message.attach_alternative(html, "text/html")
    return message


def score_url(survey_url: str, score: int) -> str:
    """Return the survey's address with a score chosen; storefront addresses may have a query or a fragment already."""
    address, hash_sign, fragment = survey_url.partition("#")
    return f"{address}{'&' if '?' in address else '?'}score={score}{hash_sign}{fragment}"


def _survey_headers(key: UUID, kind: str, opt_out_url: str) -> dict[str, str]:
    url = iri_to_uri(_one_line(opt_out_url))
    return {
        "Message-ID": _message_id(key, kind, urlsplit(url).hostname or ""),
        "List-Unsubscribe": f"<{url}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        # RFC 3834: asks absence notices not to answer; Exchange listens to its own header only.
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "OOF, AutoReply",
    }


def _payload(
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


def _survey_subject(subject: str, language: str, *, is_reminder: bool) -> str:
    if not is_reminder:
        return _one_line(subject)
    with translation.override(language):
        return _one_line(gettext("Reminder: {subject}").replace("{subject}", subject))


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
) -> Mail:
    """Return the invitation to a survey, or its reminder."""
    language = languages.spoken(language_code)
    kind = "reminder" if is_reminder else "invitation"
    subject = _survey_subject(subject, language, is_reminder=is_reminder)
    score_urls = [score_url(survey_url, score) for score in _SCORES]
    facts = {
        "question": _one_line(question),
        "first_name": _one_line(first_name),
        "order_number": _one_line(order_number),
        "opt_out_url": opt_out_url,
    }
    urls = {f"url_{score}": url for score, url in enumerate(score_urls)}
    text, html = _rendered(
        "survey", language, brand, _flags(facts, is_reminder=is_reminder), facts | urls | {"title": subject}
    )
    message = _message(subject, text, html, brand=brand, to=[to], headers=_survey_headers(key, kind, opt_out_url))
    more = {"survey_url": survey_url, "score_urls": score_urls, "is_reminder": is_reminder}
    return Mail(
        f"nps_{kind}", message, _payload(message, html, language_code=language_code, brand=brand, **facts, **more)
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
    facts = {"comment": comment, "order_number": _one_line(order_number), "channel": _one_line(channel)}
    subject = _alert_subject(score, facts["order_number"], language)
    values = facts | {
        "title": subject,
        "score": languages.localize_digits(score, language),
        "comment_line": Truncator(_one_line(comment)).chars(120),
    }
    text, html = _rendered("alert", language, brand, _flags(facts), values)
    domain = brand.sender_address.rpartition("@")[2] or (to[0].rpartition("@")[2] if to else "")
    headers = {"Message-ID": _message_id(key, "alert", _one_line(domain)), "Auto-Submitted": "auto-generated"}
    message = _message(subject, text, html, brand=brand, to=to, headers=headers)
    payload = _payload(message, html, language_code=language_code, brand=brand, score=score, **facts)
    return Mail("nps_detractor_alert", message, payload)


def _alert_subject(score: int, order_number: str, language: str) -> str:
    with translation.override(language):
        template = gettext("Score {score}, order {order_number}") if order_number else gettext("Score {score}")
    return template.replace("{score}", languages.localize_digits(score, language)).replace(
        "{order_number}", order_number
    )
