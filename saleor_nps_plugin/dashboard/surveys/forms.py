"""The form of a survey: what stands in it, what customers read where nothing does, and what somebody else saved meanwhile."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from babel import Locale, UnknownLocaleError
from django.conf.global_settings import LANGUAGES
from django.http import QueryDict
from django.utils.translation import gettext

from ... import languages
from ...shop import get_shop
from ...surveys.editing import LIMITS, Draft, Words, draft_of, drafted, errors_in, parts
from ...surveys.models import Question, QuestionKind, Survey
from ...surveys.scoring import Category
from ...surveys.submission import clean_text
from ...surveys.texts import choice_label, question_text, texts_of

# How each group is called where people have to know which scores it means.
SCORES_OF = {Category.PROMOTER: "9–10", Category.PASSIVE: "7–8", Category.DETRACTOR: "0–6"}


@dataclass(frozen=True)
class Form:
    """A survey as somebody is changing it. `known` is the fingerprint of what they began with, `language` what they look at.

    `typed_delay` is what was typed where that is no number. `theirs` is what somebody else saved meanwhile.
    """

    survey: Survey
    draft: Draft
    known: str
    language: str
    typed_delay: str = ""
    added: tuple[str, ...] = ()
    errors: Mapping[str, str] = field(default_factory=dict)
    theirs: Draft | None = None

    @classmethod
    def opened(cls, survey: Survey, language: str) -> "Form":
        """Return the form of what is stored."""
        draft = draft_of(survey)
        known = (*languages.SUPPORTED, *draft.words)
        return cls(survey, draft, draft.fingerprint, language if language in known else survey.default_language)

    @classmethod
    def sent(cls, survey: Survey, data: QueryDict) -> "Form":
        """Return the form as it came back. What it does not ask for stays as it is stored."""
        stored = draft_of(survey)
        added = tuple(code for code in data.getlist("added") if is_language(code))
        draft, wrong = _typed(survey, stored, data, added)
        form = cls(survey, draft, data.get("known", ""), survey.default_language, wrong, added)
        language = data.get("language", "")
        form = replace(form, language=language if language in form.codes else form.language)
        return replace(form, errors=form.found_errors(data))

    def found_errors(self, data: QueryDict) -> dict[str, str]:
        """Return a sentence for each part that cannot be stored."""
        errors = errors_in(self.draft)
        if self.typed_delay:
            errors["delay_hours"] = gettext("Write a whole number of hours, or nothing.")
        if data.get("every_channel") == "no" and not self.draft.channels:
            errors["channels"] = gettext("Choose at least one channel, or every channel.")
        return errors

    @property
    def codes(self) -> list[str]:
        """The languages to write in: the survey's own first, those that the plugin speaks, those that have words."""
        spoken = sorted(languages.SUPPORTED, key=language_name)
        own = [*self.draft.words, *(code for texts in self.draft.wordings.values() for code in texts), *self.added]
        return list(dict.fromkeys([self.survey.default_language, *spoken, *own]))

    def context(self, channels: Mapping[str, str]) -> dict[str, Any]:
        """Return what the template shows. `channels` are names by slug, those that this person sees."""
        theirs = dict(_texts(self.theirs)) if self.theirs else {}
        settings = get_shop().settings()
        codes = self.codes
        chosen = self.draft.channels
        return {
            "survey": self.survey,
            "known": self.known,
            "name": self.draft.name,
            "is_active": self.draft.is_active,
            "delay": self.typed_delay or ("" if self.draft.delay_hours is None else self.draft.delay_hours),
            "usual_delay": settings.for_channel(chosen[0] if chosen else "").delay_hours,
            "every": not chosen,
            "channels": [
                {"slug": slug, "name": channels.get(slug, slug), "is_chosen": slug in chosen}
                for slug in dict.fromkeys([*channels, *chosen])
            ],
            "languages": [self._language(code, theirs) for code in codes],
            "added": self.added,
            "more_languages": [
                {"code": code, "name": language_name(code)}
                for code in sorted((code for code, _ in LANGUAGES), key=language_name)
                if code not in codes and code.split("-")[0] not in languages.SUPPORTED
            ],
            "errors": self.errors,
            "wrong": len(self.errors),
            "is_clash": self.theirs is not None,
            "their_changes": self._their_changes(),
        }

    def _language(self, code: str, theirs: Mapping[str, str]) -> dict[str, Any]:
        own = self.draft.words.get(code, Words())
        shown = self._without(code)
        texts = texts_of(shown, code, shop_name=get_shop().settings().base.shop_name)
        fields = [
            _Text("question", gettext("The question"), own.question, texts.question, LIMITS["question"]),
            _Text("subject", gettext("Subject of the e-mail"), own.subject, texts.subject, LIMITS["subject"]),
            _Text("thanks", gettext("Words of thanks"), own.thanks, texts.thanks, LIMITS["thanks"], rows=3),
        ]
        follow_ups = [item for question in shown.questions.all() for item in self._follow_ups(question, code)]
        has_own = any(text for part, text, _ in parts(self.draft) if part.endswith(f".{code}"))
        return {
            "code": code,
            "name": language_name(code),
            "direction": languages.direction(languages.spoken(code)),
            "is_default": code == self.survey.default_language,
            "is_chosen": code == self.language,
            "has_own": has_own,
            "is_wrong": any(part.endswith(f".{code}") for part in self.errors),
            "fields": [self._shown(text, code, theirs) for text in fields],
            "follow_ups": [self._shown(text, code, theirs) for text in follow_ups],
        }

    def _follow_ups(self, question: Question, code: str) -> list["_Text"]:
        default = self.survey.default_language
        name = f"q{question.pk}"
        own = self.draft.wordings.get(question.pk, {}).get(code, "")
        usual = question_text(question, code, default_language=default)
        texts = [_Text(name, _asked(question), own, usual, LIMITS["wording"])]
        for choice in question.choices:
            value = str(choice["value"])
            label = self.draft.labels.get(question.pk, {}).get(value, {}).get(code, "")
            usual = choice_label(choice, code, default_language=default)
            title = gettext("Answer to choose: {value}").format(value=value)
            texts.append(_Text(f"{name}.{value}", title, label, usual, LIMITS["label"], is_within=True))
        return texts

    def _shown(self, text: "_Text", code: str, theirs: Mapping[str, str]) -> dict[str, Any]:
        part = f"{text.name}.{code}"
        meanwhile = theirs.get(part, "") if self.theirs else text.own
        return {
            "name": part,
            "id": part.replace(".", "-").replace(" ", "_"),
            "label": text.label,
            "value": text.own,
            "placeholder": text.usual,
            "limit": text.limit,
            "rows": text.rows,
            "is_within": text.is_within,
            "error": self.errors.get(part, ""),
            "is_clash": meanwhile != text.own,
            "meanwhile": meanwhile,
        }

    def _without(self, code: str) -> Survey:
        """The survey without any words in this language: what customers read where its fields are empty."""
        draft = replace(
            self.draft,
            words={other: own for other, own in self.draft.words.items() if other != code},
            wordings={pk: _but(texts, code) for pk, texts in self.draft.wordings.items()},
            labels={
                pk: {value: _but(labels, code) for value, labels in choices.items()}
                for pk, choices in self.draft.labels.items()
            },
        )
        return drafted(self.survey, draft)

    def _their_changes(self) -> list[str]:
        """What differs beside the texts, which say so themselves."""
        theirs = self.theirs
        if theirs is None:
            return []
        changes = [
            (theirs.name != self.draft.name, gettext("Name: {value}"), theirs.name),
            (
                theirs.is_active != self.draft.is_active,
                gettext("Asking: {value}"),
                gettext("On") if theirs.is_active else gettext("Off"),
            ),
            (
                theirs.channels != self.draft.channels,
                gettext("Channels: {value}"),
                ", ".join(theirs.channels) or gettext("Every channel"),
            ),
            (
                theirs.delay_hours != self.draft.delay_hours,
                gettext("Hours of waiting: {value}"),
                gettext("As in Settings") if theirs.delay_hours is None else str(theirs.delay_hours),
            ),
        ]
        return [sentence.replace("{value}", value) for is_other, sentence, value in changes if is_other]


