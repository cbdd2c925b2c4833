"""Scores, loaded once for all nodes of a request that want them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.utils import timezone
from saleor.core.db.connection import allow_writer
from saleor.graphql.core.dataloaders import DataLoader

from ..surveys import reports
from ..surveys.reports import ScoreFilter, Segment, Sending, TrendPoint
from ..surveys.scoring import Score
from ..surveys.tallies import utc_day


@dataclass(frozen=True)
class ScoreOf:
    """A score that is asked for: of everything in the filter, or of one survey's part of it."""

    filter: ScoreFilter
    survey_id: int | None = None

    @property
    def narrowed(self) -> ScoreFilter:
        """The filter that says all of it."""
        if self.survey_id is None:
            return self.filter
        if self.filter.survey_ids and self.survey_id not in self.filter.survey_ids:
            return replace(self.filter, channels=())
        return replace(self.filter, survey_ids=(self.survey_id,))


def _scores(asked: Iterable[ScoreOf]) -> dict[ScoreOf, Score]:
    by_filter: dict[ScoreFilter, list[ScoreOf]] = defaultdict(list)
    scores = {}
    for one in asked:
        if one.survey_id is None or one.filter.survey_ids or len(one.filter.product_ids) > 1:
            scores[one] = reports.score(one.narrowed)
        else:
            by_filter[one.filter].append(one)
    for wanted, group in by_filter.items():
        found = reports.scores_by_survey([one.survey_id for one in group if one.survey_id is not None], wanted)
        scores |= {one: found[one.survey_id] for one in group if one.survey_id is not None}
    return scores


class ScoreLoader(DataLoader):
    context_key = "nps_score"

    def batch_load(self, keys: Iterable[ScoreOf]) -> list[Score]:
        # The reports read through the writer, which Saleor closes to queries.
        with allow_writer():
            scores = _scores(keys)
        return [scores[key] for key in keys]


class SendingLoader(DataLoader):
    context_key = "nps_sending"

    def batch_load(self, keys: Iterable[ScoreOf]) -> list[Sending]:
        with allow_writer():
            return [reports.sending(key.narrowed) for key in keys]


class TrendLoader(DataLoader):
    """Keys are a score and an interval."""

    context_key = "nps_trend"

    def batch_load(self, keys: Iterable[tuple[ScoreOf, str]]) -> list[list[TrendPoint]]:
        today = utc_day(timezone.now())
        with allow_writer():
            return [reports.trend(asked.narrowed, interval, today=today) for asked, interval in keys]


class SegmentsLoader(DataLoader):
    """Keys are a score, a dimension and how many segments are wanted."""

    context_key = "nps_segments"

    def batch_load(self, keys: Iterable[tuple[ScoreOf, str, int]]) -> list[list[Segment]]:
        with allow_writer():
            return [reports.by(asked.narrowed, dimension, first=first) for asked, dimension, first in keys]
