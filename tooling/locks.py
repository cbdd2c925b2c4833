"""One at a time: two shells may ask for the same environment or database at once."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager

from tooling import places


@contextmanager
def alone(name: str) -> Iterator[None]:
    """Wait until nobody else on this machine makes the thing of this name, then keep others waiting."""
    folder = places.cache() / "locks"
    folder.mkdir(exist_ok=True)
    with (folder / name).open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
