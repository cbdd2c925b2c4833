"""Filters and sorting of lists, done in SQL on our own tables."""

from collections.abc import Mapping
from typing import Any

import graphene
from django.db.models import Q, QuerySet
from graphql import GraphQLError
from saleor.core.db.connection import allow_writer
from saleor.graphql.core.types import (
    BaseEnum,
    BaseInputObjectType,
    DateTimeRangeInput,
    NonNullList,
    SortInputObjectType,
)

from ..surveys.models import Invitation, Response
from ..surveys.reporting.response_filter import SHORTEST_WORD, ResponseFilter, matching
from .enums import (
    DOC_CATEGORY,
    NpsCaseStatusEnum,
    NpsCategoryEnum,
    NpsInvitationStatusEnum,
    NpsResponseSortField,
    NpsSkipReasonEnum,
    NpsTouchpointEnum,
)
from .ids import pk_of, pks_of
from .score_inputs import listed, without_nul

LONGEST_SEARCH = 200


class NpsResponseFilterInput(BaseInputObjectType):
    search = graphene.String(
        description=f"Words in comments, of at least {SHORTEST_WORD} characters, or an order number; at most {LONGEST_SEARCH} characters."
    )
    categories = NonNullList(NpsCategoryEnum, description="Categories that the scores make.")
    scores = NonNullList(graphene.Int, description="Scores.")
    channels = NonNullList(graphene.String, description="Slugs of channels.")
    surveys = NonNullList(graphene.ID, description="IDs of surveys.")
    touchpoints = NonNullList(NpsTouchpointEnum, description="Touchpoints of the surveys.")
    products = NonNullList(graphene.ID, description="IDs of products; an order with any of them matches.")
    case_statuses = NonNullList(NpsCaseStatusEnum, description="Where the follow-up stands.")
    assignee = graphene.ID(description="ID of the user who follows it up.")
    tags = NonNullList(graphene.String, description="Tags; a response with any of them matches.")
    has_comment = graphene.Boolean(description="Whether there is a comment.")
    is_counted = graphene.Boolean(description="Whether the response counts in scores.")
    is_false_detractor = graphene.Boolean(
        description="Whether the score is 0 to 6 although the respondent would not discourage others."
    )
    customer = graphene.ID(description="ID of the user who answered.")
    responded = DateTimeRangeInput(description="When the survey was answered.")

    class Meta:
        description = "Which responses to list. Each list has at most 100 entries; an empty one is as good as none."
        doc_category = DOC_CATEGORY


class NpsInvitationFilterInput(BaseInputObjectType):
    statuses = NonNullList(NpsInvitationStatusEnum, description="Where the invitations stand.")
    skip_reasons = NonNullList(NpsSkipReasonEnum, description="Why somebody was not asked.")
    surveys = NonNullList(graphene.ID, description="IDs of surveys.")
    channels = NonNullList(graphene.String, description="Slugs of channels.")
    customer = graphene.ID(description="ID of the user who is asked.")
    send_at = DateTimeRangeInput(description="When the e-mail is due.")

    class Meta:
        description = "Which invitations to list. Each list has at most 100 entries; an empty one is as good as none."
        doc_category = DOC_CATEGORY


class NpsResponseSortingInput(SortInputObjectType):
    class Meta:
        sort_enum = NpsResponseSortField
        type_name = "responses"
        doc_category = DOC_CATEGORY
        description = "How responses are sorted."


class _InvitationSortField(BaseEnum):
    SEND_AT = ["send_at", "pk"]


class _CodeSortField(BaseEnum):
    CREATED_AT = ["created_at", "pk"]


class _InvitationSortingInput(SortInputObjectType):
    """Not part of the schema: Saleor's connections take an order other than that of the primary key in this form only."""

    class Meta:
        sort_enum = _InvitationSortField
        type_name = "invitations"


class _CodeSortingInput(SortInputObjectType):
    """Not part of the schema, see above."""

    class Meta:
        sort_enum = _CodeSortField
        type_name = "codes"


def _newest_first(sorting: type[SortInputObjectType], field: Any) -> SortInputObjectType:
    return sorting._meta.container({"field": field.value, "direction": "-"})


NEWEST_RESPONSES = _newest_first(NpsResponseSortingInput, NpsResponseSortField.CREATED_AT)
NEWEST_INVITATIONS = _newest_first(_InvitationSortingInput, _InvitationSortField.SEND_AT)
NEWEST_CODES = _newest_first(_CodeSortingInput, _CodeSortField.CREATED_AT)


def _period(column: str, wanted: Mapping[str, Any], name: str) -> Q:
    period = wanted.get(name) or {}
    ends = {f"{column}__{end}": period[end] for end in ("gte", "lte") if period.get(end) is not None}
    return Q(**ends)


def _in_any(column: str, values: tuple[Any, ...]) -> Q:
    return Q(**{f"{column}__in": values}) if values else Q()


def _texts(wanted: Mapping[str, Any], name: str) -> tuple[str, ...]:
    return tuple(without_nul(text) for text in listed(wanted, name))


def _user(wanted: Mapping[str, Any], name: str) -> int | None:
    # There is no such user as 0, and to our filters 0 is nobody.
    return (pk_of(wanted[name], "User") or -1) if wanted.get(name) else None


def _person(column: str, wanted: Mapping[str, Any], name: str) -> Q:
    user_id = _user(wanted, name)
    return Q() if user_id is None else Q(**{column: user_id})


def search_words(text: str | None) -> str:
    """Return what is searched for; raises GraphQLError for more than anybody types."""
    words = without_nul(text or "").strip()
    if len(words) > LONGEST_SEARCH:
        raise GraphQLError(f"A search takes at most {LONGEST_SEARCH} characters.")
    return words


def matching_responses(wanted: Mapping[str, Any] | None) -> QuerySet[Response]:
    """Return the responses that a filter lets through."""
    wanted = wanted or {}
    asked = ResponseFilter(
        search=search_words(wanted.get("search")),
        categories=listed(wanted, "categories"),
        scores=listed(wanted, "scores"),
        channels=_texts(wanted, "channels") or None,
        survey_ids=pks_of(listed(wanted, "surveys"), "NpsSurvey"),
        touchpoints=listed(wanted, "touchpoints"),
        product_ids=tuple(str(pk) for pk in pks_of(listed(wanted, "products"), "Product")),
        case_statuses=listed(wanted, "case_statuses"),
        assignee_id=_user(wanted, "assignee"),
        tags=_texts(wanted, "tags"),
        has_comment=wanted.get("has_comment"),
        is_counted=wanted.get("is_counted"),
        is_false_detractor=wanted.get("is_false_detractor"),
        user_id=_user(wanted, "customer"),
    )
    # A search reads the shop through the writer, which Saleor closes to queries.
    with allow_writer():
        rows = matching(asked)
    return rows.filter(_period("created_at", wanted, "responded"))


def matching_invitations(wanted: Mapping[str, Any] | None) -> QuerySet[Invitation]:
    """Return the invitations that a filter lets through."""
    wanted = wanted or {}
    return Invitation.objects.filter(
        _in_any("status", listed(wanted, "statuses")),
        _in_any("skip_reason", listed(wanted, "skip_reasons")),
        _in_any("survey", pks_of(listed(wanted, "surveys"), "NpsSurvey")),
        _in_any("channel", _texts(wanted, "channels")),
        _person("shopper__user_id", wanted, "customer"),
        _period("send_at", wanted, "send_at"),
    )
