"""What a reader has to know about a figure before taking it for more than it is."""

from typing import Any

from ...surveys.reporting import reports
from ...surveys.reporting.doubted import doubted
from .filters import Selection

# With fewer answers than this a single one more may turn the figure round.
_FEWEST = 5


def few(responses: int) -> int:
    """Return the number of answers where it is so small that a warning has to say so, else 0."""
    return responses if responses < _FEWEST else 0


def doubted_of(selection: Selection) -> dict[str, Any] | None:
    """Return how many answers look untrue, with their share of all; None where none does."""
    found = doubted(selection.wanted)
    if not found.left_out and not found.put_back:
        return None
    return {
        "found": found,
        "share": found.share(reports.score(selection.wanted).responses),
        "link": selection.responses(counted="", flagged="yes"),
    }
