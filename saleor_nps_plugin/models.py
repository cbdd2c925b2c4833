"""Index of the rooms' models, where Django looks for them."""

from .referrals.models import LookupCount, Referral, ReferralCode
from .rewards.models import Notice, PointsAccount, PointsDebt, PointsDraw, PointsEntry, PointsLot, PointsRemark
from .shoppers.models import Shopper
from .surveys.models import (
    Activation,
    Answer,
    CaseNote,
    CaseReply,
    DetractorAlert,
    Invitation,
    InvitationTally,
    Question,
    Response,
    Survey,
    SurveyText,
    Tally,
)

__all__ = [
    "Activation",
    "Answer",
    "CaseNote",
    "CaseReply",
    "DetractorAlert",
    "Invitation",
    "InvitationTally",
    "LookupCount",
    "Notice",
    "PointsAccount",
    "PointsDebt",
    "PointsDraw",
    "PointsEntry",
    "PointsLot",
    "PointsRemark",
    "Question",
    "Referral",
    "ReferralCode",
    "Response",
    "Shopper",
    "Survey",
    "SurveyText",
    "Tally",
]
