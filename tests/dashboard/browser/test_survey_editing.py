"""The form of a survey while the server is slow: presses and words come in between, and none is lost."""

from contextlib import contextmanager

import pytest
from playwright.sync_api import expect


class Held:
    """Requests that have left the browser and arrive when the test lets them."""

    def __init__(self, tab):
        self.tab, self.routes, self.seen = tab, [], 0

    def wait(self, count=1):
        while len(self.routes) < count:
            self.tab.wait_for_timeout(10)
        return self

    def let_go(self):
        """Let the oldest request that is held arrive, once there is one."""
        self.wait(self.seen + 1).routes[self.seen].continue_()
        self.seen += 1


@contextmanager
def slow(tab, address):
    held = Held(tab)
    tab.context.route(address, lambda route: held.routes.append(route))
    yield held
    tab.context.unroute(address)


@pytest.fixture
def page(dashboard):
    dashboard.open("surveys/new/?kind=blank")
    expect(dashboard.inside.locator("#survey-form")).to_be_visible()
    return dashboard.inside


def add(page):
    return page.get_by_role("button", name="Add", exact=True)


def ready(page, name):
    return page.locator("#add-question").get_by_role("button", name=name, exact=True)


def test_what_is_typed_while_a_question_is_added_stays_with_the_place_to_type(dashboard, page):
    name = page.locator("#survey-name")
    with slow(dashboard.tab, "**/questions/**") as held:
        add(page).click()
        held.wait()
        name.click()
        name.press_sequentially("After the ")

        held.let_go()
        expect(page.locator("#q1")).to_be_visible()
        expect(name).to_be_focused()
        dashboard.tab.keyboard.type("parcel came")

    expect(name).to_have_value("After the parcel came")


def test_what_is_typed_while_the_survey_is_saved_stays(dashboard, page):
    name = page.locator("#survey-name")
    name.fill("Slow")
    with slow(dashboard.tab, "**/save/") as held:
        page.locator("#save-survey").click()
        held.wait()
        name.press("End")
        name.press_sequentially("ly saved")
        held.let_go()
        expect(page.get_by_role("heading", level=1, name="Slow")).to_be_visible()
    expect(name).to_have_value("Slowly saved")

    with slow(dashboard.tab, "**/save/") as held:
        page.locator("#save-survey").click()
        held.wait()
        name.press("End")
        name.press_sequentially(" twice")
        held.let_go()
        assert dashboard.wait_until_told("notification")["status"] == "success"
        dashboard.tab.keyboard.type(" over")

    expect(name).to_have_value("Slowly saved twice over")
    page.locator("#save-survey").click()
    expect(page.locator("#survey-name[value='Slowly saved twice over']")).to_be_visible()
    dashboard.tab.reload()
    expect(name).to_have_value("Slowly saved twice over")


def test_every_press_adds_a_question_in_the_order_of_the_presses(dashboard, page):
    with slow(dashboard.tab, "**/questions/**") as held:
        add(page).click()
        page.locator("#add-kind").select_option("yes_no")
        add(page).click()
        page.locator("#add-kind").select_option("number")
        add(page).click()
        ready(page, "Reasons of promoters").click()
        for _ in range(4):
            held.let_go()
        expect(page.locator(".question")).to_have_count(5)

    kinds = [page.locator(f"[name='q{place}:kind']").input_value() for place in range(1, 5)]
    assert kinds == ["text", "yes_no", "number", "multiple_choice"]
    expect(page.locator("#add-kind")).to_have_value("number")


def test_words_and_presses_follow_a_question_that_moves(dashboard, page):
    for kind in ("yes_no", "number"):
        page.locator("#add-kind").select_option(kind)
        add(page).click()
        expect(page.locator(".question [name$=':kind']").last).to_have_value(kind)
    with slow(dashboard.tab, "**/questions/**") as held:
        page.get_by_role("button", name="Move question 3 up").click()
        held.wait()
        page.locator("#q2").get_by_label("Question in English").fill("How many times?")
        page.get_by_role("button", name="Remove question 2").click()

        held.let_go()
        expect(page.locator("#q1").get_by_label("Question in English")).to_have_value("How many times?")
        held.let_go()
        expect(page.locator(".question")).to_have_count(2)

    expect(page.locator("[name='q1:kind']")).to_have_value("number")
    expect(page.locator("#q1").get_by_label("Question in English")).to_have_value("How many times?")


