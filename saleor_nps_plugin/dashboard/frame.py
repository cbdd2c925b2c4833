"""What all pages for staff have in common: who may see them, and the document around them.

The Dashboard shows a page in a frame that it tells who is there only by a message, never in the address. So the first
answer to an unknown visitor is a bare document; its script gets a pass (see access.py) and asks again, with a header, for
the content alone. Whoever signed in outside the Dashboard gets document and content at once.
"""

import json
import secrets
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, Concatenate
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.html import format_html
from django.utils.translation import gettext, gettext_noop
from django.views.decorators.csrf import csrf_exempt

from .. import languages, rendering
from ..errors import Conflict, Invalid, NotFound, NotSignedIn, NpsError, TooManyRequests
from ..shop import get_shop
from ..shop.staff import ANSWERS, CODES, POINTS, SETTINGS, Staff
from . import assets
from .access import PASS_LIFETIME, Visit, pass_for, visit_of

View = Callable[Concatenate[HttpRequest, Staff, ...], HttpResponse]

# In the order of the navigation: name of the address, title, permissions of which one is enough.
SECTIONS = (
    ("overview", gettext_noop("Overview"), (ANSWERS,)),
    ("responses", gettext_noop("Responses"), (ANSWERS,)),
    ("rewards", gettext_noop("Rewards"), (CODES, POINTS)),
    ("surveys", gettext_noop("Surveys"), (SETTINGS,)),
    ("settings", gettext_noop("Settings"), (SETTINGS,)),
)
PERMISSION_NAMES = {
    ANSWERS: gettext_noop("Manage orders"),
    CODES: gettext_noop("Manage discounts"),
    POINTS: gettext_noop("Manage gift cards"),
    SETTINGS: gettext_noop("Manage plugins"),
}
_STATUS = {NotFound: 404, Conflict: 409, TooManyRequests: 429}


def page(*needs: str, kind: str = "page") -> Callable[[View], Callable[..., HttpResponse]]:
    """Make a page for staff that have one of these permissions. `kind` is "page", "popup" or "widget".

    The view takes the request, the staff and the parts of the address, and returns what `show` returns.
    """
    return _door(needs, kind, ("GET",))


def part(*needs: str, methods: tuple[str, ...] = ("GET",)) -> Callable[[View], Callable[..., HttpResponse]]:
    """Make a part of a page, or an action: something that a page's script asks for, never an address of its own.

    A NpsError raised by the view is shown to the user in its words, and nothing in the page changes.
    """
    return _door(needs, "part", methods)


def _door(needs: tuple[str, ...], kind: str, methods: tuple[str, ...]) -> Callable[[View], Callable[..., HttpResponse]]:
    def decorate(view: View) -> Callable[..., HttpResponse]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            # The shop's Dashboard opens widgets by POST, with its token in the form.
            is_opened = request.method == "POST" and kind == "widget"
            if request.method not in (*methods, "HEAD") and not is_opened:
                return protect(HttpResponse(status=405, headers={"Allow": ", ".join(methods)}))
            with translation.override(language_of(request)):
                try:
                    return protect(_answer(request, view, needs, kind, is_opened, args, kwargs))
                except NpsError as error:
                    return protect(refuse(request, error))

        return csrf_exempt(guarded)

    return decorate


def _answer(
    request: HttpRequest, view: View, needs: tuple[str, ...], kind: str, is_opened: bool, args: Any, kwargs: Any
) -> HttpResponse:
    request.nps_kind = kind  # type: ignore[attr-defined]
    try:
        if is_opened:
            staff = get_shop().staff_from_token(request.POST.get("accessToken", ""))
            visit = Visit(staff)
            request.nps_pass = pass_for(staff)  # type: ignore[attr-defined]
        else:
            visit = visit_of(request)
    except NotSignedIn as error:
        if is_part(request) or kind == "part":
            return HttpResponse(error.message, status=401, content_type="text/plain; charset=utf-8")
        title = gettext("Customer feedback")
        return _document(request, "", title=title, visit=None, needs=needs, is_refused=is_opened)
    request.nps_visit = visit  # type: ignore[attr-defined]
    if needs and not any(visit.staff.may(permission) for permission in needs):
        return _no_access(request, needs)
    return view(request, visit.staff, *args, **kwargs)


def show(
    request: HttpRequest,
    template: str,
    context: Mapping[str, Any],
    *,
    title: str = "",
    section: str = "",
    status: int = 200,
) -> HttpResponse:
    """Return a page, or a part of one, from a template below templates/saleor_nps_plugin/dashboard/."""
    visit: Visit = request.nps_visit  # type: ignore[attr-defined]
    content = rendering.render(f"dashboard/{template}", {**surroundings(request, visit.staff), **context})
    if request.nps_kind == "part":  # type: ignore[attr-defined]
        return HttpResponse(content, status=status)
    if is_part(request):
        # htmx takes the title and the words out of what it puts into the page.
        words = rendering.render("dashboard/words.html", surroundings(request, visit.staff) | {"is_part": True})
        head = format_html("<title>{}</title>", title) + words
        return HttpResponse(head + _around(request, visit, content, section), status=status)
    return _document(request, _around(request, visit, content, section), title=title, visit=visit, status=status)


def surroundings(request: HttpRequest, staff: Staff) -> dict[str, Any]:
    """What every template may use."""
    language = translation.get_language() or languages.DEFAULT
    return {
        "base": base_of(request),
        "staff": staff,
        "language": language,
        "direction": languages.direction(language),
        "may_answers": staff.may(ANSWERS),
        "may_codes": staff.may(CODES),
        "may_points": staff.may(POINTS),
        "may_settings": staff.may(SETTINGS),
    }


