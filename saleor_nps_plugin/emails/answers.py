"""Writes the mails that follow an answer: an apology, and an offer."""

from uuid import UUID

from django.utils import translation
from django.utils.translation import gettext

from .. import languages
from .headers import leavable_headers, new_message, one_line
from .mail import Brand, Mail
from .payloads import greetable, payload_of
from .shells import flags_of, rendered


def apology_mail(
    *,
    key: UUID | str,
    to: str,
    language_code: str,
    brand: Brand,
    first_name: str,
    opt_out_url: str,
    callback_url: str = "",
) -> Mail:
    """Return the apology to an unhappy customer. `callback_url` is the page that asks how and when to call back, or ""."""
    language = languages.spoken(language_code)
    with translation.override(language):
        subject = gettext("We are sorry, and want to make it right")
    facts = {
        "first_name": greetable(one_line(first_name)),
        "callback_url": callback_url,
        "opt_out_url": opt_out_url,
    }
    return _written("apology", key, to, language_code, brand, subject, facts)


def offer_mail(
    *,
    key: UUID | str,
    to: str,
    language_code: str,
    brand: Brand,
    first_name: str,
    opt_out_url: str,
    code: str,
    discount: str,
) -> Mail:
    """Return a voucher code that works once, in return for an answer. `discount` is as written, such as "10%", or ""."""
    language = languages.spoken(language_code)
    with translation.override(language):
        subject = gettext("A small thank-you from {shop_name}").replace("{shop_name}", brand.shop_name)
    facts = {
        "first_name": greetable(one_line(first_name)),
        "code": one_line(code),
        "friend_gets": languages.localize_digits(one_line(discount), language),
        "opt_out_url": opt_out_url,
    }
    mail = _written("offer", key, to, language_code, brand, subject, facts)
    mail.payload["discount"] = mail.payload.pop("friend_gets")
    return mail


def _written(
    kind: str, key: UUID | str, to: str, language_code: str, brand: Brand, subject: str, facts: dict[str, str]
) -> Mail:
    language = languages.spoken(language_code)
    subject = one_line(subject)
    text, html = rendered(kind, language, brand, flags_of(facts), facts | {"title": subject})
    headers = leavable_headers(key, kind, facts["opt_out_url"])
    message = new_message(subject, text, html, brand=brand, to=[to], headers=headers)
    return Mail(f"nps_{kind}", message, payload_of(message, html, language_code=language_code, brand=brand, **facts))
