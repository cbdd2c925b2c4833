"""The plugin's e-mails that follow an answer, with sample data."""

from typing import Any

from saleor_nps_plugin.emails import Brand, Mail, apology_mail, detractor_alert_mail, offer_mail, survey_mail
from saleor_nps_plugin.links import opt_out_path, rewards_opt_out_path, survey_path
from saleor_nps_plugin.shop.mailing import brand_of
from saleor_nps_plugin.surveys.making.ready import RECOVERY
from saleor_nps_plugin.surveys.making.texts import texts_of
from saleor_nps_plugin.surveys.models import Survey

from . import orders, reward_samples, samples
from .reward_mails import CODE
from .sample_mails import KEY, told_to_staff
from .words import CALLBACKS, COMMENTS, NAMES


def apology(language: str) -> Mail:
    token = samples.of(language).unhappy
    return apology_mail(
        key="sample",
        **_to_shopper(language),
        opt_out_url=orders.shop().public_url(opt_out_path(token)),
        callback_url=f"{orders.shop().public_url(survey_path(token))}thanks/#callback",
    )


def offer(language: str) -> Mail:
    token = reward_samples.of(language).promoter
    return offer_mail(
        key="sample",
        **_to_shopper(language),
        opt_out_url=orders.shop().public_url(rewards_opt_out_path(token)),
        code=CODE,
        discount="10%",
    )


def recovery(language: str) -> Mail:
    token = samples.of(language).fresh
    settings = orders.shop().settings().for_channel(orders.GALLERY)
    survey = Survey.objects.get(slug=RECOVERY)
    texts = texts_of(survey, language, shop_name=settings.shop_name)
    return survey_mail(
        key=KEY,
        **_to_shopper(language),
        question=texts.question,
        subject=texts.subject,
        survey_url=orders.shop().public_url(survey_path(token)),
        opt_out_url=orders.shop().public_url(opt_out_path(token)),
        order_number="1042",
        is_reminder=False,
        is_recovery=True,
    )


def alert(language: str) -> Mail:
    return detractor_alert_mail(
        key="sample",
        to=["care@fjordandfern.example"],
        language_code=language,
        brand=_brand(),
        score=2,
        comment=COMMENTS[language][2],
        order_number="1042",
        channel=orders.SHOP,
        callback=CALLBACKS[language],
        **told_to_staff("After delivery"),
    )


def alert_of_effort(language: str) -> Mail:
    return detractor_alert_mail(
        key="sample-effort",
        to=["care@fjordandfern.example"],
        language_code=language,
        brand=_brand(),
        score=2,
        comment=COMMENTS[language][2],
        order_number="",
        channel=orders.SHOP,
        scale="ces",
        door_name="Tablet at the till, Bergen",
        is_reachable=False,
        **told_to_staff("How easy it was"),
    )


def _to_shopper(language: str) -> dict[str, Any]:
    return {
        "to": "shopper@example.com",
        "language_code": language,
        "brand": _brand(),
        "first_name": NAMES[language],
    }


def _brand() -> Brand:
    return brand_of(orders.shop().settings().for_channel(orders.GALLERY))
