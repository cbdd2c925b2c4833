"""The page "Surveys": the words that customers read, where and when they are asked; seen and tried before it is so."""

import json
from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import re_path
from django.utils import timezone
from django.utils.translation import gettext, ngettext

from ...errors import Conflict, Invalid, NotFound
from ...shop import get_shop
from ...shop.staff import SETTINGS, Staff
from ...surveys.asking.dry_run import Asking, dry_run
from ...surveys.making import editing, versions
from ...surveys.making.drafts import Draft, draft_of
from ...surveys.making.texts import shown_name
from ...surveys.making.trial import send_trial
from ...surveys.models import Survey
from ...surveys.reporting.scoring import Category
from ..frame import base_of, last_of, notify, page, part, show
from ..words import touchpoint
from .arranging import Step
from .cards import card_of
from .dry_runs import days_of, described
from .forms import Form
from .naming import group_scores, language_name
from .previews import previews_of, trial_of
from .reading import is_language
from .starting import NEW, STARTS, start_hint, start_name, start_of, unsaved


@page(SETTINGS)
def surveys(request: HttpRequest, staff: Staff) -> HttpResponse:
    """List the surveys that this person may see."""
    names = _channels(staff)
    rows = Survey.objects.prefetch_related("texts", versions.asked()).order_by("-is_active", "name")
    context = {"surveys": [card_of(survey, names) for survey in rows if _sees(staff, survey)]}
    return show(request, "surveys.html", context, title=gettext("Surveys"), section="surveys")


@page(SETTINGS)
def new(request: HttpRequest, staff: Staff) -> HttpResponse:
    """Show the form of a survey that is not stored yet, or what it can begin with."""
    if last_of(request, "kind") not in STARTS:
        starts = [{"kind": kind, "name": start_name(kind), "hint": start_hint(kind)} for kind in STARTS]
        return show(request, "survey_new.html", {"starts": starts}, title=gettext("New survey"), section="surveys")
    return survey(request, staff, NEW)


def survey(request: HttpRequest, staff: Staff, pk: str) -> HttpResponse:
    """Show a survey as a form, with its page and e-mail beside it."""
    found, beginning = _survey(request, staff, pk)
    form = Form.opened(found, last_of(request, "language"), beginning)
    context = _form_context(form, request, staff)
    context |= {
        "title": shown_name(found.slug, found.name),
        "touched": touchpoint(found.touchpoint),
        "groups": [{"name": asked.value, "scores": group_scores(asked, found.scale)} for asked in Category],
        "own_channels": [item for item in context["channels"] if not found.channels or item["slug"] in found.channels],
    }
    return show(request, "survey.html", context, title=context["title"] or gettext("New survey"), section="surveys")


@page(SETTINGS)
def stored(request: HttpRequest, staff: Staff, pk: str) -> HttpResponse:
    """Show a survey that is stored."""
    return survey(request, staff, pk)


@part(SETTINGS, methods=("POST",))
def save(request: HttpRequest, staff: Staff, pk: str) -> HttpResponse:
    """Store the form, or show it again with what is wrong with it or was changed meanwhile."""
    form = _sent(request, staff, pk)
    _see_allowed(staff, form)
    if form.errors:
        return _again(request, staff, form)
    if form.is_new:
        return _create(request, form)
    try:
        editing.save(form.survey.pk, form.draft, known=form.known, now=timezone.now())
    except Conflict:
        form = form.following(draft_of(_survey(request, staff, pk)[0]))
        return _again(request, staff, form)
    saved = Form.opened(_survey(request, staff, pk)[0], form.language)
    return notify(_again(request, staff, saved, is_unsaved=False), gettext("Survey saved."))


def _create(request: HttpRequest, form: Form) -> HttpResponse:
    made = editing.create(form.draft)
    response = HttpResponse(status=204)
    place = {"path": f"{base_of(request)}surveys/{made.pk}/", "target": "#page"}
    response["HX-Location"] = json.dumps(place)
    return notify(response, gettext("Survey saved."))


@part(SETTINGS, methods=("POST",))
def add_language(request: HttpRequest, staff: Staff, pk: str) -> HttpResponse:
    """Show the form with one more language to write in; nothing is stored."""
    form = _sent(request, staff, pk, goes_on=True)
    code = request.POST.get("more", "")
    if code and is_language(code):
        form = replace(form, added=(*form.added, code), language=code)
    return _changed(request, staff, form)


@part(SETTINGS, methods=("POST",))
def arrange_questions(request: HttpRequest, staff: Staff, pk: str) -> HttpResponse:
    """Show the form after a button beside its questions was pressed; nothing is stored."""
    step = Step(
        action=last_of(request, "do"),
        at=_place(last_of(request, "at")),
        choice=_place(last_of(request, "choice")),
        kind=last_of(request, "add") or last_of(request, "add_kind"),
    )
    return _changed(request, staff, _sent(request, staff, pk, goes_on=True).arranged(step))


