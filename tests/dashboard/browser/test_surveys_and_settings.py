"""Surveys and settings, in a browser."""

from playwright.sync_api import expect


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
    dashboard.inside.locator("dialog.ask").get_by_role("button", name="Cancel").click()
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
