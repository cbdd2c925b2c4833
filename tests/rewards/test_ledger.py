from datetime import timedelta
from fractions import Fraction
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from saleor_nps_plugin import errors
from saleor_nps_plugin.money import MOST_POINTS
from saleor_nps_plugin.rewards import balances, ledger
from saleor_nps_plugin.rewards.models import EntryKind, PointsAccount, PointsDebt, PointsEntry, PointsRemark
from saleor_nps_plugin.shoppers.recognizing import recognize
from tests.rewards.purse import CHANNEL, Purse, left_of


def test_a_shopper_has_one_account_per_currency(purse):
    again = ledger.account_of(purse.shopper, "USD", now=purse.now)
    euros = ledger.account_of(purse.shopper, "EUR", now=purse.now)

    assert again == purse.account
    assert [account.currency for account in ledger.accounts_of([purse.shopper.pk])] == ["EUR", "USD"]
    assert ledger.find_account([purse.shopper.pk], "EUR") == euros
    assert ledger.find_account([purse.shopper.pk], "JPY") is None


def test_points_are_there_at_once_unless_they_wait(purse):
    order_id = uuid4()
    entry = purse.earn(500, order_id=order_id)
    purse.earn(300, waits=30)

    assert purse.has == (500, 300)
    stored = PointsEntry.objects.get(pk=entry.pk)
    assert (stored.kind, stored.points, stored.channel, stored.order_id) == ("cashback", 500, CHANNEL, order_id)
    assert stored.available_at == stored.created_at == purse.now


def test_pending_points_become_available_with_time(purse):
    purse.earn(300, waits=30)

    purse.later(days=30, microseconds=-1)
    assert purse.has == (0, 300)
    purse.later(microseconds=1)
    assert purse.has == (300, 0)
    assert purse.spend(300).points == -300


def test_the_same_event_is_booked_once(purse):
    first = purse.earn(500, key="cashback:1", waits=30)
    purse.later(days=3)
    again = purse.earn(500, key="cashback:1", waits=30)

    assert again == first
    assert purse.history == [("cashback", 500)]


@pytest.mark.parametrize("other", [{"points": 400}, {"kind": EntryKind.BONUS}, {"channel": "elsewhere"}])
def test_the_same_event_cannot_earn_something_else(purse, other):
    purse.earn(500, key="cashback:1")

    with pytest.raises(errors.NotUnique) as refused:
        purse.earn(**({"points": 500, "key": "cashback:1"} | other))

    assert refused.value.field == "idempotency_key"
    assert purse.has == (500, 0)


def test_the_same_event_cannot_be_booked_for_somebody_else(purse):
    purse.earn(500, key="cashback:1")
    bob = Purse.of("bob@example.com", purse.now)

    with pytest.raises(errors.NotUnique):
        bob.earn(500, key="cashback:1")

    assert bob.has == (0, 0)


@pytest.mark.parametrize("points", [0, -1, MOST_POINTS + 1, 10**30, 1.5, "5", True, None])
def test_numbers_that_are_no_points_are_refused(purse, points):
    purse.earn(500)
    for way in (purse.earn, purse.spend, purse.adjust):
        if way == purse.adjust and points == -1:
            continue
        with pytest.raises(errors.Invalid) as refused:
            way(points)
        assert refused.value.field == "points"

    assert purse.history == [("cashback", 500)]


def test_an_account_holds_and_owes_only_so_much(purse):
    purse.earn(MOST_POINTS, waits=1, key="all there is")
    with pytest.raises(errors.Invalid):
        purse.earn(1)
    with pytest.raises(errors.Invalid):
        purse.adjust(1)
    assert purse.earn(MOST_POINTS, waits=1, key="all there is").points == MOST_POINTS

    purse.adjust(-MOST_POINTS)
    with pytest.raises(errors.Invalid):
        purse.adjust(-1)
    assert purse.has == (-MOST_POINTS, MOST_POINTS)


@pytest.mark.parametrize("kind", [EntryKind.REDEMPTION, EntryKind.EXPIRY, EntryKind.ADJUSTMENT])
def test_only_rewards_are_earned(purse, kind):
    with pytest.raises(errors.Invalid):
        purse.earn(5, kind=kind)


