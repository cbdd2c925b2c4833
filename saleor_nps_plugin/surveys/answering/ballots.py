"""Anonymous answers: nothing that is stored leads from an address to what its owner answered, or back.

Who is asked gets the address of a ballot, and nobody writes down which. An answer uses its ballot up and is sealed; when five
are in they become responses together, in an order of chance and with the day as their only time.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby
from secrets import SystemRandom
from time import monotonic
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from ...errors import AlreadyAnswered, PluginInactive, TokenExpired
from ...links import (
    address_opt_out_path,
    address_token,
    ballot_path,
    ballot_token,
    read_address_token,
    read_ballot_token,
)
from ...queue import LEASE, claim_due
from ...shop import get_shop
from ...shop.settings import ChannelSettings
from ...shoppers.models import Shopper
from ...shoppers.recognizing import email_hash
from ..asking import quiet_times, scheduling
from ..asking.sending import Pages, Run, send_batch
from ..models import (
    Answer,
    Ballot,
    Invitation,
    InvitationStatus,
    Question,
    Response,
    SealedAnswer,
    SkipReason,
    Source,
    Wave,
)
from ..reporting import tallies
from .recording import fill
from .submission import Checked, Submission, check

# Fewer answers than these are never shown, and fewer people never asked.
FEWEST = 5

_chance = SystemRandom()


def make(wave: Wave, count: int) -> None:
    """Add ballots to the pool of a wave."""
    Ballot.objects.bulk_create((Ballot(wave=wave) for _ in range(count)), batch_size=1000)


def closes_at(wave: Wave, settings: ChannelSettings) -> datetime:
    """Return when the last link of a wave stops working."""
    return wave.starts_at + timedelta(days=wave.days + settings.link_valid_days)


@dataclass(frozen=True)
class Booth:
    """Where somebody may answer, by a link that says nothing about them but the language that they read."""

    wave: Wave
    language_code: str


def enter(token: str, *, now: datetime) -> Booth:
    """Return what the holder of a ballot may answer now.

    Raises TokenInvalid, AlreadyAnswered for a ballot that was used, TokenExpired or PluginInactive.
    """
    key, language_code = read_ballot_token(token)
    ballot = Ballot.objects.select_related("wave__survey").filter(key=key).first()
    if ballot is None:
        raise AlreadyAnswered
    _see_open(ballot.wave, now)
    return Booth(ballot.wave, language_code)


def cast(token: str, submission: Submission, *, now: datetime) -> None:
    """Take the answer of the holder of a ballot, once.

    Raises what `enter` raises, and ScoreOutOfRange, Required or Invalid; then the ballot stays good.
    """
    key, _ = read_ballot_token(token)
    with transaction.atomic():
        # One after the other: two answers at once must not both miss that they are the fourth and fifth.
        wave = Wave.objects.select_for_update(of=("self",)).select_related("survey").filter(ballots__key=key).first()
        ballot = Ballot.objects.select_for_update().filter(key=key, wave=wave).first() if wave else None
        if wave is None or ballot is None:
            raise AlreadyAnswered
        _see_open(wave, now)
        sealed = SealedAnswer(wave=wave, content=_sealed(check(submission, wave.survey)))
        ballot.delete()
        sealed.save()
        if SealedAnswer.objects.filter(wave=wave).count() >= FEWEST:
            _unseal(wave, now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0))


def _see_open(wave: Wave, now: datetime) -> None:
    settings = get_shop().settings().for_channel(wave.channel)
    if not settings.enabled or not wave.survey.is_active:
        raise PluginInactive
    if wave.is_stopped or wave.finished_at is not None or now >= closes_at(wave, settings):
        raise TokenExpired


def opt_out(token: str, *, now: datetime) -> None:
    """Never ask the owner of an address again. Raises TokenInvalid; repeating changes nothing."""
    with transaction.atomic():
        shopper, _ = Shopper.objects.get_or_create(email_hash=read_address_token(token))
        Shopper.objects.filter(pk=shopper.pk, opted_out_at=None).update(opted_out_at=now)


def has_opted_out(token: str) -> bool:
    """Return whether the owner of an address wants no surveys. Raises TokenInvalid."""
    return Shopper.objects.filter(email_hash=read_address_token(token), opted_out_at__isnull=False).exists()


def opted_out(hashes: Sequence[str]) -> set[str]:
    """Return those of these keyed hashes whose owners want no surveys."""
    refused = Shopper.objects.filter(email_hash__in=hashes, opted_out_at__isnull=False)
    return set(refused.values_list("email_hash", flat=True))


def send_due(*, now: datetime, limit: int = 200) -> int:
    """Send up to `limit` mails of anonymous waves that are due; return how many rows were taken up."""
    waiting = Invitation.objects.filter(status=InvitationStatus.SCHEDULED, expires_at=None, wave__isnull=False)
    rows = claim_due(waiting.select_related("wave__survey").prefetch_related("survey__texts"), now=now, limit=limit)
    rows.sort(key=lambda row: row.wave_id or 0)
    for _, batch in groupby(rows, key=lambda row: row.wave_id):
        _send(list(batch), now)
    return len(rows)


def _send(rows: list[Invitation], now: datetime) -> None:
    wave = rows[0].wave
    if wave is None:
        return
    shop = get_shop()
    settings = shop.settings().for_channel(wave.channel)
    quiet = quiet_times.quiet_for(Source.WAVE, settings)
    moment = quiet_times.free_moment(now, shop.home_countries().get(wave.channel, ""), quiet)
    if moment > now:
        # All of them: a few that go alone would be known by it.
        waiting = Invitation.objects.filter(wave=wave, status=InvitationStatus.SCHEDULED, due_at__lt=moment)
        waiting.update(due_at=moment, send_at=moment, claimed_until=None)
        return
    rows = _still_wanted(rows, settings)
    if rows:
        keys = _draw(wave, len(rows))
        pages = {row.pk: _pages(row, key) for row, key in zip(rows, keys, strict=True)}
        run = Run({}, {}, now, monotonic() + LEASE.total_seconds() / 2, pages=pages)
        send_batch(rows, settings, run)


def _still_wanted(rows: list[Invitation], settings: ChannelSettings) -> list[Invitation]:
    is_off = not settings.enabled or not rows[0].survey.is_active
    refused = opted_out([email_hash(row.address) for row in rows])
    wanted = []
    for row in rows:
        if is_off:
            scheduling.skip(row, SkipReason.PLUGIN_INACTIVE)
        elif email_hash(row.address) in refused:
            scheduling.skip(row, SkipReason.OPTED_OUT)
        else:
            wanted.append(row)
    return wanted


def _draw(wave: Wave, count: int) -> list[UUID]:
    """Take ballots out of the pool by chance; mails that were lost on their way have used some up, and get others."""
    with transaction.atomic():
        Wave.objects.select_for_update().get(pk=wave.pk)
        pool = Ballot.objects.filter(wave=wave, is_out=False)
        make(wave, max(0, count - pool.count()))
        drawn = _chance.sample(list(pool.values_list("key", flat=True)), count)
        # A few rows written by themselves would show in the table's own order: then all that are out are written again.
        written = Q(key__in=drawn) | Q(is_out=True) if count < FEWEST else Q(key__in=drawn)
        Ballot.objects.filter(written, wave=wave).update(is_out=True)
        return drawn


def _pages(row: Invitation, key: UUID) -> Pages:
    shop = get_shop()
    return Pages(
        shop.public_url(ballot_path(ballot_token(key, row.language_code))),
        shop.public_url(address_opt_out_path(address_token(email_hash(row.address)))),
    )


def close(wave: Wave) -> None:
    """Show what is still sealed if more was shown before, on the same day; otherwise it is deleted unread. No ballot is left.

    Inside a transaction that has locked the wave.
    """
    if wave.position:
        _unseal(wave, datetime.fromisoformat(wave.position))
    SealedAnswer.objects.filter(wave=wave).delete()
    Ballot.objects.filter(wave=wave).delete()


def _unseal(wave: Wave, day: datetime) -> None:
    """Turn sealed answers into responses of a day, in any order."""
    sealed = list(SealedAnswer.objects.filter(wave=wave))
    _chance.shuffle(sealed)
    change = tallies.Change()
    for one in sealed:
        _record(wave, _given(one.content), day, change)
    change.write()
    SealedAnswer.objects.filter(pk__in=[one.pk for one in sealed]).delete()
    Wave.objects.filter(pk=wave.pk).update(position=day.isoformat())


def _record(wave: Wave, given: Checked, day: datetime, change: tallies.Change) -> None:
    """Nobody can be answered, so there is no case, nobody is told, and nothing can be changed later."""
    response = Response(
        survey=wave.survey,
        channel=wave.channel,
        language_code=wave.survey.default_language,
        created_at=day,
        editable_until=day,
    )
    fill(response, given, day)
    response.save()
    for answer in given.answers:
        if not answer.question.is_comment:
            answer.response = response
            answer.save()
    change.count_response(response)


def _sealed(given: Checked) -> dict[str, object]:
    return {
        "score": given.score,
        "discourage": given.discourage_score,
        "comment": given.comment,
        "version": given.version,
        "answers": [
            {
                "question": answer.question_id,
                "text": answer.text,
                "choices": answer.choices,
                "number": answer.number,
                "yes": answer.yes,
            }
            for answer in given.answers
        ],
    }


def _given(content: dict[str, object]) -> Checked:
    held: list[dict[str, object]] = content["answers"]  # type: ignore[assignment]
    questions = Question.objects.in_bulk([answer["question"] for answer in held])
    return Checked(
        score=content["score"],  # type: ignore[arg-type]
        comment=content["comment"],  # type: ignore[arg-type]
        discourage_score=content["discourage"],  # type: ignore[arg-type]
        version=content["version"],  # type: ignore[arg-type]
        # A question that nobody had answered yet may be gone since.
        answers=[
            Answer(question=questions[answer.pop("question")], **answer)
            for answer in held
            if answer["question"] in questions
        ],
    )
