"""What staff see of answers that look untrue, and what they decide about them."""

import csv
import io

import pytest

from saleor_nps_plugin.surveys.answering import judging, untrue
from saleor_nps_plugin.surveys.models import Response
from saleor_nps_plugin.surveys.reporting import tallies


@pytest.fixture
def answers(story):
    """An honest answer, and one that a program gave."""
    given = []
    for number, agent in ((1, "Phone"), (2, "python-requests/2.32")):
        response = story.answer(story.invite(number=str(number), email=f"{number}@example.com"), 0, "Awful")
        untrue.note(response, trace={"network": "203.0.113.7", "agent": agent, "seconds": 1.0 * number}, now=story.now)
        given.append(response)
    Response.objects.filter(pk=given[0].pk).update(comment="")
    story.later(minutes=2)
    judging.judge_due(now=story.now, limit=10)
    return [Response.objects.get(pk=response.pk) for response in given]


def shown(page):
    return [int(row["id"].removeprefix("row-")) for row in page.all("a", class_="case-row")]


def test_staff_filter_what_looks_untrue(desk, answers):
    honest, untrue_one = answers
    ada = desk()

    ada.get("responses/?flagged=yes")
    page = ada.sees()
    assert shown(page) == [untrue_one.pk]
    assert "Looks untrue" in page.one("a", id=f"row-{untrue_one.pk}").text
    assert "Looks untrue: Yes" in page.text

    ada.get("responses/list/?flagged=no")
    assert shown(ada.sees()) == [honest.pk]


def test_staff_read_why_and_put_it_back_for_good(desk, answers, story):
    _, response = answers
    ada = desk()
    ada.get(f"responses/{response.pk}/")
    page = ada.sees()
    assert "Looks untrue, and is left out of the score" in page.text
    assert "sent by a program" in page.one("div", id="case-head").text
    assert "Looks untrue: sent by a program" in page.one("ol", id="case-history").text

    ada.post(f"responses/{response.pk}/change/", revision=response.revision, is_counted="yes")

    response.refresh_from_db()
    assert (response.is_counted, response.flags) == (True, ["scanner"])
    assert "It looked untrue, and staff put it back: sent by a program" in ada.sees().text
    untrue.note(response, trace={"honeypot": True}, now=story.now)
    judging.judge_due(now=story.later(minutes=2), limit=10)
    response.refresh_from_db()
    assert response.is_counted
    assert tallies.differences() == 0


def test_a_table_says_why(desk, answers):
    ada = desk()
    ada.get("responses/?flagged=yes")
    page = ada.get("responses/export.csv?flagged=yes")

    rows = list(csv.reader(io.StringIO(b"".join(page.streaming_content).decode("utf-8-sig"))))
    assert len(rows) == 2
    assert rows[1][-1] == "Looks untrue: sent by a program"


def test_nonsense_in_the_address_filters_nothing(desk, answers):
    ada = desk()

    ada.get("responses/?flagged=maybe&sort=newest")

    assert len(shown(ada.sees())) == 2
