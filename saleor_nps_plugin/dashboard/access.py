"""Who of the staff asks, and what lets them in.

The Dashboard hands its pages a token that only the shop can check, and that lasts minutes; a page outside the Dashboard
asks for a password. Either is exchanged once for a pass that we sign: in memory of the page, sent as a header; or, outside
the Dashboard, in a cookie. What a pass permits is looked up anew with every request.
"""

from dataclasses import dataclass
from datetime import timedelta
from time import time
from typing import Any
from urllib.parse import urlsplit

from django.core import signing
from django.http import HttpRequest, HttpResponse

from ..errors import NotSignedIn
from ..shop import get_shop
from ..shop.staff import Staff

PASS_LIFETIME = timedelta(minutes=30)
COOKIE_LIFETIME = timedelta(hours=12)
# How long passes may beget the next ones without a new token of the Dashboard's.
LONGEST_VISIT = timedelta(hours=8)
COOKIE = "nps_staff"
_SALTS = {"pass": "saleor_nps_plugin.dashboard.pass", "cookie": "saleor_nps_plugin.dashboard.cookie"}
_LONGEST = 2000
_SAFE = ("GET", "HEAD")


@dataclass(frozen=True)
class Visit:
    """A member of staff at work; `by_cookie` outside the Dashboard."""

    staff: Staff
    by_cookie: bool = False


def pass_for(staff: Staff) -> str:
    """Return the pass of a page in the Dashboard; it holds no more than its reader and our app had then."""
    return _signed("pass", staff)


def next_pass(written: str) -> str:
    """Return the pass that follows one which is still good, for whoever goes on working. Raises NotSignedIn."""
    held = _read("pass", written, PASS_LIFETIME)
    since = int(held["since"])
    if not get_shop().is_in_dashboard() or time() - since > LONGEST_VISIT.total_seconds():
        raise NotSignedIn
    return _signed("pass", _staff_in(held), since=since)


def sign_in(response: HttpResponse, staff: Staff, *, path: str, is_secure: bool) -> HttpResponse:
    """Let a browser outside the Dashboard come back; `path` is where our pages for staff begin."""
    response.set_cookie(
        COOKIE,
        _signed("cookie", staff),
        max_age=COOKIE_LIFETIME,
        path=path,
        secure=is_secure,
        httponly=True,
        samesite="Strict",
    )
    return response


def cookie_path(base: str) -> str:
    """Return the path that a cookie needs to reach every page; the first page's own address may lack the slash at the end."""
    return base.removesuffix("/")


def visit_of(request: HttpRequest) -> Visit:
    """Return who asks. Raises NotSignedIn."""
    scheme, _, written = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        if not get_shop().is_in_dashboard():
            raise NotSignedIn("These pages were switched off in the Dashboard.")
        return Visit(_staff_in(_read("pass", written.strip(), PASS_LIFETIME)))
    if COOKIE not in request.COOKIES or not _may_use_cookie(request):
        raise NotSignedIn
    staff = _person_in(_read("cookie", request.COOKIES[COOKIE], COOKIE_LIFETIME))
    return Visit(staff, by_cookie=True)


def _may_use_cookie(request: HttpRequest) -> bool:
    """Whether the browser sends the cookie for its own user, and not for a page of somebody else's."""
    if request.headers.get("Sec-Fetch-Dest") in ("iframe", "frame", "embed", "object"):
        return False
    if request.method not in _SAFE and "HX-Request" not in request.headers:
        return False
    return is_from_here(request)


def is_from_here(request: HttpRequest) -> bool:
    """Whether one of our own pages asks, or the person who typed the address or followed a link to it.

    Saleor lets scripts of other origins read its answers, and a browser sends our cookie along for other hosts of the same
    site, such as the storefront. None of them can change what a browser says about where a request comes from.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is None:
        # Old browsers, and addresses without encryption, say only this.
        origin = request.headers.get("Origin")
        return origin is None or urlsplit(origin).netloc == request.get_host()
    is_link = request.headers.get("Sec-Fetch-Mode") == "navigate" and request.method in _SAFE
    return site in ("same-origin", "none") or is_link


def _signed(kind: str, staff: Staff, *, since: int | None = None) -> str:
    may = sorted(staff.permissions)
    held = {"id": staff.id, "key": staff.fingerprint, "may": may, "since": int(time()) if since is None else since}
    return signing.dumps(held, salt=_SALTS[kind], compress=True)


def _read(kind: str, written: str, lifetime: timedelta) -> dict[str, Any]:
    if len(written) > _LONGEST:
        raise NotSignedIn
    try:
        held: dict[str, Any] = signing.loads(written, salt=_SALTS[kind], max_age=lifetime)
    except signing.BadSignature:
        raise NotSignedIn from None
    return held


def _staff_in(held: dict[str, Any]) -> Staff:
    return _person_in(held).limited_to(frozenset(held["may"]))


def _person_in(held: dict[str, Any]) -> Staff:
    staff = get_shop().staff([held["id"]]).get(held["id"])
    if staff is None or staff.fingerprint != held["key"]:
        raise NotSignedIn
    return staff
