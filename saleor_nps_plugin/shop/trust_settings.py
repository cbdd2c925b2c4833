"""Settings about answers that may be untrue."""

from dataclasses import dataclass

from django.utils.translation import gettext_noop

from . import reading
from .setting import Setting, whole_number


@dataclass(frozen=True)
class TrustSettings:
    """What goes for answers that may be untrue in one channel. Numbers are whole; 0 turns a rule off."""

    flag_untrue: bool = True
    untrue_seconds: int = 2
    untrue_per_device: int = 5
    untrue_per_network: int = 20
    untrue_same_comments: int = 3
    attack_answers: int = 20


TRUST_SETTINGS: tuple[Setting, ...] = (
    Setting(
        "flag_untrue",
        gettext_noop("Flag untrue answers"),
        "true: answers that look untrue are flagged and left out of the score until staff put them back. "
        "false: every answer counts.",
        "true",
        reading.yes_or_no,
        group="trust",
        kind="switch",
        explanation=gettext_noop(
            "On: answers that look untrue are kept, but left out of the score until your staff put them back. "
            "Off: every answer counts."
        ),
    ),
    whole_number(
        "untrue_seconds",
        gettext_noop("Too fast, in seconds"),
        gettext_noop(
            "Nobody writes a comment or answers further questions within fewer seconds than this. 0: never too fast."
        ),
        "2",
        low=0,
        high=60,
        unit=gettext_noop("seconds"),
        group="trust",
        title=gettext_noop("Faster than"),
    ),
    whole_number(
        "untrue_per_device",
        gettext_noop("Answers from one device"),
        gettext_noop(
            "More answers than this from one device on one day look untrue. Tablets in your store are excepted. 0: any number."
        ),
        "5",
        low=0,
        high=10_000,
        group="trust",
        title=gettext_noop("More than so many answers a day from one device"),
    ),
    whole_number(
        "untrue_per_network",
        gettext_noop("Answers from one network"),
        gettext_noop(
            "More answers than this from one network address on one day look untrue. Tablets in your store, employees and "
            "partners are excepted. 0: any number."
        ),
        "20",
        low=0,
        high=100_000,
        group="trust",
        title=gettext_noop("More than so many answers a day from one network"),
    ),
    whole_number(
        "untrue_same_comments",
        gettext_noop("Identical comments"),
        gettext_noop(
            "So many answers with the same comment of at least 20 letters within 7 days look untrue. 0: any number."
        ),
        "3",
        low=0,
        high=10_000,
        group="trust",
        title=gettext_noop("So many identical comments"),
    ),
    whole_number(
        "attack_answers",
        gettext_noop("Answers that make an attack"),
        gettext_noop(
            "Staff are told when at least so many answers from 0 to 2, or from 9 to 10, come within an hour through links, "
            "tablets and your storefront, and twice as many as ever in the four weeks before. 0: never."
        ),
        "20",
        low=0,
        high=100_000,
        group="trust",
        title=gettext_noop("Answers within an hour that make an attack"),
    ),
)
