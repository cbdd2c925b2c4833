"""NpsScore, its trend and its breakdowns."""

from datetime import date
from typing import Any

import graphene
from django.utils import timezone
from graphql import GraphQLError
from promise import Promise
from saleor.graphql.core import ResolveInfo
from saleor.graphql.core.scalars import Date
from saleor.graphql.core.types import BaseObjectType, NonNullList

from ..surveys.reporting.reports import Segment, TrendPoint
from ..surveys.reporting.score_filter import ScoreFilter
from ..surveys.reporting.tallies import utc_day
from .enums import DOC_CATEGORY, Interval, NpsDimensionEnum, NpsIntervalEnum
from .score_loaders import (
    ScoreLoader,
    ScoreOf,
    SegmentsLoader,
    SendingLoader,
    TrendLoader,
    WeightedLoader,
    WordOfMouthLoader,
)

MOST_SEGMENTS = 100
MOST_POINTS = 1000
_SHORTEST_DAYS = {Interval.DAY: 1, Interval.WEEK: 7, Interval.MONTH: 28, Interval.QUARTER: 90}

_VALUE = "Promoters % minus detractors %, -100 to 100, rounded to the nearest integer, halves away from zero; null without responses."
_EXACT_VALUE = "The same, not rounded."
_MARGIN = "Half-width of the 95 % confidence interval, in NPS points (adjusted Wald); null without responses."


class NpsScoreValue(BaseObjectType):
    value = graphene.Int(description=_VALUE)
    exact_value = graphene.Float(description=_EXACT_VALUE)
    margin_of_error = graphene.Float(description=_MARGIN)
    responses = graphene.Int(required=True, description="Number of responses.")
    promoters = graphene.Int(required=True, description="Number of responses with a score of 9 or 10.")
    passives = graphene.Int(required=True, description="Number of responses with a score of 7 or 8.")
    detractors = graphene.Int(required=True, description="Number of responses with a score of 0 to 6.")

    class Meta:
        description = "A score inside a trend or a breakdown."
        doc_category = DOC_CATEGORY


class NpsTrendPoint(BaseObjectType):
    from_day = Date(name="from", required=True, description="First day, in UTC.")
    to_day = Date(name="to", required=True, description="Last day, included.")
    score = graphene.Field(NpsScoreValue, required=True, description="The score of the answers given on these days.")

    class Meta:
        description = "The score of one interval of a trend."
        doc_category = DOC_CATEGORY

    @staticmethod
    def resolve_from_day(root: TrendPoint, info: ResolveInfo) -> date:
        return root.start

    @staticmethod
    def resolve_to_day(root: TrendPoint, info: ResolveInfo) -> date:
        return root.end


class NpsSegment(BaseObjectType):
    key = graphene.String(required=True, description="What the segment is of: a slug, a code or a primary key.")
    label = graphene.String(required=True, description="Its name, to show.")
    score = graphene.Field(NpsScoreValue, required=True, description="The score of the segment.")

    class Meta:
        description = "The score of one part of a breakdown."
        doc_category = DOC_CATEGORY


def _counted(name: str, default: Any, root: ScoreOf, info: ResolveInfo, **arguments: Any) -> Promise[Any]:
    """Resolve a field that follows from the eleven counts."""
    return ScoreLoader(info.context).load((root,)).then(lambda score: getattr(score, name))


