"""Which responses a list shows."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from ..shop import get_shop
from .models import Response
from .score_filter import answered_within, has_segment
from .scoring import Category, scores_of

# The index on comments knows no shorter pieces; and a shorter word is in nearly every comment.
SHORTEST_WORD = 3


@dataclass(frozen=True)
class ResponseFilter:
    """Which responses. An empty list is as good as none; of a list any entry matches; different fields all match.

    `search` is looked for in comments, if it has at least SHORTEST_WORD characters, and at the start of order numbers.
    `channels` are slugs (None: all; empty: none at all). Products and categories are ids in the shop, `category_ids` those
    of products, while `categories` are groups of scores ("promoter" …). `reasons` are "<question id>:<value>",
    `customer_kinds` "new" or "returning". `assignee_id` 0 means nobody. `since` and `until` are days in UTC, both included.
    """

    search: str = ""
    categories: tuple[str, ...] = ()
    scores: tuple[int, ...] = ()
    channels: tuple[str, ...] | None = None
    survey_ids: tuple[int, ...] = ()
    touchpoints: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    product_ids: tuple[str, ...] = ()
    category_ids: tuple[str, ...] = ()
    customer_kinds: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    case_statuses: tuple[str, ...] = ()
    assignee_id: int | None = None
    tags: tuple[str, ...] = ()
    has_comment: bool | None = None
    is_counted: bool | None = None
    user_id: int | None = None
    since: date | None = None
    until: date | None = None


def matching(wanted: ResponseFilter) -> QuerySet[Response]:
    """Return the wanted responses, in no order. A search asks the shop for orders at once."""
    return Response.objects.filter(
        _search(wanted.search.strip()),
        _scores(wanted),
        Q() if wanted.channels is None else Q(channel__in=wanted.channels),
        _any_of("survey", wanted.survey_ids),
        _any_of("survey__touchpoint", wanted.touchpoints),
        _any_of("country", wanted.countries),
        _any_of("language_code", wanted.languages),
        _segments(wanted),
        _follow_up(wanted),
        Q() if wanted.user_id is None else Q(shopper__user_id=wanted.user_id),
        answered_within(wanted.since, wanted.until),
    )


def count_up_to(rows: QuerySet[Response], limit: int = 1000) -> int:
    """Count rows, but no more than `limit`: a list says "1,000+" rather than count a million."""
    return rows.order_by()[:limit].count()


def _any_of(column: str, values: Iterable[Any]) -> Q:
    wanted = tuple(values)
    return Q(**{f"{column}__in": wanted}) if wanted else Q()


def _search(words: str) -> Q:
    if not words:
        return Q()
    orders = Q(order_id__in=get_shop().order_ids_by_number(words))
    return orders | Q(comment__icontains=words) if len(words) >= SHORTEST_WORD else orders


def _scores(wanted: ResponseFilter) -> Q:
    in_groups = scores_of(*map(Category, wanted.categories))
    return _any_of("score", in_groups) & _any_of("score", wanted.scores)


def _segments(wanted: ResponseFilter) -> Q:
    return (
        has_segment("product", wanted.product_ids)
        & has_segment("category", wanted.category_ids)
        & has_segment("customer_kind", wanted.customer_kinds)
        & has_segment("reason", wanted.reasons)
    )


def _follow_up(wanted: ResponseFilter) -> Q:
    condition = _any_of("case_status", wanted.case_statuses)
    if wanted.assignee_id is not None:
        condition &= Q(assignee_id=wanted.assignee_id) if wanted.assignee_id else Q(assignee_id=None)
    if wanted.tags:
        condition &= Q(tags__overlap=wanted.tags)
    if wanted.has_comment is not None:
        condition &= ~Q(comment="") if wanted.has_comment else Q(comment="")
    if wanted.is_counted is not None:
        condition &= Q(is_counted=wanted.is_counted)
    return condition
