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
    assert "Score: 3 of 10\nOrder: 1042\nChannel: default-channel" in mail.message.body


def test_a_silent_detractor_is_told_of_too(alert_with):
    mail = alert_with(comment="", order_number="", channel="")

    assert mail.message.subject == "Score 3"
    assert "The customer left no comment." in mail.message.body
    assert "Order" not in mail.message.body


@pytest.mark.parametrize("language", SUPPORTED)
def test_every_language_renders(alert_with, language):
    mail = alert_with(language_code=language)

    html = mail.message.alternatives[0][0]
    assert read(html).one("html")["lang"] == language
    assert ("A customer would not recommend us" in html) == (language == "en")
    assert "MISSING" not in html + mail.message.body


def test_a_comment_runs_in_its_own_direction(alert_with):
    assert read(alert_with().message.alternatives[0][0]).one("td", class_="quote")["dir"] == "auto"
