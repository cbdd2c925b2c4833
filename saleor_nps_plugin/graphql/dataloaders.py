"""Rows of ours, loaded once for all nodes of a request that want them."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import F, Model, QuerySet
from saleor.core.db.connection import allow_writer
from saleor.graphql.core.dataloaders import DataLoader

from ..shop import get_shop
from ..shop.settings import ShopSettings
from ..surveys.models import Answer, CaseNote, Invitation, Question, Response, Shopper, Survey, SurveyText


class _ByPk(DataLoader):
    """One row per primary key, None where there is none."""

    model: type[Model]

    def batch_load(self, keys: Iterable[int]) -> list[Any]:
        rows = self.model._default_manager.using(self.database_connection_name).in_bulk(keys)
        return [rows.get(key) for key in keys]


class _ListBy(DataLoader):
    """A list of rows per value of `field`."""

    field: str

    def rows(self) -> QuerySet[Any]:
        raise NotImplementedError

    def batch_load(self, keys: Iterable[Any]) -> list[list[Any]]:
        found: dict[Any, list[Any]] = defaultdict(list)
        for row in self.rows().using(self.database_connection_name).filter(**{f"{self.field}__in": keys}):
            found[getattr(row, self.field)].append(row)
        return [found[key] for key in keys]


class SurveyByIdLoader(_ByPk):
    context_key = "nps_survey_by_id"
    model = Survey


class InvitationByIdLoader(_ByPk):
    context_key = "nps_invitation_by_id"
    model = Invitation


class ShopperByIdLoader(_ByPk):
    context_key = "nps_shopper_by_id"
    model = Shopper


class QuestionByIdLoader(_ByPk):
    context_key = "nps_question_by_id"
    model = Question


class TextsBySurveyIdLoader(_ListBy):
    context_key = "nps_texts_by_survey_id"
    field = "survey_id"

    def rows(self) -> QuerySet[SurveyText]:
        return SurveyText.objects.all()


class QuestionsBySurveyIdLoader(_ListBy):
    context_key = "nps_questions_by_survey_id"
    field = "survey_id"

    def rows(self) -> QuerySet[Question]:
        return Question.objects.order_by("position")


class AnswersByResponseIdLoader(_ListBy):
    context_key = "nps_answers_by_response_id"
    field = "response_id"

    def rows(self) -> QuerySet[Answer]:
        return Answer.objects.order_by("question__position")


class NotesByResponseIdLoader(_ListBy):
    context_key = "nps_notes_by_response_id"
    field = "response_id"

    def rows(self) -> QuerySet[CaseNote]:
        return CaseNote.objects.order_by("created_at", "pk")


class InvitationsByOrderIdLoader(_ListBy):
    context_key = "nps_invitations_by_order_id"
    field = "order_id"

    def rows(self) -> QuerySet[Invitation]:
        return Invitation.objects.order_by("-send_at", "-pk")


class ResponsesByOrderIdLoader(_ListBy):
    context_key = "nps_responses_by_order_id"
    field = "order_id"

    def rows(self) -> QuerySet[Response]:
        return Response.objects.order_by("-created_at", "-pk")


class ResponsesByInvitationIdLoader(_ListBy):
    """At most one response each."""

    context_key = "nps_responses_by_invitation_id"
    field = "invitation_id"

    def rows(self) -> QuerySet[Response]:
        return Response.objects.all()


class ResponsesByUserIdLoader(_ListBy):
    context_key = "nps_responses_by_user_id"
    field = "author_id"

    def rows(self) -> QuerySet[Response]:
        return Response.objects.annotate(author_id=F("shopper__user_id")).order_by("-created_at", "-pk")


class ShopSettingsLoader(DataLoader):
    """The operator's settings, under the one key SETTINGS."""

    context_key = "nps_shop_settings"

    def batch_load(self, keys: Iterable[str]) -> list[ShopSettings]:
        # The shop reads through the writer, which Saleor closes to queries.
        with allow_writer():
            settings = get_shop().settings()
        return [settings for _ in keys]


SETTINGS = "settings"
