"""Our fields of Mutation."""

import graphene

from .cases import NpsResponseUpdate
from .inviting import NpsInvitationCancel, NpsInvitationCreate
from .responding import NpsOptOut, NpsResponseSubmit


class NpsMutations(graphene.ObjectType):
    nps_response_submit = NpsResponseSubmit.Field()
    nps_opt_out = NpsOptOut.Field()
    nps_response_update = NpsResponseUpdate.Field()
    nps_invitation_create = NpsInvitationCreate.Field()
    nps_invitation_cancel = NpsInvitationCancel.Field()
