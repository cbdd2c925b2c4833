"""The list of responses as a table for spreadsheets."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import batched
from uuid import UUID

from django.utils.translation import gettext

from ...shop import get_shop
from ...shop.interface import Order
from ...shop.staff import Staff
from ...surveys.answering.untrue import told_reason
from ...surveys.making.texts import shown_name
from ...surveys.models import Response
from .filters import Wanted
from .words import author_word, status_word

_AT_ONCE = 500
_MOST = 50_000


def table_of(wanted: Wanted) -> Iterator[Sequence[object]]:
    """Yield the head of the table, then a row per response in the list's order; so many as a spreadsheet bears."""
    yield [
        gettext("Answered"),
        gettext("Score"),
        gettext("Group"),
        gettext("Comment"),
        gettext("Order"),
        gettext("Channel"),
        gettext("Country"),
        gettext("Language"),
        gettext("Survey"),
        gettext("Case"),
        gettext("Assigned to"),
        gettext("Tags"),
        gettext("Left out of the score"),
    ]
    rows = wanted.rows.select_related("survey")[:_MOST].iterator(chunk_size=_AT_ONCE)
    for batch in batched(rows, _AT_ONCE):
        orders = get_shop().orders({row.order_id for row in batch if row.order_id})
        people = get_shop().staff({row.assignee_id for row in batch if row.assignee_id})
        yield from (_row(row, orders, people) for row in batch)


def _row(row: Response, orders: Mapping[UUID, Order], people: Mapping[int, Staff]) -> list[object]:
    order = orders.get(row.order_id) if row.order_id else None
    assignee = people.get(row.assignee_id or 0)
    return [
        row.created_at.isoformat(" ", "minutes"),
        row.score,
        author_word(row),
        row.comment,
        order.number if order else "",
        row.channel,
        row.country,
        row.language_code,
        shown_name(row.survey.slug, row.survey.name),
        status_word(row.case_status),
        assignee.name if assignee else "",
        ", ".join(row.tags),
        told_reason(row),
    ]
