"""Surveys and settings, in a browser."""

import pytest
from playwright.sync_api import expect

from tests.dashboard.browser.dashboard import PHONE, Tab


def open_survey(dashboard):
    dashboard.open("surveys/")
    dashboard.inside.locator(".survey-card a").first.click()
    expect(dashboard.inside.locator("#survey-form")).to_be_visible()
    expect(dashboard.inside.locator("#previews iframe").first).to_be_attached()


def test_what_is_typed_shows_at_once_in_the_preview(dashboard):
    open_survey(dashboard)
    shown = dashboard.inside.frame_locator("#previews .of-page iframe")

    dashboard.inside.locator("#survey-form .panel:visible textarea").first.fill("Would you send your friends to us?")

    expect(shown.locator("body")).to_contain_text("Would you send your friends to us?")


def test_words_are_saved_and_stay(dashboard):
    open_survey(dashboard)
    name = dashboard.inside.locator("#survey-name")
    name.fill("After the parcel came")

    dashboard.inside.locator("#save-survey").click()

    assert dashboard.wait_until_told("notification")["status"] == "success"
    dashboard.tab.reload()
    expect(name).to_have_value("After the parcel came")


def test_a_dry_run_says_whom_it_would_have_asked(dashboard):
    open_survey(dashboard)

    dashboard.inside.get_by_role("button", name="With the orders of the last 30 days").click()

    expect(dashboard.inside.locator("#tried .dry-run")).to_be_visible()


def test_a_test_goes_to_oneself(dashboard):
    open_survey(dashboard)

    dashboard.inside.get_by_role("button", name="Send a test to ada@example.com").click()

    assert dashboard.wait_until_told("notification")["status"] in ("success", "info")


def test_leaving_a_survey_that_was_not_saved_is_asked_about(dashboard):
    open_survey(dashboard)
    dashboard.inside.locator("#survey-name").fill("Half a name")

    dashboard.inside.get_by_role("link", name="Overview", exact=True).click()

    expect(dashboard.inside.locator("dialog.ask")).to_be_visible()
    dashboard.inside.locator("dialog.ask").get_by_role("button", name="Stay here").click()
    expect(dashboard.inside.locator("#survey-name")).to_have_value("Half a name")


def test_a_setting_is_saved_for_the_shop(dashboard):
    dashboard.open("settings/")
    field = dashboard.inside.locator("#cooldown_days")
    field.fill("45")

    dashboard.inside.locator("#save-settings").click()

    assert dashboard.wait_until_told("notification")["status"] == "success"
    dashboard.tab.reload()
    expect(field).to_have_value("45")


def test_a_wrong_value_is_told_beside_its_field_and_nothing_typed_is_lost(dashboard):
    dashboard.open("settings/")
    dashboard.inside.locator("#cooldown_days").fill("999999")
    dashboard.inside.locator("#reminder_after_hours").fill("96")

    dashboard.inside.locator("#save-settings").click()

    expect(dashboard.inside.locator("#cooldown_days-error")).to_be_visible()
    expect(dashboard.inside.locator("#cooldown_days")).to_have_value("999999")
    expect(dashboard.inside.locator("#reminder_after_hours")).to_have_value("96")


def test_a_channel_has_settings_of_its_own(dashboard):
    dashboard.open("settings/?channel=channel-pln")
    own = dashboard.inside.locator("[name=inherit]").first
    expect(own).to_be_checked()

    own.uncheck()
    dashboard.inside.locator("#save-settings").click()

    assert dashboard.wait_until_told("notification")["status"] == "success"
    dashboard.tab.reload()
    expect(own).not_to_be_checked()


def test_a_survey_is_made_by_keyboard_with_questions_of_its_own(dashboard):
    dashboard.open("surveys/")
    page = dashboard.inside
    page.get_by_role("link", name="New survey").press("Enter")
    page.get_by_role("link", name="Something else").press("Enter")
    page.locator("#survey-name").fill("Made by keyboard")

    page.get_by_role("button", name="Preference over other shops").press("Enter")
    expect(page.locator("#q1")).to_be_focused()
    page.get_by_role("button", name="Other shop").press("Enter")
    expect(page.locator("#q2")).to_be_focused()
    page.locator("#q2-c0").press_sequentially("Teapot Inc")
    page.locator("#q2").get_by_role("button", name="Add an answer").press("Enter")
    expect(page.locator("#q2-c2")).to_be_focused()
    page.get_by_role("button", name="Move question 3 up").press("Enter")
    expect(page.locator("#q1")).to_be_focused()
    page.locator("#save-survey").press("Enter")

    expect(page.get_by_role("heading", level=1, name="Made by keyboard")).to_be_visible()
    expect(page.locator("#q1 summary")).to_contain_text("Other shop")
    page.locator("#q1 summary").press("Enter")
    expect(page.locator("[name='q1.c0']")).to_have_value("Teapot Inc")


