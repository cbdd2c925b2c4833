"""The page "Overview"."""

import csv
from datetime import timedelta
from io import StringIO
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from preview.shop_desk import BEN
from saleor_nps_plugin.links import invitation_token
from saleor_nps_plugin.shop.interface import Line
from saleor_nps_plugin.surveys.answering import recording
from saleor_nps_plugin.surveys.answering.submission import Submission, SubmittedAnswer
from saleor_nps_plugin.surveys.models import Question, QuestionKind
from saleor_nps_plugin.surveys.reporting import stages


@pytest.fixture
def now():
    return timezone.now() - timedelta(minutes=1)


def query(link):
    return {name: values[-1] for name, values in parse_qs(urlsplit(link["href"]).query).items()}


def table(page, dimension):
    """The rows of a breakdown as texts, without the cell of the picture."""
    rows = page.one("section", id=f"by-{dimension}").one("tbody").all("tr")
    return [[cell.text for cell in (*row.all("th"), *row.all("td"))] for row in rows]


def rows_of(response):
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(StringIO(text)))


def test_the_score_stands_with_its_margin_and_its_number_of_responses(desk, answers):
    answers(10, 9, 8, 0)
    ada = desk()

    ada.get("overview/")

    score = ada.sees().one("section", class_="score-card")
    assert score.one("p", class_="nps").text == "25 ± 58"
    assert "4 responses" in score.text
    assert [item.text for item in score.one("ul").all("li")] == [
        "Promoters 50% 2",
        "Passives 25% 1",
        "Detractors 25% 1",
    ]


def test_a_change_beyond_chance_is_called_one(desk, story, answers):
    today = story.now
    story.now -= timedelta(days=100)
    answers(*[3] * 20)
    story.now = today
    answers(*[10] * 20)
    ada = desk()

    ada.get("overview/")

    change = ada.sees().one("div", class_="change")
    assert change.one("span", class_="delta").text == "+200"
    assert change.one("span", class_="pill").text == "Better: more than chance"
    assert "Before: −100 ± 17 · 20 responses" in change.text


def test_a_change_within_the_margins_is_called_chance(desk, story, answers):
    today = story.now
    story.now -= timedelta(days=100)
    answers(10, 9, 3)
    story.now = today
    answers(10, 9, 8)
    ada = desk()

    ada.get("overview/")

    assert ada.sees().one("div", class_="change").one("span", class_="pill").text == "No clear change: may be chance"


def test_without_earlier_answers_nothing_is_compared(desk, answers):
    answers(10)
    ada = desk()

    ada.get("overview/")

    assert "There are no answers from the period before" in ada.sees().one("div", class_="change").text
    ada.get("overview/?period=all")
    assert ada.sees().all("div", class_="change") == []


def test_every_figure_leads_to_the_responses_behind_it(desk, answers):
    answers(10, 4)
    ada = desk()

    ada.get("overview/?period=30d&channel=default-channel&touchpoint=order_fulfilled")

    today = timezone.now().date()
    chosen = {
        "since": str(today - timedelta(days=29)),
        "until": str(today),
        "channel": "default-channel",
        "touchpoint": "order_fulfilled",
        "counted": "yes",
        "scale": "nps",
    }
    page = ada.sees()
    assert query(page.one("span", class_="figure").one("a")) == chosen
    assert [query(link) for link in page.one("ul", class_="legend").all("a")] == [
        chosen | {"group": group} for group in ("promoter", "passive", "detractor")
    ]
    distribution = page.one("section", class_="distribution-card").one("table").all("a")
    assert [query(link) for link in distribution] == [chosen | {"score": str(score)} for score in range(11)]
    trend = page.one("section", class_="trend-card").one("table").all("a")
    assert query(trend[-1])["until"] == str(today)


def test_parts_are_ranked_only_where_there_are_answers_enough(desk, answers):
    answers(*[10] * 29, country="DE")
    answers(*[9] * 20, *[0] * 10, country="FR")
    answers(*[10] * 30, country="PL")
    ada = desk()

    ada.get("overview/breakdowns/")

    assert table(ada.sees(), "country") == [
        ["Poland", "", "100 ± 12", "30"],
        ["France", "", "33 ± 32", "30"],
        ["Germany", "Too few answers", "100 ± 13", "29"],
    ]