@dataclass(frozen=True)
class _Text:
    """One text to write: `own` is the operator's, `usual` what customers read without it."""

    name: str
    label: str
    own: str
    usual: str
    limit: int
    rows: int = 1
    is_within: bool = False


def language_name(code: str) -> str:
    """Return the name of a language in the reader's."""
    try:
        reader = languages.current()
        return Locale.parse(code, sep="-").get_display_name(reader) or code
    except (ValueError, UnknownLocaleError):
        return code


def scores_of(asked: Category) -> str:
    """Return the scores of a group as the reader writes them."""
    return languages.localize_digits(SCORES_OF[asked], languages.current())


def is_language(code: str) -> bool:
    """Whether somebody may add words in this language."""
    return code in dict(LANGUAGES)


def _typed(survey: Survey, stored: Draft, data: QueryDict, added: Iterable[str]) -> tuple[Draft, str]:
    """Return what was typed, and the delay where it is no number."""
    codes = {*languages.SUPPORTED, *stored.words, *added, survey.default_language}
    codes |= {code for texts in stored.wordings.values() for code in texts}
    delay = data.get("delay_hours", "").strip()
    is_number = delay.isascii() and delay.isdecimal() and len(delay) < 7
    every = data.get("every_channel", "yes") == "yes"
    draft = replace(
        stored,
        name=_line(data.get("name", stored.name)),
        is_active=data.getlist("is_active")[-1] == "true" if "is_active" in data else stored.is_active,
        channels=() if every else tuple(dict.fromkeys(data.getlist("channels"))),
        delay_hours=int(delay) if is_number else None,
        words={code: _words(data, code, stored.words.get(code, Words())) for code in codes},
        wordings={pk: _by_language(data, f"q{pk}", codes, texts) for pk, texts in stored.wordings.items()},
        labels={
            pk: {value: _by_language(data, f"q{pk}.{value}", codes, labels) for value, labels in choices.items()}
            for pk, choices in stored.labels.items()
        },
    )
    written = {code: own for code, own in draft.words.items() if own != Words()}
    return replace(draft, words=written), "" if is_number else delay


