"""Our fields of Mutation."""

import graphene

from .cases import NpsResponseUpdate
from .codes import NpsReferralCodeCreate, NpsReferralCodeDeactivate
from .inviting import NpsInvitationCancel, NpsInvitationCreate
from .points import NpsPointsAdjust, NpsPointsRedeem
from .responding import NpsOptOut, NpsResponseSubmit
from .surveys import NpsSurveyCreate, NpsSurveyUpdate


class NpsMutations(graphene.ObjectType):
    nps_response_submit = NpsResponseSubmit.Field()
    nps_opt_out = NpsOptOut.Field()
    nps_response_update = NpsResponseUpdate.Field()
    nps_invitation_create = NpsInvitationCreate.Field()
    nps_invitation_cancel = NpsInvitationCancel.Field()
    nps_survey_create = NpsSurveyCreate.Field()
    nps_survey_update = NpsSurveyUpdate.Field()
    nps_points_redeem = NpsPointsRedeem.Field()
    nps_points_adjust = NpsPointsAdjust.Field()
    nps_referral_code_create = NpsReferralCodeCreate.Field()
    nps_referral_code_deactivate = NpsReferralCodeDeactivate.Field()
