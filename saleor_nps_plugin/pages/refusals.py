"""Pages that say no, and what to do instead."""

from collections.abc import Callable
from functools import wraps

from django.core.exceptions import BadRequest, RequestDataTooBig, SuspiciousOperation
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.utils import translation
from django.utils.translation import gettext
from django.views.decorators.csrf import csrf_exempt

from ..errors import AlreadyAnswered, NpsError, PluginInactive, TokenExpired, TokenInvalid
from ..surveys import answering
from .frame import Frame, protect, render

View = Callable[..., HttpResponse]

_UNREADABLE = (BadRequest, SuspiciousOperation, MultiPartParserError, UnreadablePostError)


def page(*methods: str) -> Callable[[View], View]:
    """Make a view of ours: it answers these methods, refuses with pages, and stays private.

    No CSRF check: there are no cookies, the token in the address is what permits.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, token: str = "") -> HttpResponse:
            if request.method not in methods and not (request.method == "HEAD" and "GET" in methods):
                return protect(_method_not_allowed(request, methods))
            try:
                return protect(view(request, token))
            except (NpsError, *_UNREADABLE) as error:
                return protect(refuse(request, token, error))

        return csrf_exempt(guarded)

    return decorate


def refuse(request: HttpRequest, token: str, error: Exception) -> HttpResponse:
    """Return the page that explains a refusal."""
    frame = _frame(request, token)
    with translation.override(frame.language):
        status, title, text = _words(error)
    return render("message", frame, {"title": title, "text": text}, status=status)


def _frame(request: HttpRequest, token: str) -> Frame:
    try:
        return Frame.of(answering.find_invitation(token))
    except TokenInvalid:
        return Frame.of_stranger(request)


def _words(error: Exception) -> tuple[int, str, str]:
    """Return status, title and text."""
    if isinstance(error, TokenInvalid):
        return (
            404,
            gettext("We cannot find this survey"),
            gettext("The link may be incomplete. Please open it from our e-mail; if you copy it, copy all of it."),
        )
    if isinstance(error, TokenExpired):
        return (
            410,
            gettext("This survey is closed"),
            gettext("The link has expired, so we can no longer take an answer here. If there is something you want to tell us, please write to our customer service."),
        )
    if isinstance(error, PluginInactive):
        return (
            404,
            gettext("Our surveys are paused"),
            gettext("We are not collecting answers at the moment. There is nothing you need to do."),
        )
    if isinstance(error, AlreadyAnswered):
        return 409, *already_answered()
    if isinstance(error, RequestDataTooBig):
        return (
            413,
            gettext("That is too much text"),
            gettext("Please go back with your browser: your text is still there. Shorten it to 5000 characters and send it again."),
        )
    return (
        400,
        gettext("We could not read that"),
        gettext("Please go back with your browser and send your answer again."),
    )


def already_answered() -> tuple[str, str]:
    """Return title and text for somebody whose answer can no longer be changed."""
    return (
        gettext("You have answered already"),
        gettext("Thank you! We have your answer, and the time to change it is over. There is nothing you need to do."),
    )


def _method_not_allowed(request: HttpRequest, methods: tuple[str, ...]) -> HttpResponse:
    frame = Frame.of_stranger(request)
    with translation.override(frame.language):
        context = {"title": gettext("This does not work here"), "text": gettext("Please open the link from our e-mail.")}
    response = render("message", frame, context, status=405)
    response["Allow"] = ", ".join(methods)
    return response


@page("GET", "POST")
def unknown_address(request: HttpRequest, token: str) -> HttpResponse:
    """Any address below ours that leads nowhere."""
    raise TokenInvalid
