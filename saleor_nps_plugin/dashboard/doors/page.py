"""Doors to surveys: what there is, a new one, and what to print, to open on a tablet or to paste into a storefront."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

from django.db.models import Q, Sum
from django.http import HttpRequest, HttpResponse
from django.urls import re_path
from django.utils.translation import gettext, gettext_noop

from ... import languages
from ...errors import Invalid, NotFound
from ...links import door_path, door_token, qr_path
from ...shop import get_shop
from ...shop.staff import SETTINGS, Staff
from ...surveys.answering import door_answers, doors
from ...surveys.answering.doors import DoorDraft
from ...surveys.making.texts import shown_name
from ...surveys.models import Door, DoorKind, Response, Survey, Tally
from ...surveys.reporting.tallies import SCORE_FIELDS
from ..frame import base_of, key_in, last_of, notify, page, part, show
from ..surveys.naming import language_name

KINDS: Mapping[str, tuple[str, str]] = {
    DoorKind.LINK: (
        gettext_noop("Link and QR code"),
        gettext_noop("To print on receipts, posters and cards: whoever opens it answers on their own phone."),
    ),
    DoorKind.KIOSK: (
        gettext_noop("Tablet in the store"),
        gettext_noop("One question after the other with large keys; it returns to the start by itself."),
    ),
    DoorKind.SNIPPET: (
        gettext_noop("Storefront"),
        gettext_noop("A small card asks some of the visitors of your shop's pages. It sets no cookie."),
    ),
}


@page(SETTINGS)
def doors_page(request: HttpRequest, staff: Staff) -> HttpResponse:
    """List the doors that this person may see."""
    names = _channels(staff)
    found = [door for door in Door.objects.select_related("survey") if _sees(staff, door)]
    answers = _answers(found)
    rows = [_row(door, names) | {"answers": answers[door.pk]} for door in found]
    return show(request, "doors.html", {"doors": rows}, title=gettext("Links, tablets, storefront"), section="surveys")


@page(SETTINGS)
def new(request: HttpRequest, staff: Staff) -> HttpResponse:
    """Ask what is needed."""
    kinds = [{"value": kind, "label": gettext(label), "told": gettext(told)} for kind, (label, told) in KINDS.items()]
    context = {
        "kinds": kinds,
        "surveys": _surveys(staff),
        "wanted": last_of(request, "survey"),
        "key": uuid4().hex,
        **_choices(staff),
    }
    return show(request, "door_new.html", context, title=gettext("New door"), section="surveys")


@part(SETTINGS, methods=("POST",))
def create(request: HttpRequest, staff: Staff) -> HttpResponse:
    """Open a door and show it."""
    survey = last_of(request, "survey")
    if not any(str(found.pk) == survey for found in _surveys(staff)):
        raise NotFound(gettext("There is no such survey."))
    draft = _typed(request, DoorDraft(kind=last_of(request, "kind"), survey_id=int(survey), name=""))
    door = doors.create(draft, channels=staff.channels, key=key_in(request))
    response = HttpResponse(status=204)
    place = {"path": f"{base_of(request)}doors/{door.pk}/", "target": "#page"}
    response["HX-Location"] = json.dumps(place)
    return notify(response, gettext("It is open."))


@page(SETTINGS)
def door(request: HttpRequest, staff: Staff, pk: str) -> HttpResponse:
    """Show a door: where it is, how to use it, what came through it."""
    found = _door(staff, pk)
    return show(request, "door.html", _context(request, found, staff), title=found.name, section="surveys")


@part(SETTINGS, methods=("POST",))
def save(request: HttpRequest, staff: Staff, pk: str) -> HttpResponse:
    """Change a door, close it or open it again; its address stays."""
    found = _door(staff, pk)
    stored = DoorDraft(
        kind=found.kind,
        survey_id=found.survey_id,
        name=found.name,
        channel=found.channel,
        language_code=found.language_code,
        origins="\n".join(found.origins),
        sample_percent=found.sample_percent,
        is_active=found.is_active,
    )
    changed = doors.change(found, _typed(request, stored), channels=staff.channels)
    told = gettext("Saved.") if changed.is_active else gettext("Saved. Nobody can answer through it now.")
    return notify(show(request, "door_body.html", _context(request, changed, staff)), told)


def _typed(request: HttpRequest, draft: DoorDraft) -> DoorDraft:
    data = request.POST
    percent = data.get("sample_percent", str(draft.sample_percent)).strip()
    if not (percent.isascii() and percent.isdecimal() and len(percent) < 4):
        raise Invalid(gettext("Write a whole number from 1 to 100."), field="sample_percent")
    language = data.get("language_code", draft.language_code)
    if language and language not in languages.SUPPORTED:
        raise Invalid(gettext("Choose one of the languages."), field="language_code")
    return replace(
        draft,
        name=data.get("name", draft.name),
        channel=data.get("channel", draft.channel),
        language_code=language,
        origins=data.get("origins", draft.origins),
        sample_percent=int(percent),
        is_active=data.getlist("is_active")[-1] == "true" if "is_active" in data else draft.is_active,
    )


def _context(request: HttpRequest, found: Door, staff: Staff) -> dict[str, Any]:
    pages = base_of(request).removesuffix("/dashboard/")
    code = f"{pages}{door_path(door_token(found.key))}"
    return {
        "door": found,
        "survey": found.survey,
        "kind": gettext(KINDS[found.kind][0]),
        "kind_told": gettext(KINDS[found.kind][1]),
        "address": doors.url_of(found),
        "qr_svg": pages + qr_path(door_path(door_token(found.key)), "svg"),
        "qr_png": pages + qr_path(door_path(door_token(found.key)), "png"),
        "page": code,
        "snippet": f'<script async src="{doors.url_of(found)}"></script>',
        "origins": "\n".join(found.origins),
        "answers": _answers([found])[found.pk],
        "failures": door_answers.failures_of(found),
        "is_survey_off": not found.survey.is_active,
        **_choices(staff),
    }


def _choices(staff: Staff) -> dict[str, Any]:
    return {
        "channels": [{"slug": slug, "name": name} for slug, name in _channels(staff).items()],
        "may_every": staff.channels is None,
        "languages": sorted(((code, language_name(code)) for code in languages.SUPPORTED), key=lambda item: item[1]),
    }


def _row(found: Door, names: Mapping[str, str]) -> dict[str, Any]:
    return {
        "pk": found.pk,
        "name": found.name,
        "kind": gettext(KINDS[found.kind][0]),
        "survey": shown_name(found.survey.slug, found.survey.name),
        "channel": names.get(found.channel, found.channel),
        "is_open": found.is_active and found.survey.is_active,
    }


@dataclass(frozen=True)
class Answers:
    """How many answers came through a door; `left_out` of them do not count, because they look untrue or staff said so."""

    count: int
    left_out: int


def _answers(found: list[Door]) -> dict[int, Answers]:
    """What came through each door: what counts from the tallies of single months, what is left out from its own rows."""
    counted = _counted(found)
    return {door.pk: _with_left_out(door, counted.get(door.pk, 0)) for door in found}


def _with_left_out(door: Door, counted: int) -> Answers:
    rows = Response.objects.filter(survey=door.survey_id, is_counted=False)
    left_out = rows.filter(segments__contains={"door": [str(door.pk)]}).count()
    return Answers(counted + left_out, left_out)


def _counted(found: list[Door]) -> dict[int, int]:
    rows = Tally.objects.filter(
        Q(dimension="door") | Q(dimension__endswith=":door"),
        span=Tally.Span.MONTH,
        country="",
        survey__in={door.survey_id for door in found},
        key__in=[str(door.pk) for door in found],
    )
    sums = rows.order_by().values("key").annotate(**{f"of_{field}": Sum(field) for field in SCORE_FIELDS})
    return {int(row["key"]): sum(row[f"of_{field}"] for field in SCORE_FIELDS) for row in sums}


def _surveys(staff: Staff) -> list[Survey]:
    rows = Survey.objects.filter(is_anonymous=False).order_by("-is_active", "name")
    return [
        survey
        for survey in rows
        if staff.channels is None or not survey.channels or not staff.channels.isdisjoint(survey.channels)
    ]


def _channels(staff: Staff) -> dict[str, str]:
    slugs = [slug for slug in get_shop().channels() if staff.sees(slug)]
    names = get_shop().labels("channel", slugs)
    return {slug: names.get(slug, slug) for slug in slugs}


def _sees(staff: Staff, found: Door) -> bool:
    return staff.channels is None or found.channel in staff.channels


def _door(staff: Staff, pk: str) -> Door:
    found = Door.objects.select_related("survey").filter(pk=int(pk)).first()
    if found is None or not _sees(staff, found):
        raise NotFound(gettext("There is no such door."))
    return found


urlpatterns = [
    re_path(r"^/doors/?$", doors_page),
    re_path(r"^/doors/new/?$", new),
    re_path(r"^/doors/create/?$", create),
    re_path(r"^/doors/(?P<pk>[0-9]{1,9})/?$", door),
    re_path(r"^/doors/(?P<pk>[0-9]{1,9})/save/?$", save),
]
