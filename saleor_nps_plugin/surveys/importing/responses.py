"""Past responses: read, checked, and written with their tallies in one transaction per batch."""

import json
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from django.db import connection, transaction

from ...shoppers.recognizing import email_hash, keyed_hash
from ..answering.submission import LONGEST_COMMENT, clean_text
from ..models import Response, Survey
from ..reporting import tallies
from ..reporting.scoring import scores_on
from . import memory
from .files import Row, Rows
from .formats import SCALES_BY_NAME
from .report import Report, RowError
from .values import Dates, read_email, read_score

BATCH = 5000
_MOST_TAGS, _LONGEST_TAG = 50, 50
_LEFT_OUT = "Left out of the score before it was imported"
# Only one import at a time, so that what is found new is still new when it is written.
_LOCK = 0x6E70735F696D70
# As one text, because Django's way of many rows takes several times as long.
_INSERT = """
    INSERT INTO nps_response (
        survey_id, survey_version, language_code, exclusion_reason, shopper_id, channel, country, segments, score, comment,
        tags, is_counted, import_key, created_at, updated_at, editable_until, may_contact, case_status
    )
    SELECT
        %s, %s, coalesce(nullif(g.language, ''), %s), CASE WHEN g.is_counted THEN '' ELSE %s END, s.id, g.channel, g.country,
        CASE WHEN g.language = '' THEN '{}' ELSE jsonb_build_object('language', jsonb_build_array(g.language)) END,
        g.score, g.comment, g.tags, g.is_counted, g.import_key, g.created_at, g.created_at, g.created_at, false, 'none'
    FROM json_to_recordset(%s::json) AS g (
        import_key text, email_hash text, score int, comment text, created_at timestamptz, language text, country text,
        channel text, tags text[], is_counted bool
    )
    LEFT JOIN nps_shopper AS s ON s.email_hash = g.email_hash AND g.email_hash <> ''
    RETURNING id
"""
# In order, so that whoever writes shoppers meanwhile never waits crosswise.
_NOTE_SHOPPERS = """
    INSERT INTO nps_shopper AS s (email_hash, asked_at, created_at)
    SELECT hash, at, now() FROM unnest(%s::text[], %s::timestamptz[]) AS g (hash, at) ORDER BY hash
    ON CONFLICT (email_hash) DO UPDATE SET asked_at = greatest(s.asked_at, excluded.asked_at)
"""
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}([_-][A-Za-z0-9]{2,8})*")
_COUNTRY = re.compile(r"[A-Za-z]{2}")
_YES = ("true", "yes", "1", "t", "y")


@dataclass(frozen=True)
class Destination:
    """Where imported responses belong: `channel` is that of rows that name none, `channels` are those there are."""

    survey: Survey
    channel: str
    channels: Collection[str]
    dates: Dates
    separator_of_tags: str = ","


@dataclass(frozen=True)
class _Read:
    """A row that can be imported. `digest` is the same for rows that say the same; `is_unique` where that makes them one."""

    digest: str
    is_unique: bool
    email_hash: str
    score: int
    comment: str
    created_at: datetime
    language: str
    country: str
    channel: str
    tags: tuple[str, ...]
    is_counted: bool


def import_responses(
    rows: Rows,
    to: Destination,
    report: Report,
    *,
    now: datetime,
    is_written: bool,
    progress: Callable[[], None] = lambda: None,
) -> None:
    """Import every row that can be, and add what was found to `report`; nothing is written unless `is_written`.

    A row is known again by the id that the tool gave it, else by all that it says; rows that say the same and name nobody
    are as many answers as there are rows. Imported answers open no case, and nobody is told of them or thanked.
    """
    memory.begin()
    stream = iter(rows)
    while batch := list(islice(stream, BATCH)):
        read = [one for one in (_checked(row, to, report, now) for row in batch) if one is not None]
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
            keyed = _with_keys(read)
            # The index has only rows with a key, and of a long list PostgreSQL does not see that it is about those.
            stored = Response.objects.filter(import_key__in=keyed).exclude(import_key="")
            known = set(stored.values_list("import_key", flat=True))
            new = {key: one for key, one in keyed.items() if key not in known}
            if is_written and new:
                _write(new, to.survey)
        report.new += len(new)
        report.repeated += len(read) - len(new)
        progress()


def _checked(row: Row, to: Destination, report: Report, now: datetime) -> _Read | None:
    report.rows += 1
    try:
        return _read(row, to, report, now)
    except RowError as error:
        report.refuse(row.line, error)
        return None


