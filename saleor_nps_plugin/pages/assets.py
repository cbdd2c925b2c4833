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
    return Asset.of(_short(render("pages/page.js", {})))


def _short(script: str) -> str:
    """Return a script without its comments and indentation: it travels with every page."""
    lines = (line.strip() for line in script.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//"))


@lru_cache(maxsize=64)
def kiosk_style(brand_color: str) -> Asset:
    """Return the style sheet of a tablet in the store: that of all pages, and what is larger there."""
    return Asset.of(render("pages/page.css", {"brand": brand_color}) + render("pages/kiosk.css", {}))


@cache
def kiosk_script() -> Asset:
    """Return the script without which a tablet in the store asks nobody."""
    return Asset.of(_short(render("pages/kiosk.js", {})))


@cache
def snippet_script() -> str:
    """Return the script for storefronts, with a mark where a door's own settings go."""
    return _short(render("pages/snippet.js", {}))
