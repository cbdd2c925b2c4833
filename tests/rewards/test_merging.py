from datetime import timedelta

import pytest
from django.db import transaction

from saleor_nps_plugin import errors
from saleor_nps_plugin.money import MOST_POINTS
from saleor_nps_plugin.rewards import balances, ledger, merging
from saleor_nps_plugin.rewards.liability import liability
from saleor_nps_plugin.rewards.models import PointsAccount, PointsEntry, PointsRemark
from tests.rewards.purse import Purse, left_of


@pytest.fixture
def guest(purse):
    return Purse.of("guest@example.com", purse.now)


def merge(kept, other):
    merging.merge(kept=kept.shopper, other=other.shopper, now=kept.now)


def owed():
    return [(row.currency, row.closing) for row in liability(start=None, end=None)]


def test_points_move_and_are_counted_once(purse, guest):
    purse.earn(100)
    guest.earn(20)
    guest.earn(3, waits=5)

    merge(purse, guest)

    assert purse.has == (120, 3)
    assert owed() == [("USD", 123)]
    assert [account.pk for account in ledger.accounts_of([purse.shopper.pk, guest.shopper.pk])] == [purse.account.pk]
    purse.later(days=5)
    purse.spend(123)
    assert purse.has == (0, 0)


def test_entries_stay_as_they_were(purse, guest):
    entry = guest.earn(20)
    before = PointsEntry.objects.values().get(pk=entry.pk)

    merge(purse, guest)

    assert PointsEntry.objects.values().get(pk=entry.pk) == before
    assert list(balances.entries_of(purse.account)) == [entry]


def test_merging_again_changes_nothing(purse, guest):
    guest.earn(20)

    merge(purse, guest)
    merge(purse, guest)

    assert purse.has == (20, 0)
    assert purse.history == [("cashback", 20)]


def test_one_who_had_no_account_gets_it_in_each_currency(purse, guest):
    euros = Purse.of("guest@example.com", purse.now, "EUR")
    euros.earn(7)
    guest.earn(20)

    merge(purse, guest)

    has = balances.balances(ledger.accounts_of([purse.shopper.pk]), now=purse.now)
    assert sorted(balance.available for balance in has.values()) == [7, 20]
    assert owed() == [("EUR", 7), ("USD", 20)]


def test_ones_debts_are_paid_with_the_others_points(purse, guest):
    purse.adjust(-50)
    never, soon = guest.earn(40), guest.earn(30, lasts=3)

    merge(purse, guest)

    assert purse.has == (20, 0)
    assert left_of(never, soon) == [20, 0]


def test_a_debt_that_is_larger_stays_a_debt(purse, guest):
    guest.adjust(-50)
    guest.adjust(-10)
    purse.earn(40)

    merge(purse, guest)

    assert purse.has == (-20, 0)
    purse.earn(30)
    assert purse.has == (10, 0)


def test_rewards_of_a_merged_account_are_taken_back_from_the_one_that_is_left(purse, guest):
    reward = guest.earn(100)
    merge(purse, guest)
    purse.spend(80)

    reversal = guest.reverse(reward)

    assert (reversal.points, reversal.account_id) == (-100, purse.account.pk)
    assert purse.has == (-80, 0)


def test_who_still_holds_the_old_account_writes_to_the_new_one(purse, guest):
    merge(purse, guest)

    entry = guest.earn(5)

    assert entry.account == purse.account
    assert purse.has == guest.has == (5, 0)


def test_a_key_from_before_is_known_after(purse, guest):
    guest.earn(100)
    spent = guest.spend(60, key="k")
    adjusted = guest.adjust(1, key="k")
    merge(purse, guest)

    assert purse.spend(60, key="k") == guest.spend(60, key="k") == spent
    assert purse.adjust(1, key="k") == adjusted
    assert purse.earn(100, key=guest_key(guest)) == PointsEntry.objects.earliest("pk")
    with pytest.raises(errors.NotUnique):
        purse.spend(41, key="k")
    assert purse.has == (41, 0)


def guest_key(guest):
    return PointsEntry.objects.filter(account=guest.account).earliest("pk").key


def test_merged_accounts_can_be_merged_on(purse, guest):
    third = Purse.of("third@example.com", purse.now)
    for one in (purse, guest, third):
        one.earn(10)

    merge(guest, third)
    merge(purse, guest)

    roots = set(PointsAccount.objects.exclude(pk=purse.account.pk).values_list("merged_into", flat=True))
    assert roots == {purse.account.pk}
    assert purse.has == third.has == (30, 0)
    assert len(purse.history) == 3


def test_time_goes_on_where_the_later_of_both_was(purse, guest):
    guest.later(days=9)
    guest.earn(10, lasts=1)
    purse.earn(20, lasts=5)

    merge(purse, guest)

    assert purse.has == (10, 0)
    assert purse.earn(1).created_at == guest.now


def test_accounts_that_hold_too_much_together_stay_two(purse, guest):
    purse.earn(MOST_POINTS)
    guest.earn(1)

    with pytest.raises(errors.Invalid), transaction.atomic():
        merge(purse, guest)

    assert (purse.has, guest.has) == ((MOST_POINTS, 0), (1, 0))


def test_merging_goes_with_the_callers_transaction(purse, guest):
    guest.earn(1)
    with pytest.raises(RuntimeError), transaction.atomic():
        merge(purse, guest)
        raise RuntimeError

    assert (purse.has, guest.has) == ((0, 0), (1, 0))


def test_the_other_shopper_can_be_deleted_afterwards(purse, guest):
    guest.earn(5)
    merge(purse, guest)
    guest.shopper.delete()

    assert purse.has == (5, 0)


def test_nothing_is_owed_to_who_is_forgotten(purse):
    purse.earn(100, lasts=50)
    purse.earn(30, waits=10)
    purse.spend(20)

    merging.close(purse.shopper, now=purse.now)

    assert purse.has == (0, 0)
    assert owed() == [("USD", 0)]
    keys = PointsEntry.objects.filter(kind="expiry").values_list("key", flat=True)
    assert all(key.startswith(f"closing:{purse.account.pk}:") for key in keys)
    assert purse.history[-2:] == [("expiry", -80), ("expiry", -30)]
    assert balances.balance(purse.account, now=purse.now + timedelta(days=60)).available == 0


def test_who_is_forgotten_owes_nothing(purse):
    purse.adjust(-20)
    purse.adjust(-5)
    purse.earn(30, waits=10)

    merging.close(purse.shopper, now=purse.now)

    assert purse.has == (0, 0)
    assert purse.history[-1] == ("adjustment", 25)


def test_what_staff_wrote_is_forgotten_too(purse, guest):
    guest.adjust(5, reason="Ada called")
    purse.adjust(5, reason="Ada called again")
    other = Purse.of("bob@example.com", purse.now)
    other.adjust(5, reason="Bob")
    merge(purse, guest)

    merging.close(purse.shopper, now=purse.now)
    purse.shopper.delete()

    assert [remark.text for remark in PointsRemark.objects.all()] == ["Bob"]
    assert other.has == (5, 0)


def test_somebody_can_be_forgotten_twice(purse):
    for _ in range(2):
        purse.earn(10)
        purse.adjust(-30)
        merging.close(purse.shopper, now=purse.now)

    assert purse.has == (0, 0)


def test_a_refund_after_that_takes_only_what_was_spent(purse):
    reward = purse.earn(100)
    purse.spend(30)
    merging.close(purse.shopper, now=purse.now)

    assert purse.reverse(reward).points == -30
