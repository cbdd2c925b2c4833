"""The survey on a tablet in the store: one question after the other, and back to the start by itself."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from .. import languages
from ..surveys.answering import doors
from ..surveys.models import DoorKind
from . import assets
from .door import language_of
from .form import Form
from .frame import Frame, compose
from .opening import stamped
from .refusals import page
from .survey import form_context, texts_in

# How long somebody may stand there and think, and how long the thanks stay.
IDLE_SECONDS = 20
THANKS_SECONDS = 5


@page("GET")
def kiosk(request: HttpRequest, token: str) -> HttpResponse:
    """The whole of it in one page, which its script walks through; `receive` takes the answers."""
    door = doors.open_door(token, DoorKind.KIOSK)
    visit = doors.visit(door, language_of(door, request))
    frame = Frame.of(visit)
    context = form_context(visit, None, Form(scale=door.survey.scale), {})
    context |= {
        "thanks": texts_in(visit, frame).thanks,
        "language_code": visit.language_code,
        "door": door.pk,
        "idle": IDLE_SECONDS,
        "stays": THANKS_SECONDS,
        "is_rtl": languages.direction(frame.language) == "rtl",
    }
    style, script = assets.kiosk_style(frame.color), assets.kiosk_script()
    return stamped(compose("kiosk", frame, context, style=style, script=script), now=timezone.now()).response()
