"""Connections inside nodes, newest first: a page of each is read from its index, for all nodes at once."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import graphene
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Q, QuerySet
from graphql import GraphQLError
from promise import Promise
from saleor.graphql.core import ResolveInfo
from saleor.graphql.core.connection import (
    CountableConnection,
    create_connection_slice,
    from_global_cursor,
    to_global_cursor,
)
from saleor.graphql.core.dataloaders import DataLoader


@dataclass(frozen=True)
class Page:
    """Up to `limit` rows older than the cursor, a time of creation and a primary key; or newer ones if `is_backward`."""

    limit: int
    is_backward: bool = False
    cursor: tuple[datetime, int] | None = None

    def keys(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Return the primary keys of the page's rows in its direction, and one more if there are more."""
        if self.cursor is not None:
            at, pk = self.cursor
            end = "gt" if self.is_backward else "lt"
            # The first condition is what bounds the range of the index.
            rows = rows.filter(**{f"created_at__{end}e": at}).filter(
                Q(**{f"created_at__{end}": at}) | Q(**{f"pk__{end}": pk})
            )
        order = ("created_at", "pk") if self.is_backward else ("-created_at", "-pk")
        return rows.order_by(*order).values("pk")[: self.limit + 1]

    def connection(self, kind: type[CountableConnection], rows: Sequence[Any], **more: Any) -> CountableConnection:
        """Make a connection of loaded rows, in any order, of which there is one more than the limit if there are more."""
        ordered = sorted(rows, key=lambda row: (row.created_at, row.pk), reverse=not self.is_backward)
        shown, has_more, has_other = ordered[: self.limit], len(ordered) > self.limit, self.cursor is not None
        if self.is_backward:
            shown.reverse()
        edges = [kind.Edge(node=row, cursor=to_global_cursor([row.created_at, row.pk])) for row in shown]
        info = graphene.relay.PageInfo(
            has_next_page=has_other if self.is_backward else has_more,
            has_previous_page=has_more if self.is_backward else has_other,
            start_cursor=edges[0].cursor if edges else None,
            end_cursor=edges[-1].cursor if edges else None,
        )
        return kind(edges=edges, page_info=info, **more)


def page_of(info: ResolveInfo, kwargs: dict[str, Any], kind: type[CountableConnection]) -> Page:
    """Return the page that a connection's arguments ask for; raises GraphQLError for arguments that cannot be."""
    first, last, after, before = (kwargs.get(name) for name in ("first", "last", "after", "before"))
    # Saleor's own refusals: none of `first` and `last`, or more than it gives at once.
    nothing_yet(info, {"first": first, "last": last}, kind)
    if (first and last) or (first and before) or (last and after):
        raise GraphQLError("Give `first` and `after`, or `last` and `before`.")
    limit = first or last or 0
    if limit < 0:
        raise GraphQLError("The arguments `first` and `last` cannot be negative.")
    return Page(limit, is_backward=bool(last), cursor=_cursor(after or before))


def nothing_yet(info: ResolveInfo, kwargs: dict[str, Any], kind: type[CountableConnection]) -> CountableConnection:
    """Return a connection without nodes."""
    return create_connection_slice([], info, kwargs, kind)


def _cursor(text: str | None) -> tuple[datetime, int] | None:
    if not text:
        return None
    try:
        written, pk = from_global_cursor(text)
        # Ours are in UTC.
        return datetime.fromisoformat(written).replace(tzinfo=UTC), int(pk)
    except (ValueError, TypeError, OverflowError) as error:
        raise GraphQLError("Received cursor is invalid.") from error


# The id of a node, the page of its connection, and the channels that the asker sees, None for all.
PageKey = tuple[int, Page, frozenset[str] | None]
CountKey = tuple[int, frozenset[str] | None]


class PageLoader(DataLoader):
    """Primary keys of a page of each node's rows, and of one row more if there are more."""

    def holders(self, ids: Iterable[int]) -> QuerySet[Any]:
        """Rows that the wanted rows belong to, with the id of the node in `node`."""
        raise NotImplementedError

    def rows(self, channels: frozenset[str] | None) -> QuerySet[Any]:
        """The wanted rows of one holder, which is the outer query."""
        raise NotImplementedError

    def batch_load(self, keys: Iterable[PageKey]) -> list[list[int]]:
        asked: dict[tuple[Page, frozenset[str] | None], list[int]] = defaultdict(list)
        for node, page, channels in keys:
            asked[page, channels].append(node)
        found: dict[PageKey, list[int]] = defaultdict(list)
        for (page, channels), nodes in asked.items():
            newest = ArraySubquery(page.keys(self.rows(channels)))
            holders = self.holders(nodes).annotate(newest=newest).values_list("node", "newest")
            for node, pks in holders.using(self.database_connection_name):
                found[node, page, channels] += pks
        return [found[key] for key in keys]


class CountLoader(DataLoader):
    """Number of each node's rows."""

    def counts(self, ids: Iterable[int], channels: frozenset[str] | None) -> QuerySet[Any]:
        """Pairs of a node's id and its number of rows."""
        raise NotImplementedError

    def batch_load(self, keys: Iterable[CountKey]) -> list[int]:
        asked: dict[frozenset[str] | None, list[int]] = defaultdict(list)
        for node, channels in keys:
            asked[channels].append(node)
        found: dict[CountKey, int] = {}
        for channels, nodes in asked.items():
            counts = self.counts(nodes, channels).using(self.database_connection_name)
            found |= {(node, channels): count for node, count in counts}
        return [found.get(key, 0) for key in keys]


def load_page(
    info: ResolveInfo,
    kwargs: dict[str, Any],
    kind: type[CountableConnection],
    *,
    node: int,
    channels: frozenset[str] | None,
    pages: type[PageLoader],
    rows: type[DataLoader],
    counts: type[CountLoader],
    wrap: Callable[[Any], Any],
) -> Promise[CountableConnection]:
    """Return a page of a node's rows, each wrapped; their total is counted if it is asked for."""
    page = page_of(info, kwargs, kind)

    def show(loaded: list[Any]) -> CountableConnection:
        made = page.connection(kind, loaded, total_count=lambda: counts(info.context).load((node, channels)))
        for edge in made.edges:
            edge.node = wrap(edge.node)
        return made

    if not page.limit:
        return Promise.resolve(show([]))
    keys = pages(info.context).load((node, page, channels))
    return keys.then(rows(info.context).load_many).then(show)