def test_questions_stay_open_and_closed_as_they_were(dashboard, page):
    page.locator("#survey-name").fill("Open questions")
    page.locator(".pill-choice", has_text="German").click()
    page.locator("#q0 summary").click()
    ready(page, "Preference over other shops").click()
    expect(page.locator("#q1 details")).to_have_attribute("open", "")
    ready(page, "Reasons of promoters").click()
    expect(page.locator("#q2 details")).to_have_attribute("open", "")

    page.locator("#save-survey").click()

    expect(page.get_by_role("heading", level=1, name="Open questions")).to_be_visible()
    opened = "all => all.map((one) => one.open)"
    assert page.locator(".question details").evaluate_all(opened) == [False, True, True]
    expect(page.get_by_role("radio", name="German")).to_be_checked()
    page.get_by_role("button", name="Move question 1 down").click()
    expect(page.locator("#q1 [name='q1:comment']")).to_have_count(1)
    assert page.locator(".question details").evaluate_all(opened) == [True, True, True]
    page.locator("#q1 summary").click()
    page.locator("#save-survey").click()
    expect(page.locator("#survey-form[data-unsent]")).to_have_count(0)
    assert page.locator(".question details").evaluate_all(opened) == [True, False, True]


def test_a_press_goes_on_after_the_pass_was_renewed(dashboard, page):
    dashboard.everything_expires()

    add(page).click()
    add(page).click()

    expect(page.locator(".question")).to_have_count(3)


def test_a_fault_is_told_where_somebody_writes_on(dashboard, page):
    name = page.locator("#survey-name")
    with slow(dashboard.tab, "**/save/") as held:
        page.locator("#save-survey").click()
        held.wait()
        name.press_sequentially("Late")
        held.let_go()

        expect(page.locator(".problem")).to_be_attached()
        expect(name).to_be_focused()
        expect(page.locator("#notices")).to_contain_text("1 field needs something else")

    expect(name).to_have_value("Late")


def test_a_survey_that_was_left_gets_no_presses_any_more(dashboard, page):
    with slow(dashboard.tab, "**/questions/**") as held:
        add(page).click()
        add(page).click()
        held.wait()
        page.get_by_role("link", name="Surveys", exact=True).first.click()
        expect(page.locator(".survey-card").first).to_be_visible()
        held.let_go()
    page.locator(".survey-card a").first.click()
    expect(page.locator("#survey-form")).to_be_visible()
    there = page.locator(".question").count()

    add(page).click()

    expect(page.locator(".question")).to_have_count(there + 1)


def test_the_words_of_an_answer_go_on_after_it_is_saved(dashboard, page):
    page.locator("#survey-name").fill("Answers")
    page.locator("#add-kind").select_option("single_choice")
    add(page).click()
    page.locator("#q1").get_by_label("Question in English").fill("Who told you of us?")
    page.locator("#q1-c0").press_sequentially("A fri")
    with slow(dashboard.tab, "**/save/") as held:
        page.locator("#q1-c0").press("Control+Enter")
        held.wait()
        dashboard.tab.keyboard.type("end")
        held.let_go()
        expect(page.get_by_role("heading", level=1, name="Answers")).to_be_visible()
        dashboard.tab.keyboard.type(" of mine")

    expect(page.locator("[name='q1.c0.en']")).to_have_value("A friend of mine")


def test_whether_a_survey_is_on_stands_beside_the_longest_name(dashboard, page):
    page.locator("#survey-name").fill("The longest name that a survey of ours ever had " * 3)
    page.locator("#save-survey").click()
    expect(page.get_by_role("heading", level=1, name="The longest name")).to_be_visible()
    page.get_by_role("link", name="Surveys", exact=True).first.click()

    card = page.locator(".survey-card", has_text="The longest name")

    name, pill = (card.locator(part).bounding_box() for part in ("h2", ".pill"))
    assert name["height"] > 2 * pill["height"] and pill["y"] - name["y"] < pill["height"]