def test_points_cannot_expire_before_they_can_be_used(purse):
    for wrong in (0, -1):
        with pytest.raises(errors.Invalid) as refused:
            purse.earn(5, lasts=wrong)
        assert refused.value.field == "expires_at"
    with pytest.raises(errors.Invalid):
        purse.adjust(5, expires_at=purse.now)
    with pytest.raises(errors.Invalid):
        purse.adjust(-5, expires_at=purse.in_days(1))


def test_what_was_earned_long_ago_expires_at_once(purse):
    purse.earn(500, waits=-100, lasts=50)

    assert purse.has == (0, 0)
    assert purse.history == [("cashback", 500), ("expiry", -500)]


def test_points_that_expire_soonest_are_spent_first(purse):
    never, late, soon = purse.earn(100), purse.earn(100, lasts=20), purse.earn(100, lasts=10)
    soon_too, waiting = purse.earn(100, lasts=10), purse.earn(100, waits=1, lasts=1)

    purse.spend(150)
    assert left_of(soon, soon_too, late, never, waiting) == [0, 50, 100, 100, 100]
    purse.spend(240)
    assert left_of(soon, soon_too, late, never, waiting) == [0, 0, 0, 10, 100]


def test_many_small_lots_can_be_spent_at_once(purse):
    lots = [purse.earn(1, lasts=1 + number) for number in range(230)]

    purse.spend(225)

    assert left_of(*lots) == [0] * 225 + [1] * 5


def test_nobody_spends_what_is_not_there(purse):
    purse.earn(500)
    purse.earn(300, waits=30)

    with pytest.raises(errors.InsufficientPoints) as refused:
        purse.spend(501)

    assert refused.value.field == "points"
    assert purse.history == [("cashback", 500), ("cashback", 300)]


def test_expired_points_cannot_be_spent(purse):
    purse.earn(500, lasts=10)
    purse.later(days=10)

    with pytest.raises(errors.InsufficientPoints):
        purse.spend(1)


def test_a_repeated_key_spends_once_and_is_answered_though_nothing_is_left(purse):
    purse.earn(500)
    first = purse.spend(500, key="k")

    assert purse.spend(500, key="k") == first
    assert first.key == f"redemption:{purse.account.pk}:k"
    assert purse.has == (0, 0)


def test_a_key_can_be_given_as_entries_have_it(purse):
    purse.earn(500)
    first = purse.spend(200, key="k")

    again = purse.spend(200, key=f"redemption:{purse.account.pk}:k")

    assert again == first


@pytest.mark.parametrize("other", [{"points": 100}, {"channel": "elsewhere"}])
def test_a_key_that_was_used_otherwise_is_refused(purse, other):
    purse.earn(500)
    purse.spend(200, key="k")

    with pytest.raises(errors.NotUnique):
        purse.spend(**({"points": 200, "key": "k"} | other))

    assert purse.has == (300, 0)


def test_two_people_can_think_of_the_same_key(purse):
    bob = Purse.of("bob@example.com", purse.now)
    for one in (purse, bob):
        one.earn(500)
        one.spend(200, key="1")

    assert purse.has == bob.has == (300, 0)


@pytest.mark.parametrize("key", ["k" * 200, "\0"])
def test_keys_that_cannot_be_kept_are_refused(purse, key):
    purse.earn(500)
    for refused in (lambda: purse.spend(1, key=key), lambda: purse.adjust(1, key=key)):
        with pytest.raises(errors.Invalid) as why:
            refused()
        assert why.value.field == "idempotency_key"


def test_a_key_is_required(purse):
    with pytest.raises(errors.Required):
        ledger.spend(purse.account, points=1, key=" ", now=purse.now, channel=CHANNEL, gift_card_id=1)


def test_staff_add_and_take_with_a_reason(purse):
    added = purse.adjust(200, reason="  Sorry for the broken cup ", expires_at=purse.in_days(5))
    taken = purse.adjust(-300)

    assert (added.points, taken.points) == (200, -300)
    assert PointsRemark.objects.get(entry=added).text == "Sorry for the broken cup"
    assert PointsRemark.objects.get(entry=added).author_id == 3
    assert purse.has == (-100, 0)


