"""Waves: whom staff have asked at once, how far that is, a new one, and the end of one."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import re_path
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop

from ...errors import Invalid, NotFound
from ...shop import get_shop
from ...shop.staff import SETTINGS, Staff
from ...surveys.answering import ballots
from ...surveys.asking import address_lists, waves
from ...surveys.asking.wave_progress import Progress, progress_of
from ...surveys.making.texts import shown_name
from ...surveys.models import Audience, Scale, Survey, Touchpoint, Wave
from ..frame import base_of, last_of, notify, page, part, show
from ..words import skip_reason, touchpoint
from .forms import form_of
from .telling import told

AUDIENCES: Mapping[str, str] = {
    Audience.CUSTOMERS: gettext_noop("Customers who ordered"),
    Audience.ADDRESSES: gettext_noop("Addresses of a list"),
}
_MOST_SHOWN = 100


@page(SETTINGS)
def waves_page(request: HttpRequest, staff: Staff) -> HttpResponse:
    """List the waves that this person may see, newest first."""
    found = list(Wave.objects.filter(_visible(staff)).select_related("survey").order_by("-created_at")[:_MOST_SHOWN])
    progress = progress_of(found)
    rows = [_row(wave, progress[wave.pk]) for wave in found]
    return show(request, "waves.html", {"waves": rows}, title=gettext("Waves"), section="surveys")


@page(SETTINGS)
def new(request: HttpRequest, staff: Staff) -> HttpResponse:
    """Ask what is needed."""
    today = timezone.now().date()
    names = _channels(staff)
    context = {
        "surveys": [
            {
                "pk": one.pk,
                "name": shown_name(one.slug, one.name),
                "about": touchpoint(one.touchpoint),
                "is_anonymous": one.is_anonymous,
            }
            for one in _surveys(staff)
        ],
        "wanted": last_of(request, "survey"),
        "channels": [{"slug": slug, "name": name} for slug, name in names.items()],
        "may_every": staff.channels is None,
        "key": uuid4().hex,
        "today": today.isoformat(),
        "year_ago": (today - timedelta(days=365)).isoformat(),
        "longest": waves.LONGEST_SPREAD,
        "most": address_lists.MOST_ADDRESSES,
    }
    return show(request, "wave_new.html", context, title=gettext("New wave"), section="surveys")


@part(SETTINGS, methods=("POST",))
def check(request: HttpRequest, staff: Staff) -> HttpResponse:
    """Say whom the wave would ask; nothing is stored."""
    now = timezone.now()
    try:
        form = form_of(request, staff, _surveys(staff), now=now)
        return show(request, "wave_checked.html", told(form, now=now))
    except Invalid as error:
        return _refused(request, error)


@part(SETTINGS, methods=("POST",))
def create(request: HttpRequest, staff: Staff) -> HttpResponse:
    """Plan a wave that staff have agreed to and show it. Otherwise say whom it would ask, and have the page ask whether it shall."""
    now = timezone.now()
    try:
        form = form_of(request, staff, _surveys(staff), now=now)
        if form.has_errors or last_of(request, "agreed") != "yes":
            waves.see_name(form.plan)
            return show(request, "wave_checked.html", told(form, now=now, is_question=True))
        wave = form.create(now=now)
    except Invalid as error:
        return _refused(request, error)
    response = HttpResponse(status=204)
    response["HX-Location"] = json.dumps({"path": f"{base_of(request)}waves/{wave.pk}/", "target": "#page"})
    return notify(response, gettext("The wave is planned."))


def _refused(request: HttpRequest, error: Invalid) -> HttpResponse:
    """In the place of what was told about the form before, which is true no more."""
    return show(request, "wave_checked.html", {"refused": gettext(error.message)}, status=422)


@page(SETTINGS)
def wave(request: HttpRequest, staff: Staff, pk: str) -> HttpResponse:
    """Show how far a wave is."""
    found = _wave(staff, pk)
    return show(request, "wave.html", _context(found), title=found.name, section="surveys")


@part(SETTINGS)
def progress(request: HttpRequest, staff: Staff, pk: str) -> HttpResponse:
    """Show the same again, for a page that is left open."""
    return show(request, "wave_body.html", _context(_wave(staff, pk)))


@part(SETTINGS, methods=("POST",))
def stop(request: HttpRequest, staff: Staff, pk: str) -> HttpResponse:
    """Ask nobody more."""
    stopped = waves.stop(int(pk), now=timezone.now(), visible=_visible(staff))
    answer = show(request, "wave_body.html", _context(_wave(staff, str(stopped.pk))))
    return notify(answer, gettext("Stopped: nobody else of this wave gets an e-mail."))


def _context(found: Wave) -> dict[str, Any]:
    names = get_shop().labels("channel", [*found.channels, found.channel])
    how_far = progress_of([found])[found.pk]
    spared = sorted(how_far.spared.items(), key=lambda item: -item[1])
    row = _row(found, how_far)
    return row | {
        "wave": found,
        "channels": ", ".join(names.get(slug, slug) for slug in [*found.channels, *filter(None, [found.channel])]),
        "spared": [{"label": skip_reason(reason), "count": count} for reason, count in spared],
        "may_stop": row["state"] in ("planned", "sending"),
        "sealed_lack": ballots.FEWEST - how_far.sealed,
        "is_customers": found.audience == Audience.CUSTOMERS,
    }


def _row(found: Wave, how_far: Progress) -> dict[str, Any]:
    # Customers are counted at the start; some order since, or are gone.
    total = max(found.total, found.asked + found.spared)
    # What a stopped wave took back is not done.
    settled = how_far.sent + how_far.failed + found.spared
    return {
        "pk": found.pk,
        "name": found.name,
        "survey": shown_name(found.survey.slug, found.survey.name),
        "audience": gettext(AUDIENCES[found.audience]),
        "is_anonymous": found.is_anonymous,
        "is_counted": found.finished_at is None and not found.is_stopped,
        "starts_at": found.starts_at,
        "state": _state(found, how_far),
        "total": total,
        "progress": how_far,
        "share": min(100, round(100 * settled / total)) if total else 100,
    }


def _state(found: Wave, how_far: Progress) -> str:
    """One of "stopped", "planned", "sending", "sent", "over"."""
    if found.is_stopped:
        return "stopped"
    if found.finished_at is not None:
        return "over"
    if found.starts_at > timezone.now():
        return "planned"
    is_made = found.audience == Audience.ADDRESSES or (found.due_at is not None and found.due_at > timezone.now())
    return "sent" if is_made and not how_far.waiting else "sending"


def _surveys(staff: Staff) -> list[Survey]:
    """The surveys that can be asked in a wave: those about orders are asked by orders."""
    about_orders = (Touchpoint.ORDER_FULFILLED, Touchpoint.PRODUCT_USED)
    rows = Survey.objects.filter(is_active=True).exclude(touchpoint__in=about_orders).exclude(scale=Scale.RECOVERY)
    first = {Touchpoint.RELATIONSHIP: 0, Touchpoint.EMPLOYEE: 1, Touchpoint.PARTNER: 2}
    seen = [
        one
        for one in rows.order_by("name")
        if staff.channels is None or not one.channels or not staff.channels.isdisjoint(one.channels)
    ]
    return sorted(seen, key=lambda one: first.get(Touchpoint(one.touchpoint), 3))


def _channels(staff: Staff) -> dict[str, str]:
    slugs = [slug for slug in get_shop().channels() if staff.sees(slug)]
    names = get_shop().labels("channel", slugs)
    return {slug: names.get(slug, slug) for slug in slugs}


def _visible(staff: Staff) -> Q:
    if staff.channels is None:
        return Q()
    own = list(staff.channels)
    of_customers = Q(audience=Audience.CUSTOMERS, channels__contained_by=own) & ~Q(channels=[])
    return of_customers | Q(audience=Audience.ADDRESSES, channel__in=own)


def _wave(staff: Staff, pk: str) -> Wave:
    found = Wave.objects.filter(_visible(staff), pk=int(pk)).select_related("survey").first()
    if found is None:
        raise NotFound(gettext("There is no such wave."))
    return found


urlpatterns = [
    re_path(r"^/waves/?$", waves_page),
    re_path(r"^/waves/new/?$", new),
    re_path(r"^/waves/check/?$", check),
    re_path(r"^/waves/create/?$", create),
    re_path(r"^/waves/(?P<pk>[0-9]{1,9})/?$", wave),
    re_path(r"^/waves/(?P<pk>[0-9]{1,9})/progress/?$", progress),
    re_path(r"^/waves/(?P<pk>[0-9]{1,9})/stop/?$", stop),
]
