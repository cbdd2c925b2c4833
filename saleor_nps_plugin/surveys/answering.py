"""Records and revises responses."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from ..errors import AlreadyAnswered, Invalid, PluginInactive, Required, ScoreOutOfRange, TokenExpired, TokenInvalid
from ..links import read_invitation_token
from ..shop import get_shop
from ..shop.settings import SurveySettings
from . import tallies
from .models import (
    Answer,
    CaseStatus,
    DetractorAlert,
    Invitation,
    InvitationStatus,
    Question,
    QuestionKind,
    Response,
    Shopper,
)
from .scoring import HIGHEST_SCORE, SCORES, Category, category

LONGEST_COMMENT = 5000
# A score that came with the first touch of the page is often followed by a comment within minutes; staff read both at once.
ALERT_PATIENCE = timedelta(minutes=15)

# Everything below the space but tab and line feed, plus the marks that turn the direction of the text around them.
_UNWANTED = re.compile("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
_ANSWERABLE = (InvitationStatus.SCHEDULED, InvitationStatus.SENT, InvitationStatus.OPENED, InvitationStatus.ANSWERED)


@dataclass(frozen=True)
class SubmittedAnswer:
    """The answer to one follow-up question, as it came in."""

    question_id: int
    text: str = ""
    choices: tuple[str, ...] = ()
    number: float | None = None
    yes: bool | None = None


@dataclass(frozen=True)
class Submission:
    """What a respondent sent. Scores are checked here, so they may be of any type."""

    score: object
    comment: str = ""
    answers: tuple[SubmittedAnswer, ...] = ()
    discourage_score: object = None
    may_contact: bool = False


def clean_text(text: str) -> str:
    """Return text without control characters, with plain line ends and no space around it."""
    return _UNWANTED.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def read_score(value: object) -> int:
    """Return a score given as integer or as digits; raises ScoreOutOfRange for anything else."""
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,2}", value):
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or value not in SCORES:
        raise ScoreOutOfRange(field="score")
    return value


def find_invitation(token: str) -> Invitation:
    """Return the invitation that a token opens, whatever its state; raises TokenInvalid."""
    invitation = (
        Invitation.objects.select_related("survey", "response").filter(key=read_invitation_token(token)).first()
    )
    if invitation is None:
        raise TokenInvalid
    return invitation


def _check_open(invitation: Invitation, settings: SurveySettings, now: datetime) -> None:
    if not settings.enabled or not invitation.survey.is_active:
        raise PluginInactive
    if invitation.status not in _ANSWERABLE or (invitation.expires_at is not None and invitation.expires_at <= now):
        raise TokenExpired


def open_invitation(token: str, *, now: datetime) -> Invitation:
    """Return the invitation whose survey the holder of the token may see now.

    Raises TokenInvalid, TokenExpired or PluginInactive.
    """
    invitation = find_invitation(token)
    _check_open(invitation, get_shop().settings().for_channel(invitation.channel), now)
    return invitation


def response_to(invitation: Invitation) -> Response | None:
    """Return the response that an invitation has got."""
    return getattr(invitation, "response", None)


def submit(token: str, submission: Submission, *, now: datetime) -> Response:
    """Record the answer of the holder of a token; within the revision window a second one replaces the first.

    Raises TokenInvalid, TokenExpired, PluginInactive, AlreadyAnswered, ScoreOutOfRange, Required or Invalid; then nothing is changed.
    """
    invitation = open_invitation(token, now=now)
    settings = get_shop().settings().for_channel(invitation.channel)
    score = read_score(submission.score)
    given = _Given(
        score=score,
        comment=_read_comment(submission.comment),
        discourage_score=None if submission.discourage_score is None else _read_discourage(submission.discourage_score),
        may_contact=submission.may_contact,
        answers=_read_answers(invitation, submission.answers, category(score)),
    )
    with transaction.atomic():
        locked = _lock(invitation)
        response = response_to(locked)
        if response is None:
            return _record(locked, given, settings, now, alert_at=now)
        return _revise(response, given, settings, now)


def note_seen(token: str, *, now: datetime, score: object = None) -> None:
    """Note that a human acts on the page, and the score of the e-mail's link unless there is an answer already.

    Raises TokenInvalid, TokenExpired, PluginInactive or ScoreOutOfRange.
    """
    invitation = open_invitation(token, now=now)
    read = None if score in (None, "") else read_score(score)
    settings = get_shop().settings().for_channel(invitation.channel)
    with transaction.atomic():
        locked = _lock(invitation)
        _note_opened(locked, now)
        if read is not None and response_to(locked) is None:
            _record(locked, _Given(score=read), settings, now, alert_at=now + ALERT_PATIENCE)


def opt_out(token: str, *, now: datetime) -> None:
    """Never ask the holder of this token again. Raises TokenInvalid; repeating changes nothing."""
    invitation = find_invitation(token)
    with transaction.atomic():
        Shopper.objects.filter(pk=invitation.shopper_id, opted_out_at=None).update(opted_out_at=now)
        waiting = Invitation.objects.filter(shopper_id=invitation.shopper_id, shopper_id__isnull=False)
        waiting.filter(
            status__in=[InvitationStatus.SENT, InvitationStatus.OPENED], reminded_at=None, due_at__isnull=False
        ).update(
            # The link stays good until it expires; only the reminder is off.
            due_at=F("expires_at"),
        )


@dataclass(frozen=True)
class _Given:
    """A submission that has been checked."""

    score: int
    comment: str = ""
    discourage_score: int | None = None
    may_contact: bool = False
    answers: Sequence[Answer] = ()


def _read_comment(comment: str) -> str:
    cleaned = clean_text(comment)
    if len(cleaned) > LONGEST_COMMENT:
        raise Invalid(f"The comment has {len(cleaned)} characters; at most {LONGEST_COMMENT} fit.", field="comment")
    return cleaned


def _read_discourage(value: object) -> int:
    try:
        return read_score(value)
    except ScoreOutOfRange:
        raise ScoreOutOfRange(field="discourage_score") from None


def _read_answers(invitation: Invitation, submitted: Sequence[SubmittedAnswer], asked: Category) -> list[Answer]:
    if not submitted and not invitation.survey.questions.filter(is_required=True).exists():
        return []
    questions = {question.pk: question for question in invitation.survey.questions.all()}
    given = {answer.question_id: answer for answer in submitted}
    for question_id in given.keys() - questions.keys():
        raise Invalid(f"Question {question_id} is not part of this survey.", field="answers")
    missing = [
        question
        for question in questions.values()
        if question.is_required and question.is_asked(asked) and question.pk not in given
    ]
    if missing:
        raise Required("A required question is not answered.", field="answers")
    return [_read_answer(questions[pk], answer) for pk, answer in given.items() if questions[pk].is_asked(asked)]


def _read_answer(question: Question, given: SubmittedAnswer) -> Answer:
    text = _read_comment(given.text)
    allowed = {str(choice["value"]) for choice in question.choices}
    if set(given.choices) - allowed:
        raise Invalid(f"A choice is not one of: {', '.join(sorted(allowed))}.", field="answers")
    if question.kind == QuestionKind.SINGLE_CHOICE and len(given.choices) > 1:
        raise Invalid("This question takes one choice.", field="answers")
    if question.kind == QuestionKind.SCALE and (given.number is None or not 0 <= given.number <= HIGHEST_SCORE):
        raise Invalid("This question takes a number from 0 to 10.", field="answers")
    return Answer(question=question, text=text, choices=list(given.choices), number=given.number, yes=given.yes)


def _lock(invitation: Invitation) -> Invitation:
    """The invitation as it is now, ours until the transaction ends: two submits at once become one answer, then a revision."""
    locked = Invitation.objects.select_for_update(of=("self",)).filter(pk=invitation.pk).first()
    if locked is None:
        raise TokenInvalid
    locked.survey = invitation.survey
    return locked


def _note_opened(invitation: Invitation, now: datetime) -> None:
    if invitation.opened_at is not None:
        return
    invitation.opened_at = now
    if invitation.status == InvitationStatus.SENT:
        invitation.status = InvitationStatus.OPENED
    invitation.save(update_fields=["opened_at", "status"])


def _record(
    invitation: Invitation, given: _Given, settings: SurveySettings, now: datetime, *, alert_at: datetime
) -> Response:
    response = Response(
        survey=invitation.survey,
        invitation=invitation,
        shopper_id=invitation.shopper_id,
        order_id=invitation.order_id,
        channel=invitation.channel,
        country=invitation.country,
        language_code=invitation.language_code,
        segments=invitation.segments or {"language": [invitation.language_code]},
        created_at=now,
        editable_until=now + timedelta(hours=settings.revision_hours),
    )
    _fill(response, given, now)
    change = tallies.Change()
    if invitation.status != InvitationStatus.ANSWERED:
        change.count_answered(invitation)
    invitation.status = InvitationStatus.ANSWERED
    invitation.opened_at = invitation.opened_at or now
    invitation.address = ""
    invitation.settle(None)
    invitation.save()
    _keep(response, given, change)
    _open_case(response, settings, alert_at)
    return response


def _revise(response: Response, given: _Given, settings: SurveySettings, now: datetime) -> Response:
    if now >= response.editable_until:
        raise AlreadyAnswered
    change = tallies.Change()
    change.count_response(response, -1)
    _fill(response, given, now)
    response.answers.all().delete()
    _keep(response, given, change)
    _open_case(response, settings, now)
    return response


def _fill(response: Response, given: _Given, now: datetime) -> None:
    response.score = given.score
    response.comment = given.comment or next(
        (answer.text for answer in given.answers if answer.question.is_comment), ""
    )
    response.discourage_score = given.discourage_score
    response.may_contact = given.may_contact
    response.updated_at = max(now, response.created_at)


def _keep(response: Response, given: _Given, change: tallies.Change) -> None:
    _set_case_status(response)
    response.save()
    for answer in given.answers:
        if not answer.question.is_comment:
            answer.response = response
            answer.save()
    change.count_response(response)
    change.write()


def _set_case_status(response: Response) -> None:
    """A detractor opens a case; a change of mind closes it again unless staff have taken it up."""
    if response.category is Category.DETRACTOR and response.case_status == CaseStatus.NONE:
        response.case_status = CaseStatus.OPEN
    elif response.category is not Category.DETRACTOR and response.case_status == CaseStatus.OPEN:
        response.case_status = CaseStatus.NONE


def _open_case(response: Response, settings: SurveySettings, alert_at: datetime) -> None:
    waiting = DetractorAlert.objects.filter(response=response, sent_at=None)
    if response.category is not Category.DETRACTOR:
        waiting.delete()
    elif settings.staff_emails and not waiting.update(due_at=alert_at):
        DetractorAlert.objects.get_or_create(response=response, defaults={"due_at": alert_at})
