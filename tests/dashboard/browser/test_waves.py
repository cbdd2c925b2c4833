"""Waves: staff plan one, and somebody answers an anonymous one on a phone."""

import pytest
from playwright.sync_api import expect

from tests.dashboard.browser.axe_faults import faults_in, faults_of_tab
from tests.dashboard.browser.dashboard import DESKTOP, PHONE, Tab

ONE = "main a[hx-get*='/waves/']:not([hx-get$='/new/'])"
PLACES = {"waves": ("waves/", ""), "a new one": ("waves/new/", ""), "one of them": ("waves/", ONE)}
SIZES = {"desktop": DESKTOP, "phone": PHONE}


@pytest.mark.parametrize(("size", "locale"), [("desktop", "en"), ("phone", "fa")])
@pytest.mark.parametrize("place", PLACES)
def test_pages_hide_nothing_from_anybody(seeing, place, size, locale):
    address, link = PLACES[place]
    seeing.tab.set_viewport_size(SIZES[size])

    seeing.open(address, locale=locale)
    if link:
        with seeing.tab.expect_response(lambda response: "/dashboard/waves/" in response.url):
            seeing.inside.locator(link).first.click()

    assert faults_in(seeing) == {}
    assert seeing.inside.locator("html").evaluate("root => root.scrollWidth <= root.clientWidth")


def test_a_list_is_checked_and_then_planned(alone):
    alone.open("waves/new/")
    alone.sign_in()
    page = alone.tab
    page.locator("#wave-name").fill("Spring")
    page.locator("[name=survey]").select_option(label="\u2068Our people\u2069 – \u2068Employees\u2069")
    page.get_by_label("Addresses of a list").check()
    page.locator("[name=addresses]").fill("gro@fjordandfern.example\nnobody\nhal@fjordandfern.example")

    page.get_by_role("button", name="Whom would it ask?").click()
    page.get_by_text("2 people would be asked.").wait_for()
    page.get_by_role("button", name="Plan the wave").click()
    page.get_by_text("Nothing was planned.").wait_for()
    page.get_by_label("Plan the wave without these rows").check()
    posts = []
    page.on("request", lambda one: posts.append(one.url) if one.method == "POST" else None)
    page.get_by_role("button", name="Plan the wave").dblclick()
    asked = page.locator("dialog.ask")
    asked.get_by_text("Ask 2 people? The e-mails leave from now on, spread over 7 days.").wait_for()
    expect(asked).to_have_count(1)
    asked.get_by_role("button", name="Leave it as it is").click()
    expect(asked).to_have_count(0)
    assert len(posts) == 1
    page.get_by_role("button", name="Plan the wave").click()
    asked.get_by_role("button", name="Ask 2 people").dblclick()

    page.get_by_role("heading", name="Spring").wait_for()
    page.get_by_role("button", name="Stop the wave").wait_for()
    alone.open("waves/")
    page.get_by_role("heading", name="All customers").wait_for()
    assert page.get_by_role("heading", name="Spring").count() == 1


def test_a_form_for_an_anonymous_survey_offers_what_it_can_have_only(alone):
    alone.open("waves/new/")
    alone.sign_in()
    page = alone.tab
    page.get_by_label("Addresses of a list").check()
    days, switch = page.locator("#wave-days"), page.get_by_role("switch", name="Anonymous")
    at_once = page.get_by_text("All e-mails of an anonymous wave leave at once")
    is_anonymous = page.get_by_text("This survey is anonymous")
    expect(days).to_be_visible()
    expect(at_once).not_to_be_visible()
    expect(is_anonymous).not_to_be_visible()

    switch.press("Space")

    expect(days).not_to_be_visible()
    expect(at_once).to_be_visible()
    switch.press("Space")
    # As where the survey itself is anonymous.
    page.locator("[name=survey] option:checked").evaluate("option => option.toggleAttribute('data-anonymous', true)")
    expect(days).not_to_be_visible()
    expect(switch).not_to_be_visible()
    expect(at_once).to_be_visible()
    expect(is_anonymous).to_be_visible()


def test_whoever_has_a_ballot_answers_once(browser, port, axe_script):
    phone = Tab(browser, viewport=PHONE)
    phone.context.add_init_script(axe_script)
    page = phone.tab

    page.goto(f"http://localhost:{port}/door/fa/ballot/")
    address = page.url
    page.locator("#comment").fill("<b>Ours</b>")
    page.locator("form button:not([type=button]):visible").click()

    page.wait_for_url("**/thanks/")
    assert {theme: faults for theme, faults in faults_of_tab(phone) if faults} == {}
    assert page.locator("html").get_attribute("dir") == "rtl"
    assert phone.context.cookies() == []
    page.goto(address)
    assert page.locator("form").count() == 0
    phone.close()
