"""What staff do about surveys: make one, change it."""

import re
from collections.abc import Collection, Iterable
from typing import Any

import graphene
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from saleor.graphql.core import ResolveInfo
from saleor.graphql.core.mutations import BaseMutation

from ...errors import NotFound, Required
from ...shop import get_shop
from ...surveys.making import editing, versions
from ...surveys.making.editing import Draft, draft_of
from ...surveys.models import Survey
from ..enums import DOC_CATEGORY
from ..errors import NpsError, typed_errors
from ..ids import argument_pk
from ..permissions import FOR_SURVEYS, Access, Seen, Viewer, viewer_of, visible_surveys
from ..surveys import NpsSurvey
from .survey_inputs import NpsSurveyInput, changed


class NpsSurveyCreate(BaseMutation):
    nps_survey = graphene.Field(NpsSurvey, description="The survey.")

    class Arguments:
        input = NpsSurveyInput(required=True, description="What to ask, when and where.")

    class Meta:
        description = "Makes a survey. Staff restricted to some channels make surveys of those only."
        doc_category = DOC_CATEGORY
        error_type_class = NpsError
        permissions = (FOR_SURVEYS,)

    @classmethod
    def perform_mutation(cls, _root: object, info: ResolveInfo, /, **data: Any) -> "NpsSurveyCreate":
        given = data["input"]
        viewer = viewer_of(info, FOR_SURVEYS)
        with typed_errors():
            for name in ("name", "touchpoint"):
                if not given.get(name):
                    raise Required(field=name)
            draft = changed(Draft(name="", is_active=True), given)
            _see_known(draft.channels)
            _see_allowed(draft.channels, viewer, field="channels")
            _refuse_errors(draft)
            survey = editing.create(draft)
        return cls(nps_survey=Seen(survey, Access.STAFF))


class NpsSurveyUpdate(BaseMutation):
    nps_survey = graphene.Field(NpsSurvey, description="The survey as it is now.")

    class Arguments:
        id = graphene.ID(required=True, description="ID of the survey.")
        input = NpsSurveyInput(required=True, description="What to change.")

    class Meta:
        description = (
            "Changes a survey. What is asked of a survey that has answers becomes a new version; answers keep their "
            "questions. Staff restricted to some channels change surveys of those only."
        )
        doc_category = DOC_CATEGORY
        error_type_class = NpsError
        permissions = (FOR_SURVEYS,)

    @classmethod
    def perform_mutation(cls, _root: object, info: ResolveInfo, /, **data: Any) -> "NpsSurveyUpdate":
        survey_id = argument_pk(data["id"], "NpsSurvey")
        viewer = viewer_of(info, FOR_SURVEYS)
        with typed_errors(), transaction.atomic():
            # Locked: what is left out stays as it is, and not as it was when somebody else began to save.
            rows = Survey.objects.select_for_update().filter(visible_surveys(viewer), pk=survey_id)
            survey = rows.prefetch_related(versions.asked(), "texts").first()
            if survey is None:
                raise NotFound("There is no such survey.", field="id")
            _see_allowed(survey.channels, viewer, field="id")
            draft = changed(draft_of(survey), data["input"])
            # A channel that was deleted since must not stand in the way of every other change.
            _see_known(set(draft.channels) - set(survey.channels))
            _see_allowed(draft.channels, viewer, field="channels")
            _refuse_errors(draft)
            survey = editing.save(survey.pk, draft, known=None, now=timezone.now())
        return cls(nps_survey=Seen(survey, Access.STAFF))


def _see_known(channels: Iterable[str]) -> None:
    if set(channels) - set(get_shop().channels()):
        raise NotFound("There is no such channel.", field="channels")


def _see_allowed(channels: Collection[str], viewer: Viewer, *, field: str) -> None:
    """Whoever works for some channels changes surveys of no other channel, nor of all."""
    if viewer.channels is not None and (not channels or not viewer.channels.issuperset(channels)):
        raise NotFound("You may change surveys of your own channels only.", field=field)


def _refuse_errors(draft: Draft) -> None:
    """Name everything that is wrong at once, under the argument that it is in."""
    found: dict[str, list[ValidationError]] = {}
    for part, sentence in editing.errors_in(draft).items():
        place, told = _place(part, sentence)
        found.setdefault(place, []).append(ValidationError(told, code="invalid"))
    if found:
        raise ValidationError(found)


def _place(part: str, sentence: str) -> tuple[str, str]:
    """The argument that a part of a draft came in, and what to say about it."""
    if question := re.match(r"q(\d+)", part):
        return "questions", f"Question {int(question[1]) + 1}: {sentence}"
    name, _, language = part.partition(".")
    return ("texts", f"{name}, {language}: {sentence}") if language else (name, sentence)
