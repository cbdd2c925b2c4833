"""A tablet in the store asks one question after the other, in a browser."""

import pytest

from tests.dashboard.browser.dashboard import Tab
from tests.dashboard.browser.test_doors import sent


class Tablet:
    """A tablet that asks a promoter everything, and what a customer sees and does there."""

    def __init__(self, opened, port):
        self.tab = opened.tab
        self.posts = sent(opened)
        self.tab.goto(f"http://localhost:{port}/door/en/kiosk-many/")
        self.forward = self.tab.locator(".keys [type=submit]")
        self.wrong = self.tab.locator("#wrong")

    def score(self, number):
        self.tab.locator(f"label:has(#score-{number})").click()
        self.tab.locator("[data-screen=more]").wait_for()
        return self

    def asked(self):
        """The questions on the screen."""
        heads = self.tab.locator("[data-step] > legend, [data-step] > label").filter(visible=True)
        return [" ".join(text.split()) for text in heads.all_inner_texts()]

    def choose(self, text):
        self.tab.locator(".now").get_by_text(text, exact=True).click()
        return self

    def rate(self, number):
        self.tab.locator(f".now label:has(input[value='{number}'])").click()
        return self

    def go(self, screens=1):
        for _ in range(screens):
            self.forward.click()
        return self


@pytest.fixture
def tablet(browser, port):
    """Opens tablets; at the end nothing must have failed in any."""
    tabs = []

    def open_tablet(**options):
        tabs.append(Tab(browser, **options))
        return Tablet(tabs[-1], port)

    yield open_tablet
    for tab in tabs:
        tab.close()


SIZES = [(1024, 768), (768, 1024), (390, 844), (1024, 420)]


@pytest.mark.parametrize(("width", "height"), SIZES, ids=lambda number: str(number))
def test_each_question_has_a_screen_with_large_keys_and_the_way_on_in_sight(tablet, width, height):
    shown = tablet(viewport={"width": width, "height": height}).score(10)

    asked = []
    while not shown.tab.get_by_role("button", name="Send my answer").is_visible():
        asked += shown.asked()
        assert shown.forward.inner_text() == "Next"
        assert_large_and_in_sight(shown)
        shown.go()
    asked += shown.asked()

    assert_large_and_in_sight(shown)
    assert asked == [
        "How likely are you to discourage a friend or colleague from buying at Fjord & Fern?",
        "What did you like?",
        "How likely are you to prefer us to another shop?",
        "Did it come in time?",
        "How many people live with you?",
        "Would you like to tell us more?",
    ]


def assert_large_and_in_sight(shown):
    keys = shown.tab.locator(".now .numbers label, .now .tick, .now input:not([type]), .keys button").filter(
        visible=True
    )
    boxes = [key.bounding_box() for key in keys.all()]
    assert min(min(box["width"], box["height"]) for box in boxes) >= 56
    size = shown.tab.viewport_size
    for key in shown.tab.locator(".keys button").all():
        box = key.bounding_box()
        assert box["y"] >= 0 and box["y"] + box["height"] <= size["height"]
        assert box["x"] >= 0 and box["x"] + box["width"] <= size["width"]


def test_back_leads_through_the_questions_to_another_score(tablet):
    shown = tablet().score(10).go()
    back = shown.tab.get_by_role("button", name="Back")
    shown.choose("Prices").go()
    back.click()
    assert shown.asked() == ["What did you like?"]
    assert shown.tab.locator(".now").get_by_label("Prices").is_checked()

    back.click()
    back.click()
    assert shown.tab.locator("[data-screen=score] :checked").count() == 0
    shown.score(3).go()

    assert shown.asked() == ["What should we improve?"]
    assert shown.posts == []


def test_the_other_shop_is_asked_for_after_the_preference_only(tablet):
    shown = tablet().score(10).go(2).rate(9)
    progress = shown.tab.locator("#progress")
    assert progress.inner_text() == "4 of 8"

    shown.go().choose("Havn & Co")
    shown.tab.get_by_role("button", name="Back").click()
    shown.rate(8)

    assert progress.inner_text() == "4 of 7"
    assert shown.go().asked() == ["Did it come in time?"]
    with shown.tab.expect_response("**/answers") as answer:
        shown.go(3)
    assert answer.value.status == 202
    assert "Havn" not in shown.posts[0]


def test_what_a_former_score_was_asked_is_not_sent(tablet):
    shown = tablet().score(10).go().choose("Prices")
    for _ in range(2):
        shown.tab.get_by_role("button", name="Back").click()

    shown.score(3).go().choose("Delivery")
    with shown.tab.expect_response("**/answers"):
        shown.go(3)

    assert "=delivery" in shown.posts[0]
    assert "=price" not in shown.posts[0]


@pytest.mark.parametrize("typed", ["abc", "1 000", "1e3", "--1", "1" * 16])
def test_what_is_no_number_is_put_right_before_the_screen_is_left(tablet, typed):
    shown = tablet().score(10).go(4)
    field = shown.tab.get_by_label("How many people live with you?")

    field.fill(typed)
    shown.go()

    assert shown.asked() == ["How many people live with you?"]
    assert shown.wrong.inner_text() == "Please write a number."
    assert field.get_attribute("aria-invalid") == "true"
    field.fill("2")
    assert shown.wrong.inner_text() == ""
    assert field.get_attribute("aria-invalid") is None
    field.press("Enter")
    assert shown.asked() == ["Would you like to tell us more?"]


@pytest.mark.parametrize("typed", ["", "-3", "2,5", "1.5", "۳"])
def test_numbers_as_people_write_them_are_taken(tablet, typed):
    shown = tablet().score(10).go(4)

    shown.tab.get_by_label("How many people live with you?").fill(typed)

    assert shown.go().asked() == ["Would you like to tell us more?"]


def test_a_required_question_is_asked_for_before_the_next(tablet):
    shown = tablet().score(3).go(2)
    assert shown.asked() == ["What should we improve?"]
    assert shown.wrong.inner_text() == "Please answer this question."

    shown.choose("Delivery")

    assert shown.wrong.inner_text() == ""
    assert shown.go().asked() == ["How likely are you to prefer us to another shop?"]


def test_whoever_walks_away_half_way_has_answered_what_they_did(tablet):
    shown = tablet()
    shown.tab.clock.install()
    shown.tab.reload()
    shown.tab.locator("label:has(#score-10)").click()
    shown.tab.clock.run_for(1000)
    shown.go().choose("Prices").go(3)
    shown.tab.get_by_label("How many people live with you?").fill("abc")
    shown.tab.keyboard.press("Escape")

    with shown.tab.expect_response("**/answers") as answer:
        shown.tab.clock.run_for(21_000)

    assert answer.value.status == 202
    assert "score=10" in shown.posts[0]
    assert "=price" in shown.posts[0]
    assert shown.tab.locator("[data-screen=score]").is_visible()
    assert shown.tab.locator(":checked").count() == 0
    shown.tab.clock.run_for(60_000)
    assert len(shown.posts) == 1
