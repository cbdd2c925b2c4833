"""Reads rows from a CSV file as tools and spreadsheets write them: any of a few encodings and separators."""

import codecs
import csv
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from .formats import FIELDS, REQUIRED, Format, Kind, normalized

_SEPARATORS = (",", ";", "\t", "|")
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
# Of spreadsheets on Windows; it has a letter for nearly every byte.
_GUESS = "cp1252"
_CHUNK = 1 << 20
# What one field of one row may hold; a quotation mark that is never closed would swallow the file.
_LONGEST_FIELD = 100_000


class Unreadable(Exception):
    """A file of which no row can be read, in words for whoever has it in front of them."""


@dataclass(frozen=True)
class Row:
    """The fields of a row that have a column, with space around them taken off; `line` is where it begins in the file.

    `trouble` says why it cannot be read, and is empty otherwise.
    """

    line: int
    values: Mapping[str, str]
    trouble: str = ""

    def get(self, name: str) -> str:
        return self.values.get(name, "")


class Rows:
    """The rows of an open file. `used` are the columns that were found, by field; `share` is how much has been read."""

    def __init__(
        self, file: IO[str], size: int, used: Mapping[str, str], places: Mapping[str, int], separator: str
    ) -> None:
        self.used = used
        self._file, self._size, self._places, self._separator = file, size, places, separator

    @property
    def share(self) -> float:
        """From 0 to 1, by bytes."""
        return min(self._file.buffer.tell() / self._size, 1.0) if self._size else 1.0  # type: ignore[attr-defined]

    def __iter__(self) -> Iterator[Row]:
        csv.field_size_limit(_LONGEST_FIELD)
        reader = csv.reader(self._file, delimiter=self._separator)
        next(reader, None)
        width = max(self._places.values()) + 1
        while True:
            line = reader.line_num + 1
            try:
                fields = next(reader)
            except StopIteration:
                return
            except csv.Error:
                yield Row(line, {}, "a field has no end; is a quotation mark missing?")
                continue
            if not any(field.strip() for field in fields):
                continue
            fields += [""] * (width - len(fields))
            yield Row(line, {name: fields[place].strip() for name, place in self._places.items()})


@contextmanager
def open_rows(
    path: Path, kind: Kind, form: Format, *, columns: Mapping[str, str], encoding: str = ""
) -> Iterator[Rows]:
    """Open a file for reading row by row. `columns` are column names that the operator gave, by field.

    Raises Unreadable for a file that is empty, not text, or has no column for what is required.
    """
    try:
        codecs.lookup(encoding or _GUESS)
    except LookupError:
        raise Unreadable(f'There is no encoding "{encoding}".') from None
    try:
        size, chosen = path.stat().st_size, encoding or _encoding_of(path)
        # Of a guessed encoding no byte may stop the rest.
        with path.open(encoding=chosen, newline="", errors="replace" if chosen == _GUESS else "strict") as file:
            separator, header = _header(file.readline())
            places = _places(header, kind, form, columns)
            file.seek(0)
            yield Rows(file, size, {name: header[place] for name, place in places.items()}, places, separator)
    except (OSError, UnicodeError) as error:
        raise Unreadable(f"{path.name} cannot be read: {error}") from error


def _encoding_of(path: Path) -> str:
    with path.open("rb") as file:
        start = file.read(4)
        for mark, encoding in _MARKS:
            if start.startswith(mark):
                return encoding
        decoder = codecs.getincrementaldecoder("utf-8")()
        file.seek(0)
        try:
            while chunk := file.read(_CHUNK):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return _GUESS
    return "utf-8"


def _header(line: str) -> tuple[str, list[str]]:
    """The separator is the one that makes the most columns of the first line."""
    by_separator = {separator: next(csv.reader([line], delimiter=separator), []) for separator in _SEPARATORS}
    separator = max(_SEPARATORS, key=lambda one: len(by_separator[one]))
    header = [name.strip() for name in by_separator[separator]]
    if not any(header):
        raise Unreadable("The file is empty; its first line has to name the columns.")
    return separator, header


def _places(header: list[str], kind: Kind, form: Format, columns: Mapping[str, str]) -> dict[str, int]:
    names = [normalized(name) for name in header]
    places = {}
    for field in FIELDS[kind]:
        wanted = [normalized(columns[field])] if field in columns else form.columns.get(field, ())
        if found := next((name for name in wanted if name in names), None):
            places[field] = names.index(found)
        elif field in columns:
            raise Unreadable(f'There is no column "{columns[field]}". Columns are: {", ".join(header)}.')
    for field in REQUIRED[kind]:
        if field not in places:
            known = " or ".join(f'"{name}"' for name in form.columns.get(field, ())) or "none"
            raise Unreadable(
                f"There is no column for the {field}; {form.title} calls it {known}. "
                f"Say --column {field}=NAME. Columns are: {', '.join(header)}."
            )
    return places
