"""The plugin's e-mails with sample data."""

from typing import Any
from uuid import UUID

from saleor_nps_plugin.emails import Mail, attack_mail, detractor_alert_mail, survey_mail
from saleor_nps_plugin.links import opt_out_path, rewards_path, survey_path
from saleor_nps_plugin.shop.mailing import brand_of
from saleor_nps_plugin.surveys.answering.recording import find_invitation
from saleor_nps_plugin.surveys.making.texts import texts_of

from . import orders, reward_samples, samples
from .words import COMMENTS, NAMES

KEY = UUID("6f1d9c3e-2b4a-4c8d-9e7f-0a1b2c3d4e5f")


def invitation(language: str) -> Mail:
    return _survey(language, samples.of(language).fresh)


def invitation_with_logo(language: str) -> Mail:
    return _survey(language, samples.of(language).with_logo)


def invitation_with_rewards(language: str) -> Mail:
    return _survey(language, samples.of(language).fresh, has_rewards=True)


def reminder(language: str) -> Mail:
    return _survey(language, samples.of(language).fresh, is_reminder=True)


def alert(language: str) -> Mail:
    return detractor_alert_mail(
        key=KEY,
        to=["care@fjordandfern.example"],
        language_code=language,
        brand=brand_of(orders.shop().settings().for_channel(orders.GALLERY)),
        score=2,
        comment=COMMENTS[language][2],
        order_number="1042",
        channel=orders.SHOP,
        **told_to_staff("After delivery"),
    )


def told_to_staff(survey_name: str) -> dict[str, Any]:
    """Return what an alert says beside the answer."""
    return {
        "channel_name": "Fjord & Fern",
        "survey_name": survey_name,
        "case_status": "open",
        "case_url": orders.shop().public_url("/dashboard/responses/1/"),
    }


def _survey(language: str, token: str, *, is_reminder: bool = False, has_rewards: bool = False) -> Mail:
    asked = find_invitation(token)
    settings = orders.shop().settings().for_channel(asked.channel)
    texts = texts_of(asked.survey, language, shop_name=settings.shop_name)
    return survey_mail(
        key=asked.key,
        to="shopper@example.com",
        language_code=language,
        brand=brand_of(settings),
        question=texts.question,
        subject=texts.subject,
        survey_url=orders.shop().public_url(survey_path(token)),
        opt_out_url=orders.shop().public_url(opt_out_path(token)),
        order_number="1042",
        first_name=NAMES[language],
        is_reminder=is_reminder,
        rewards_url=orders.shop().public_url(rewards_path(reward_samples.of(language).promoter)) if has_rewards else "",
    )


def attack(language: str) -> Mail:
    return attack_mail(
        key="sample-attack",
        to=["care@fjordandfern.example"],
        language_code=language,
        brand=brand_of(orders.shop().settings().for_channel(orders.GALLERY)),
        is_low=True,
        answers=84,
        usual=3,
        channel=orders.SHOP,
        answers_url=orders.shop().public_url("/dashboard/responses/?sort=newest"),
        flagged_url=orders.shop().public_url("/dashboard/responses/?flagged=yes"),
    )
