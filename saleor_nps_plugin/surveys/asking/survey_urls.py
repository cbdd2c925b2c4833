"""Where an invitation is answered."""

from ...links import invitation_token, survey_path
from ...shop import get_shop
from ...shop.settings import SurveySettings
from ..models import Invitation


def survey_url(invitation: Invitation, settings: SurveySettings) -> str:
    """Return the public address at which this invitation is answered."""
    token = invitation_token(invitation.key)
    if settings.survey_url:
        return settings.survey_url.replace("{token}", token)
    return get_shop().public_url(survey_path(token))
