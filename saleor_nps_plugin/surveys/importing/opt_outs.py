"""People who do not want to be asked, as another tool knew them."""

from collections.abc import Callable, Mapping
from datetime import datetime
from itertools import islice

from django.db import connection, transaction

from ...shoppers.recognizing import email_hash
from . import memory
from .files import Row, Rows
from .report import Report, RowError
from .values import Dates, read_email

BATCH = 5000

_KNOWN = "SELECT count(*) FROM nps_shopper WHERE email_hash = ANY (%s) AND opted_out_at IS NOT NULL"
# In order, so that whoever writes shoppers meanwhile never waits crosswise.
_WRITE = """
    INSERT INTO nps_shopper AS s (email_hash, opted_out_at, created_at)
    SELECT hash, at, now() FROM unnest(%s::text[], %s::timestamptz[]) AS g (hash, at) ORDER BY hash
    ON CONFLICT (email_hash) DO UPDATE SET opted_out_at = excluded.opted_out_at WHERE s.opted_out_at IS NULL
"""


def import_opt_outs(
    rows: Rows,
    dates: Dates,
    report: Report,
    *,
    now: datetime,
    is_written: bool,
    progress: Callable[[], None] = lambda: None,
) -> None:
    """Never ask these people again; what was found is added to `report`, nothing is written unless `is_written`.

    Somebody who has opted out already stays so, since the same moment.
    """
    memory.begin()
    stream = iter(rows)
    while batch := list(islice(stream, BATCH)):
        given: dict[str, datetime] = {}
        for row in batch:
            report.rows += 1
            try:
                _read(row, given, dates, now)
            except RowError as error:
                report.refuse(row.line, error)
        valid = report.rows - report.errors - report.new - report.repeated
        seen = memory.count(dict.fromkeys(given, 1))
        new = _write({address: at for address, at in given.items() if seen[address] == 1}, is_written=is_written)
        report.new += new
        report.repeated += valid - new
        progress()


def _read(row: Row, given: dict[str, datetime], dates: Dates, now: datetime) -> None:
    if row.trouble:
        raise RowError(row.trouble)
    address = email_hash(read_email(row.get("email")))
    at = dates.read(row.get("date"), now=now) if row.get("date") else now
    given[address] = min(at, given.get(address, at))


def _write(given: Mapping[str, datetime], *, is_written: bool) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_KNOWN, [list(given)])
        known = int(cursor.fetchone()[0])
        if is_written:
            cursor.execute(_WRITE, [list(given), list(given.values())])
        return len(given) - known