class NpsScore(BaseObjectType):
    value = graphene.Int(description=_VALUE)
    exact_value = graphene.Float(description=_EXACT_VALUE)
    margin_of_error = graphene.Float(description=_MARGIN)
    responses = graphene.Int(required=True, description="Number of responses.")
    promoters = graphene.Int(required=True, description="Number of responses with a score of 9 or 10.")
    passives = graphene.Int(required=True, description="Number of responses with a score of 7 or 8.")
    detractors = graphene.Int(required=True, description="Number of responses with a score of 0 to 6.")
    distribution = NonNullList(graphene.Int, required=True, description="Eleven counts, of scores 0 to 10.")
    invitations_sent = graphene.Int(
        required=True, description="Invitations sent in the period. A filter by product does not narrow this down."
    )
    response_rate = graphene.Float(
        description="Answered share of the invitations sent in the period, 0 to 1; null when none was sent."
    )
    weighted_value = graphene.Float(
        description=(
            "Weighted mean of the surveys' scores by `NpsSurvey.weight`, of the surveys that have responses and a weight; "
            "null without."
        )
    )
    weighted_margin_of_error = graphene.Float(
        description="Half-width of the 95 % confidence interval of `weightedValue`; it follows from those of the surveys."
    )
    word_of_mouth_index = graphene.Float(
        description=(
            "Word of Mouth Index: promoters % minus the share of true detractors, who would actively discourage; "
            "null when not asked. Only of those who answered both questions."
        )
    )
    word_of_mouth_margin_of_error = graphene.Float(
        description="Half-width of the 95 % confidence interval of `wordOfMouthIndex`; null when not asked."
    )
    word_of_mouth_responses = graphene.Int(required=True, description="Number of responses that answer both questions.")
    false_detractors = graphene.Int(
        description=(
            "How many of those scored 0 to 6 but would not discourage others; null when not asked. They are listed by "
            "`npsResponses(filter: {isFalseDetractor: true})`."
        )
    )
    trend = NonNullList(
        NpsTrendPoint,
        required=True,
        # Nullable, because graphql-core 2 refuses to leave out an argument that cannot be null, whatever its default.
        interval=NpsIntervalEnum(default_value=Interval.MONTH.value, description="Length of the points."),
        description=(
            f"The score over time, a point for every interval, at most {MOST_POINTS}. Without a period: the last twelve months."
        ),
    )
    by = NonNullList(
        NpsSegment,
        required=True,
        dimension=NpsDimensionEnum(required=True, description="What to break the score down by."),
        first=graphene.Int(default_value=20, description=f"Number of segments, at most {MOST_SEGMENTS}."),
        description="The score broken down, the segments with most responses first.",
    )

    class Meta:
        description = "A Net Promoter Score with what is needed to read it."
        doc_category = DOC_CATEGORY
        default_resolver = _counted

    @staticmethod
    def resolve_invitations_sent(root: ScoreOf, info: ResolveInfo) -> Promise[int]:
        return SendingLoader(info.context).load((root,)).then(lambda sending: sending.sent)

    @staticmethod
    def resolve_response_rate(root: ScoreOf, info: ResolveInfo) -> Promise[float | None]:
        return SendingLoader(info.context).load((root,)).then(lambda sending: sending.response_rate)

    @staticmethod
    def resolve_weighted_value(root: ScoreOf, info: ResolveInfo) -> Promise[float | None]:
        return WeightedLoader(info.context).load((root,)).then(lambda found: found.value)

    @staticmethod
    def resolve_weighted_margin_of_error(root: ScoreOf, info: ResolveInfo) -> Promise[float | None]:
        return WeightedLoader(info.context).load((root,)).then(lambda found: found.margin_of_error)

    @staticmethod
    def resolve_word_of_mouth_index(root: ScoreOf, info: ResolveInfo) -> Promise[float | None]:
        return WordOfMouthLoader(info.context).load((root,)).then(lambda found: found.value)

    @staticmethod
    def resolve_word_of_mouth_margin_of_error(root: ScoreOf, info: ResolveInfo) -> Promise[float | None]:
        return WordOfMouthLoader(info.context).load((root,)).then(lambda found: found.margin_of_error)

    @staticmethod
    def resolve_word_of_mouth_responses(root: ScoreOf, info: ResolveInfo) -> Promise[int]:
        return WordOfMouthLoader(info.context).load((root,)).then(lambda found: found.responses)

    @staticmethod
    def resolve_false_detractors(root: ScoreOf, info: ResolveInfo) -> Promise[int | None]:
        found = WordOfMouthLoader(info.context).load((root,))
        return found.then(lambda found: found.false_detractors if found.responses else None)

    @staticmethod
    def resolve_trend(root: ScoreOf, info: ResolveInfo, interval: str | None = None) -> Promise[list[TrendPoint]]:
        chosen = Interval(interval or Interval.MONTH)
        check_number_of_points(root.filter, chosen)
        return TrendLoader(info.context).load((root, chosen.lower()))

    @staticmethod
    def resolve_by(
        root: ScoreOf, info: ResolveInfo, dimension: str, first: int | None = None
    ) -> Promise[list[Segment]]:
        return SegmentsLoader(info.context).load((root, dimension, number_of_segments(first)))


def number_of_segments(first: int | None) -> int:
    """Return how many segments are wanted; raises GraphQLError for too many, or none."""
    wanted = 20 if first is None else first
    if not 1 <= wanted <= MOST_SEGMENTS:
        raise GraphQLError(f"The argument `first` of `by` must be from 1 to {MOST_SEGMENTS}.")
    return wanted


def check_number_of_points(wanted: ScoreFilter, interval: Interval) -> None:
    """Raise GraphQLError where a trend would have too many points."""
    if wanted.since is None:
        return
    days = ((wanted.until or utc_day(timezone.now())) - wanted.since).days
    if days // _SHORTEST_DAYS[interval] > MOST_POINTS:
        raise GraphQLError(
            f"The trend would have more than {MOST_POINTS} points; ask for a shorter period or a longer interval."
        )
