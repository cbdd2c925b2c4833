"""Reports beside the score: satisfaction and effort, competitors, and what became of resolved cases."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import graphene
from django.utils import timezone
from saleor.core.db.connection import allow_writer
from saleor.graphql.core import ResolveInfo
from saleor.graphql.core.fields import PermissionsField
from saleor.graphql.core.scalars import Date
from saleor.graphql.core.types import BaseObjectType, NonNullList

from ..surveys.reporting import competitors, recovered, satisfaction
from ..surveys.reporting.competitors import Competitor
from ..surveys.reporting.recovered import Recovery
from ..surveys.reporting.satisfaction import Satisfaction, SatisfactionPoint, SatisfactionSegment
from ..surveys.reporting.score_filter import ScoreFilter
from ..surveys.reporting.tallies import utc_day
from .enums import DOC_CATEGORY, Interval, NpsDimensionEnum, NpsIntervalEnum, NpsSatisfactionScaleEnum
from .permissions import FOR_ANSWERS, viewer_of
from .score_inputs import NpsScoreFilterInput, score_filter
from .scores import MOST_POINTS, MOST_SEGMENTS, check_number_of_points, number_of_segments

FOR_STAFF: dict[str, Any] = {"permissions": [FOR_ANSWERS], "doc_category": DOC_CATEGORY}

_VALUE = "CSAT: the share of 4 and 5, in percent. CES: the mean, 1 to 7. Null without responses."
_MARGIN = "Half-width of the 95 % confidence interval, in the units of `value`; null without responses."
_MEAN = "Mean of the answers, on their scale; null without responses."
_DISTRIBUTION = "How often each number of the scale was answered, lowest first: five counts of CSAT, seven of CES."


class NpsSatisfactionValue(BaseObjectType):
    value = graphene.Float(description=_VALUE)
    margin_of_error = graphene.Float(description=_MARGIN)
    mean = graphene.Float(description=_MEAN)
    responses = graphene.Int(required=True, description="Number of responses.")
    distribution = NonNullList(graphene.Int, required=True, description=_DISTRIBUTION)

    class Meta:
        description = "Satisfaction or effort inside a trend or a breakdown."
        doc_category = DOC_CATEGORY


class NpsSatisfactionTrendPoint(BaseObjectType):
    from_day = Date(name="from", required=True, description="First day, in UTC.")
    to_day = Date(name="to", required=True, description="Last day, included.")
    satisfaction = graphene.Field(NpsSatisfactionValue, required=True, description="What was answered on these days.")

    class Meta:
        description = "One interval of a trend of satisfaction or effort."
        doc_category = DOC_CATEGORY

    @staticmethod
    def resolve_from_day(root: SatisfactionPoint, info: ResolveInfo) -> date:
        return root.start

    @staticmethod
    def resolve_to_day(root: SatisfactionPoint, info: ResolveInfo) -> date:
        return root.end


class NpsSatisfactionSegment(BaseObjectType):
    key = graphene.String(required=True, description="What the segment is of: a slug, a code or a primary key.")
    label = graphene.String(required=True, description="Its name, to show.")
    satisfaction = graphene.Field(NpsSatisfactionValue, required=True, description="What the segment answered.")

    class Meta:
        description = "One part of a breakdown of satisfaction or effort."
        doc_category = DOC_CATEGORY


@dataclass(frozen=True)
class SatisfactionOf:
    """A report that is asked for."""

    scale: str
    filter: ScoreFilter
    whole: Satisfaction


def _whole(name: str, default: Any, root: SatisfactionOf, info: ResolveInfo, **arguments: Any) -> Any:
    return getattr(root.whole, name)


class NpsSatisfaction(BaseObjectType):
    scale = NpsSatisfactionScaleEnum(required=True, description="The scale of the report.")
    value = graphene.Float(description=_VALUE)
    margin_of_error = graphene.Float(description=_MARGIN)
    mean = graphene.Float(description=_MEAN)
    responses = graphene.Int(required=True, description="Number of responses.")
    distribution = NonNullList(graphene.Int, required=True, description=_DISTRIBUTION)
    trend = NonNullList(
        NpsSatisfactionTrendPoint,
        required=True,
        interval=NpsIntervalEnum(default_value=Interval.MONTH.value, description="Length of the points."),
        description=f"The same over time, at most {MOST_POINTS} points. Without a period: the last twelve months.",
    )
    by = NonNullList(
        NpsSatisfactionSegment,
        required=True,
        dimension=NpsDimensionEnum(required=True, description="What to break it down by."),
        first=graphene.Int(default_value=20, description=f"Number of segments, at most {MOST_SEGMENTS}."),
        description="The same broken down, the segments with most responses first.",
    )

    class Meta:
        description = "Customer satisfaction (CSAT) or customer effort (CES). Never counts in the Net Promoter Score."
        doc_category = DOC_CATEGORY
        default_resolver = _whole

    @staticmethod
    def resolve_trend(root: SatisfactionOf, info: ResolveInfo, interval: str | None = None) -> list[SatisfactionPoint]:
        chosen = Interval(interval or Interval.MONTH)
        check_number_of_points(root.filter, chosen)
        with allow_writer():
            return satisfaction.trend(root.scale, root.filter, chosen.lower(), today=utc_day(timezone.now()))

    @staticmethod
    def resolve_by(
        root: SatisfactionOf, info: ResolveInfo, dimension: str, first: int | None = None
    ) -> list[SatisfactionSegment]:
        with allow_writer():
            return satisfaction.by(root.scale, root.filter, dimension, first=number_of_segments(first))


class NpsCompetitor(BaseObjectType):
    name = graphene.String(required=True, description="The competitor, as the operator wrote its name.")
    value = graphene.Int(
        description=(
            "Share of those who prefer this shop (9 or 10) minus the share of those who do not (0 to 6), among those who "
            "named the competitor; -100 to 100."
        )
    )
    margin_of_error = graphene.Float(description="Half-width of the 95 % confidence interval of `value`.")
    mean = graphene.Float(description="Mean of their answers to how likely they are to prefer this shop, 0 to 10.")
    mean_margin_of_error = graphene.Float(
        description="Half-width of the 95 % confidence interval of `mean`; null with a single response."
    )
    responses = graphene.Int(required=True, description="Number of responses that name the competitor.")
    distribution = NonNullList(graphene.Int, required=True, description="Eleven counts, of preferences 0 to 10.")
    is_small_sample = graphene.Boolean(
        required=True,
        description=f"Whether there are fewer than {competitors.FEWEST_TO_RELY_ON} responses: too few to rely on.",
    )

    class Meta:
        description = "What respondents who named a competitor answered to how likely they are to prefer this shop."
        doc_category = DOC_CATEGORY

    @staticmethod
    def resolve_value(root: Competitor, info: ResolveInfo) -> int | None:
        return root.preference.score.value

    @staticmethod
    def resolve_margin_of_error(root: Competitor, info: ResolveInfo) -> float | None:
        return root.preference.score.margin_of_error

    @staticmethod
    def resolve_mean(root: Competitor, info: ResolveInfo) -> float | None:
        return root.preference.mean

    @staticmethod
    def resolve_mean_margin_of_error(root: Competitor, info: ResolveInfo) -> float | None:
        return root.preference.mean_margin

    @staticmethod
    def resolve_responses(root: Competitor, info: ResolveInfo) -> int:
        return root.preference.score.responses

    @staticmethod
    def resolve_distribution(root: Competitor, info: ResolveInfo) -> list[int]:
        return list(root.preference.score.distribution)

    @staticmethod
    def resolve_is_small_sample(root: Competitor, info: ResolveInfo) -> bool:
        return root.preference.is_small


class NpsRecovery(BaseObjectType):
    asked = graphene.Int(required=True, description="Customers asked again after their case was resolved.")
    answered = graphene.Int(required=True, description="How many of them answered.")
    promoters = graphene.Int(required=True, description="How many of those score 9 or 10 now.")
    passives = graphene.Int(required=True, description="How many of those score 7 or 8 now.")
    detractors = graphene.Int(required=True, description="How many of those score 0 to 6 now.")
    lost = graphene.Int(required=True, description="How many of those who answered were detractors before.")
    recovered = graphene.Int(required=True, description="How many of those are detractors no more.")
    recovered_share = graphene.Float(description="`recovered` of `lost`, 0 to 1; null without any.")
    recovered_margin = graphene.Float(
        name="recoveredMarginOfError",
        description="Half-width of the 95 % confidence interval of `recoveredShare`; null without any.",
    )
    mean_before = graphene.Float(
        description="Mean of the first scores of those who answered again, 0 to 10; null without any."
    )
    mean_after = graphene.Float(description="Mean of the second scores of the same customers; null without any.")
    margin_of_change = graphene.Float(
        name="changeMarginOfError",
        description="Half-width of the 95 % confidence interval of the difference of the means; null below two customers.",
    )

    class Meta:
        description = "What customers say who were asked again after their case was resolved."
        doc_category = DOC_CATEGORY

    @staticmethod
    def resolve_promoters(root: Recovery, info: ResolveInfo) -> int:
        return root.after.promoters

    @staticmethod
    def resolve_passives(root: Recovery, info: ResolveInfo) -> int:
        return root.after.passives

    @staticmethod
    def resolve_detractors(root: Recovery, info: ResolveInfo) -> int:
        return root.after.detractors


class NpsReportQueries(graphene.ObjectType):
    nps_satisfaction = PermissionsField(
        NpsSatisfaction,
        required=True,
        scale=NpsSatisfactionScaleEnum(required=True, description="The scale."),
        filter=NpsScoreFilterInput(description="Which answers count."),
        description="Customer satisfaction or effort. Without a period: all time, and the last twelve months in the trend.",
        **FOR_STAFF,
    )
    nps_competitors = PermissionsField(
        NonNullList(NpsCompetitor),
        required=True,
        filter=NpsScoreFilterInput(description="Which answers count."),
        description="The competitors that respondents named, most often named first.",
        **FOR_STAFF,
    )
    nps_recovery = PermissionsField(
        NpsRecovery,
        required=True,
        filter=NpsScoreFilterInput(
            description="Which first answers count; `responded` holds the days on which customers were asked again."
        ),
        description="What became of the customers whose cases were resolved.",
        **FOR_STAFF,
    )

    @staticmethod
    def resolve_nps_satisfaction(_root: object, info: ResolveInfo, *, scale: str, **kwargs: Any) -> SatisfactionOf:
        wanted = _wanted(info, kwargs)
        with allow_writer():
            return SatisfactionOf(scale, wanted, satisfaction.satisfaction(scale, wanted))

    @staticmethod
    def resolve_nps_competitors(_root: object, info: ResolveInfo, **kwargs: Any) -> list[Competitor]:
        with allow_writer():
            return list(competitors.competition(_wanted(info, kwargs)).competitors)

    @staticmethod
    def resolve_nps_recovery(_root: object, info: ResolveInfo, **kwargs: Any) -> Recovery:
        with allow_writer():
            return recovered.recovery(_wanted(info, kwargs))


def _wanted(info: ResolveInfo, kwargs: dict[str, Any]) -> ScoreFilter:
    return score_filter(kwargs.get("filter"), viewer_of(info, FOR_ANSWERS))
