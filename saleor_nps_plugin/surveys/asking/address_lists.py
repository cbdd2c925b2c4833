"""Lists of addresses that staff bring along: one to a row, as a file or pasted."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext

from ... import languages
from ...errors import Invalid
from ...shoppers.recognizing import normalize_email

LARGEST = 5 * 1024 * 1024
MOST_ADDRESSES = 50_000
LONGEST_ADDRESS = 254
# Programs of offices write one of these; the first that reads the whole file is taken.
_ENCODINGS = ("utf-8-sig", "utf-16", "cp1252")
_ADDRESS_TITLES = ("email", "e-mail", "mail", "address", "email address")
_MOST_OF_A_ROW = 80
_MOST_OF_A_TITLE = 40
_MOST_TITLES = 20
_LANGUAGE_TITLES = ("language", "language code", "locale", "lang")


@dataclass(frozen=True)
class Person:
    """Somebody on a list: where they get their mail, and in which language; "" for that of the survey."""

    email: str
    language_code: str = ""


@dataclass(frozen=True)
class RowError:
    """What is wrong with a row; `line` counts from 1, as editors do. `row` is how it begins, without signs that nobody sees."""

    line: int
    text: str
    row: str = ""


@dataclass(frozen=True)
class AddressList:
    """What a list holds: each address once, in its order; `duplicates` were there before."""

    people: tuple[Person, ...]
    errors: tuple[RowError, ...] = ()
    duplicates: int = 0


def decoded(content: bytes) -> str:
    """Return the text of a file. Raises Invalid for one that is too large or no text."""
    if len(content) > LARGEST:
        raise Invalid(gettext("The file is larger than 5 MB."), field="addresses")
    has_marks = content[:2] in (b"\xff\xfe", b"\xfe\xff")
    for encoding in _ENCODINGS:
        if (encoding == "utf-16") == has_marks:
            try:
                return content.decode(encoding)
            except UnicodeDecodeError:
                continue
    raise Invalid(gettext("The file is no text. Save it as CSV and try again."), field="addresses")


def read(text: str) -> AddressList:
    """Read rows of an address and, if you like, a language, with commas, semicolons or tabs between.

    A first row with titles such as email and language says which column is which; all others are left alone. Raises
    Invalid for more than MOST_ADDRESSES, and for a table without any address whose titles do not say where they are.
    """
    if len(text.encode()) > LARGEST:
        raise Invalid(gettext("The list is larger than 5 MB."), field="addresses")
    people: dict[str, Person] = {}
    errors: list[RowError] = []
    duplicates = 0
    titles: list[str] = []
    for line, cells, email, language in _rows(text.replace("\x00", ""), titles):
        sentence = _wrong(email, language)
        if sentence:
            errors.append(RowError(line, sentence, _shown(", ".join(cells), _MOST_OF_A_ROW)))
        elif normalize_email(email) in people:
            duplicates += 1
        else:
            people[normalize_email(email)] = Person(email, _spoken(language))
        if len(people) > MOST_ADDRESSES:
            sentence = gettext("A wave can have at most {most} addresses. Make two of the list.")
            raise Invalid(sentence.format(most=MOST_ADDRESSES), field="addresses")
    if not people and (len(titles) > 1 or (titles and len(errors) > 1 and "@" not in text)):
        sentence = gettext("There is no column “email”. The columns are: {names}.")
        names = ", ".join(_shown(title, _MOST_OF_A_TITLE) for title in titles[:_MOST_TITLES] if title)
        raise Invalid(sentence.replace("{names}", names), field="addresses")
    return AddressList(tuple(people.values()), tuple(errors), duplicates)


def _shown(text: str, most: int) -> str:
    """How a text begins, without what would turn or hide what stands beside it."""
    clean = "".join(sign for sign in text[: 2 * most] if sign.isprintable())
    return clean if len(clean) <= most and len(text) <= 2 * most else f"{clean[:most]}…"


def _rows(text: str, titles: list[str]) -> Iterator[tuple[int, list[str], str, str]]:
    """The line, cells, address and language of each row that has anything in it.

    Fills `titles` with a first row of which no column is known to hold addresses.
    """
    lines = io.StringIO(text, newline="")
    reader = csv.reader(lines, delimiter=_delimiter(text))
    columns: tuple[int, int | None] | None = None
    try:
        for row in reader:
            cells = [cell.strip() for cell in row]
            if not any(cells):
                continue
            if columns is None:
                columns, has_titles = _columns(cells)
                if has_titles:
                    continue
                if not any("@" in cell for cell in cells):
                    titles += cells
            email, language = columns
            yield reader.line_num, cells, _cell(cells, email), _cell(cells, language)
    except csv.Error:
        sentence = gettext("Line {line} cannot be read.")
        raise Invalid(sentence.format(line=reader.line_num), field="addresses") from None


def _delimiter(text: str) -> str:
    first = next((line for line in text.splitlines() if line.strip()), "")
    return max(",;\t", key=first.count)


def _columns(cells: list[str]) -> tuple[tuple[int, int | None], bool]:
    """Where addresses and languages stand, and whether the first row has titles that say so."""
    titles = [cell.casefold().replace("_", " ") for cell in cells]
    email = next((titles.index(title) for title in _ADDRESS_TITLES if title in titles), None)
    language = next((titles.index(title) for title in _LANGUAGE_TITLES if title in titles), None)
    if email is not None:
        return (email, language), True
    first = next((at for at, cell in enumerate(cells) if "@" in cell), 0)
    return (first, first + 1), False


def _cell(cells: list[str], at: int | None) -> str:
    return cells[at] if at is not None and at < len(cells) else ""


def _wrong(email: str, language: str) -> str:
    if not email:
        return gettext("There is no address.")
    try:
        validate_email(email)
    except ValidationError:
        return gettext("This is no e-mail address.")
    if len(email) > LONGEST_ADDRESS:
        return gettext("This is no e-mail address.")
    if language and _spoken(language) == "":
        return gettext("This language is not one of: {codes}.").format(codes=", ".join(languages.SUPPORTED))
    return ""


def _spoken(language: str) -> str:
    code = language.strip().lower().replace("_", "-")
    return next((known for known in (code, code.split("-")[0]) if known in languages.SUPPORTED), "")
