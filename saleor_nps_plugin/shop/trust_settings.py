"""Settings about answers that may be untrue."""

from dataclasses import dataclass

from .setting import Setting


@dataclass(frozen=True)
class TrustSettings:
    """What goes for answers that may be untrue in one channel."""


TRUST_SETTINGS: tuple[Setting, ...] = ()
