"""A ledger that was tampered with behind our back is found out."""

import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from saleor_nps_plugin.rewards import checking, expiring, merging
from saleor_nps_plugin.rewards.models import PointsAccount
from tests.rewards.purse import Purse

# What somebody with a database console could do, and what is said about it.
DAMAGES = {
    "Entry {}: {} cannot be {} points.": ["UPDATE nps_points_entry SET points = -points WHERE key = 'a'"],
    "Entry {} is a redemption without a gift card.": [
        "UPDATE nps_points_entry SET gift_card_id = NULL WHERE kind = 'redemption'"
    ],
    "Entry {} was made at {}, after its account was last brought up to date.": [
        "UPDATE nps_points_entry SET created_at = created_at + interval '9 years' WHERE key = 'a'"
    ],
    "Entry {} adds points and has no lot, or takes points and has one.": [
        "DELETE FROM nps_points_lot WHERE entry_id = (SELECT id FROM nps_points_entry WHERE key = 'c')"
    ],
    "Lot {}: {} points are left, but {} were added and {} drawn.": [
        "UPDATE nps_points_lot SET remaining = remaining + 1",
        "UPDATE nps_points_entry SET points = points + 1 WHERE key = 'b'",
        "DELETE FROM nps_points_draw",
    ],
    "Lot {} is available or expires at other times than its entry says.": [
        "UPDATE nps_points_lot SET expires_at = NULL",
        "UPDATE nps_points_entry SET available_at = available_at - interval '1 minute' WHERE key = 'a'",
    ],
    "Lot {} had expired at {}, and {} points of it are still there.": [
        "UPDATE nps_points_account SET as_of = as_of + interval '9 years'"
    ],
    "Entry {} takes {} points, but {} were drawn for it and {} are owed.": [
        "UPDATE nps_points_draw SET points = points + 1",
        "UPDATE nps_points_debt SET remaining = remaining - 1",
        "UPDATE nps_points_draw SET entry_id = (SELECT id FROM nps_points_entry WHERE key = 'a')",
    ],
    "Entry {} owes points, which only reversals and adjustments can.": [
        "UPDATE nps_points_entry SET kind = 'redemption' WHERE kind = 'adjustment'"
    ],
    "Draw {} takes from lot {} for entry {}, which belongs to another account.": [
        "UPDATE nps_points_entry SET account_id = (SELECT min(id) FROM nps_points_account WHERE debt > 0) "
        "WHERE kind = 'redemption'"
    ],
    "Entry {} is an expiry of lot {}, which does not fit its key {}.": [
        "UPDATE nps_points_entry SET key = key || '0' WHERE kind = 'expiry'",
        "DELETE FROM nps_points_draw",
    ],
    "Entry {} expired before its lot did.": [
        "UPDATE nps_points_lot SET expires_at = NULL",
        "UPDATE nps_points_entry SET created_at = created_at - interval '9 years' WHERE kind = 'expiry'",
    ],
    "Entry {} is a reversal of nothing, or reverses without being one.": [
        "UPDATE nps_points_entry SET reverses_id = NULL",
        "UPDATE nps_points_entry SET reverses_id = (SELECT id FROM nps_points_entry WHERE key = 'a') WHERE key = 'b'",
        "UPDATE nps_points_entry SET reverses_id = id WHERE kind = 'reversal'",
    ],
    "Entry {} reverses entry {} of another account.": [
        "UPDATE nps_points_entry SET account_id = (SELECT min(id) FROM nps_points_account WHERE debt > 0) "
        "WHERE kind = 'reversal'"
    ],
    "Entry {}: of {} points {} were taken back and {} expired.": [
        "UPDATE nps_points_entry SET points = -51 WHERE kind = 'reversal'",
        "UPDATE nps_points_entry SET reverses_id = (SELECT id FROM nps_points_entry WHERE key = 'gone') "
        "WHERE kind = 'reversal'",
    ],
    "Account {} says that {} points are available, {} pending, {} owed as of {}; its lots and debts say {}, {}, {}.": [
        "UPDATE nps_points_account SET available = available + 1",
        "UPDATE nps_points_account SET pending = pending + 1, available = available - 1 WHERE available > 0",
        "UPDATE nps_points_account SET debt = 0",
        "UPDATE nps_points_lot SET remaining = 0",
        "DELETE FROM nps_points_debt",
        "UPDATE nps_points_account SET available = 1 WHERE merged_into_id IS NOT NULL",
    ],
    "Account {} has {} points by its entries, {} of them pending, but its sums say {} and {}.": [
        "UPDATE nps_points_account SET debt = 0",
        "DELETE FROM nps_points_entry WHERE kind = 'redemption'",
        "UPDATE nps_points_entry SET available_at = available_at + interval '9 years' WHERE key = 'b'",
    ],
    "Account {} owes {} points and has {} to pay with.": ["UPDATE nps_points_account SET debt = 1 WHERE available > 0"],
    "Account {} was merged into account {}, which was merged itself or has another currency.": [
        "UPDATE nps_points_account SET merged_into_id = id",
        "UPDATE nps_points_account SET currency = 'EUR' WHERE merged_into_id IS NOT NULL",
    ],
    "Lot {} of account {} was not moved to the account that this one was merged into.": [
        "UPDATE nps_points_lot SET account_id = (SELECT max(id) FROM nps_points_account)"
    ],
    "Debt {} of account {} was not moved to the account that this one was merged into.": [
        "UPDATE nps_points_debt SET account_id = (SELECT max(id) FROM nps_points_account)"
    ],
    "Table {} can be changed: its append-only trigger is missing or off.": [
        "ALTER TABLE nps_points_entry DISABLE TRIGGER nps_points_entry_append_only",
        "DROP TRIGGER nps_points_draw_append_only ON nps_points_draw",
    ],
}


