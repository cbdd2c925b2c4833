"""Nothing keeps people with disabilities from using a page: axe finds no serious fault, in light and in dark."""

import pytest

from preview import gallery
from tests.dashboard.browser.axe_faults import RUN, faults_in, faults_of_sample
from tests.dashboard.browser.dashboard import PHONE, Tab

PLACES = {
    "overview": ("overview/", "page"),
    "overview of a year": ("overview/?period=12m&interval=month", "page"),
    "responses": ("responses/", "page"),
    "rewards": ("rewards/", "page"),
    "surveys": ("surveys/", "page"),
    "settings": ("settings/", "page"),
    "settings of a channel": ("settings/?channel=channel-pln", "page"),
    "ask for feedback": ("actions/ask/", "popup"),
    "adjust points": ("actions/adjust/", "popup"),
    "order": ("widgets/order/", "widget"),
    "customer": ("widgets/customer/", "widget"),
    "product": ("widgets/product/", "widget"),
    "home": ("widgets/home/", "widget"),
}
# Where a page leads that has no address which a test could know.
DEEPER = {
    "a response": ("responses/", ".case-row"),
    "a survey": ("surveys/", "main a[hx-get*='/surveys/']"),
    "an account": ("rewards/", "main a[hx-get*='/rewards/accounts/']"),
}


@pytest.mark.parametrize("place", PLACES)
def test_pages_for_staff(seeing, place):
    address, kind = PLACES[place]

    seeing.open(address, kind)

    assert faults_in(seeing) == {}


@pytest.mark.parametrize("place", DEEPER)
def test_what_a_page_leads_to(seeing, place):
    address, link = DEEPER[place]
    seeing.open(address)

    with seeing.tab.expect_response(lambda response: "/dashboard/" in response.url):
        seeing.inside.locator(link).first.click()

    assert faults_in(seeing) == {}


def test_a_page_that_runs_from_right_to_left(seeing):
    seeing.open("overview/", locale="fa")

    assert faults_in(seeing) == {}


def test_a_page_without_permission(seeing):
    seeing.open("settings/", who="ben")

    assert faults_in(seeing) == {}


@pytest.mark.parametrize("group", ["PAGES", "REWARDS", "MAILS"])
def test_what_customers_see(browser, port, axe_script, group):
    tab = Tab(browser, viewport=PHONE)
    tab.context.add_init_script(axe_script)
    names = [name for name in getattr(gallery, group) if not name.endswith("-text")]
    try:
        found = {(name, theme): faults for name in names for theme, faults in faults_of_sample(tab, port, name)}
    finally:
        # The gallery shows pages without the header that lets their scripts run.
        tab.faults.clear()
        tab.close()

    assert {where: faults for where, faults in found.items() if faults} == {}


def test_signing_in(alone, axe_script):
    alone.context.add_init_script(axe_script)
    alone.open("login/")

    assert alone.tab.evaluate(RUN) == []
