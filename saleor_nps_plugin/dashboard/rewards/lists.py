"""Long lists in pages: which page is wanted, and the addresses of the pages before and after it."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest

from ..frame import last_of


def page_number(request: HttpRequest) -> int:
    """Return the page of a list that an address names, 1 or more."""
    written = last_of(request, "page")
    return max(int(written), 1) if written.isascii() and written.isdecimal() and len(written) < 6 else 1


def address_with(place: str, values: Mapping[str, Any]) -> str:
    """Return an address with those of these values that say something."""
    query = urlencode([(name, value) for name, value in values.items() if value not in (None, "")])
    return f"{place}?{query}" if query else place


def neighbours(place: str, chosen: Mapping[str, Any], number: int, *, is_more: bool) -> dict[str, str]:
    """Return the addresses of the pages with newer and older rows, "" where there is none."""
    return {
        "newer": address_with(place, {**chosen, "page": number - 1}) if number > 1 else "",
        "older": address_with(place, {**chosen, "page": number + 1}) if is_more else "",
    }
