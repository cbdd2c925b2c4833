"""Coming in and going out: the Dashboard's token for a pass, a password for a cookie."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from ..errors import NotSignedIn
from ..shop import get_shop
from . import access
from .frame import base_of


@csrf_exempt
@require_POST
def session(request: HttpRequest) -> HttpResponse:
    """Exchange the Dashboard's token, sent as "Authorization: Bearer <token>", for a pass, or a pass that is still good,
    sent as "Authorization: Pass <pass>", for the next one: the Dashboard never renews the token of a popup."""
    scheme, _, written = request.headers.get("Authorization", "").partition(" ")
    try:
        given = _pass_for(scheme.lower(), written.strip())
    except NotSignedIn as error:
        return JsonResponse({"error": error.message}, status=401, headers={"Cache-Control": "no-store"})
    answer = {"pass": given, "expires_in": int(access.PASS_LIFETIME.total_seconds())}
    return JsonResponse(answer, headers={"Cache-Control": "no-store"})


def _pass_for(scheme: str, written: str) -> str:
    if scheme == "pass":
        return access.next_pass(written)
    if scheme != "bearer":
        raise NotSignedIn
    return access.pass_for(get_shop().staff_from_token(written))


@csrf_exempt
@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    """Forget the cookie."""
    response = HttpResponseRedirect(f"{base_of(request)}login/")
    if access.is_from_here(request):
        response.delete_cookie(access.COOKIE, path=access.cookie_path(base_of(request)), samesite="Strict")
    return response
