"""The popup "Adjust points", and the same form elsewhere."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from preview.shop_desk import ADA, BEN
from saleor_nps_plugin.dashboard.entities import global_id
from saleor_nps_plugin.rewards import checking, ledger
from saleor_nps_plugin.rewards.models import PointsAccount, PointsEntry
from saleor_nps_plugin.shop.staff import CODES
from saleor_nps_plugin.shoppers.models import Shopper
from saleor_nps_plugin.shoppers.recognizing import find, recognize
from tests.referrals.story import a_contact
from tests.rewards.purse import Purse

CUSTOMER = global_id("User", 7)


@pytest.fixture
def customer(shop, db):
    shop.add_customer(7, a_contact("ada@example.com", first_name="Ada"))
    return recognize(email="ada@example.com", user_id=7)


def the_form(desk):
    """What the form would send as it stands."""
    desk.get("actions/adjust/", customerId=CUSTOMER)
    sent = {field["name"]: field["value"] for field in desk.sees().all("input") if "value" in field}
    return sent | {"currency": "USD", "points": "500", "reason": "Sorry for the broken cup"}


def entries():
    return list(PointsEntry.objects.order_by("pk").values_list("kind", "points"))


def test_it_shows_who_it_is_about_and_what_they_have(desk, customer):
    Purse(ledger.account_of(customer, "USD", now=timezone.now()), timezone.now()).earn(120)
    ada = desk()

    ada.get("actions/adjust/", customerId=CUSTOMER)

    assert ada.sees().one(class_="whose").text == "ada@example.com"
    assert ada.sees().one(class_="purse-line").text == "$1.20 120 points can be used"
    assert [option["value"] for option in ada.sees().all("option")] == ["PLN", "USD"]
    assert "selected" in ada.sees().one("option", value="USD")


def test_points_are_added_with_a_reason(desk, customer):
    ada = desk()

    answer = ada.post("actions/adjust/save/", **the_form(ada))

    assert entries() == [("adjustment", 500)]
    remark = PointsEntry.objects.get().remark
    assert (remark.text, remark.author_id) == ("Sorry for the broken cup", ADA.id)
    said = "500 points were added. The customer now has 500 ($5.00)."
    assert ada.sees().one(class_="good").text == said
    assert answer["HX-Trigger"] == "points_changed"
    assert list(checking.violations()) == []


@pytest.mark.parametrize("typed", ["-300", "−300", " -300 "])
def test_points_are_taken_away_also_below_zero(desk, customer, typed):
    ada = desk()

    ada.post("actions/adjust/save/", **the_form(ada) | {"points": typed})

    assert entries() == [("adjustment", -300)]
    assert "300 points were taken away. The customer now has −300 (−$3.00)." in ada.sees().text


def test_persian_digits_are_numbers(desk, customer):
    ada = desk()

    ada.post("actions/adjust/save/", **the_form(ada) | {"points": "۲۵"})

    assert entries() == [("adjustment", 25)]


def test_sent_twice_it_adjusts_once(desk, customer):
    ada = desk()
    form = the_form(ada)

    for _ in range(2):
        ada.post("actions/adjust/save/", **form)
        assert "The customer now has 500 ($5.00)." in ada.sees().text

    assert entries() == [("adjustment", 500)]


@pytest.mark.parametrize("change", [{"points": "501"}, {"reason": "Another"}, {"currency": "PLN"}])
def test_sent_again_with_something_else_it_is_refused(desk, customer, change):
    ada = desk()
    form = the_form(ada)
    ada.post("actions/adjust/save/", **form)

    assert ada.post("actions/adjust/save/", **form | change).status_code == 422
    assert entries() == [("adjustment", 500)]


def test_a_new_form_has_a_new_key(desk, customer):
    ada = desk()

    assert the_form(ada)["key"] != the_form(ada)["key"]


@pytest.mark.parametrize(
    ("change", "field", "sentence"),
    [
        ({"points": ""}, "points", "Write a whole number."),
        ({"points": "9.5"}, "points", "Write a whole number."),
        ({"points": "0"}, "points", "Write how many points to add, or to take away with a minus sign."),
        ({"points": "99999999999"}, "points", "Write a whole number of points, 1 to 2147483647."),
        ({"reason": "  "}, "reason", "Say why."),
        ({"reason": "x" * 501}, "reason", "A reason has at most 500 characters."),
        ({"reason": "a\0b"}, "reason", "A reason has at most 500 characters."),
        ({"currency": "JPY"}, "currency", "None of your channels sells in this currency."),
        ({"currency": ""}, "currency", "None of your channels sells in this currency."),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_typed_is_lost(desk, customer, change, field, sentence):
    ada = desk()
    form = the_form(ada) | change

    ada.post("actions/adjust/save/", **form)

    assert [error.text for error in ada.sees().all(class_="error")] == [sentence]
    assert ada.sees().one("textarea").source == form["reason"]
    assert ada.sees().one("input", name="points")["value"] == form["points"]
    assert ada.sees().one("input", name="key")["value"] == form["key"]
    assert entries() == []
    assert PointsAccount.objects.count() == 0


@pytest.mark.parametrize("key", ["", "x" * 101, "a\nb", "a\0b"])
def test_a_key_of_somebody_elses_making_is_refused(desk, customer, key):
    ada = desk()

    assert ada.post("actions/adjust/save/", **the_form(ada) | {"key": key}).status_code == 422
    assert entries() == []


@pytest.mark.parametrize(
    "whom",
    [{"customerId": global_id("User", 8)}, {"customerId": "x"}, {"customerId": ""}, {"account": "9"}, {"account": "x"}],
)
def test_somebody_whom_there_is_not_gets_nothing(desk, customer, whom):
    ada = desk()
    form = the_form(ada)
    del form["customerId"]

    assert ada.get("actions/adjust/", **whom).status_code == 404
    assert ada.post("actions/adjust/save/", **form, **whom).status_code == 404
    assert entries() == []


def test_the_dashboards_own_parameter_counts_not_one_made_up_in_front_of_it(desk, shop, customer):
    shop.add_customer(8, a_contact("eve@example.com"))
    ada = desk()

    ada.get(f"actions/adjust/?customerId={global_id('User', 8)}&customerId={CUSTOMER}")

    assert ada.sees().one(class_="whose").text == "ada@example.com"


def test_a_customer_who_never_answered_can_get_points(desk, shop, db):
    shop.add_customer(7, a_contact("ada@example.com"))
    ada = desk()

    ada.post("actions/adjust/save/", **the_form(ada))

    (shopper,) = find(user_id=7)
    assert [account.available for account in ledger.accounts_of([shopper.pk])] == [500]


def test_a_guest_with_the_customers_address_gets_nothing_of_it(desk, shop, db):
    """Whether the account may have the address is not known before it is confirmed."""
    guest = recognize(email="ada@example.com", user_id=None)
    shop.add_customer(7, a_contact("ada@example.com"))
    ada = desk()

    for _ in range(2):
        ada.post("actions/adjust/save/", **the_form(ada))

    assert ledger.accounts_of([guest.pk]) == []
    assert "now has 1,000 ($10.00)" in ada.sees().text
    assert Shopper.objects.filter(user_id=7).count() == 1


def test_an_account_of_a_guest_is_adjusted_by_its_number(desk, shop, db):
    purse = Purse.of("guest@example.com", timezone.now() - timedelta(minutes=1))
    ada = desk()

    ada.post("actions/adjust/save/", account=purse.account.pk, points="5", reason="Sorry", currency="USD", key="k")

    assert entries() == [("adjustment", 5)]
    assert [field["value"] for field in ada.sees().all("input", name="account")] == [str(purse.account.pk)]


def test_only_staff_with_the_permission(desk, shop, customer):
    form = the_form(desk())
    shop.people[ADA.id] = replace(ADA, permissions=frozenset({CODES}))

    for person in (ADA, BEN):
        someone = desk(person)
        assert someone.get("actions/adjust/", customerId=CUSTOMER).status_code == 403
        assert someone.post("actions/adjust/save/", **form).status_code == 403
    assert entries() == []


def test_a_reason_is_text_whatever_is_in_it(desk, customer):
    ada = desk()

    ada.post("actions/adjust/save/", **the_form(ada) | {"points": "", "reason": "</textarea><script>x</script>"})

    assert ada.sees().all("script") == []
    assert ada.sees().one("textarea").source == "</textarea><script>x</script>"


def test_it_is_not_sent_by_get(desk, customer):
    ada = desk()

    assert ada.get("actions/adjust/save/", **the_form(ada)).status_code == 405
    assert entries() == []
