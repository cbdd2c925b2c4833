"""After the answer, and only then, a page tells what it earned."""

import re
from decimal import Decimal
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from saleor_nps_plugin.languages import SUPPORTED
from saleor_nps_plugin.referrals import codes
from saleor_nps_plugin.referrals.models import ReferralCode
from saleor_nps_plugin.rewards.models import Notice, PointsEntry
from saleor_nps_plugin.shoppers.models import Shopper
from tests.pages.conftest import Visitor

SHARE = {
    "enabled": True,
    "delay_hours": "0",
    "shop_name": "Tea & Co",
    "share_url": "https://tea.example/?voucher={code}",
}


@pytest.fixture
def answered(story, shop, visitor_of):
    """Somebody answers about an order that is paid and fulfilled, and sees the thanks."""
    shop.configure(**SHARE)

    def answer(score=9, **changes):
        paid = {"is_paid": True, "goods_paid": Decimal("40.00"), "charged": Decimal("40.00")}
        invitation = story.invite(fulfilled_at=story.now, **paid | changes)
        story.answer(invitation, score)
        visitor = visitor_of(invitation)
        visitor.get("thanks/")
        return visitor

    return answer


def test_a_promoter_sees_the_code_and_what_it_brings(answered):
    page = answered().sees()

    code = ReferralCode.objects.get().code
    assert page.one("input", class_="code")["value"] == code
    assert "readonly" in page.one("input", class_="code")
    assert page.one("input", id="link-1")["value"] == f"https://tea.example/?voucher={code}"
    assert "Your friend gets 10% off the first order." in page.text
    assert "You get $5.00 in points for each friend" in page.text


def test_a_promoter_sees_the_cashback_and_from_when_it_can_be_used(answered, story):
    page = answered().sees()

    cashback = page.one("section", aria_labelledby="cashback")
    entry = PointsEntry.objects.get()
    assert cashback.text.startswith("Your cashback $2.00 200 points You can use the points from")
    assert cashback.one("time")["datetime"] == entry.available_at.isoformat()


def test_points_that_are_there_at_once_have_no_waiting(answered, shop):
    shop.configure(**SHARE, return_window_days="0")

    assert answered().sees().one("section", aria_labelledby="cashback").text == "Your cashback $2.00 200 points"


def test_the_link_to_my_rewards_opens_them(answered):
    visitor = answered()

    address = visitor.sees().all("a", class_="more")[-1]["href"]
    assert address.startswith("../../../r/")
    owner = Visitor(address.split("/")[-2], "r")
    assert owner.get().status_code == 200
    assert owner.sees().one("h1").text == "My rewards"


@pytest.mark.parametrize("score", [0, 6, 7, 8])
def test_others_see_their_cashback_where_every_answer_has_some(answered, shop, score):
    page = answered(score).sees()
    assert page.all("section", aria_labelledby="cashback") == []

    shop.configure(**SHARE, cashback_for="respondents", cooldown_days="0")
    page = answered(score, email="bob@example.com").sees()

    assert page.one("section", aria_labelledby="cashback").text.startswith("Your cashback $2.00")
    assert page.all("input", class_="code") == []


def test_friends_can_be_told_by_mail_and_by_whatsapp_without_a_script(answered):
    page = answered().sees()

    code = ReferralCode.objects.get().code
    message = (
        f"My code for Tea & Co: {code}\nWith it you get 10% off your first order.\n"
        f"I get a reward, too, when you order.\nhttps://tea.example/?voucher={code}"
    )
    mail, whatsapp = (link["href"] for link in page.one("div", class_="ways").all("a"))
    assert mail.startswith("mailto:?subject=A%20code%20for%20Tea%20%26%20Co&body=")
    assert unquote(mail.split("body=")[1]) == message
    assert urlsplit(whatsapp).netloc == "wa.me"
    assert parse_qs(urlsplit(whatsapp).query) == {"text": [message]}


def test_what_needs_a_script_is_hidden_without_one(answered):
    buttons = answered().sees().all("button")

    assert len(buttons) == 3
    assert all("hidden" in button for button in buttons)


def test_every_field_and_button_has_a_name_for_those_who_listen(answered):
    page = answered().sees()

    assert [field["aria-label"] for field in page.all("input")] == ["Your code for friends", "Link for friends"]
    assert [button.attributes.get("aria-label", button.text) for button in page.all("button")] == [
        "Copy the code",
        "Copy the link",
        "Share…",
    ]
    ids = {element["id"] for element in page.all() if "id" in element}
    assert {button["data-copy"] for button in page.all("button") if "data-copy" in button} <= ids
    assert {section["aria-labelledby"] for section in page.all("section")} <= ids
    assert page.one("p", role="status").text == ""


def test_a_shop_without_an_address_to_share_shares_the_code_alone(answered, shop):
    shop.configure(**SHARE | {"share_url": ""})

    page = answered().sees()

    assert page.all("input", id="link-1") == []
    assert page.all("button")[-1]["data-url"] == ""
    assert "http" not in unquote(page.one("div", class_="ways").all("a")[0]["href"])


def test_a_minimum_is_told_beforehand_and_that_of_a_voucher_of_the_shop_s_own_is_not_ours_to_tell(answered, shop):
    shop.configure(**SHARE, referral_minimum_spend="30")
    assert "The order must come to $30.00 or more." in answered().sees().text

    voucher = shop.rewards.add_voucher("Friends", discounts={})
    voucher.discounts["default-channel"] = shop.settings().base.referral_discount
    shop.configure(**SHARE, referral_minimum_spend="30", referral_voucher="Friends", cooldown_days="0")
    assert "must come to" not in answered(email="bob@example.com").sees().text


def test_a_code_that_staff_switched_off_is_not_shown(answered, story):
    visitor = answered()
    codes.deactivate(ReferralCode.objects.get(), now=story.now)

    visitor.get("thanks/")

    assert visitor.sees().all("input", class_="code") == []


def test_looking_again_gives_nothing_more(answered):
    visitor = answered()
    before = [model.objects.count() for model in (ReferralCode, PointsEntry, Notice, Shopper)]

    for _ in range(2):
        visitor.get("thanks/")

    assert before == [1, 1, 1, 1]
    assert [model.objects.count() for model in (ReferralCode, PointsEntry, Notice, Shopper)] == before


def test_looking_without_an_answer_gives_nothing(story, visitor_of):
    visitor_of(story.invite()).get("thanks/")

    assert not ReferralCode.objects.exists()
    assert not PointsEntry.objects.exists()


def test_the_survey_itself_names_no_reward(story, shop, visitor_of):
    shop.configure(**SHARE)
    visitor = visitor_of(story.invite())

    for page in ("", "?score=10", "opt-out/"):
        visitor.get(page)
        assert not re.search("reward|cashback|points|gift|€|\\$", visitor.sees().one("body").text)


@pytest.mark.parametrize("language", SUPPORTED)
def test_the_page_stays_small_in_every_language(answered, language):
    visitor = answered(language_code=language)

    assert len(visitor.last.content) < 30_000
    assert visitor.sees().one("input", class_="code")["dir"] == "ltr"


def test_persian_amounts_stand_apart_in_persian_digits(answered):
    text = answered(language_code="fa").sees().one("main").text

    assert "\u2068" in text
    assert "۲۰۰ امتیاز" in text
    assert not re.search("[0-9]", text)
