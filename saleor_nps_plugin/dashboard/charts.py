"""Pictures of numbers: what the page's script draws, and the same numbers as a table."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Series:
    """One line or one set of bars; `tone` names a colour of the style sheet: "accent", "promoter", "passive", "detractor",
    "quiet", "good", "bad". `tones` colours single bars. Missing values are None."""

    name: str
    values: Sequence[float | int | None]
    tone: str = "accent"
    tones: Sequence[str] = ()
    # Half-width of a band around a line, in the line's units.
    margins: Sequence[float | None] = ()


@dataclass(frozen=True)
class Chart:
    """`kind` is "line", "bars" (upright), "rows" (lying) or "spark" (a line without axes).

    `links` are addresses, one per label, opened by a click on it; `low` and `high` fix the axis.
    """

    kind: str
    title: str
    labels: Sequence[str]
    series: Sequence[Series]
    links: Sequence[str] = ()
    low: float | None = None
    high: float | None = None
    is_stacked: bool = False
    # What is counted one by one has no halves on its axis.
    is_whole: bool = False
    # How the numbers of the table are written, same shape as the series; empty: as they are.
    written: Sequence[Sequence[str]] = field(default_factory=tuple)

    @property
    def json(self) -> str:
        """What the page's script reads."""
        drawn: dict[str, Any] = {
            "kind": self.kind,
            "labels": list(self.labels),
            "links": list(self.links),
            "low": self.low,
            "high": self.high,
            "stacked": self.is_stacked,
            "whole": self.is_whole,
            "written": [list(texts) for texts in self.written],
            "series": [
                {
                    "name": series.name,
                    "values": list(series.values),
                    "tone": series.tone,
                    "tones": list(series.tones),
                    "margins": list(series.margins),
                }
                for series in self.series
            ],
        }
        return json.dumps(drawn)

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The numbers as a table: a row per label."""
        return [
            {
                "label": label,
                "link": self.links[at] if self.links else "",
                "values": [
                    (self.written[number][at] if self.written else series.values[at])
                    for number, series in enumerate(self.series)
                ],
            }
            for at, label in enumerate(self.labels)
        ]
