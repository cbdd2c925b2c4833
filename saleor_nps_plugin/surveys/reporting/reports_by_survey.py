"""The same reports for many surveys at once, each in as many queries as for one.

What is said of several products asks the responses, one survey after the other: an order with two of the products must
count once.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from django.db.models import QuerySet

from . import reports
from .labels import labels_of
from .reports import NO_SCORE, Segment, Sending, TrendPoint
from .score_filter import ScoreFilter, summed, tallies_of
from .scoring import Score
from .spans import RowSums


def narrowed(wanted: ScoreFilter, survey_id: int) -> ScoreFilter:
    """The part of the wanted answers that is about one survey."""
    if wanted.survey_ids and survey_id not in wanted.survey_ids:
        return replace(wanted, channels=())
    return replace(wanted, survey_ids=(survey_id,))


def _together(wanted: ScoreFilter, survey_ids: Collection[int]) -> ScoreFilter:
    asked = tuple(pk for pk in survey_ids if not wanted.survey_ids or pk in wanted.survey_ids)
    return replace(wanted, survey_ids=asked) if asked else replace(wanted, channels=())


def _one_by_one[Report](
    report: Callable[[ScoreFilter], Report], survey_ids: Collection[int], wanted: ScoreFilter
) -> dict[int, Report]:
    return {pk: report(narrowed(wanted, pk)) for pk in survey_ids}


def _scores_by(rows: QuerySet[Any], sums: Mapping[str, RowSums], key: str) -> dict[int, dict[Any, Score]]:
    found: dict[int, dict[Any, Score]] = defaultdict(dict)
    for row in rows.values("survey_id", key).annotate(**sums).order_by():
        found[row["survey_id"]][row[key]] = reports.score_in(row)
    return found


def scores(survey_ids: Collection[int], wanted: ScoreFilter) -> dict[int, Score]:
    """Return the score of each survey."""
    if len(wanted.product_ids) > 1:
        return _one_by_one(reports.score, survey_ids, wanted)
    together = _together(wanted, survey_ids)
    rows = reports.counted(together).values("survey_id").annotate(**reports.score_sums(together))
    found = {row["survey_id"]: reports.score_in(row) for row in rows.order_by()}
    return {pk: found.get(pk, NO_SCORE) for pk in survey_ids}


def sendings(survey_ids: Collection[int], wanted: ScoreFilter) -> dict[int, Sending]:
    """Return how many invitations to each survey were sent and answered."""
    together = _together(wanted, survey_ids)
    rows = tallies_of(together).values_list("survey_id").annotate(sums=summed(together, "sent", "answered"))
    found = {pk: reports.sending_in(sums) for pk, sums in rows.order_by()}
    return {pk: found.get(pk, Sending(0, 0)) for pk in survey_ids}


def trends(
    survey_ids: Collection[int], wanted: ScoreFilter, interval: str, *, today: date
) -> dict[int, list[TrendPoint]]:
    """Return the trend of each survey, all over the same days."""
    together = _together(wanted, survey_ids)
    if len(wanted.product_ids) > 1:
        return _one_by_one(lambda part: reports.trend(part, interval, today=today), survey_ids, wanted)
    since, until = reports.period_of(together, today)
    rows, sums = reports.starting(replace(together, since=since, until=until), interval)
    found = _scores_by(rows, sums, "start")
    return {pk: reports.points_of(found.get(pk, {}), interval, since=since, until=until) for pk in survey_ids}


def breakdowns(
    survey_ids: Collection[int], wanted: ScoreFilter, dimension: str, *, first: int = 20
) -> dict[int, list[Segment]]:
    """Return the score per channel, country, product … of each survey, those with most answers first."""
    by_key = scores_by(survey_ids, wanted, dimension)
    top = {pk: reports.largest(scores, first) for pk, scores in by_key.items()}
    labels = labels_of(dimension, list({key for keys in top.values() for key in keys}))
    return {pk: [Segment(key, labels.get(key, key), by_key[pk][key]) for key in keys] for pk, keys in top.items()}


def scores_by(survey_ids: Collection[int], wanted: ScoreFilter, dimension: str) -> dict[int, dict[str, Score]]:
    """Return the score of each survey under every key of a dimension, in no order."""
    if wanted.product_ids:
        return _one_by_one(lambda part: reports.scores_by(part, dimension), survey_ids, wanted)
    together = _together(wanted, survey_ids)
    found = _scores_by(reports.segments_of(together, dimension), reports.score_sums(together), "segment")
    return {pk: {str(key): score for key, score in found.get(pk, {}).items()} for pk in survey_ids}
