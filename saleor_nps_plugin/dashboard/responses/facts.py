"""Everything that staff see of a case: what was answered, by whom, about what, and what was done about it."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext

from ... import languages, money, rendering
from ...emails import reply_subject
from ...emails.payloads import greetable
from ...errors import NotFound
from ...referrals.models import ReferralCode
from ...rewards.balances import balances
from ...rewards.ledger import accounts_of
from ...shop import get_shop
from ...shop.desk import History
from ...shop.interface import Order
from ...shop.staff import ANSWERS, CODES, POINTS, Staff
from ...shoppers.recognizing import same_person
from ...surveys.answering import untrue
from ...surveys.following_up import recovery
from ...surveys.following_up.replying_mail import Recipient, recipient_of
from ...surveys.making.texts import choice_label, question_text
from ...surveys.models import Answer, CaseNote, CaseReply, CaseStatus, NoteKind, Response
from ...surveys.reporting.labels import labels_of
from .filters import visible_to
from .followed import asked_again, followed_by
from .origin import origins_of
from .words import STATUS_TONES, STATUSES, Names, age_tone, author_word, events, status_word

_EARLIER = 6
_LINES = 8


def read_response(response_id: int, staff: Staff) -> Response:
    """Return a response that a member of staff may see. Raises NotFound."""
    rows = Response.objects.filter(visible_to(staff), pk=response_id)
    response = rows.select_related("survey", "shopper", "invitation__wave").first()
    if response is None:
        raise NotFound(gettext("There is no such response."))
    return response


def order_of(response: Response) -> Order | None:
    """Return the order of a response as it stands now, if it still exists."""
    return get_shop().orders([response.order_id]).get(response.order_id) if response.order_id else None


def case_of(response: Response, staff: Staff, *, now: datetime) -> dict[str, Any]:
    """Return all that the pane of a case shows."""
    order = order_of(response)
    recipient = recipient_of(response, order)
    return {
        "response": response,
        **head_of(response, order, staff, now=now),
        **history_of(response, staff),
        **compose_of(response, order, recipient, staff),
        "answers": _answers(response),
        "followed": followed_by(response),
        "channel_name": get_shop().labels("channel", [response.channel]).get(response.channel, response.channel),
        "lines": _lines(order),
        "more_lines": max(len(Counter(line.name for line in order.lines)) - _LINES, 0) if order else 0,
        "customer": _customer(response, order, recipient, staff, now=now),
    }


def head_of(
    response: Response, order: Order | None, staff: Staff, *, now: datetime, typed: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Return where a case stands, with what can be made of it. `typed` is what could not be saved, by the field's name."""
    people = [person for person in get_shop().staff_who_may(ANSWERS) if person.sees(response.channel)]
    if response.assignee_id and response.assignee_id not in {person.id for person in people}:
        people += get_shop().staff([response.assignee_id]).values()
    return {
        "response": response,
        "order": order,
        "author": author_word(response),
        "status": status_word(response.case_status),
        "tone": STATUS_TONES.get(response.case_status, ""),  # type: ignore[call-overload]
        "age_tone": age_tone(response, now=now),
        "statuses": [
            {"value": status.value, "title": gettext(title), "is_chosen": status == response.case_status}
            for status, title in STATUSES.items()
        ],
        "people": [(person.id, person.name) for person in people if person.id != staff.id],
        "is_mine": response.assignee_id == staff.id,
        "is_unknown": bool(response.assignee_id)
        and response.assignee_id not in {staff.id, *(one.id for one in people)},
        "is_waiting": response.case_status in (CaseStatus.OPEN, CaseStatus.IN_PROGRESS),
        "origin": origins_of([response])[response.pk],
        "again_days": recovery.days_until_asked(response),
        "tags_written": (typed or {}).get("tags", ", ".join(response.tags)),
        "reason_typed": (typed or {}).get("exclusion_reason", ""),
        "doubts": untrue.told_flags(response.flags),
        # Where staff gave a reason of their own, that is what counts.
        "is_doubted": untrue.is_left_out_by_itself(response),
    }


@dataclass(frozen=True)
class Entry:
    """Something that happened to a case. `reply` is the mail where it was one, with its state in `tone` and `state`."""

    at: datetime
    author: str
    kind: str
    text: str
    events: list[str]
    reply: CaseReply | None = None
    state: str = ""
    tone: str = ""
    is_own: bool = False


def history_of(response: Response, staff: Staff) -> dict[str, Any]:
    """Return what happened to a case, newest first."""
    notes = list(response.notes.order_by("-created_at", "-pk")[:200])
    replies = {reply.pk: reply for reply in response.replies.all()}
    ids = {note.author_id for note in notes} | {
        user_id for note in notes for user_id in note.facts.get("assignee_id", ())
    }
    people = get_shop().staff({user_id for user_id in ids if user_id is not None})
    names = Names({user_id: person.name for user_id, person in people.items()})
    again = asked_again(response)
    entries = [Entry(at, "", NoteKind.CHANGE, "", [told]) for at, told in again or ()]
    entries += [_entry(note, replies, names, staff) for note in notes]
    if again is None and response.case_status == CaseStatus.RESOLVED:
        _tell_of_silence(entries, notes)
    entries.sort(key=lambda entry: entry.at, reverse=True)
    is_moving = any(entry.reply and entry.reply.due_at and not entry.reply.last_error for entry in entries)
    return {"response": response, "entries": entries, "is_moving": is_moving}


def _tell_of_silence(entries: list[Entry], notes: list[CaseNote]) -> None:
    """Say beside the newest "resolved" that nobody asks the customer about it."""
    resolved = (
        entry
        for entry, note in zip(entries, notes, strict=True)
        if note.facts.get("case_status", [""])[-1] == CaseStatus.RESOLVED
    )
    if newest := next(resolved, None):
        newest.events.append(gettext("The customer is not asked whether it is right now."))


