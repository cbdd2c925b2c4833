"""Codes and points follow a person, and nobody else."""

import pytest

from saleor_nps_plugin import accounts
from saleor_nps_plugin.rewards import balances, ledger
from saleor_nps_plugin.rewards.models import EntryKind, PointsAccount
from saleor_nps_plugin.shoppers.models import Shopper
from saleor_nps_plugin.shoppers.recognizing import recognize, recognize_customer

pytestmark = pytest.mark.django_db


@pytest.fixture
def earn(shop, now):
    def earn(shopper, points=500):
        account = ledger.account_of(shopper, "USD", now=now)
        ledger.post(account, kind=EntryKind.BONUS, points=points, key=f"{shopper.pk} {points}", now=now)

    return earn


def balance(user_id, now):
    (account,) = PointsAccount.objects.filter(shopper__user_id=user_id, merged_into=None)
    return balances.balance(account, now=now).available


def test_a_guest_who_signs_up_finds_the_points(earn, now):
    earn(recognize(email="ada@example.com", user_id=None))

    accounts.follow_account(user_id=7, email="Ada@example.com", now=now)

    assert balance(7, now) == 500


def test_an_account_that_takes_a_guests_address_has_both_points_once(earn, now):
    earn(recognize(email="old@example.com", user_id=7), 500)
    earn(recognize(email="new@example.com", user_id=None), 300)

    for _ in range(2):
        accounts.follow_account(user_id=7, email="new@example.com", now=now)

    assert balance(7, now) == 800
    assert Shopper.objects.count() == 1


def test_an_address_that_was_another_accounts_brings_nothing_of_it(earn, now):
    earn(recognize(email="shared@example.com", user_id=9), 900)
    earn(recognize(email="ada@example.com", user_id=7), 100)

    accounts.follow_account(user_id=7, email="shared@example.com", now=now)

    assert (balance(7, now), balance(9, now)) == (100, 900)
    assert recognize(email="shared@example.com", user_id=None).user_id == 7


def test_an_order_under_anothers_address_earns_for_its_own_account(now):
    other = recognize(email="shared@example.com", user_id=9)

    mine = recognize_customer(email="shared@example.com", user_id=7)

    assert (mine.user_id, mine == other) == (7, False)
    assert recognize_customer(email="shared@example.com", user_id=7) == mine
    assert recognize_customer(email="shared@example.com", user_id=None) == other
