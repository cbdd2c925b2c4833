"""What our pages and the Dashboard tell each other."""

import re

import pytest
from playwright.sync_api import expect

PAGES = ("overview/", "responses/", "rewards/", "surveys/", "settings/")


@pytest.mark.parametrize("address", PAGES)
def test_a_page_opens_once_the_dashboard_said_who_is_there(dashboard, address):
    dashboard.open(address)

    expect(dashboard.inside.locator("main")).to_be_visible()
    expect(dashboard.inside.locator(".sections [aria-current=page]")).to_have_attribute("href", re.compile(address))


def test_no_address_ever_holds_a_token_or_a_pass(dashboard):
    dashboard.open("overview/")
    dashboard.inside.get_by_role("link", name="Responses", exact=True).click()
    expect(dashboard.inside.locator(".sections [aria-current=page]")).to_have_text("Responses")

    assert not [asked for asked in dashboard.asked if "token" in asked.lower() or "pass" in asked.lower()]


def test_pages_take_the_language_of_the_dashboard_and_follow_it(dashboard):
    dashboard.open("overview/", locale="de")
    expect(dashboard.inside.locator("html")).to_have_attribute("lang", "de")

    dashboard.choose("locale", "fa")

    expect(dashboard.inside.locator("html")).to_have_attribute("lang", "fa")
    assert dashboard.root("dir") == "rtl"


def test_pages_take_the_theme_of_the_dashboard_and_follow_it(dashboard):
    dashboard.open("overview/", theme="dark")
    dark = dashboard.inside.locator("body").evaluate("body => getComputedStyle(body).backgroundColor")

    dashboard.choose("theme", "light")

    expect(dashboard.inside.locator("html")).to_have_attribute("data-theme", "light")
    light = dashboard.inside.locator("body").evaluate("body => getComputedStyle(body).backgroundColor")
    assert (dark, light) == ("rgb(38, 40, 54)", "rgb(255, 255, 255)")


def test_the_dashboards_address_follows_and_a_reload_leads_back(dashboard):
    dashboard.open("overview/")
    dashboard.inside.get_by_role("link", name="Surveys", exact=True).click()

    assert dashboard.wait_until_told("updateRouting")["newRoute"] == "/surveys/"
    dashboard.tab.reload()

    expect(dashboard.inside.locator(".sections [aria-current=page]")).to_have_text("Surveys")


def test_back_changes_the_page_and_then_at_the_latest_the_address(dashboard):
    dashboard.open("overview/")
    address = dashboard.tab.url
    dashboard.inside.get_by_role("link", name="Surveys", exact=True).click()
    dashboard.wait_until_told("updateRouting")
    expect(dashboard.inside.locator(".sections [aria-current=page]")).to_have_text("Surveys")

    dashboard.tab.evaluate("history.back()")
    expect(dashboard.inside.locator(".sections [aria-current=page]")).to_have_text("Overview")

    # The Dashboard's own entry, of which it does not tell us.
    dashboard.tab.evaluate("history.back()")
    expect(dashboard.tab).to_have_url(address)
    expect(dashboard.inside.locator(".sections [aria-current=page]")).to_have_text("Overview")


def test_who_comes_back_after_long_goes_on_where_they_were(dashboard):
    dashboard.open("overview/")
    dashboard.everything_expires()

    dashboard.inside.get_by_role("link", name="Settings", exact=True).click()

    expect(dashboard.inside.locator(".sections [aria-current=page]")).to_have_text("Settings")


def test_a_popup_whose_token_is_over_keeps_what_was_typed_and_says_so(dashboard):
    dashboard.open("actions/adjust/", "popup")
    reason = dashboard.inside.locator("form [name=reason]")
    dashboard.inside.locator("form [name=points]").fill("5")
    reason.fill("The parcel came late")
    dashboard.everything_expires()

    dashboard.inside.locator("form button[type=submit], form button.primary").first.click()

    expect(dashboard.inside.locator(".notice.error")).to_contain_text("still here")
    expect(reason).to_have_value("The parcel came late")


def test_who_works_in_a_popup_for_long_never_loses_it(dashboard):
    dashboard.tab.clock.install()
    dashboard.open("actions/ask/", "popup")

    dashboard.tab.clock.fast_forward("20:00")
    with dashboard.tab.expect_request(lambda request: request.url.endswith("/session/")) as asked:
        dashboard.inside.locator("h1").first.click()

    assert asked.value.headers["authorization"].startswith("Pass ")
    assert asked.value.response().status == 200


