"""When and by what a form was opened: what untrue answers are known by.

The page carries its own moment, signed, so that nothing has to be kept for pages that are never answered. Pages are kept
in memory and sent many times, so the moment is put in place of a mark as each is sent.
"""

import secrets
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.core.signing import BadSignature, Signer
from django.http import HttpRequest

from .frame import Page

# The field that nobody sees: programs that fill in forms fill in this one too.
TRAP = "homepage"
# Unknown to whoever writes texts for a survey, and the same for all pages of this process.
MARK = f"opened-{secrets.token_hex(8)}"
_LONGEST_AGENT = 500


def stamped(page: Page, *, now: datetime) -> Page:
    """Return a page with the moment at which it is sent."""
    return replace(page, html=page.html.replace(MARK.encode(), sign_moment(now).encode()))


def sign_moment(now: datetime) -> str:
    """Return a moment as it goes into a form."""
    return _signer().sign(f"{now.timestamp():.1f}")


def seconds_since(signed: str, *, now: datetime) -> float | None:
    """Return how many seconds ago a signed moment was; None for one that we did not sign."""
    try:
        return max(0.0, now.timestamp() - float(_signer().unsign(signed)))
    except (BadSignature, ValueError):
        return None


def trace_of(request: HttpRequest, data: Mapping[str, Any], *, now: datetime) -> dict[str, Any]:
    """Return what a form came with: {"device", "network", "agent": text, "seconds": float or None, "honeypot": bool}.

    `device` is what the browser calls itself, as all of its kind do. Held in memory only.
    """
    agent = request.headers.get("User-Agent", "")[:_LONGEST_AGENT]
    return {
        "device": agent,
        "network": address_of(request),
        "agent": agent,
        "seconds": seconds_since(str(data.get("opened", "")), now=now),
        "honeypot": bool(str(data.get(TRAP, "")).strip()),
    }


def address_of(request: HttpRequest) -> str:
    """Return the visitor's network address as Saleor finds it: the first that a proxy names, else the one that connects."""
    forwarded = request.headers.get("X-Forwarded-For", "").split(",")[0].strip()
    return (forwarded or request.META.get("REMOTE_ADDR", ""))[:64]


def _signer() -> Signer:
    return Signer(salt="saleor_nps_plugin.opened")
