"""The page "Settings": the same stored configuration as the shop's own page of plugins, for people."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import re_path
from django.utils import timezone
from django.utils.translation import gettext, ngettext

from ...errors import Invalid, NotFound
from ...shop import get_shop, overrides
from ...shop.settings import SettingsInvalid, read_leniently
from ...shop.staff import SETTINGS, Staff
from ...surveys.asking.dry_run import Asking, dry_run
from ...surveys.models import Survey, Touchpoint
from ..frame import last_of, notify, page, part, show
from ..surveys.dry_runs import days_of, described
from .forms import Form

# More are chosen from a list.
_MOST_TABS = 8


@page(SETTINGS)
def settings(request: HttpRequest, staff: Staff) -> HttpResponse:
    """Show the settings of the shop, or with ?channel= of a channel."""
    channels = _channels(staff)
    channel = last_of(request, "channel")
    if not channel and staff.channels is not None:
        channel = next(iter(channels), "")
    _see_allowed(staff, channel, channels)
    context = {
        "tabs": _tabs(staff, channel, channels),
        "is_long": len(channels) > _MOST_TABS,
        "channel": channel,
        "channel_name": channels.get(channel, ""),
    }
    try:
        context |= _form_context(Form.opened(get_shop().stored_settings(), channel), channels) | {
            "is_unreadable": False
        }
    except overrides.Unreadable:
        context |= {"is_unreadable": True}
    return show(request, "settings.html", context, title=gettext("Settings"), section="settings")


@part(SETTINGS, methods=("POST",))
def save(request: HttpRequest, staff: Staff) -> HttpResponse:
    """Store what the form says, or show it again with what is wrong with it."""
    form, channels = _sent(request, staff)
    told, status = "", ""
    if form.changed:
        # In one go with what cannot be read, so that nobody is told of their mistakes in two rounds.
        form = replace(form, errors={**form.refused(channels), **form.errors})
    if not form.errors and not form.meanwhile:
        form, told, status = _stored(form, channels)
    response = show(request, "settings_form.html", _form_context(form, channels))
    # What is wrong stands in the form itself.
    return notify(response, told, status=status) if told else response


@part(SETTINGS, methods=("POST",))
def try_out(request: HttpRequest, staff: Staff) -> HttpResponse:
    """Say what the form's settings, stored or not, would have done lately."""
    form, _ = _sent(request, staff)
    if form.errors:
        raise Invalid(_wrong(form))
    days = days_of(request)
    # What is stored elsewhere may be of an older version, and counts as it does for the shop.
    wanted, _ = read_leniently({**form.stored, **form.values})
    surveys = Survey.objects.filter(is_active=True, touchpoint=Touchpoint.ORDER_FULFILLED)
    result = dry_run(
        wanted,
        surveys=[Asking(*survey) for survey in surveys.values_list("channels", "ignores_cooldown")],
        days=days,
        now=timezone.now(),
        channels=[form.channel] if form.channel else staff.channels,
    )
    return show(request, "dry_run.html", described(result, days))


def _sent(request: HttpRequest, staff: Staff) -> tuple[Form, Mapping[str, str]]:
    channels = _channels(staff)
    channel = request.POST.get("channel", "")
    _see_allowed(staff, channel, channels)
    try:
        return Form.sent(request.POST, get_shop().stored_settings(), channel), channels
    except overrides.Unreadable:
        raise Invalid(
            gettext("The values of single channels cannot be read. Repair them under Whole shop first.")
        ) from None


def _stored(form: Form, channels: Mapping[str, str]) -> tuple[Form, str, str]:
    """Store a form; return the form to show, what to tell beside it, and how that is told; "" where the form says it."""
    values = form.values
    if not values:
        return form, gettext("Nothing was changed."), "info"
    try:
        get_shop().store_settings(values, known={name: form.stored[name] for name in values})
    except SettingsInvalid as error:
        return replace(form, errors={name: _named(text, channels) for name, text in error.errors.items()}), "", ""
    return Form.opened(get_shop().stored_settings(), form.channel), gettext("Settings saved."), "success"


def _named(text: str, channels: Mapping[str, str]) -> str:
    """The sentence of the shop's own page, where channels go by their slugs."""
    for slug, name in channels.items():
        text = text.replace(f"[{slug}]", gettext("{name}: {value}").format(name=name, value="").rstrip())
    return text


def _wrong(form: Form) -> str:
    sentence = ngettext(
        "Nothing was saved: {count} setting needs another value.",
        "Nothing was saved: {count} settings need another value.",
        len(form.errors),
    )
    return sentence.format(count=len(form.errors))


def _form_context(form: Form, channels: Mapping[str, str]) -> dict[str, Any]:
    return form.context(channels=channels) | {"channel_name": channels.get(form.channel, "")}


def _channels(staff: Staff) -> dict[str, str]:
    slugs = [slug for slug in get_shop().channels() if staff.sees(slug)]
    names = get_shop().labels("channel", slugs)
    return {slug: names.get(slug, slug) for slug in slugs}


def _see_allowed(staff: Staff, channel: str, channels: Mapping[str, str]) -> None:
    if channel and channel not in channels:
        raise NotFound(gettext("There is no such channel."))
    if not channel and staff.channels is not None:
        raise NotFound(gettext("You may change the settings of your own channels only."))


def _tabs(staff: Staff, channel: str, channels: Mapping[str, str]) -> list[dict[str, Any]]:
    whole = [{"slug": "", "name": gettext("Whole shop"), "is_current": not channel}] if staff.channels is None else []
    return whole + [{"slug": slug, "name": name, "is_current": slug == channel} for slug, name in channels.items()]


urlpatterns = [
    re_path(r"^/settings/?$", settings),
    re_path(r"^/settings/save/?$", save),
    re_path(r"^/settings/try/?$", try_out),
]
