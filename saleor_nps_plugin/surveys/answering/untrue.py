"""Answers that may be untrue: what they are known by is noted with the answer, and judged by the worker a minute later."""

import ipaddress
import math
import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, models
from django.utils.translation import gettext, gettext_noop

from ...shop import get_shop
from ...shoppers.recognizing import keyed_hash
from ..models import Response, Source, Touchpoint

# How long after the answer it is judged: by then whoever sends many at once has sent the others, too.
PATIENCE = timedelta(minutes=1)
KEPT_FOR = timedelta(days=7)
FEWEST_LETTERS = 20
# No page is open for longer, and a clock that went back says nothing.
_LONGEST_SECONDS = 10 * 24 * 3600

# Programs that fetch pages, by what they call themselves. A "Cubot" is a phone.
_SCANNERS = re.compile(
    r"(?<!cu)bot\b|crawl|spider|slurp|scanner|headless|phantomjs|python-|curl/|wget/|go-http-client|libwww|java/"
    r"|barracuda|proofpoint|mimecast|fireeye|trendmicro|symantec|bitdefender|safelinks|googleimageproxy|yahoomailproxy"
    r"|facebookexternalhit|skypeuripreview|preview\b",
    re.IGNORECASE,
)

_KEEP_TRACE = """
    INSERT INTO nps_trace (response_id, device, network, words, seconds, hints, created_at, is_checked)
    VALUES (%s, %s, %s, %s, %s, %s::varchar(20)[], %s, false)
    ON CONFLICT (response_id) DO UPDATE SET
        device = excluded.device, network = excluded.network, words = excluded.words, seconds = excluded.seconds,
        hints = ARRAY(SELECT DISTINCT unnest(nps_trace.hints || excluded.hints)), is_checked = false
"""


class Flag(models.TextChoices):
    """Why an answer may be untrue."""

    TOO_FAST = "too_fast"
    SAME_DEVICE = "same_device"
    SAME_NETWORK = "same_network"
    SAME_COMMENT = "same_comment"
    HONEYPOT = "honeypot"
    SCANNER = "scanner"


def note(response: Response, *, trace: Mapping[str, Any], now: datetime) -> None:
    """Note what tells an answer from those of machines and crowds, in the transaction that records or changes it.

    `trace` may have "network" (an IP address), "device" (what tells a device from others in its network, such as its user
    agent), "agent" (the user agent), "seconds" (between page and answer), "honeypot" (whether the field that people do not
    see was filled in); whatever is missing or nonsense is not judged. Addresses and agents are stored as hashes whose key
    changes daily. Nothing is noted of an anonymous answer, or where the operator flags none. A tablet in the store is one
    device for everybody, and employees share a network: neither is held against them.
    """
    if response.survey.is_anonymous or not get_shop().settings().for_channel(response.channel).flag_untrue:
        return
    marks = trace.get("sealed") or sealed(trace, now=now)["sealed"]
    invitation = response.invitation
    is_shared = invitation is not None and invitation.source == Source.KIOSK
    is_office = response.survey.touchpoint in (Touchpoint.EMPLOYEE, Touchpoint.PARTNER)
    with connection.cursor() as cursor:
        cursor.execute(
            _KEEP_TRACE,
            [
                response.pk,
                "" if is_shared else marks["device"],
                "" if is_shared or is_office else marks["network"],
                _hash_of_words(response.comment),
                marks["seconds"],
                marks["hints"],
                now,
            ],
        )


def sealed(trace: Mapping[str, Any], *, now: datetime) -> dict[str, Any]:
    """Return a trace without addresses and agents, for `note` to take later; JSON can hold it."""
    network, device = _network_of(trace), _text(trace.get("device")) or _text(trace.get("agent"))
    marks = {
        "device": _hash_of_today(f"{network}\n{device}", now.date()) if network and device else "",
        "network": _hash_of_today(network, now.date()) if network else "",
        "seconds": _seconds(trace.get("seconds")),
        "hints": _hints(trace),
    }
    return {"sealed": marks}


def _text(value: object) -> str:
    return value.strip()[:1000] if isinstance(value, str) else ""


def _network_of(trace: Mapping[str, Any]) -> str:
    """An address of IPv4, or the half of one of IPv6 that a connection has to itself."""
    text = _text(trace.get("network"))
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return text
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((int(address), 64), strict=False).network_address)
    return str(address)


def _hash_of_today(text: str, day: date) -> str:
    return keyed_hash(text, salt=f"saleor_nps_plugin.trace.{day.isoformat()}".encode())


def _hash_of_words(comment: str) -> str:
    """What two comments have in common that say the same; "" for one too short to tell."""
    letters = "".join(character for character in comment.casefold() if character.isalnum())
    return keyed_hash(letters, salt=b"saleor_nps_plugin.words") if len(letters) >= FEWEST_LETTERS else ""


def _seconds(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if math.isfinite(value) and 0 <= value <= _LONGEST_SECONDS else None


def _hints(trace: Mapping[str, Any]) -> list[str]:
    hints = [Flag.HONEYPOT.value] if trace.get("honeypot") else []
    return [*hints, Flag.SCANNER.value] if _SCANNERS.search(_text(trace.get("agent"))) else hints


# How each is called in English, which is what is stored with an answer; whoever reads it gets a translation.
NAMES = {
    Flag.TOO_FAST: gettext_noop("answered faster than anybody writes"),
    Flag.SAME_DEVICE: gettext_noop("many answers from one device"),
    Flag.SAME_NETWORK: gettext_noop("many answers from one network"),
    Flag.SAME_COMMENT: gettext_noop("the same comment several times"),
    Flag.HONEYPOT: gettext_noop("a field that people do not see was filled in"),
    Flag.SCANNER: gettext_noop("sent by a program"),
}
_LOOKS_UNTRUE = gettext_noop("Looks untrue: {reasons}")
_LONGEST_REASON = 200


def stored_reason(flags: Sequence[str]) -> str:
    """Return the reason that is stored with an answer that is left out because of these flags; English."""
    return _LOOKS_UNTRUE.format(reasons=", ".join(NAMES[Flag(flag)] for flag in flags if flag in NAMES))[
        :_LONGEST_REASON
    ]


def told_reason(response: Response) -> str:
    """Return why an answer is left out of the score, in the reader's language where the words are ours."""
    if is_left_out_by_itself(response):
        return gettext(_LOOKS_UNTRUE).format(reasons=told_flags(response.flags))
    return response.exclusion_reason


def is_left_out_by_itself(response: Response) -> bool:
    """Whether an answer is left out because of its flags, and not for a reason that staff gave."""
    return (
        not response.is_counted and bool(response.flags) and response.exclusion_reason == stored_reason(response.flags)
    )


def is_flagged(response: Response) -> bool:
    """Whether an answer looks untrue, and staff have not put it back."""
    return bool(response.flags) and not response.is_counted


def told_flags(flags: Sequence[str]) -> str:
    """Return what speaks against an answer, in the reader's language."""
    return ", ".join(gettext(NAMES[Flag(flag)]) for flag in flags if flag in NAMES)


def is_put_back(response: Response) -> bool:
    """Whether staff have decided that a flagged answer counts; nothing leaves it out again by itself."""
    return bool(response.flags) and response.is_counted
