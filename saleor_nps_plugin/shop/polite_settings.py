"""Settings about asking at a good moment: quiet hours, caps, how long parcels travel."""

from dataclasses import dataclass

from django.utils.translation import gettext_noop

from . import reading
from .setting import HOURS, Option, Setting, whole_number

FULFILMENT, TRACKING = "fulfilment", "tracking"


@dataclass(frozen=True)
class PoliteSettings:
    """What goes for asking at a good moment in one channel.

    `quiet_hours` are the hours, 0 to 23, and `quiet_days` the days of the week, Monday is 0, in which nobody gets a survey;
    both in the time of the country to which the order went. `daily_cap` is a number of e-mails, 0 for no limit.
    """

    quiet_hours: frozenset[int] = frozenset()
    quiet_days: frozenset[int] = frozenset()
    daily_cap: int = 0
    international_delay_hours: int = 0
    delay_from: str = FULFILMENT


POLITE_SETTINGS: tuple[Setting, ...] = (
    Setting(
        "quiet_hours",
        gettext_noop("Quiet hours"),
        gettext_noop(
            "Hours in which nobody gets a survey, such as 21-8: from nine in the evening to eight in the morning, where the "
            "order was sent to. Empty: none, but waves rest from 20 to 8."
        ),
        "",
        reading.hours_of_the_day,
        kind="short",
    ),
    Setting(
        "quiet_days",
        gettext_noop("Quiet days"),
        gettext_noop("Days on which nobody gets a survey, such as sat, sun. Empty: none."),
        "",
        reading.days_of_the_week,
        kind="days",
        explanation=gettext_noop("Days on which nobody gets a survey."),
    ),
    whole_number(
        "daily_cap",
        gettext_noop("Most e-mails a day"),
        gettext_noop("So many e-mails with surveys leave in a day; the rest waits for the next days. 0: no limit."),
        "0",
        low=0,
        high=1_000_000,
    ),
    whole_number(
        "international_delay_hours",
        gettext_noop("Extra delay abroad in hours"),
        gettext_noop("Hours longer to wait where an order went to another country than the channel's own."),
        "0",
        low=0,
        high=8760,
        unit=HOURS,
        title=gettext_noop("Wait longer for orders abroad"),
    ),
    Setting(
        "delay_from",
        gettext_noop("Wait counts from"),
        "fulfilment: from the fulfilment. tracking: from the moment at which every parcel of the order had a tracking "
        "number, where your shop keeps those.",
        FULFILMENT,
        reading.choice(FULFILMENT, TRACKING),
        kind="choice",
        explanation=gettext_noop("From when the wait before asking counts."),
        options=(
            Option(FULFILMENT, gettext_noop("The fulfilment of the order")),
            Option(
                TRACKING,
                gettext_noop("The tracking numbers"),
                gettext_noop("From the moment at which every parcel had one; without any, from the fulfilment."),
            ),
        ),
    ),
)
