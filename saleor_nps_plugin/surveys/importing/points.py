"""Balances of another programme, brought along."""

from collections.abc import Callable
from datetime import datetime
from itertools import islice

from django.db import transaction

from ...errors import NotUnique, NpsError
from ...rewards import ledger
from ...rewards.models import PointsEntry
from ...shoppers.recognizing import email_hash, recognize
from . import memory
from .files import Row, Rows
from .report import Report, RowError
from .values import Dates, read_email, read_points

BATCH = 100
_OTHER_POINTS = "other points were imported for this address before; rows of one customer need ids of their own"


def import_points(
    rows: Rows,
    dates: Dates,
    report: Report,
    *,
    currency: str,
    currencies: set[str],
    reason: str,
    now: datetime,
    is_written: bool,
    progress: Callable[[], None] = lambda: None,
) -> None:
    """Add each row's points to its customer's account; what was found is added to `report`.

    `currency` is that of rows that name none, one of the shop's `currencies`; `reason` is what customers read among their
    entries. A customer gets one row per currency, or several that have ids; the same again adds nothing, and other points
    under what was imported before are an error.
    """
    memory.begin()
    stream = iter(rows)
    while batch := list(islice(stream, BATCH)):
        for row in batch:
            report.rows += 1
            try:
                _import(row, dates, report, currency, currencies, reason, now, is_written=is_written)
            except RowError as error:
                report.refuse(row.line, error)
        progress()


def _import(
    row: Row,
    dates: Dates,
    report: Report,
    currency: str,
    currencies: set[str],
    reason: str,
    now: datetime,
    *,
    is_written: bool,
) -> None:
    if row.trouble:
        raise RowError(row.trouble)
    email, points = read_email(row.get("email")), read_points(row.get("points"))
    currency = row.get("currency").upper() or currency
    if currency not in currencies:
        raise RowError(f'no channel has the currency "{currency[:20]}"' if currency else "there is no currency")
    expires_at = dates.read(row.get("expires")) if row.get("expires") else None
    if not points:
        report.passed_over["without points"] += 1
        return
    key = f"import:{row.get('id') or 'balance'}"[:150]
    if (first := memory.first_value(f"{email_hash(email)}:{currency}:{key}", points)) is not None:
        if first != points:
            raise RowError(_OTHER_POINTS)
        report.repeated += 1
        return
    with transaction.atomic():
        is_new = _add(email, points, currency, key, reason, expires_at, now)
        # Everything was tried; what was not asked for is undone.
        transaction.set_rollback(not is_written)
    report.new += is_new
    report.repeated += not is_new


def _add(
    email: str, points: int, currency: str, key: str, reason: str, expires_at: datetime | None, now: datetime
) -> bool:
    account = ledger.account_of(recognize(email=email, user_id=None), currency, now=now)
    before = PointsEntry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    try:
        entry = ledger.adjust(
            account, points=points, key=key, reason=reason, author_id=None, now=now, expires_at=expires_at
        )
    except NotUnique:
        raise RowError(_OTHER_POINTS) from None
    except NpsError as error:
        raise RowError(error.message) from None
    return entry.pk > before
