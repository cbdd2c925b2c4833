"""The journey in the stand-in shop: an order is fulfilled, a mail arrives, somebody answers, the score moves, a promoter is
thanked."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language_info
from django.views.decorators.http import require_POST, require_safe

from saleor_nps_plugin.emails import Mail
from saleor_nps_plugin.languages import SUPPORTED
from saleor_nps_plugin.rewards import notices
from saleor_nps_plugin.surveys.asking import scheduling, sending
from saleor_nps_plugin.surveys.following_up import thanking
from saleor_nps_plugin.surveys.models import Invitation, InvitationStatus
from saleor_nps_plugin.surveys.reporting import reports, score_filter
from saleor_nps_plugin.surveys.reporting.scoring import category

from . import orders, rewarding
from .words import NAMES


@dataclass(frozen=True)
class Bar:
    """How many answered with one score."""

    score: int
    category: str
    count: int
    percent: float


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    languages = [(code, get_language_info(code)["name_local"], NAMES[code]) for code in SUPPORTED]
    return render(request, "preview/journey.html", {"languages": languages, **_state()})


@require_safe
def state(request: HttpRequest) -> HttpResponse:
    """Return inbox and score as they are now; the page asks again and again."""
    return render(request, "preview/journey_state.html", _state())


@require_POST
def fulfil_order(request: HttpRequest) -> HttpResponse:
    """What the plugin does when Saleor tells that an order is paid and fulfilled."""
    language = request.POST.get("language", "")
    if language not in SUPPORTED:
        raise Http404
    now = timezone.now()
    first_name = request.POST.get("first_name", "").strip() or NAMES[language]
    order = orders.place_order(first_name=first_name, language=language, channel=orders.SHOP, fulfilled_at=now)
    scheduling.schedule_order(order, now=now)
    thanking.follow_order(order.id, now=now)
    return HttpResponseRedirect("/journey/")


@require_POST
def days_pass(request: HttpRequest) -> HttpResponse:
    """Make the reminders due of everybody who has not answered."""
    silent = Invitation.objects.filter(channel=orders.SHOP, reminded_at=None, due_at__isnull=False)
    silent.filter(status__in=[InvitationStatus.SENT, InvitationStatus.OPENED]).update(due_at=timezone.now())
    return HttpResponseRedirect("/journey/")


@require_safe
def mail(request: HttpRequest, number: int) -> HttpResponse:
    """Show one mail of the inbox; its links open beside it, as in a mail program."""
    outbox = orders.shop().outbox
    if not 0 < number <= len(outbox):
        raise Http404
    html: str = outbox[number - 1].payload["html"]
    return HttpResponse(html.replace("<head>", '<head><base target="_blank">', 1))


def _state() -> dict[str, Any]:
    # In a real shop, Celery beat does this every minute.
    sending.send_due(now=timezone.now())
    notices.send_due(now=timezone.now())
    wanted = score_filter.ScoreFilter(channels=(orders.SHOP,))
    score = reports.score(wanted)
    answers = score_filter.responses_to(wanted).order_by("-updated_at")[:6]
    return {
        "mails": _inbox(orders.shop().outbox),
        "score": score,
        "margin": round(score.margin_of_error or 0),
        "bars": _bars(score.distribution),
        "answers": [(answer, answer.category.value) for answer in answers],
        "rewards": rewarding.state(),
    }


def _inbox(outbox: Sequence[Mail]) -> list[dict[str, Any]]:
    numbered = [
        {"number": number, "subject": mail.message.subject, "to": mail.message.to[0], "event": mail.event}
        for number, mail in enumerate(outbox, start=1)
    ]
    return numbered[::-1][:20]


def _bars(distribution: Sequence[int]) -> list[Bar]:
    highest = max(*distribution, 1)
    return [
        Bar(score, category(score).value, count, round(100 * count / highest, 1))
        for score, count in enumerate(distribution)
    ]
