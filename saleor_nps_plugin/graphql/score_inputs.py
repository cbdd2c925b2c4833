"""Which answers a score counts, as asked for and as the asker may see."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import graphene
from graphql import GraphQLError
from saleor.graphql.account.enums import CountryCodeEnum
from saleor.graphql.core.types import BaseInputObjectType, DateRangeInput, NonNullList

from ..surveys.reporting.score_filter import ScoreFilter
from .enums import DOC_CATEGORY, NpsTouchpointEnum
from .ids import pks_of
from .permissions import Viewer

LONGEST_LIST = 100
# Nothing was answered outside, and arithmetic with dates stays far from their ends.
_FIRST_DAY, _LAST_DAY = date(1970, 1, 1), date(2999, 12, 31)


class NpsScoreFilterInput(BaseInputObjectType):
    channels = NonNullList(graphene.String, description="Slugs of channels.")
    surveys = NonNullList(graphene.ID, description="IDs of surveys.")
    touchpoints = NonNullList(NpsTouchpointEnum, description="Touchpoints of the surveys.")
    countries = NonNullList(CountryCodeEnum, description="Countries of delivery.")
    products = NonNullList(graphene.ID, description="IDs of products; an order with any of them counts.")
    responded = DateRangeInput(description="First and last day of the answers, in UTC; both included.")

    class Meta:
        description = "Which answers count. Each list has at most 100 entries; an empty one is as good as none."
        doc_category = DOC_CATEGORY


def listed(wanted: Mapping[str, Any], name: str) -> tuple[Any, ...]:
    """Return the list under a name, () if there is none; raises GraphQLError for one that is too long."""
    values = tuple(wanted.get(name) or ())
    if len(values) > LONGEST_LIST:
        raise GraphQLError(f"The list `{name}` of a filter takes at most {LONGEST_LIST} entries.")
    return values


def without_nul(text: str) -> str:
    """Drop NUL characters, with which PostgreSQL refuses to compare."""
    return text.replace("\x00", "")


def _channels(wanted: Mapping[str, Any], viewer: Viewer) -> tuple[str, ...] | None:
    asked = tuple(without_nul(slug) for slug in listed(wanted, "channels"))
    if viewer.channels is None:
        return asked or None
    return tuple(slug for slug in asked if slug in viewer.channels) if asked else tuple(sorted(viewer.channels))


def day_in_range(value: date | None) -> date | None:
    """Return a day, or the nearest one that can be reckoned with."""
    return None if value is None else min(max(value, _FIRST_DAY), _LAST_DAY)


def score_filter(wanted: Mapping[str, Any] | None, viewer: Viewer) -> ScoreFilter:
    """Return the filter that the domain understands, within the channels of the asker."""
    wanted = wanted or {}
    period = wanted.get("responded") or {}
    return ScoreFilter(
        channels=_channels(wanted, viewer),
        survey_ids=pks_of(listed(wanted, "surveys"), "NpsSurvey"),
        touchpoints=listed(wanted, "touchpoints"),
        countries=listed(wanted, "countries"),
        product_ids=tuple(str(pk) for pk in pks_of(listed(wanted, "products"), "Product")),
        since=day_in_range(period.get("gte")),
        until=day_in_range(period.get("lte")),
    )
