"""Index of the rooms' models, where Django looks for them."""

from .surveys.models import (
    Activation,
    Answer,
    CaseNote,
    DetractorAlert,
    Invitation,
    Question,
    Response,
    Shopper,
    Survey,
    SurveyText,
    Tally,
)

__all__ = [
    "Activation",
    "Answer",
    "CaseNote",
    "DetractorAlert",
    "Invitation",
    "Question",
    "Response",
    "Shopper",
    "Survey",
    "SurveyText",
    "Tally",
]
