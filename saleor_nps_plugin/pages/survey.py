"""The survey page: the score, the follow-up questions, and the thanks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext

from .. import languages
from ..errors import AlreadyAnswered, Invalid, Required
from ..surveys.answering import recording
from ..surveys.answering.submission import LONGEST_COMMENT
from ..surveys.following_up import thanking
from ..surveys.making import versions
from ..surveys.making.texts import SurveyTexts, texts_of
from ..surveys.models import Invitation, Question, Response, Scale
from ..surveys.reporting.scoring import scores_on
from . import follow_ups
from .earned import earned
from .form import Form, Product, score_or_none
from .frame import Frame, Page, compose, render
from .opening import MARK, TRAP, stamped, trace_of
from .products import products_of
from .refusals import ALREADY_ANSWERED, message, page
from .scales import LIKELY, numbers_of


@page("GET", "POST")
def survey(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows the form and records nothing, since mail scanners open every link; POST records."""
    now = timezone.now()
    invitation = recording.open_invitation(token, now=now)
    response = recording.response_to(invitation)
    if request.method == "POST":
        return _receive(request, token, invitation, response, now)
    if response is not None and response.editable_until <= now:
        return message(Frame.of(invitation), ALREADY_ANSWERED, status=200)
    clicked = score_or_none(request.GET.get("score"), invitation.survey.scale)
    if response is None:
        return stamped(_first_page(_FirstVisit.of(invitation, clicked)), now=now).response()
    form = Form.answered(response)
    form = form if clicked is None else replace(form, score=clicked)
    products = products_of(invitation, questions_of(invitation, form.version))
    return stamped(show_form(invitation, response, form, products=products), now=now).response()


@dataclass(frozen=True)
class _FirstVisit:
    """All that the page of an unanswered survey depends on. The invitation is one of many that have the same page."""

    frame: Frame
    definition: str
    language_code: str
    score: int | None
    products: tuple[Product, ...]
    is_known: bool
    invitation: Invitation = field(compare=False)

    @classmethod
    def of(cls, invitation: Invitation, score: int | None) -> "_FirstVisit":
        products = products_of(invitation, questions_of(invitation))
        survey = invitation.survey
        language, is_known = invitation.language_code, invitation.is_known
        return cls(Frame.of(invitation), survey.definition, language, score, products, is_known, invitation)


@lru_cache(maxsize=256)
def _first_page(visit: _FirstVisit) -> Page:
    """Most visits are a mail scanner's or a reader's first, and all of those see one of a few pages."""
    form = Form(score=visit.score, scale=visit.invitation.survey.scale)
    return show_form(visit.invitation, None, form, products=visit.products)


@page("GET")
def thanks(request: HttpRequest, token: str) -> HttpResponse:
    """Shown after the form was sent, with what the answer earned; reloading it sends nothing again."""
    now = timezone.now()
    invitation = recording.open_invitation(token, now=now)
    response = recording.response_to(invitation)
    if response is None:
        return HttpResponseRedirect("../")
    # Here rather than with the answer, which is not to wait for it; whoever never sees this page is thanked by mail.
    thanking.thank(response, now=now)
    frame = Frame.of(invitation)
    context = {
        "thanks": texts_in(invitation, frame).thanks,
        "score": languages.localize_digits(response.score, frame.language),
        "until": _until(response, frame.language) if response.editable_until > now else "",
    }
    return render("thanks", frame, context | earned(response, frame.language, now=now))


@page("POST")
def seen(request: HttpRequest, token: str) -> HttpResponse:
    """Told by the page's script when a human touches the page."""
    recording.note_seen(token, now=timezone.now(), score=score_or_none(request.POST.get("score")))
    return HttpResponse(status=204)


@page("GET")
def with_slash(request: HttpRequest, token: str) -> HttpResponse:
    """Links lose their last character in some mail programs; without it relative links would lead astray."""
    last_part = request.path.rpartition("/")[2]
    query = request.META.get("QUERY_STRING", "")
    # The dot keeps a token that looks like an address of its own from being one.
    return HttpResponseRedirect(f"./{quote(last_part)}/{'?' if query else ''}{query}")


def _receive(
    request: HttpRequest, token: str, invitation: Invitation, response: Response | None, now: datetime
) -> HttpResponse:
    form = Form.sent(request.POST, invitation.survey.scale)
    if not invitation.survey.asks_discourage:
        form = replace(form, discourage_score=None)
    if response is not None and response.editable_until <= now:
        raise AlreadyAnswered
    language = languages.spoken(invitation.language_code)
    questions = questions_of(invitation, form.version)
    products = products_of(invitation, questions)
    with translation.override(language):
        errors = form.errors(questions, language, products)
    if not errors:
        try:
            trace = trace_of(request, request.POST, now=now)
            recording.submit(token, form.submission(questions, products), now=now, trace=trace)
            return see_other("thanks/")
        except (Invalid, Required):
            with translation.override(language):
                errors = {"form": gettext("Please check your answers and send them again.")}
    return stamped(show_form(invitation, response, form, errors, products=products), now=now).response(status=422)


