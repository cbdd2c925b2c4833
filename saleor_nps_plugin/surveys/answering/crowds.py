"""How many answers one network may send through one door: no honest crowd is stopped, and nobody alone fills the database.

A network is known by the hash that changes daily, see `untrue.sealed`. What it sent is one moment, `free_at`: each answer moves
it on by STEP, and time catches up with it. So a row says how far a network is ahead, and once it is not, it says nothing.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from ...errors import TooManyRequests
from ..models import Door, DoorKind, DoorNetwork

# On and on: five a second, 300 a minute.
STEP = timedelta(milliseconds=200)
# So many at once before that holds. People with phones share the network of a fair; tablets send what they kept while
# theirs was away, and a proxy that names no addresses makes one network of a whole storefront.
AT_ONCE: Mapping[str, int] = {DoorKind.LINK: 300, DoorKind.KIOSK: 30_000, DoorKind.SNIPPET: 30_000}
# By then there is room for 300 more.
RETRY_AFTER = timedelta(minutes=1)

# Returns a row where there is room, and changes nothing where there is none. Answers at one moment take turns at the row.
TAKE_ROOM = """
INSERT INTO nps_door_network AS known (door_id, network, free_at) VALUES (%s, %s, %s + %s)
ON CONFLICT (door_id, network) DO UPDATE SET free_at = greatest(known.free_at, excluded.free_at - %s) + %s
WHERE known.free_at <= excluded.free_at - %s + %s
RETURNING 1
"""


def values(door: Door, network: str, now: datetime) -> list[Any]:
    """Return the parameters of TAKE_ROOM for one answer; `network` is a keyed hash, "" where it is unknown."""
    return [door.pk, network, now, STEP, STEP, STEP, STEP, STEP * (AT_ONCE[door.kind] - 1)]


def take_room(door: Door, network: str, *, now: datetime) -> None:
    """Count one answer of a network. Raises TooManyRequests where it has sent too many; that is not counted."""
    with connection.cursor() as cursor:
        cursor.execute(TAKE_ROOM, values(door, network, now))
        if not cursor.rowcount:
            raise TooManyRequests


def delete_old(*, now: datetime) -> int:
    """Forget networks that are not ahead any more; return how many."""
    return DoorNetwork.objects.filter(free_at__lte=now).delete()[0]
