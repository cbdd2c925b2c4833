"""Where tablets and storefronts send answers: they are kept at once, and recorded by the worker."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import wraps
from typing import Any
from uuid import UUID

from django.core.exceptions import BadRequest, RequestDataTooBig, SuspiciousOperation
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict, UnreadablePostError
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from .. import languages
from ..errors import (
    Invalid,
    NpsError,
    PluginInactive,
    ScoreOutOfRange,
    TokenExpired,
    TokenInvalid,
    TooManyRequests,
)
from ..surveys.answering import crowds, door_answers, doors
from ..surveys.answering.submission import Submission, check
from ..surveys.models import Door, DoorKind, Question
from .door import language_of
from .form import Form, field_name
from .opening import TRAP, trace_of
from .survey import questions_of

# A comment of 5000 letters is nine times as many characters in a form, in Persian and most other scripts.
LARGEST = 64 * 1024
_STATUS: Mapping[type[NpsError], tuple[int, str]] = {
    TokenInvalid: (404, "unknown"),
    TokenExpired: (410, "closed"),
    PluginInactive: (410, "closed"),
}
_BROKEN = (BadRequest, SuspiciousOperation, UnreadablePostError, UnicodeError)
View = Callable[[HttpRequest, str], HttpResponse]


class NotAdmitted(NpsError):
    """A page at an origin that the door is not meant for."""


class TooLarge(NpsError):
    """More than an answer can be."""


def told_to_scripts(*methods: str) -> Callable[[View], View]:
    """Make a view that scripts call, on pages of whatever origin: it refuses in JSON, {"error": a word}.

    A request without cookies and without headers of its own: browsers send it from anywhere without asking first.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, token: str) -> HttpResponse:
            if request.method not in methods:
                return HttpResponse(status=405, headers={"Allow": ", ".join(methods)})
            try:
                answer = view(request, token)
            except NpsError as error:
                answer = _refusal(error)
            except RequestDataTooBig:
                answer = _refusal(TooLarge())
            except _BROKEN:
                answer = JsonResponse({"error": "unreadable"}, status=400)
            answer.headers.setdefault("Cache-Control", "no-store")
            answer["X-Content-Type-Options"] = "nosniff"
            answer["X-Robots-Tag"] = "noindex, nofollow"
            answer["Vary"] = "Origin"
            if request.headers.get("Origin") and answer.status_code != 403:
                answer["Access-Control-Allow-Origin"] = request.headers["Origin"]
            return answer

        return csrf_exempt(guarded)

    return decorate


def _refusal(error: NpsError) -> HttpResponse:
    if isinstance(error, NotAdmitted):
        return JsonResponse({"error": "origin"}, status=403)
    if isinstance(error, TooLarge):
        return JsonResponse({"error": "too large"}, status=413)
    if isinstance(error, TooManyRequests):
        return JsonResponse({"error": "too many"}, status=429, headers={"Retry-After": crowds.RETRY_AFTER.seconds})
    status, word = next((found for kind, found in _STATUS.items() if isinstance(error, kind)), (422, "invalid"))
    return JsonResponse({"error": word, "field": error.field}, status=status)


def open_to(request: HttpRequest, token: str, *kinds: str) -> Door:
    """Return the open door that a script asks at. Raises NotAdmitted beside what `doors.open_door` raises."""
    door = doors.find_door(token)
    if door.kind not in kinds:
        raise TokenInvalid
    # First, so that a storefront that may not ask learns nothing.
    if door.kind == DoorKind.SNIPPET and not doors.admits(door, request.headers.get("Origin", "")):
        raise NotAdmitted
    doors.see_open(door)
    return door


@told_to_scripts("POST")
def receive(request: HttpRequest, token: str) -> HttpResponse:
    """Keep an answer, a form in the body, and answer 202: {"accepted": true}, or false for one that is known already.

    Fields as of the survey page, and: `key`, a UUID of the device's own by which an answer sent again is known; `waited`,
    how many seconds the device kept it; `seconds`, how long somebody took; `language`. 410: the door is closed;
    429: its network has sent too many, and may again in a minute.
    """
    now = timezone.now()
    door = open_to(request, token, DoorKind.KIOSK, DoorKind.SNIPPET)
    data = _body_of(request)
    key = _key_in(data)
    language_code = language_of(door, request, _language_in(data))
    given = _submission(door, data)
    is_new = door_answers.keep(
        door,
        given,
        key=key,
        language_code=language_code,
        now=now,
        waited=timedelta(seconds=_seconds_in(data, "waited") or 0),
        trace=_trace(request, data, now),
    )
    return JsonResponse({"accepted": is_new}, status=202)


def _body_of(request: HttpRequest) -> QueryDict:
    length = request.headers.get("Content-Length") or "0"
    if (length.isdecimal() and int(length) > LARGEST) or len(request.body) > LARGEST:
        raise TooLarge
    return QueryDict(request.body, encoding="utf-8")


def _key_in(data: QueryDict) -> UUID:
    text = data.get("key", "")
    if not re.fullmatch(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", text):
        raise Invalid("An answer has a key, a UUID.", field="key")
    return UUID(text)


def _language_in(data: QueryDict) -> str:
    text = data.get("language", "")
    return languages.spoken(text) if re.fullmatch(r"[A-Za-z-]{2,35}", text) else ""


def _submission(door: Door, data: QueryDict) -> Submission:
    """What can be recorded of an answer. Nobody is there any more who could put right what was typed wrongly: a part that
    is wrong is left out, and without a score there is nothing."""
    form = Form.sent(data, door.survey.scale)
    if form.score is None:
        raise ScoreOutOfRange(field="score")
    questions = questions_of(doors.visit(door, ""), form.version)
    wrong = form.errors(questions, languages.DEFAULT)
    if "comment" in wrong and form.comment:
        raise Invalid("The comment is too long.", field="comment")
    given = form.submission([question for question in questions if not _is_wrong(question, form, wrong)])
    check(given, door.survey, may_leave_out=True)
    return given


def _is_wrong(question: Question, form: Form, wrong: Mapping[str, str]) -> bool:
    return field_name(question) in wrong and bool(form.values(question))


def _seconds_in(data: QueryDict, name: str) -> float | None:
    text = data.get(name, "")
    return float(text) if re.fullmatch(r"[0-9]{1,7}(\.[0-9]{1,6})?", text) else None


def _trace(request: HttpRequest, data: QueryDict, now: datetime) -> dict[str, Any]:
    """As that of a page; but a page that stays open for a day says nothing, so the script counts."""
    return trace_of(request, data, now=now) | {
        "seconds": _seconds_in(data, "seconds"),
        "honeypot": bool(data.get(TRAP)),
    }
