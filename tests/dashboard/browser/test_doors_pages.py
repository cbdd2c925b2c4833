"""Pages about doors, for staff and for those who come through them; axe looks at each, on a desk and on a phone."""

import pytest

from preview import gallery
from tests.dashboard.browser.axe_faults import faults_in, faults_of_sample, faults_of_tab
from tests.dashboard.browser.dashboard import DESKTOP, PHONE, Tab

SIZES = {"desktop": DESKTOP, "phone": PHONE}
SEEN = [("desktop", "en"), ("phone", "fa")]
NAMES = ["Printed on receipts", "Tablet at the till, Bergen", "Storefront"]
FITS = "root => root.scrollWidth <= root.clientWidth"


@pytest.mark.parametrize(("size", "locale"), SEEN)
@pytest.mark.parametrize("place", ["doors/", "doors/new/", *NAMES])
def test_pages_for_staff_hide_nothing_from_anybody(seeing, place, size, locale):
    seeing.tab.set_viewport_size(SIZES[size])

    seeing.open("doors/" if place in NAMES else place, locale=locale)
    if place in NAMES:
        with seeing.tab.expect_response(lambda response: "/dashboard/doors/" in response.url):
            seeing.inside.get_by_role("link", name=place, exact=True).click()

    assert faults_in(seeing) == {}
    assert seeing.inside.locator("html").evaluate(FITS)


@pytest.mark.parametrize(("size", "language"), SEEN)
def test_pages_for_strangers_hide_nothing_from_anybody(browser, port, axe_script, size, language):
    tab = Tab(browser, viewport=SIZES[size])
    tab.context.add_init_script(axe_script)
    found = {}

    for name in gallery.DOORS:
        found |= {(name, theme): faults for theme, faults in faults_of_sample(tab, port, name, language)}
        found[name, "width"] = [] if tab.tab.locator("html").evaluate(FITS) else ["wider than the screen"]

    # The gallery shows pages without the header that lets their scripts run.
    tab.faults.clear()
    tab.close()
    assert {where: faults for where, faults in found.items() if faults} == {}


@pytest.mark.parametrize("size", SIZES)
def test_a_tablet_s_screens_hide_nothing_from_anybody(browser, port, axe_script, size):
    tablet = Tab(browser, viewport=SIZES[size])
    tablet.context.add_init_script(axe_script)
    tablet.tab.clock.install()
    tablet.tab.goto(f"http://localhost:{port}/door/en/kiosk/")

    found = dict(faults_of_tab(tablet))
    tablet.tab.locator("label:has(#score-2)").click()
    tablet.tab.clock.run_for(1000)
    found |= {f"more, {theme}": faults for theme, faults in faults_of_tab(tablet)}
    with tablet.tab.expect_response("**/answers"):
        tablet.tab.get_by_role("button", name="Send my answer").click()
    found |= {f"thanks, {theme}": faults for theme, faults in faults_of_tab(tablet)}

    tablet.close()
    assert {where: faults for where, faults in found.items() if faults} == {}


def test_an_unhappy_stranger_answers_from_the_parcel_and_asks_to_be_called(browser, port, axe_script):
    phone = Tab(browser, viewport=PHONE)
    phone.context.add_init_script(axe_script)
    page = phone.tab
    page.goto(f"http://localhost:{port}/door/en/parcel/")

    page.locator("#comment").fill("A cup was broken")
    page.locator("form button:not([type=button]):visible").click()
    page.wait_for_url("**/thanks/")
    page.locator("#wish").fill("555 0100, after five")
    page.locator("form[action='../callback/'] button").click()
    page.wait_for_url("**/thanks/#callback")

    assert page.locator("#wish").input_value() == "555 0100, after five"
    assert {theme: faults for theme, faults in faults_of_tab(phone) if faults} == {}
    assert page.locator("html").evaluate(FITS)
    assert phone.context.cookies() == []
    phone.close()


def test_staff_open_a_storefront_s_door_and_close_it_again(alone):
    alone.open("doors/new/")
    alone.sign_in()
    page = alone.tab
    page.get_by_label("Name").wait_for()
    assert not page.locator("#door-origins").is_visible()

    page.locator("[name=kind][value=snippet]").check()
    page.get_by_label("Name").fill("Pop-up shop")
    page.locator("#door-origins").fill("https://popup.example/shop")
    page.get_by_role("button", name="Open it").click()
    page.get_by_text("is not an address such as https://shop.example.").wait_for()
    page.locator("#door-origins").fill("https://popup.example")
    page.get_by_role("button", name="Open it").dblclick()

    page.get_by_role("heading", name="Pop-up shop").wait_for()
    alone.context.grant_permissions(["clipboard-read"])
    page.get_by_role("button", name="Copy the script").click()
    page.get_by_text("Copied.").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == page.locator("pre.address").inner_text()
    assert "/snippet/" in page.locator("pre.address").inner_text()
    page.get_by_role("switch", name="Open").press("Space")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("It is closed: whoever comes through it").wait_for()
    alone.open("doors/")
    page.get_by_role("heading", name="Pop-up shop").wait_for()
    assert page.get_by_role("heading", name="Pop-up shop").count() == 1


def test_a_code_that_is_clicked_in_the_dashboard_opens(dashboard):
    dashboard.open("doors/")
    dashboard.inside.get_by_role("link", name="Printed on receipts", exact=True).click()

    with dashboard.context.expect_page() as opened:
        dashboard.inside.get_by_role("link", name="QR code with the address").click()

    opened.value.wait_for_load_state()
    assert opened.value.url.endswith("/qr.svg")
    assert opened.value.evaluate("document.documentElement.localName") == "svg"
