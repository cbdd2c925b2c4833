"""Judges answers that may be untrue: flags them and leaves them out of every score, until staff put them back."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Count, Q

from ...shop import get_shop
from ...shop.settings import ShopSettings
from ...shop.trust_settings import TrustSettings
from ..following_up import cases, withheld
from ..models import Answer, CaseStatus, DetractorAlert, Response, Trace
from ..reporting import tallies
from .untrue import KEPT_FOR, PATIENCE, Flag, is_left_out_by_itself, is_put_back, stored_reason

# What answers have in common that one person gave: column of the trace, and what it is flagged as.
_SHARED = {"device": Flag.SAME_DEVICE, "network": Flag.SAME_NETWORK, "words": Flag.SAME_COMMENT}
# Of those judged before it turned out that they are of many.
_MOST_OTHERS = 1000

type _Crowds = Mapping[str, Mapping[str, int]]


def judge_due(*, now: datetime, limit: int) -> int:
    """Judge up to `limit` answers that were given a minute ago or earlier; return how many.

    Whoever turns out to be one of many is flagged together with those that were judged before. An answer that staff have
    put back stays so. The tallies follow in the same transaction, and the history of the case says what was held against it.
    A case that nobody has taken up is set aside until then, and what the answer is owed waits.
    """
    settings = get_shop().settings()
    with transaction.atomic():
        waiting = Trace.objects.filter(is_checked=False, created_at__lte=now - PATIENCE).order_by("response")
        traces = list(waiting.select_related("response")[:limit])
        crowds = {column: _sizes(column, traces, now) for column in _SHARED}
        others = _others_in(crowds, traces, settings)
        _judge([*traces, *others], crowds, settings, now)
        Trace.objects.filter(pk__in=[trace.pk for trace in traces]).update(is_checked=True)
        return len(traces)


def forget_old(*, now: datetime) -> None:
    """Delete traces that are older than KEPT_FOR."""
    Trace.objects.filter(created_at__lt=now - KEPT_FOR).delete()


def _sizes(column: str, traces: Iterable[Trace], now: datetime) -> dict[str, int]:
    """How many answers there are of each device, network or comment; the first two have another hash every day."""
    keys = {getattr(trace, column) for trace in traces} - {""}
    rows = Trace.objects.filter(**{f"{column}__in": keys}, created_at__gte=now - KEPT_FOR).order_by()
    return dict(rows.values_list(column).annotate(Count("pk"))) if keys else {}


def _fewest(column: str, trust: TrustSettings) -> int:
    """From how many on answers are too many; 0 for no number."""
    if column == "words":
        return trust.untrue_same_comments
    most = trust.untrue_per_device if column == "device" else trust.untrue_per_network
    return most + 1 if most else 0


def _is_one_of_many(trace: Trace, column: str, crowds: _Crowds, trust: TrustSettings) -> bool:
    fewest = _fewest(column, trust)
    return bool(fewest) and crowds[column].get(getattr(trace, column), 0) >= fewest


def _others_in(crowds: _Crowds, traces: Sequence[Trace], settings: ShopSettings) -> list[Trace]:
    """Those judged before that have turned out to be of many, and are not flagged yet."""
    condition = Q()
    for column in _SHARED:
        keys = {
            getattr(trace, column)
            for trace in traces
            if _is_one_of_many(trace, column, crowds, settings.for_channel(trace.response.channel))
        }
        condition |= Q(**{f"{column}__in": keys}) if keys else Q()
    if not condition:
        return []
    rows = Trace.objects.filter(condition, is_checked=True, response__flags=[]).order_by("response")
    return list(rows[:_MOST_OTHERS])


def _judge(traces: Sequence[Trace], crowds: _Crowds, settings: ShopSettings, now: datetime) -> None:
    ids = [trace.pk for trace in traces]
    # In order, so that two workers never wait for each other crosswise.
    locked = Response.objects.select_related("survey").select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk")
    responses = {response.pk: response for response in locked}
    told_more = set(Answer.objects.filter(response__in=ids).values_list("response_id", flat=True))
    change = tallies.Change()
    for trace in traces:
        response = responses[trace.pk]
        trust = settings.for_channel(response.channel)
        if trust.flag_untrue:
            has_words = bool(response.comment) or response.pk in told_more
            _flag(response, list(_flags(trace, crowds, trust, has_words=has_words)), change, now)
    change.write()


def _flags(trace: Trace, crowds: _Crowds, trust: TrustSettings, *, has_words: bool) -> Iterator[str]:
    # A score alone is one tap, and that can be quick.
    if has_words and trace.seconds is not None and trace.seconds < trust.untrue_seconds:
        yield Flag.TOO_FAST.value
    for column, flag in _SHARED.items():
        if _is_one_of_many(trace, column, crowds, trust):
            yield flag.value
    yield from trace.hints


def _flag(response: Response, found: Sequence[str], change: tallies.Change, now: datetime) -> None:
    flags = [flag.value for flag in Flag if flag.value in {*response.flags, *found}]
    if flags == response.flags or is_put_back(response):
        return
    before = cases.facts_of(response) | {"flags": response.flags}
    # Where staff have said why it does not count, their words stay.
    is_ours = response.is_counted or is_left_out_by_itself(response)
    change.count_response(response, -1)
    response.flags, response.is_counted = flags, False
    if is_ours:
        response.exclusion_reason = stored_reason(flags)
        if response.case_status == CaseStatus.OPEN and response.assignee_id is None:
            response.case_status = CaseStatus.NONE
    response.save(update_fields=["flags"])
    cases.keep(response, before, staff_id=None, now=now)
    DetractorAlert.objects.filter(response=response, sent_at=None).delete()
    withheld.withhold(response)
