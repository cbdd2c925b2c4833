"""Which responses a list shows."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from ...shop import get_shop
from ..models import Answer, QuestionRole, Response, Source
from .competitors import COMPETITOR
from .recovered import answers_of
from .score_filter import APART, ScoreFilter, answered_within, has_segment
from .scoring import NPS, SCALES, SCORES, Category, scores_of
from .word_of_mouth import DIMENSION, HARMLESS

# The index on comments knows no shorter pieces; and a shorter word is in nearly every comment.
SHORTEST_WORD = 3
_FALSE_DETRACTORS = has_segment(DIMENSION, map(str, HARMLESS)) & Q(
    score__in=scores_of(Category.DETRACTOR), survey__scale=NPS
)


@dataclass(frozen=True)
class ResponseFilter:
    """Which responses. An empty list is as good as none; of a list any entry matches; different fields all match.

    `search` is looked for in comments, if it has at least SHORTEST_WORD characters, and at the start of order numbers.
    `channels` are slugs (None: all; empty: none at all). Products and categories are ids in the shop, `category_ids` those
    of products, while `categories` are groups of scores ("promoter" …). `reasons` and `competitors` are
    "<id of the question's line>:<value>", `about_ids` products that answers are about,
    `customer_kinds` "new" or "returning". `assignee_id` 0 means nobody. `since` and `until` are days in UTC, both included.
    `is_flagged` asks for what looks untrue, left out or put back. `is_false_detractor` asks for those who scored 0 to 6
    for NPS and yet would not discourage others, or for everybody else. `second` asks for those who answered a second
    question too: "discourage" (how likely to discourage others) or "preference" (how likely to prefer us).
    `came_by` are values of Source.
    With an `outcome`, one of `recovered.Outcome`: only answers to "have we made it right?", and as in that report channels,
    surveys, touchpoints, countries and products are those of the first answer, days those on which people were asked again.
    With a `scale`: only what a report on that scale is about, see ScoreFilter; "" is everything.
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
    competitors: tuple[str, ...] = ()
    about_ids: tuple[str, ...] = ()
    case_statuses: tuple[str, ...] = ()
    assignee_id: int | None = None
    tags: tuple[str, ...] = ()
    has_comment: bool | None = None
    is_counted: bool | None = None
    is_false_detractor: bool | None = None
    is_flagged: bool | None = None
    second: str = ""
    came_by: tuple[str, ...] = ()
    outcome: str = ""
    scale: str = ""
    user_id: int | None = None
    since: date | None = None
    until: date | None = None


def matching(wanted: ResponseFilter) -> QuerySet[Response]:
    """Return the wanted responses, in no order. A search asks the shop for orders at once."""
    return Response.objects.filter(
        _search(wanted.search.strip()),
        _scores(wanted),
        Q() if wanted.channels is None else Q(channel__in=wanted.channels),
        _asked_again(wanted) if wanted.outcome else _asked(wanted),
        _any_of("language_code", wanted.languages),
        _segments(wanted),
        _second(wanted),
        _came_by(wanted.came_by),
        _follow_up(wanted),
        Q() if wanted.user_id is None else Q(shopper__user_id=wanted.user_id),
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


def _asked(wanted: ResponseFilter) -> Q:
    return Q(
        _any_of("survey", wanted.survey_ids),
        _any_of("survey__touchpoint", wanted.touchpoints),
        _of_scale(wanted),
        _any_of("country", wanted.countries),
        has_segment("product", wanted.product_ids),
        answered_within(wanted.since, wanted.until),
    )


def _asked_again(wanted: ResponseFilter) -> Q:
    about = ScoreFilter(
        channels=wanted.channels,
        survey_ids=wanted.survey_ids,
        touchpoints=wanted.touchpoints,
        countries=wanted.countries,
        product_ids=wanted.product_ids,
        since=wanted.since,
        until=wanted.until,
    )
    return answers_of(wanted.outcome, about)


def _second(wanted: ResponseFilter) -> Q:
    if wanted.second == "discourage":
        return has_segment(DIMENSION, map(str, SCORES))
    if wanted.second == "preference":
        given = Answer.objects.filter(question__role=QuestionRole.PREFERENCE, number__isnull=False)
        return Q(pk__in=given.values("response"))
    return Q()


def _came_by(ways: tuple[str, ...]) -> Q:
    # What was imported has no invitation.
    sources = [way for way in ways if way != Source.IMPORTED]
    condition = Q(invitation__source__in=sources) if sources else Q()
    # Nothing leads from an anonymous answer to its wave but its survey.
    if Source.WAVE in ways:
        condition |= Q(invitation=None, import_key="", survey__is_anonymous=True)
    return condition | ~Q(import_key="") if Source.IMPORTED in ways else condition


def _of_scale(wanted: ResponseFilter) -> Q:
    if not wanted.scale:
        return Q()
    is_named = wanted.survey_ids or wanted.touchpoints
    return Q(survey__scale=wanted.scale) & (Q() if is_named else ~Q(survey__touchpoint__in=APART))


def _scores(wanted: ResponseFilter) -> Q:
    groups = tuple(map(Category, wanted.categories))
    scales = ((wanted.scale,) if wanted.scale else SCALES) if groups else ()
    in_groups = (Q(survey__scale=scale, score__in=scores_of(*groups, scale=scale)) for scale in scales)
    return Q(*in_groups, _connector=Q.OR) & _any_of("score", wanted.scores)


def _segments(wanted: ResponseFilter) -> Q:
    return (
        has_segment("category", wanted.category_ids)
        & has_segment("customer_kind", wanted.customer_kinds)
        & has_segment("reason", wanted.reasons)
        & has_segment(COMPETITOR, wanted.competitors)
        & has_segment("about", wanted.about_ids)
    )


def _follow_up(wanted: ResponseFilter) -> Q:
    condition = _any_of("case_status", wanted.case_statuses)
    if wanted.assignee_id is not None:
        condition &= Q(assignee_id=wanted.assignee_id) if wanted.assignee_id else Q(assignee_id=None)
    if wanted.tags:
        condition &= Q(tags__overlap=wanted.tags)
    if wanted.has_comment is not None:
        condition &= ~Q(comment="") if wanted.has_comment else Q(comment="")
    if wanted.is_false_detractor is not None:
        condition &= _FALSE_DETRACTORS if wanted.is_false_detractor else ~_FALSE_DETRACTORS
    if wanted.is_counted is not None:
        condition &= Q(is_counted=wanted.is_counted)
    if wanted.is_flagged is not None:
        condition &= ~Q(flags=[]) if wanted.is_flagged else Q(flags=[])
    return condition