def test_an_empty_token_leads_to_what_is_missing(dashboard):
    dashboard.open("rewards/", who="nobody")

    expect(dashboard.inside.locator("#page")).to_contain_text("Manage discounts")


def test_a_widget_with_an_empty_token_says_what_is_missing(dashboard):
    dashboard.open("widgets/home/", "widget", who="nobody")

    expect(dashboard.inside.locator("#page")).to_contain_text("Manage orders")


def test_who_lacks_a_permission_is_told_which(dashboard):
    dashboard.open("settings/", who="ben")

    expect(dashboard.inside.locator("#page")).to_contain_text("Manage plugins")


def test_an_app_that_was_switched_off_lets_nobody_in(dashboard):
    dashboard.open("overview/")
    dashboard.switch_app("off")
    try:
        dashboard.inside.get_by_role("link", name="Surveys", exact=True).click()

        expect(dashboard.inside.locator(".notice.error")).to_be_visible(timeout=12000)
        expect(dashboard.inside.locator(".sections [aria-current=page]")).to_have_text("Overview")
    finally:
        dashboard.switch_app("on")


def test_widgets_tell_their_height_and_nothing_else_does(dashboard):
    dashboard.open("widgets/order/", "widget")
    height = dashboard.wait_until_told("widgetResize")["height"]
    inside = dashboard.inside.locator("#page").evaluate("page => page.getBoundingClientRect().height")
    assert abs(height - inside) <= 2

    dashboard.open("actions/ask/", "popup")
    dashboard.inside.locator("h1").first.click()

    assert dashboard.tab.evaluate("told.filter((one) => one.type === 'widgetResize').length") == 0


@pytest.mark.parametrize("address", ["widgets/order/", "widgets/customer/", "widgets/product/", "widgets/home/"])
def test_a_widget_fits_into_its_frame(dashboard, address):
    dashboard.open(address, "widget")

    wide = dashboard.inside.locator("html").evaluate("root => root.scrollWidth - root.clientWidth")
    assert wide <= 0


def test_widgets_remember_the_language_that_only_pages_are_told(dashboard):
    dashboard.open("overview/", locale="fr")
    expect(dashboard.inside.locator("html")).to_have_attribute("lang", "fr")

    dashboard.open("widgets/order/", "widget")

    expect(dashboard.inside.locator("html")).to_have_attribute("lang", "fr")


def test_widgets_are_as_dark_as_the_dashboard_around_them(dashboard):
    dashboard.open("widgets/home/", "widget", theme="dark")

    ground = dashboard.inside.locator("body").evaluate("body => getComputedStyle(body).backgroundColor")
    assert ground == "rgb(38, 40, 54)"


def test_a_message_that_is_not_of_the_parent_changes_nothing(dashboard):
    dashboard.open("overview/", theme="light")

    dashboard.inside.locator("html").evaluate("""root => {
        window.postMessage({ type: "theme", payload: { theme: "dark" } }, "*");
        const other = document.createElement("iframe");
        document.body.append(other);
        other.contentWindow.eval;
        return new Promise((resolve) => setTimeout(resolve, 50));
    }""")

    assert dashboard.root("dataset.theme") == "light"


def test_an_old_dashboard_is_told_nothing_that_it_does_not_know(dashboard):
    dashboard.open("overview/", version="3.21.21")
    dashboard.inside.get_by_role("link", name="Surveys", exact=True).click()
    dashboard.wait_until_told("updateRouting")

    unheard = dashboard.tab.evaluate("told.filter((one) => !one.isHeard).map((one) => one.type)")
    assert unheard == []


def test_a_page_of_ours_opens_from_a_widget_in_a_tab_of_its_own(dashboard):
    """Around widgets the Dashboard listens to nobody; the tab gets the widget's pass."""
    dashboard.open("widgets/home/", "widget")
    link = dashboard.inside.locator("a[href*='/dashboard/responses/'], a[href*='/dashboard/overview/']").first

    with dashboard.context.expect_page() as opened:
        link.click()

    expect(opened.value.locator("main")).to_be_visible()
    assert "/login/" not in opened.value.url
