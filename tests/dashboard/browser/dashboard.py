"""What a person does in the Dashboard, or with our pages alone, in words that tests want to use."""

from typing import Any
from urllib.parse import urlencode

PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 900}


class Tab:
    """A tab of the browser. What fails in its console is kept in `faults`, every address that it asked for in `asked`."""

    def __init__(self, browser: Any, **options: Any) -> None:
        self.context = browser.new_context(
            **{"viewport": DESKTOP, "reduced_motion": "reduce", "color_scheme": "null", **options}
        )
        self.context.set_default_timeout(30_000)
        self.faults: list[str] = []
        self.asked: list[str] = []
        self.context.on("page", self._listen)
        self.tab = self.context.new_page()

    def close(self) -> None:
        faults = list(self.faults)
        self.context.close()
        assert not faults, faults

    def _listen(self, page: Any) -> None:
        page.on("console", self._note)
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("request", lambda request: self.asked.append(request.url))

    def _note(self, message: Any) -> None:
        # Refusals of our own server are part of the protocol, and the browser reports each.
        refused = message.text.startswith("Failed to load resource") and "status of 4" in message.text
        if message.type == "error" and not refused:
            self.faults.append(message.text)


class Dashboard(Tab):
    """The stand-in Dashboard of the preview; `inside` is our page in its frame."""

    def __init__(self, browser: Any, port: int) -> None:
        super().__init__(browser)
        self.address = f"http://dashboard.shop.localhost:{port}/parent/"
        self.inside = self.tab.frame_locator("#stage iframe")

    def open(self, show: str, kind: str = "page", **around: str) -> "Dashboard":
        """Open a page ("page", "popup", "widget") for `who`, with `theme` and `locale`."""
        self.tab.goto(f"{self.address}?{urlencode({'show': show, 'as': kind, **around})}")
        self.inside.locator("#page[aria-busy=false]").wait_for()
        return self

    def choose(self, name: str, value: str) -> None:
        """Choose another theme, locale, or person."""
        self.tab.locator(f"#around [name={name}]").select_option(value)

    def everything_expires(self) -> None:
        """As if the person had been away for long: no pass is good any more, and no popup's token."""
        with self.tab.expect_response("**/parent/expire/"):
            self.tab.locator("#expire").click()

    def switch_app(self, state: str) -> None:
        with self.tab.expect_response("**/parent/switch/"):
            self.tab.locator(f"#{state}").click()

    def told(self, kind: str) -> list[dict[str, Any]]:
        """What our page told, and the Dashboard heard, of one kind."""
        found: list[dict[str, Any]] = self.tab.evaluate(
            "kind => told.filter((one) => one.isHeard && one.type === kind).map((one) => one.payload)", kind
        )
        return found

    def wait_until_told(self, kind: str) -> dict[str, Any]:
        self.tab.wait_for_function("kind => told.some((one) => one.isHeard && one.type === kind)", arg=kind)
        return self.told(kind)[-1]

    def root(self, property_name: str) -> str:
        """A property of our document's root, such as lang, dir or dataset.theme."""
        value: str = self.inside.locator("html").evaluate(f"root => root.{property_name}")
        return value


class Alone(Tab):
    """Our pages for staff at their own address."""

    def __init__(self, browser: Any, port: int) -> None:
        super().__init__(browser)
        self.base = f"http://localhost:{port}/plugins/global/nps/dashboard/"

    def open(self, address: str) -> None:
        self.tab.goto(self.base + address)

    def sign_in(self, email: str = "ada@example.com", password: str = "preview") -> None:
        self.tab.locator("[name=email]").fill(email)
        self.tab.locator("[name=password]").fill(password)
        self.tab.locator("[name=password]").press("Enter")
