"""Lists of addresses as people have them."""

import pytest

from saleor_nps_plugin import errors
from saleor_nps_plugin.surveys.asking.address_lists import LARGEST, MOST_ADDRESSES, Person, decoded, read


@pytest.mark.parametrize(
    "text",
    [
        "eva@shop.example\ntom@shop.example",
        "eva@shop.example\r\n\r\n  tom@shop.example  \r\n",
        "email\neva@shop.example\ntom@shop.example",
        "Name;E-Mail\nEva;eva@shop.example\nTom;tom@shop.example",
        'Name,Email Address\n"Doe, Eva",eva@shop.example\nTom,tom@shop.example',
        "id\temail\n1\teva@shop.example\n2\ttom@shop.example",
        "7,eva@shop.example\n8,tom@shop.example",
    ],
)
def test_addresses_are_found_however_they_stand_there(text):
    found = read(text)

    assert [person.email for person in found.people] == ["eva@shop.example", "tom@shop.example"]
    assert found.errors == () and found.duplicates == 0


def test_a_language_may_stand_beside():
    found = read("email;language\na@shop.example;de\nb@shop.example;pt_BR\nc@shop.example;fa-IR\nd@shop.example;")

    assert found.people == (
        Person("a@shop.example", "de"),
        Person("c@shop.example", "fa"),
        Person("d@shop.example", ""),
    )
    assert [error.line for error in found.errors] == [3]


def test_what_is_wrong_is_told_with_its_line():
    found = read('email\nnobody\n\n@shop.example\n"two\nlines"\ngood@shop.example\n;')

    assert [error.line for error in found.errors] == [2, 4, 6, 8]
    assert [error.row for error in found.errors] == ["nobody", "@shop.example", "twolines", ";"]
    assert [person.email for person in found.people] == ["good@shop.example"]


def test_a_first_row_that_is_no_title_is_not_passed_over():
    found = read("nobody\neva@shop.example")

    assert [error.line for error in found.errors] == [1]


def test_an_address_is_taken_once():
    found = read("Eva@shop.example\neva@SHOP.example\neva@shop.example")

    assert found.people == (Person("Eva@shop.example"),) and found.duplicates == 2


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_files_of_office_programs_are_read(encoding):
    content = "name,email\nÉva,eva@shop.example".encode(encoding)

    assert read(decoded(content)).people == (Person("eva@shop.example"),)


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"a" * (LARGEST + 1)])
def test_what_is_no_text_or_too_large_is_refused(content):
    with pytest.raises(errors.Invalid):
        decoded(content)


def test_a_list_has_an_end():
    with pytest.raises(errors.Invalid, match="50000"):
        read("\n".join(f"{number}@shop.example" for number in range(MOST_ADDRESSES + 1)))


@pytest.mark.parametrize(
    "text", ['"' * 7, "\x00\x01", '"a\n' + "x" * 200_000 + '"', ",,,,\n;;;;", "=cmd()|x,eva@shop.example"]
)
def test_nonsense_is_refused_or_told_but_never_breaks(text):
    try:
        found = read(text)
    except errors.Invalid:
        return
    assert len(found.people) + len(found.errors) < 3


def test_of_a_long_row_its_beginning_is_told():
    found = read("email,name\nnobody,\u202e" + "x" * 500)

    assert [error.row for error in found.errors] == ["nobody, " + "x" * 72 + "…"]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Name;Team\nEva;Sales", "Name, Team."),
        ("Name,Mail address\nEva,eva@shop.example", "Name, Mail address."),
        ("Name\nEva\nTom", "Name."),
        ("\u202e" + "x" * 500 + ",Team\n1,2", "x" * 40 + "…, Team."),
    ],
)
def test_a_table_without_a_column_of_addresses_is_refused_with_the_columns_that_it_has(text, names):
    with pytest.raises(errors.Invalid, match="There is no column “email”") as refusal:
        read(text)

    assert refusal.value.message.endswith(f"The columns are: {names}")


def test_one_word_is_a_row_that_cannot_be_used():
    assert [error.row for error in read("nobody").errors] == ["nobody"]
