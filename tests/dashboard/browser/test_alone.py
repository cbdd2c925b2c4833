"""Our pages outside the Dashboard."""

from playwright.sync_api import expect


def test_signing_in_leads_to_the_page_that_was_asked_for(alone):
    alone.open("surveys/")
    alone.tab.wait_for_url("**/login/**")

    alone.sign_in()

    alone.tab.wait_for_url("**/surveys/")
    expect(alone.tab.locator(".sections [aria-current=page]")).to_have_text("Surveys")


def test_back_and_forth_work_as_anywhere(alone):
    alone.open("overview/")
    alone.sign_in()
    alone.tab.get_by_role("link", name="Responses", exact=True).click()
    alone.tab.wait_for_url("**/responses/")

    alone.tab.go_back()

    expect(alone.tab.locator(".sections [aria-current=page]")).to_have_text("Overview")
    alone.tab.go_forward()
    expect(alone.tab.locator(".sections [aria-current=page]")).to_have_text("Responses")


def test_signing_out_ends_the_visit(alone):
    alone.open("overview/")
    alone.sign_in()
    alone.tab.get_by_role("button", name="Sign out").click()
    alone.tab.wait_for_url("**/login/**")

    alone.open("overview/")

    alone.tab.wait_for_url("**/login/**")


def test_a_frame_of_somebody_else_never_shows_the_page_of_a_signed_in_person(alone):
    alone.open("overview/")
    alone.sign_in()
    expect(alone.tab.locator("main")).to_be_visible()

    alone.tab.goto(alone.base.replace("localhost", "127.0.0.1").split("/plugins")[0] + "/journey/")
    alone.tab.evaluate(
        """address => new Promise((resolve) => {
            const frame = document.createElement("iframe");
            frame.src = address;
            frame.onload = resolve;
            document.body.append(frame);
        })""",
        alone.base + "overview/",
    )

    assert alone.tab.frames[-1].locator("main").count() == 0
    alone.faults.clear()


def test_the_keyboard_reaches_the_content_after_a_change_of_page(alone):
    alone.open("overview/")
    alone.sign_in()
    alone.tab.get_by_role("link", name="Surveys", exact=True).press("Enter")

    expect(alone.tab.locator(".sections [aria-current=page]")).to_have_text("Surveys")

    expect(alone.tab.locator("#main")).to_be_focused()