def _changed(request: HttpRequest, staff: Staff, form: Form) -> HttpResponse:
    response = show(request, "survey_form.html", _form_context(form, request, staff) | {"is_unsaved": True})
    response["HX-Trigger"] = "questions_changed"
    return response


@part(SETTINGS, methods=("POST",))
def preview(request: HttpRequest, staff: Staff, pk: str) -> HttpResponse:
    """Show page, e-mail and thanks with the form's words, stored or not."""
    form = _sent(request, staff, pk)
    context = previews_of(form, request, staff) | {"version_note": form.told_of_version()}
    return show(request, "survey_previews.html", context)


@part(SETTINGS, methods=("POST",))
def send_test(request: HttpRequest, staff: Staff, pk: str) -> HttpResponse:
    """Send the e-mail with the form's words, stored or not, to whoever asks for it."""
    form = _sent(request, staff, pk)
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
    form = _sent(request, staff, pk)
    if form.errors:
        raise Invalid(_wrong(form))
    days = days_of(request)
    result = dry_run(
        get_shop().settings(),
        surveys=[Asking(form.draft.channels, form.draft.ignores_cooldown)],
        days=days,
        now=timezone.now(),
        channels=staff.channels,
    )
    return show(request, "dry_run.html", described(result, days))


def _sent(request: HttpRequest, staff: Staff, pk: str, *, goes_on: bool = False) -> Form:
    found, beginning = _survey(request, staff, pk)
    return Form.sent(found, request.POST, beginning, goes_on=goes_on)


def _place(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 4 else -1


def _again(request: HttpRequest, staff: Staff, form: Form, *, is_unsaved: bool = True) -> HttpResponse:
    """Show the form, which says itself what is wrong with it or was changed meanwhile."""
    return show(request, "survey_form.html", _form_context(form, request, staff) | {"is_unsaved": is_unsaved})


def _form_context(form: Form, request: HttpRequest, staff: Staff) -> dict[str, Any]:
    may_save = staff.channels is None or form.is_new or bool(form.survey.channels)
    return form.context(_channels(staff)) | {
        "kind": last_of(request, "kind") if form.is_new else "",
        "is_unsaved": False,
        "may_save": may_save,
        "may_every": staff.channels is None,
        "email": staff.email,
    }


def _wrong(form: Form) -> str:
    sentence = ngettext("{count} field needs something else.", "{count} fields need something else.", len(form.errors))
    return sentence.format(count=len(form.errors))


def _channels(staff: Staff) -> dict[str, str]:
    slugs = [slug for slug in get_shop().channels() if staff.sees(slug)]
    names = get_shop().labels("channel", slugs)
    return {slug: names.get(slug, slug) for slug in slugs}


def _sees(staff: Staff, survey: Survey) -> bool:
    return staff.channels is None or not survey.channels or not staff.channels.isdisjoint(survey.channels)


def _survey(request: HttpRequest, staff: Staff, pk: str) -> tuple[Survey, Draft | None]:
    """Return a survey; one that is not stored yet comes with what it begins with."""
    if pk == NEW:
        beginning = start_of(last_of(request, "kind"), staff)
        return unsaved(beginning), beginning
    found = Survey.objects.prefetch_related("texts", versions.asked()).filter(pk=int(pk)).first()
    if found is None or not _sees(staff, found):
        raise NotFound(gettext("There is no such survey."))
    return found, None


def _see_allowed(staff: Staff, form: Form) -> None:
    """Whoever works for some channels changes surveys of no other channel."""
    if staff.channels is None:
        return
    for channels in (form.draft.channels, *([] if form.is_new else [form.survey.channels])):
        if not channels or not staff.channels.issuperset(channels):
            raise NotFound(gettext("You may change surveys of your own channels only."))


_ONE = rf"^/surveys/(?P<pk>[0-9]{{1,9}}|{NEW})"
urlpatterns = [
    re_path(r"^/surveys/?$", surveys),
    re_path(rf"^/surveys/{NEW}/?$", new),
    re_path(r"^/surveys/(?P<pk>[0-9]{1,9})/?$", stored),
    re_path(rf"{_ONE}/save/?$", save),
    re_path(rf"{_ONE}/language/?$", add_language),
    re_path(rf"{_ONE}/questions/?$", arrange_questions),
    re_path(rf"{_ONE}/preview/?$", preview),
    re_path(r"^/surveys/(?P<pk>[0-9]{1,9})/test/?$", send_test),
    re_path(rf"{_ONE}/try/?$", try_out),
]