def test_parts_have_names_in_the_readers_language(desk, answers):
    answers(10, country="DE", language_code="de")
    answers(10, country="PL", language_code="pl")
    reader = desk(language="de")

    reader.get("overview/breakdowns/")

    assert {row[0] for row in table(reader.sees(), "country")} == {"Deutschland", "Polen"}
    assert {row[0] for row in table(reader.sees(), "language")} == {"Deutsch", "Polnisch"}


def test_what_all_answers_share_is_a_line_and_not_a_table(desk, answers):
    answers(10, 9)
    ada = desk()

    ada.get("overview/breakdowns/")

    assert ada.sees().all("table") == []
    assert "Countries: Poland" in ada.sees().one("p", class_="alone").text


def test_more_parts_come_when_asked_for(desk, answers):
    for number in range(12):
        answers(10, lines=(Line(product_id=str(number), category_id="3", name=f"Tea {number}"),))
    ada = desk()

    ada.get("overview/breakdowns/")
    section = ada.sees().one("section", id="by-product")
    more = section.one("button")["hx-get"].removeprefix("/dashboard/")
    ada.get(more)

    assert "Shown are the 8 with most responses." in section.text
    assert len(table(ada.sees(), "product")) == 12
    assert ada.sees().all("button") == []


def test_the_number_of_statements_does_not_grow_with_what_is_shown(desk, answers):
    ada = desk()

    def statements():
        with CaptureQueriesContext(
            connection,
        ) as caught:
            ada.get("overview/")
            ada.get("overview/breakdowns/")
        return len(caught)

    for number in range(2):
        answers(10, country="PL", lines=(Line(product_id=str(number), category_id=str(number), name="Tea"),))
    few = statements()
    for number in range(2, 12):
        answers(8, country="DE", lines=(Line(product_id=str(number), category_id=str(number), name="Tea"),))

    assert statements() == few


def test_who_was_not_asked_and_why_is_said_in_words(desk, story, answers):
    answers(10)
    story.shop.configure(enabled=True, delay_hours="0", minimum_order_total="100")
    story.fulfill(email="b@example.com")
    story.fulfill(email="")
    stages.count_new(limit=100)
    ada = desk()

    ada.get("overview/")

    funnel = ada.sees().one("section", **{"aria-labelledby": "funnel-title"})
    steps = [
        (row.one("th").text, row.all("td")[1].text)
        for row in funnel.one("table", class_="funnel").one("tbody").all("tr")
    ]
    assert steps == [("Orders fulfilled", "3"), ("Asked", "1"), ("Sent", "1"), ("Opened", "1"), ("Answered", "1")]
    skipped = funnel.one("details")
    assert skipped.one("summary").text == "2 were not asked"
    assert {row.text for row in skipped.all("tr")} == {
        "Order below the minimum total 1",
        "Order without an e-mail address 1",
    }


def test_somebody_restricted_to_channels_sees_no_others(desk, story, answers):
    answers(0, 0)
    answers(10, channel="channel-pln")
    ben = desk(BEN)

    ben.get("overview/")

    page = ben.sees()
    assert page.one("p", class_="nps").text.startswith("100 ")
    assert [option["value"] for option in page.one("select", name="channel").all("option")] == ["", "channel-pln"]
    assert ben.get("overview/?channel=default-channel").status_code == 404
    assert ben.get("overview/export.csv?channel=default-channel").status_code == 404
    assert [row["Key"] for row in rows_of(ben.get("overview/export.csv?table=channel"))] == ["channel-pln"]


@pytest.mark.parametrize(
    ("parameters", "status"),
    [
        ({"period": "nonsense"}, 200),
        ({"period": "custom", "since": "0001-01-01", "until": "9999-12-31", "interval": "week"}, 200),
        ({"period": "custom", "since": "soon", "until": "2026-13-77"}, 200),
        ({"interval": "minute"}, 200),
        ({"channel": "\0"}, 404),
        ({"channel": "a" * 5000}, 404),
        ({"channel": "'; DROP TABLE nps_response"}, 404),
        ({"touchpoint": "full moon"}, 404),
    ],
)
def test_made_up_addresses_do_no_harm(desk, answers, parameters, status):
    answers(10)
    ada = desk()

    for address in ("overview/", "overview/breakdowns/", "overview/export.csv"):
        assert ada.get(address, **parameters).status_code == status


def test_unknown_tables_are_not_found(desk):
    ada = desk()

    assert ada.get("overview/export.csv?table=password").status_code == 404
    assert ada.get("overview/breakdowns/password/").status_code == 404


