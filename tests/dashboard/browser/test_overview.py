"""The overview in a browser: filters in the address, figures that lead somewhere, files."""

import csv
import re
from io import StringIO
from pathlib import Path

from playwright.sync_api import expect


def test_a_filter_is_in_the_dashboards_address_and_a_figure_keeps_it(dashboard):
    dashboard.open("overview/")
    inside = dashboard.inside

    inside.get_by_label("Period").select_option("12m")

    assert dashboard.wait_until_told("updateRouting")["newRoute"] == "/overview/?period=12m"
    expect(inside.get_by_label("Period")).to_have_value("12m")
    many = inside.locator(".score-card").get_by_role("link", name=re.compile("responses$")).first
    written = many.inner_text().split()[0]
    many.click()
    expect(inside.locator(".sections [aria-current=page]")).to_have_text("Responses")
    expect(inside.locator("main")).to_contain_text(f"{written} responses")


def test_days_are_chosen_before_they_are_shown(dashboard):
    dashboard.open("overview/")
    inside = dashboard.inside

    inside.get_by_label("Period").select_option("custom")
    inside.get_by_label("From", exact=True).fill("2020-01-01")
    inside.get_by_label("Until", exact=True).fill("2020-01-31")
    inside.get_by_role("button", name="Show", exact=True).click()

    expect(inside.get_by_text("No answers here")).to_be_visible()
    inside.get_by_role("link", name="Show all time").click()
    expect(inside.locator(".score-card .figure")).to_be_visible()


def test_a_bar_of_the_distribution_opens_its_responses(dashboard):
    dashboard.open("overview/?period=all")
    canvas = dashboard.inside.locator(".distribution-card canvas")
    expect(canvas).to_be_visible()
    box = canvas.bounding_box()

    # The last bar is that of ten, and most answers are.
    canvas.click(position={"x": box["width"] - 30, "y": box["height"] - 40})

    expect(dashboard.inside.locator(".sections [aria-current=page]")).to_have_text("Responses")
    assert "score=10" in dashboard.wait_until_told("updateRouting")["newRoute"]


def test_breakdowns_come_by_themselves_and_each_can_be_taken_away_as_a_file(dashboard):
    dashboard.open("overview/?period=all")
    inside = dashboard.inside
    expect(inside.locator(".breakdowns .loading")).to_have_count(0)

    with dashboard.tab.expect_download() as waiting:
        inside.get_by_role("link", name="Export as CSV", exact=True).click()

    text = Path(waiting.value.path()).read_text("utf-8-sig")
    tables = {row["Table"] for row in csv.DictReader(StringIO(text))}
    assert waiting.value.suggested_filename == "feedback.csv"
    assert {"Score", "Score over time", "Languages"} <= tables


def test_the_home_widget_leads_to_the_overview_in_the_dashboard(dashboard):
    dashboard.open("widgets/home/", kind="widget")

    expect(dashboard.inside.locator(".on-home .figure")).to_be_visible()
    assert dashboard.wait_until_told("widgetResize")["height"] < 320
