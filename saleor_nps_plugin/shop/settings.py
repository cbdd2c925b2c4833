"""The operator's settings: what there is, what it means, what is accepted.

The shop stores every setting as text or boolean. `parse` turns them into `ShopSettings`, `ShopSettings.for_channel`
gives the values in force for one channel.
"""

import configparser
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from . import reading

DELIVERIES = ("saleor", "django", "notify")


class SettingsInvalid(Exception):
    """Settings that cannot be used; `errors` maps the name of each to a sentence that says what to write instead."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        self.errors = dict(errors)
        super().__init__(" ".join(f"{name}: {message}" for name, message in errors.items()))


@dataclass(frozen=True)
class SurveySettings:
    """The values in force for one channel. Hours and days are whole numbers; an empty text means "not set"."""

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


@dataclass(frozen=True)
class ShopSettings:
    """Settings of the whole shop, and what single channels have of their own."""

    base: SurveySettings = SurveySettings()
    channels: tuple[str, ...] = ()
    overrides: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def for_channel(self, channel: str) -> SurveySettings:
        """Return the values in force for the channel with this slug; "" stands for no channel at all."""
        is_served = not self.channels or not channel or channel in self.channels
        own = {**self.overrides.get(channel, {}), "enabled": self.base.enabled and is_served}
        # Most channels have nothing of their own, and copies cost time on every page.
        return self.base if own == {"enabled": self.base.enabled} else replace(self.base, **own)


@dataclass(frozen=True)
class Setting:
    """One setting as the operator sees it; `read` turns its text into a value or raises ValueError with a sentence."""

    name: str
    label: str
    help_text: str
    default: str
    read: Callable[[str], Any]
    is_multiline: bool = False


ENABLED_HELP = (
    "Off: nobody is asked and nothing is sent. On: customers of orders fulfilled from now on get a survey by e-mail. "
    "Orders fulfilled before are never asked about."
)
CHANNELS_HELP = "Slugs of the channels whose customers are asked, with commas between. Empty: every channel."
OVERRIDES_HELP = (
    "Settings that differ in single channels: a line [slug-of-the-channel], under it lines such as delay_hours = 72. "
    "Every setting below can be written here."
)

# Settings below `overrides` in the operator's list; each may differ per channel.
CHANNEL_SETTINGS = (
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
_READERS = {setting.name: setting.read for setting in CHANNEL_SETTINGS}


def _read(values: Mapping[str, Any], errors: dict[str, str], *, where: str = "") -> dict[str, Any]:
    """Read the channel settings in `values`; collect a sentence per value that cannot be read."""
    read: dict[str, Any] = {}
    for name, value in values.items():
        try:
            read[name] = _READERS[name](str(value if value is not None else "").strip())
        except ValueError as error:
            errors[where or name] = f"{f'{name}: ' if where else ''}{error}"
    return read


def _read_overrides(text: str, errors: dict[str, str]) -> dict[str, dict[str, Any]]:
    parser = configparser.ConfigParser(interpolation=None, default_section="\0")
    try:
        parser.read_string(text)
    except configparser.Error as error:
        line = getattr(error, "lineno", None)
        place = f" (line {line})" if line else ""
        errors["overrides"] = f"Write a line [slug-of-the-channel] and under it lines such as delay_hours = 72{place}."
        return {}
    overrides = {}
    for channel in parser.sections():
        section = dict(parser.items(channel))
        for unknown in section.keys() - _READERS.keys():
            errors["overrides"] = f'[{channel}] has no setting "{unknown}". Settings are: {", ".join(_READERS)}.'
        overrides[channel] = _read(
            {name: value for name, value in section.items() if name in _READERS}, errors, where="overrides"
        )
    return overrides


def read_leniently(values: Mapping[str, Any]) -> tuple[ShopSettings, dict[str, str]]:
    """Return settings in which every unreadable value has its default, and a sentence about each of those.

    For reading what is stored: values that an older version accepted must not stop the shop.
    """
    errors: dict[str, str] = {}
    base = SurveySettings(
        enabled=values.get("enabled") in (True, "true", "True"),
        **_read({name: values[name] for name in _READERS if name in values}, errors),
    )
    channels: tuple[str, ...] = ()
    try:
        channels = reading.slugs(str(values.get("channels") or ""))
    except ValueError as error:
        errors["channels"] = str(error)
    overrides = _read_overrides(str(values.get("overrides") or ""), errors)
    return ShopSettings(base=base, channels=channels, overrides=overrides), errors


def parse(values: Mapping[str, Any]) -> ShopSettings:
    """Return the settings that `values` (name to text or boolean) mean; raise SettingsInvalid on any that is wrong."""
    settings, errors = read_leniently(values)
    if errors:
        raise SettingsInvalid(errors)
    return settings
