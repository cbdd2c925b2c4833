"""The form of settings: what stands in it, what is wrong with that, and what somebody else stored meanwhile."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from babel import Locale
from django.http import QueryDict
from django.utils.translation import gettext

from ... import languages
from ...shop import get_shop
from ...shop.reading import DAYS
from ...shop.refused import Refusal, refusals
from ...shop.setting import GROUPS, MONEY, Setting
from ...shop.settings import CHANNEL_SETTINGS, CHANNELS_HELP, ENABLED_HELP, OVERRIDES_HELP, read_leniently
from .plan import plan_of
from .values import BY_NAME, Stored, Texts, chosen_days, shown, stored_from, texts_of, typed


@dataclass(frozen=True)
class Form:
    """What a person sees: `texts` stand in the fields, `was` is what was stored when they began. `channel` "" is the shop.

    `meanwhile` are texts that somebody else stored in place of those that this form would change too.
    """

    channel: str
    texts: Texts
    was: Texts
    stored: Stored
    errors: Mapping[str, str] = field(default_factory=dict)
    meanwhile: Texts = field(default_factory=dict)

    @classmethod
    def opened(cls, stored: Stored, channel: str) -> "Form":
        """Return the form of what is stored, with what an older version accepted and this one does not."""
        texts = texts_of(stored, channel)
        form = cls(channel, texts, texts, stored)
        return replace(form, errors=form.unreadable())

    @classmethod
    def sent(cls, data: QueryDict, stored: Stored, channel: str) -> "Form":
        """Return the form as it came back; where somebody else changed what this person left alone, theirs stands."""
        now = texts_of(stored, channel)
        was = _was(data.get("was", ""), now)
        wanted = typed(data, was)
        texts = {name: now[name] if wanted[name] == was[name] else wanted[name] for name in now}
        clashes = {
            name: now[name] for name in now if now[name] != was[name] and wanted[name] not in (was[name], now[name])
        }
        form = cls(channel, texts, now, stored, meanwhile=clashes)
        return replace(form, errors=form.unreadable() | _chosen(data))

    @property
    def changed(self) -> Texts:
        return {name: text for name, text in self.texts.items() if text != self.was[name]}

    @property
    def values(self) -> dict[str, str | bool]:
        """What is to be stored; empty if nothing was changed."""
        return (
            stored_from(self.stored, self.channel, self.texts if self.channel else self.changed) if self.changed else {}
        )

    def unreadable(self) -> dict[str, str]:
        """Return a sentence for each text that is no value of its setting."""
        if not self.channel:
            _, errors = read_leniently(stored_from(self.stored, "", self.texts))
            return errors
        errors = {}
        for name, text in self.texts.items():
            try:
                BY_NAME[name].read(text.strip()) if text is not None else None
            except ValueError as error:
                errors[name] = str(error)
        return errors

    def refused(self, channels: Mapping[str, str]) -> dict[str, str]:
        """Return a sentence for each text that the shop refuses, such as the name of a voucher that it has not.

        What cannot be read counts as if it were not set. `channels` are names by slug.
        """
        settings, _ = read_leniently({**self.stored, **self.values})
        found = [one for one in refusals(settings) if one.channel == self.channel or not self.channel]
        named = self.channel or len(settings.channels or get_shop().channels()) < 2
        sentence = gettext("{name}: {value}")
        return {
            self._place_of(one): one.message
            if named
            else sentence.format(name=channels.get(one.channel, one.channel), value=one.message)
            for one in found
        }

    def _place_of(self, refusal: Refusal) -> str:
        return "overrides" if refusal.is_own and not self.channel else refusal.setting

    @property
    def elsewhere(self) -> list[str]:
        """Sentences about settings that this form does not ask for."""
        return [text for name, text in self.errors.items() if name not in self.texts]

    def context(self, *, channels: Mapping[str, str]) -> dict[str, Any]:
        """Return what the template shows. `channels` are names by slug."""
        settings, _ = read_leniently(self.stored)
        fields = {setting.name: self._field(setting) for setting in CHANNEL_SETTINGS}
        return {
            "channel": self.channel,
            "was": json.dumps(self.was),
            "groups": [
                {
                    "id": group,
                    "title": gettext(title),
                    "about": gettext(about),
                    "fields": [fields[setting.name] for setting in CHANNEL_SETTINGS if setting.group == group],
                }
                for group, title, about in GROUPS
            ],
            "enabled": self._enabled() if not self.channel else None,
            "reach": self._reach(channels) if not self.channel else None,
            "overrides": self._overrides() if not self.channel else None,
            "problems": self.elsewhere,
            "wrong": len(self.errors),
            "clashes": len(self.meanwhile),
            "plan": plan_of(settings.for_channel(self.channel)),
        }

    def _field(self, setting: Setting) -> dict[str, Any]:
        text = self.texts[setting.name]
        shops = str(self.stored[setting.name])
        value = shown(shops if text is None else text)
        return {
            "name": setting.name,
            "label": gettext(setting.called),
            "told": gettext(setting.told),
            "kind": setting.kind,
            "is_group": setting.kind in ("choice", "days"),
            "unit": self._unit(setting),
            "low": setting.low,
            "high": setting.high,
            "value": value,
            "is_on": value.lower() == "true",
            "placeholder": self._placeholder(setting),
            "options": _days(value) if setting.kind == "days" else _options(setting, value),
            "may_inherit": bool(self.channel),
            "is_inherited": bool(self.channel) and text is None,
            "shops": self._written(setting, shops),
            "error": self.errors.get(setting.name, ""),
            "meanwhile": self._meanwhile(setting),
        }

    def _unit(self, setting: Setting) -> str:
        if setting.unit == MONEY:
            return get_shop().currency(self.channel) if self.channel else ""
        return gettext(setting.unit) if setting.unit else ""

    def _placeholder(self, setting: Setting) -> str:
        return get_shop().settings().base.shop_name if setting.name == "shop_name" else ""

    def _written(self, setting: Setting, text: str) -> str:
        """A value as people say it."""
        if setting.kind == "switch":
            return gettext("On") if text.lower() == "true" else gettext("Off")
        for option in setting.options:
            if option.value == text:
                return gettext(option.label)
        if not text:
            return self._placeholder(setting) or gettext("Empty")
        if setting.kind == "days":
            return ", ".join(day["label"] for day in _days(text) if day["is_chosen"]) or text
        unit = self._unit(setting)
        return f"{shown(text)} {unit}" if unit else shown(text)

    def _meanwhile(self, setting: Setting) -> str:
        if setting.name not in self.meanwhile:
            return ""
        text = self.meanwhile[setting.name]
        return gettext("As in the whole shop") if text is None else self._written(setting, text)

    def _enabled(self) -> dict[str, Any]:
        is_clash = "enabled" in self.meanwhile
        return {
            "is_on": self.texts["enabled"] == "true",
            "told": gettext(ENABLED_HELP),
            "meanwhile": self._on_or_off(self.meanwhile["enabled"]) if is_clash else "",
        }

    @staticmethod
    def _on_or_off(text: str | None) -> str:
        return gettext("On") if text == "true" else gettext("Off")

    def _reach(self, channels: Mapping[str, str]) -> dict[str, Any]:
        chosen = _slugs(self.texts["channels"])
        gone = [slug for slug in chosen if slug not in channels]
        return {
            "every": not chosen,
            "channels": [
                {"slug": slug, "name": channels.get(slug, slug), "is_chosen": slug in chosen, "is_gone": slug in gone}
                for slug in (*channels, *gone)
            ],
            "error": self.errors.get("channels", ""),
            "told": gettext(CHANNELS_HELP),
            "meanwhile": (self.meanwhile["channels"] or gettext("Every channel"))
            if "channels" in self.meanwhile
            else "",
        }

    def _overrides(self) -> dict[str, Any]:
        return {
            "value": self.texts["overrides"] or "",
            "error": self.errors.get("overrides", ""),
            "told": gettext(OVERRIDES_HELP),
            "meanwhile": self.meanwhile.get("overrides") or "",
        }


def _options(setting: Setting, value: str) -> list[dict[str, Any]]:
    return [
        {
            "value": option.value,
            "label": gettext(option.label),
            "meaning": gettext(option.meaning) if option.meaning else "",
            "is_chosen": option.value == value,
        }
        for option in setting.options
    ]


def _days(text: str) -> list[dict[str, Any]]:
    """The days of the week as the reader's language calls and orders them; those that a text names are chosen."""
    locale, chosen = Locale.parse(languages.current().replace("-", "_")), chosen_days(text) or ()
    names = locale.days["stand-alone"]["wide"]
    days = [(locale.first_week_day + number) % 7 for number in range(7)]
    return [{"value": DAYS[day][:3], "label": names[day], "is_chosen": day in chosen} for day in days]


def _was(written: str, now: Texts) -> Texts:
    """Read what was stored when the form was opened; whatever is missing is taken as unchanged."""
    try:
        read = json.loads(written)
    except ValueError:
        read = {}
    if not isinstance(read, dict):
        read = {}
    return {
        name: read[name] if name in read and (read[name] is None or isinstance(read[name], str)) else text
        for name, text in now.items()
    }


def _chosen(data: QueryDict) -> dict[str, str]:
    if data.get("every_channel") == "no" and not data.getlist("channels"):
        return {"channels": gettext("Choose at least one channel, or every channel.")}
    return {}


def _slugs(text: str | None) -> Collection[str]:
    return [slug for slug in (text or "").replace(",", " ").replace(";", " ").split() if slug]
