"""Notes which mails are out, several at once: a statement of its own for each takes as long as sending it."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from time import monotonic

from django.db import transaction
from django.db.models import F

from ...shop.settings import SurveySettings
from ..models import Invitation, InvitationStatus
from ..reporting import stages, tallies

UNANSWERED = (InvitationStatus.SCHEDULED, InvitationStatus.SENT, InvitationStatus.OPENED)

# How many mails, and for how many seconds, may be out without being noted. A power cut in between sends them once more,
# with the same Message-ID.
_MOST = 20
_LONGEST = 0.2

# An anonymous invitation is one that never expires: nothing comes after its mail, so nothing needs its address any more.
_SENT = """
WITH marked AS (
    UPDATE nps_invitation AS i SET status = 'sent', sent_at = %s, country = s.country, segments = s.segments,
        address = CASE WHEN i.expires_at IS NULL THEN '' ELSE i.address END,
        due_at = CASE WHEN i.expires_at IS NOT NULL THEN coalesce(%s, i.expires_at) END,
        claimed_until = NULL, attempts = 0, failing_since = NULL, last_error = ''
    FROM unnest(%s::bigint[], %s::text[], %s::jsonb[]) AS s (id, country, segments)
    WHERE i.id = s.id AND i.status = ANY (%s)
    RETURNING i.survey_id, i.created_at, i.channel, i.is_tallied
)"""


class SentMails:
    """Invitations and reminders that the mail server has taken. Inside `with`, none is forgotten whatever happens."""

    def __init__(self, settings: SurveySettings, now: datetime) -> None:
        self._settings = settings
        self._now = now
        self._waiting: list[Invitation] = []
        self._since = 0.0

    def __enter__(self) -> "SentMails":
        return self

    def __exit__(self, *error: object) -> None:
        self._write()

    def add(self, invitation: Invitation) -> None:
        """Note that the mail of an invitation is out."""
        self._since = self._since if self._waiting else monotonic()
        self._waiting.append(invitation)
        if len(self._waiting) >= _MOST or monotonic() - self._since > _LONGEST:
            self._write()

    def _write(self) -> None:
        mails, self._waiting = self._waiting, []
        if reminders := [mail for mail in mails if mail.sent_at is not None]:
            self._note_reminders(reminders)
        if invitations := [mail for mail in mails if mail.sent_at is None]:
            self._note_invitations(invitations)

    def _note_reminders(self, reminders: Sequence[Invitation]) -> None:
        # Whoever answered or was cancelled in this very moment stays as they are.
        rows = Invitation.objects.filter(pk__in=[mail.pk for mail in reminders], status__in=UNANSWERED)
        rows.update(
            reminded_at=self._now,
            due_at=F("expires_at"),
            claimed_until=None,
            attempts=0,
            failing_since=None,
            last_error="",
        )

    def _note_invitations(self, invitations: Sequence[Invitation]) -> None:
        hours = self._settings.reminder_after_hours
        reminder_at = self._now + timedelta(hours=hours) if hours else None
        change = tallies.Change()
        for invitation in invitations:
            change.count_sent(invitation, self._now)
        rows = [(mail.pk, mail.country, json.dumps(mail.segments)) for mail in invitations]
        columns = [list(column) for column in zip(*rows, strict=True)]
        with transaction.atomic():
            # Answers lock their invitation before the tallies, too.
            list(Invitation.objects.select_for_update().filter(pk__in=columns[0]).order_by("pk").values_list("pk"))
            change.write(
                along=_SENT + stages.ALONG_MARKED,
                values=[self._now, reminder_at, *columns, [str(status) for status in UNANSWERED]],
            )
