"""Whom a reply goes to, and its mail, as things stand when it is sent."""

from dataclasses import dataclass
from uuid import UUID

from ... import languages, money
from ...emails import Mail, reply_mail, reply_subject
from ...rewards.linking import keys_of_rewarded, rewards_url
from ...rewards.reaching import contact_of
from ...rewards.wording import discount_written
from ...shop import get_shop
from ...shop.interface import Order
from ...shop.mailing import brand_of
from ...shop.staff import Staff
from ..models import CaseReply, Response


@dataclass(frozen=True)
class Recipient:
    """The author of a response, as the shop knows them now."""

    email: str
    first_name: str = ""
    user_id: int | None = None
    order_id: UUID | None = None
    order_number: str = ""


def recipient_of(response: Response, order: Order | None) -> Recipient | None:
    """Return whom a reply to a response would go to; None where nobody can be reached any more.

    `order` is the response's, if it still exists. Whoever was asked without an order is reached through the account.
    """
    if order is not None:
        found = Recipient(order.email, order.first_name, order.user_id, order.id, order.number)
        return found if order.email else None
    contact = contact_of(response.shopper) if response.shopper is not None else None
    if contact is None or not contact.email:
        return None
    return Recipient(contact.email, contact.first_name, response.shopper.user_id)  # type: ignore[union-attr]


def mail_of(reply: CaseReply, recipient: Recipient, author: Staff | None) -> Mail:
    """Return a reply, from an author who may have left the shop since."""
    response, facts = reply.response, reply.facts
    language = languages.spoken(response.language_code)
    points = facts.get("points", 0)
    return reply_mail(
        key=reply.key,
        to=recipient.email,
        reply_to=author.email if author else "",
        language_code=response.language_code,
        brand=brand_of(get_shop().settings().for_channel(response.channel)),
        subject=facts.get("subject") or reply_subject(recipient.order_number, response.language_code),
        text=reply.text,
        author=author.name if author else "",
        first_name=recipient.first_name,
        comment=response.comment,
        code=facts.get("code", ""),
        discount=_discount(reply, language),
        points=points,
        worth=money.written(points, facts["currency"], language) if points else "",
        rewards_url=_rewards_url(reply) if points else "",
    )


def _discount(reply: CaseReply, language: str) -> str:
    code, channel = reply.facts.get("code", ""), reply.response.channel
    published = get_shop().published_codes([code], channel).get(code) if code else None
    if published is None or published.discount is None:
        return ""
    return discount_written(published.discount, get_shop().currency(channel), language)


def _rewards_url(reply: CaseReply) -> str:
    shopper = reply.response.shopper
    key = keys_of_rewarded([shopper]).get(shopper.pk) if shopper is not None else None
    return rewards_url(key) if key else ""
