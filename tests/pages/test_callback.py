"""After an unhappy answer: an apology, and a line for how and when to be called back."""

import pytest

from saleor_nps_plugin.languages import SUPPORTED
from saleor_nps_plugin.rewards.models import Notice
from saleor_nps_plugin.surveys.models import Offer, Response
from tests.forging import changed
from tests.pages.conftest import Visitor


@pytest.fixture
def answered(story, visitor_of):
    def answer(score=3, **changes):
        invitation = story.invite(**changes)
        story.answer(invitation, score)
        visitor = visitor_of(invitation)
        visitor.get("thanks/")
        return visitor

    return answer


def wish(page):
    return page.one("input", id="wish")


def test_an_unhappy_customer_reads_an_apology_and_is_asked(answered):
    page = answered().sees()

    assert page.one("h2", id="apology").text == "We are sorry"
    assert page.one("form", action="../callback/")["method"] == "post"
    assert (wish(page)["maxlength"], wish(page)["value"]) == ("200", "")


@pytest.mark.parametrize("score", [7, 9])
def test_nobody_else_does(answered, score):
    page = answered(score).sees()

    assert page.all("h2", id="apology") == [] and page.all("input", id="wish") == []


def test_what_was_written_is_kept_and_shown_as_text(answered):
    visitor = answered()

    response = visitor.post({"callback": '<b>555</b> "0100"'}, "callback/")

    assert (response.status_code, response["Location"]) == (303, "../thanks/#callback")
    assert Response.objects.get().callback == '<b>555</b> "0100"'
    visitor.get("thanks/")
    assert wish(visitor.sees())["value"] == '<b>555</b> "0100"'
    assert '<b>555</b> "0100"' in visitor.sees().one("section", id="callback").text


def test_looking_records_nothing_and_cannot_be_called_by_get(answered):
    visitor = answered()

    assert visitor.get("callback/?callback=555").status_code == 405
    assert Response.objects.get().callback == ""


def test_sending_it_again_changes_nothing_and_an_empty_line_takes_it_back(answered):
    visitor = answered()
    for _ in range(3):
        visitor.post({"callback": "555 0100"}, "callback/")
    assert Response.objects.get().revision == 2

    visitor.post({"callback": "  "}, "callback/")
    assert Response.objects.get().callback == ""


@pytest.mark.parametrize(
    ("data", "status"), [({"callback": "x" * 201}, 400), ({"callback": "5\x00" * 150}, 303), ({}, 400)]
)
def test_what_no_browser_sends_breaks_nothing(answered, data, status):
    assert answered().post(data, "callback/").status_code == status
    assert len(Response.objects.get().callback) <= 200
    assert "\x00" not in Response.objects.get().callback


def test_a_forged_link_and_a_happy_one_are_refused(answered):
    happy = answered(9)

    assert happy.post({"callback": "555"}, "callback/").status_code == 400
    assert Visitor(changed(happy.token)).post({"callback": "555"}, "callback/").status_code == 404
    assert Response.objects.get().callback == ""


def test_the_question_can_be_switched_off(shop, answered):
    shop.configure(enabled=True, delay_hours="0", callback="false")

    page = answered().sees()

    assert page.one("h2", id="apology") and page.all("input", id="wish") == []


def test_a_passive_sees_the_offer_once_the_operator_makes_one(shop, answered):
    shop.configure(enabled=True, delay_hours="0", passive_offer_voucher="Sorry")

    visitor = answered(8)

    offer = Offer.objects.get()
    page = visitor.sees()
    assert page.one("input", id="offer-code")["value"] == offer.code
    assert "It takes 10% off, once." in page.one("section", aria_labelledby="offer").text
    visitor.get("thanks/")
    assert visitor.sees().one("input", id="offer-code")["value"] == offer.code
    assert Notice.objects.filter(kind="offer").count() == 1


@pytest.mark.parametrize("language", SUPPORTED)
@pytest.mark.parametrize("score", [2, 8])
def test_every_language_has_all_of_it(shop, answered, language, score):
    shop.configure(enabled=True, delay_hours="0", passive_offer_voucher="Sorry")

    page = answered(score, language_code=language).sees()

    assert page.one("section", class_="card").text
