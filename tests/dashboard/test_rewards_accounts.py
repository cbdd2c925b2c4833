"""Accounts of points: finding them, and why their balances are what they are."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from preview.shop_desk import ADA
from saleor_nps_plugin.dashboard.entities import global_id
from saleor_nps_plugin.dashboard.rewards.page import accounts as accounts_page
from saleor_nps_plugin.rewards import ledger, merging
from saleor_nps_plugin.rewards.models import EntryKind
from saleor_nps_plugin.shop.staff import POINTS
from saleor_nps_plugin.shoppers.recognizing import recognize
from tests.referrals.story import Referring, a_contact
from tests.rewards.purse import Purse


@pytest.fixture
def purse(shop, db):
    """Ada of the customers, who has an account in the shop."""
    now = timezone.now() - timedelta(minutes=5)
    shop.add_customer(7, a_contact("ada@example.com", first_name="Ada"))
    shopper = recognize(email="ada@example.com", user_id=7)
    return Purse(ledger.account_of(shopper, "USD", now=now), now)


def found_by(desk, **search):
    desk.get("rewards/accounts/", **search)
    bodies = desk.sees().all("tbody")
    return [row.one("th").text for row in bodies[0].all("tr")] if bodies else []


def lines(desk):
    table = desk.sees().one("table", class_="entries").one("tbody")
    return [(row.all("td")[1].text, row.all("td")[2].text) for row in table.all("tr")]


def test_those_with_most_points_come_first(desk, purse):
    purse.earn(100)
    Purse.of("bob@example.com", purse.now).earn(300, waits=5)

    ada = desk()

    assert found_by(ada) == ["Unknown guest", "ada@example.com"]
    rows = ada.sees().one("tbody").all("tr")
    assert [cell.text for cell in rows[0].all("td")] == ["–", "$3.00"]
    assert [cell.text for cell in rows[1].all("td")] == ["$1.00", ""]


@pytest.mark.parametrize("typed", ["ada@example.com", " Ada@Example.com ", "7", global_id("User", 7)])
def test_a_customer_is_found(desk, purse, typed):
    purse.earn(100)
    Purse.of("bob@example.com", purse.now).earn(300)

    assert found_by(desk(), search=typed) == ["ada@example.com"]


@pytest.mark.parametrize("typed", ["ada", "ada@example", "8", global_id("Order", 7), "%", "a\0b", "=" * 300])
def test_what_fits_nobody_finds_nobody(desk, purse, typed):
    purse.earn(100)

    ada = desk()

    assert found_by(ada, search=typed) == []
    assert ada.last.status_code == 200


def test_a_code_leads_to_its_owner_for_those_who_may_see_codes(desk, shop, purse):
    purse.earn(100)
    code = Referring(shop, purse.now).code(purse.shopper)
    polish = Referring(shop, purse.now).code(purse.shopper, "channel-pln")

    assert found_by(desk(), search=code.code.lower()) == ["ada@example.com"]

    shop.people[ADA.id] = replace(ADA, channels=frozenset({"default-channel"}))
    assert found_by(desk(), search=code.code) == ["ada@example.com"]
    assert found_by(desk(), search=polish.code) == []

    shop.people[ADA.id] = replace(ADA, permissions=frozenset({POINTS}))
    assert found_by(desk(), search=code.code) == []


def test_all_accounts_of_a_person_are_found_with_any_address(desk, purse):
    purse.earn(100)
    other = recognize(email="ada@work.example", user_id=7)
    Purse(ledger.account_of(other, "PLN", now=purse.now), purse.now).earn(5)

    assert len(found_by(desk(), search="ada@work.example")) == 2
    assert len(found_by(desk(), search="ada@work.example", currency="PLN")) == 1


def test_customers_below_zero_are_found(desk, purse):
    purse.earn(100)
    owing = Purse.of("bob@example.com", purse.now)
    owing.adjust(-250)
    ada = desk()

    assert found_by(ada, below="zero") == ["Unknown guest"]
    assert ada.sees().one("td", class_="below").text == "−$2.50"


def test_long_lists_have_pages(desk, purse, monkeypatch):
    monkeypatch.setattr(accounts_page, "PER_PAGE", 2)
    for number in range(3):
        Purse.of(f"{number}@example.com", purse.now).earn(10 + number)
    ada = desk()

    assert len(found_by(ada, currency="USD")) == 2
    (more,) = [link for link in ada.sees().all("a") if link.text == "More"]
    ada.get(more["href"].partition("/dashboard/")[2])
    assert len(ada.sees().one("tbody").all("tr")) == 2
    assert [link.text for link in ada.sees().all("a", class_="button")] == ["Download as CSV", "Back"]


def test_an_account_tells_every_change_and_why(desk, shop, purse):
    order = Referring(shop, purse.now).place("", number="2001")
    reward = purse.earn(400, waits=5, order_id=order.id)
    purse.earn(600, kind=EntryKind.REFERRAL)
    purse.spend(500, gift_card_id=9)
    purse.reverse(reward, "1/4")
    ledger.adjust(
        purse.account,
        points=30,
        key="k",
        reason="<b>Sorry</b> for the cup",
        author_id=ADA.id,
        now=purse.later(seconds=1),
    )
    ada = desk()

    ada.get(f"rewards/accounts/{purse.account.pk}/")

    assert ada.sees().one("h1").text == "ada@example.com"
    assert ada.sees().one(class_="figure").text == "$1.30"
    day = reward.available_at.strftime("%b %-d, %Y")
    assert lines(ada) == [
        ("<b>Sorry</b> for the cup Ada Lovelace", "+30"),
        ("Taken back after a refund, return or cancellation #2001", "−100"),
        ("Turned into a gift card Gift card", "−500"),
        ("A friend ordered with the code", "+600"),
        (f"Cashback for an order #2001 Can be used from {day}", "+400"),
    ]


def test_an_account_below_zero_says_what_that_means(desk, purse):
    purse.adjust(-5)
    ada = desk()

    ada.get(f"rewards/accounts/{purse.account.pk}/")

    assert ada.sees().one(class_="figure").text == "−$0.05"
    assert "Nothing can be redeemed until it is earned back" in ada.sees().one(class_="balance").text


def test_an_account_that_was_merged_leads_to_the_one_it_is_now(desk, purse):
    guest = Purse.of("guest@example.com", purse.now)
    guest.earn(5)
    merging.merge(kept=purse.shopper, other=guest.shopper, now=purse.now)
    ada = desk()

    ada.get(f"rewards/accounts/{guest.account.pk}/")

    assert ada.sees().one("h1").text == "ada@example.com"
    assert lines(ada) == [("Cashback for an order", "+5")]


@pytest.mark.parametrize("number", ["0", "999999999999999999"])
def test_there_is_no_such_account(desk, purse, number):
    assert desk().get(f"rewards/accounts/{number}/").status_code == 404


def test_entries_of_other_channels_are_left_out_for_the_restricted(desk, shop, purse):
    shop.add_channel("other", "USD")
    purse.earn(1)
    purse.earn(10, channel="other")
    purse.adjust(100)
    shop.people[ADA.id] = replace(ADA, channels=frozenset({"other"}))
    ada = desk()

    ada.get(f"rewards/accounts/{purse.account.pk}/")

    assert [points for _, points in lines(ada)] == ["+100", "+10"]
    assert "Entries of channels that you may not see are left out." in ada.sees().one("main").text
    table = ada.browser.get(f"/dashboard/rewards/accounts/{purse.account.pk}/entries.csv", headers=ada.headers)
    assert len(table.getvalue().splitlines()) == 3


def test_accounts_in_currencies_of_other_channels_do_not_exist_for_the_restricted(desk, shop, purse):
    purse.earn(1)
    shop.people[ADA.id] = replace(ADA, channels=frozenset({"channel-pln"}))
    ada = desk()

    assert found_by(ada) == []
    assert found_by(ada, currency="USD") == []
    for place in ("", "entries/", "entries.csv"):
        assert ada.get(f"rewards/accounts/{purse.account.pk}/{place}").status_code == 404
    assert (
        ada.post(
            "actions/adjust/save/", account=purse.account.pk, points="5", reason="x", currency="USD", key="k"
        ).status_code
        == 404
    )
    assert purse.has == (1, 0)


def test_codes_of_the_owner_are_shown_beside(desk, shop, purse):
    code = Referring(shop, purse.now).code(purse.shopper)
    ada = desk()

    ada.get(f"rewards/accounts/{purse.account.pk}/")
    assert code.code in ada.sees().one("main").text

    shop.people[ADA.id] = replace(ADA, permissions=frozenset({POINTS}))
    points_only = desk()
    points_only.get(f"rewards/accounts/{purse.account.pk}/")
    assert code.code not in points_only.sees().one("main").text


def test_a_history_is_downloaded_and_says_no_formula(desk, purse):
    purse.adjust(5, reason="=HYPERLINK(1)")
    ada = desk()

    table = ada.browser.get(f"/dashboard/rewards/accounts/{purse.account.pk}/entries.csv", headers=ada.headers)
    rows = table.getvalue().decode("utf-8-sig").splitlines()

    assert rows[0] == "Made at,Points,Worth,Reason,Order,Usable from,Expires at"
    assert rows[1].split(",")[1:5] == ["5", "0.05", "'=HYPERLINK(1)", ""]


def test_all_accounts_are_downloaded_without_names(desk, purse):
    purse.earn(1234)
    purse.earn(100, waits=5)
    ada = desk()

    table = ada.browser.get("/dashboard/rewards/accounts.csv", headers=ada.headers)
    rows = table.getvalue().decode("utf-8-sig").splitlines()

    assert rows[1:] == [f"{purse.account.pk},7,USD,1234,100,12.34"]


def test_statements_do_not_grow_with_entries_or_accounts(desk, shop, purse):
    referring = Referring(shop, purse.now)
    ada = desk()

    def statements(address):
        with CaptureQueriesContext(connection) as found:
            assert ada.get(address).status_code == 200
        return len(found)

    pages = ("rewards/accounts/", f"rewards/accounts/{purse.account.pk}/")
    purse.earn(1, order_id=referring.place("").id)
    few = [statements(page) for page in pages]
    for number in range(5):
        purse.earn(1, order_id=referring.place("", number=f"300{number}").id)
        purse.adjust(5)
        Purse.of(f"{number}@example.com", purse.now).earn(5, order_id=uuid4())

    assert [statements(page) for page in pages] == few
    assert max(few) <= 10
