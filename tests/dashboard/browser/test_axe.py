"""Nothing keeps people with disabilities from using a page: axe finds no serious fault, in light and in dark."""

from collections.abc import Iterator

import pytest

from preview import gallery
from tests.dashboard.browser.dashboard import PHONE, Dashboard, Tab
from tooling import axe
from tooling.progress import Trouble

THEMES = ("light", "dark")
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
RUN = """async () => {
    const { violations } = await axe.run(document, { resultTypes: ["violations"] });
    const grave = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
    const tell = (id, { target, html, any, all }) => `${id}: ${target.join(" ")} ${html.slice(0, 160)} ${[...any, ...all][0]?.message}`;
    return grave.flatMap(({ id, nodes }) => nodes.slice(0, 4).map((node) => tell(id, node)));
}"""


@pytest.fixture(scope="module")
def axe_script() -> str:
    try:
        return axe.script()
    except Trouble as trouble:
        pytest.skip(str(trouble))


@pytest.fixture
def seeing(dashboard, axe_script) -> Dashboard:
    dashboard.context.add_init_script(axe_script)
    return dashboard


def faults_in(page: Dashboard) -> dict[str, list[str]]:
    """What axe finds in a page, in light and in dark."""
    page.tab.wait_for_load_state("networkidle")
    found = {}
    for theme in THEMES:
        page.choose("theme", theme)
        found[theme] = page.inside.locator("html").evaluate(RUN)
    return {theme: faults for theme, faults in found.items() if faults}


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
        found = {(name, theme): faults for name in names for theme, faults in _faults_of_sample(tab, port, name)}
    finally:
        # The gallery shows pages without the header that lets their scripts run.
        tab.faults.clear()
        tab.close()

    assert {where: faults for where, faults in found.items() if faults} == {}


def _faults_of_sample(tab: Tab, port: int, name: str) -> Iterator[tuple[str, list[str]]]:
    tab.tab.goto(f"http://localhost:{port}/sample/en/{name}/")
    for theme in THEMES:
        tab.tab.emulate_media(color_scheme=theme)
        yield theme, tab.tab.evaluate(RUN)


def test_signing_in(alone, axe_script):
    alone.context.add_init_script(axe_script)
    alone.open("login/")

    assert alone.tab.evaluate(RUN) == []
