"""Settings about asking, and about how the shop presents itself in pages and mails."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext_noop

from . import reading
from .setting import DAYS, HOURS, MONEY, PERCENT, Option, Setting, whole_number

DELIVERIES = ("saleor", "django", "notify")


@dataclass(frozen=True)
class SurveySettings:
    """What surveys go by in one channel. Hours and days are whole numbers; an empty text means "not set"."""

    enabled: bool = False
    delay_hours: int = 168
    reminder_after_hours: int = 96
    link_valid_days: int = 60
    cooldown_days: int = 90
    sample_percent: int = 100
    minimum_order_total: Decimal = Decimal(0)
    revision_hours: int = 24
    shop_name: str = ""
    logo_url: str = ""
    brand_color: str = "#1a4fba"
    survey_url: str = ""
    delivery: str = "saleor"
    sender_name: str = ""
    sender_address: str = ""
    staff_emails: tuple[str, ...] = ()


SURVEY_SETTINGS = (
    whole_number(
        "delay_hours",
        gettext_noop("Delay in hours"),
        gettext_noop(
            "Hours between the fulfilment of an order and the e-mail. 168 is a week; 0 sends within a minute."
        ),
        "168",
        low=0,
        high=8760,
        unit=HOURS,
        title=gettext_noop("Wait before asking"),
    ),
    whole_number(
        "reminder_after_hours",
        gettext_noop("Reminder after hours"),
        gettext_noop("Hours after the e-mail until one reminder goes to those who have not answered. 0: no reminder."),
        "96",
        low=0,
        high=8760,
        unit=HOURS,
        title=gettext_noop("Remind after"),
    ),
    whole_number(
        "link_valid_days",
        gettext_noop("Link valid for days"),
        gettext_noop("Days for which the link in the e-mail works."),
        "60",
        low=1,
        high=730,
        unit=DAYS,
        title=gettext_noop("The link works for"),
    ),
    whole_number(
        "cooldown_days",
        gettext_noop("Cooldown in days"),
        gettext_noop("Nobody is asked again within so many days, however often they order. 0: ask about every order."),
        "90",
        low=0,
        high=3650,
        unit=DAYS,
        title=gettext_noop("Ask nobody again within"),
    ),
    whole_number(
        "sample_percent",
        gettext_noop("Share asked in percent"),
        gettext_noop("Ask about so many of 100 orders, chosen by chance. 100: all."),
        "100",
        low=0,
        high=100,
        unit=PERCENT,
        title=gettext_noop("Share of orders asked about"),
    ),
    Setting(
        "minimum_order_total",
        gettext_noop("Minimum order total"),
        gettext_noop("Ask only about orders of at least this gross total, in the channel's currency. 0: all."),
        "0",
        reading.amount,
        kind="decimal",
        unit=MONEY,
        title=gettext_noop("Smallest order asked about"),
    ),
    whole_number(
        "revision_hours",
        gettext_noop("Change of mind in hours"),
        gettext_noop("Hours for which a customer can change an answer."),
        "24",
        low=0,
        high=720,
        unit=HOURS,
        title=gettext_noop("Answers can be changed for"),
    ),
    Setting(
        "shop_name",
        gettext_noop("Shop name"),
        gettext_noop("Your shop's name in questions and e-mails. Empty: the name of the site in Saleor."),
        "",
        reading.text,
        group="look",
    ),
    Setting(
        "logo_url",
        gettext_noop("Logo address"),
        gettext_noop(
            "Address of a picture shown above the survey and in its e-mails. Empty: the shop's name is written."
        ),
        "",
        reading.url,
        group="look",
        kind="url",
    ),
    Setting(
        "brand_color",
        gettext_noop("Brand colour"),
        "Colour of buttons and of the chosen score, as # and six digits; dark enough for white text.",
        "#1a4fba",
        reading.color,
        group="look",
        kind="color",
        explanation=gettext_noop(
            "Colour of buttons and of the number that a customer has chosen; dark enough for white text."
        ),
    ),
    Setting(
        "survey_url",
        gettext_noop("Address of your own survey page"),
        gettext_noop(
            "For a storefront that shows the survey itself: its address with {token} in it. Empty: the plugin's own page."
        ),
        "",
        reading.survey_url,
        group="look",
        kind="url",
    ),
    Setting(
        "delivery",
        gettext_noop("E-mail delivery"),
        "saleor: through the mail server set in Saleor's User emails plugin of the channel. "
        "django: through EMAIL_URL. notify: handed as NOTIFY_USER webhook to an e-mail app.",
        "saleor",
        reading.choice(*DELIVERIES),
        group="mail",
        kind="choice",
        explanation=gettext_noop("Which way e-mails take to your customers."),
        options=(
            Option(
                "saleor",
                gettext_noop("The mail server of the channel"),
                gettext_noop("The one set in Saleor's User emails plugin; where none is set, EMAIL_URL."),
            ),
            Option(
                "django",
                gettext_noop("The mail server of the installation"),
                gettext_noop("The one that whoever installed Saleor set as EMAIL_URL."),
            ),
            Option(
                "notify",
                gettext_noop("An e-mail app"),
                gettext_noop("Handed to an app that listens to NOTIFY_USER and writes e-mails of its own."),
            ),
        ),
    ),
    Setting(
        "sender_name",
        gettext_noop("Sender name"),
        gettext_noop("Name from which the e-mails come. Empty: as the mail server is set."),
        "",
        reading.text,
        group="mail",
    ),
    Setting(
        "sender_address",
        gettext_noop("Sender address"),
        gettext_noop("E-mail address from which the e-mails come. Empty: as the mail server is set."),
        "",
        reading.email,
        group="mail",
        kind="email",
    ),
    Setting(
        "staff_emails",
        gettext_noop("Tell staff"),
        gettext_noop("E-mail addresses, with commas between, that are told of each answer from 0 to 6. Empty: nobody."),
        "",
        reading.emails,
        group="mail",
    ),
)
