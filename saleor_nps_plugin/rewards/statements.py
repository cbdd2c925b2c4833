"""SQL that Django's ORM cannot say: one statement writes an entry with all that follows from it."""

from .models import PointsAccount, PointsEntry

ACCOUNT_FIELDS = [field.attname for field in PointsAccount._meta.concrete_fields]
ENTRY_FIELDS = [field.attname for field in PointsEntry._meta.concrete_fields if not field.primary_key]

LOT_FIELDS = "entry_id, remaining, available_at, expires_at"

# An account that was merged is passed over rather than locked: a merge locks where the points are now, and then writes here.
LOCK = f"""
    SELECT {", ".join(ACCOUNT_FIELDS)} FROM nps_points_account
    WHERE id = (SELECT coalesce(merged_into_id, id) FROM nps_points_account WHERE id = %s) FOR UPDATE
"""

# In the order in which lots became available, for so they settled debts; then soonest-expiring first.
IN_ORDER_OF_MATURITY = "available_at, expires_at, entry_id"

# Two ranges of two indexes: what has become available since the sums were written, and what has expired of the rest. Both
# ranges have two ends, without which PostgreSQL would rather read every lot.
CHANGED_LOTS = f"""
    SELECT {LOT_FIELDS} FROM nps_points_lot
    WHERE account_id = {{account}} AND remaining > 0 AND available_at > {{since}} AND available_at <= {{now}}
    UNION ALL
    SELECT {LOT_FIELDS} FROM nps_points_lot
    WHERE account_id = {{account}} AND remaining > 0 AND available_at <= {{since}}
        AND expires_at > {{since}} AND expires_at <= {{now}}
"""
CHANGED = f"""
    {CHANGED_LOTS.format(account="%(account)s", since="%(since)s", now="%(now)s")} ORDER BY {IN_ORDER_OF_MATURITY}
"""
LOT = f"SELECT {LOT_FIELDS} FROM nps_points_lot WHERE entry_id = %s"
LEFT_OVER = f"SELECT {LOT_FIELDS} FROM nps_points_lot WHERE account_id = %s AND remaining > 0 ORDER BY entry_id"
SPENDABLE = f"""
    SELECT {LOT_FIELDS} FROM nps_points_lot
    WHERE account_id = %s AND remaining > 0 AND available_at <= %s ORDER BY expires_at, entry_id LIMIT %s OFFSET %s
"""

DEBTS = """
    SELECT entry_id, remaining FROM nps_points_debt WHERE account_id = %s AND remaining > 0 ORDER BY entry_id
"""

SET_SUMS = "UPDATE nps_points_account SET available = %s, pending = %s, debt = %s, as_of = %s"
_ENTER = f"""
    WITH entry AS (
        INSERT INTO nps_points_entry ({", ".join(ENTRY_FIELDS)}) SELECT {", ".join(["%s"] * len(ENTRY_FIELDS))} {{only_if}}
        ON CONFLICT (key) DO NOTHING RETURNING *
    ), account AS (
        {SET_SUMS} FROM entry WHERE nps_points_account.id = entry.account_id
    )"""
_ENTER_EARNED = f"""{_ENTER}, lot AS (
        INSERT INTO nps_points_lot (entry_id, account_id, remaining, available_at, expires_at)
        SELECT id, account_id, points, available_at, expires_at FROM entry
    )
    SELECT id FROM entry
"""
ENTER_EARNED = _ENTER_EARNED.format(only_if="")
# Time has changed nothing since most accounts were written to last; this finds out and writes at once.
ENTER_EARNED_IF_UNCHANGED = _ENTER_EARNED.format(
    only_if=f"""
        FROM (SELECT %s::bigint AS account, %s::timestamptz AS since, %s::timestamptz AS now) AS last
        WHERE NOT EXISTS ({CHANGED_LOTS.format(account="last.account", since="last.since", now="last.now")})"""
)
ENTER_TAKEN = f"""{_ENTER.format(only_if="")}, debt AS (
        INSERT INTO nps_points_debt (entry_id, account_id, remaining)
        SELECT entry.id, entry.account_id, owed.points FROM entry, (SELECT %s::bigint) AS owed(points)
        WHERE owed.points > 0
    ), taken AS (
        SELECT * FROM unnest(%s::bigint[], %s::bigint[]) AS taken(lot_id, points)
    ), draw AS (
        INSERT INTO nps_points_draw (entry_id, lot_id, points)
        SELECT entry.id, taken.lot_id, taken.points FROM entry, taken
    ), lot AS (
        UPDATE nps_points_lot SET remaining = nps_points_lot.remaining - taken.points FROM entry, taken
        WHERE nps_points_lot.entry_id = taken.lot_id
    )
    SELECT id FROM entry
"""
SETTLE = """
    WITH taken AS (
        SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[]) AS taken(entry_id, lot_id, points)
    ), draw AS (
        INSERT INTO nps_points_draw (entry_id, lot_id, points) SELECT entry_id, lot_id, points FROM taken
    ), lot AS (
        UPDATE nps_points_lot SET remaining = remaining - points
        FROM (SELECT lot_id, sum(points) AS points FROM taken GROUP BY lot_id) AS used WHERE entry_id = lot_id
    )
    UPDATE nps_points_debt SET remaining = remaining - points
    FROM (SELECT entry_id AS owed_by, sum(points) AS points FROM taken GROUP BY entry_id) AS paid WHERE entry_id = owed_by
"""
EXPIRE = """
    WITH lot AS (
        SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::text[], %s::timestamptz[])
        AS lot(lot_id, points, key, available_at)
    ), entry AS (
        INSERT INTO nps_points_entry (account_id, kind, points, key, channel, available_at, created_at)
        SELECT %s, 'expiry', -lot.points, lot.key, earned.channel, lot.available_at, %s
        FROM lot JOIN nps_points_entry earned ON earned.id = lot.lot_id ORDER BY lot.available_at, lot.lot_id
        RETURNING id, key
    ), draw AS (
        INSERT INTO nps_points_draw (entry_id, lot_id, points)
        SELECT entry.id, lot.lot_id, lot.points FROM entry JOIN lot USING (key)
    )
    UPDATE nps_points_lot SET remaining = 0 FROM lot WHERE entry_id = lot.lot_id
"""

