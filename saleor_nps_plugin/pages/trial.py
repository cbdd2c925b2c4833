"""The survey as staff try it out: it looks like the real one and records nothing."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.translation import gettext, gettext_noop

from .. import languages
from ..surveys.making.trial import Trial, read_trial
from ..surveys.models import Invitation
from .form import Form, score_or_none
from .frame import Frame, Page, compose
from .opening import stamped
from .products import sample_products
from .refusals import Words, message, page
from .survey import questions_of, show_form, texts_in

NOTICE = gettext_noop("This is a test: nothing is recorded.")
NOT_REFUSED = Words(
    200,
    gettext_noop("This is a test"),
    gettext_noop("Here customers say that they want no more surveys. You still get them."),
)


@page("GET", "POST")
def survey(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows the form, POST the thanks."""
    invitation = _invitation(read_trial(token))
    language = languages.spoken(invitation.language_code)
    with translation.override(language):
        notice = gettext(NOTICE)
        questions, scale = questions_of(invitation), invitation.survey.scale
        products = sample_products(questions, language)
        form, errors = Form(score=score_or_none(request.GET.get("score"), scale), scale=scale), {}
        if request.method == "POST":
            form = Form.sent(request.POST, scale)
            errors = form.errors(questions, language, products)
    if errors or request.method != "POST":
        shown = show_form(invitation, None, form, errors, notice=notice, products=products)
        return stamped(shown, now=timezone.now()).response(status=422 if errors else 200)
    return thanks_page(invitation, score=form.score or 0, notice=notice).response()


@page("POST")
def seen(request: HttpRequest, token: str) -> HttpResponse:
    """Told by the page's script as on the real page."""
    read_trial(token)
    return HttpResponse(status=204)


@page("GET", "POST")
def opt_out(request: HttpRequest, token: str) -> HttpResponse:
    """Say what stands here on the real page."""
    return message(Frame.of(_invitation(read_trial(token))), NOT_REFUSED)


def thanks_page(invitation: Invitation, *, score: int, notice: str = "") -> Page:
    """Return the thanks as they are before anything is earned."""
    frame = Frame.of(invitation)
    context: dict[str, object] = {
        "thanks": texts_in(invitation, frame).thanks,
        "score": languages.localize_digits(score, frame.language),
        "until": "",
        "shares": [],
        "cashback": None,
        "rewards_url": "",
        "notice": notice,
    }
    return compose("thanks", frame, context)


def _invitation(trial: Trial) -> Invitation:
    return Invitation(survey=trial.survey, channel=trial.channel, language_code=trial.language_code)
