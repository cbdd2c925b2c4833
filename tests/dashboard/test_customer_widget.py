"""The widget on a customer."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from preview.shop_desk import ADA, CYD
from saleor_nps_plugin.dashboard.entities import global_id
from saleor_nps_plugin.rewards import ledger
from saleor_nps_plugin.shop.staff import ANSWERS, CODES, POINTS
from saleor_nps_plugin.surveys.models import Response
from tests.reading import read
from tests.referrals.story import Referring
from tests.rewards.purse import Purse

CUSTOMER = global_id("User", 7)


@pytest.fixture
def referring(shop, db):
    return Referring(shop, timezone.now() - timedelta(minutes=5))


@pytest.fixture
def customer(referring):
    return referring.shopper()


def answered(survey, shopper, *scores, channel="default-channel"):
    now = timezone.now() - timedelta(days=30)
    for number, score in enumerate(scores):
        at = now + timedelta(days=number)
        Response.objects.create(
            survey=survey,
            shopper=shopper,
            channel=channel,
            score=score,
            created_at=at,
            updated_at=at,
            editable_until=at,
        )


def facts(desk):
    names = [name.text for name in desk.sees().all("dt")]
    return dict(zip(names, [value.text for value in desk.sees().all("dd")], strict=True))


def test_somebody_new_has_nothing_yet(desk, customer):
    ada = desk()

    assert ada.get("widgets/customer/", customerId=CUSTOMER).status_code == 200

    assert "Has not answered a survey yet." in ada.sees().text
    assert facts(ada) == {"Bought": "0 orders", "Points": "None yet", "Code": "None yet"}


def test_it_tells_scores_points_code_and_what_was_bought(desk, survey, referring, customer):
    answered(survey, customer, 3, 7, 10)
    code = referring.code(customer)
    referring.rewarded(code, "one@example.com")
    Purse(ledger.account_of(customer, "USD", now=referring.now), referring.now).earn(120)
    referring.place("", "ada@example.com", user_id=7, charged=Decimal("60.00"))
    ada = desk()

    ada.get("widgets/customer/", customerId=CUSTOMER)

    assert ada.sees().one(class_="score").text == "10"
    assert "promoter" in ada.sees().one(class_="score")["class"]
    assert ada.sees().one(class_="said").one("a").text == "3 responses"
    assert ada.sees().one(class_="said").one("a")["href"].endswith("/dashboard/responses/?customer=7")
    assert [row.text.split()[-1] for row in ada.sees().one("tbody").all("tr")] == ["3", "7", "10"]
    assert facts(ada) == {
        "Bought": "$60.00 1 order",
        "Points": "$1.20 $5.00 waits History",
        "Code": f"{code.code} 1 friend's order",
    }


def test_the_dashboard_opens_it_by_a_form_with_its_token(shop, customer):
    answer = Client().post(
        "/dashboard/widgets/customer/", {"accessToken": f"token of {ADA.email}", "customerId": CUSTOMER}
    )

    assert answer.status_code == 200
    assert read(answer.content).one("dl").text.startswith("Bought")


def test_points_are_adjusted_right_there(desk, customer):
    ada = desk()
    ada.get("widgets/customer/", customerId=CUSTOMER)

    ada.get(ada.sees().one("button")["hx-get"].partition("/dashboard/")[2])

    assert ada.sees().one("form")["hx-post"].endswith("/dashboard/actions/adjust/save/")
    assert ada.sees().one("input", name="customerId")["value"] == CUSTOMER


@pytest.mark.parametrize(
    ("permission", "shown"), [(ANSWERS, ["Bought"]), (CODES, ["Bought", "Code"]), (POINTS, ["Bought", "Points"])]
)
def test_each_permission_shows_its_part(desk, shop, survey, customer, permission, shown):
    answered(survey, customer, 9)
    shop.people[ADA.id] = replace(ADA, permissions=frozenset({permission}))
    ada = desk()

    ada.get("widgets/customer/", customerId=CUSTOMER)

    assert list(facts(ada)) == shown
    assert bool(ada.sees().all(class_="score")) == (permission == ANSWERS)
    assert bool(ada.sees().all("button")) == (permission == POINTS)


def test_somebody_without_any_sees_nothing(desk, customer):
    assert desk(CYD).get("widgets/customer/", customerId=CUSTOMER).status_code == 403


def test_the_restricted_see_what_belongs_to_their_channels(desk, shop, survey, referring, customer):
    answered(survey, customer, 2)
    answered(survey, customer, 9, channel="channel-pln")
    referring.code(customer)
    polish = referring.code(customer, "channel-pln")
    Purse(ledger.account_of(customer, "USD", now=referring.now), referring.now).earn(120)
    shop.people[ADA.id] = replace(ADA, channels=frozenset({"channel-pln"}))
    ada = desk()

    ada.get("widgets/customer/", customerId=CUSTOMER)

    assert ada.sees().one(class_="said").one("a").text == "1 response"
    assert facts(ada) == {"Points": "None yet", "Code": f"{polish.code} 0 friends' orders"}


@pytest.mark.parametrize("whom", [global_id("User", 99), global_id("Order", 7), "", "x", global_id("User", "7x")])
def test_there_is_no_such_customer(desk, customer, whom):
    assert desk().get("widgets/customer/", customerId=whom).status_code == 404


def test_it_takes_few_statements_however_much_there_is(desk, survey, referring, customer):
    ada = desk()

    def statements():
        with CaptureQueriesContext(connection) as found:
            ada.get("widgets/customer/", customerId=CUSTOMER)
        return len(found)

    answered(survey, customer, 3)
    referring.rewarded(referring.code(customer), "one@example.com")
    few = statements()
    answered(survey, customer, *range(10), *range(10))
    for number in range(4):
        referring.rewarded(referring.code(customer), f"{number}@example.com")

    assert statements() == few
    assert few <= 6