def _read(row: Row, to: Destination, report: Report, now: datetime) -> _Read | None:
    if row.trouble:
        raise RowError(row.trouble)
    if not row.get("score"):
        report.passed_over["without a score"] += 1
        return None
    asked = row.get("question_type").casefold()
    if asked and SCALES_BY_NAME.get(asked, asked) != to.survey.scale:
        report.passed_over[f"answers to another kind of question ({asked[:20]})"] += 1
        return None
    # What is anonymous here stays so, whatever the file says.
    email = row.get("email") if not to.survey.is_anonymous else ""
    return _Read(
        digest=_digest(row, to.survey),
        is_unique=bool(row.get("id") or email),
        email_hash=email_hash(read_email(email)) if email else "",
        score=read_score(row.get("score"), scores_on(to.survey.scale)),
        comment=_comment(row.get("comment")),
        created_at=to.dates.read(row.get("date"), now=now) if row.get("date") else _no_date(),
        language=_coded(row, "language", _LANGUAGE, report).replace("_", "-").lower(),
        country=_coded(row, "country", _COUNTRY, report).upper(),
        channel=_channel(row, to),
        tags=_tags(row.get("tags"), to.separator_of_tags),
        is_counted=row.get("excluded").casefold() not in _YES,
    )


def _no_date() -> datetime:
    raise RowError("there is no date")


def _digest(row: Row, survey: Survey) -> str:
    """By what the file says, not by what is made of it: another time zone is no other answer."""
    if row.get("id"):
        said = ["id", row.get("id")]
    else:
        email = "" if survey.is_anonymous else row.get("email").casefold()
        said = ["row", email, row.get("date"), row.get("score"), row.get("comment")]
    return keyed_hash("\0".join([str(survey.pk), *said]), salt=b"saleor_nps_plugin.import")


def _comment(text: str) -> str:
    comment = clean_text(text)
    if len(comment) > LONGEST_COMMENT:
        raise RowError(f"the comment has {len(comment)} characters; at most {LONGEST_COMMENT} fit")
    return comment


def _coded(row: Row, name: str, allowed: re.Pattern[str], report: Report) -> str:
    """A code, or nothing where the file has a name instead."""
    text = row.get(name)
    if text and not (allowed.fullmatch(text) and len(text) <= 35):
        report.remarks[f"the {name} is no code such as {'de' if name == 'language' else 'DE'}, and left out"] += 1
        return ""
    return text


def _channel(row: Row, to: Destination) -> str:
    channel = row.get("channel") or to.channel
    if channel and channel not in to.channels:
        raise RowError(f'there is no channel "{channel[:60]}"')
    return channel


def _tags(text: str, separator: str) -> tuple[str, ...]:
    tags = dict.fromkeys(clean_text(tag)[:_LONGEST_TAG] for tag in text.split(separator))
    return tuple(filter(None, tags))[:_MOST_TAGS]


def _with_keys(read: Sequence[_Read]) -> dict[str, _Read]:
    """The rows by the key under which they are known, those that were in the file before left out."""
    here = Counter(one.digest for one in read)
    seen = {digest: many - here[digest] for digest, many in memory.count(here).items()}
    keyed = {}
    for one in read:
        seen[one.digest] += 1
        number = seen[one.digest]
        if number == 1:
            keyed[one.digest] = one
        elif not one.is_unique:
            keyed[keyed_hash(f"{one.digest}:{number}", salt=b"saleor_nps_plugin.import")] = one
    return keyed


def _write(new: Mapping[str, _Read], survey: Survey) -> None:
    _note_shoppers(new.values())
    rows = [
        {
            "import_key": key,
            "email_hash": one.email_hash,
            "score": one.score,
            "comment": one.comment,
            "created_at": one.created_at.isoformat(),
            "language": one.language,
            "country": one.country,
            "channel": one.channel,
            "tags": one.tags,
            "is_counted": one.is_counted,
        }
        for key, one in new.items()
    ]
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [survey.pk, survey.version, survey.default_language, _LEFT_OUT, json.dumps(rows)])
        ids = [response_id for (response_id,) in cursor.fetchall()]
    tallies.count_many(ids)


def _note_shoppers(read: Iterable[_Read]) -> None:
    """Whoever answered elsewhere is not asked again soon."""
    latest: dict[str, datetime] = {}
    for one in read:
        if one.email_hash:
            latest[one.email_hash] = max(one.created_at, latest.get(one.email_hash, one.created_at))
    with connection.cursor() as cursor:
        cursor.execute(_NOTE_SHOPPERS, [list(latest), list(latest.values())])
