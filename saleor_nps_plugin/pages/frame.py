"""What all pages have in common: brand, language, and the headers of a private page."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.utils import translation

from .. import languages, rendering
from ..shop import get_shop
from ..shop.settings import SurveySettings
from ..surveys.models import Invitation
from . import assets


@dataclass(frozen=True)
class Frame:
    """Whose page it is, and in which language."""

    shop_name: str
    logo_url: str
    color: str
    language: str

    @classmethod
    def of(cls, invitation: Invitation) -> "Frame":
        """Return the frame of the pages of an invitation."""
        settings = get_shop().settings().for_channel(invitation.channel)
        return cls._branded(settings, languages.spoken(invitation.language_code))

    @classmethod
    def of_channel(cls, channel: str, language_code: str, request: HttpRequest) -> "Frame":
        """Return the frame for somebody known by other means; without a language it is the browser's."""
        language = languages.spoken(language_code) if language_code else _browser_language(request)
        return cls._branded(get_shop().settings().for_channel(channel), language)

    @classmethod
    def of_stranger(cls, request: HttpRequest) -> "Frame":
        """Return the frame for a visitor of whom only the browser is known."""
        return cls._branded(get_shop().settings().for_channel(""), _browser_language(request))

    @classmethod
    def _branded(cls, settings: SurveySettings, language: str) -> "Frame":
        return cls(settings.shop_name, settings.logo_url, settings.brand_color, language)


def _browser_language(request: HttpRequest) -> str:
    return languages.spoken_from_header(request.headers.get("Accept-Language", ""))


@dataclass(frozen=True)
class Page:
    """A page as it is sent, as often as it is asked for."""

    html: bytes
    language: str
    policy: str

    def response(self, *, status: int = 200) -> HttpResponse:
        headers = {"Content-Language": self.language, "Content-Security-Policy": self.policy}
        return HttpResponse(self.html, status=status, headers=headers)


def render(name: str, frame: Frame, context: Mapping[str, Any], *, status: int = 200) -> HttpResponse:
    """Return a response with one of our pages."""
    return compose(name, frame, context).response(status=status)


def compose(
    name: str,
    frame: Frame,
    context: Mapping[str, Any],
    *,
    style: assets.Asset | None = None,
    script: assets.Asset | None = None,
) -> Page:
    """Return one of our pages, with a style and a script of its own or with those of all."""
    style, script = style or assets.style(frame.color), script or assets.script()
    with translation.override(frame.language):
        html = rendering.render(
            f"pages/{name}.html",
            {
                "frame": frame,
                "direction": languages.direction(frame.language),
                "style": style.text,
                "script": script.text,
                "notice": "",
                **context,
            },
        )
    return Page(html.encode(), frame.language, _policy(style.source, script.source, frame.logo_url))


def _policy(style: str, script: str, logo_url: str) -> str:
    logo = urlsplit(logo_url)
    directives = {
        "default-src": "'none'",
        "style-src": style,
        "script-src": script,
        # data: is the empty icon that keeps browsers from asking for /favicon.ico.
        "img-src": f"data: {logo.scheme}://{logo.netloc}" if logo.netloc else "data:",
        "connect-src": "'self'",
        "form-action": "'self'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in directives.items())


def protect(response: HttpResponse) -> HttpResponse:
    """Keep a page and its address out of caches, search engines, frames and referrers."""
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["X-Frame-Options"] = "DENY"
    response["X-Content-Type-Options"] = "nosniff"
    return response
