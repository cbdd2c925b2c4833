"""Widgets and menu actions, in a browser."""

import pytest
from playwright.sync_api import expect

from tests.dashboard.browser.dashboard import PHONE


def test_staff_ask_for_feedback_from_an_orders_menu(dashboard):
    dashboard.open("actions/ask/", "popup")

    dashboard.inside.get_by_role("button", name="Ask now").first.click()

    assert dashboard.wait_until_told("notification")["status"] == "success"
    dashboard.tab.wait_for_function("told.some((one) => one.type === 'popupClose')")


def test_an_order_tells_its_answer_and_it_opens(dashboard):
    dashboard.open("widgets/order/", "widget")

    with dashboard.context.expect_page() as opened:
        dashboard.inside.locator("a[href*='/responses/']").first.click()

    expect(opened.value.locator("#case-head")).to_be_visible()


def test_points_are_adjusted_on_the_customer(dashboard):
    dashboard.open("widgets/customer/", "widget")
    dashboard.inside.get_by_role("button", name="Adjust points").click()
    form = dashboard.inside.locator("form.adjust")
    form.locator("[name=points]").fill("3")
    form.locator("[name=reason]").fill("Sorry for the dent")
    form.locator("button.primary").click()

    expect(dashboard.inside.locator(".remark.good")).to_be_visible()


def test_a_widget_shows_what_was_done_beside_it(dashboard):
    dashboard.open("widgets/customer/", "widget")
    points = dashboard.inside.locator("dd.points")
    before = points.inner_text()

    with dashboard.tab.expect_response(lambda answer: "widgets/customer" in answer.url):
        dashboard.inside.locator("body").evaluate("() => { new BroadcastChannel('nps').postMessage('changed'); }")

    expect(points).to_have_text(before)


def test_a_widget_grows_with_what_opens_in_it(dashboard):
    dashboard.open("widgets/customer/", "widget")
    before = dashboard.wait_until_told("widgetResize")["height"]

    dashboard.inside.get_by_role("button", name="Adjust points").click()
    expect(dashboard.inside.locator("form.adjust")).to_be_visible()

    dashboard.tab.wait_for_function("before => told.at(-1).payload.height > before", arg=before)


@pytest.mark.parametrize(
    "address", ["overview/", "responses/", "rewards/", "rewards/accounts/", "surveys/", "settings/", "login/"]
)
def test_nothing_is_wider_than_a_telephone(alone, address):
    alone.tab.set_viewport_size(PHONE)
    alone.open("login/")
    alone.sign_in()
    expect(alone.tab.locator("main")).to_be_visible()

    alone.open(address)
    alone.tab.wait_for_load_state("networkidle")

    assert alone.tab.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
