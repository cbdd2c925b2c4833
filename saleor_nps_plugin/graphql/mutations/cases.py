"""What staff do about a response."""

from collections.abc import Mapping
from typing import Any

import graphene
from django.utils import timezone
from saleor.account.models import User
from saleor.graphql.core import ResolveInfo
from saleor.graphql.core.mutations import BaseMutation
from saleor.graphql.core.types import BaseInputObjectType, NonNullList

from ...errors import Invalid, NotFound
from ...surveys.following_up import cases
from ...surveys.following_up.cases import Changes
from ..enums import DOC_CATEGORY, NpsCaseStatusEnum
from ..errors import NpsError, typed_errors
from ..ids import argument_pk
from ..permissions import FOR_ANSWERS, Access, Seen, viewer_of
from ..responses import NpsResponse

MOST_TAGS = 100
NOBODY = 0


class NpsResponseUpdateInput(BaseInputObjectType):
    case_status = NpsCaseStatusEnum(description="Where the follow-up stands.")
    assignee = graphene.ID(
        description="ID of the member of staff who follows it up; null takes it away from everybody."
    )
    tags = NonNullList(graphene.String, description="All tags of the response; replaces those it has.")
    note = graphene.String(description="A note to add.")
    is_counted = graphene.Boolean(description="Whether the response counts in scores; false needs a reason.")
    exclusion_reason = graphene.String(description="Why the response is left out of every score.")
    revision = graphene.Int(
        description="The revision that was read; if the response has another by now, nothing is changed. "
        "Left out: it is changed in any case."
    )

    class Meta:
        description = "What to change; a field that is left out stays as it is."
        doc_category = DOC_CATEGORY


class NpsResponseUpdate(BaseMutation):
    nps_response = graphene.Field(NpsResponse, description="The response as it is now.")

    class Arguments:
        id = graphene.ID(required=True, description="ID of the response.")
        input = NpsResponseUpdateInput(required=True, description="What to change.")

    class Meta:
        description = "Changes case, assignee, tags and exclusion of a response, and adds a note."
        doc_category = DOC_CATEGORY
        error_type_class = NpsError
        permissions = (FOR_ANSWERS,)

    @classmethod
    def perform_mutation(cls, _root: object, info: ResolveInfo, /, **data: Any) -> "NpsResponseUpdate":
        response_id = argument_pk(data["id"], "NpsResponse")
        viewer = viewer_of(info, FOR_ANSWERS)
        with typed_errors():
            changes = cls._changes(data["input"])
            response = cases.update_response(
                response_id,
                changes,
                staff_id=viewer.user_id,
                now=timezone.now(),
                visible=viewer.visible,
                revision=data["input"].get("revision"),
            )
        return cls(nps_response=Seen(response, Access.STAFF))

    @classmethod
    def _changes(cls, given: Mapping[str, Any]) -> Changes:
        tags = given.get("tags")
        if tags is not None and len(tags) > MOST_TAGS:
            raise Invalid(f"At most {MOST_TAGS} tags can be given.", field="tags")
        return Changes(
            case_status=given.get("case_status"),
            assignee_id=cls._assignee(given),
            tags=tags,
            note=given.get("note"),
            is_counted=given.get("is_counted"),
            exclusion_reason=given.get("exclusion_reason"),
        )

    @classmethod
    def _assignee(cls, given: Mapping[str, Any]) -> int | None:
        if "assignee" not in given:
            return None
        if not given["assignee"]:
            return NOBODY
        user_id = argument_pk(given["assignee"], "User", field="assignee")
        if not User.objects.filter(pk=user_id, is_staff=True, is_active=True).exists():
            raise NotFound("There is no such member of staff.", field="assignee")
        return user_id
