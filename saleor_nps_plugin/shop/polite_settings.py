"""Settings about asking at a good moment: quiet hours, caps, how long parcels travel."""

from dataclasses import dataclass

from .setting import Setting


@dataclass(frozen=True)
class PoliteSettings:
    """What goes for asking at a good moment: quiet hours, caps, how long parcels travel in one channel."""


POLITE_SETTINGS: tuple[Setting, ...] = ()
