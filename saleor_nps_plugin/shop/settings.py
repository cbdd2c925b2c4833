"""The operator's settings: what there is, what it means, what is accepted.

The shop stores every setting as text or boolean. `parse` turns them into `ShopSettings`, `ShopSettings.for_channel`
gives the values in force for one channel.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import gettext, gettext_noop

from . import overrides as ini
from . import reading
from .answer_settings import ANSWER_SETTINGS, AnswerSettings
from .polite_settings import POLITE_SETTINGS, PoliteSettings
from .reward_settings import REWARD_SETTINGS, RewardSettings
from .setting import Setting
from .survey_settings import SURVEY_SETTINGS, SurveySettings
from .trust_settings import TRUST_SETTINGS, TrustSettings


class SettingsInvalid(Exception):
    """Settings that cannot be used; `errors` maps the name of each to a sentence that says what to write instead."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        self.errors = dict(errors)
        super().__init__(" ".join(f"{name}: {message}" for name, message in errors.items()))


@dataclass(frozen=True)
class ChannelSettings(RewardSettings, TrustSettings, AnswerSettings, PoliteSettings, SurveySettings):
    """The values in force for one channel."""


@dataclass(frozen=True)
class ShopSettings:
    """Settings of the whole shop, and what single channels have of their own."""

    base: ChannelSettings = ChannelSettings()
    channels: tuple[str, ...] = ()
    overrides: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def for_channel(self, channel: str) -> ChannelSettings:
        """Return the values in force for the channel with this slug; "" stands for no channel at all."""
        is_served = not self.channels or not channel or channel in self.channels
        own = {**self.overrides.get(channel, {}), "enabled": self.base.enabled and is_served}
        # Most channels have nothing of their own, and copies cost time on every page.
        return self.base if own == {"enabled": self.base.enabled} else replace(self.base, **own)


ENABLED_HELP = gettext_noop(
    "Off: nobody is asked and nothing is sent. On: customers of orders fulfilled from now on get a survey by e-mail. "
    "Orders fulfilled before are never asked about."
)
CHANNELS_HELP = "Slugs of the channels whose customers are asked, with commas between. Empty: every channel."
OVERRIDES_HELP = gettext_noop(
    "Settings that differ in single channels: a line [slug-of-the-channel], under it lines such as delay_hours = 72. "
    "Every setting below can be written here."
)

# Settings below `overrides` in the operator's list; each may differ per channel.
CHANNEL_SETTINGS: tuple[Setting, ...] = (
    *SURVEY_SETTINGS,
    *POLITE_SETTINGS,
    *ANSWER_SETTINGS,
    *TRUST_SETTINGS,
    *REWARD_SETTINGS,
)
# What is stored where the operator has set nothing.
DEFAULTS: Mapping[str, str | bool] = {
    "enabled": False,
    "channels": "",
    "overrides": "",
    **{setting.name: setting.default for setting in CHANNEL_SETTINGS},
}
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
    try:
        written = ini.sections(text)
    except ini.Unreadable as error:
        sentence = gettext("Write a line [slug-of-the-channel] and under it lines such as delay_hours = 72.")
        place = gettext("Line {number} is not like that.").format(number=error.line) if error.line else ""
        errors["overrides"] = f"{sentence} {place}".rstrip()
        return {}
    overrides = {}
    for channel, section in written.items():
        for unknown in section.keys() - _READERS.keys():
            errors["overrides"] = gettext('[{channel}] has no setting "{name}". Settings are: {names}.').format(
                channel=channel, name=unknown, names=", ".join(_READERS)
            )
        overrides[channel] = _read(
            {name: value for name, value in section.items() if name in _READERS}, errors, where="overrides"
        )
    return overrides


def read_leniently(values: Mapping[str, Any]) -> tuple[ShopSettings, dict[str, str]]:
    """Return settings in which every unreadable value has its default, and a sentence about each of those.

    For reading what is stored: values that an older version accepted must not stop the shop.
    """
    errors: dict[str, str] = {}
    base = ChannelSettings(
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
