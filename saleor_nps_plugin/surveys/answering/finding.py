"""Finds the invitation that a link opens, with its whole survey, in one statement.

Mail scanners open every link before its reader opens one, so nothing of ours runs more often. The invitation is read each
time. Its survey is the same for thousands of them, so that is kept in memory under the text of its rows: a changed row
has another text, and the survey is read anew.
"""

import json
from functools import lru_cache
from uuid import UUID

from django.db import connection

from ..making import versions
from ..models import Invitation, InvitationStatus, Survey

_FIELDS = tuple(field.attname for field in Invitation._meta.concrete_fields)
_SEGMENTS = _FIELDS.index("segments")
# Subqueries rather than joins: PostgreSQL spends more time on planning this than on running it, and plans joins longer.
_FIND = f"""
SELECT {", ".join(f"i.{name}" for name in _FIELDS)},
    concat(
        (SELECT s::text FROM nps_survey s WHERE s.id = i.survey_id),
        (SELECT string_agg(q::text, '' ORDER BY q.position) FROM nps_question q
            WHERE q.survey_id = i.survey_id AND q.until_version IS NULL),
        (SELECT string_agg(t::text, '' ORDER BY t.language_code) FROM nps_survey_text t WHERE t.survey_id = i.survey_id)
    ),
    (SELECT concat(p.user_id, ' ', p.order_id) FROM nps_shopper p WHERE p.id = i.shopper_id)
FROM nps_invitation i WHERE i.key = %s
"""


def find(key: UUID, *, lock: bool = False) -> Invitation | None:
    """Return the invitation with this key, its survey loaded; `lock` keeps it ours until the transaction ends.

    The survey has the questions that are asked now. It is shared with other callers: read it, never change it.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"{_FIND} FOR UPDATE OF i" if lock else _FIND, [key])
        row = cursor.fetchone()
    if row is None:
        return None
    *values, definition, person = row
    user_id, _, last_order = (person or "").partition(" ")
    values[_SEGMENTS] = json.loads(values[_SEGMENTS])
    invitation = Invitation.from_db(connection.alias, _FIELDS, values)
    invitation.survey = _survey(invitation.survey_id, definition)
    invitation.known_user_id = int(user_id) if user_id else None
    invitation.is_known = person is not None and any((user_id, last_order, invitation.order_id))
    if invitation.status != InvitationStatus.ANSWERED:
        # The status changes together with the response, so there is none to look for.
        invitation._state.fields_cache["response"] = None
    return invitation


@lru_cache(maxsize=128)
def _survey(survey_id: int, definition: str) -> Survey:
    survey = Survey.objects.prefetch_related(versions.asked(), "texts").get(pk=survey_id)
    survey.definition = definition
    return survey
