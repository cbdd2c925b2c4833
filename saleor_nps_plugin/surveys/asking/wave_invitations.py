"""Makes the invitations of a wave, many at once, and notes who is spared and why."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import modf, sqrt
from uuid import UUID

from django.db import connection
from django.db.models import Q
from django.utils.translation import ngettext

from ...errors import Invalid
from ...shop import get_shop
from ...shop.interface import Order
from ...shop.settings import SurveySettings
from ...shoppers.models import Shopper
from ...shoppers.recognizing import email_hash
from ..answering import ballots
from ..models import CaseStatus, Invitation, InvitationStatus, Response, SkipReason, Source, Wave
from .address_lists import Person
from .quiet_times import free_hours, quiet_for

# Steps of this share of a whole never come close to each other, however many there are and whether or not their number
# was known before.
_GOLDEN = (sqrt(5) - 1) / 2
_BATCH = 1000

_NOTE = """
UPDATE nps_shopper AS known
SET user_id = now.user_id, order_id = now.order_id, asked_at = now.asked_at, asked_about = now.asked_about
FROM unnest(%s::bigint[], %s::integer[], %s::uuid[], %s::timestamptz[], %s::uuid[])
    AS now (id, user_id, order_id, asked_at, asked_about)
WHERE known.id = now.id
"""


@dataclass(frozen=True)
class Addressee:
    """Somebody whom a wave may ask, and what is known of them."""

    channel: str
    language_code: str
    country: str = ""
    address: str = ""
    user_id: int | None = None
    order_id: UUID | None = None
    segments: Mapping[str, list[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, person: Person, wave: Wave) -> "Addressee":
        return cls(wave.channel, person.language_code or wave.language_code, address=person.email)

    @classmethod
    def who_ordered(cls, order: Order, *, is_returning: bool) -> "Addressee":
        kind = "returning" if is_returning else "new"
        return cls(
            order.channel,
            order.language_code,
            order.country,
            user_id=order.user_id,
            order_id=order.id,
            segments={"language": [order.language_code], "customer_kind": [kind]},
        )


def invite_customers(wave: Wave, order_ids: Sequence[UUID], now: datetime) -> None:
    """Orders come newest first, so whoever ordered more than once is known by the last of them."""
    shop = get_shop()
    orders = shop.orders(order_ids)
    found: dict[str, Addressee] = {}
    accounts: set[int] = set()
    returning = shop.returning_customers(list(orders.values()))
    for order in (orders[order_id] for order_id in order_ids if order_id in orders):
        key = email_hash(order.email) if order.email else ""
        if key and key not in found and order.user_id not in accounts:
            found[key] = Addressee.who_ordered(order, is_returning=order.id in returning)
            accounts |= {order.user_id} if order.user_id is not None else set()
    known = Invitation.objects.filter(wave=wave).filter(
        Q(shopper__email_hash__in=found) | Q(shopper__user_id__in=accounts)
    )
    for key, user_id in known.values_list("shopper__email_hash", "shopper__user_id"):
        found = {
            other: one
            for other, one in found.items()
            if other != key and (one.user_id is None or one.user_id != user_id)
        }
    invite(wave, found, now)


def invite(wave: Wave, people: Mapping[str, Addressee], now: datetime) -> None:
    """Make an invitation for each of these people, by the keyed hashes of their addresses, or note why not."""
    shoppers = _recognized(people)
    busy = with_open_cases(shoppers.values())
    homes, settings, invitations = get_shop().home_countries(), get_shop().settings(), []
    for key, one in people.items():
        shopper = shoppers[key]
        reason = reason_of(shopper, wave, settings.for_channel(one.channel), now, busy)
        invitation = _invitation(wave, one, reason, now, _moment(wave, one, homes.get(one.channel, "")))
        invitation.shopper = shopper
        if not reason and not wave.survey.ignores_cooldown:
            shopper.asked_at, shopper.asked_about = now, invitation.key
        invitations.append(invitation)
    Invitation.objects.bulk_create(invitations, batch_size=_BATCH)
    _note(list(shoppers.values()))


def _recognized(people: Mapping[str, Addressee]) -> dict[str, Shopper]:
    """The shoppers of these people, locked, so that an order fulfilled now does not ask them too."""
    known = Shopper.objects.filter(email_hash__in=people)
    fresh = people.keys() - set(known.values_list("email_hash", flat=True))
    Shopper.objects.bulk_create([Shopper(email_hash=key) for key in sorted(fresh)], ignore_conflicts=True)
    locked = {one.email_hash: one for one in known.select_for_update(no_key=True).order_by("pk")}
    for key, shopper in locked.items():
        shopper.user_id = people[key].user_id if shopper.user_id is None else shopper.user_id
        shopper.order_id = people[key].order_id or shopper.order_id
    return locked


def _note(shoppers: Sequence[Shopper]) -> None:
    """Django would take longer over writing this than over all the rest of a long list."""
    columns = [
        [getattr(one, name) for one in shoppers] for name in ("pk", "user_id", "order_id", "asked_at", "asked_about")
    ]
    with connection.cursor() as cursor:
        cursor.execute(_NOTE, columns)


def with_open_cases(shoppers: Iterable[Shopper]) -> set[int]:
    """Return the ids of those of these shoppers who have an open case."""
    cases = Response.objects.filter(
        shopper__in=list(shoppers), case_status__in=[CaseStatus.OPEN, CaseStatus.IN_PROGRESS]
    )
    return set(cases.exclude(shopper=None).values_list("shopper_id", flat=True))


def reason_of(shopper: Shopper, wave: Wave, settings: SurveySettings, now: datetime, busy: Collection[int]) -> str:
    """Return why a wave spares somebody, a SkipReason or ""; `busy` are the ids of those with open cases."""
    if shopper.pk in busy:
        return SkipReason.OPEN_CASE
    if shopper.opted_out_at is not None:
        return SkipReason.OPTED_OUT
    pause = timedelta(days=settings.cooldown_days)
    is_cooling = shopper.asked_at is not None and shopper.asked_at > now - pause
    return SkipReason.COOLDOWN if is_cooling and not wave.survey.ignores_cooldown else ""


def _invitation(wave: Wave, one: Addressee, reason: str, now: datetime, moment: datetime) -> Invitation:
    send_at = max(now, moment)
    valid = timedelta(days=get_shop().settings().for_channel(one.channel).link_valid_days)
    if reason:
        wave.spared += 1
    else:
        wave.asked += 1
    return Invitation(
        survey=wave.survey,
        wave=wave,
        source=Source.WAVE,
        channel=one.channel,
        country=one.country,
        language_code=one.language_code,
        segments=dict(one.segments),
        address="" if reason else one.address,
        status=InvitationStatus.SKIPPED if reason else InvitationStatus.SCHEDULED,
        skip_reason=reason,
        send_at=send_at,
        due_at=None if reason else send_at,
        expires_at=None if reason else send_at + valid,
        created_at=now,
    )


def _moment(wave: Wave, one: Addressee, home: str) -> datetime:
    """When the next mail of a wave leaves, evenly spread over those hours of its days that are free where it goes."""
    share = modf(wave.asked * _GOLDEN)[0]
    quiet = quiet_for(Source.WAVE, get_shop().settings().for_channel(one.channel))
    hours = free_hours(wave.starts_at, wave.days * 24, one.country or home, quiet)
    if not hours:
        return wave.starts_at + timedelta(days=wave.days) * share
    part, number = modf(share * len(hours))
    return hours[int(number)] + timedelta(hours=part)


def invite_anonymously(wave: Wave, people: Sequence[Person], now: datetime) -> None:
    """No shopper, no order, no expiry: an invitation that says no more than that somebody gets a mail."""
    refused = ballots.opted_out([email_hash(one.email) for one in people])
    asked = [one for one in people if email_hash(one.email) not in refused]
    wave.spared = len(people) - len(asked)
    see_enough(len(asked))
    rows = []
    for one in asked:
        row = _invitation(wave, Addressee.of(one, wave), "", now, wave.starts_at)
        row.send_at = row.due_at = wave.starts_at
        row.expires_at = None
        rows.append(row)
    Invitation.objects.bulk_create(rows, batch_size=_BATCH)
    ballots.make(wave, len(rows))


def see_enough(count: int) -> None:
    """Raise Invalid for fewer people than an anonymous wave may ask."""
    if count < ballots.FEWEST:
        sentence = ngettext(
            "An anonymous wave asks at least {least} people; here is {count}, for fewer could be told apart.",
            "An anonymous wave asks at least {least} people; here are {count}, for fewer could be told apart.",
            count,
        )
        raise Invalid(sentence.format(least=ballots.FEWEST, count=count), field="addresses")
