"""Signing in outside the Dashboard, with or without JavaScript."""

import re
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import translation
from django.utils.translation import gettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from .. import languages, rendering
from ..errors import NotSignedIn, TooManyRequests
from ..shop import get_shop
from . import access, assets
from .frame import base_of, language_of, protect

_LONGEST_NEXT = 1000
# No dots, no "%2e" and no second slash that a browser might read as the way to another host or out of our pages.
_PAGE = re.compile(r"(?:[A-Za-z0-9_-]+/)*[A-Za-z0-9_-]*")
_NO_PAGES = ("login", "logout", "session", "assets")


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def login(request: HttpRequest) -> HttpResponse:
    """Ask for a password, and go on to the page `next` of ours."""
    goal = _next(request)
    with translation.override(language_of(request)):
        if request.method == "POST":
            return protect(_enter(request, goal))
        try:
            is_here = access.visit_of(request).by_cookie
        except NotSignedIn:
            is_here = False
        return protect(HttpResponseRedirect(goal) if is_here else _form(request, goal))


def _enter(request: HttpRequest, goal: str) -> HttpResponse:
    email = request.POST.get("email", "").strip()
    if not access.is_from_here(request):
        # Else a foreign page could sign somebody in as somebody else, who then reads what they write.
        return _form(request, goal, email, gettext("Please sign in on this page."), status=403)
    try:
        staff = get_shop().staff_from_password(request, email, request.POST.get("password", ""))
    except TooManyRequests as error:
        return _form(request, goal, email, gettext(error.message), status=429)
    except NotSignedIn as error:
        return _form(request, goal, email, gettext(error.message), status=422)
    return access.sign_in(
        HttpResponseRedirect(goal), staff, path=access.cookie_path(base_of(request)), is_secure=_is_secure(request)
    )


def _is_secure(request: HttpRequest) -> bool:
    """Behind most proxies the request itself came without encryption."""
    return request.is_secure() or urlsplit(request.headers.get("Origin", "")).scheme == "https"


def _next(request: HttpRequest) -> str:
    """Where to go afterwards: a page below our own address, whatever the parameter says."""
    base = base_of(request)
    wanted = (request.POST.get("next") or request.GET.get("next") or "")[:_LONGEST_NEXT]
    path, _, query = wanted.partition("?")
    page = path.removeprefix(base)
    is_ours = path.startswith(base) and _PAGE.fullmatch(page) and page.partition("/")[0] not in _NO_PAGES
    return f"{path}?{query}" if is_ours and query else path if is_ours else f"{base}overview/"


def _form(request: HttpRequest, goal: str, email: str = "", error: str = "", *, status: int = 200) -> HttpResponse:
    language = translation.get_language() or languages.DEFAULT
    context = {
        "base": base_of(request),
        "language": language,
        "direction": languages.direction(language),
        "style": assets.address("dashboard.css"),
        "goal": goal,
        "email": email,
        "error": error,
    }
    response = HttpResponse(rendering.render("dashboard/login.html", context), status=status)
    response["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    )
    return response