@pytest.mark.parametrize(
    ("reason", "error"), [("", errors.Required), (" \n", errors.Required), ("x" * 501, errors.Invalid)]
)
def test_staff_must_say_why_in_few_words(purse, reason, error):
    with pytest.raises(error) as refused:
        purse.adjust(5, reason=reason)

    assert refused.value.field == "reason"
    assert purse.history == []


def test_a_repeated_adjustment_is_made_once(purse):
    first = purse.adjust(5, key="k")

    assert purse.adjust(5, key="k") == first
    for other in ({"points": -5}, {"points": 6}, {"reason": "Another"}):
        with pytest.raises(errors.NotUnique):
            purse.adjust(**({"points": 5, "key": "k"} | other))
    assert purse.has == (5, 0)


def test_partial_refunds_take_back_their_share_to_the_last_point(purse):
    order_id = uuid4()
    reward = purse.earn(101, waits=30, order_id=order_id)

    first = purse.reverse(reward, "1/3")
    assert (first.points, first.order_id, first.channel, first.reverses) == (-33, order_id, CHANNEL, reward)
    assert first.key == f"reversal:{reward.pk}:33"
    assert first.available_at == reward.available_at
    assert purse.has == (0, 68)
    assert purse.reverse(reward, "1/3") is None
    assert purse.reverse(reward, "1/4") is None
    assert purse.reverse(reward, "2/3").points == -34
    assert purse.reverse(reward, 1).points == -34
    assert purse.reverse(reward, 1) is None
    assert purse.has == (0, 0)


@pytest.mark.parametrize("share", [Fraction(-1, 3), Fraction(4, 3)])
def test_no_more_than_the_reward_is_taken_back(purse, share):
    with pytest.raises(errors.Invalid):
        ledger.reverse(purse.earn(5), share=share, now=purse.now)


def test_only_rewards_are_taken_back(purse):
    purse.earn(5)
    for entry in (purse.spend(1), purse.adjust(1)):
        with pytest.raises(errors.Invalid):
            purse.reverse(entry)


def test_a_reversal_takes_from_its_own_reward_first(purse):
    soon, reward = purse.earn(100, lasts=1), purse.earn(100, lasts=50)

    purse.reverse(reward, "3/4")

    assert left_of(soon, reward) == [100, 25]


def test_a_reversal_of_spent_points_takes_others_then_owes(purse):
    reward, other, waiting = purse.earn(100, lasts=1), purse.earn(30), purse.earn(50, waits=10)
    purse.spend(100)

    reversal = purse.reverse(reward)

    assert purse.has == (-70, 50)
    assert left_of(reward, other, waiting) == [0, 0, 50]
    assert PointsDebt.objects.get(entry=reversal).remaining == 70
    with pytest.raises(errors.InsufficientPoints):
        purse.spend(1)


def test_what_has_expired_is_not_taken_back_too(purse):
    reward = purse.earn(100, lasts=10)
    purse.spend(60)
    purse.later(days=10)

    assert purse.reverse(reward, "1/2").points == -50
    assert purse.reverse(reward, 1).points == -10
    assert purse.has == (-60, 0)


def test_debts_are_paid_as_soon_as_points_are_available(purse):
    purse.adjust(-40)
    purse.adjust(-30)
    first = purse.earn(50, waits=1, lasts=100)
    second = purse.earn(50, waits=2, lasts=1)

    assert purse.has == (-70, 100)
    purse.later(days=1)
    assert purse.has == (-20, 50)
    purse.later(days=4)
    assert purse.has == (0, 0), "20 of the second reward paid, the rest has expired"
    purse.earn(5)
    assert left_of(first, second) == [0, 0]
    assert purse.history[4:] == [("expiry", -30), ("cashback", 5)]


