"""The page "Rewards", and the list of friends' orders behind it."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from preview.shop_desk import ADA, BEN
from saleor_nps_plugin.dashboard.rewards import page as rewards_page
from saleor_nps_plugin.shop.staff import CODES, POINTS
from tests.referrals.story import Referring
from tests.rewards.purse import Purse


@pytest.fixture
def referring(shop, db):
    return Referring(shop, timezone.now() - timedelta(minutes=5))


@pytest.fixture
def purse(db):
    return Purse.of("ada@example.com", timezone.now() - timedelta(minutes=5))


def text_of(desk, heading):
    """What stands in the part of the page under this heading."""
    (found,) = [card for card in desk.sees().all("section") if heading in [h.text for h in card.all("h2")]]
    return found.text


def sums(desk):
    return {line.one("dt").text: line.one("dd").text for line in desk.sees().one(class_="sums").all("div")}


def step(desk, label):
    """A line of a bar chart: its numbers."""
    (found,) = [line for line in desk.sees().all("li") if label in line.text]
    return found.one(class_="many").text


def download(desk, address):
    answer = desk.browser.get(f"/dashboard/{address}", headers=desk.headers)
    assert answer.status_code == 200
    return answer.getvalue().decode("utf-8-sig")


def with_permissions(shop, *permissions, channels=None):
    person = replace(ADA, permissions=frozenset(permissions), channels=channels)
    shop.people[person.id] = person
    return person


def test_an_empty_shop_is_told_how_codes_and_points_come_about(desk):
    ada = desk()

    assert ada.get("rewards/").status_code == 200
    assert ada.sees().one(class_="boxed").text.startswith("No codes yet.")
    ada.get("rewards/points/")
    assert ada.sees().one(class_="boxed").text.startswith("No points yet.")


def test_it_tells_at_a_glance_what_the_programme_brings_costs_and_owes(desk, referring):
    code = referring.code()
    referring.rewarded(code, "one@example.com")
    referring.rewarded(code, "two@example.com")
    ada = desk()

    ada.get("rewards/")

    assert "$80.00 paid by 2 new customers" in text_of(ada, "What it brings")
    assert "For every $1.00 of points to promoters, friends paid $8.00." in text_of(ada, "What it brings")
    assert text_of(ada, "What it costs").startswith("What it costs $10.00 Points for friends' orders $10.00")
    assert text_of(ada, "What you owe today").startswith("What you owe today $10.00 in points")
    assert [part["hx-get"] for part in ada.sees().all(class_="points")] == ["/dashboard/rewards/points/?period=12m"]
    ada.get("rewards/points/")
    assert sums(ada)["Waits for the return window"] == "$10.00"
    assert sums(ada)["Customers can use"] == "–"


def test_the_funnel_leads_from_codes_to_new_customers(desk, referring):
    code = referring.code()
    referring.code(referring.shopper(8, "bob@example.com"))
    referring.rewarded(code, "one@example.com")
    referring.follow(referring.place(code, "waits@example.com"))
    ada = desk()

    ada.get("rewards/")

    assert step(ada, "Codes that promoters can share") == "2"
    assert step(ada, "Codes that friends used") == "50% of the codes 1"
    assert step(ada, "Friends' orders") == "2"
    assert step(ada, "New customers that count") == "50% of the orders 1"


def test_every_figure_opens_the_orders_behind_it(desk, referring):
    code = referring.code()
    good = referring.rewarded(code, "one@example.com", number="2001")
    referring.follow(referring.place(code, "ada@example.com", number="2002"))
    ada = desk()
    ada.get("rewards/")
    links = {link.text: link["href"].partition("/dashboard/")[2] for link in ada.sees().all("a")}

    def orders_at(label):
        ada.get(links[label])
        return [row.one("bdi").text for row in ada.sees().one("tbody").all("th")]

    assert orders_at("New customers that count") == [f"#{good.number}"]
    assert orders_at("The referrer's own e-mail address") == ["#2002"]
    assert orders_at("Friends' orders") == ["#2002", "#2001"]


def test_an_order_tells_its_outcome_its_reason_and_who_recommended(desk, referring):
    code = referring.code()
    referring.follow(referring.place(code, "ada@example.com", number="2002"))
    ada = desk()

    ada.get("rewards/friends/")

    row = ada.sees().one("tbody").one("tr")
    assert row.one(class_="outcome").text == "Does not count The referrer's own e-mail address"
    assert row.one(class_="by").text == f"ada@example.com {code.code}"
    assert row.one(class_="total").text == "$40.00"


def test_the_list_is_searched_and_paged(desk, referring, monkeypatch):
    monkeypatch.setattr(rewards_page, "PER_PAGE", 2)
    code = referring.code()
    for number in range(3):
        referring.follow(referring.place(code, f"{number}@example.com", number=f"200{number}"))
    ada = desk()

    ada.get("rewards/friends/", search="2001")
    assert [row.text for row in ada.sees().one("tbody").all("th")] == ["#2001"]
    ada.get("rewards/friends/")
    assert [row.text for row in ada.sees().one("tbody").all("th")] == ["#2002", "#2001"]
    ada.get("rewards/friends/", page="2")
    assert [row.text for row in ada.sees().one("tbody").all("th")] == ["#2000"]


@pytest.mark.parametrize(
    "junk", [{"page": "x"}, {"page": "-1"}, {"status": "'"}, {"reason": "\0"}, {"period": "?"}, {"search": "\0%_'"}]
)
def test_an_address_that_says_nonsense_shows_the_list(desk, junk):
    assert desk().get("rewards/friends/", **junk).status_code == 200


def test_a_channel_narrows_down_what_is_shown(desk, referring):
    referring.rewarded(referring.code(), "one@example.com")
    polish = referring.code(referring.shopper(8, "bob@example.com"), "channel-pln")
    referring.rewarded(polish, "two@example.com", channel="channel-pln", currency="PLN")
    ada = desk()

    ada.get("rewards/", channel="channel-pln")

    assert "PLN 40.00" in text_of(ada, "What it brings").replace("PLN", "PLN ").replace("\xa0", "").replace("  ", " ")
    assert "$" not in text_of(ada, "What it costs")


def test_who_is_restricted_to_channels_sees_those_only(desk, shop, referring):
    """Points are shown in the currencies of the channels."""
    referring.rewarded(referring.code(), "one@example.com", number="2001")
    polish = referring.code(referring.shopper(8, "bob@example.com"), "channel-pln")
    referring.rewarded(polish, "two@example.com", number="2002", channel="channel-pln", currency="PLN")
    ada = desk(with_permissions(shop, CODES, POINTS, channels=frozenset({"channel-pln"})))

    ada.get("rewards/")

    assert "$" not in ada.sees().one("main").text
    assert [row.text for row in ada.sees().one("table", class_="friends").one("tbody").all("th")] == ["#2002"]
    assert b"$" not in ada.get("rewards/points/").content
    assert ada.get("rewards/", channel="default-channel").status_code == 404
    assert "2001" not in download(ada, "rewards/friends.csv")
    assert "USD" not in download(ada, "rewards/owed.csv")


def test_codes_without_points_and_points_without_codes(desk, shop, referring):
    referring.rewarded(referring.code(), "one@example.com")

    codes = desk(with_permissions(shop, CODES))
    codes.get("rewards/")
    assert "Points are not shown. They need the permission “Manage gift cards”" in codes.sees().one("main").text
    assert [heading.text for heading in codes.sees().all("h2", class_="part")] == ["Recommendations"]
    assert codes.get("rewards/accounts/").status_code == 403
    assert codes.get("rewards/owed.csv").status_code == 403
    assert codes.get("rewards/points/").status_code == 403

    points = desk(with_permissions(shop, POINTS))
    points.get("rewards/")
    assert "They need the permission “Manage discounts”" in points.sees().one("main").text
    assert [heading.text for heading in points.sees().all("h2", class_="part")] == ["Points"]
    assert points.get("rewards/friends/").status_code == 403
    assert points.get("rewards/friends.csv").status_code == 403


def test_somebody_with_neither_is_told_which_permissions_there_are(desk):
    ben = desk(BEN)

    assert ben.get("rewards/").status_code == 403


def test_a_programme_that_is_not_understood_is_remarked_on(desk, purse):
    purse.earn(10_000)
    purse.spend(1999)
    ada = desk()

    ada.get("rewards/points/")

    assert "20%" in ada.sees().one("dd", class_="low").text
    assert "the programme is not understood" in ada.sees().one("p", class_="warn").text


def test_a_programme_that_is_used_is_not(desk, purse):
    purse.earn(10_000)
    purse.spend(2000)
    ada = desk()

    ada.get("rewards/points/")

    assert not ada.sees().all("p", class_="remark")


def test_where_nobody_can_redeem_yet_nobody_has_misunderstood(desk, purse):
    purse.earn(499)
    ada = desk()

    ada.get("rewards/points/")

    assert "Nobody has enough points to redeem yet" in ada.sees().one("p", class_="remark").text


def test_the_chart_closes_each_month_with_its_numbers_in_a_table(desk, purse):
    purse.earn(1234)
    ada = desk()

    ada.get("rewards/points/")

    table = ada.sees().one(class_="chart").one("tbody")
    assert len(table.all("tr")) == 12
    assert table.all("tr")[-1].one("td").text == "$12.34"


def test_movements_open_and_close(desk, purse):
    purse.earn(1000)
    purse.adjust(-300)
    ada = desk()

    ada.get("rewards/points/", period="30d")

    rows = [row.text for row in ada.sees().one("table", class_="changes").one("tbody").all("tr")]
    assert rows[0] == "Owed at the beginning 0 $0.00"
    assert rows[1] == "Earned 1,000 $10.00"
    assert rows[5] == "Adjusted by staff −300 −$3.00"
    assert rows[6] == "Owed at the end 700 $7.00"


def test_tables_are_downloaded(desk, referring):
    code = referring.code()
    referring.rewarded(code, "one@example.com", number="=2001", total=Decimal("40.00"))
    ada = desk()

    friends = download(ada, "rewards/friends.csv").splitlines()
    owed = download(ada, "rewards/owed.csv").splitlines()

    assert friends[0] == "Noted at,Order,Currency,Total,Channel,Code,Outcome,Reason,Points"
    assert friends[1].endswith(f",'=2001,USD,40.00,default-channel,{code.code},Rewarded,,500")
    assert len(owed) == 13
    assert owed[-1].split(",")[1:] == ["USD", "500", "0", "0", "0", "0", "500", "5.00"]


def test_statements_do_not_grow_with_what_is_shown(desk, referring):
    code = referring.code()
    ada = desk()

    def statements():
        with CaptureQueriesContext(connection) as found:
            ada.get("rewards/")
            ada.get("rewards/points/")
        return len(found)

    referring.rewarded(code, "one@example.com")
    few = statements()
    for number in range(5):
        other = referring.code(referring.shopper(20 + number, f"owner{number}@example.com"))
        referring.rewarded(other, f"{number}@example.com")

    assert statements() == few
    assert few <= 20
