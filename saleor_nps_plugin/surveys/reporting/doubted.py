"""How many answers look untrue, so that nobody takes the score for more than it is. See `untrue.py` for the rules."""

from dataclasses import dataclass

from django.db.models import Count, Q

from ..models import Response
from .score_filter import ScoreFilter, answered_within, asked_in, has_segment


@dataclass(frozen=True)
class Doubted:
    """Flagged answers: those `left_out` of the score, and those that staff have `put_back`."""

    left_out: int
    put_back: int

    def share(self, counted: int) -> float | None:
        """What part of all answers is left out as untrue, 0 to 1, where `counted` is how many count; None without any."""
        everything = counted + self.left_out
        return self.left_out / everything if everything else None


def doubted(wanted: ScoreFilter) -> Doubted:
    """Return how many of the wanted answers were flagged. Reads an index of flagged answers, not all of them."""
    rows = asked_in(Response.objects.filter(~Q(flags=[]), survey__scale=wanted.scale), wanted)
    if wanted.countries:
        rows = rows.filter(country__in=wanted.countries)
    rows = rows.filter(has_segment("product", wanted.product_ids), answered_within(wanted.since, wanted.until))
    return Doubted(
        **rows.aggregate(
            left_out=Count("pk", filter=Q(is_counted=False)), put_back=Count("pk", filter=Q(is_counted=True))
        )
    )
