"""A mail is a shell with slots.

Rendering a template and inlining its styles takes milliseconds, so that happens once per language and brand; each mail
only fills the slots.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import css_inline
from django.utils import translation
from django.utils.html import escape
from django.utils.safestring import mark_safe
from django.utils.translation import gettext

from .. import languages
from ..rendering import render
from .mail import Brand

SCORES = range(11)
# The numbers of a survey, by its scale.
SCALES: Mapping[str, range] = {"nps": SCORES, "recovery": SCORES, "csat": range(1, 6), "ces": range(1, 8)}
# Slots are marked with private-use characters, which neither a template nor an operator's text contains.
_SLOT = re.compile("\ue000([a-z_0-9]+)\ue001")


@dataclass(frozen=True)
class _Shell:
    """A rendered template; every second part is the name of a slot."""

    parts: tuple[str, ...]

    def filled(self, values: Mapping[str, str]) -> str:
        parts = list(self.parts)
        parts[1::2] = [values[name] for name in parts[1::2]]
        return "".join(parts)


def _mixed(color: str, other: str, share: float) -> str:
    """Mix two colours; `share` is that of the first."""
    pairs = ((int(color[at : at + 2], 16), int(other[at : at + 2], 16)) for at in (1, 3, 5))
    return "#" + "".join(f"{round(one * share + two * (1 - share)):02x}" for one, two in pairs)


def _slot(name: str) -> str:
    return mark_safe(f"\ue000{name}\ue001")  # noqa: S308 (our own constant; what fills it is escaped)


def _scores(flags: frozenset[str]) -> range:
    return next((SCALES[scale] for scale in SCALES if f"is_{scale}" in flags), SCORES)


def _score_slots(language: str, scores: range) -> list[dict[str, Any]]:
    def number(score: int) -> dict[str, str]:
        label = languages.localize_digits(score, language)
        highest = languages.localize_digits(scores[-1], language)
        # Translators: read aloud by screen readers, such as "7 of 10".
        spoken = gettext("{score} of {highest}").format(score=label, highest=highest)
        return {"label": label, "spoken": spoken, "url": _slot(f"url_{score}")}

    # Eleven numbers are too many for one row of a phone.
    halves = [("six", scores[:6]), ("five", scores[6:])] if scores == SCORES else [("few", scores)]
    return [{"size": size, "numbers": [number(score) for score in half]} for size, half in halves]


def _look(brand: Brand, language: str, scores: range) -> dict[str, Any]:
    direction = languages.direction(language)
    return {
        "language": language,
        "direction": direction,
        "start": "right" if direction == "rtl" else "left",
        "end": "left" if direction == "rtl" else "right",
        "brand": brand,
        "brand_on_dark": _mixed(brand.color, "#ffffff", 0.6),
        "tint": _mixed(brand.color, "#ffffff", 0.07),
        "tint_edge": _mixed(brand.color, "#ffffff", 0.35),
        "lowest": languages.localize_digits(scores[0], language),
        "highest": languages.localize_digits(scores[-1], language),
        # Keeps the mail's next words out of the inbox preview.
        "padding": range(30),
    }


_SLOTS = (
    "title",
    "question",
    "first_name",
    "order_number",
    "opt_out_url",
    "score",
    "comment",
    "comment_line",
    "channel",
    "rewards_url",
    "code",
    "share_url",
    "friend_gets",
    "owner_gets",
    "minimum",
    "points",
    "worth",
    "day",
    "reason",
    "text",
    "author",
    "callback",
    "callback_url",
    "best",
    "answers",
    "usual",
    "answers_url",
    "flagged_url",
    "survey_name",
    "door_name",
    "case_url",
)
_FLAGS = (
    "is_reminder",
    "is_recovery",
    "is_csat",
    "is_ces",
    "is_listed",
    "is_anonymous",
    "has_callback",
    "has_callback_url",
    "is_low",
    "is_open",
    "is_in_progress",
    "is_resolved",
    "is_reachable",
    "has_survey_name",
    "has_door_name",
    "has_first_name",
    "has_order_number",
    "has_comment",
    "has_channel",
    "has_rewards_url",
    "has_code",
    "has_share_url",
    "has_friend_gets",
    "has_owner_gets",
    "has_minimum",
    "has_points",
    "has_day",
)
# Set apart from the words around them where those run from right to left. Not what is copied, such as a code: the invisible
# marks would be copied with it.
_NAMES = (
    "first_name",
    "order_number",
    "survey_name",
    "door_name",
    "channel",
    "friend_gets",
    "owner_gets",
    "minimum",
    "points",
    "worth",
)


def flags_of(facts: Mapping[str, str], *, is_reminder: bool = False) -> frozenset[str]:
    """Return what decides the wording beyond the language: which facts there are."""
    known = {f"has_{name}" for name, value in facts.items() if value}
    return frozenset(known.intersection(_FLAGS) | ({"is_reminder"} if is_reminder else set()))


@lru_cache(maxsize=512)
def _shells(template: str, language: str, brand: Brand, flags: frozenset[str]) -> tuple[_Shell, _Shell]:
    """Return the text and the HTML shell of a mail."""
    with translation.override(language):
        context = (
            _look(brand, language, _scores(flags))
            | {"halves": _score_slots(language, _scores(flags))}
            | {name: _slot(name) for name in _SLOTS}
            | {flag: flag in flags for flag in _FLAGS}
        )
        text = render(f"emails/{template}.txt", context | {"newline": "\n"})
        html = render(f"emails/{template}.html", context | {"newline": mark_safe("<br>")})
    inlined = css_inline.CSSInliner(load_remote_stylesheets=False).inline(html)
    return _Shell(tuple(_SLOT.split(text))), _Shell(tuple(_SLOT.split(inlined)))


def rendered(
    template: str, language: str, brand: Brand, flags: frozenset[str], values: Mapping[str, str]
) -> tuple[str, str]:
    """Return a mail's text and HTML."""
    text, html = _shells(template, language, brand, flags)
    written = dict(values) | {name: languages.isolate(values[name], language) for name in _NAMES if name in values}
    shown = {name: escape(value).replace("\n", "<br>") for name, value in written.items()}
    if brand.shop_name and "question" in shown:
        whole_name = languages.keep_together(brand.shop_name, language)
        shown["question"] = escape(values["question"].replace(brand.shop_name, whole_name))
    return text.filled(written), html.filled(shown)
