"""The survey of an anonymous wave. Nothing that comes with a request is noted but the answer itself."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.translation import gettext, gettext_noop

from .. import languages
from ..errors import Invalid, Required
from ..links import read_ballot_token
from ..surveys.answering import ballots
from ..surveys.models import Invitation
from .form import Form, score_or_none
from .frame import Frame, render
from .opening import stamped
from .refusals import Words, message, page
from .survey import questions_of, see_other, show_form

NOTICE = gettext_noop(
    "This survey is anonymous: nobody can see who gave which answer. What you write is read as you write it."
)
THANKS = Words(
    200,
    gettext_noop("Thank you"),
    gettext_noop("We have your answer, and nothing with it that leads to you. It cannot be changed any more."),
)


@page("GET", "POST")
def survey(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows the form and records nothing, since mail scanners open every link; POST uses the ballot up."""
    now = timezone.now()
    visit = _visit(ballots.enter(token, now=now))
    scale, language = visit.survey.scale, languages.spoken(visit.language_code)
    with translation.override(language):
        notice = gettext(NOTICE)
    if request.method != "POST":
        form = Form(score=score_or_none(request.GET.get("score"), scale), scale=scale)
        return stamped(show_form(visit, None, form, notice=notice, door_key=""), now=now).response()
    form = Form.sent(request.POST, scale)
    questions = questions_of(visit, form.version)
    with translation.override(language):
        errors = form.errors(questions, language)
    if not errors:
        try:
            ballots.cast(token, form.submission(questions), now=now)
            return see_other("thanks/")
        except (Invalid, Required):
            with translation.override(language):
                errors = {"form": gettext("Please check your answers and send them again.")}
    shown = show_form(visit, None, form, errors, notice=notice, door_key="")
    return stamped(shown, now=now).response(status=422)


@page("GET")
def thanks(request: HttpRequest, token: str) -> HttpResponse:
    """Shown to whoever used a ballot, and to whoever comes back; nothing is left of it but its language."""
    _, language_code = read_ballot_token(token)
    return message(Frame.of_channel("", language_code, request), THANKS)


@page("GET", "POST")
def opt_out(request: HttpRequest, token: str) -> HttpResponse:
    """GET asks, POST opts the owner of an address out; mail programs POST here, too (RFC 8058)."""
    is_out = ballots.has_opted_out(token)
    if request.method == "POST":
        ballots.opt_out(token, now=timezone.now())
        is_out = True
    return render("opt_out", Frame.of_stranger(request), {"is_out": is_out})


def _visit(booth: ballots.Booth) -> Invitation:
    """What pages are made for; never saved."""
    survey = booth.wave.survey
    survey.is_anonymous = True
    return Invitation(survey=survey, channel=booth.wave.channel, language_code=booth.language_code)
