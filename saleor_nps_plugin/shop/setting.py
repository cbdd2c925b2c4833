"""One setting: its name, what it means, how its text is read, and how a person is asked for it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_noop

from . import reading

# In the order of the page for staff: name, title, what it is about.
GROUPS = (
    ("asking", gettext_noop("Asking"), gettext_noop("Who is asked, and when.")),
    ("look", gettext_noop("Look"), gettext_noop("How your shop appears on the survey and in its e-mails.")),
    ("mail", gettext_noop("E-mail"), gettext_noop("How e-mails leave your shop, and who of your staff gets one.")),
    (
        "answers",
        gettext_noop("After the answer"),
        gettext_noop("What customers get back, by what they have answered, and what your apps are told."),
    ),
    (
        "trust",
        gettext_noop("Untrue answers"),
        gettext_noop("Which answers are kept out of the score until your staff say otherwise."),
    ),
    (
        "referrals",
        gettext_noop("Referrals"),
        gettext_noop("Happy customers get a code for friends; when a friend orders with it, they are rewarded."),
    ),
    (
        "points",
        gettext_noop("Points"),
        gettext_noop("Customers collect points and turn them into gift cards of your shop."),
    ),
)
HOURS, DAYS, PERCENT, POINTS, MONEY = (
    gettext_noop("hours"),
    gettext_noop("days"),
    gettext_noop("%"),
    gettext_noop("points"),
    "money",
)


@dataclass(frozen=True)
class Option:
    """One of the values of a choice, in words."""

    value: str
    label: str
    meaning: str = ""


@dataclass(frozen=True)
class Setting:
    """One setting as the operator sees it; `read` turns its text into a value or raises ValueError with a sentence.

    All words are English; pages for staff translate them. `label` and `help_text` are for Saleor's own page of plugins,
    where every setting is written as text; `title` and `explanation` for ours, and the same if left out. `kind` says
    how it is asked for: "number" (whole, from `low` to `high`), "decimal", "switch" (true or false), "choice" (one of
    `options`), "days" (any of the week), "color", "url", "email", "short" or "text". `unit` MONEY stands for the channel's
    currency.
    """

    name: str
    label: str
    help_text: str
    default: str
    read: Callable[[str], Any]
    is_multiline: bool = False
    group: str = "asking"
    kind: str = "text"
    title: str = ""
    explanation: str = ""
    unit: str = ""
    low: int | None = None
    high: int | None = None
    options: tuple[Option, ...] = ()

    @property
    def called(self) -> str:
        """Its name on our page."""
        return self.title or self.label

    @property
    def told(self) -> str:
        """What it does, for whoever fills in our page."""
        return self.explanation or self.help_text


def whole_number(
    name: str,
    label: str,
    help_text: str,
    default: str,
    *,
    low: int,
    high: int,
    unit: str = "",
    group: str = "asking",
    title: str = "",
) -> Setting:
    """Return a setting that is a whole number between two bounds."""
    return Setting(
        name,
        label,
        help_text,
        default,
        reading.whole_number(low, high),
        group=group,
        kind="number",
        title=title,
        unit=unit,
        low=low,
        high=high,
    )