def _words(data: QueryDict, code: str, stored: Words) -> Words:
    return Words(
        question=_line(data.get(f"question.{code}", stored.question)),
        subject=_line(data.get(f"subject.{code}", stored.subject)),
        thanks=clean_text(data.get(f"thanks.{code}", stored.thanks)),
    )


def _by_language(data: QueryDict, name: str, codes: Iterable[str], stored: Mapping[str, str]) -> dict[str, str]:
    typed = {code: _line(data.get(f"{name}.{code}", stored.get(code, ""))) for code in sorted(codes)}
    return _but({code: text for code, text in typed.items() if text}, "")


def _line(text: str) -> str:
    return " ".join(clean_text(text).split())


def _but(texts: Mapping[str, str], code: str) -> dict[str, str]:
    return {other: text for other, text in texts.items() if other != code}


def _texts(draft: Draft) -> list[tuple[str, str]]:
    return [(part, text) for part, text, _ in parts(draft)]


def _asked(question: Question) -> str:
    if question.categories:
        text = gettext("Asked after a score of {scores}")
        scores = [scores_of(asked) for asked in reversed(Category) if asked.value in question.categories]
        return text.format(scores=", ".join(scores))
    if question.kind == QuestionKind.TEXT:
        return gettext("Asked after every score")
    return gettext("Question with answers to choose")
