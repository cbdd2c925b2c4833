"""A tablet in the store and a storefront's card, in a browser."""

import re
from urllib.parse import unquote

import pytest

from tests.dashboard.browser.dashboard import DESKTOP, PHONE, Tab


@pytest.fixture
def address_of(alone):
    """Addresses as the Dashboard shows them."""
    alone.open("doors/")
    alone.sign_in()
    alone.tab.locator("#page[aria-busy=false]").wait_for()

    def address(name: str) -> str:
        alone.open("doors/")
        alone.tab.get_by_role("link", name=name, exact=True).click()
        text = alone.tab.locator("pre.address").inner_text()
        return re.search(r'http[^"\s]+', text).group(0)

    return address


@pytest.fixture
def visitor(browser):
    """Opens tabs of strangers; at the end nothing must have failed in any."""
    tabs = []

    def open_tab(**options):
        tabs.append(Tab(browser, **options))
        return tabs[-1]

    yield open_tab
    for tab in tabs:
        tab.close()


def sent(tab):
    """What went to the server, as forms."""
    posts = []
    tab.tab.on("request", lambda one: posts.append(unquote(one.post_data or "")) if one.method == "POST" else None)
    return posts


def test_a_tablet_asks_thanks_and_starts_anew(visitor, address_of):
    tablet = visitor(viewport={"width": 1180, "height": 820})
    tablet.tab.clock.install()
    tablet.tab.goto(address_of("Tablet at the till, Bergen"))
    posts = sent(tablet)

    tablet.tab.locator("label:has(#score-4)").click()
    tablet.tab.clock.run_for(1000)
    tablet.tab.locator("#comment").fill("The queue")
    with tablet.tab.expect_response("**/answers") as answer:
        tablet.tab.get_by_role("button", name="Send my answer").click()

    assert answer.value.status == 202
    assert "score=4" in posts[0]
    assert "comment=The+queue" in posts[0]
    assert tablet.tab.locator("[data-screen=thanks]").is_visible()
    tablet.tab.clock.run_for(6000)
    assert tablet.tab.locator("[data-screen=score]").is_visible()
    assert tablet.tab.locator(":checked").count() == 0
    assert tablet.tab.locator("#comment").input_value() == ""
    assert len(posts) == 1


def test_whoever_walks_away_has_answered_once(visitor, address_of):
    tablet = visitor()
    tablet.tab.clock.install()
    tablet.tab.goto(address_of("Tablet at the till, Bergen"))
    posts = sent(tablet)

    tablet.tab.locator("label:has(#score-7)").click()
    tablet.tab.clock.run_for(1000)
    with tablet.tab.expect_response("**/answers"):
        tablet.tab.clock.run_for(21_000)

    assert tablet.tab.locator("[data-screen=score]").is_visible()
    tablet.tab.clock.run_for(60_000)
    assert len(posts) == 1


def test_without_a_network_answers_wait_with_their_keys(visitor, address_of):
    tablet = visitor()
    tablet.tab.goto(address_of("Tablet at the till, Bergen"))
    posts = sent(tablet)
    tablet.context.route("**/answers", lambda route: route.abort())
    waits = tablet.tab.get_by_text("1 answer waits for the network.")

    tablet.tab.locator("label:has(#score-9)").click()
    with tablet.tab.expect_event("requestfailed"):
        tablet.tab.get_by_role("button", name="Send my answer").click()
    waits.wait_for()
    # Even if somebody switches the tablet off meanwhile.
    with tablet.tab.expect_event("requestfailed"):
        tablet.tab.reload()
    waits.wait_for()
    tablet.context.unroute("**/answers")
    with tablet.tab.expect_response("**/answers") as answer:
        tablet.tab.evaluate("dispatchEvent(new Event('online'))")

    waits.wait_for(state="hidden")
    keys = {re.search("key=([^&]+)", post).group(1) for post in posts}
    assert answer.value.status == 202
    assert len(posts) == 3
    assert len(keys) == 1
    assert "waited=" in posts[-1]
    tablet.faults[:] = [fault for fault in tablet.faults if "ERR_FAILED" not in fault]


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_a_storefront_s_visitor_is_asked_once(visitor, port, size):
    storefront = visitor(viewport=size)
    page = f"http://localhost:{port}/storefront/"
    storefront.tab.goto(page)
    posts = sent(storefront)

    storefront.tab.get_by_role("region").wait_for()
    storefront.tab.locator("label:has([name=score][value='10'])").click()
    with storefront.tab.expect_response("**/answers") as answer:
        storefront.tab.get_by_role("button", name="Send my answer").click()

    assert answer.value.status == 202
    assert "score=10" in posts[0]
    assert storefront.context.cookies() == []
    storefront.tab.keyboard.press("Escape")
    assert storefront.tab.locator("section").count() == 0
    with storefront.tab.expect_response("**/snippet/*.js"):
        storefront.tab.goto(page)
    storefront.tab.wait_for_load_state("networkidle")
    assert storefront.tab.locator("section").count() == 0
    assert len(posts) == 1


