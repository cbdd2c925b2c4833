"""Asking: surveys, whom they ask, what was answered."""

from .invitation import Activation, Invitation, InvitationStatus, SkipReason
from .response import Answer, CaseNote, CaseReply, CaseStatus, DetractorAlert, NoteKind, Response
from .survey import Question, QuestionKind, Survey, SurveyText, Touchpoint
from .tally import InvitationTally, Tally

__all__ = [
    "Activation",
    "Answer",
    "CaseNote",
    "CaseReply",
    "CaseStatus",
    "DetractorAlert",
    "Invitation",
    "InvitationStatus",
    "InvitationTally",
    "NoteKind",
    "Question",
    "QuestionKind",
    "Response",
    "SkipReason",
    "Survey",
    "SurveyText",
    "Tally",
    "Touchpoint",
]
