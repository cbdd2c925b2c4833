"""The page "Surveys": the words that customers read, where and when they are asked; seen and tried before it is so."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import re_path
from django.utils import timezone
from django.utils.translation import gettext, ngettext

from ...errors import Conflict, Invalid, NotFound
from ...shop import get_shop
from ...shop.staff import SETTINGS, Staff
from ...surveys import editing
from ...surveys.dry_run import dry_run
from ...surveys.models import Survey
from ...surveys.scoring import Category
from ...surveys.trial import send_trial
from ..frame import last_of, notify, page, part, show
from ..words import touchpoint
from .dry_runs import days_of, described
from .forms import Form, language_name, scores_of
from .previews import previews_of, trial_of


@page(SETTINGS)
def surveys(request: HttpRequest, staff: Staff) -> HttpResponse:
    """List the surveys that this person may see."""
    names = _channels(staff)
    rows = Survey.objects.prefetch_related("texts").order_by("-is_active", "name")
    context = {"surveys": [_row(survey, names) for survey in rows if _sees(staff, survey)]}
    return show(request, "surveys.html", context, title=gettext("Surveys"), section="surveys")


@page(SETTINGS)
def survey(request: HttpRequest, staff: Staff, pk: str) -> HttpResponse:
    """Show a survey as a form, with its page and e-mail beside it."""
    found = _survey(staff, pk)
    context = _form_context(Form.opened(found, last_of(request, "language")), staff)
    context |= {
        "touched": touchpoint(found.touchpoint),
        "groups": [{"name": asked.value, "scores": scores_of(asked)} for asked in Category],
        "own_channels": [item for item in context["channels"] if not found.channels or item["slug"] in found.channels],
    }
    return show(request, "survey.html", context, title=found.name, section="surveys")


@part(SETTINGS, methods=("POST",))
def save(request: HttpRequest, staff: Staff, pk: str) -> HttpResponse:
    """Store the form, or show it again with what is wrong with it or was changed meanwhile."""
    found = _survey(staff, pk)
    form = Form.sent(found, request.POST)
    _see_allowed(staff, found, form.draft)
    if form.errors:
        return _again(request, staff, form, _wrong(form), "error")
    try:
        editing.save(found.pk, form.draft, known=form.known)
    except Conflict:
        theirs = editing.draft_of(_survey(staff, pk))
        form = replace(form, theirs=theirs, known=theirs.fingerprint)
        told = gettext("Nothing was saved: somebody else has changed this survey meanwhile.")
        return _again(request, staff, form, told, "error")
    return _again(request, staff, Form.opened(_survey(staff, pk), form.language), gettext("Survey saved."), "success")


@part(SETTINGS, methods=("POST",))
def add_language(request: HttpRequest, staff: Staff, pk: str) -> HttpResponse:
    """Show the form with one more language to write in; nothing is stored."""
    form = Form.sent(_survey(staff, pk), request.POST)
    code = request.POST.get("more", "")
    if code:
        form = replace(form, added=(*form.added, code), language=code)
    return show(request, "survey_form.html", _form_context(form, staff) | {"is_unsaved": True})


@part(SETTINGS, methods=("POST",))
def preview(request: HttpRequest, staff: Staff, pk: str) -> HttpResponse:
    """Show page, e-mail and thanks with the form's words, stored or not."""
    form = Form.sent(_survey(staff, pk), request.POST)
    return show(request, "survey_previews.html", previews_of(form, request, staff))


@part(SETTINGS, methods=("POST",))
def send_test(request: HttpRequest, staff: Staff, pk: str) -> HttpResponse:
    """Send the e-mail with the form's words, stored or not, to whoever asks for it."""
    form = Form.sent(_survey(staff, pk), request.POST)
    if form.errors:
        raise Invalid(_wrong(form))
    if not staff.email:
        raise Invalid(gettext("Your account has no e-mail address."))
    send_trial(trial_of(form, request, staff), to=staff.email, first_name=staff.name.split(" ")[0])
    told = gettext("A test in {language} is on its way to {address}.")
    told = told.replace("{language}", language_name(form.language)).replace("{address}", staff.email)
    return notify(HttpResponse(status=204), told)


@part(SETTINGS, methods=("POST",))
def try_out(request: HttpRequest, staff: Staff, pk: str) -> HttpResponse:
    """Say what this survey, as the form has it, would have done lately."""
    form = Form.sent(_survey(staff, pk), request.POST)
    if form.errors:
        raise Invalid(_wrong(form))
    days = days_of(request)
    result = dry_run(
        get_shop().settings(),
        surveys=[form.draft.channels],
        days=days,
        now=timezone.now(),
        channels=staff.channels,
    )
    return show(request, "dry_run.html", described(result, days))


def _again(request: HttpRequest, staff: Staff, form: Form, told: str, status: str) -> HttpResponse:
    context = _form_context(form, staff) | {"is_unsaved": status != "success"}
    return notify(show(request, "survey_form.html", context), told, status=status)


def _form_context(form: Form, staff: Staff) -> dict[str, Any]:
    may_save = staff.channels is None or bool(form.survey.channels)
    return form.context(_channels(staff)) | {
        "is_unsaved": False,
        "may_save": may_save,
        "may_every": staff.channels is None,
        "email": staff.email,
    }


def _wrong(form: Form) -> str:
    sentence = ngettext("{count} field needs something else.", "{count} fields need something else.", len(form.errors))
    return sentence.format(count=len(form.errors))


def _row(survey: Survey, names: Mapping[str, str]) -> dict[str, Any]:
    own = sorted(language_name(text.language_code) for text in survey.texts.all())
    return {
        "pk": survey.pk,
        "name": survey.name,
        "is_active": survey.is_active,
        "touchpoint": touchpoint(survey.touchpoint),
        "channels": ", ".join(names.get(slug, slug) for slug in survey.channels),
        "delay": survey.delay_hours,
        "languages": ", ".join(own),
    }


def _channels(staff: Staff) -> dict[str, str]:
    slugs = [slug for slug in get_shop().channels() if staff.sees(slug)]
    names = get_shop().labels("channel", slugs)
    return {slug: names.get(slug, slug) for slug in slugs}


def _sees(staff: Staff, survey: Survey) -> bool:
    return staff.channels is None or not survey.channels or not staff.channels.isdisjoint(survey.channels)


def _survey(staff: Staff, pk: str) -> Survey:
    found = Survey.objects.prefetch_related("texts", "questions").filter(pk=int(pk)).first()
    if found is None or not _sees(staff, found):
        raise NotFound(gettext("There is no such survey."))
    return found


def _see_allowed(staff: Staff, survey: Survey, draft: editing.Draft) -> None:
    """Whoever works for some channels changes surveys of no other channel."""
    if staff.channels is None:
        return
    for channels in (survey.channels, draft.channels):
        if not channels or not staff.channels.issuperset(channels):
            raise NotFound(gettext("You may change surveys of your own channels only."))


urlpatterns = [
    re_path(r"^/surveys/?$", surveys),
    re_path(r"^/surveys/(?P<pk>[0-9]{1,9})/?$", survey),
    re_path(r"^/surveys/(?P<pk>[0-9]{1,9})/save/?$", save),
    re_path(r"^/surveys/(?P<pk>[0-9]{1,9})/language/?$", add_language),
    re_path(r"^/surveys/(?P<pk>[0-9]{1,9})/preview/?$", preview),
    re_path(r"^/surveys/(?P<pk>[0-9]{1,9})/test/?$", send_test),
    re_path(r"^/surveys/(?P<pk>[0-9]{1,9})/try/?$", try_out),
]
