"""The script for a storefront, and the card that it shows."""

import json
from functools import lru_cache
from hashlib import sha256
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import translation
from django.utils.translation import gettext

from .. import languages
from ..errors import NpsError, TokenInvalid
from ..shop import get_shop
from ..surveys.answering import doors
from ..surveys.models import Door, DoorKind, QuestionRole
from . import assets
from .door import language_of
from .door_answers import open_to, told_to_scripts
from .follow_ups import Field
from .form import Form
from .frame import Frame
from .scales import Numbers
from .survey import form_context, texts_in

# A changed share of visitors reaches everybody within a day, and nobody waits for the script meanwhile.
FOR_A_DAY = "public, max-age=86400, stale-while-revalidate=604800"
FOR_MINUTES = "public, max-age=300"
_CLOSED = b"// This survey is closed.\n"


@told_to_scripts("GET", "HEAD")
def script(request: HttpRequest, token: str) -> HttpResponse:
    """The script of a door. That of a closed one does nothing, rather than fail in the storefront's console."""
    door = doors.find_door(token)
    if door.kind != DoorKind.SNIPPET:
        raise TokenInvalid
    try:
        doors.see_open(door)
    except NpsError:
        return _javascript(request, _CLOSED, FOR_MINUTES)
    # A shop without a cooldown does not mean to ask on every page.
    days = max(1, get_shop().settings().for_channel(door.channel).cooldown_days)
    return _javascript(request, _script(door.pk, door.sample_percent, days), FOR_A_DAY)


@lru_cache(maxsize=64)
def _script(door_id: int, percent: int, days: int) -> bytes:
    settings = json.dumps({"id": door_id, "percent": percent, "days": days})
    return assets.snippet_script().replace('"SETTINGS"', settings).encode()


def _javascript(request: HttpRequest, content: bytes, caching: str) -> HttpResponse:
    tag = f'"{sha256(content).hexdigest()[:16]}"'
    known = [text.strip().removeprefix("W/") for text in request.headers.get("If-None-Match", "").split(",")]
    response = HttpResponse(status=304) if tag in known else HttpResponse(content)
    response["Content-Type"] = "text/javascript; charset=utf-8"
    response["Cache-Control"] = caching
    response["ETag"] = tag
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@told_to_scripts("GET")
def card(request: HttpRequest, token: str) -> HttpResponse:
    """What the script shows to those whom it asks, in the language of the storefront's page."""
    door = open_to(request, token, DoorKind.SNIPPET)
    wanted = request.GET.get("language", "")[:35]
    language_code = language_of(door, request, languages.spoken(wanted) if wanted else "")
    response = JsonResponse(card_of(door, language_code), json_dumps_params={"ensure_ascii": False})
    response["Cache-Control"] = FOR_MINUTES
    return response


def card_of(door: Door, language_code: str) -> dict[str, Any]:
    """Return the survey as the script draws it."""
    visit = doors.visit(door, language_code)
    frame = Frame.of(visit)
    shown = form_context(visit, None, Form(scale=door.survey.scale), {})
    with translation.override(frame.language):
        words = {
            "send": gettext("Send my answer"),
            "close": gettext("Close"),
            "missing": gettext("Please answer this question."),
            "number": gettext("Please write a number."),
            "several": gettext("Choose all that fit."),
            "next": gettext("Next"),
        }
    fields = [_field(one, shown["fields"]) for one in shown["fields"]]
    if shown["discourage"]:
        discourage = {"name": "discourage", "text": shown["discourage_question"], "kind": "scale", "choices": []}
        fields.insert(0, discourage | {"categories": [], "required": False, "numbers": _numbers(shown["discourage"])})
    return {
        "language": language_code,
        "direction": languages.direction(frame.language),
        "color": frame.color,
        "version": shown["version"],
        "question": shown["question"],
        "scale": _numbers(shown["scale"]),
        "fields": fields,
        "comment": {wording.category: wording.text for wording in shown["wordings"]},
        "thanks": texts_in(visit, frame).thanks,
        "words": words,
    }


def _numbers(row: Numbers) -> dict[str, Any]:
    numbers = [[number.value, number.label, number.category] for number in row.numbers]
    ends = [f"{row.lowest} = {row.low_words}", f"{row.highest} = {row.high_words}"] if row.low_words else None
    return {"numbers": numbers, "ends": ends}


def _field(one: Field, fields: list[Field]) -> dict[str, Any]:
    classes = one.classes.split()
    preference = next((other.name for other in fields if QuestionRole.PREFERENCE in other.classes.split()), "")
    return {
        "name": one.name,
        "kind": one.kind,
        "text": one.text,
        "categories": [name for name in classes if name in ("promoter", "passive", "detractor")],
        "required": one.is_required,
        "multiple": one.is_multiple,
        "choices": [[choice.value, choice.label] for choice in one.choices],
        "numbers": _numbers(one.numbers) if one.numbers else None,
        "unless": preference if QuestionRole.COMPETITOR in classes else "",
    }
