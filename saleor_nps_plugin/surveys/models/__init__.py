"""Asking: surveys, whom they ask, what was answered."""

from .invitation import Activation, Invitation, InvitationStatus, SkipReason
from .response import Answer, CaseNote, CaseStatus, DetractorAlert, Response
from .survey import Question, QuestionKind, Survey, SurveyText, Touchpoint
from .tally import Tally

__all__ = [
    "Activation",
    "Answer",
    "CaseNote",
    "CaseStatus",
    "DetractorAlert",
    "Invitation",
    "InvitationStatus",
    "Question",
    "QuestionKind",
    "Response",
    "SkipReason",
    "Survey",
    "SurveyText",
    "Tally",
    "Touchpoint",
]
