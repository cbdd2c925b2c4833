"""What the reader of the page "Rewards" has chosen, and the addresses that go with it."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext

from ...errors import NotFound
from ...referrals.models import ReferralStatus, RefusalReason
from ...referrals.reports import COUNTED, ReferralFilter
from ...shop import get_shop
from ...shop.staff import Staff
from ..frame import base_of, last_of
from ..periods import PERIODS, Period, read_period
from .lists import address_with

_SLUG = re.compile(r"[-\w]{1,255}")
DEFAULT_PERIOD = "12m"
# In an address: whatever the status, the order brought a new customer and was not taken back.
COUNTS = "counts"


@dataclass(frozen=True)
class Choice:
    """Which days and which channel the page is about; `channels` are those that the reader may see, None is all of them.

    `status` is one of ReferralStatus, or COUNTS.
    """

    base: str
    period: Period
    channels: tuple[str, ...] | None
    channel: str = ""
    status: str = ""
    reason: str = ""
    search: str = ""

    @property
    def wanted(self) -> ReferralFilter:
        """The same for the reports."""
        return ReferralFilter(
            since=self.period.since,
            until=self.period.until,
            channels=(self.channel,) if self.channel else self.channels,
            statuses=COUNTED if self.status == COUNTS else (self.status,) if self.status else (),
            reason=self.reason,
            search=self.search,
        )

    def query(self, **changes: Any) -> dict[str, Any]:
        """Return what an address has to say of these choices, some changed."""
        is_custom = self.period.name == "custom"
        return {
            "period": self.period.name,
            "since": self.period.since if is_custom else None,
            "until": self.period.until if is_custom else None,
            "channel": self.channel,
            **changes,
        }

    def address(self, place: str = "rewards/", **changes: Any) -> str:
        """Return the address of the page, or of something below it, with these choices changed."""
        return address_with(self.base + place, self.query(**changes))

    def friends(self, **narrowed: Any) -> str:
        """Return the address of the list of friends' orders behind a figure."""
        return self.address("rewards/friends/", **narrowed)


def read_choice(request: HttpRequest, staff: Staff, *, today: date) -> Choice:
    """Return what an address chooses. Raises NotFound for a channel that is not there for the reader."""
    channel = last_of(request, "channel")
    if channel and not (_SLUG.fullmatch(channel) and staff.sees(channel)):
        raise NotFound(gettext("There is no such channel."))
    status, reason = last_of(request, "status"), last_of(request, "reason")
    name = last_of(request, "period")
    return Choice(
        base=base_of(request),
        period=read_period(
            name if name in PERIODS else DEFAULT_PERIOD,
            last_of(request, "since"),
            last_of(request, "until"),
            today=today,
        ),
        channels=None if staff.channels is None else tuple(sorted(staff.channels)),
        channel=channel,
        status=status if status in (COUNTS, *ReferralStatus.values) else "",
        reason=reason if reason in RefusalReason.values else "",
        search=last_of(request, "search")[:100],
    )


def filters(choice: Choice, staff: Staff) -> dict[str, Any]:
    """Return what the form of choices shows."""
    slugs = [slug for slug in get_shop().channels() if staff.sees(slug)]
    names = get_shop().labels("channel", slugs) if len(slugs) > 1 else {}
    return {
        "choice": choice,
        "periods": [(name, gettext(label)) for name, label in PERIODS.items()],
        "channels": [(slug, names.get(slug, slug)) for slug in slugs] if len(slugs) > 1 else [],
    }