def test_when_points_are_looked_at_makes_no_difference(purse, now):
    """An account that is written to every day ends like one that is left alone."""
    lazy, busy = purse, Purse.of("bob@example.com", now)
    for one in (lazy, busy):
        one.adjust(-60)
        one.earn(50, waits=3, lasts=40)
        one.earn(50, waits=1, lasts=50)
        one.earn(50, waits=9, lasts=5)
    for _ in range(30):
        busy.later(days=1)
        with transaction.atomic():
            ledger.lock(busy.account, now=busy.now)
    lazy.later(days=30)
    with transaction.atomic():
        ledger.lock(lazy.account, now=lazy.now)

    assert lazy.has == busy.has == (40, 0)
    assert lazy.history == busy.history


def test_time_does_not_run_backwards(purse):
    purse.earn(100, waits=5)
    purse.later(days=5)
    purse.spend(40)
    purse.later(days=-5)

    assert purse.has == (60, 0)
    late = purse.spend(10)
    assert late.created_at == purse.in_days(5)
    assert purse.earn(7).available_at == purse.in_days(5)
    assert purse.has == (57, 0)


def test_expiry_has_an_entry_per_reward(purse):
    one, two, _ = purse.earn(100, lasts=1), purse.earn(50, lasts=2), purse.earn(7, lasts=20)
    purse.spend(10)
    purse.later(days=3)
    purse.earn(1)

    expiries = PointsEntry.objects.filter(kind="expiry").order_by("pk")
    assert [(entry.key, entry.points) for entry in expiries] == [(f"expiry:{one.pk}", -90), (f"expiry:{two.pk}", -50)]
    assert [entry.available_at for entry in expiries] == [one.expires_at, two.expires_at]
    assert {entry.created_at for entry in expiries} == {purse.now}
    assert {entry.channel for entry in expiries} == {CHANNEL}


def test_a_locked_account_is_up_to_date_and_can_be_written_to(purse):
    purse.earn(100, waits=1)
    purse.later(days=2)

    with transaction.atomic():
        account = ledger.lock(purse.account, now=purse.now)
        assert (account.available, account.pending, account.debt) == (100, 0, 0)
        purse.spend(60)
        assert balances.balance(account, now=purse.now).available == 40

    assert PointsAccount.objects.get().available == 40


def test_a_refusal_leaves_the_callers_transaction_whole(purse):
    with transaction.atomic():
        purse.earn(100)
        with pytest.raises(errors.InsufficientPoints):
            purse.spend(101)
        purse.spend(99)

    assert purse.has == (1, 0)


def test_all_goes_with_the_callers_transaction(purse):
    purse.earn(100)
    with pytest.raises(RuntimeError), transaction.atomic():
        purse.spend(100)
        raise RuntimeError

    assert purse.has == (100, 0)
    assert purse.spend(100).points == -100


def test_earning_takes_two_statements(purse):
    for _ in range(3):
        purse.later(hours=1)
        with transaction.atomic(), CaptureQueriesContext(connection) as statements:
            purse.earn(100)
    statements = [query["sql"] for query in statements if "SAVEPOINT" not in query["sql"]]

    assert len(statements) == 2


def test_an_earlier_entry_is_found_by_its_key(purse):
    purse.earn(500, key="cashback:1")
    spent = purse.spend(200, key="k")
    same = {"kind": EntryKind.REDEMPTION, "points": -200, "key": "k", "channel": CHANNEL}

    assert ledger.repeated(purse.account, **same) == spent
    assert ledger.repeated(purse.account, **(same | {"key": "other"})) is None
    assert ledger.repeated(purse.account, kind=EntryKind.CASHBACK, points=500, key="cashback:1", channel=CHANNEL)
    with pytest.raises(errors.NotUnique):
        ledger.repeated(purse.account, **(same | {"points": -201}))


def test_an_account_that_is_gone_cannot_be_written_to(db, now):
    shopper = recognize(email="ada@example.com", user_id=None)
    account = PointsAccount(pk=-1, shopper=shopper, currency="USD", as_of=now, created_at=now)

    with pytest.raises(PointsAccount.DoesNotExist):
        ledger.post(account, kind=EntryKind.BONUS, points=1, key="x", now=now + timedelta(days=1))
