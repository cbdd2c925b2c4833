"""Settings about asking, and about how the shop presents itself in pages and mails."""

from dataclasses import dataclass
from decimal import Decimal

from . import reading
from .setting import Setting

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
    Setting(
        "delay_hours",
        "Delay in hours",
        "Hours between the fulfilment of an order and the e-mail. 168 is a week; 0 sends within a minute.",
        "168",
        reading.whole_number(0, 8760),
    ),
    Setting(
        "reminder_after_hours",
        "Reminder after hours",
        "Hours after the e-mail until one reminder goes to those who have not answered. 0: no reminder.",
        "96",
        reading.whole_number(0, 8760),
    ),
    Setting(
        "link_valid_days",
        "Link valid for days",
        "Days for which the link in the e-mail works.",
        "60",
        reading.whole_number(1, 730),
    ),
    Setting(
        "cooldown_days",
        "Cooldown in days",
        "Nobody is asked again within so many days, however often they order. 0: ask about every order.",
        "90",
        reading.whole_number(0, 3650),
    ),
    Setting(
        "sample_percent",
        "Share asked in percent",
        "Ask about so many of 100 orders, chosen by chance. 100: all.",
        "100",
        reading.whole_number(0, 100),
    ),
    Setting(
        "minimum_order_total",
        "Minimum order total",
        "Ask only about orders of at least this gross total, in the channel's currency. 0: all.",
        "0",
        reading.amount,
    ),
    Setting(
        "revision_hours",
        "Change of mind in hours",
        "Hours for which a customer can change an answer.",
        "24",
        reading.whole_number(0, 720),
    ),
    Setting(
        "shop_name",
        "Shop name",
        "Your shop's name in questions and e-mails. Empty: the name of the site in Saleor.",
        "",
        reading.text,
    ),
    Setting(
        "logo_url",
        "Logo address",
        "Address of a picture shown above the survey and in its e-mails. Empty: the shop's name is written.",
        "",
        reading.url,
    ),
    Setting(
        "brand_color",
        "Brand colour",
        "Colour of buttons and of the chosen score, as # and six digits; dark enough for white text.",
        "#1a4fba",
        reading.color,
    ),
    Setting(
        "survey_url",
        "Address of your own survey page",
        "For a storefront that shows the survey itself: its address with {token} in it. Empty: the plugin's own page.",
        "",
        reading.survey_url,
    ),
    Setting(
        "delivery",
        "E-mail delivery",
        "saleor: through the mail server set in Saleor's User emails plugin of the channel. "
        "django: through EMAIL_URL. notify: handed as NOTIFY_USER webhook to an e-mail app.",
        "saleor",
        reading.choice(*DELIVERIES),
    ),
    Setting(
        "sender_name",
        "Sender name",
        "Name from which the e-mails come. Empty: as the mail server is set.",
        "",
        reading.text,
    ),
    Setting(
        "sender_address",
        "Sender address",
        "E-mail address from which the e-mails come. Empty: as the mail server is set.",
        "",
        reading.email,
    ),
    Setting(
        "staff_emails",
        "Tell staff",
        "E-mail addresses, with commas between, that are told of each answer from 0 to 6. Empty: nobody.",
        "",
        reading.emails,
    ),
)
