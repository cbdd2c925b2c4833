"""Rewards, in a browser."""

from playwright.sync_api import expect


def test_figures_lead_to_the_orders_behind_them(dashboard):
    dashboard.open("rewards/")

    dashboard.inside.get_by_role("link", name="All friends' orders").click()

    expect(dashboard.inside.locator("table tbody tr").first).to_be_visible()
    assert dashboard.wait_until_told("updateRouting")["newRoute"].startswith("/rewards/")


def test_an_account_is_found_and_adjusted_with_a_reason(dashboard):
    dashboard.open("rewards/accounts/")
    dashboard.inside.locator("table.purses tbody a").first.click()
    form = dashboard.inside.locator("form.adjust")
    form.locator("[name=points]").fill("7")
    form.locator("button.primary").click()
    expect(form.locator("[aria-invalid=true]").first).to_be_visible()
    expect(form.locator("[name=points]")).to_have_value("7")

    form.locator("[name=reason]").fill("For waiting so long")
    form.locator("button.primary").click()

    expect(dashboard.inside.locator("main")).to_contain_text("For waiting so long")


def test_nobody_is_found_where_nobody_is(dashboard):
    dashboard.open("rewards/accounts/")

    dashboard.inside.locator("#find-customer").fill("nobody@example.com")
    dashboard.inside.locator("#find-customer").press("Enter")

    expect(dashboard.inside.locator(".empty")).to_contain_text("Nobody")


def test_accounts_come_as_a_file(dashboard):
    dashboard.open("rewards/accounts/")

    with dashboard.tab.expect_download() as download:
        dashboard.inside.locator("a[data-download]").first.click()

    assert download.value.suggested_filename == "points.csv"


def test_points_are_adjusted_from_a_customers_menu(dashboard):
    dashboard.open("actions/adjust/", "popup")
    form = dashboard.inside.locator("form.adjust")
    form.locator("[name=points]").fill("5")
    form.locator("[name=reason]").fill("A present")

    form.locator("button.primary").click()

    expect(dashboard.inside.locator(".remark.good")).to_be_visible()
    expect(form.locator("[name=points]")).to_have_value("")
