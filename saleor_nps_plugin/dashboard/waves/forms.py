"""What staff fill in for a wave, read."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.db import IntegrityError
from django.http import HttpRequest
from django.utils.translation import gettext

from ...errors import Invalid, NotFound
from ...shop import get_shop
from ...shop.staff import Staff
from ...surveys.asking import address_lists, quiet_times, wave_dry_run, waves
from ...surveys.asking.address_lists import AddressList
from ...surveys.asking.wave_dry_run import WaveDryRun
from ...surveys.models import Audience, Survey, Wave
from ..frame import key_in, last_of, number_in

# Mails of a day that is chosen begin at this hour, where the channel is at home.
_MORNING = time(9)


@dataclass(frozen=True)
class WaveForm:
    """A wave as it was filled in; `people` is what the list of addresses holds."""

    plan: waves.Plan
    audience: str
    channels: tuple[str, ...]
    channel: str
    ordered_since: datetime
    is_anonymous: bool
    people: AddressList
    leaves_out_errors: bool

    @property
    def is_all_at_once(self) -> bool:
        """Whether all mails leave together, as those of anonymous waves do."""
        return self.audience == Audience.ADDRESSES and (self.is_anonymous or self.plan.survey.is_anonymous)

    @property
    def has_errors(self) -> bool:
        """Whether rows of the list cannot be used, and nobody said that they may be left out."""
        return bool(self.people.errors) and not self.leaves_out_errors

    def dry_run(self, *, now: datetime) -> WaveDryRun:
        """Return whom the wave would ask; nothing is stored. Raises Invalid, except for a name that is missing."""
        if self.audience == Audience.CUSTOMERS:
            wave = waves.of_customers(self.plan, channels=self.channels, ordered_since=self.ordered_since, now=now)
            return wave_dry_run.of_customers(wave)
        people = self.people.people
        wave = waves.of_addresses(self.plan, people, channel=self.channel, is_anonymous=self.is_anonymous, now=now)
        return wave_dry_run.of_addresses(wave, people, now)

    def create(self, *, now: datetime) -> Wave:
        """Plan the wave; a form sent again makes no other one. Raises Invalid."""
        try:
            return self._create(now)
        except IntegrityError:
            # Sent twice at once, and the other one was quicker.
            return Wave.objects.get(key=self.plan.key)

    def _create(self, now: datetime) -> Wave:
        if self.audience == Audience.CUSTOMERS:
            return waves.ask_customers(self.plan, channels=self.channels, ordered_since=self.ordered_since, now=now)
        return waves.ask_addresses(
            self.plan, self.people.people, channel=self.channel, is_anonymous=self.is_anonymous, now=now
        )


def form_of(request: HttpRequest, staff: Staff, surveys: list[Survey], *, now: datetime) -> WaveForm:
    """Read what was filled in. Raises Invalid, and NotFound for what this person may not use."""
    survey = next((one for one in surveys if str(one.pk) == last_of(request, "survey")), None)
    if survey is None:
        raise NotFound(gettext("There is no such survey."))
    audience = last_of(request, "audience")
    channel = last_of(request, "channel")
    chosen = tuple(request.POST.getlist("channels"))
    if not set(chosen) | {channel} <= {*_may_use(staff), ""}:
        raise NotFound(gettext("There is no such channel."))
    if audience == Audience.ADDRESSES and not channel:
        raise Invalid(gettext("Choose a channel."), field="channel")
    # Whoever works for some channels asks customers of those only.
    channels = chosen or (() if staff.channels is None else tuple(_may_use(staff)))
    plan = waves.Plan(
        survey,
        last_of(request, "name"),
        starts_at=_start(last_of(request, "starts_on"), channel or next(iter(channels), ""), now),
        days=number_in(last_of(request, "days") or "1", field="days"),
        author_id=staff.id,
        key=key_in(request),
    )
    return WaveForm(
        plan,
        audience if audience in Audience.values else Audience.CUSTOMERS,
        channels,
        channel,
        datetime.combine(_day(last_of(request, "ordered_since"), now.date() - timedelta(days=365)), time(), UTC),
        last_of(request, "is_anonymous") == "true",
        _people(request) if audience == Audience.ADDRESSES else AddressList(()),
        last_of(request, "leave_out") == "yes",
    )


def _may_use(staff: Staff) -> list[str]:
    return [slug for slug in get_shop().channels() if staff.sees(slug)]


def _people(request: HttpRequest) -> AddressList:
    uploaded = request.FILES.get("file")
    if uploaded is None:
        return address_lists.read(request.POST.get("addresses", ""))
    if (uploaded.size or 0) > address_lists.LARGEST:
        raise Invalid(gettext("The file is larger than 5 MB."), field="addresses")
    return address_lists.read(address_lists.decoded(uploaded.read()))


def _day(text: str, otherwise: date) -> date:
    if not text:
        return otherwise
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Invalid(gettext("Write a day such as 2026-04-12.")) from None


def _start(text: str, channel: str, now: datetime) -> datetime:
    day = _day(text, now.date())
    if day <= now.date():
        return now
    if day > now.date() + timedelta(days=365):
        raise Invalid(gettext("A wave starts within a year."), field="starts_on")
    home = get_shop().home_countries().get(channel, "")
    return datetime.combine(day, _MORNING, quiet_times.zones_of(home)[0]).astimezone(UTC)
