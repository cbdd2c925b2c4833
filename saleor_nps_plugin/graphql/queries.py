"""Our fields of Query."""

from collections.abc import Callable
from typing import Any

import graphene
from django.db.models import Model, Q, QuerySet
from saleor.graphql.core import ResolveInfo
from saleor.graphql.core.connection import CountableConnection, create_connection_slice
from saleor.graphql.core.context import get_database_connection_name
from saleor.graphql.core.fields import BaseField, ConnectionField, PermissionsField
from saleor.graphql.core.validators import validate_one_of_args_is_in_query

from ..errors import TokenInvalid
from ..links import read_invitation_token
from ..surveys.models import Invitation, Response, Survey
from .enums import DOC_CATEGORY
from .filters import (
    NEWEST_INVITATIONS,
    NEWEST_RESPONSES,
    NpsInvitationFilterInput,
    NpsResponseFilterInput,
    NpsResponseSortingInput,
    matching_invitations,
    matching_responses,
)
from .ids import pk_of
from .invitations import NpsInvitation, NpsInvitationCountableConnection
from .permissions import FOR_ANSWERS, FOR_SURVEYS, Access, Seen, viewer_of, visible_surveys
from .responses import NpsResponse, NpsResponseCountableConnection
from .score_inputs import NpsScoreFilterInput, score_filter, without_nul
from .score_loaders import ScoreOf
from .scores import NpsScore
from .surveys import NpsSurvey, NpsSurveyCountableConnection

FOR_STAFF: dict[str, Any] = {"permissions": [FOR_ANSWERS], "doc_category": DOC_CATEGORY}
FOR_SURVEY_STAFF: dict[str, Any] = {"permissions": [FOR_ANSWERS, FOR_SURVEYS], "doc_category": DOC_CATEGORY}


class NpsQueries(graphene.ObjectType):
    nps_invitation = BaseField(
        NpsInvitation,
        token=graphene.String(required=True, description="The token of the survey link."),
        description=(
            "What a storefront needs to render the survey itself; public. Null for an unknown token. The holder of a token "
            "sees survey, status, language, expiry, url and the own response; order and user stay null."
        ),
        doc_category=DOC_CATEGORY,
    )
    nps_score = PermissionsField(
        NpsScore,
        required=True,
        filter=NpsScoreFilterInput(description="Which answers count."),
        description="The Net Promoter Score. Without a period: all time, and the last twelve months in the trend.",
        **FOR_STAFF,
    )
    nps_survey = PermissionsField(
        NpsSurvey,
        id=graphene.ID(description="ID of the survey."),
        slug=graphene.String(description="Slug of the survey."),
        description="Look up a survey by ID or slug.",
        **FOR_SURVEY_STAFF,
    )
    nps_surveys = ConnectionField(NpsSurveyCountableConnection, description="List of surveys.", **FOR_SURVEY_STAFF)
    nps_response = PermissionsField(
        NpsResponse,
        id=graphene.ID(required=True, description="ID of the response."),
        description="Look up a response by ID.",
        **FOR_STAFF,
    )
    nps_responses = ConnectionField(
        NpsResponseCountableConnection,
        filter=NpsResponseFilterInput(description="Which responses to list."),
        sort_by=NpsResponseSortingInput(description="How they are sorted; newest first unless given."),
        description="List of responses.",
        **FOR_STAFF,
    )
    nps_invitations = ConnectionField(
        NpsInvitationCountableConnection,
        filter=NpsInvitationFilterInput(description="Which invitations to list."),
        description="List of invitations, by the time at which they are due, latest first.",
        **FOR_STAFF,
    )

    @staticmethod
    def resolve_nps_invitation(_root: object, info: ResolveInfo, *, token: str) -> Seen[Invitation] | None:
        try:
            key = read_invitation_token(token)
        except TokenInvalid:
            return None
        row = Invitation.objects.using(get_database_connection_name(info.context)).filter(key=key).first()
        return Seen(row, Access.HOLDER) if row else None

    @staticmethod
    def resolve_nps_score(_root: object, info: ResolveInfo, **kwargs: Any) -> ScoreOf:
        return ScoreOf(score_filter(kwargs.get("filter"), viewer_of(info, FOR_ANSWERS)))

    @staticmethod
    def resolve_nps_survey(_root: object, info: ResolveInfo, **kwargs: Any) -> Seen[Survey] | None:
        survey_id, slug = kwargs.get("id"), kwargs.get("slug")
        validate_one_of_args_is_in_query("id", survey_id, "slug", slug)
        wanted = Q(pk=pk_of(survey_id, "NpsSurvey")) if survey_id else Q(slug=without_nul(slug or ""))
        return _one(info, Survey.objects.filter(wanted, visible_surveys(viewer_of(info, FOR_ANSWERS, FOR_SURVEYS))))

    @staticmethod
    def resolve_nps_surveys(_root: object, info: ResolveInfo, **kwargs: Any) -> CountableConnection:
        surveys = Survey.objects.filter(visible_surveys(viewer_of(info, FOR_ANSWERS, FOR_SURVEYS)))
        return page_for_staff(info, surveys, kwargs, NpsSurveyCountableConnection)

    @staticmethod
    def resolve_nps_response(_root: object, info: ResolveInfo, **kwargs: Any) -> Seen[Response] | None:
        return _one(
            info, Response.objects.filter(viewer_of(info, FOR_ANSWERS).visible, pk=pk_of(kwargs["id"], "NpsResponse"))
        )

    @staticmethod
    def resolve_nps_responses(_root: object, info: ResolveInfo, **kwargs: Any) -> CountableConnection:
        responses = matching_responses(kwargs.pop("filter", None)).filter(viewer_of(info, FOR_ANSWERS).visible)
        kwargs["sort_by"] = kwargs.get("sort_by") or NEWEST_RESPONSES
        return page_for_staff(info, responses, kwargs, NpsResponseCountableConnection)

    @staticmethod
    def resolve_nps_invitations(_root: object, info: ResolveInfo, **kwargs: Any) -> CountableConnection:
        invitations = matching_invitations(kwargs.pop("filter", None)).filter(viewer_of(info, FOR_ANSWERS).visible)
        kwargs["sort_by"] = NEWEST_INVITATIONS
        return page_for_staff(info, invitations, kwargs, NpsInvitationCountableConnection)


def _one[Row: Model](info: ResolveInfo, rows: QuerySet[Row]) -> Seen[Row] | None:
    row = rows.using(get_database_connection_name(info.context)).first()
    return Seen(row, Access.STAFF) if row else None


def page_for_staff(
    info: ResolveInfo, rows: QuerySet[Any], kwargs: dict[str, Any], connection: type[CountableConnection]
) -> CountableConnection:
    """Return a page of rows as staff see them."""
    rows = rows.using(get_database_connection_name(info.context))
    return seen_by(lambda row: Seen(row, Access.STAFF), create_connection_slice(rows, info, kwargs, connection))


def seen_by(wrap: Callable[[Any], Seen[Any]], page: CountableConnection) -> CountableConnection:
    """Wrap the nodes of a page; cursors are made of the bare rows."""
    for edge in page.edges:
        edge.node = wrap(edge.node)
    return page
