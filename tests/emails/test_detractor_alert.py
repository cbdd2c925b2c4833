import pytest

from saleor_nps_plugin.languages import SUPPORTED
from tests.reading import read


def test_staff_read_what_happened(alert_with):
    mail = alert_with(comment="Broken <cup>\nand late")

    document = read(mail.message.alternatives[0][0])
    assert mail.event == "nps_detractor_alert"
    assert mail.message.to == ["care@tea.example", "boss@tea.example"]
    assert mail.message.subject == "Score 3, order 1042"
    assert mail.message.extra_headers["Message-ID"] == "<17.alert@tea.example>"
    assert "List-Unsubscribe" not in mail.message.extra_headers
    assert document.one("td", class_="quote").text == "Broken <cup> and late"
    assert len(document.one("td", class_="quote").all("br")) == 1
    assert "Broken <cup>\nand late" in mail.message.body
    assert "Score: 3 of 10\nSurvey: After delivery\nOrder: 1042\nChannel: Tea shop" in mail.message.body


def test_a_silent_detractor_is_told_of_too(alert_with):
    mail = alert_with(comment="", order_number="", channel="", channel_name="")

    assert mail.message.subject == "Score 3"
    assert "The customer left no comment." in mail.message.body
    assert "Order" not in mail.message.body


@pytest.mark.parametrize(
    ("scale", "subject", "title", "score"),
    [
        ("nps", "Score 1", "A customer would not recommend us", "Score: 1 of 10"),
        ("csat", "Score 1 of 5", "A customer is not satisfied", "Score: 1 of 5"),
        ("ces", "Score 1 of 7", "A customer did not find it easy", "Score: 1 of 7"),
        ("recovery", "Score 1", "A customer says that it is not put right yet", "Score: 1 of 10"),
    ],
)
def test_each_scale_is_called_by_its_name(alert_with, scale, subject, title, score):
    mail = alert_with(score=1, scale=scale)

    assert mail.message.subject == f"{subject}, order 1042"
    assert mail.message.body.startswith(f"{title}\n\n{score}\n")
    assert read(mail.message.alternatives[0][0]).one("h1").text == title
    assert mail.payload["scale"] == scale


def test_it_leads_to_the_case(alert_with):
    url = "https://shop.example/dashboard/responses/17/"

    mail = alert_with(case_url=url)

    assert mail.message.body.count(url) == 1
    assert read(mail.message.alternatives[0][0]).one("a", href=url).text == "Open the case"
    assert mail.payload["case_url"] == url


def test_it_says_through_which_door_the_answer_came(alert_with):
    mail = alert_with(order_number="", door_name="Tablet at the till")

    assert "Survey: After delivery\nAnswered through: Tablet at the till\nChannel: Tea shop" in mail.message.body
    assert (
        "Answered through: Tablet at the till" in read(mail.message.alternatives[0][0]).one("td", class_="facts").text
    )
    assert (mail.payload["door_name"], mail.payload["channel"]) == ("Tablet at the till", "default-channel")


WINS = "A quick, personal answer often wins such a customer back."
NOWHERE = "There is no address to which you could reply."
OPEN = "The case is open until somebody closes it."


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, f"{WINS} {OPEN}"),
        ({"case_status": "in_progress"}, f"{WINS} A colleague is working on the case."),
        ({"case_status": "resolved"}, "A colleague has resolved the case meanwhile."),
        ({"case_status": "none"}, WINS),
        ({"is_reachable": False}, f"{NOWHERE} {OPEN}"),
        ({"is_reachable": False, "callback": "555 0100"}, OPEN),
    ],
)
def test_it_says_how_the_case_stands_and_promises_nothing_else(alert_with, changes, said):
    mail = alert_with(**changes)

    for text in (mail.message.body, read(mail.message.alternatives[0][0]).one("td", class_="last").text):
        told = " ".join(text.split())
        assert said in told
        assert [one in told for one in (WINS, NOWHERE, OPEN, "A colleague")] == [
            one in said for one in (WINS, NOWHERE, OPEN, "A colleague")
        ]


@pytest.mark.parametrize("language", SUPPORTED)
def test_every_language_renders(alert_with, language):
    mail = alert_with(language_code=language)

    html = mail.message.alternatives[0][0]
    assert read(html).one("html")["lang"] == language
    assert ("A customer would not recommend us" in html) == (language == "en")
    assert "MISSING" not in html + mail.message.body


def test_a_comment_runs_in_its_own_direction(alert_with):
    assert read(alert_with().message.alternatives[0][0]).one("td", class_="quote")["dir"] == "auto"
