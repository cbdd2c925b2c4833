"""What our pages tell by way of the Dashboard, and what they ask before something is done."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from tests.dashboard.browser.dashboard import Tab


def test_a_form_that_says_what_is_wrong_needs_no_toast(dashboard):
    page = dashboard.open("settings/").inside
    page.locator("#cooldown_days").fill("999999")

    page.locator("#save-settings").click()

    expect(page.locator(".remark.problem")).to_be_focused()
    expect(page.locator("#cooldown_days-error")).to_be_visible()
    page.locator("#cooldown_days").fill("44")
    page.locator("#save-settings").click()
    assert dashboard.wait_until_told("notification")["title"] == "Settings saved."
    assert [told["status"] for told in dashboard.told("notification")] == ["success"]


def test_a_survey_that_says_what_is_wrong_needs_no_toast(dashboard):
    page = dashboard.open("surveys/").inside
    page.locator(".survey-card a").first.click()
    page.locator("#survey-name").fill("")

    page.locator("#save-survey").click()

    expect(page.locator(".remark.problem")).to_be_focused()
    assert dashboard.told("notification") == []


def test_what_fails_elsewhere_is_told_in_a_toast_that_closes_itself(dashboard):
    page = dashboard.open("settings/").inside
    page.locator("#cooldown_days").fill("999999")

    page.get_by_role("button", name="With the orders of the last 7 days").click()

    # The Dashboard closes everything by itself but errors.
    assert dashboard.wait_until_told("notification")["status"] == "warning"


def test_a_wave_is_stopped_by_a_button_that_says_so(dashboard):
    page = dashboard.open("waves/new/").inside
    page.locator("#wave-name").fill("Next month")
    page.locator("[name=survey]").select_option(label="\u2068Our people\u2069 – \u2068Employees\u2069")
    page.get_by_label("Addresses of a list").check()
    page.locator("[name=addresses]").fill("ida@fjordandfern.example")
    page.locator("#wave-start").fill((datetime.now(UTC) + timedelta(days=30)).date().isoformat())
    page.get_by_role("button", name="Plan the wave").click()
    page.locator("dialog.ask").get_by_role("button", name="Ask 1 person").click()
    stop = page.locator("#wave-body").get_by_role("button", name="Stop the wave")
    asked = page.locator("dialog.ask")

    stop.click()
    expect(asked.get_by_role("button")).to_have_text(["Leave it as it is", "Stop the wave"])
    asked.get_by_role("button", name="Leave it as it is").click()
    expect(asked).to_have_count(0)
    expect(stop).to_be_visible()
    stop.click()
    asked.get_by_role("button", name="Stop the wave").click()

    expect(stop).to_have_count(0)


def test_leaving_what_was_typed_is_asked_in_words_that_say_what_happens(dashboard):
    page = dashboard.open("settings/").inside
    page.locator("#sender_name").fill("Half a name")

    page.get_by_role("link", name="Overview", exact=True).click()

    expect(page.locator("dialog.ask").get_by_role("button")).to_have_text(["Stay here", "Leave it behind"])


@pytest.fixture
def customer(browser, port):
    """A customer's tab, who may copy; at the end nothing must have failed in it."""
    tab = Tab(browser, permissions=["clipboard-read", "clipboard-write"])
    tab.address = f"http://localhost:{port}"
    yield tab
    tab.close()


def test_a_passive_copies_the_code_of_the_offer(customer):
    customer.tab.goto(f"{customer.address}/sample/en/thanks-passive/")
    offer = customer.tab.get_by_role("region", name="A small thank-you")

    offer.get_by_role("button", name="Copy the code").click()

    expect(offer.get_by_role("status")).to_have_text("Copied")
    code = offer.get_by_label("Your voucher code").input_value()
    assert customer.tab.evaluate("navigator.clipboard.readText()") == code
