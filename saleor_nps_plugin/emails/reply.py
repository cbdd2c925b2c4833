"""Writes the answer of a member of staff to a customer's feedback."""

from uuid import UUID

from django.utils import translation
from django.utils.translation import gettext, ngettext

from .. import languages
from .headers import message_id, new_message, one_line
from .mail import Brand, Mail
from .payloads import greetable, payload_of
from .shells import flags_of, rendered


def reply_subject(order_number: str, language_code: str) -> str:
    """Return the subject of a reply, in the customer's language, unless staff write one."""
    language = languages.spoken(language_code)
    with translation.override(language):
        template = gettext("Your feedback on order {order_number}") if order_number else gettext("Your feedback")
    return template.replace("{order_number}", one_line(order_number))


def reply_mail(
    *,
    key: UUID,
    to: str,
    reply_to: str,
    language_code: str,
    brand: Brand,
    subject: str,
    text: str,
    author: str,
    first_name: str,
    comment: str,
    code: str = "",
    discount: str = "",
    points: int = 0,
    worth: str = "",
    rewards_url: str = "",
) -> Mail:
    """Return a reply to what a customer wrote in `comment`, with greeting and signature around `text`.

    What goes along may be a voucher code with its discount as written, and points with their worth as written; `points` 0
    means none. `reply_to` is the address of the author of the reply, or "" for the shop's own.
    """
    language = languages.spoken(language_code)
    facts = {
        "text": text,
        "author": one_line(author) or brand.shop_name,
        "first_name": greetable(one_line(first_name)),
        "comment": comment,
        "code": one_line(code),
        "friend_gets": one_line(discount),
        "points": _points(points, language),
        "worth": languages.localize_digits(worth, language),
        "rewards_url": rewards_url if points else "",
    }
    subject = one_line(subject)
    body, html = rendered("reply", language, brand, flags_of(facts), facts | {"title": subject})
    headers = {"Message-ID": message_id(key, "reply", brand.sender_address.rpartition("@")[2])}
    if reply_to:
        headers["Reply-To"] = one_line(reply_to)
    message = new_message(subject, body, html, brand=brand, to=[to], headers=headers)
    told = facts | {"points": points, "discount": facts["friend_gets"], "reply_to": reply_to}
    del told["friend_gets"]
    return Mail("nps_reply", message, payload_of(message, html, language_code=language_code, brand=brand, **told))


def _points(points: int, language: str) -> str:
    if not points:
        return ""
    with translation.override(language):
        words = ngettext("{points} point", "{points} points", points)
    return words.replace("{points}", languages.number(points, language))
