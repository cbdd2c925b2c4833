"""What the reader of the overview has chosen, and the addresses that go with it."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext

from ...errors import NotFound
from ...shop.staff import Staff
from ...surveys.models import Survey, Touchpoint
from ...surveys.reporting.score_filter import ScoreFilter
from ...surveys.reporting.scoring import NPS
from ..frame import base_of, last_of
from ..periods import Period, read_period

_SLUG = re.compile(r"[-\w]{1,255}")
_ID = re.compile(r"[0-9]{1,9}")
# What a part of a breakdown is called in addresses of the list of responses.
QUERY_NAMES = {"customer_kind": "kind"}


@dataclass(frozen=True)
class Selection:
    """Which answers the overview is about: `channels` are those that the reader may see (None: all), `channel`, `touchpoint`
    and `survey`, by its id, what was chosen among them ("": all). `interval` is the wanted one of the trend, or "".
    `product` is the id of the only product asked about, or "". `scale` is what the answers measure.

    Every address that is made here holds the choice, so that a figure and what it leads to are about the same answers.
    """

    base: str
    period: Period
    channels: tuple[str, ...] | None = None
    channel: str = ""
    touchpoint: str = ""
    survey: str = ""
    interval: str = ""
    product: str = ""
    scale: str = NPS

    @property
    def wanted(self) -> ScoreFilter:
        """The same for the reports."""
        return ScoreFilter(
            channels=(self.channel,) if self.channel else self.channels,
            touchpoints=(self.touchpoint,) if self.touchpoint else (),
            survey_ids=(int(self.survey),) if self.survey else (),
            product_ids=(self.product,) if self.product else (),
            since=self.period.since,
            until=self.period.until,
            scale=self.scale,
        )

    @property
    def place(self) -> str:
        """Where the overview of this scale is."""
        return "overview/" if self.scale == NPS else f"overview/{self.scale}/"

    def address(self, place: str = "", **changes: Any) -> str:
        """Return the address of the overview, or of something below it, with these choices changed."""
        is_custom = self.period.name == "custom"
        chosen = {
            "period": self.period.name,
            "since": self.period.since if is_custom else None,
            "until": self.period.until if is_custom else None,
            "channel": self.channel,
            "touchpoint": self.touchpoint,
            "survey": self.survey,
            "interval": self.interval,
        }
        return _with_query(f"{self.base}{place or self.place}", chosen | changes)

    def responses(self, **narrowed: Any) -> str:
        """Return the address of the list of the responses behind a figure, narrowed down further by its query names."""
        chosen = {
            "since": self.period.since,
            "until": self.period.until,
            "channel": self.channel,
            "touchpoint": self.touchpoint,
            "survey": self.survey,
            "product": self.product,
            # Scores leave out what staff have left out.
            "counted": "yes",
            "scale": self.scale,
        }
        return _with_query(f"{self.base}responses/", chosen | narrowed)

    def responses_with(self, dimension: str, key: str) -> str:
        """Return the address of the list of the responses of one part of a breakdown; "" for those without a channel,
        country or language, which no list can be narrowed down to."""
        if not key:
            return ""
        return self.responses(**{QUERY_NAMES.get(dimension, dimension): key})


def _with_query(address: str, values: dict[str, Any]) -> str:
    query = urlencode([(name, value) for name, value in values.items() if value not in (None, "")], doseq=True)
    return f"{address}?{query}" if query else address


def visible_channels(staff: Staff) -> tuple[str, ...] | None:
    """The channels whose answers a member of staff may see; None is all."""
    return None if staff.channels is None else tuple(sorted(staff.channels))


def surveys_on(scale: str, staff: Staff) -> QuerySet[Survey]:
    """The surveys of a scale that ask in a channel which a member of staff may see."""
    rows = Survey.objects.filter(scale=scale)
    return rows if staff.channels is None else rows.filter(Q(channels=[]) | Q(channels__overlap=list(staff.channels)))


def read_selection(request: HttpRequest, staff: Staff, *, today: date, scale: str = NPS) -> Selection:
    """Return what an address chooses. Raises NotFound for a channel, touchpoint or survey that is not there for the reader."""
    channel, touchpoint, survey = (last_of(request, name) for name in ("channel", "touchpoint", "survey"))
    if channel and not (_SLUG.fullmatch(channel) and staff.sees(channel)):
        raise NotFound(gettext("There is no such channel."))
    if touchpoint and touchpoint not in Touchpoint.values:
        raise NotFound(gettext("There is no such touchpoint."))
    if survey and not (_ID.fullmatch(survey) and surveys_on(scale, staff).filter(pk=survey).exists()):
        raise NotFound(gettext("There is no such survey."))
    return Selection(
        base=base_of(request),
        period=read_period(
            last_of(request, "period"), last_of(request, "since"), last_of(request, "until"), today=today
        ),
        channels=visible_channels(staff),
        channel=channel,
        touchpoint=touchpoint,
        survey=survey,
        interval=last_of(request, "interval"),
        scale=scale,
    )
