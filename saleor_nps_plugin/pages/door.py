"""The survey behind a link that anybody may open: printed on a receipt, a poster, a card in the parcel."""

from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.translation import gettext

from .. import languages
from ..errors import Invalid, Required, TooManyRequests
from ..links import form_token, invitation_token, read_form_token, survey_path
from ..surveys.answering import crowds, doors
from ..surveys.models import Door, DoorKind
from . import qr
from .form import Form, score_or_none
from .opening import stamped, trace_of
from .refusals import page
from .survey import questions_of, see_other, show_form


@page("GET", "POST")
def survey(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows a fresh form and records nothing; POST records it once, and leads to the thanks of any other answer."""
    now = timezone.now()
    door = doors.open_door(token, DoorKind.LINK)
    language_code = language_of(door, request)
    visit = doors.visit(door, language_code)
    scale = door.survey.scale
    if request.method != "POST":
        form = Form(score=score_or_none(request.GET.get("score"), scale), scale=scale)
        page = show_form(visit, None, form, door_key=form_token(uuid4()))
        return stamped(page, now=now).response()
    key = read_form_token(request.POST.get("door_key", ""))
    form = Form.sent(request.POST, scale)
    questions = questions_of(visit, form.version)
    language = languages.spoken(language_code)
    with translation.override(language):
        errors = form.errors(questions, language)
    status = 422
    if not errors:
        try:
            trace = trace_of(request, request.POST, now=now)
            given = form.submission(questions)
            doors.record(door, given, key=key, language_code=language_code, now=now, trace=trace)
            return see_other(f"../..{survey_path(invitation_token(key))}thanks/")
        except (Invalid, Required):
            with translation.override(language):
                errors = {"form": gettext("Please check your answers and send them again.")}
        except TooManyRequests:
            status = 429
            with translation.override(language):
                errors = {
                    "form": gettext("Very many answers come from your network. Wait a minute, then send yours again.")
                }
    shown = show_form(visit, None, form, errors, door_key=form_token(key))
    response = stamped(shown, now=now).response(status=status)
    if status == 429:
        response["Retry-After"] = crowds.RETRY_AFTER.seconds
    return response


def language_of(door: Door, request: HttpRequest, wanted: str = "") -> str:
    """Return the language of a visitor: the door's own, or `wanted`, or the browser's."""
    return door.language_code or wanted or languages.spoken_from_header(request.headers.get("Accept-Language", ""))


@page("GET")
def qr_svg(request: HttpRequest, token: str) -> HttpResponse:
    """The address of what a door opens, as a QR code for print."""
    return qr.picture(doors.url_of(doors.find_door(token)), "svg")


@page("GET")
def qr_png(request: HttpRequest, token: str) -> HttpResponse:
    """The same as pixels."""
    return qr.picture(doors.url_of(doors.find_door(token)), "png")
