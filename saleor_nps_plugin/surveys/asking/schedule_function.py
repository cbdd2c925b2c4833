"""The rule by which an order is asked about, as a function of the database.

Staff wait for it while they fulfil an order, and PostgreSQL keeps the plan of a function, which halves its time. A changed
rule takes a new migration that runs CREATE_SCHEDULE again; a test compares the two.
"""

ARGUMENTS = {
    "touchpoint": "varchar",
    "order_id": "uuid",
    "user_id": "integer",
    "named_user_id": "integer",
    "email_hash": "varchar",
    "channel": "varchar",
    "language_code": "varchar",
    "skip_reason": "varchar",
    "delay_hours": "integer",
    "cooldown": "interval",
    "valid": "interval",
    "now": "timestamptz",
}
_SIGNATURE = ", ".join(f"_{name} {kind}" for name, kind in ARGUMENTS.items())

# A product is lived with after its order was fulfilled. The soonest of the surveys that heed the cooldown is the one asked.
_MATCHING = """matching AS (
        SELECT id, ignores_cooldown, coalesce(delay_hours, _delay_hours) * interval '1 hour' AS delay,
            row_number() OVER (PARTITION BY ignores_cooldown ORDER BY coalesce(delay_hours, _delay_hours), id) = 1 AS is_first
        FROM nps_survey
        WHERE is_active AND touchpoint IN (_touchpoint, 'product_used') AND (channels = '{}' OR _channel = ANY (channels))
    )"""
# The upsert locks the shopper's row and decides the cooldown on its newest version, so that two orders fulfilled at once
# cannot both be asked about. An account that has to be looked at, or that the address was not known by, is left to
# `accounts.follow_invited`.
_IS_FREE = """excluded.asked_at IS NOT NULL AND s.opted_out_at IS NULL
                AND (s.asked_at IS NULL OR s.asked_at <= _now - _cooldown)"""
_DECIDED = f"""shopper AS (
        INSERT INTO nps_shopper AS s (email_hash, user_id, order_id, asked_at, asked_about, created_at)
        SELECT _email_hash, _user_id, _order_id,
            CASE WHEN is_asked THEN _now END, CASE WHEN is_asked THEN _order_id END, _now
        FROM (SELECT _skip_reason = '' AND bool_or(NOT ignores_cooldown) AS is_asked FROM matching HAVING count(*) > 0) AS m
        ON CONFLICT (email_hash) DO UPDATE SET
            user_id = coalesce(s.user_id, excluded.user_id),
            order_id = excluded.order_id,
            asked_at = CASE WHEN {_IS_FREE} THEN excluded.asked_at ELSE s.asked_at END,
            asked_about = CASE WHEN {_IS_FREE} THEN excluded.asked_about ELSE s.asked_about END
        RETURNING id, user_id, opted_out_at, asked_about
    ), decided AS (
        SELECT id, CASE
            WHEN _skip_reason <> '' THEN _skip_reason
            WHEN opted_out_at IS NOT NULL THEN 'opted_out'
            ELSE '' END AS skip_reason,
            asked_about IS DISTINCT FROM _order_id AS is_cooling,
            _named_user_id IS NOT NULL AND user_id IS DISTINCT FROM _named_user_id AS has_unseen_account
        FROM shopper
    )"""  # noqa: S608 (all of it stands here)
_UNKNOWN = """decided AS (
        SELECT NULL::bigint AS id, _skip_reason AS skip_reason, false AS is_cooling, false AS has_unseen_account
    )"""
_INVITE = """INSERT INTO nps_invitation (key, survey_id, shopper_id, order_id, channel, country, language_code, segments, address,
        status, skip_reason, send_at, due_at, expires_at, created_at, has_unseen_account, attempts, last_error)
    SELECT gen_random_uuid(), survey, shopper, _order_id, _channel, '', _language_code, '{}', '',
        CASE WHEN skip_reason = '' THEN 'scheduled' ELSE 'skipped' END, skip_reason,
        _now + delay,
        CASE WHEN skip_reason = '' THEN _now + delay END,
        CASE WHEN skip_reason = '' THEN _now + delay + _valid END,
        _now, has_unseen_account, 0, ''
    FROM (
        SELECT matching.id AS survey, delay, decided.id AS shopper, has_unseen_account, CASE
            WHEN decided.skip_reason <> '' OR ignores_cooldown THEN decided.skip_reason
            WHEN is_cooling OR NOT is_first AND _cooldown > interval '0' THEN 'cooldown'
            ELSE '' END AS skip_reason
        FROM matching CROSS JOIN decided
    ) AS invited
    ON CONFLICT (survey_id, order_id) DO NOTHING"""

BODY = f"""
DECLARE made integer;
BEGIN
IF _email_hash = '' THEN
    -- Without an address there is no shopper to recognise.
    WITH {_MATCHING}, {_UNKNOWN}
    {_INVITE};
ELSE
    WITH {_MATCHING}, {_DECIDED}
    {_INVITE};
END IF;
GET DIAGNOSTICS made = ROW_COUNT;
RETURN made;
END """
CREATE_SCHEDULE = (
    f"CREATE OR REPLACE FUNCTION nps_schedule({_SIGNATURE}) RETURNS integer LANGUAGE plpgsql AS $nps${BODY}$nps$"
)
DROP_SCHEDULE = f"DROP FUNCTION nps_schedule({', '.join(ARGUMENTS.values())})"