def test_the_card_blocks_nothing_and_takes_no_focus(visitor, port):
    storefront = visitor()
    storefront.tab.goto(f"http://localhost:{port}/storefront/")

    storefront.tab.get_by_role("region").wait_for()

    assert storefront.tab.evaluate("document.activeElement === document.body")
    storefront.tab.get_by_role("link", name="Another page").click(trial=True)
    box = storefront.tab.get_by_role("region").bounding_box()
    assert box["width"] <= 420
    assert box["y"] > 300


def test_on_a_phone_the_card_asks_one_question_after_another_and_leaves_the_page(visitor, port):
    phone = visitor(viewport=PHONE)
    page = phone.tab
    page.goto(f"http://localhost:{port}/storefront/?asks=many")
    posts = sent(phone)
    card, go_on = page.get_by_role("region"), page.get_by_role("button", name="Next")
    seen, heights = [], []

    def look():
        heights.append(card.bounding_box()["height"])
        seen.append([text for text in page.locator("fieldset:visible legend").all_inner_texts() if text])

    page.locator("label:has([name=score][value='10'])").click()
    look()
    while go_on.is_visible():
        go_on.click()
        look()
        number = page.locator("input.x:visible")
        if number.count():
            number.fill("abc")
            go_on.click()
            page.get_by_text("Please write a number.").wait_for()
            number.fill("3")
        elif page.locator("input[type=checkbox]:visible").count():
            assert page.locator("fieldset:visible .hint").inner_text() == "Choose all that fit."
    with page.expect_response("**/answers"):
        page.get_by_role("button", name="Send my answer").click()

    assert [len(questions) for questions in seen] == [0, *[1] * (len(seen) - 2), 0]
    assert len(seen) > 5
    assert max(heights) <= 0.6 * PHONE["height"] + 1
    assert page.get_by_role("link", name="Another page").is_visible()
    page.get_by_role("link", name="Another page").click(trial=True)
    assert "=3&" in posts[0] and "abc" not in posts[0]


def test_beside_a_desk_s_page_all_questions_stand_in_the_card(visitor, port):
    desk = visitor(viewport=DESKTOP)
    page = desk.tab
    page.goto(f"http://localhost:{port}/storefront/?asks=many")
    posts = sent(desk)
    page.locator("label:has([name=score][value='10'])").click()
    number = page.locator("input.x")

    number.fill("abc")
    page.get_by_role("button", name="Send my answer").click()
    page.get_by_text("Please write a number.").wait_for()
    assert posts == []
    number.fill("۳")
    with page.expect_response("**/answers"):
        page.get_by_role("button", name="Send my answer").click()

    assert len(posts) == 1


def test_the_card_follows_the_page_s_direction_and_place(visitor, port):
    storefront = visitor()

    storefront.tab.goto(f"http://localhost:{port}/storefront/?language=fa&into=%23feedback")

    storefront.tab.get_by_role("region").wait_for()
    assert storefront.tab.locator("#feedback > div").get_attribute("dir") == "rtl"
    storefront.tab.keyboard.press("Tab")
    storefront.tab.keyboard.press("Tab")
    assert storefront.tab.evaluate("document.activeElement.shadowRoot.activeElement !== null")
