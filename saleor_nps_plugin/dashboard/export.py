"""Tables as CSV files that a spreadsheet can open without doing what its cells say."""

import csv
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from itertools import batched

from asgiref.sync import sync_to_async
from django.http import HttpResponse, StreamingHttpResponse
from django.utils import translation

# Spreadsheets run a cell that begins with one of these as a formula, wherever its words came from; a file's reader may
# also take the full-width forms for the same.
_BEGIN_FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# So that spreadsheets read UTF-8 as such.
_BYTE_ORDER_MARK = "\ufeff"
_ROWS_AT_ONCE = 200


class _Echo:
    """What the CSV writer takes for a file: hands each line back."""

    def write(self, line: str) -> str:
        return line


def safe_cell(value: object) -> str:
    """Write a value for a cell of a spreadsheet; None is an empty cell.

    Text that would be a formula gets a leading apostrophe. Numbers stay numbers: a minus sign of ours is no formula.
    """
    if value is None:
        return ""
    written = str(value)
    if isinstance(value, str) and written.lstrip(" ").startswith(_BEGIN_FORMULAS):
        return f"'{written}"
    return written


def lines(rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """Write rows as lines of a CSV file, the first with a byte order mark; words in the language active at the call."""
    return _in_language(translation.get_language(), _lines(rows))


def csv_response(filename: str, rows: Iterable[Sequence[object]]) -> HttpResponse:
    """Return a download of these rows, the head of the table first; `filename` is plain ASCII and ends in ".csv".

    Rows are made while they are sent: an iterator over many of them never holds all in memory.
    """
    response = _Download(lines(rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response  # type: ignore[return-value]


class _Download(StreamingHttpResponse):
    async def __aiter__(self) -> AsyncIterator[bytes]:
        # Django's own reads an ordinary iterator to its end before it sends the first byte.
        chunks = iter(self)
        take = sync_to_async(lambda: next(chunks, None))
        while (chunk := await take()) is not None:
            yield chunk


def _lines(rows: Iterable[Sequence[object]]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield _BYTE_ORDER_MARK
    for some in batched(rows, _ROWS_AT_ONCE):
        yield "".join(writer.writerow([safe_cell(value) for value in row]) for row in some)


def _in_language(language: str | None, parts: Iterator[str]) -> Iterator[str]:
    """The view is over, and its language with it, when the server asks for the next part."""
    while True:
        with translation.override(language):
            part = next(parts, None)
        if part is None:
            return
        yield part
