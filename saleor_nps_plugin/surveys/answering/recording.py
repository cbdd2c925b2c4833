"""Records and revises responses."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F

from ...errors import AlreadyAnswered, PluginInactive, TokenExpired, TokenInvalid
from ...links import read_invitation_token
from ...queue import QUEUE_FIELDS
from ...shop import get_shop
from ...shop.settings import SurveySettings
from ...shoppers.models import Shopper
from ..following_up import announced
from ..models import (
    Answer,
    CaseStatus,
    DetractorAlert,
    Invitation,
    InvitationStatus,
    QuestionKind,
    QuestionRole,
    Response,
    Wave,
)
from ..reporting import competitors, stages, tallies
from ..reporting.scoring import Category
from . import untrue
from .finding import find
from .submission import Checked, Submission, check, read_score

# A score that came with the first touch of the page is often followed by a comment within minutes; staff read both at
# once.
ALERT_PATIENCE = timedelta(minutes=15)

# By then whoever sees the page that thanks has been thanked, and the score is the one that they meant.
THANKS_PATIENCE = timedelta(minutes=15)

# Choices that are counted in dimensions of their own.
_NO_REASONS = (QuestionRole.PRODUCT, QuestionRole.COMPETITOR)

# Segments that come from the answer; the others are copied from the invitation.
_SEGMENTS_OF_ANSWERS = ("reason", "about", "discourage", *competitors.SEGMENTS)

_ANSWERABLE = (InvitationStatus.SCHEDULED, InvitationStatus.SENT, InvitationStatus.OPENED, InvitationStatus.ANSWERED)


def find_invitation(token: str, *, lock: bool = False) -> Invitation:
    """Return the invitation that a token opens, whatever its state; raises TokenInvalid."""
    invitation = find(read_invitation_token(token), lock=lock)
    if invitation is None:
        raise TokenInvalid
    return invitation


def _check_open(invitation: Invitation, settings: SurveySettings, now: datetime) -> None:
    if invitation.wave_id is not None and Wave.objects.filter(pk=invitation.wave_id, is_anonymous=True).exists():
        # Those answer by ballots: the key of the invitation would lead to who they are.
        raise TokenInvalid
    if not settings.enabled or not invitation.survey.is_active:
        raise PluginInactive
    if invitation.status not in _ANSWERABLE or (invitation.expires_at is not None and invitation.expires_at <= now):
        raise TokenExpired


def open_invitation(token: str, *, now: datetime) -> Invitation:
    """Return the invitation whose survey the holder of the token may see now.

    Raises TokenInvalid, TokenExpired or PluginInactive.
    """
    invitation = find_invitation(token)
    _check_open(invitation, _settings_for(invitation), now)
    return invitation


def _settings_for(invitation: Invitation) -> SurveySettings:
    return get_shop().settings().for_channel(invitation.channel)


def response_to(invitation: Invitation) -> Response | None:
    """Return the response that an invitation has got."""
    response: Response | None = getattr(invitation, "response", None)
    if response is not None:
        response.survey = invitation.survey
    return response


def submit(
    token: str,
    submission: Submission,
    *,
    now: datetime,
    trace: Mapping[str, Any] | None = None,
    may_leave_out: bool = False,
) -> Response:
    """Record the answer of the holder of a token; within the revision window a second one replaces the first.

    `trace` is what untrue answers are known by, see `untrue.note`. With `may_leave_out` no question is required but the score.

    Raises TokenInvalid, TokenExpired, PluginInactive, AlreadyAnswered, ScoreOutOfRange, Required or Invalid; then nothing is changed.
    """
    with transaction.atomic():
        # Locked: two submits at once become one answer, then a revision.
        invitation = find_invitation(token, lock=True)
        settings = _settings_for(invitation)
        _check_open(invitation, settings, now)
        given = check(submission, invitation.survey, order_id=invitation.order_id, may_leave_out=may_leave_out)
        response = response_to(invitation)
        if response is None:
            return _traced(_record(invitation, given, settings, now, alert_at=now), trace, now)
        return _traced(_revise(response, given, settings, now), trace, now)


def _traced(response: Response, trace: Mapping[str, Any] | None, now: datetime) -> Response:
    if trace is not None:
        untrue.note(response, trace=trace, now=now)
    return response


def note_seen(token: str, *, now: datetime, score: object = None) -> None:
    """Note that a human acts on the page, and the score of the e-mail's link unless there is an answer already.

    Raises TokenInvalid, TokenExpired, PluginInactive or ScoreOutOfRange.
    """
    with transaction.atomic():
        invitation = find_invitation(token, lock=True)
        settings = _settings_for(invitation)
        _check_open(invitation, settings, now)
        read = None if score in (None, "") else read_score(score, invitation.survey.scale)
        _note_opened(invitation, now)
        if read is not None and response_to(invitation) is None:
            _record(invitation, Checked(score=read), settings, now, alert_at=now + ALERT_PATIENCE)


def opt_out(token: str, *, now: datetime) -> None:
    """Never ask the holder of this token again. Raises TokenInvalid; repeating changes nothing."""
    invitation = find_invitation(token)
    if invitation.shopper_id is None:
        return
    with transaction.atomic():
        Shopper.objects.filter(pk=invitation.shopper_id, opted_out_at=None).update(opted_out_at=now)
        mailed = [InvitationStatus.SENT, InvitationStatus.OPENED]
        waiting = Invitation.objects.filter(shopper_id=invitation.shopper_id, status__in=mailed, reminded_at=None)
        # The link stays good until it expires; only the reminder is off.
        waiting.filter(due_at__isnull=False).update(due_at=F("expires_at"))


def _note_opened(invitation: Invitation, now: datetime) -> None:
    if invitation.opened_at is not None:
        return
    invitation.opened_at = now
    if invitation.status == InvitationStatus.SENT:
        invitation.status = InvitationStatus.OPENED
    invitation.save(update_fields=["opened_at", "status"])
    if invitation.is_tallied:
        stages.add(invitation.pk, stages.OPENED)


def _record(
    invitation: Invitation, given: Checked, settings: SurveySettings, now: datetime, *, alert_at: datetime
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
    fill(response, given, now)
    change = tallies.Change()
    reached = [] if invitation.opened_at else [stages.OPENED]
    if invitation.status != InvitationStatus.ANSWERED:
        change.count_answered(invitation)
        reached.append(stages.ANSWERED)
    invitation.status = InvitationStatus.ANSWERED
    invitation.opened_at = invitation.opened_at or now
    invitation.address = ""
    invitation.settle(None)
    invitation.save(update_fields=["status", "opened_at", "address", *QUEUE_FIELDS])
    change.note_reached(invitation, *reached)
    _keep(response, given, change)
    if _is_told_to_staff(response, settings):
        DetractorAlert.objects.create(response=response, due_at=alert_at)
    return response


def _revise(response: Response, given: Checked, settings: SurveySettings, now: datetime) -> Response:
    if now >= response.editable_until:
        raise AlreadyAnswered
    # Staff may be at work on it in this very moment: neither side may overwrite what the other writes.
    survey = response.survey
    response = Response.objects.select_for_update(of=("self",)).get(pk=response.pk)
    response.survey = survey
    response.revision += 1
    change = tallies.Change()
    change.count_response(response, -1)
    fill(response, given, now)
    response.answers.all().delete()
    _keep(response, given, change)
    _change_alert(response, settings, now)
    return response


def fill(response: Response, given: Checked, now: datetime) -> None:
    """Put what was given into a response, in memory only."""
    response.score = given.score
    response.comment = given.comment or next(
        (answer.text for answer in given.answers if answer.question.is_comment), ""
    )
    response.discourage_score = given.discourage_score
    response.may_contact = given.may_contact
    response.survey_version = given.version or response.survey.version
    response.segments = {key: values for key, values in response.segments.items() if key not in _SEGMENTS_OF_ANSWERS}
    if reasons := _reasons(given):
        response.segments["reason"] = reasons
    if about := [value for answer in given.answers if _is_about_product(answer) for value in answer.choices]:
        response.segments["about"] = about
    if given.discourage_score is not None:
        response.segments["discourage"] = [str(given.discourage_score)]
    response.segments |= competitors.segments(given.answers)
    response.updated_at = max(now, response.created_at)


def _reasons(given: Checked) -> list[str]:
    """The choices made, as keys of the tallies."""
    chosen = {
        f"{answer.question.line_id}:{value}"
        for answer in given.answers
        if answer.question.kind in (QuestionKind.SINGLE_CHOICE, QuestionKind.MULTIPLE_CHOICE)
        and answer.question.role not in _NO_REASONS
        for value in answer.choices
    }
    return sorted(chosen)


def _is_about_product(answer: Answer) -> bool:
    return answer.question.role == QuestionRole.PRODUCT


def _keep(response: Response, given: Checked, change: tallies.Change) -> None:
    _set_case_status(response)
    response.thanks_due_at = response.updated_at + THANKS_PATIENCE if response.shopper_id else None
    response.save()
    for answer in given.answers:
        if not answer.question.is_comment:
            answer.response = response
            answer.save()
    change.count_response(response)
    change.write()
    announced.tell_of_answer(response, given.answers, now=response.updated_at)


def _set_case_status(response: Response) -> None:
    """A detractor opens a case; a change of mind closes it again unless staff have taken it up."""
    if response.category is Category.DETRACTOR and response.case_status == CaseStatus.NONE:
        if not untrue.is_flagged(response):
            response.case_status = CaseStatus.OPEN
    elif response.category is not Category.DETRACTOR and response.case_status == CaseStatus.OPEN:
        response.case_status = CaseStatus.NONE


def _is_told_to_staff(response: Response, settings: SurveySettings) -> bool:
    is_unhappy = response.category is Category.DETRACTOR and not untrue.is_flagged(response)
    return is_unhappy and bool(settings.staff_emails)


def _change_alert(response: Response, settings: SurveySettings, alert_at: datetime) -> None:
    waiting = DetractorAlert.objects.filter(response=response, sent_at=None)
    if response.category is not Category.DETRACTOR:
        waiting.delete()
    elif _is_told_to_staff(response, settings) and not waiting.update(due_at=alert_at):
        DetractorAlert.objects.get_or_create(response=response, defaults={"due_at": alert_at})
