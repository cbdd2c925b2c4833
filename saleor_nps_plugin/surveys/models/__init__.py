"""Asking: surveys, whom they ask, what was answered."""

from .attack import Attack, AttackKind
from .door import Audience, Ballot, Door, DoorAnswer, DoorKind, DoorNetwork, SealedAnswer, Wave
from .invitation import Activation, Invitation, InvitationStatus, SkipReason, Source
from .response import (
    Answer,
    CaseNote,
    CaseReply,
    CaseStatus,
    DetractorAlert,
    NoteKind,
    Offer,
    Response,
    Trace,
)
from .survey import Question, QuestionKind, QuestionRole, Scale, Survey, SurveyText, SurveyVersion, Touchpoint
from .tally import InvitationTally, Tally

__all__ = [
    "Activation",
    "Answer",
    "Attack",
    "AttackKind",
    "Audience",
    "Ballot",
    "CaseNote",
    "CaseReply",
    "CaseStatus",
    "DetractorAlert",
    "Door",
    "DoorAnswer",
    "DoorKind",
    "DoorNetwork",
    "Invitation",
    "InvitationStatus",
    "InvitationTally",
    "NoteKind",
    "Offer",
    "Question",
    "QuestionKind",
    "QuestionRole",
    "Response",
    "Scale",
    "SealedAnswer",
    "SkipReason",
    "Source",
    "Survey",
    "SurveyText",
    "SurveyVersion",
    "Tally",
    "Touchpoint",
    "Trace",
    "Wave",
]
