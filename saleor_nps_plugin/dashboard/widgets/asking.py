"""Asking about an order: whether it was asked about, why not, and asking now."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import re_path
from django.utils import timezone
from django.utils.translation import gettext

from ...errors import Invalid, NotFound
from ...shop import get_shop
from ...shop.interface import Order
from ...shop.settings import SurveySettings
from ...shop.staff import ANSWERS, Staff
from ...surveys.asking import scheduling
from ...surveys.asking.scheduling import OVER
from ...surveys.models import Activation, Invitation, InvitationStatus, Response, SkipReason, Survey, Touchpoint
from .. import words
from ..entities import global_id, order_id
from ..frame import last_of, notify, page, part, show
from ..responses.filters import visible_to

_UNDER_WAY = (InvitationStatus.SCHEDULED, InvitationStatus.SENT, InvitationStatus.OPENED)


@dataclass(frozen=True)
class Asked:
    """What became of one survey about an order. `why` is a sentence where nobody was or will be asked, or is in trouble."""

    survey: Survey
    invitation: Invitation | None
    response: Response | None
    why: str = ""
    may_ask: bool = False

    @property
    def status(self) -> str:
        return self.invitation.status if self.invitation else ""

    @property
    def may_hasten(self) -> bool:
        """Whether it waits for its time."""
        return self.status == InvitationStatus.SCHEDULED

    @property
    def may_cancel(self) -> bool:
        """Whether it can be taken back."""
        return self.status in _UNDER_WAY


def find_order(request: HttpRequest, staff: Staff) -> Order:
    """Return the order that a request names, if the asker may see it. Raises NotFound."""
    wanted = order_id(last_of(request, "orderId"))
    order = get_shop().orders([wanted]).get(wanted)
    if order is None or not staff.sees(order.channel):
        raise NotFound(gettext("There is no such order."))
    return order


def asked_about(order: Order) -> list[Asked]:
    """Return every survey that asked, or could ask, about an order; three statements at most."""
    rows = (
        Invitation.objects.filter(order_id=order.id)
        .select_related("survey", "response__survey")
        .order_by("created_at", "pk")
    )
    invitations = {row.survey_id: row for row in rows}
    own = Q(channels=[]) | Q(channels__contains=[order.channel])
    surveys = Survey.objects.filter(own, is_active=True, touchpoint=Touchpoint.ORDER_FULFILLED).order_by("pk")
    known = [row.survey for row in invitations.values()]
    fresh = [survey for survey in surveys if survey.pk not in invitations]
    settings = get_shop().settings().for_channel(order.channel)
    # Whoever was asked by one survey is not looked for by the hourly check.
    why_none = _why_not_yet(order, settings) if fresh and not known else ""
    return [_asked(survey, invitations.get(survey.pk), order, settings, why_none) for survey in (*known, *fresh)]


def _asked(
    survey: Survey, invitation: Invitation | None, order: Order, settings: SurveySettings, why_none: str
) -> Asked:
    is_free = invitation is None or invitation.status in OVER
    is_refused = invitation is not None and invitation.skip_reason == SkipReason.OPTED_OUT
    may_ask = is_free and settings.enabled and survey.is_active and bool(order.email) and not is_refused
    response = getattr(invitation, "response", None)
    return Asked(survey, invitation, response, _why(invitation) if invitation else why_none, may_ask)


def _why(invitation: Invitation) -> str:
    if invitation.status == InvitationStatus.SKIPPED:
        return words.skip_reason(invitation.skip_reason)
    return invitation.last_error


def _why_not_yet(order: Order, settings: SurveySettings) -> str:
    """Why there is no invitation at all."""
    if not settings.enabled:
        return gettext("Surveys are switched off in this channel.")
    if not order.is_askable:
        return gettext("No customer placed this order in the shop.")
    if not order.email:
        return gettext("This order has no e-mail address.")
    if order.fulfilled_at is None:
        return gettext("Customers are asked after the order is fulfilled.")
    since = Activation.objects.filter(channel="").values_list("since", flat=True).first()
    if since is not None and order.fulfilled_at < since:
        return gettext("It was fulfilled before surveys were switched on.")
    return gettext("The hourly check will find it.")


@page(ANSWERS, kind="popup")
def ask(request: HttpRequest, staff: Staff) -> HttpResponse:
    """Say how things stand, and ask."""
    order = find_order(request, staff)
    return show(request, "ask.html", context(order, "popup"), title=gettext("Ask for feedback"))


@part(ANSWERS, methods=("POST",))
def act(request: HttpRequest, staff: Staff, action: str) -> HttpResponse:
    """Ask now, or take an invitation back; shows how things stand then."""
    order, now = find_order(request, staff), timezone.now()
    where = "popup" if last_of(request, "where") == "popup" else "widget"
    if action == "cancel":
        scheduling.cancel(_invitation_of(order, request).pk, now=now, visible=visible_to(staff))
        told = gettext("Taken back: this customer is not asked.")
    else:
        told = _ask_now(order, request, staff, now)
    answer = show(request, "ask_state.html", context(order, where))
    return notify(answer, told, close=where == "popup" and action == "ask")


def _ask_now(order: Order, request: HttpRequest, staff: Staff, now: datetime) -> str:
    item = _item_of(order, request)
    if item.may_hasten and item.invitation is not None:
        scheduling.hasten(item.invitation.pk, now=now, visible=visible_to(staff))
    elif item.may_ask:
        invitation = scheduling.invite_for_order(item.survey, order, send_at=now, now=now)
        if invitation.status == InvitationStatus.SKIPPED:
            raise Invalid(words.skip_reason(invitation.skip_reason))
    else:
        raise Invalid(item.why or gettext("This customer has been asked already."))
    return gettext("The survey goes out within a minute.")


def _item_of(order: Order, request: HttpRequest) -> Asked:
    wanted = last_of(request, "survey")
    for item in asked_about(order):
        if str(item.survey.pk) == wanted:
            return item
    raise NotFound(gettext("There is no such survey."))


def _invitation_of(order: Order, request: HttpRequest) -> Invitation:
    invitation = _item_of(order, request).invitation
    if invitation is None:
        raise NotFound
    return invitation


def context(order: Order, where: str) -> dict[str, object]:
    """Return what is shown of the surveys about an order, in a "popup" or a "widget"."""
    items = asked_about(order)
    return {
        "order": order,
        "global_id": global_id("Order", order.id),
        "items": items,
        "where": where,
        "many": len(items) > 1,
    }


urlpatterns = [
    re_path(r"^/actions/ask/?$", ask),
    re_path(r"^/actions/ask/(?P<action>ask|cancel)/$", act),
]
