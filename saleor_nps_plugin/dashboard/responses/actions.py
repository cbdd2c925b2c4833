"""What staff do about a response at the desk.

Every action answers with what it changed around the form that asked for it, so that whatever is being typed elsewhere in
the page stays. The forms send the revision that they show; whoever comes second sees what the first did.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import re_path
from django.utils import timezone
from django.utils.translation import gettext

from ...errors import Invalid, NotFound, Required
from ...shop import get_shop
from ...shop.staff import ANSWERS, CODES, POINTS, Staff
from ...surveys.following_up import cases, replies
from ...surveys.following_up.cases import CaseConflict, Changes
from ...surveys.following_up.replies import Draft
from ...surveys.following_up.replying_mail import recipient_of
from ...surveys.models import CaseStatus, Response
from ..frame import last_of, notify, number_in, part, show
from .facts import compose_of, head_of, history_of, read_response
from .filters import visible_to
from .listing import counts_of, rows_of

NOBODY = 0
_LONGEST_QUERY = 2000


@part(ANSWERS, methods=("POST",))
def change(request: HttpRequest, staff: Staff, response_id: str) -> HttpResponse:
    """Status, assignee, tags, and whether it counts: those that the form has."""
    try:
        cases.update_response(
            int(response_id),
            _changes(request, staff),
            staff_id=staff.id,
            now=timezone.now(),
            visible=visible_to(staff),
            revision=_revision(request),
        )
    except CaseConflict as conflict:
        return _tell_of(request, conflict, staff, response_id)
    return _changed(request, staff, response_id)


@part(ANSWERS, methods=("POST",))
def note(request: HttpRequest, staff: Staff, response_id: str) -> HttpResponse:
    """A note for colleagues; two who write at once both have their say."""
    cases.update_response(
        int(response_id),
        Changes(note=last_of(request, "note")),
        staff_id=staff.id,
        now=timezone.now(),
        visible=visible_to(staff),
    )
    return _changed(request, staff, response_id, with_note_form=True)


@part(ANSWERS, methods=("POST",))
def reply(request: HttpRequest, staff: Staff, response_id: str) -> HttpResponse:
    """A mail to the customer, with what goes along."""
    try:
        made = replies.send_reply(
            int(response_id),
            _draft(request, staff),
            staff_id=staff.id,
            now=timezone.now(),
            visible=visible_to(staff),
            revision=_revision(request),
        )
    except CaseConflict as conflict:
        return _tell_of(request, conflict, staff, response_id)
    answer = _changed(request, staff, response_id, with_compose=True)
    return notify(answer, gettext("Your reply goes out within a minute.") if made.sent_at is None else gettext("Sent"))


@part(ANSWERS, methods=("POST",))
def again(request: HttpRequest, staff: Staff, response_id: str, reply_id: str) -> HttpResponse:
    """Another attempt at a mail that could not be sent."""
    made = replies.try_again(int(reply_id), now=timezone.now(), visible=visible_to(staff))
    if made.response_id != int(response_id):
        raise NotFound
    return show(request, "case_history.html", {**history_of(made.response, staff), "is_oob": False})


@part(ANSWERS)
def history(request: HttpRequest, staff: Staff, response_id: str) -> HttpResponse:
    """What happened so far, for whoever waits for a mail to go out."""
    return show(
        request, "case_history.html", {**history_of(read_response(int(response_id), staff), staff), "is_oob": False}
    )


def _revision(request: HttpRequest) -> int:
    return number_in(last_of(request, "revision"), field="revision")


def _changes(request: HttpRequest, staff: Staff) -> Changes:
    given = request.POST
    counted = last_of(request, "is_counted")
    return Changes(
        case_status=last_of(request, "case_status") or None,
        assignee_id=_assignee(request, staff) if "assignee" in given else None,
        tags=last_of(request, "tags").split(",") if "tags" in given else None,
        is_counted={"yes": True, "no": False}.get(counted),
        exclusion_reason=last_of(request, "exclusion_reason") if counted == "no" else None,
    )


def _assignee(request: HttpRequest, staff: Staff) -> int:
    text = last_of(request, "assignee")
    if text in ("", "me"):
        return staff.id if text else NOBODY
    user_id = number_in(text, field="assignee")
    if user_id not in get_shop().staff([user_id]):
        raise NotFound(gettext("There is no such member of staff."), field="assignee")
    return user_id


def _draft(request: HttpRequest, staff: Staff) -> Draft:
    voucher, points, status = (last_of(request, name).strip() for name in ("voucher", "points", "case_status"))
    _see_permitted(staff, CODES, bool(voucher))
    _see_permitted(staff, POINTS, bool(points))
    if status and status not in CaseStatus.values:
        raise Invalid(gettext("There is no such status."), field="case_status")
    return Draft(
        key=_key(last_of(request, "key")),
        text=last_of(request, "text"),
        subject=last_of(request, "subject"),
        voucher_id=number_in(voucher, field="voucher") if voucher else None,
        points=number_in(points, field="points") if points else 0,
        case_status=status,
    )


def _key(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Required(gettext("Open this page again and send the form from there."), field="key") from None


def _see_permitted(staff: Staff, permission: str, is_asked: bool) -> None:
    if is_asked and not staff.may(permission):
        raise Invalid(gettext("You do not have the permission to give this."))


def _changed(
    request: HttpRequest, staff: Staff, response_id: str, *, with_compose: bool = False, with_note_form: bool = False
) -> HttpResponse:
    response = read_response(int(response_id), staff)
    context = _around(request, response, staff)
    if with_compose:
        order = context["order"]
        context |= compose_of(response, order, recipient_of(response, order), staff)
    return show(
        request,
        "case_changed.html",
        context | {"with_compose": with_compose, "with_note_form": with_note_form, "conflict": "", "unsaved": ""},
    )


def _tell_of(request: HttpRequest, conflict: CaseConflict, staff: Staff, response_id: str) -> HttpResponse:
    """Show the newer state. What was typed stays: in its form, or back in it."""
    response = read_response(int(response_id), staff)
    typed = {name: last_of(request, name) for name in ("tags", "exclusion_reason") if name in request.POST}
    context = _around(request, response, staff, typed=typed) | {
        "with_compose": False,
        "with_note_form": False,
        "conflict": gettext(conflict.message),
        "unsaved": _unsaved(request),
    }
    answer = show(request, "case_changed.html", context, status=409)
    answer["HX-Retarget"] = "#case-head"
    return answer


def _unsaved(request: HttpRequest) -> str:
    if "text" in request.POST:
        return gettext(
            "Your reply was not sent. It is still below: read what is new, and send it again if it still fits."
        )
    return gettext("Your change was not saved. This is how things are now; make it again if it still fits.")


def _around(
    request: HttpRequest, response: Response, staff: Staff, *, typed: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """What may look different after any action."""
    now = timezone.now()
    row = rows_of([response], staff=staff, now=now, current_id=response.pk)[0]
    return {
        **head_of(response, row.order, staff, now=now, typed=typed),
        **history_of(response, staff),
        "row": row,
        "counts": counts_of(staff),
        "query": _query_of_page(request),
    }


def _query_of_page(request: HttpRequest) -> str:
    """The filters of the list that the page shows, so that its rows still lead back there."""
    query = urlsplit(request.headers.get("HX-Current-URL", "")).query
    return f"?{query}" if query and len(query) <= _LONGEST_QUERY else ""


_CASE = r"^/responses/(?P<response_id>[0-9]{1,18})"
urlpatterns = [
    re_path(rf"{_CASE}/change/$", change),
    re_path(rf"{_CASE}/note/$", note),
    re_path(rf"{_CASE}/reply/$", reply),
    re_path(rf"{_CASE}/replies/(?P<reply_id>[0-9]{{1,18}})/again/$", again),
    re_path(rf"{_CASE}/history/$", history),
]
