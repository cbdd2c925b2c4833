"""Where an answer came from: by e-mail, through which door, in which wave, from another tool."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext, gettext_noop

from ...surveys.making.texts import shown_name
from ...surveys.models import Door, Response, Source
from ..words import touchpoint

NAMES: Mapping[str, str] = {
    Source.ORDER: gettext_noop("E-mail after an order"),
    Source.LINK: gettext_noop("Link and QR code"),
    Source.KIOSK: gettext_noop("Tablet in the store"),
    Source.SNIPPET: gettext_noop("Storefront"),
    Source.WAVE: gettext_noop("Wave"),
    Source.STAFF: gettext_noop("Asked by staff or the help desk"),
    Source.CASE: gettext_noop("After a resolved case"),
    Source.IMPORTED: gettext_noop("Imported"),
}


@dataclass(frozen=True)
class Origin:
    """`way` is one of NAMES, "" where its author was forgotten; `name` that of the door or wave, if it has one.

    A stranger is somebody of whom the shop never knew who they are.
    """

    survey: str
    touchpoint: str
    way: str
    name: str
    is_stranger: bool

    @property
    def place(self) -> str:
        """The way in words, with its name: "Tablet in the store: Till 2"."""
        way = gettext(NAMES[self.way]) if self.way else ""
        return gettext("{name}: {value}").format(name=way, value=self.name) if self.name else way


def origins_of(responses: Collection[Response]) -> Mapping[int, Origin]:
    """Return where each response came from, by id; one query, where any came through a door.

    Surveys, invitations and their waves should have been read along.
    """
    ids = {door for response in responses for door in response.segments.get("door", ())}
    doors = dict(Door.objects.filter(pk__in=ids).values_list("pk", "name")) if ids else {}
    return {response.pk: _origin(response, doors) for response in responses}


def _origin(response: Response, doors: Mapping[int, str]) -> Origin:
    way = _way(response)
    door = next((doors[int(key)] for key in response.segments.get("door", ()) if int(key) in doors), "")
    wave = response.invitation.wave if response.invitation is not None else None
    return Origin(
        survey=shown_name(response.survey.slug, response.survey.name),
        touchpoint=touchpoint(response.survey.touchpoint),
        way=way,
        name=door or (wave.name if wave else ""),
        is_stranger=bool(way) and response.shopper_id is None,
    )


def _way(response: Response) -> str:
    if response.import_key:
        return Source.IMPORTED
    if response.invitation is not None:
        return response.invitation.source
    return Source.WAVE if _is_anonymous(response) else ""


def _is_anonymous(response: Response) -> bool:
    """Nothing says of which wave an anonymous answer is; its only time is a day, and it was never to be changed."""
    day = response.created_at
    return response.survey.is_anonymous or (
        response.editable_until == day and not (day.hour or day.minute or day.second)
    )