# Where something is owed nothing else is available, so that lots pay it in the order in which they become available.
# `through` is the sum of a lot and of those before it.
LEFT_AFTER_DEBTS = "least(remaining, greatest(through - account.debt, 0))"
RUNNING_SUM = f"sum(remaining) OVER (ORDER BY {IN_ORDER_OF_MATURITY})"

BALANCES = f"""
    WITH account AS (
        SELECT asked.id AS asked, root.*, greatest(root.as_of, %(now)s) AS now
        FROM nps_points_account asked JOIN nps_points_account root ON root.id = coalesce(asked.merged_into_id, asked.id)
        WHERE asked.id = ANY(%(accounts)s)
    )
    SELECT asked, (available + matured - expired - debt)::bigint, (pending - matured)::bigint
    FROM account CROSS JOIN LATERAL (
        SELECT coalesce(sum(remaining) FILTER (WHERE available_at > account.as_of), 0) AS matured,
            coalesce(sum({LEFT_AFTER_DEBTS}) FILTER (WHERE expires_at <= account.now), 0) AS expired
        FROM (
            SELECT changed.*, {RUNNING_SUM} AS through
            FROM ({CHANGED_LOTS.format(account="account.id", since="account.as_of", now="account.now")}) AS changed
        ) AS changed
    ) AS change
"""

EXPIRING_NEXT = f"""
    WITH account AS (
        SELECT asked.id AS asked, root.id, root.debt, greatest(root.as_of, %(now)s) AS now
        FROM nps_points_account asked JOIN nps_points_account root ON root.id = coalesce(asked.merged_into_id, asked.id)
        WHERE asked.id = ANY(%(accounts)s)
    )
    SELECT asked, points, day FROM account CROSS JOIN LATERAL (
        SELECT (expires_at AT TIME ZONE 'UTC')::date AS day, sum(unspent)::bigint AS points
        FROM (
            SELECT expires_at, remaining AS unspent FROM nps_points_lot
            WHERE account.debt = 0 AND account_id = account.id AND remaining > 0 AND expires_at > account.now
                AND expires_at < (
                    SELECT date_trunc('day', min(expires_at), 'UTC') + interval '1 day' FROM nps_points_lot
                    WHERE account_id = account.id AND remaining > 0 AND expires_at > account.now
                )
            UNION ALL
            SELECT expires_at, {LEFT_AFTER_DEBTS} FROM (
                SELECT nps_points_lot.*, {RUNNING_SUM} AS through FROM nps_points_lot
                WHERE account.debt > 0 AND account_id = account.id AND remaining > 0
            ) AS owing WHERE expires_at > account.now
        ) AS lot
        GROUP BY 1 HAVING sum(unspent) > 0 ORDER BY 1 LIMIT 1
    ) AS next
"""

# Where something is owed, nothing that is available is left over.
UNSPENT_UNTIL = """
    SELECT lot.account_id, account.shopper_id, account.currency, (lot.expires_at AT TIME ZONE 'UTC')::date AS day,
        coalesce((array_agg(entry.channel ORDER BY entry.id) FILTER (WHERE entry.channel <> ''))[1], ''),
        sum(lot.remaining)::bigint
    FROM nps_points_lot lot
    JOIN nps_points_account account ON account.id = lot.account_id
    JOIN nps_points_entry entry ON entry.id = lot.entry_id
    WHERE lot.remaining > 0 AND lot.expires_at > %(now)s AND lot.expires_at < %(until)s AND lot.available_at <= %(now)s
        AND account.shopper_id IS NOT NULL AND account.debt = 0
    GROUP BY lot.account_id, account.shopper_id, account.currency, day ORDER BY day, lot.account_id
"""
