"""Answering people, in a browser."""

import pytest
from playwright.sync_api import expect

from tests.dashboard.browser.dashboard import Dashboard


@pytest.fixture
def desk(dashboard) -> Dashboard:
    """The responses that wait for somebody, with none of them open."""
    return dashboard.open("responses/?status=open&sort=oldest")


def open_case(desk: Dashboard, number: int) -> str:
    """Open one of the list; return its path, such as responses/12/."""
    row = desk.inside.locator(".case-row").nth(number)
    address = row.get_attribute("href")
    row.click()
    expect(desk.inside.locator(f"#{row.get_attribute('id')}")).to_have_attribute("aria-current", "true")
    expect(desk.inside.locator("#case-head")).to_be_visible()
    assert address is not None
    return "responses/" + address.split("/responses/")[1].split("?")[0]


def press(desk: Dashboard, key: str) -> None:
    """Press a key as somebody does who is not in a field."""
    desk.inside.locator("#main").press(key)


def test_the_list_is_gone_through_with_keys(desk):
    press(desk, "j")
    rows = desk.inside.locator(".case-row")
    expect(rows.nth(0)).to_have_attribute("aria-current", "true")

    rows.nth(0).press("j")
    expect(rows.nth(1)).to_have_attribute("aria-current", "true")
    expect(rows.nth(1)).to_be_focused()

    rows.nth(1).press("k")
    expect(rows.nth(0)).to_have_attribute("aria-current", "true")


def test_keys_lead_to_search_reply_and_note_but_not_while_somebody_writes(desk):
    open_case(desk, 0)

    press(desk, "/")
    search = desk.inside.locator("#search")
    expect(search).to_be_focused()
    search.press_sequentially("rn")
    expect(search).to_have_value("rn")
    search.fill("")
    search.press("Escape")

    press(desk, "n")
    expect(desk.inside.locator("#note-text")).to_be_focused()
    desk.inside.locator("#note-text").press("Escape")
    press(desk, "r")
    expect(desk.inside.locator("#reply-text")).to_be_focused()


def test_the_keys_are_told_and_can_be_switched_off(desk):
    press(desk, "?")
    keys = desk.inside.locator("#keys")
    expect(keys).to_be_visible()

    keys.locator("[data-toggle-keys]").uncheck()
    keys.locator("[data-closes]").click()
    press(desk, "/")

    expect(desk.inside.locator("#search")).not_to_be_focused()


def test_what_was_typed_is_not_lost_by_going_on_to_another(desk):
    open_case(desk, 0)
    text = desk.inside.locator("#reply-text")
    text.fill("Dear Chloé, we are")

    desk.inside.locator(".case-row").nth(1).click()
    asked = desk.inside.locator("dialog.ask")
    expect(asked).to_contain_text("has not been sent")
    asked.get_by_role("button", name="Stay here").click()

    expect(text).to_have_value("Dear Chloé, we are")
    expect(desk.inside.locator(".case-row").nth(0)).to_have_attribute("aria-current", "true")

    desk.inside.locator(".case-row").nth(1).click()
    asked.get_by_role("button", name="Leave it behind").click()

    expect(desk.inside.locator(".case-row").nth(1)).to_have_attribute("aria-current", "true")


def test_a_half_written_reply_outlives_what_is_done_beside_it(desk):
    open_case(desk, 2)
    desk.inside.locator("#reply-text").fill("Dear customer, we are")

    desk.inside.locator("#note-text").fill("Called the warehouse")
    desk.inside.locator("#case-note button").click()
    expect(desk.inside.locator("#case-history")).to_contain_text("Called the warehouse")
    desk.inside.locator("#case-assignee").select_option("me")
    expect(desk.inside.locator("#case-history .entry")).not_to_have_count(2)

    expect(desk.inside.locator("#reply-text")).to_have_value("Dear customer, we are")
    expect(desk.inside.locator("#note-text")).to_have_value("")


