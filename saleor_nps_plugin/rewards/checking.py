"""Proof that the ledger is what it has to be: every rule about it, and what breaks it."""

from collections.abc import Iterator

from django.db import connection

_CHECKS = (
    # Entries by themselves
    (
        "Entry {}: {} cannot be {} points.",
        """SELECT id, kind, points FROM nps_points_entry WHERE CASE kind
            WHEN 'cashback' THEN points <= 0 WHEN 'referral' THEN points <= 0 WHEN 'bonus' THEN points <= 0
            WHEN 'redemption' THEN points >= 0 WHEN 'reversal' THEN points >= 0 WHEN 'expiry' THEN points >= 0
            WHEN 'adjustment' THEN points = 0 ELSE true END""",
    ),
    (
        "Entry {} is a redemption without a gift card.",
        "SELECT id FROM nps_points_entry WHERE kind = 'redemption' AND gift_card_id IS NULL",
    ),
    (
        "Entry {} was made at {}, after its account was last brought up to date.",
        """SELECT entry.id, entry.created_at {entry_of_root} WHERE entry.created_at > root.as_of""",
    ),
    # What is left of points that were added
    (
        "Entry {} adds points and has no lot, or takes points and has one.",
        """SELECT entry.id FROM nps_points_entry entry LEFT JOIN nps_points_lot lot ON lot.entry_id = entry.id
            WHERE (entry.points > 0) <> (lot.entry_id IS NOT NULL)""",
    ),
    (
        "Lot {}: {} points are left, but {} were added and {} drawn.",
        """SELECT lot.entry_id, lot.remaining, entry.points, coalesce(drawn.points, 0)
            FROM nps_points_lot lot JOIN nps_points_entry entry ON entry.id = lot.entry_id
            LEFT JOIN (SELECT lot_id, sum(points) AS points FROM nps_points_draw GROUP BY 1) drawn ON lot_id = lot.entry_id
            WHERE lot.remaining <> entry.points - coalesce(drawn.points, 0)""",
    ),
    (
        "Lot {} is available or expires at other times than its entry says.",
        """SELECT lot.entry_id FROM nps_points_lot lot JOIN nps_points_entry entry ON entry.id = lot.entry_id
            WHERE (lot.available_at, lot.expires_at) IS DISTINCT FROM (entry.available_at, entry.expires_at)""",
    ),
    (
        "Lot {} had expired at {}, and {} points of it are still there.",
        """SELECT lot.entry_id, lot.expires_at, lot.remaining
            FROM nps_points_lot lot JOIN nps_points_account account ON account.id = lot.account_id
            WHERE lot.remaining > 0 AND lot.expires_at <= account.as_of""",
    ),
    # Where points that were taken came from
    (
        "Entry {} takes {} points, but {} were drawn for it and {} are owed.",
        """SELECT entry.id, -entry.points, coalesce(drawn.points, 0), coalesce(debt.remaining, 0)
            FROM nps_points_entry entry LEFT JOIN nps_points_debt debt ON debt.entry_id = entry.id
            LEFT JOIN (SELECT entry_id, sum(points) AS points FROM nps_points_draw GROUP BY 1) drawn
                ON drawn.entry_id = entry.id
            WHERE coalesce(drawn.points, 0) + coalesce(debt.remaining, 0) <> greatest(-entry.points, 0)""",
    ),
    (
        "Entry {} owes points, which only reversals and adjustments can.",
        """SELECT entry.id FROM nps_points_debt debt JOIN nps_points_entry entry ON entry.id = debt.entry_id
            WHERE entry.kind NOT IN ('reversal', 'adjustment')""",
    ),
    (
        "Draw {} takes from lot {} for entry {}, which belongs to another account.",
        """SELECT draw.id, draw.lot_id, draw.entry_id FROM nps_points_draw draw
            JOIN nps_points_lot lot ON lot.entry_id = draw.lot_id
            JOIN nps_points_entry entry ON entry.id = draw.entry_id
            JOIN nps_points_account account ON account.id = entry.account_id
            WHERE lot.account_id <> coalesce(account.merged_into_id, account.id)""",
    ),
    # Expiry and reversal
    (
        "Entry {} is an expiry of lot {}, which does not fit its key {}.",
        """SELECT entry.id, draw.lot_id, entry.key
            FROM nps_points_entry entry LEFT JOIN nps_points_draw draw ON draw.entry_id = entry.id
            WHERE entry.kind = 'expiry' AND (draw.lot_id IS NULL OR entry.key NOT LIKE 'closing:%%:' || draw.lot_id)
                AND entry.key IS DISTINCT FROM 'expiry:' || draw.lot_id""",
    ),
    (
        "Entry {} expired before its lot did.",
        """SELECT entry.id FROM nps_points_entry entry JOIN nps_points_draw draw ON draw.entry_id = entry.id
            JOIN nps_points_lot lot ON lot.entry_id = draw.lot_id
            WHERE entry.key LIKE 'expiry:%%' AND (lot.expires_at IS NULL OR lot.expires_at > entry.created_at)""",
    ),
    (
        "Entry {} is a reversal of nothing, or reverses without being one.",
        """SELECT entry.id FROM nps_points_entry entry LEFT JOIN nps_points_entry earned ON earned.id = entry.reverses_id
            WHERE (entry.kind = 'reversal') <> coalesce(earned.kind IN ('cashback', 'referral', 'bonus'), false)""",
    ),
    (
        "Entry {} reverses entry {} of another account.",
        """SELECT entry.id, earned.id FROM nps_points_entry entry
            JOIN nps_points_entry earned ON earned.id = entry.reverses_id
            JOIN nps_points_account one ON one.id = entry.account_id
            JOIN nps_points_account another ON another.id = earned.account_id
            WHERE coalesce(one.merged_into_id, one.id) <> coalesce(another.merged_into_id, another.id)""",
    ),
    (
        "Entry {}: of {} points {} were taken back and {} expired.",
        """SELECT earned.id, earned.points, taken.points, coalesce(expired.points, 0)
            FROM nps_points_entry earned
            JOIN (SELECT reverses_id, -sum(points) AS points FROM nps_points_entry GROUP BY 1) taken
                ON taken.reverses_id = earned.id
            LEFT JOIN (
                SELECT draw.lot_id, sum(draw.points) AS points FROM nps_points_draw draw
                JOIN nps_points_entry entry ON entry.id = draw.entry_id WHERE entry.kind = 'expiry' GROUP BY 1
            ) expired ON expired.lot_id = earned.id
            WHERE taken.points + coalesce(expired.points, 0) > earned.points""",
    ),
    # Accounts and their sums
    (
        "Account {} says that {} points are available, {} pending, {} owed as of {}; its lots and debts say {}, {}, {}.",
        """SELECT account.id, account.available, account.pending, account.debt, account.as_of,
                coalesce(lots.available, 0), coalesce(lots.pending, 0), coalesce(debts.owed, 0)
            FROM nps_points_account account
            LEFT JOIN (
                SELECT lot.account_id, sum(remaining) FILTER (WHERE lot.available_at <= owner.as_of) AS available,
                    sum(remaining) FILTER (WHERE lot.available_at > owner.as_of) AS pending
                FROM nps_points_lot lot JOIN nps_points_account owner ON owner.id = lot.account_id GROUP BY 1
            ) lots ON lots.account_id = account.id
            LEFT JOIN (SELECT account_id, sum(remaining) AS owed FROM nps_points_debt GROUP BY 1) debts
                ON debts.account_id = account.id
            WHERE (account.available, account.pending, account.debt)
                <> (coalesce(lots.available, 0), coalesce(lots.pending, 0), coalesce(debts.owed, 0))""",
    ),
    (
        "Account {} has {} points by its entries, {} of them pending, but its sums say {} and {}.",
        """SELECT root.id, coalesce(sum(entry.points), 0),
                coalesce(sum(entry.points) FILTER (WHERE entry.available_at > root.as_of), 0),
                root.available + root.pending - root.debt, root.pending
            FROM nps_points_account root
            LEFT JOIN nps_points_account own ON own.id = root.id OR own.merged_into_id = root.id
            LEFT JOIN nps_points_entry entry ON entry.account_id = own.id
            WHERE root.merged_into_id IS NULL GROUP BY root.id
            HAVING coalesce(sum(entry.points), 0) <> root.available + root.pending - root.debt
                OR coalesce(sum(entry.points) FILTER (WHERE entry.available_at > root.as_of), 0) <> root.pending""",
    ),
    (
        "Account {} owes {} points and has {} to pay with.",
        "SELECT id, debt, available FROM nps_points_account WHERE debt > 0 AND available > 0",
    ),
    (
        "Account {} was merged into account {}, which was merged itself or has another currency.",
        """SELECT account.id, root.id FROM nps_points_account account
            JOIN nps_points_account root ON root.id = account.merged_into_id
            WHERE root.merged_into_id IS NOT NULL OR root.currency <> account.currency OR root.id = account.id""",
    ),
    (
        "Lot {} of account {} was not moved to the account that this one was merged into.",
        """SELECT lot.entry_id, lot.account_id {entry_of_root} JOIN nps_points_lot lot ON lot.entry_id = entry.id
            WHERE lot.account_id <> root.id""",
    ),
    (
        "Debt {} of account {} was not moved to the account that this one was merged into.",
        """SELECT debt.entry_id, debt.account_id {entry_of_root} JOIN nps_points_debt debt ON debt.entry_id = entry.id
            WHERE debt.account_id <> root.id""",
    ),
    # What keeps entries as they are
    (
        "Table {} can be changed: its append-only trigger is missing or off.",
        """SELECT name FROM unnest(ARRAY['nps_points_entry', 'nps_points_draw']) AS name
            WHERE NOT EXISTS (
                SELECT FROM pg_trigger
                WHERE tgrelid = name::regclass AND tgname = name || '_append_only' AND tgenabled IN ('O', 'A')
            )""",
    ),
)
_ENTRY_OF_ROOT = """
    FROM nps_points_entry entry JOIN nps_points_account account ON account.id = entry.account_id
    JOIN nps_points_account root ON root.id = coalesce(account.merged_into_id, account.id)
"""


def violations() -> Iterator[str]:
    """Yield a sentence for each place where the ledger breaks one of its rules. One statement per rule, nothing is changed.

    To be consistent with each other the statements need one snapshot: call this in a transaction that is REPEATABLE READ.
    """
    for sentence, query in _CHECKS:
        with connection.cursor() as cursor:
            cursor.execute(query.replace("{entry_of_root}", _ENTRY_OF_ROOT), ())
            for row in cursor.fetchall():
                yield sentence.format(*row)
