"""The pages' style and script. They are written into each page, because Saleor serves no static files in production."""

from base64 import b64encode
from dataclasses import dataclass
from functools import cache, lru_cache
from hashlib import sha256

from django.utils.safestring import mark_safe

from ..rendering import render


@dataclass(frozen=True)
class Asset:
    """A text to be written into a page, and the source expression that lets the page's policy accept it."""

    text: str
    source: str

    @classmethod
    def of(cls, text: str) -> "Asset":
        digest = b64encode(sha256(text.encode()).digest()).decode()
        return cls(mark_safe(text), f"'sha256-{digest}'")  # noqa: S308 (our own file and a checked colour)


@lru_cache(maxsize=64)
def style(brand_color: str) -> Asset:
    """Return the style sheet in a brand's colour, which is #rrggbb."""
    return Asset.of(render("pages/page.css", {"brand": brand_color}))


@cache
def script() -> Asset:
    """Return the script that makes the survey more comfortable; it works without."""
    return Asset.of(render("pages/page.js", {}))