@pytest.fixture
def ledger(db, now):
    """An account with something of everything, one that owes, and one that was merged."""
    ada, bob, guest = (Purse.of(f"{name}@example.com", now) for name in ("ada", "bob", "guest"))
    ada.earn(10, lasts=1, key="gone")
    for one in (ada, guest, bob):
        one.later(days=2)
    expiring.expire_due(now=ada.now)
    ada.earn(100, lasts=10, key="a")
    reward = ada.earn(50, key="b")
    ada.earn(70, waits=30, lasts=10, key="c")
    ada.spend(30)
    ada.reverse(reward, "1/2")
    guest.earn(5, key="g")
    bob.adjust(-20)
    merging.merge(kept=ada.shopper, other=guest.shopper, now=ada.now)
    connection.check_constraints()


@pytest.mark.usefixtures("ledger")
def test_a_ledger_that_was_left_alone_is_in_order():
    assert list(checking.violations()) == []


@pytest.mark.usefixtures("ledger")
@pytest.mark.parametrize(
    ("sentence", "damage"), [(sentence, damage) for sentence, damages in DAMAGES.items() for damage in damages]
)
def test_each_kind_of_damage_is_found(sentence, damage):
    said = re.compile(".+".join(re.escape(part) for part in sentence.split("{}")))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(damage)
        cursor.execute("SET LOCAL session_replication_role = origin")
        found = list(checking.violations())
        transaction.set_rollback(True)

    assert any(said.fullmatch(violation) for violation in found), found


def test_no_rule_goes_without_a_damage():
    assert set(DAMAGES) == {sentence for sentence, _ in checking._CHECKS}


@pytest.mark.django_db(transaction=True)
class TestCommand:
    def test_it_says_that_all_is_well(self, now):
        Purse.of("ada@example.com", now).earn(5)
        output = StringIO()

        call_command("nps_check_ledger", stdout=output)

        assert output.getvalue() == "The ledger is in order.\n"

    def test_it_says_what_is_wrong_and_fails(self, now):
        purse = Purse.of("ada@example.com", now)
        purse.earn(5)
        PointsAccount.objects.update(debt=3)
        output = StringIO()

        with pytest.raises(CommandError, match="3 rules of the ledger are broken"):
            call_command("nps_check_ledger", stdout=output)

        said = output.getvalue().splitlines()
        assert said[0].startswith(f"Account {purse.account.pk} says that 5 points are available, 0 pending, 3 owed")
        assert said[1:] == [
            f"Account {purse.account.pk} has 5 points by its entries, 0 of them pending, but its sums say 2 and 0.",
            f"Account {purse.account.pk} owes 3 points and has 5 to pay with.",
        ]