def notify(
    response: HttpResponse, text: str, *, status: str = "success", close: bool = False, **events: Any
) -> HttpResponse:
    """Have the page tell something: "success", "info", "warning" or "error"; `close` closes the popup it is in.

    Further keywords are events for the page's parts to listen to, such as responses_changed=True ("responses_changed from:body").
    """
    told: dict[str, Any] = {"nps:notify": {"text": text, "status": status, "close": close}, **events}
    response["HX-Trigger"] = json.dumps(told)
    return response


def language_of(request: HttpRequest) -> str:
    """The language of the Dashboard, which the page's script sends as Accept-Language, or the browser's."""
    return languages.spoken_from_header(request.headers.get("Accept-Language", ""))


def base_of(request: HttpRequest) -> str:
    """Return the address at which our pages for staff begin, ending in "/dashboard/"."""
    before, found, _ = request.path.partition("/dashboard")
    return f"{before}{found}/"


def is_part(request: HttpRequest) -> bool:
    """Whether a page's script asks, and wants content without a document."""
    return "HX-Request" in request.headers


def last_of(request: HttpRequest, name: str) -> str:
    """Return a parameter of the address. The last one: the Dashboard puts its own address's parameters, which anybody can
    make up in a link, before those that it adds itself."""
    return (request.POST.getlist(name) or request.GET.getlist(name) or [""])[-1]


def refuse(request: HttpRequest, error: NpsError) -> HttpResponse:
    """Return the words of a refusal; the page's script shows them."""
    status = next((status for kind, status in _STATUS.items() if isinstance(error, kind)), 422)
    if is_part(request) or getattr(request, "nps_kind", "") == "part":
        return HttpResponse(gettext(error.message), status=status, content_type="text/plain; charset=utf-8")
    return show(
        request, "message.html", {"text": gettext(error.message)}, title=gettext("This does not work"), status=status
    )


def _no_access(request: HttpRequest, needs: tuple[str, ...]) -> HttpResponse:
    context = _missing(needs)
    return show(request, "no_access.html", context, title=context["heading"], status=403)


def _missing(needs: tuple[str, ...]) -> dict[str, Any]:
    names = [gettext(PERMISSION_NAMES[permission]) for permission in needs]
    return {"missing": names, "heading": gettext("You may not see this page")}


def _around(request: HttpRequest, visit: Visit, content: str, section: str) -> str:
    if request.nps_kind != "page":  # type: ignore[attr-defined]
        return content
    sections = [
        {"address": f"{base_of(request)}{name}/", "title": gettext(title), "is_current": name == section}
        for name, title, needs in SECTIONS
        if any(visit.staff.may(permission) for permission in needs)
    ]
    context = surroundings(request, visit.staff) | {
        "sections": sections,
        "content": content,
        "by_cookie": visit.by_cookie,
    }
    return rendering.render("dashboard/around.html", context)


def _document(
    request: HttpRequest,
    content: str,
    *,
    title: str,
    visit: Visit | None,
    needs: tuple[str, ...] = (),
    is_refused: bool = False,
    status: int = 200,
) -> HttpResponse:
    nonce = secrets.token_urlsafe(12)
    language = translation.get_language() or languages.DEFAULT
    theme = last_of(request, "theme")
    context = {
        "base": base_of(request),
        "kind": request.nps_kind,  # type: ignore[attr-defined]
        "language": language,
        "direction": languages.direction(language),
        "theme": theme if theme in ("light", "dark") else "",
        "title": title or gettext("Customer feedback"),
        "content": content,
        "is_shell": visit is None and not is_refused,
        "is_refused": is_refused,
        "by_cookie": bool(visit and visit.by_cookie),
        "is_part": False,
        "app": last_of(request, "appId") or last_of(request, "id"),
        "query": _asked_by_form(request),
        "pass": getattr(request, "nps_pass", ""),
        "lifetime": int(PASS_LIFETIME.total_seconds()),
        **_missing(needs),
        "nonce": nonce,
        "style": assets.address("dashboard.css"),
        "scripts": [assets.address(name) for name in assets.SCRIPTS],
    }
    response = HttpResponse(rendering.render("dashboard/document.html", context), status=status)
    # A tab that a widget opens is one of a sandbox, where a browser refuses documents that want a group of their own.
    response["Cross-Origin-Opener-Policy"] = "unsafe-none"
    ancestors = "frame-ancestors 'none'; " if visit and visit.by_cookie else ""
    response["Content-Security-Policy"] = (
        f"default-src 'none'; {ancestors}script-src 'nonce-{nonce}'; style-src 'self' 'unsafe-inline'; img-src 'self' https: data:; "
        "connect-src 'self'; form-action 'self'; frame-src 'self'; base-uri 'none'"
    )
    return response


def _asked_by_form(request: HttpRequest) -> str:
    """What a widget was opened for, as a query, so that its script can ask again in another language."""
    given = request.POST.copy()
    for name in ("accessToken", "saleorApiUrl", "appId"):
        given.pop(name, None)
    return given.urlencode()


def protect(response: HttpResponse) -> HttpResponse:
    """Keep what staff see out of caches, search engines and the addresses that other shops learn."""
    response["Cache-Control"] = "no-store"
    # With "no-referrer" a browser would hide from ourselves, too, which page a form comes from.
    response["Referrer-Policy"] = "same-origin"
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def number_in(text: str, *, field: str) -> int:
    """Read a whole number that a person typed. Raises Invalid."""
    try:
        return int(text.strip())
    except ValueError:
        raise Invalid(gettext("Write a whole number."), field=field) from None


def key_in(request: HttpRequest) -> UUID:
    """Return the key of a form, by which it is known when it is sent again; a new one where it has none of ours."""
    try:
        return UUID(last_of(request, "key"))
    except ValueError:
        return uuid4()
