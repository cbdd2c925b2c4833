"""What a page of settings shows and changes: texts by the names of settings, for the shop or for one channel."""

import unicodedata
from collections.abc import Mapping

from django.http import QueryDict

from ...shop import overrides, reading
from ...shop.setting import Setting
from ...shop.settings import CHANNEL_SETTINGS

# None: a channel goes by the shop's value.
Texts = dict[str, str | None]
Stored = Mapping[str, str | bool]

BY_NAME: Mapping[str, Setting] = {setting.name: setting for setting in CHANNEL_SETTINGS}
OF_THE_SHOP = ("enabled", "channels", *BY_NAME, "overrides")
INHERIT = "inherit"


def texts_of(stored: Stored, channel: str) -> Texts:
    """Return what is set for the shop (channel "") or for a channel. Raises overrides.Unreadable."""
    if channel:
        own = overrides.sections(str(stored["overrides"])).get(channel, {})
        return {name: own.get(name) for name in BY_NAME}
    return {name: _as_text(stored[name]) for name in OF_THE_SHOP}


def stored_from(stored: Stored, channel: str, texts: Texts) -> dict[str, str | bool]:
    """Return what to store so that these texts are set for the shop or the channel. Raises overrides.Unreadable."""
    if channel:
        own = {name: text for name, text in texts.items() if text is not None}
        return {"overrides": overrides.with_section(str(stored["overrides"]), channel, own)}
    return {name: text == "true" if name == "enabled" else text or "" for name, text in texts.items()}


def typed(form: QueryDict, now: Texts) -> Texts:
    """Return what a form says. What it does not ask for stays as it is."""
    inherited = form.getlist(INHERIT)
    return {name: None if name in inherited else _typed(form, name, before) for name, before in now.items()}


def shown(text: str | None) -> str:
    """Return a text as an input of one line holds it; written by hand it may have several."""
    return " ".join((text or "").split())


def chosen_days(text: str) -> frozenset[int] | None:
    """Return which days of the week a text names, Monday is 0; None where it cannot be read."""
    try:
        return reading.named_days(text)
    except ValueError:
        return None


def _typed(form: QueryDict, name: str, before: str | None) -> str | None:
    if name == "channels":
        every = form.get("every_channel", "yes") == "yes"
        return "" if every else _same(", ".join(form.getlist("channels")), before)
    if name not in form:
        return before
    if name in BY_NAME and BY_NAME[name].kind == "days":
        chosen = ", ".join(filter(None, form.getlist(name)))
        return before if before is not None and chosen_days(before) == chosen_days(chosen) else chosen
    # A switch that is off sends nothing; the hidden field before it says "false".
    text = form.getlist(name)[-1]
    if name == "overrides":
        lines = text.splitlines()
        return before if before is not None and before.splitlines() == lines else "\n".join(lines)
    return _same(_plain(text, BY_NAME[name].kind if name in BY_NAME else ""), before)


def _plain(text: str, kind: str) -> str:
    text = shown(text)
    if kind in ("number", "decimal"):
        text = "".join(str(unicodedata.decimal(sign, sign)) for sign in text)
    if kind == "decimal" and text.count(",") == 1 and "." not in text:
        text = text.replace(",", ".")
    return text


def _same(text: str, before: str | None) -> str:
    """What only looks different in the form has not been changed."""
    return before if before is not None and shown(before) == shown(text) else text


def _as_text(value: str | bool) -> str:
    return str(value).lower() if isinstance(value, bool) else value
