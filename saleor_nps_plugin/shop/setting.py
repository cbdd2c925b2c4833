"""One setting: its name, what it means, how its text is read."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Setting:
    """One setting as the operator sees it; `read` turns its text into a value or raises ValueError with a sentence."""

    name: str
    label: str
    help_text: str
    default: str
    read: Callable[[str], Any]
    is_multiline: bool = False
