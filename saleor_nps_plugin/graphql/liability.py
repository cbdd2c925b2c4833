"""NpsPointsLiability."""

import graphene
from saleor.graphql.core import ResolveInfo
from saleor.graphql.core.types import BaseObjectType

from ..rewards.liability import Liability
from .enums import DOC_CATEGORY


class NpsPointsLiability(BaseObjectType):
    currency = graphene.String(required=True, description="Code of the currency, such as USD.")
    opening = graphene.Int(
        required=True,
        description="Points owed before the period. Pending points are owed too; what customers owe counts negative.",
    )
    earned = graphene.Int(required=True, description="Cashback, referrals and bonuses; 0 or more.")
    redeemed = graphene.Int(required=True, description="Points that became gift cards; 0 or less.")
    expired = graphene.Int(required=True, description="Points that were not used in time; 0 or less.")
    reversed = graphene.Int(required=True, description="Points taken back because orders were refunded; 0 or less.")
    adjusted = graphene.Int(required=True, description="Corrections by staff; of either sign.")
    closing = graphene.Int(
        required=True,
        description="Points owed after the period: `opening` plus the five movements, which carry their signs.",
    )
    redemption_rate = graphene.Float(
        description="Redeemed share of the points earned in the period, 0 to 1; null if none were earned."
    )

    class Meta:
        description = "What the shop owes in points, one row per currency. Movements are signed and add up."
        doc_category = DOC_CATEGORY

    @staticmethod
    def resolve_redemption_rate(root: Liability, info: ResolveInfo) -> float | None:
        return None if root.redemption_rate is None else float(root.redemption_rate)
