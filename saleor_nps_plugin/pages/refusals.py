"""Pages that say no, and what to do instead."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps

from django.core.exceptions import BadRequest, RequestDataTooBig, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.utils import translation
from django.utils.translation import gettext, gettext_noop
from django.views.decorators.csrf import csrf_exempt

from ..errors import AlreadyAnswered, DoorClosed, NpsError, PluginInactive, TokenExpired, TokenInvalid
from ..surveys.answering import recording
from .frame import Frame, protect, render

logger = logging.getLogger(__name__)

View = Callable[..., HttpResponse]

_BROKEN_REQUESTS = (BadRequest, SuspiciousOperation, MultiPartParserError, UnreadablePostError)


@dataclass(frozen=True)
class Words:
    """What a refusal says, to be translated."""

    status: int
    title: str
    text: str


UNKNOWN = Words(
    404,
    gettext_noop("We cannot find this page"),
    gettext_noop("The link may be incomplete. Please open it from our e-mail; if you copy it, copy all of it."),
)
EXPIRED = Words(
    410,
    gettext_noop("This survey is closed"),
    gettext_noop(
        "The link has expired, so we can no longer take an answer here. "
        "If there is something you want to tell us, please write to our customer service."
    ),
)
CLOSED = Words(
    410,
    gettext_noop("This survey is closed"),
    gettext_noop(
        "It takes no more answers at this address. "
        "If there is something you want to tell us, please write to our customer service."
    ),
)
SWITCHED_OFF = Words(
    404,
    gettext_noop("Our surveys are paused"),
    gettext_noop("We are not collecting answers at the moment. There is nothing you need to do."),
)
ALREADY_ANSWERED = Words(
    409,
    gettext_noop("You have answered already"),
    gettext_noop("Thank you! We have your answer, and the time to change it is over. There is nothing you need to do."),
)
TOO_LARGE = Words(
    413,
    gettext_noop("That is too much text"),
    gettext_noop(
        "Please go back with your browser: your text is still there. Shorten it to 5000 characters and send it again."
    ),
)
UNREADABLE = Words(
    400,
    gettext_noop("We could not read that"),
    gettext_noop("Please go back with your browser and send your answer again."),
)
METHOD_NOT_ALLOWED = Words(
    405,
    gettext_noop("This does not work here"),
    gettext_noop("Please open the link from our e-mail."),
)
AWAY = Words(
    503,
    gettext_noop("One moment, please"),
    gettext_noop(
        "We cannot reach our notes just now. Please wait a minute and load this page again; "
        "if you were sending an answer, go back with your browser first: your text is still there."
    ),
)
_WORDS: dict[type[Exception], Words] = {
    TokenInvalid: UNKNOWN,
    # Before what it is a kind of.
    DoorClosed: CLOSED,
    TokenExpired: EXPIRED,
    PluginInactive: SWITCHED_OFF,
    AlreadyAnswered: ALREADY_ANSWERED,
    RequestDataTooBig: TOO_LARGE,
}


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
            except (NpsError, *_BROKEN_REQUESTS) as error:
                return protect(refuse(request, token, error))
            except (InterfaceError, OperationalError):
                logger.exception("NPS could not reach the database for a page")
                return protect(_away(request))

        return csrf_exempt(guarded)

    return decorate


def refuse(request: HttpRequest, token: str, error: Exception) -> HttpResponse:
    """Return the page that explains a refusal."""
    words = next((words for refused, words in _WORDS.items() if isinstance(error, refused)), UNREADABLE)
    return message(_frame(request, token), words)


def message(frame: Frame, words: Words, *, status: int = 0) -> HttpResponse:
    """Return a page with nothing but a title and a text; with another status where it is no refusal."""
    with translation.override(frame.language):
        context = {"title": gettext(words.title), "text": gettext(words.text)}
    return render("message", frame, context, status=status or words.status)


def _frame(request: HttpRequest, token: str) -> Frame:
    try:
        return Frame.of(recording.find_invitation(token))
    except TokenInvalid:
        return Frame.of_stranger(request)


def _method_not_allowed(request: HttpRequest, methods: tuple[str, ...]) -> HttpResponse:
    response = message(Frame.of_stranger(request), METHOD_NOT_ALLOWED)
    response["Allow"] = ", ".join(methods)
    return response


def _away(request: HttpRequest) -> HttpResponse:
    response = message(Frame.of_stranger(request), AWAY)
    response["Retry-After"] = "60"
    return response


@page("GET", "POST")
def unknown_address(request: HttpRequest, token: str) -> HttpResponse:
    """Any address below ours that leads nowhere."""
    raise TokenInvalid
