"""Points become a gift card on "my rewards"; its code is mailed and never shown."""

from dataclasses import replace

import pytest

from saleor_nps_plugin.rewards import ledger
from saleor_nps_plugin.rewards.models import Notice, PointsEntry
from tests.pages.member import CHANNEL, Member


def test_points_become_a_gift_card_whose_code_is_mailed_and_never_shown(member):
    member.earns(2000)
    member.get()
    form = member.sees().one("form")
    assert "We send the code of the gift card to a•••@example.com" in member.sees().text
    assert form.one("input", name="points")["value"] == "2000"
    sent = {field["name"]: field["value"] for field in form.all("input")}

    response = member.post(sent | {"points": "1500"}, "redeem/")

    (card,) = member.cards
    entry = PointsEntry.objects.get(kind="redemption")
    assert (response.status_code, response["Location"]) == (303, f"../redeemed/?entry={entry.pk}")
    member.get(response["Location"].removeprefix("../"))
    assert member.sees().one("h1").text == "Your gift card is on its way"
    assert "$15.00 1,500 points" in member.sees().text
    assert "a•••@example.com" in member.sees().text
    assert card.code not in member.last.text
    assert "ada@" not in member.last.text
    assert Notice.objects.get(kind="gift_card").facts["gift_card"] == card.id
    member.get()
    assert card.code not in member.last.text
    assert "You can use now $5.00" in member.sees().text


def test_a_form_sent_twice_redeems_once(member):
    member.earns(2000)

    answers = [member.redeems("500") for _ in range(3)]

    assert len({answer["Location"] for answer in answers}) == 1
    assert len(member.cards) == 1


def test_each_view_of_the_form_is_a_redemption_of_its_own(member):
    member.earns(2000)
    keys = set()

    for _ in range(2):
        member.get()
        keys.add(member.sees().one("input", name="key")["value"])

    assert len(keys) == 2


@pytest.mark.parametrize(
    ("points", "sentence"),
    [
        ("2001", "The most that you can redeem now: 2,000 points ($20.00)."),
        ("499", "The least that can be redeemed at once: 500 points ($5.00)."),
        ("1", "The least that can be redeemed at once: 500 points ($5.00)."),
        ("0", "Please write a whole number of points."),
        ("-5", "Please write a whole number of points."),
        ("15.00", "Please write a whole number of points."),
        ("1e3", "Please write a whole number of points."),
        ("all", "Please write a whole number of points."),
        ("", "Please write a whole number of points."),
        ("9" * 12, "Please write a whole number of points."),
        ("9" * 5000, "Please write a whole number of points."),
        ("\x00", "Please write a whole number of points."),
    ],
)
def test_points_that_cannot_be_redeemed_are_refused_in_a_sentence(member, points, sentence):
    member.earns(2000)

    response = member.redeems(points)

    page = member.sees()
    assert response.status_code == 422
    assert page.one("div", role="alert").text == f"Nothing was redeemed {sentence}"
    field = page.one("input", name="points")
    assert field["value"] == points[:20].strip("\x00")
    assert field["aria-invalid"] == "true"
    assert page.one(id=field["aria-describedby"].split()[1]).text == sentence
    assert page.one("div", role="alert").one("a")["href"] == f"#{field['id']}"
    assert page.one("form")["action"] == "../redeem/"
    assert member.cards == []


def test_points_may_be_typed_in_persian(member, shop):
    shop.add_order(replace(member.order, language_code="fa"))
    member.earns(2000)
    member.get()
    assert member.sees().one("input", name="points")["value"] == "۲۰۰۰"

    assert member.redeems("۱۵۰۰").status_code == 303
    assert PointsEntry.objects.get(kind="redemption").points == -1500


def test_a_key_used_with_other_points_is_refused(member):
    member.earns(2000)
    member.redeems("500")

    assert member.redeems("600").status_code == 422
    assert "This form was sent before with another number of points." in member.sees().text
    assert len(member.cards) == 1


@pytest.mark.parametrize("key", ["", "x" * 101])
def test_a_key_that_cannot_be_is_refused(member, key):
    member.earns(2000)

    assert member.redeems("500", key=key).status_code == 422
    assert "cannot be turned into a gift card at the moment" in member.sees().text
    assert member.cards == []


def test_a_channel_that_takes_no_gift_cards_gives_none(member, shop):
    member.earns(2000)
    shop.rewards.channels_without_gift_cards.add(CHANNEL)

    assert member.redeems("500").status_code == 422
    assert "cannot be turned into a gift card at the moment. Nothing was changed." in member.sees().text
    assert PointsEntry.objects.filter(kind="redemption").count() == 0


def test_nothing_is_redeemed_while_the_plugin_is_off(member, shop):
    member.earns(2000)
    shop.configure(enabled=False)

    assert member.get().status_code == 200
    assert "Points cannot be redeemed at the moment." in member.sees().text
    assert member.redeems("500").status_code == 422
    assert member.cards == []


def test_nobody_redeems_the_points_of_somebody_else(member, shop, now):
    other = Member(shop, now, email="eve@example.com")
    member.earns(2000)

    response = other.post({"account": member.account.pk, "points": "500", "key": "k"}, "redeem/")

    assert (response.status_code, response["Location"]) == (303, "../")
    assert member.cards == []


def test_the_result_of_somebody_else_is_nobody_s_business(member, shop, now):
    other = Member(shop, now, email="eve@example.com")
    member.earns(2000)
    entry = member.redeems("500")["Location"].rpartition("=")[2]

    assert other.get(f"redeemed/?entry={entry}")["Location"] == "../"
    assert member.get(f"redeemed/?entry={member.earns(3).pk}")["Location"] == "../"


def test_opening_the_form_s_address_redeems_nothing(member):
    member.earns(2000)

    assert member.get("redeem/")["Location"] == "../"
    assert member.cards == []


def test_somebody_whose_address_the_shop_forgot_is_told(member, shop):
    member.earns(2000)
    shop.remove_order(member.order.id)

    member.get()

    assert "The shop no longer knows an e-mail address of yours." in member.sees().text
    assert member.sees().all("form") == []
    assert member.redeems("500").status_code == 422
    assert member.cards == []


def test_the_channel_is_that_of_the_newest_entry_that_has_one(member, shop, now):
    shop.add_channel("outlet", "USD")
    member.earns(2000)
    member.earns(100, ago=30, channel="outlet")
    ledger.adjust(member.account, points=5, key="y", reason="Sorry", author_id=1, now=now)

    member.redeems("500")

    assert PointsEntry.objects.get(kind="redemption").channel == "outlet"
