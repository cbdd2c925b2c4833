"""What axe finds in our pages, in light and in dark."""

from collections.abc import Iterator

from tests.dashboard.browser.dashboard import Dashboard, Tab

THEMES = ("light", "dark")
RUN = """async () => {
    const { violations } = await axe.run(document, { resultTypes: ["violations"] });
    const grave = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
    const tell = (id, { target, html, any, all }) => `${id}: ${target.join(" ")} ${html.slice(0, 160)} ${[...any, ...all][0]?.message}`;
    return grave.flatMap(({ id, nodes }) => nodes.slice(0, 4).map((node) => tell(id, node)));
}"""


def faults_in(page: Dashboard) -> dict[str, list[str]]:
    """What axe finds in a page, in light and in dark."""
    page.tab.wait_for_load_state("networkidle")
    found = {}
    for theme in THEMES:
        page.choose("theme", theme)
        found[theme] = page.inside.locator("html").evaluate(RUN)
    return {theme: faults for theme, faults in found.items() if faults}


def faults_of_tab(tab: Tab) -> Iterator[tuple[str, list[str]]]:
    """What axe finds in the page of a tab, by theme."""
    for theme in THEMES:
        tab.tab.emulate_media(color_scheme=theme)
        yield theme, tab.tab.evaluate(RUN)


def faults_of_sample(tab: Tab, port: int, name: str, language: str = "en") -> Iterator[tuple[str, list[str]]]:
    """What axe finds in a page or an e-mail of the gallery, by theme."""
    tab.tab.goto(f"http://localhost:{port}/sample/{language}/{name}/")
    yield from faults_of_tab(tab)
