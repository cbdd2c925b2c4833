"""python -m benchmarks.dashboard_year: fills DATABASE_URL with a year for the pages of staff, orders of the newest answers too."""

import django


def main() -> None:
    django.setup()
    from django.db import connection
    from saleor.core.db.connection import allow_writer
    from saleor.order import OrderStatus

    from benchmarks import orders
    from benchmarks.shop import configure
    from benchmarks.year import Year

    with allow_writer():
        configure()
        Year(RESPONSES, days=DAYS).fill_here()
        placed = orders.place(ORDERS, status=OrderStatus.FULFILLED)
        with connection.cursor() as cursor:
            for statement in (_LINK, _INVITE):
                cursor.execute(statement, {"orders": [order.pk for order in placed]})
            cursor.execute("VACUUM ANALYZE")


RESPONSES, DAYS, ORDERS = 1_000_000, 364, 200
# The newest answers are about orders that the shop has, of customers with accounts.
_LINK = """
WITH placed AS (
    SELECT id, user_id, row_number() OVER (ORDER BY number DESC) AS place FROM order_order WHERE id = ANY (%(orders)s)
), newest AS (
    SELECT id, shopper_id, row_number() OVER (ORDER BY created_at DESC, id DESC) AS place FROM nps_response
    ORDER BY created_at DESC, id DESC LIMIT 200
), linked AS (
    UPDATE nps_response AS r SET order_id = placed.id FROM newest JOIN placed USING (place) WHERE r.id = newest.id
)
UPDATE nps_shopper AS s SET user_id = placed.user_id FROM newest JOIN placed USING (place) WHERE s.id = newest.shopper_id
"""
_INVITE = """
WITH made AS (
    INSERT INTO nps_invitation (key, survey_id, shopper_id, order_id, channel, country, language_code, segments, address, status,
        skip_reason, send_at, sent_at, opened_at, created_at, attempts, last_error, is_tallied)
    SELECT gen_random_uuid(), survey_id, shopper_id, order_id, channel, country, language_code, segments, '', 'answered',
        '', created_at, created_at, created_at, created_at, 0, '', true
    FROM nps_response WHERE order_id = ANY (%(orders)s)
    RETURNING id, order_id
)
UPDATE nps_response AS r SET invitation_id = made.id FROM made WHERE r.order_id = made.order_id
"""

if __name__ == "__main__":
    main()