def test_a_note_typed_before_the_pass_ran_out_is_written_without_a_word(desk):
    open_case(desk, 2)
    desk.inside.locator("#note-text").fill("Back from lunch")
    desk.everything_expires()

    desk.inside.locator("#case-note button").click()

    expect(desk.inside.locator("#case-history").get_by_text("Back from lunch")).to_have_count(1)


def test_a_case_is_taken_answered_and_resolved(desk):
    open_case(desk, 3)

    press(desk, "a")
    expect(desk.inside.locator("#case-assignee")).to_have_value("me")
    desk.inside.locator("#reply-text").fill("We are sorry, and send it again today.")
    desk.inside.locator("#case-compose button.primary").click()

    expect(desk.inside.locator("#case-history")).to_contain_text("We are sorry, and send it again today.")
    expect(desk.inside.locator("#case-status")).to_have_value("resolved")


def test_a_voucher_and_points_go_out_with_the_reply(desk):
    open_case(desk, 4)
    desk.inside.locator(".case-offer summary").click()
    desk.inside.locator("#reply-voucher").select_option(index=1)
    desk.inside.locator("#reply-points").fill("50")
    desk.inside.locator("#reply-text").fill("Please take this for the trouble.")

    desk.inside.locator("#case-compose button.primary").click()

    expect(desk.inside.locator("#case-history")).to_contain_text("Please take this for the trouble.")
    expect(desk.inside.locator("#case-history")).to_contain_text("50")


def test_the_second_of_two_is_told_and_keeps_the_words(desk, browser, port):
    desk.open("responses/?channel=channel-pln&sort=oldest")
    path = open_case(desk, 0)
    other = Dashboard(browser, port)
    other.open(path, who="ben")
    with other.tab.expect_response("**/change/"):
        other.inside.locator("#case-status").select_option("in_progress")
    other.close()

    desk.inside.locator("#reply-text").fill("My own answer")
    desk.inside.locator("#case-compose button.primary").click()

    expect(desk.inside.locator("#case-head [role=alert]")).to_be_visible()
    expect(desk.inside.locator("#reply-text")).to_have_value("My own answer")


def test_an_answer_is_left_out_with_a_reason_and_counted_again(desk):
    open_case(desk, 6)
    desk.inside.locator(".case-count summary").click()
    desk.inside.locator("#case-reason").fill("a test of ours")
    desk.inside.locator(".case-count button").click()
    expect(desk.inside.locator("#case-head")).to_contain_text("a test of ours")

    desk.inside.get_by_role("button", name="Count it again").click()

    expect(desk.inside.locator(".case-count")).to_be_visible()


def test_tags_are_written_with_commas(desk):
    open_case(desk, 6)
    tags = desk.inside.locator("#case-tags")
    tags.fill("late, parcel")
    tags.press("Enter")

    expect(desk.inside.locator(".case-row[aria-current]")).to_contain_text("parcel")


def test_the_order_opens_in_the_dashboard_itself(desk):
    open_case(desk, 0)

    desk.inside.locator("#case [data-dashboard-path*='/orders/']").first.click()

    told = desk.wait_until_told("redirect")
    assert told["to"].startswith("/orders/") and told["newContext"] is True


def test_searching_narrows_the_list_while_the_case_stays_open(desk):
    open_case(desk, 0)
    words = desk.inside.locator(".case-row-text:not(.quiet)").first.inner_text().split()[0]
    before = desk.inside.locator(".case-row").count()

    desk.inside.locator("#search").fill(words)

    expect(desk.inside.locator(".case-row")).not_to_have_count(before)
    expect(desk.inside.locator("#case-head")).to_be_visible()


def test_quick_views_are_addresses(desk):
    desk.inside.locator(".desk-views a").last.click()

    expect(desk.inside.locator(".desk-views a").last).to_have_attribute("aria-current", "page")
    assert desk.wait_until_told("updateRouting")["newRoute"].startswith("/responses/")
