"""What was read of a file so far, in a table of this connection's own: a long file needs no more memory than a short one."""

from collections.abc import Mapping

from django.db import connection


def begin() -> None:
    """Forget what was read before."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMPORARY TABLE IF NOT EXISTS nps_import_seen"
            " (digest text PRIMARY KEY, many int NOT NULL, value bigint NOT NULL DEFAULT 0)"
        )
        cursor.execute("TRUNCATE nps_import_seen")


def count(digests: Mapping[str, int]) -> dict[str, int]:
    """Note that each was read so many times more, and return how often it was read in all."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO nps_import_seen (digest, many) SELECT * FROM unnest(%s::text[], %s::int[])"
            " ON CONFLICT (digest) DO UPDATE SET many = nps_import_seen.many + excluded.many RETURNING digest, many",
            [list(digests), list(digests.values())],
        )
        return dict(cursor.fetchall())


def first_value(digest: str, value: int) -> int | None:
    """Note a value, and return the one that was noted first; None if this is it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO nps_import_seen (digest, many, value) VALUES (%s, 1, %s)"
            " ON CONFLICT (digest) DO UPDATE SET many = nps_import_seen.many + 1 RETURNING many, value",
            [digest, value],
        )
        many, first = cursor.fetchone()
        return None if many == 1 else int(first)
