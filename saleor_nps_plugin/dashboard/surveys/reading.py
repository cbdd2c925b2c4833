"""Makes a draft of the form that a browser sent. What the form does not ask for stays as it is stored."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation

from django.conf.global_settings import LANGUAGES
from django.http import QueryDict

from ... import languages
from ...surveys.answering.submission import clean_text
from ...surveys.making.drafts import MOST_CHOICES, ChoiceDraft, Draft, QuestionDraft, Words
from ...surveys.making.texts import shown_name

# More than can be stored, so that a form that says what is wrong loses nothing; far fewer than would keep a worker busy.
_MOST_QUESTIONS = 40
_MOST_CHOICES = MOST_CHOICES + 10


@dataclass(frozen=True)
class Typed:
    """What was typed. `wrong` holds, by field, what was typed where that is no number."""

    draft: Draft
    wrong: Mapping[str, str] = field(default_factory=dict)


def codes_of(draft: Draft) -> list[str]:
    """Return the languages in which a draft has words."""
    codes = list(draft.words)
    for question in draft.questions:
        codes += question.texts
        codes += [code for choice in question.choices for code in choice.labels]
    return list(dict.fromkeys(codes))


def is_language(code: str) -> bool:
    """Whether somebody may add words in this language."""
    return code in dict(LANGUAGES)


def typed(stored: Draft, data: QueryDict, *, default_language: str, added: Iterable[str]) -> Typed:
    """Return the draft that a form holds."""
    codes = {*languages.SUPPORTED, *codes_of(stored), *added, default_language}
    wrong: dict[str, str] = {}
    every = data.get("every_channel", "yes" if not stored.channels else "no") == "yes"
    draft = replace(
        stored,
        name=line(data.get("name", stored.name)),
        is_active=_switch(data, "is_active", stored.is_active),
        touchpoint=data.get("touchpoint", stored.touchpoint),
        channels=() if every else tuple(dict.fromkeys(data.getlist("channels"))),
        delay_hours=_delay(data, stored.delay_hours, wrong),
        weight=_weight(data, stored.weight, wrong),
        ignores_cooldown=_switch(data, "ignores_cooldown", stored.ignores_cooldown),
        asks_discourage=_switch(data, "asks_discourage", stored.asks_discourage),
        is_anonymous=_switch(data, "is_anonymous", stored.is_anonymous),
        words={code: _words(data, code, stored.words.get(code, Words())) for code in codes},
        questions=_questions(data, codes) if "has_questions" in data else stored.questions,
    )
    written = {code: own for code, own in draft.words.items() if own != Words()}
    questions = tuple(_as_stored(question, stored, default_language) for question in draft.questions)
    return Typed(replace(draft, name=_name(draft.name, stored), words=written, questions=questions), wrong)


def without_blanks(draft: Draft) -> Draft:
    """Return a draft without the answers to choose that nobody wrote; a question that has no other keeps them."""
    return replace(draft, questions=tuple(_without_blanks(question) for question in draft.questions))


def _without_blanks(question: QuestionDraft) -> QuestionDraft:
    written = tuple(choice for choice in question.choices if choice.value or choice.labels)
    return replace(question, choices=written or question.choices)


def _name(name: str, stored: Draft) -> str:
    """The form has the name in the reader's language, which renames no ready survey."""
    return stored.name if name == shown_name(stored.slug, stored.name) else name


def _as_stored(question: QuestionDraft, stored: Draft, default_language: str) -> QuestionDraft:
    """The form has a choice's own words as its label in the survey's language, which it needs not have."""
    labelled = {
        (item.id, choice.value)
        for item in stored.questions
        for choice in item.choices
        if default_language in choice.labels
    }
    choices = tuple(
        replace(choice, labels={code: text for code, text in choice.labels.items() if code != default_language})
        if choice.labels.get(default_language) == choice.value and (question.id, choice.value) not in labelled
        else choice
        for choice in question.choices
    )
    return replace(question, choices=choices)


def line(text: str) -> str:
    """Return a text in one line."""
    return " ".join(clean_text(text).split())


def _switch(data: QueryDict, name: str, stored: bool) -> bool:
    return data.getlist(name)[-1] == "true" if name in data else stored


def _delay(data: QueryDict, stored: int | None, wrong: dict[str, str]) -> int | None:
    if "delay_hours" not in data:
        return stored
    text = data.get("delay_hours", "").strip()
    if text.isascii() and text.isdecimal() and len(text) < 7:
        return int(text)
    if text:
        wrong["delay_hours"] = text
    return None


def _weight(data: QueryDict, stored: Decimal, wrong: dict[str, str]) -> Decimal:
    if "weight" not in data:
        return stored
    text = data.get("weight", "").strip()
    try:
        # Digits of any script; Decimal alone would also take "1e9" and "NaN".
        if re.fullmatch(r"\d{1,6}([.,٫]\d{1,6})?", text):
            return Decimal(re.sub("[,٫]", ".", text))
    except InvalidOperation:
        pass
    wrong["weight"] = text
    return stored


def _words(data: QueryDict, code: str, stored: Words) -> Words:
    return Words(
        question=line(data.get(f"question.{code}", stored.question)),
        subject=line(data.get(f"subject.{code}", stored.subject)),
        thanks=clean_text(data.get(f"thanks.{code}", stored.thanks)),
    )


def _questions(data: QueryDict, codes: Iterable[str]) -> tuple[QuestionDraft, ...]:
    """The fields of the question in place 3 begin with q3; those that are no words have a colon."""
    places = range(_count(data.get("questions", ""), _MOST_QUESTIONS))
    return tuple(_question(data, f"q{place}", sorted(codes)) for place in places)


def _question(data: QueryDict, name: str, codes: list[str]) -> QuestionDraft:
    pk = data.get(f"{name}:id", "")
    choices = range(_count(data.get(f"{name}:choices", ""), _MOST_CHOICES))
    return QuestionDraft(
        id=int(pk) if re.fullmatch(r"[0-9]{1,18}", pk) else None,
        kind=data.get(f"{name}:kind", ""),
        role=data.get(f"{name}:role", ""),
        categories=tuple(dict.fromkeys(data.getlist(f"{name}:categories"))),
        is_required=_switch(data, f"{name}:required", False),
        is_comment=data.get(f"{name}:comment") == "yes",
        texts=_by_language(data, name, codes),
        choices=tuple(
            ChoiceDraft(line(data.get(f"{name}.c{at}", "")), _by_language(data, f"{name}.c{at}", codes))
            for at in choices
        ),
    )


def _by_language(data: QueryDict, name: str, codes: list[str]) -> dict[str, str]:
    texts = {code: line(data.get(f"{name}.{code}", "")) for code in codes}
    return {code: text for code, text in texts.items() if text}


def _count(text: str, most: int) -> int:
    return min(int(text), most) if re.fullmatch(r"[0-9]{1,4}", text) else 0