def test_the_wording_of_a_question_is_that_of_the_language_looked_at(dashboard):
    open_survey(dashboard)
    page = dashboard.inside
    page.locator("#q0 summary").click()
    expect(page.get_by_label("Question in English").first).to_be_visible()

    page.locator(".pill-choice", has_text="German").click()

    expect(page.get_by_label("Question in German").first).to_be_visible()
    expect(page.get_by_label("Question in English").first).to_be_hidden()


@pytest.fixture
def phone(browser, port):
    """A customer's phone with a survey of many questions in front of it."""
    opened = Tab(browser, viewport=PHONE, is_mobile=True, has_touch=True)
    opened.tab.goto(f"http://localhost:{port}/sample/en/many/")
    yield opened.tab
    opened.close()


def test_a_phone_shows_one_question_at_a_time_with_progress_and_a_way_back(phone):
    progress, send = phone.locator("#progress"), phone.get_by_role("button", name="Send my answer")
    expect(phone.locator("[data-step]:visible")).to_have_count(1)
    expect(phone.locator("#back")).to_be_hidden()

    phone.get_by_label("9", exact=True).first.check()
    expect(progress).to_have_text("1 of 8")
    phone.locator("#next").tap()

    expect(progress).to_have_text("2 of 8")
    expect(phone.locator("#discourage")).to_be_focused()
    expect(send).to_be_hidden()
    phone.locator("#back").tap()
    expect(phone.get_by_role("heading", level=1)).to_be_visible()
    for number in range(2, 9):
        phone.locator("#next").tap()
        expect(progress).to_have_text(f"{number} of 8")
    expect(send).to_be_visible()
    expect(phone.locator("#next")).to_be_hidden()


def test_what_is_asked_follows_from_what_was_answered(phone):
    phone.get_by_label("3", exact=True).first.check()
    phone.locator("#next").tap()
    phone.locator("#next").tap()
    expect(phone.locator(".improve")).to_be_visible()
    phone.locator("#next").tap()
    phone.locator("#next").tap()
    expect(phone.locator(".preference")).to_be_visible()
    expect(phone.locator("#progress")).to_have_text("5 of 6")

    phone.locator(".preference").get_by_label("2", exact=True).check()

    expect(phone.locator("#progress")).to_have_text("5 of 7")
    phone.locator("#next").tap()
    expect(phone.locator(".competitor")).to_be_visible()
    phone.locator("#back").tap()
    phone.locator(".preference").get_by_label("8", exact=True).check()
    phone.locator("#next").tap()
    expect(phone.locator(".competitor")).to_be_hidden()


def test_without_a_score_there_is_no_next_question(phone):
    phone.locator("#next").tap()

    expect(phone.get_by_role("heading", level=1)).to_be_visible()
    expect(phone.locator("#progress")).to_contain_text("1 of")


@pytest.mark.parametrize("has_script", [True, False])
def test_all_questions_are_on_one_page_on_a_desktop_and_without_a_script(browser, port, has_script):
    viewport = None if has_script else PHONE
    opened = Tab(browser, java_script_enabled=has_script, **({"viewport": viewport} if viewport else {}))
    opened.tab.goto(f"http://localhost:{port}/sample/en/many-promoter/")

    shown = opened.tab.locator("[data-step]:visible")
    expect(shown).to_have_count(8)
    expect(opened.tab.locator("#way")).to_be_hidden()
    expect(opened.tab.locator(".competitor")).to_be_hidden()
    opened.tab.locator(".preference").get_by_label("10", exact=True).check()
    expect(opened.tab.locator(".competitor")).to_be_visible()
    expect(opened.tab.get_by_role("button", name="Send my answer")).to_be_visible()
    opened.close()
