"""Scores, loaded once for all nodes of a request that want them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from saleor.core.db.connection import allow_writer
from saleor.graphql.core.dataloaders import DataLoader

from ..surveys.reporting import reports, reports_by_survey, weighing, word_of_mouth
from ..surveys.reporting.reports import Segment, Sending, TrendPoint
from ..surveys.reporting.score_filter import ScoreFilter
from ..surveys.reporting.scoring import Score
from ..surveys.reporting.tallies import utc_day
from ..surveys.reporting.weighing import Weighted
from ..surveys.reporting.word_of_mouth import WordOfMouth


@dataclass(frozen=True)
class ScoreOf:
    """A score that is asked for: of everything in the filter, or of one survey's part of it."""

    filter: ScoreFilter
    survey_id: int | None = None


class _ReportLoader(DataLoader):
    """Keys are a `ScoreOf` and the arguments of the report, the same report for all surveys at once."""

    def of_all(self, wanted: ScoreFilter, *arguments: Any) -> Any:
        """The report about everything in the filter."""
        raise NotImplementedError

    def of_surveys(self, survey_ids: list[int], wanted: ScoreFilter, *arguments: Any) -> dict[int, Any]:
        """The reports about single surveys."""
        raise NotImplementedError

    def batch_load(self, keys: Iterable[tuple[Any, ...]]) -> list[Any]:
        survey_ids: dict[tuple[Any, ...], list[int]] = defaultdict(list)
        for asked, *arguments in keys:
            if asked.survey_id is not None:
                survey_ids[asked.filter, *arguments].append(asked.survey_id)
        # The reports read through the writer, which Saleor closes to queries.
        with allow_writer():
            of_surveys = {key: self.of_surveys(ids, *key) for key, ids in survey_ids.items()}
            return [
                self.of_all(asked.filter, *arguments)
                if asked.survey_id is None
                else of_surveys[asked.filter, *arguments][asked.survey_id]
                for asked, *arguments in keys
            ]


class ScoreLoader(_ReportLoader):
    context_key = "nps_score"

    def of_all(self, wanted: ScoreFilter) -> Score:
        return reports.score(wanted)

    def of_surveys(self, survey_ids: list[int], wanted: ScoreFilter) -> dict[int, Score]:
        return reports_by_survey.scores(survey_ids, wanted)


class SendingLoader(_ReportLoader):
    context_key = "nps_sending"

    def of_all(self, wanted: ScoreFilter) -> Sending:
        return reports.sending(wanted)

    def of_surveys(self, survey_ids: list[int], wanted: ScoreFilter) -> dict[int, Sending]:
        return reports_by_survey.sendings(survey_ids, wanted)


class WeightedLoader(_ReportLoader):
    context_key = "nps_weighted"

    def of_all(self, wanted: ScoreFilter) -> Weighted:
        return weighing.weighted(wanted)

    def of_surveys(self, survey_ids: list[int], wanted: ScoreFilter) -> dict[int, Weighted]:
        return weighing.by_survey(survey_ids, wanted)


class WordOfMouthLoader(_ReportLoader):
    context_key = "nps_word_of_mouth"

    def of_all(self, wanted: ScoreFilter) -> WordOfMouth:
        return word_of_mouth.word_of_mouth(wanted)

    def of_surveys(self, survey_ids: list[int], wanted: ScoreFilter) -> dict[int, WordOfMouth]:
        return word_of_mouth.by_survey(survey_ids, wanted)


class TrendLoader(_ReportLoader):
    """The argument is an interval."""

    context_key = "nps_trend"

    def of_all(self, wanted: ScoreFilter, interval: str) -> list[TrendPoint]:
        return reports.trend(wanted, interval, today=utc_day(timezone.now()))

    def of_surveys(self, survey_ids: list[int], wanted: ScoreFilter, interval: str) -> dict[int, list[TrendPoint]]:
        return reports_by_survey.trends(survey_ids, wanted, interval, today=utc_day(timezone.now()))


class SegmentsLoader(_ReportLoader):
    """The arguments are a dimension and how many segments are wanted."""

    context_key = "nps_segments"

    def of_all(self, wanted: ScoreFilter, dimension: str, first: int) -> list[Segment]:
        return reports.by(wanted, dimension, first=first)

    def of_surveys(
        self, survey_ids: list[int], wanted: ScoreFilter, dimension: str, first: int
    ) -> dict[int, list[Segment]]:
        return reports_by_survey.breakdowns(survey_ids, wanted, dimension, first=first)
