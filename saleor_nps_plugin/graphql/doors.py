"""What can be printed into an order's parcel."""

from collections.abc import Iterable
from dataclasses import dataclass

import graphene
from promise import Promise
from saleor.channel.models import Channel
from saleor.core.db.connection import allow_writer
from saleor.graphql.core import ResolveInfo
from saleor.graphql.core.context import SyncWebhookControlContext
from saleor.graphql.core.dataloaders import DataLoader
from saleor.graphql.core.fields import BaseField
from saleor.graphql.core.types import BaseObjectType, NonNullList
from saleor.order.models import Order

from ..links import order_path, order_token, qr_path
from ..shop import get_shop
from ..shop.settings import ShopSettings
from ..surveys.answering.order_links import asking_about_orders, fitting
from ..surveys.models import Survey
from .dataloaders import SETTINGS, ShopSettingsLoader
from .enums import DOC_CATEGORY
from .moved import ChannelByIdLoader
from .permissions import FOR_ANSWERS, Access, Seen, denied, viewer_of
from .surveys import NpsSurvey

_ALL = "all"


class OrderSurveysLoader(DataLoader):
    """The surveys that can be asked about orders of any channel, under one key."""

    context_key = "nps_order_surveys"

    def batch_load(self, keys: Iterable[str]) -> list[list[Survey]]:
        surveys = asking_about_orders(self.database_connection_name)
        return [surveys for _ in keys]


@dataclass(frozen=True)
class SurveyLink:
    """A survey about an order, and where it is answered."""

    survey: Seen[Survey]
    url: str
    qr_url: str

    @classmethod
    def of(cls, survey: Survey, order: Order, channel: str) -> "SurveyLink":
        path, shop = order_path(order_token(order.pk, survey.pk)), get_shop()
        with allow_writer():
            url, qr_url = shop.public_url(path), shop.public_url(qr_path(path))
        return cls(Seen(survey, Access.STAFF, channel=channel, order_id=order.pk), url, qr_url)


class NpsSurveyLink(BaseObjectType):
    survey = graphene.Field(NpsSurvey, required=True, description="The survey.")
    url = graphene.String(required=True, description="Address at which it is answered for this order, to be printed.")
    qr_url = graphene.String(required=True, description="Address of its QR code, an SVG picture.")

    class Meta:
        description = (
            "A survey about an order, to print into its parcel. "
            "Opening it records nothing, and no e-mail asks again after an answer."
        )
        doc_category = DOC_CATEGORY


class NpsLinksOnOrder(graphene.ObjectType):
    nps_survey_links = BaseField(
        NonNullList(NpsSurveyLink),
        required=True,
        description="Surveys to print into the order's parcel; empty while surveys are switched off. Requires MANAGE_ORDERS.",
        doc_category=DOC_CATEGORY,
    )

    @staticmethod
    def resolve_nps_survey_links(
        root: SyncWebhookControlContext[Order], info: ResolveInfo
    ) -> Promise[list[SurveyLink]]:
        order, viewer = root.node, viewer_of(info, FOR_ANSWERS)
        loaded = [
            ChannelByIdLoader(info.context).load(order.channel_id),
            ShopSettingsLoader(info.context).load(SETTINGS),
            OrderSurveysLoader(info.context).load(_ALL),
        ]

        def link(found: tuple[Channel, ShopSettings, list[Survey]]) -> list[SurveyLink]:
            channel, settings, surveys = found
            if not viewer.sees_channel(channel.slug):
                raise denied(FOR_ANSWERS)
            if not settings.for_channel(channel.slug).enabled:
                return []
            return [SurveyLink.of(survey, order, channel.slug) for survey in fitting(surveys, channel.slug)]

        return Promise.all(loaded).then(link)
