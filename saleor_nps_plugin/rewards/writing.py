"""The mail of a notice, as things stand when it is sent."""

from datetime import date, datetime
from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.utils import timezone

from .. import languages, money
from ..emails import (
    Mail,
    apology_mail,
    expiry_warning_mail,
    gift_card_mail,
    offer_mail,
    promoter_thanks_mail,
    referral_reward_mail,
    reversal_mail,
)
from ..links import invitation_token, opt_out_path, rewards_opt_out_path, shopper_token, survey_path
from ..shop import get_shop
from ..shop.mailing import brand_of
from ..shop.settings import ChannelSettings
from .linking import rewards_url
from .models import Notice, NoticeKind
from .reaching import contact_of
from .wording import discount_written


def mail_of(notice: Notice) -> Mail | None:
    """Return the mail of a notice; None where there is nobody or nothing left to tell."""
    contact = contact_of(notice.shopper)
    if contact is None or not contact.email:
        return None
    settings = get_shop().settings().for_channel(notice.channel)
    language = languages.spoken(notice.language_code or contact.language_code)
    token = shopper_token(notice.shopper.key)
    common: dict[str, Any] = {
        "key": f"{notice.pk}-{notice.shopper.key.hex[:8]}",
        "to": contact.email,
        "language_code": language,
        "brand": brand_of(settings),
        "first_name": contact.first_name,
        "rewards_url": rewards_url(notice.shopper.key),
        "opt_out_url": get_shop().public_url(rewards_opt_out_path(token)),
    }
    return _WRITERS[NoticeKind(notice.kind)](notice, settings, language, common)


def _points(notice: Notice, language: str) -> dict[str, Any]:
    points, currency = notice.facts.get("points", 0), notice.facts.get("currency", "")
    return {"points": points, "worth": money.written(points, currency, language) if points else ""}


def _day(text: str | None) -> date | None:
    return timezone.localtime(datetime.fromisoformat(text)).date() if text else None


def _thanks(notice: Notice, settings: ChannelSettings, language: str, common: dict[str, Any]) -> Mail:
    code = notice.facts.get("code", "")
    published = get_shop().published_codes([code], notice.channel).get(code) if code else None
    currency = get_shop().currency(notice.channel)
    minimum = settings.minimum_of_codes
    is_good = published is not None and published.is_active
    discount = published.discount if published is not None and is_good else None
    return promoter_thanks_mail(
        **common,
        **_points(notice, language),
        code=code if is_good else "",
        share_url=settings.share_url.replace("{code}", quote(code, safe="")) if is_good else "",
        friend_gets=discount_written(discount, currency, language) if discount else "",
        owner_gets=money.written(settings.referral_points, currency, language)
        if is_good and settings.referral_points
        else "",
        available_on=_day(notice.facts.get("available_at")),
        minimum=money.amount_written(minimum, currency, language) if is_good and minimum else "",
    )


def _referral_reward(notice: Notice, settings: ChannelSettings, language: str, common: dict[str, Any]) -> Mail:
    available_on = _day(notice.facts.get("available_at"))
    return referral_reward_mail(**common, **_points(notice, language), available_on=available_on)


def _expiry_warning(notice: Notice, settings: ChannelSettings, language: str, common: dict[str, Any]) -> Mail:
    return expiry_warning_mail(**common, **_points(notice, language), on=date.fromisoformat(notice.facts["on"]))


def _reversal(notice: Notice, settings: ChannelSettings, language: str, common: dict[str, Any]) -> Mail:
    return reversal_mail(**common, **_points(notice, language), reason=notice.facts["reason"])


def _gift_card(notice: Notice, settings: ChannelSettings, language: str, common: dict[str, Any]) -> Mail | None:
    card = get_shop().gift_cards([notice.facts["gift_card"]]).get(notice.facts["gift_card"])
    if card is None or not card.is_active:
        return None
    del common["opt_out_url"]
    worth = _points(notice, language)["worth"]
    return gift_card_mail(**common, gift_card_code=card.code, worth=worth, expires_on=card.expires_on)


def _apology(notice: Notice, settings: ChannelSettings, language: str, common: dict[str, Any]) -> Mail:
    token = invitation_token(UUID(notice.facts["invitation"]))
    del common["rewards_url"]
    common["opt_out_url"] = get_shop().public_url(opt_out_path(token))
    asks = settings.callback and not notice.facts.get("has_callback")
    callback_url = f"{get_shop().public_url(survey_path(token))}thanks/#callback" if asks else ""
    return apology_mail(**common, callback_url=callback_url)


def _offer(notice: Notice, settings: ChannelSettings, language: str, common: dict[str, Any]) -> Mail | None:
    code = notice.facts["code"]
    published = get_shop().published_codes([code], notice.channel).get(code)
    if published is None or not published.is_active:
        return None
    del common["rewards_url"]
    currency = get_shop().currency(notice.channel)
    discount = discount_written(published.discount, currency, language) if published.discount else ""
    return offer_mail(**common, code=code, discount=discount)


_WRITERS = {
    NoticeKind.APOLOGY: _apology,
    NoticeKind.OFFER: _offer,
    NoticeKind.THANKS: _thanks,
    NoticeKind.REFERRAL_REWARD: _referral_reward,
    NoticeKind.EXPIRY_WARNING: _expiry_warning,
    NoticeKind.REVERSAL: _reversal,
    NoticeKind.GIFT_CARD: _gift_card,
}
