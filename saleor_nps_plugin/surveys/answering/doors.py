"""Doors: ways to a survey for whoever comes along, by a printed link, a tablet in the store or the storefront's script."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext

from ...errors import DoorClosed, Invalid, NotFound, PluginInactive, TokenInvalid
from ...links import door_path, door_token, invitation_token, kiosk_path, read_door_token, snippet_path
from ...shop import get_shop
from ..making import versions
from ..models import Door, DoorKind, Invitation, InvitationStatus, Response, Source, Survey
from . import crowds, recording, untrue
from .submission import Submission

LONGEST_NAME = 200
MOST_ORIGINS = 20
_LONGEST_ORIGIN = 255
_FIELDS = tuple(field.attname for field in Door._meta.concrete_fields)
# As in finding.py: the survey is kept in memory under the text of its rows.
_FIND = f"""
SELECT {", ".join(f"d.{name}" for name in _FIELDS)},
    concat(
        (SELECT s::text FROM nps_survey s WHERE s.id = d.survey_id),
        (SELECT string_agg(q::text, '' ORDER BY q.position) FROM nps_question q
            WHERE q.survey_id = d.survey_id AND q.until_version IS NULL),
        (SELECT string_agg(t::text, '' ORDER BY t.language_code) FROM nps_survey_text t WHERE t.survey_id = d.survey_id)
    )
FROM nps_door d WHERE d.key = %s
"""  # noqa: S608 (names of columns)


def find_door(token: str) -> Door:
    """Return the door that a token names, its survey loaded, open or not; raises TokenInvalid.

    The survey is shared with other callers: read it, never change it.
    """
    with connection.cursor() as cursor:
        cursor.execute(_FIND, [read_door_token(token)])
        row = cursor.fetchone()
    if row is None:
        raise TokenInvalid
    *values, definition = row
    door = Door.from_db(connection.alias, _FIELDS, values)
    door.survey = known_survey(door.survey_id, definition)
    return door


@lru_cache(maxsize=64)
def known_survey(survey_id: int, definition: str) -> Survey:
    """Return a survey whose rows read like this."""
    survey = Survey.objects.prefetch_related(versions.asked(), "texts").get(pk=survey_id)
    survey.definition = definition
    return survey


def open_door(token: str, *kinds: str) -> Door:
    """Return the door, of one of these kinds, if it can be answered through now.

    Raises TokenInvalid, DoorClosed for a door that staff have closed, and PluginInactive.
    """
    door = find_door(token)
    if door.kind not in kinds:
        raise TokenInvalid
    see_open(door)
    return door


def see_open(door: Door) -> None:
    """Raise DoorClosed or PluginInactive unless the door can be answered through now."""
    if not door.is_active:
        raise DoorClosed
    if not door.survey.is_active or not get_shop().settings().for_channel(door.channel).enabled:
        raise PluginInactive


def admits(door: Door, origin: str) -> bool:
    """Whether a page at this origin ("https://shop.example", "" for none) may use the door's script."""
    return not door.origins or origin.casefold() in door.origins


def visit(door: Door, language_code: str) -> Invitation:
    """Return what the pages show to somebody who came through a door; never save it."""
    return Invitation(
        survey=door.survey,
        channel=door.channel,
        language_code=language_code,
        segments={"language": [language_code], "door": [str(door.pk)]},
        source=Source(door.kind),
    )


def record(
    door: Door,
    submission: Submission,
    *,
    key: UUID,
    language_code: str,
    now: datetime,
    trace: Mapping[str, Any] | None = None,
    may_leave_out: bool = False,
) -> Response:
    """Record an answer that came through a door, under the key of the form it was given in.

    A second answer from the same form replaces the first within the revision window; from a tablet or a script it is the
    same one, sent again, and changes nothing. With `may_leave_out` no question is required but the score. Raises Invalid
    for a key that is something else's, TooManyRequests for more answers to a link than `crowds` lets one network send, and
    what `recording.submit` raises; then nothing is changed.
    """
    if door.kind == DoorKind.LINK and trace is not None:
        # By itself, so that people who answer at the same moment do not wait for each other's tallies.
        trace = untrue.sealed(trace, now=now)
        crowds.take_room(door, trace["sealed"]["network"], now=now)
    with transaction.atomic():
        invitation, is_new = _invite(door, key, language_code, now)
        if (invitation.source, invitation.survey_id, invitation.order_id) != (door.kind, door.survey_id, None):
            raise Invalid("This key is in use.", field="key")
        if not is_new and door.kind != DoorKind.LINK:
            return invitation.response
        return recording.submit(invitation_token(key), submission, now=now, trace=trace, may_leave_out=may_leave_out)