def test_names_in_exported_tables_are_no_formulas(desk, answers):
    answers(10, lines=(Line(product_id="7", category_id="3", name='=HYPERLINK("http://evil.example")'),))
    ada = desk()

    (row,) = rows_of(ada.get("overview/export.csv?table=product"))

    assert row["Name"] == '\'=HYPERLINK("http://evil.example")'
    assert (row["Key"], row["NPS"], row["Responses"], row["Promoters"]) == ("7", "100.0", "1", "1")


def test_one_file_holds_every_table(desk, answers):
    answers(10, 0)
    stages.count_new(limit=100)
    ada = desk()

    rows = rows_of(ada.get("overview/export.csv"))

    assert {row["Table"] for row in rows} >= {
        "Score",
        "Score over time",
        "Responses per score",
        "From order to answer",
        "Channels",
    }
    assert [row["Count"] for row in rows if row["Table"] == "Responses per score"] == ["1", *["0"] * 9, "1"]
    assert "feedback-" in ada.last["Content-Disposition"]


def test_markup_in_names_is_text(desk, answers):
    answers(10, lines=(Line(product_id="7", category_id="3", name="<script>alert(1)</script>"),))
    answers(10, lines=(Line(product_id="8", category_id="4", name="Tea"),))
    ada = desk()

    ada.get("overview/breakdowns/")

    assert b"<script>" not in ada.last.content
    assert "<script>alert(1)</script>" in {row[0] for row in table(ada.sees(), "product")}


def test_persian_readers_see_their_digits(desk, answers):
    answers(10, 9, 8, 0)
    reader = desk(language="fa")

    reader.get("overview/")

    assert reader.sees().one("p", class_="nps").text == "۲۵ ± ۵۸"


def test_a_period_without_answers_offers_all_of_time(desk, answers):
    answers(10)
    ada = desk()

    ada.get("overview/?period=custom&since=2020-01-01&until=2020-01-31")

    nothing = ada.sees().one("section", class_="nothing")
    assert "No answers here" in nothing.text
    ada.get(nothing.one("a")["href"].removeprefix("/dashboard/"))
    assert ada.sees().one("p", class_="nps").text.startswith("100 ")


def steps_done(page):
    return [step.matches("li", {"class": "done"}) for step in page.one("ol").all("li")]


def test_a_new_shop_is_told_what_to_do(desk, shop, survey):
    shop.configure(enabled=False, delay_hours="168")
    ada = desk()

    ada.get("overview/")

    assert steps_done(ada.sees()) == [False, False, False]
    assert ada.sees().one("ol").one("a")["href"] == "/dashboard/settings/"
    assert "1 week" in ada.sees().one("ol").text


def test_who_may_not_switch_on_is_told_who_may(desk, shop, survey):
    shop.configure(enabled=False)
    ben = desk(BEN)

    ben.get("overview/")

    assert ben.sees().one("ol").all("a") == []
    assert "permission to manage plugins" in ben.sees().one("ol").text


def test_the_way_to_the_first_answer_shows_how_far_it_is(desk, story):
    story.fulfill()
    stages.count_new(limit=10)
    ada = desk()

    ada.get("overview/")
    before = steps_done(ada.sees())
    story.send()
    ada.get("overview/")

    assert (before, steps_done(ada.sees())) == ([True, True, False], [True, True, True])


def test_reasons_are_counted_and_say_who_chose_them(desk, story, survey):
    question = Question.objects.create(
        survey=survey,
        position=9,
        kind=QuestionKind.SINGLE_CHOICE,
        texts={"en": "Why?"},
        choices=[{"value": "late", "labels": {"en": "It came late"}}, {"value": "kind", "labels": {"en": "Kind"}}],
    )
    for score, chosen in ((0, "late"), (9, "kind"), (2, "late")):
        invitation = story.invite(email=f"{score}@example.com")
        submission = Submission(score=score, answers=(SubmittedAnswer(question.pk, choices=(chosen,)),))
        recording.submit(invitation_token(invitation.key), submission, now=story.now)
    ada = desk()

    ada.get("overview/breakdowns/")

    assert table(ada.sees(), "reason") == [
        ["It came late", "Promoters: 0, passives: 0, detractors: 2", "2"],
        ["Kind", "Promoters: 1, passives: 0, detractors: 0", "1"],
    ]