def _entry(note: CaseNote, replies: Mapping[int, CaseReply], names: Names, staff: Staff) -> Entry:
    reply = replies.get(note.facts.get("reply", 0)) if note.kind == NoteKind.REPLY else None
    state, tone = _state(reply) if reply else ("", "")
    return Entry(
        at=note.created_at,
        author=names.of(note.author_id),
        kind=note.kind,
        text=note.text,
        events=events(note, names),
        reply=reply,
        state=state,
        tone=tone,
        is_own=note.author_id == staff.id,
    )


def _state(reply: CaseReply) -> tuple[str, str]:
    if reply.sent_at is not None:
        return gettext("Sent"), "good"
    if reply.due_at is None:
        return gettext("Not sent"), "bad"
    if reply.last_error:
        return gettext("Not sent yet; tried again later"), "warn"
    return gettext("Goes out within a minute"), ""


def compose_of(response: Response, order: Order | None, recipient: Recipient | None, staff: Staff) -> dict[str, Any]:
    """Return what the form of a reply shows around what is to be written."""
    shop, language = get_shop(), languages.spoken(response.language_code)
    currency = shop.currency(response.channel) if staff.may(POINTS) and response.channel else ""
    reader = languages.current()
    return {
        "response": response,
        "origin": origins_of([response])[response.pk],
        "recipient": recipient,
        # Whoever comes back to a settled case wants to read what was written, not write anew.
        "is_settled": response.case_status == CaseStatus.RESOLVED and response.replies.exists(),
        "key": uuid4(),
        "reply_language": labels_of("language", [response.language_code]).get(response.language_code, ""),
        "reply_direction": languages.direction(language),
        "greeting": _greeting(recipient.first_name if recipient else "", language),
        "shop_name": shop.settings().for_channel(response.channel).shop_name,
        "subject": reply_subject(order.number if order else "", response.language_code),
        "vouchers": shop.offer_vouchers(response.channel) if staff.may(CODES) and response.channel else [],
        "currency": currency,
        "worth": languages.localize_digits(money.written(100, currency, reader), reader) if currency else "",
    }


def _greeting(first_name: str, language: str) -> str:
    name = greetable(first_name)
    with translation.override(language):
        context = {"has_first_name": bool(name), "first_name": languages.isolate(name, language)}
        return rendering.render("emails/greeting.txt", context)


def _answers(response: Response) -> list[dict[str, str]]:
    """The answers to the follow-up questions, in words."""
    language = languages.current()
    default = response.survey.default_language
    rows = Answer.objects.filter(response=response).select_related("question").order_by("question__position")
    return [
        {
            "question": question_text(answer.question, language, default_language=default),
            "answer": _answered(answer, language, default),
        }
        for answer in rows
    ]


def _answered(answer: Answer, language: str, default: str) -> str:
    if answer.yes is not None:
        return gettext("Yes") if answer.yes else gettext("No")
    if answer.number is not None:
        return languages.localize_digits(f"{answer.number:g}", language)
    chosen = [
        choice_label(choice, language, default_language=default)
        for choice in answer.question.choices
        if str(choice["value"]) in answer.choices
    ]
    return "\n".join(chosen) or answer.text


def _lines(order: Order | None) -> list[tuple[str, str, int]]:
    """What was ordered: id of the product, name, and how many lines of it."""
    many = Counter((line.product_id, line.name) for line in order.lines) if order else Counter()
    return [(product_id, name, count) for (product_id, name), count in list(many.items())[:_LINES]]


def _customer(
    response: Response, order: Order | None, recipient: Recipient | None, staff: Staff, *, now: datetime
) -> dict[str, Any]:
    """What is known of the author: what they bought, answered, and have."""
    user_id = (response.shopper.user_id if response.shopper else None) or (order.user_id if order else None)
    people = list(same_person(response.shopper)) if response.shopper else []
    earlier = _earlier(response, [person.pk for person in people], staff)
    return {
        "user_id": user_id,
        "email": recipient.email if recipient else "",
        "first_name": recipient.first_name if recipient else "",
        "is_known": bool(people),
        # Somebody restricted to channels does not learn what was bought elsewhere.
        "history": _history(response, user_id) if staff.channels is None else None,
        "earlier": [(one, author_word(one)) for one in earlier[: _EARLIER - 1]],
        "has_more": len(earlier) == _EARLIER,
        "points": _points([person.pk for person in people], now) if staff.may(POINTS) else [],
        "code": _code(response, [person.pk for person in people]) if staff.may(CODES) else "",
    }


def _history(response: Response, user_id: int | None) -> History | None:
    shop = get_shop()
    if response.order_id:
        found = shop.histories([response.order_id]).get(response.order_id)
        if found is not None:
            return found
    return shop.customer_history(user_id) if user_id is not None else None


def _earlier(response: Response, shopper_ids: list[int], staff: Staff) -> QuerySet[Response] | list[Response]:
    rows = Response.objects.filter(visible_to(staff), shopper__in=shopper_ids).exclude(pk=response.pk)
    return list(rows.select_related("survey").order_by("-created_at", "-pk")[:_EARLIER])


def _points(shopper_ids: list[int], now: datetime) -> list[tuple[str, Any]]:
    accounts = accounts_of(shopper_ids)
    found = balances(accounts, now=now) if accounts else {}
    return [(account.currency, found[account.pk]) for account in accounts if account.pk in found]


def _code(response: Response, shopper_ids: list[int]) -> str:
    rows = ReferralCode.objects.filter(shopper__in=shopper_ids, channel=response.channel, deactivated_at=None)
    return rows.values_list("code", flat=True).first() or ""
