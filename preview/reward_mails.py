"""The plugin's e-mails about rewards with sample data."""

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from saleor_nps_plugin import money
from saleor_nps_plugin.emails import (
    Mail,
    expiry_warning_mail,
    gift_card_mail,
    promoter_thanks_mail,
    referral_reward_mail,
    reversal_mail,
)
from saleor_nps_plugin.links import rewards_opt_out_path, rewards_path
from saleor_nps_plugin.rewards.wording import discount_written
from saleor_nps_plugin.shop.mailing import brand_of

from . import orders, reward_samples
from .words import NAMES

CODE = "K7RMPW2X"


def thanks(language: str) -> Mail:
    settings = orders.shop().settings().for_channel(orders.GALLERY)
    return promoter_thanks_mail(
        **_common(language),
        **_points(422, language),
        code=CODE,
        share_url=settings.share_url.replace("{code}", CODE),
        friend_gets=discount_written(settings.referral_discount, "EUR", language),
        owner_gets=money.written(500, "EUR", language),
        available_on=_in_days(30),
        minimum=money.amount_written(settings.referral_minimum_spend, "EUR", language),
    )


def cashback(language: str) -> Mail:
    return promoter_thanks_mail(
        **_common(language),
        **_points(422, language),
        code="",
        share_url="",
        friend_gets="",
        owner_gets="",
        available_on=_in_days(30),
    )


def referral_reward(language: str) -> Mail:
    return referral_reward_mail(**_common(language), **_points(500, language), available_on=_in_days(30))


def expiry_warning(language: str) -> Mail:
    return expiry_warning_mail(**_common(language), **_points(640, language), on=_in_days(7))


def reversal(language: str) -> Mail:
    return reversal_mail(**_common(language), **_points(126, language), reason="refund")


def gift_card(language: str) -> Mail:
    common = _common(language)
    del common["opt_out_url"]
    return gift_card_mail(
        **common,
        gift_card_code="9F3A-0C7E-51B2",
        worth=money.written(1500, "EUR", language),
        expires_on=_in_days(365),
    )


def _common(language: str) -> dict[str, Any]:
    token = reward_samples.of(language).promoter
    return {
        "key": "sample",
        "to": "shopper@example.com",
        "language_code": language,
        "brand": brand_of(orders.shop().settings().for_channel(orders.GALLERY)),
        "first_name": NAMES[language],
        "rewards_url": orders.shop().public_url(rewards_path(token)),
        "opt_out_url": orders.shop().public_url(rewards_opt_out_path(token)),
    }


def _points(points: int, language: str) -> dict[str, Any]:
    return {"points": points, "worth": money.written(points, "EUR", language)}


def _in_days(days: int) -> date:
    return (timezone.now() + timedelta(days=days)).date()