def _invite(door: Door, key: UUID, language_code: str, now: datetime) -> tuple[Invitation, bool]:
    visited = visit(door, language_code)
    return Invitation.objects.get_or_create(
        key=key,
        defaults={
            "survey_id": door.survey_id,
            "channel": visited.channel,
            "language_code": visited.language_code,
            "segments": visited.segments,
            "source": visited.source,
            "status": InvitationStatus.SENT,
            "send_at": now,
            "created_at": now,
        },
    )


@dataclass(frozen=True)
class DoorDraft:
    """What staff decide about a door. `origins` are as typed, in lines or with commas; kind and survey never change."""

    kind: str
    survey_id: int
    name: str
    channel: str = ""
    language_code: str = ""
    origins: str = ""
    sample_percent: int = 100
    is_active: bool = True


def create(draft: DoorDraft, *, channels: Collection[str] | None = None, key: UUID | None = None) -> Door:
    """Open a door. `channels` are those that whoever asks may see, None for all. Raises Invalid or NotFound.

    The same `key` is the same form, sent again: it opens one door.
    """
    if key is not None and (known := Door.objects.filter(key=key).first()):
        return known
    if draft.kind not in DoorKind.values:
        raise Invalid(gettext("Choose what you need."), field="kind")
    survey = Survey.objects.filter(pk=draft.survey_id).first()
    if survey is None or survey.is_anonymous:
        raise NotFound(gettext("There is no such survey."), field="survey")
    door = Door(key=key or uuid4(), kind=draft.kind, survey=survey)
    try:
        with transaction.atomic():
            return _written(door, draft, channels)
    except IntegrityError:
        # Sent twice at once, and the other one was quicker.
        return Door.objects.get(key=door.key)


def change(door: Door, draft: DoorDraft, *, channels: Collection[str] | None = None) -> Door:
    """Change a door, or close it: is_active False. Its address stays. Raises Invalid or NotFound."""
    return _written(door, draft, channels)


def _written(door: Door, draft: DoorDraft, channels: Collection[str] | None) -> Door:
    door.name = " ".join(draft.name.split())
    if not 0 < len(door.name) <= LONGEST_NAME:
        raise Invalid(gettext("Give it a name that you will know again."), field="name")
    _see_channel(door.survey, draft.channel, channels)
    if not 1 <= draft.sample_percent <= 100:
        raise Invalid(gettext("Write a whole number from 1 to 100."), field="sample_percent")
    door.origins = origins_in(draft.origins) if door.kind == DoorKind.SNIPPET else []
    door.channel, door.language_code = draft.channel, draft.language_code
    door.sample_percent, door.is_active = draft.sample_percent, draft.is_active
    door.save()
    return door


def _see_channel(survey: Survey, channel: str, channels: Collection[str] | None) -> None:
    if channel and channel not in get_shop().channels():
        raise NotFound(gettext("There is no such channel."), field="channel")
    if channels is not None and channel not in channels:
        raise NotFound(gettext("Choose one of your channels."), field="channel")
    if survey.channels and channel not in survey.channels:
        raise Invalid(gettext("Choose a channel of this survey."), field="channel")


def origins_in(text: str) -> list[str]:
    """Return the origins in a text, one a line: "https://shop.example". Raises Invalid for what is none."""
    origins = []
    for word in text.replace(",", " ").split():
        parts = urlsplit(word.casefold())
        try:
            is_origin = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        except ValueError:
            is_origin = False
        if not is_origin or "@" in parts.netloc or parts.path not in ("", "/") or parts.query or parts.fragment:
            sentence = gettext("{text} is not an address such as https://shop.example.")
            raise Invalid(sentence.replace("{text}", word[:80]), field="origins")
        origins.append(f"{parts.scheme}://{parts.netloc}"[:_LONGEST_ORIGIN])
    if len(origins) > MOST_ORIGINS:
        raise Invalid(gettext("There are too many addresses."), field="origins")
    return list(dict.fromkeys(origins))


def path_of(door: Door) -> str:
    """Return the path of what the door opens, from the root of our pages: a page, or the storefront's script."""
    token = door_token(door.key)
    paths = {DoorKind.KIOSK.value: kiosk_path, DoorKind.SNIPPET.value: snippet_path}
    return paths.get(door.kind, door_path)(token)


def url_of(door: Door) -> str:
    """Return the public address of what the door opens."""
    return get_shop().public_url(path_of(door))
