"""The overview's tabs and cards as files."""

from datetime import timedelta

import pytest
from django.utils import timezone

from preview.shop_desk import BEN
from tests.dashboard.overview_story import asked_again, comparing, prefers, rows_of
from tests.surveys.reporting.respondents import a_survey, answers


@pytest.fixture
def now():
    return timezone.now() - timedelta(minutes=1)


def hrefs(page):
    """Where the files of a page are, by what their buttons are called."""
    links = [link for link in page.all("a") if link.matches("a", {"data-download": ""})]
    return {link.attributes.get("aria-label") or link.text: link["href"].removeprefix("/dashboard/") for link in links}


def test_a_page_of_satisfaction_offers_its_files(desk, story, survey):
    support = a_survey("support", scale="csat")
    for score, country in ((5, "PL"), (4, "PL"), (1, "DE")):
        answers(story, support, score, country=country)
    ada = desk()

    ada.get("overview/csat/?period=30d&touchpoint=support_contact")

    files = hrefs(ada.sees())
    assert set(files) == {
        "Export as CSV",
        "Over time as CSV",
        "Responses per score as CSV",
        "Countries as CSV",
    }
    for address in files.values():
        assert "period=30d&touchpoint=support_contact" in address
        assert ada.get(address)["Content-Type"] == "text/csv; charset=utf-8"
    ada.get(files["Export as CSV"])
    assert 'filename="feedback-csat-support_contact-' in ada.last["Content-Disposition"]


def test_satisfaction_has_columns_of_its_own(desk, story, survey):
    support = a_survey("support", scale="csat")
    for score in (5, 4, 3, 1):
        answers(story, support, score)
    answers(story, survey, 0)
    ada = desk()

    (score, *distribution) = [
        row
        for row in rows_of(ada.get("overview/csat/export.csv?period=all"))
        if row["Table"] in ("Satisfaction (CSAT)", "Responses per score")
    ]

    assert {name: cell for name, cell in score.items() if name != "Until"} == {
        "Table": "Satisfaction (CSAT)",
        "CSAT": "50.0",
        "Margin of error": "35.0",
        "Mean": "3.25",
        "Responses": "4",
        "Satisfied: 4 and 5": "2",
        "Neither: 3": "1",
        "Dissatisfied: 1 and 2": "1",
    }
    assert [(row["Key"], row["Count"]) for row in distribution] == [
        ("1", "1"),
        ("2", "0"),
        ("3", "1"),
        ("4", "1"),
        ("5", "1"),
    ]


def test_effort_is_a_mean_in_the_file_too(desk, story, survey):
    effort = a_survey("effort", scale="ces")
    for score in (7, 4):
        answers(story, effort, score)

    (row,) = rows_of(desk().get("overview/ces/export.csv?table=score"))

    assert (row["CES"], row["Easy: 5 to 7"], row["Neither: 4"], row["Difficult: 1 to 3"]) == ("5.5", "1", "1", "0")


def test_competitors_are_exported_with_everybody_who_was_asked(desk, story, survey):
    questions = comparing(a_survey("comparing"), '=HYPERLINK("http://evil.example")', "@Leaf")
    for preference, shop in ((10, 0), (9, 0), (2, 1), (8, None)):
        prefers(story, questions, preference, shop)

    rows = rows_of(desk().get("overview/export.csv?table=competitor"))

    assert [(row["Name"], row["Value"], row["Responses"]) for row in rows] == [
        ("Everybody who was asked", "25.0", "4"),
        ('\'=HYPERLINK("http://evil.example")', "100.0", "2"),
        ("'@Leaf", "-100.0", "1"),
    ]
    assert all("NPS" not in row and "Promoters" not in row for row in rows)


def test_names_of_places_are_no_formulas_in_files_of_satisfaction(desk, story, survey):
    support = a_survey("support", scale="csat")
    answers(story, support, 5, segments={"product": ["-2+3"]})

    (row,) = rows_of(desk().get("overview/csat/export.csv?table=product"))

    assert (row["Key"], row["Name"]) == ("'-2+3", "'-2+3")


def test_what_became_of_resolved_cases_is_exported(desk, story, survey):
    again = a_survey("again", scale="recovery")
    for before, after in ((2, 9), (3, 4), (1, None)):
        asked_again(story, again, answers(story, survey, before), after)
    ada = desk()
    ada.get("overview/beside/?period=30d")
    address = hrefs(ada.sees())["After resolved cases as CSV"]

    rows = {row["Key"]: row for row in rows_of(ada.get(address))}

    counts = {key: row["Count"] for key, row in rows.items() if "Count" in row}
    assert counts == {"asked": "3", "answered": "2", "lost": "2", "recovered": "1"}
    values = {key: row["Value"] for key, row in rows.items() if "Value" in row}
    assert values == {"recovered_share": "50.0", "mean_before": "2.5", "mean_after": "6.5", "change": "4.0"}
    assert (rows["recovered_share"]["Margin of error"], rows["after"]["NPS"]) == ("40.5", "0.0")
    assert rows["asked"]["Table"] == "After resolved cases"


def test_a_file_of_everything_leaves_out_what_nobody_was_asked(desk, story, survey):
    answers(story, survey, 10)

    tables = {row["Table"] for row in rows_of(desk().get("overview/export.csv"))}

    assert tables.isdisjoint({"Us or another shop", "After resolved cases"})


def test_files_hold_the_readers_channels_only(desk, story, survey):
    support, again = a_survey("support", scale="csat"), a_survey("again", scale="recovery")
    answers(story, support, 5)
    answers(story, support, 1, channel="channel-pln")
    asked_again(story, again, answers(story, survey, 1), 9)
    ben = desk(BEN)

    (row,) = rows_of(ben.get("overview/csat/export.csv?table=channel"))

    assert (row["Key"], row["CSAT"]) == ("channel-pln", "0.0")
    assert rows_of(ben.get("overview/export.csv?table=recovery")) == []
    assert ben.get("overview/csat/export.csv?channel=default-channel").status_code == 404


@pytest.mark.parametrize("address", ["overview/csat/export.csv?table=password", "overview/recovery/export.csv"])
def test_there_are_no_files_of_made_up_tables(desk, survey, address):
    assert desk().get(address).status_code == 404
