"""What the settings in force come to: the days of one customer, from the order on."""

from typing import Any

from django.utils.translation import gettext, ngettext

from ...shop.settings import ChannelSettings
from ..tags import number

_A_DAY = 24


def plan_of(settings: ChannelSettings) -> dict[str, Any]:
    """Return what settings_plan.html shows."""
    steps = sorted(_steps(settings), key=lambda step: step[0])
    return {
        "is_on": settings.enabled,
        "steps": [{"when": _when(hours), "what": what, "note": note} for hours, what, note in steps],
    }


def _steps(settings: ChannelSettings) -> list[tuple[int, str, str]]:
    sent = settings.delay_hours
    ends = sent + settings.link_valid_days * _A_DAY
    steps = [
        (0, gettext("The order is fulfilled"), ""),
        (sent, gettext("E-mail with one question"), _about(settings)),
        (ends, gettext("The link stops working"), ""),
    ]
    if settings.reminder_after_hours and sent + settings.reminder_after_hours < ends:
        note = gettext("to those who have not answered")
        steps.append((sent + settings.reminder_after_hours, gettext("One reminder"), note))
    if settings.cooldown_days:
        note = gettext("not before, however often they order")
        steps.append((settings.cooldown_days * _A_DAY, gettext("May be asked again"), note))
    return steps


def _about(settings: ChannelSettings) -> str:
    if settings.sample_percent < 100:
        text = gettext("about {percent} of 100 orders, chosen by chance")
        return text.format(percent=number(settings.sample_percent))
    if settings.minimum_order_total:
        return gettext("not about orders below the minimum total")
    return gettext("about every order")


def _when(hours: int) -> str:
    if hours == 0:
        return gettext("At once")
    if hours % _A_DAY and hours < 2 * _A_DAY:
        return ngettext("After {count} hour", "After {count} hours", hours).format(count=number(hours))
    days = round(hours / _A_DAY)
    return ngettext("After {count} day", "After {count} days", days).format(count=number(days))