def see_other(location: str) -> HttpResponse:
    """Lead a browser that has sent a form to a page that it may load again."""
    response = HttpResponseRedirect(location)
    response.status_code = 303
    return response


def questions_of(invitation: Invitation, version: int | None = None) -> list[Question]:
    """Return the follow-up questions of a version of an invitation's survey; the newest one's where there is no such version.

    A page that was opened before the survey was edited is answered as it was.
    """
    survey = invitation.survey
    is_over = version is not None and 1 <= version < survey.version
    return versions.questions_of(survey, version if is_over else None)


def texts_in(invitation: Invitation, frame: Frame) -> SurveyTexts:
    """Return the words of an invitation's survey in its language."""
    shop_name = languages.keep_together(frame.shop_name, frame.language)
    return texts_of(invitation.survey, invitation.language_code, shop_name=shop_name)


def show_form(
    invitation: Invitation,
    response: Response | None,
    form: Form,
    errors: Mapping[str, str] | None = None,
    *,
    notice: str = "",
    products: Sequence[Product] = (),
    door_key: str | None = None,
    has_address: bool | None = None,
) -> Page:
    """Return the page with what stands in the form and what is wrong with it. Writes no rows.

    What it is sent with has to be `stamped` first. `products` are those of the order, for a question that asks for one.
    `door_key` is what a form carries that nobody was invited to, or "". Only whoever has an address that the shop knows is
    asked for leave to be written to: `has_address` says so of those whom nobody invited.
    """
    context = form_context(invitation, response, form, errors or {}, products)
    # Whoever came by themselves is asked by nobody.
    is_door = door_key is not None or (invitation.pk is not None and invitation.shopper_id is None)
    context |= {"notice": notice, "is_door": is_door, "door_key": door_key or ""}
    if has_address is None:
        # What was never saved is a trial, which looks like the real one.
        has_address = door_key is None and (invitation.pk is None or invitation.is_known)
    context["may_ask_to_write"] = has_address and not invitation.survey.is_anonymous
    return compose("survey", Frame.of(invitation), context)


def form_context(
    invitation: Invitation,
    response: Response | None,
    form: Form,
    errors: Mapping[str, str],
    products: Sequence[Product] = (),
) -> dict[str, Any]:
    """Return what a form shows, on whatever page it stands."""
    frame = Frame.of(invitation)
    questions = questions_of(invitation, form.version)
    with translation.override(frame.language):
        context = _scales(invitation, form, frame) | _follow_ups(questions, invitation, form, errors, products)
    return context | {
        "question": texts_in(invitation, frame).question,
        "errors": _summary(errors, invitation),
        "score_error": errors.get("score", ""),
        "comment_error": errors.get("comment", ""),
        "is_new": response is None,
        "former_score": "" if response is None else languages.localize_digits(response.score, frame.language),
        "until": "" if response is None else _until(response, frame.language),
        "version": form.version or invitation.survey.version,
        "opened": MARK,
        "trap": TRAP,
    }


def _scales(invitation: Invitation, form: Form, frame: Frame) -> dict[str, Any]:
    """The numbers of the score, and those of the second question where the survey asks it."""
    survey, language = invitation.survey, frame.language
    discourage = gettext("How likely are you to discourage a friend or colleague from buying at {shop_name}?")
    shop_name = languages.keep_together(frame.shop_name, language)
    return {
        "scale": numbers_of(survey.scale, form.score, language),
        "score": "" if form.score is None else form.score,
        "category": form.category.value if form.category else "none",
        "discourage": numbers_of(Scale.NPS, form.discourage_score, language, LIKELY)
        if survey.asks_discourage
        else None,
        "discourage_question": discourage.replace("{shop_name}", shop_name),
    }


def _follow_ups(
    questions: Sequence[Question],
    invitation: Invitation,
    form: Form,
    errors: Mapping[str, str],
    products: Sequence[Product],
) -> dict[str, Any]:
    language = languages.spoken(invitation.language_code)
    return {
        "wordings": follow_ups.wordings(questions, invitation),
        "fields": follow_ups.fields(questions, invitation, form, errors, products),
        "comment": form.comment,
        "comment_limit": LONGEST_COMMENT,
        "comment_limit_text": languages.localize_digits(LONGEST_COMMENT, language),
        "may_contact": form.may_contact,
    }


def _summary(errors: Mapping[str, str], invitation: Invitation) -> list[dict[str, str]]:
    """Errors in the order of the page, each with the id of the field to jump to."""
    first = f"score-{scores_on(invitation.survey.scale)[0]}"
    return [{"target": first if name == "score" else name, "text": text} for name, text in errors.items()]


def _until(response: Response, language: str) -> str:
    """Return the end of the revision window as a <time>; the script writes it in the reader's own time."""
    local = timezone.localtime(response.editable_until)
    with translation.override(language):
        text = languages.localize_digits(f"{date_format(local, 'DATETIME_FORMAT')} {local:%Z}", language)
    return format_html('<time datetime="{}">{}</time>', local.isoformat(), text)
