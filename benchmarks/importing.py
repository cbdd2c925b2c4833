"""A million past responses from a file: memory against that of a short file, rate against storing the bare rows."""

import random
import resource
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import batched
from pathlib import Path

from django.db import connection, transaction
from django.utils import timezone

from benchmarks.measuring import Verdict
from saleor_nps_plugin.surveys import importing
from saleor_nps_plugin.surveys.making.ready import ensure_survey
from saleor_nps_plugin.surveys.models import Response, Survey
from saleor_nps_plugin.surveys.reporting import tallies

ROWS, SHORT, BARE = 1_000_000, 100_000, 100_000
LANGUAGES, COUNTRIES = ("en", "de", "fr", "pl", "es", "ro"), ("DE", "FR", "PL", "US", "ES", "GB")
COMMENTS = ("", "", "Quick delivery", "The box was open when it came, and a cup was broken.", "Thank you; gladly again")
HEADER = "id,email,score,comment,date,language,country,tags\n"


def measure() -> list[Verdict]:
    ensure_survey()
    survey = Survey.objects.get(slug="after-delivery")
    with tempfile.TemporaryDirectory() as folder:
        bare = BARE / _seconds_of_bare_rows(survey)
        _import(_written(Path(folder) / "short.csv", SHORT, "s"), survey)
        before = _peak()
        seconds = _import(_written(Path(folder) / "long.csv", ROWS, "l"), survey)
    print(f"  {ROWS:,} rows in {seconds:.0f} s, {ROWS / seconds:,.0f} a second; bare rows {bare:,.0f} a second")
    print(f"  at most {_peak() / 1024:.0f} MiB of memory, {before / 1024:.0f} MiB with {SHORT:,} rows")
    assert Response.objects.exclude(import_key="").count() == ROWS + SHORT
    assert tallies.differences() == 0
    return [
        Verdict(f"memory for {ROWS:,} rows against {SHORT:,}", _peak() / before, at_most=1.2),
        Verdict("rate of importing against storing the bare rows", ROWS / seconds / bare, at_least=0.7),
    ]


def _peak() -> int:
    """The most memory that this process has had, in KiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _written(path: Path, rows: int, name: str) -> Path:
    chance = random.Random(5)
    start = datetime(2023, 1, 1, tzinfo=UTC)
    with path.open("w") as file:
        file.write(HEADER)
        for number in range(rows):
            moment = start + timedelta(minutes=chance.randrange(3 * 365 * 24 * 60))
            comment = chance.choice(COMMENTS)
            file.write(
                f"{name}{number},shopper{chance.randrange(rows)}@example.com,{chance.randrange(11)},"
                f'"{comment}",{moment.isoformat()},{chance.choice(LANGUAGES)},{chance.choice(COUNTRIES)},\n'
            )
    return path


def _import(path: Path, survey: Survey) -> float:
    report, form, now = importing.Report(), importing.FORMATS["plain"], timezone.now()
    to = importing.Destination(survey, "", frozenset(), importing.Dates(UTC))
    started = time.perf_counter()
    with importing.open_rows(path, importing.Kind.RESPONSES, form, columns={}) as rows:
        importing.import_responses(rows, to, report, now=now, is_written=True)
    assert report.new == report.rows and not report.errors, report
    return time.perf_counter() - started


def _seconds_of_bare_rows(survey: Survey) -> float:
    """The same table, in batches of the same size, without reading, checking, recognising or counting anything."""
    started = time.perf_counter()
    for batch in batched(_bare(survey), 5000):
        with transaction.atomic():
            Response.objects.bulk_create(batch)
    seconds = time.perf_counter() - started
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE nps_response CASCADE")
    return seconds


def _bare(survey: Survey) -> Iterator[Response]:
    now = timezone.now()
    for number in range(BARE):
        yield Response(
            survey=survey,
            score=number % 11,
            comment=COMMENTS[number % len(COMMENTS)],
            language_code="en",
            country="DE",
            segments={"language": ["en"]},
            created_at=now,
            updated_at=now,
            editable_until=now,
        )
