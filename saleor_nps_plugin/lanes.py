"""A few threads that keep their connection to the database, for requests that come in crowds.

Saleor opens a connection for each request and closes it again, as Django does by default. That takes PostgreSQL longer than
writing down what a tablet or a storefront sends, and many at once use up its connections. Here they take turns instead.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import cache

from django.db import InterfaceError, OperationalError, connection, connections

# One writes while the other waits for its commit; each process keeps so many connections once anybody has answered.
LANES = 2


def run[T](work: Callable[[], T]) -> T:
    """Run work in a lane and return what it returns, or raise what it raises; inside a transaction, run it there.

    Work must be repeatable: it runs again, once, if the connection was lost.
    """
    if connection.in_atomic_block:
        return work()
    return _lanes().submit(copy_context().run, _connected, work).result()


@cache
def _lanes() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(LANES, thread_name_prefix="nps-lane")


def _connected[T](work: Callable[[], T]) -> T:
    try:
        return work()
    except (InterfaceError, OperationalError):
        # The server, or a pooler before it, has been restarted since the last answer.
        connections.close_all()
        return work()
