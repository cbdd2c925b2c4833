"""Charts: drawn in the colours of the theme, and told to those who cannot see them."""

from playwright.sync_api import expect


def test_a_chart_has_its_numbers_as_a_table(dashboard):
    dashboard.open("overview/?period=12m")
    numbers = dashboard.inside.locator("[data-kind=bars] details.numbers").first
    expect(numbers.locator("table")).to_be_hidden()

    numbers.locator("summary").press("Enter")

    expect(numbers.locator("tbody tr")).to_have_count(11)


def test_charts_are_drawn_anew_when_the_theme_changes(dashboard):
    dashboard.open("overview/", theme="light")
    canvas = dashboard.inside.locator(".chart canvas").first
    light = canvas.evaluate("canvas => canvas.toDataURL()")

    dashboard.choose("theme", "dark")
    expect(dashboard.inside.locator("html")).to_have_attribute("data-theme", "dark")

    assert canvas.evaluate("canvas => canvas.toDataURL()") != light


def test_a_picture_is_named_for_those_who_cannot_see_it(dashboard):
    dashboard.open("overview/?period=12m")

    for canvas in dashboard.inside.locator("canvas").all():
        assert canvas.get_attribute("role") == "img"
        assert canvas.get_attribute("aria-label")


def test_an_export_after_a_long_pause_still_comes(dashboard):
    dashboard.open("overview/?period=12m")
    dashboard.everything_expires()

    with dashboard.tab.expect_download() as download:
        dashboard.inside.get_by_role("link", name="Export as CSV", exact=True).click()

    assert download.value.path().stat().st_size > 100
