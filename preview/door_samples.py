"""Doors of the stand-in shop, and a storefront with the script in it."""

from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html

from saleor_nps_plugin.surveys.answering import doors
from saleor_nps_plugin.surveys.answering.doors import DoorDraft
from saleor_nps_plugin.surveys.models import Door, DoorKind, Survey

from . import survey_samples

NAMES = {
    DoorKind.LINK: "Printed on receipts",
    DoorKind.KIOSK: "Tablet at the till, Bergen",
    DoorKind.SNIPPET: "Storefront",
}
_PAGE = """<!doctype html><html lang="{}" dir="{}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,"><title>A storefront</title>
<script async src="{}" data-after="0"{}></script></head>
<body><h1>Fjord &amp; Fern</h1><p>Trays, cups and everything for tea. <a href="?">Another page</a></p>
<div id="feedback"></div></body></html>"""


def make() -> None:
    """Open one of each kind."""
    survey = Survey.objects.earliest("pk")
    for kind, name in NAMES.items():
        doors.create(DoorDraft(kind=kind, survey_id=survey.pk, name=name))


def storefront(request: HttpRequest) -> HttpResponse:
    """A page of a shop with the script in it; ?language= is the page's, ?into= an element for the card, ?asks=many every
    kind of question."""
    door = Door.objects.filter(kind=DoorKind.SNIPPET).earliest("pk")
    if request.GET.get("asks") == "many":
        values = {"name": "A storefront that asks more"}
        door, _ = Door.objects.get_or_create(survey=survey_samples.many(), kind=DoorKind.SNIPPET, defaults=values)
    language = request.GET.get("language", "en")
    into = format_html(' data-into="{}"', request.GET["into"]) if "into" in request.GET else ""
    direction = "rtl" if language == "fa" else "ltr"
    return HttpResponse(format_html(_PAGE, language, direction, doors.url_of(door), into))
