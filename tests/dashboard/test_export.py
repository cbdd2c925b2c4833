"""Files that a spreadsheet opens."""

from decimal import Decimal

import pytest
from django.utils import translation
from django.utils.translation import gettext

from saleor_nps_plugin.dashboard.export import csv_response, lines, safe_cell


@pytest.mark.parametrize("text", ["=1+1", "+49 30", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", "＝1"])
def test_text_that_would_be_a_formula_is_defused(text):
    assert safe_cell(text) == f"'{text}"


@pytest.mark.parametrize(
    ("value", "written"),
    [("Coat", "Coat"), ("a=b", "a=b"), ("", ""), (None, ""), (-12, "-12"), (Decimal("-1.50"), "-1.50"), (-0.5, "-0.5")],
)
def test_other_cells_stay_as_they_are(value, written):
    assert safe_cell(value) == written


def test_a_file_begins_with_a_mark_that_says_utf_8_and_quotes_what_needs_it():
    written = "".join(lines([("Name", "Score"), ('Coat, "red"\nnew', -3)]))

    assert written == '\ufeffName,Score\r\n"Coat, ""red""\nnew",-3\r\n'


def test_rows_are_made_while_they_are_sent():
    made = []

    def rows():
        for number in range(1000):
            made.append(number)
            yield (number,)

    response = csv_response("numbers.csv", rows())
    parts = iter(response)
    before = len(made)
    next(parts), next(parts)

    assert (before, len(made)) == (0, 200)
    assert len(b"".join(parts).split()) == 800
    assert response["Content-Disposition"] == 'attachment; filename="numbers.csv"'


async def test_an_asynchronous_server_gets_them_piece_by_piece_too():
    response = csv_response("numbers.csv", ((number,) for number in range(500)))

    parts = [part async for part in response]

    assert len(parts) == 4
    assert b"".join(parts).decode() == "\ufeff" + "".join(f"{number}\r\n" for number in range(500))


def test_words_are_in_the_language_of_who_asked_though_the_request_is_over():
    with translation.override("de"):
        expected = gettext("Yes")
        response = csv_response("words.csv", ([gettext("Yes")] for _ in range(1)))

    with translation.override("en"):
        written = b"".join(response).decode()

    assert (expected, written) == ("Ja", "\ufeffJa\r\n")
