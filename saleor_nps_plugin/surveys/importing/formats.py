"""What other tools call the columns of their exports."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a file holds."""

    RESPONSES = "responses"
    POINTS = "points"
    OPT_OUTS = "opt-outs"


# Without these a file of its kind says nothing.
REQUIRED: Mapping[Kind, Sequence[str]] = {
    Kind.RESPONSES: ("score", "date"),
    Kind.POINTS: ("email", "points"),
    Kind.OPT_OUTS: ("email",),
}
FIELDS: Mapping[Kind, Sequence[str]] = {
    Kind.RESPONSES: (
        "score",
        "date",
        "email",
        "comment",
        "id",
        "language",
        "country",
        "channel",
        "tags",
        "question_type",
        "excluded",
    ),
    Kind.POINTS: ("email", "points", "currency", "expires", "id"),
    Kind.OPT_OUTS: ("email", "date"),
}


@dataclass(frozen=True)
class Format:
    """A tool's names for our fields, as `normalized`, the likeliest first; a file need not have all of them."""

    title: str
    columns: Mapping[str, Sequence[str]]
    separator_of_tags: str = ","


_EMAIL = ("email", "email address", "e mail", "e mail address")
_POINTS = {
    "points": ("points", "points balance", "balance", "point balance", "available points"),
    "currency": ("currency", "currency code"),
    "expires": ("expires", "expires at", "expiry date", "points expire at"),
}

FORMATS: Mapping[str, Format] = {
    "plain": Format(
        "our own columns",
        {
            "id": ("id",),
            "email": _EMAIL,
            "score": ("score",),
            "comment": ("comment",),
            "date": ("date", "answered at", "created at", "opted out at"),
            "language": ("language",),
            "country": ("country",),
            "channel": ("channel",),
            "tags": ("tags",),
            **_POINTS,
        },
    ),
    "delighted": Format(
        "Delighted",
        {
            "id": ("id", "survey response id", "response id"),
            "email": ("email", "person email", "email address"),
            "score": ("score",),
            "comment": ("comment",),
            "date": ("created at", "response date", "responded at", "survey response at", "unsubscribed at", "date"),
            "language": ("locale", "language", "delighted locale"),
            "country": ("country", "delighted country"),
            "tags": ("tags",),
            "question_type": ("survey type",),
        },
    ),
    "retently": Format(
        "Retently",
        {
            "id": ("id", "response id", "feedback id"),
            "email": ("email", "customer email", "email address"),
            "score": ("score", "rating"),
            "comment": ("comments", "comment", "feedback", "score text"),
            "date": ("created date", "response date", "answered date", "answer date", "unsubscribed date", "date"),
            "language": ("language",),
            "country": ("country",),
            "tags": ("response tags", "feedback tags", "tags"),
            "question_type": ("metric", "metrics type", "survey type"),
        },
    ),
    "asknicely": Format(
        "AskNicely",
        {
            "id": ("response id", "id"),
            "email": ("email",),
            "score": ("answer", "score"),
            "comment": ("comment",),
            "date": ("responded", "responded at", "unsubscribetime", "unsubscribed at", "date"),
            "language": ("language", "language c"),
            "country": ("country", "country c"),
            "tags": ("topics", "tags"),
            "question_type": ("question type",),
        },
    ),
    "wootric": Format(
        "Wootric (InMoment)",
        {
            "id": ("id", "response id"),
            "email": ("email", "end user email", "end user email address"),
            "score": ("score", "nps score"),
            "comment": ("text", "feedback", "comment"),
            "date": ("created at", "response date", "date"),
            "language": ("survey language", "language"),
            "country": ("country",),
            "tags": ("tags", "feedback tags"),
            "question_type": ("survey type", "primary question type"),
            "excluded": ("excluded from calculations",),
        },
    ),
}
# By which scale the tools call what they have asked.
SCALES_BY_NAME: Mapping[str, str] = {
    "nps": "nps",
    "enps": "nps",
    "csat": "csat",
    "ces": "ces",
    "ces 2.0": "ces",
    "ces7": "ces",
}


def normalized(name: str) -> str:
    """Return a column's name without what differs between exports of one tool: case, "_", "-", ".", and space around it."""
    return " ".join(re.sub(r"[\s_.\-]+", " ", name.lstrip("\ufeff")).casefold().split())
