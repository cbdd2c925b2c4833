"""People who are asked at once, spread over days: customers who ordered lately, or the addresses of a list."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext

from ...errors import Invalid, NotFound
from ...queue import QUEUE_FIELDS, claim_due
from ...shop import get_shop
from ...shoppers.models import Shopper
from ...shoppers.recognizing import email_hash
from ..answering import ballots
from ..models import Audience, Ballot, Invitation, InvitationStatus, Survey, Touchpoint, Wave
from .address_lists import Person
from .wave_invitations import Addressee, invite, invite_anonymously, invite_customers

LONGEST_SPREAD = 90
_BATCH = 1000


@dataclass(frozen=True)
class Plan:
    """What staff decide about a wave: its mails leave between `starts_at` and so many days later, evenly.

    `author_id` is a user id, None for an app. The same `key` is the same plan, sent again: it makes one wave.
    """

    survey: Survey
    name: str
    starts_at: datetime
    days: int
    author_id: int | None = None
    key: UUID = field(default_factory=uuid4)


def ask_customers(plan: Plan, *, channels: Sequence[str], ordered_since: datetime, now: datetime) -> Wave:
    """Plan a wave for customers of these channels who ordered since then; the worker makes its invitations at its start.

    Raises Invalid.
    """
    if known := Wave.objects.filter(key=plan.key).first():
        return known
    see_name(plan)
    wave = of_customers(plan, channels=channels, ordered_since=ordered_since, now=now)
    wave.due_at = wave.starts_at
    wave.save()
    return wave


def of_customers(plan: Plan, *, channels: Sequence[str], ordered_since: datetime, now: datetime) -> Wave:
    """Return the wave that `ask_customers` would plan, not stored. It may lack a name. Raises Invalid."""
    wave = _wave(plan, Audience.CUSTOMERS, now)
    wave.channels, wave.ordered_since = list(channels), ordered_since
    if plan.survey.is_anonymous:
        raise Invalid(gettext("An anonymous survey asks the addresses of a list."), field="survey")
    if plan.survey.touchpoint == Touchpoint.EMPLOYEE:
        raise Invalid(gettext("A survey of employees asks the addresses of a list."), field="survey")
    if ordered_since >= now:
        raise Invalid(gettext("Choose a day in the past."), field="ordered_since")
    wave.total = get_shop().count_customers(since=ordered_since, channels=_channels_of(wave))
    if not wave.total:
        raise Invalid(gettext("No customer ordered there since that day."), field="ordered_since")
    return wave


@transaction.atomic
def ask_addresses(
    plan: Plan, people: Sequence[Person], *, channel: str, now: datetime, is_anonymous: bool = False
) -> Wave:
    """Plan a wave for the addresses of a list, in the name of a channel. Its mails are all made at once.

    What is anonymous leaves at once, too. Addresses are kept until the survey is over, those of anonymous waves until the
    mail is out. Raises Invalid, also for an anonymous wave of fewer than five people who may be asked.
    """
    if known := Wave.objects.filter(key=plan.key).first():
        return known
    see_name(plan)
    # Whoever is on the list twice is known by the first.
    people = list({email_hash(one.email): one for one in reversed(people)}.values())[::-1]
    wave = of_addresses(plan, people, channel=channel, now=now, is_anonymous=is_anonymous)
    wave.due_at = ballots.closes_at(wave, get_shop().settings().for_channel(channel))
    wave.save()
    if wave.is_anonymous:
        invite_anonymously(wave, people, now)
    else:
        found = {email_hash(one.email): Addressee.of(one, wave) for one in people}
        for at in range(0, len(found), _BATCH):
            invite(wave, dict(list(found.items())[at : at + _BATCH]), now)
    wave.save()
    return wave


def of_addresses(
    plan: Plan, people: Sequence[Person], *, channel: str, now: datetime, is_anonymous: bool = False
) -> Wave:
    """Return the wave that `ask_addresses` would plan, not stored and without invitations. It may lack a name.

    Raises Invalid.
    """
    wave = _wave(plan, Audience.ADDRESSES, now)
    wave.channel, wave.language_code = channel, plan.survey.default_language
    wave.is_anonymous = is_anonymous or plan.survey.is_anonymous
    wave.total = len(people)
    if not people:
        raise Invalid(gettext("There is no address on the list."), field="addresses")
    if wave.is_anonymous:
        wave.days = 1
    return wave


def see_name(plan: Plan) -> None:
    """Raise Invalid for a plan without a name."""
    if not plan.name.strip():
        raise Invalid(gettext("Give it a name."), field="name")


def _wave(plan: Plan, audience: Audience, now: datetime) -> Wave:
    if not 1 <= plan.days <= LONGEST_SPREAD:
        sentence = gettext("Write a number of days from 1 to {most}.")
        raise Invalid(sentence.format(most=LONGEST_SPREAD), field="days")
    if not plan.survey.is_active:
        raise Invalid(gettext("This survey is switched off."), field="survey")
    return Wave(
        key=plan.key,
        survey=plan.survey,
        name=plan.name.strip()[:200],
        audience=audience,
        starts_at=max(plan.starts_at, now),
        days=plan.days,
        author_id=plan.author_id,
        created_at=now,
    )


def stop(wave_id: int, *, now: datetime, visible: Q = Q()) -> Wave:
    """Ask nobody any more whose mail has not left; links that are out stay good. Raises NotFound, or Invalid once it is over."""
    with transaction.atomic():
        wave = Wave.objects.select_for_update().filter(visible, pk=wave_id).first()
        if wave is None:
            raise NotFound(gettext("There is no such wave."))
        if wave.is_stopped or wave.finished_at is not None:
            raise Invalid(gettext("This wave is over."))
        waiting = Invitation.objects.filter(wave=wave, status=InvitationStatus.SCHEDULED)
        # In the order in which whoever notes sent mails locks them.
        keys = list(waiting.select_for_update(of=("self",)).order_by("pk").values_list("key", flat=True))
        Shopper.objects.filter(asked_about__in=keys).update(asked_at=None, asked_about=None)
        waiting.update(status=InvitationStatus.CANCELED, address="", due_at=None, claimed_until=None)
        Ballot.objects.filter(wave=wave, is_out=False).delete()
        wave.is_stopped = True
        wave.due_at = ballots.closes_at(wave, get_shop().settings().for_channel(wave.channel))
        wave.save(update_fields=["is_stopped", "due_at"])
        return wave


def step_due(*, now: datetime, limit: int = 200) -> int:
    """Make the next invitations of waves that are due, close those that are over; return how many orders were looked at.

    `limit` is for each of them, so that it takes as much memory for a million customers as for a hundred.
    """
    looked_at = 0
    for claimed in claim_due(Wave.objects.all(), now=now, limit=10):
        with transaction.atomic():
            wave = Wave.objects.select_for_update(of=("self",)).select_related("survey").get(pk=claimed.pk)
            if wave.due_at is not None and wave.due_at <= now:
                looked_at += _step(wave, now, limit)
    return looked_at


def _step(wave: Wave, now: datetime, limit: int) -> int:
    settings = get_shop().settings()
    end = ballots.closes_at(wave, settings.for_channel(wave.channel))
    placed: list[tuple[datetime, UUID]] = []
    if now >= end:
        if wave.is_anonymous:
            ballots.close(wave)
        wave.finished_at = now
        wave.settle(None)
    elif wave.audience == Audience.CUSTOMERS and not wave.is_stopped:
        placed = next_orders(wave, limit)
        invite_customers(wave, [order_id for _, order_id in placed], now)
        wave.settle(now if len(placed) == limit else end)
    else:
        wave.settle(end)
    wave.save(update_fields=[*QUEUE_FIELDS, "asked", "spared", "position", "finished_at"])
    return len(placed)


def next_orders(wave: Wave, limit: int) -> list[tuple[datetime, UUID]]:
    """Return when the next orders were placed whose customers a wave asks, and which; move its position behind them."""
    at, _, last = wave.position.rpartition(" ")
    before = (datetime.fromisoformat(at).replace(tzinfo=UTC), UUID(last)) if wave.position else None
    placed = get_shop().placed_orders(
        since=wave.ordered_since or wave.created_at, channels=_channels_of(wave), before=before, limit=limit
    )
    if placed:
        at_last, last_id = placed[-1]
        wave.position = f"{at_last.astimezone(UTC).replace(tzinfo=None).isoformat()} {last_id.hex}"
    return placed


def _channels_of(wave: Wave) -> list[str]:
    """The channels that wave, survey and settings agree on."""
    shop = get_shop()
    settings = shop.settings()
    return [
        channel
        for channel in shop.channels()
        if settings.for_channel(channel).enabled
        and all(not own or channel in own for own in (wave.channels, wave.survey.channels))
    ]
