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
from ..surveys import answering, thanking
from ..surveys.models import Invitation, Question, Response
from ..surveys.scoring import HIGHEST_SCORE, SCORES, category
from ..surveys.submission import LONGEST_COMMENT
from ..surveys.texts import SurveyTexts, texts_of
from . import follow_ups
from .earned import earned
from .form import Form, score_or_none
from .frame import Frame, Page, compose, render
from .refusals import ALREADY_ANSWERED, message, page


@page("GET", "POST")
def survey(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows the form and records nothing, since mail scanners open every link; POST records."""
    now = timezone.now()
    invitation = answering.open_invitation(token, now=now)
    response = answering.response_to(invitation)
    if request.method == "POST":
        return _receive(request, token, invitation, response, now)
    if response is not None and response.editable_until <= now:
        return message(Frame.of(invitation), ALREADY_ANSWERED, status=200)
    clicked = score_or_none(request.GET.get("score"))
    if response is None:
        return _first_page(_FirstVisit.of(invitation, clicked)).response()
    form = Form.answered(response)
    return show_form(invitation, response, form if clicked is None else replace(form, score=clicked)).response()


@dataclass(frozen=True)
class _FirstVisit:
    """All that the page of an unanswered survey depends on. The invitation is one of many that have the same page."""

    frame: Frame
    definition: str
    language_code: str
    score: int | None
    invitation: Invitation = field(compare=False)

    @classmethod
    def of(cls, invitation: Invitation, score: int | None) -> "_FirstVisit":
        return cls(Frame.of(invitation), invitation.survey.definition, invitation.language_code, score, invitation)


@lru_cache(maxsize=256)
def _first_page(visit: _FirstVisit) -> Page:
    """Most visits are a mail scanner's or a reader's first, and all of those see one of a few pages."""
    return show_form(visit.invitation, None, Form(score=visit.score))


@page("GET")
def thanks(request: HttpRequest, token: str) -> HttpResponse:
    """Shown after the form was sent, with what the answer earned; reloading it sends nothing again."""
    now = timezone.now()
    invitation = answering.open_invitation(token, now=now)
    response = answering.response_to(invitation)
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
    answering.note_seen(token, now=timezone.now(), score=score_or_none(request.POST.get("score")))
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
    form = Form.sent(request.POST)
    if response is not None and response.editable_until <= now:
        raise AlreadyAnswered
    language = languages.spoken(invitation.language_code)
    questions = questions_of(invitation)
    with translation.override(language):
        errors = form.errors(questions, language)
    if errors:
        return show_form(invitation, response, form, errors).response(status=422)
    try:
        answering.submit(token, form.submission(questions), now=now)
    except (Invalid, Required):
        with translation.override(language):
            errors = {"form": gettext("Please check your answers and send them again.")}
        return show_form(invitation, response, form, errors).response(status=422)
    return _see_other("thanks/")


def _see_other(location: str) -> HttpResponse:
    response = HttpResponseRedirect(location)
    response.status_code = 303
    return response


def questions_of(invitation: Invitation) -> list[Question]:
    """Return the follow-up questions of an invitation's survey."""
    return list(invitation.survey.questions.all())


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
) -> Page:
    """Return the page with what stands in the form and what is wrong with it. Reads and writes no rows."""
    frame = Frame.of(invitation)
    questions = questions_of(invitation)
    with translation.override(frame.language):
        context = _scale(form, frame.language) | _follow_ups(questions, invitation, form, errors or {})
    context |= {
        "question": texts_in(invitation, frame).question,
        "errors": _summary(errors or {}),
        "score_error": (errors or {}).get("score", ""),
        "comment_error": (errors or {}).get("comment", ""),
        "is_new": response is None,
        "former_score": "" if response is None else languages.localize_digits(response.score, frame.language),
        "until": "" if response is None else _until(response, frame.language),
    }
    return compose("survey", frame, context | {"notice": notice})


def _scale(form: Form, language: str) -> dict[str, Any]:
    numbers = [
        {
            "value": score,
            "label": languages.localize_digits(score, language),
            "category": category(score).value,
            "is_chosen": score == form.score,
        }
        for score in SCORES
    ]
    return {
        "numbers": numbers,
        "lowest": languages.localize_digits(0, language),
        "highest": languages.localize_digits(HIGHEST_SCORE, language),
        "score": "" if form.score is None else form.score,
        "category": form.category.value if form.category else "none",
    }


def _follow_ups(
    questions: Sequence[Question], invitation: Invitation, form: Form, errors: Mapping[str, str]
) -> dict[str, Any]:
    language = languages.spoken(invitation.language_code)
    return {
        "wordings": follow_ups.wordings(questions, invitation),
        "fields": follow_ups.fields(questions, invitation, form, errors),
        "comment": form.comment,
        "comment_limit": LONGEST_COMMENT,
        "comment_limit_text": languages.localize_digits(LONGEST_COMMENT, language),
        "may_contact": form.may_contact,
    }


def _summary(errors: Mapping[str, str]) -> list[dict[str, str]]:
    """Errors in the order of the page, each with the id of the field to jump to."""
    return [{"target": "score-0" if name == "score" else name, "text": text} for name, text in errors.items()]


def _until(response: Response, language: str) -> str:
    """Return the end of the revision window as a <time>; the script writes it in the reader's own time."""
    local = timezone.localtime(response.editable_until)
    with translation.override(language):
        text = languages.localize_digits(f"{date_format(local, 'DATETIME_FORMAT')} {local:%Z}", language)
    return format_html('<time datetime="{}">{}</time>', local.isoformat(), text)
