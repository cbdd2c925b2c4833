"""Rows of ours, loaded once for all nodes of a request that want them."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import F, Model, QuerySet
from saleor.core.db.connection import allow_writer
from saleor.graphql.core.dataloaders import DataLoader

from ..shop import get_shop
from ..shop.interface import Order
from ..shop.settings import ShopSettings
from ..shoppers.models import Shopper
from ..surveys.models import Answer, CaseNote, Invitation, Question, Response, Survey, SurveyText


class ByPkLoader(DataLoader):
    """One row per primary key, None where there is none."""

    model: type[Model]

    def rows(self) -> QuerySet[Any]:
        return self.model._default_manager.all()

    def batch_load(self, keys: Iterable[int]) -> list[Any]:
        rows = self.rows().using(self.database_connection_name).in_bulk(keys)
        return [rows.get(key) for key in keys]


class ListByLoader(DataLoader):
    """A list of rows per value of `field`."""

    field: str

    def rows(self) -> QuerySet[Any]:
        raise NotImplementedError

    def batch_load(self, keys: Iterable[Any]) -> list[list[Any]]:
        found: dict[Any, list[Any]] = defaultdict(list)
        for row in self.rows().using(self.database_connection_name).filter(**{f"{self.field}__in": keys}):
            found[getattr(row, self.field)].append(row)
        return [found[key] for key in keys]


class SurveyByIdLoader(ByPkLoader):
    context_key = "nps_survey_by_id"
    model = Survey


class InvitationByIdLoader(ByPkLoader):
    context_key = "nps_invitation_by_id"
    model = Invitation


class ShopperByIdLoader(ByPkLoader):
    context_key = "nps_shopper_by_id"
    model = Shopper


class QuestionByIdLoader(ByPkLoader):
    context_key = "nps_question_by_id"
    model = Question


class TextsBySurveyIdLoader(ListByLoader):
    context_key = "nps_texts_by_survey_id"
    field = "survey_id"

    def rows(self) -> QuerySet[SurveyText]:
        return SurveyText.objects.all()


class QuestionsBySurveyIdLoader(ListByLoader):
    """Those that are asked now."""

    context_key = "nps_questions_by_survey_id"
    field = "survey_id"

    def rows(self) -> QuerySet[Question]:
        return Question.objects.filter(until_version=None).order_by("position")


class AnswersByResponseIdLoader(ListByLoader):
    context_key = "nps_answers_by_response_id"
    field = "response_id"

    def rows(self) -> QuerySet[Answer]:
        return Answer.objects.order_by("question__position")


class NotesByResponseIdLoader(ListByLoader):
    context_key = "nps_notes_by_response_id"
    field = "response_id"

    def rows(self) -> QuerySet[CaseNote]:
        return CaseNote.objects.order_by("created_at", "pk")


class InvitationsByOrderIdLoader(ListByLoader):
    context_key = "nps_invitations_by_order_id"
    field = "order_id"

    def rows(self) -> QuerySet[Invitation]:
        return Invitation.objects.order_by("-send_at", "-pk")


class ResponsesByOrderIdLoader(ListByLoader):
    context_key = "nps_responses_by_order_id"
    field = "order_id"

    def rows(self) -> QuerySet[Response]:
        return Response.objects.order_by("-created_at", "-pk")


class ResponsesByInvitationIdLoader(ListByLoader):
    """At most one response each."""

    context_key = "nps_responses_by_invitation_id"
    field = "invitation_id"

    def rows(self) -> QuerySet[Response]:
        return Response.objects.all()


class ResponsesByUserIdLoader(ListByLoader):
    context_key = "nps_responses_by_user_id"
    field = "author_id"

    def rows(self) -> QuerySet[Response]:
        return Response.objects.annotate(author_id=F("shopper__user_id")).order_by("-created_at", "-pk")


class ShopOrderLoader(DataLoader):
    """Orders as the domain knows them, None where there is none."""

    context_key = "nps_shop_order"

    def batch_load(self, keys: Iterable[UUID]) -> list[Order | None]:
        # The shop reads through the writer, which Saleor closes to queries.
        with allow_writer():
            orders = get_shop().orders(list(keys))
        return [orders.get(key) for key in keys]


class ProductNameLoader(DataLoader):
    """Names of products by their id, None where there is none."""

    context_key = "nps_product_name"

    def batch_load(self, keys: Iterable[str]) -> list[str | None]:
        with allow_writer():
            names = get_shop().labels("product", list(keys))
        return [names.get(key) for key in keys]


class ShopSettingsLoader(DataLoader):
    """The operator's settings, under the one key SETTINGS."""

    context_key = "nps_shop_settings"

    def batch_load(self, keys: Iterable[str]) -> list[ShopSettings]:
        # The shop reads through the writer, which Saleor closes to queries.
        with allow_writer():
            settings = get_shop().settings()
        return [settings for _ in keys]


SETTINGS = "settings"
