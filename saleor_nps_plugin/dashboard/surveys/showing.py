"""What the form of a survey shows of its texts and questions, with what customers read where a field is empty."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import gettext

from ... import languages
from ...shop import get_shop
from ...surveys.making.drafts import LIMITS, MOST_CHOICES, ChoiceDraft, Draft, QuestionDraft, Words
from ...surveys.making.editing import drafted
from ...surveys.making.ready_questions import READY
from ...surveys.making.texts import REASONS, choice_label, question_text, texts_of
from ...surveys.models import Question, QuestionKind, QuestionRole, Survey
from ...surveys.reporting.scoring import Category
from .naming import KINDS, group_scores, hint_for, kind_name, language_name, question_name


@dataclass(frozen=True)
class Shown:
    """A survey as the form has it. `theirs` are texts that somebody else saved meanwhile, by the names of their fields."""

    survey: Survey
    draft: Draft
    stored: Draft
    codes: Sequence[str]
    errors: Mapping[str, str]
    theirs: Mapping[str, str] | None = None
    focus: str = ""
    without: Mapping[str, Survey] = field(default_factory=dict)

    @classmethod
    def of(cls, survey: Survey, draft: Draft, stored: Draft, codes: Sequence[str], **values: Any) -> "Shown":
        """Work out what customers read where a field is empty: the survey without any words in that language."""
        without = {code: drafted(survey, _without(draft, code)) for code in codes}
        return cls(survey, draft, stored, codes, without=without, **values)

    def words(self, code: str) -> list[dict[str, Any]]:
        """Return the texts of the survey itself in a language."""
        own = self.draft.words.get(code, Words())
        usual = texts_of(self.without[code], code, shop_name=get_shop().settings().base.shop_name)
        named = [
            ("question", gettext("The question"), own.question, usual.question, 1),
            ("subject", gettext("Subject of the e-mail"), own.subject, usual.subject, 1),
            ("thanks", gettext("Words of thanks"), own.thanks, usual.thanks, 3),
        ]
        return [
            self._text(name, code, label, text, usual, LIMITS[name], rows=rows)
            for name, label, text, usual, rows in named
        ]

    def questions(self) -> list[dict[str, Any]]:
        """Return the follow-up questions."""
        return [self._question(place, question) for place, question in enumerate(self.draft.questions)]

    def _question(self, place: int, question: QuestionDraft) -> dict[str, Any]:
        name = f"q{place}"
        return {
            "name": name,
            "id": question.id or "",
            "title": question_name(question),
            "hint": hint_for(question),
            "kind": question.kind,
            "role": question.role,
            "is_comment": question.is_comment,
            "is_required": question.is_required,
            "kinds": self._kinds(question),
            "groups": [
                {
                    "value": asked.value,
                    "scores": group_scores(asked, self.draft.scale),
                    "is_chosen": asked.value in question.categories,
                }
                for asked in reversed(Category)
            ],
            "texts": [self._wording(place, question, code) for code in self.codes],
            "has_choices": question.has_choices,
            "choices": [self._choice(place, question, at, choice) for at, choice in enumerate(question.choices)],
            "may_add_choice": question.has_choices and len(question.choices) < MOST_CHOICES,
            "error": self.errors.get(name, ""),
            "choices_error": self.errors.get(f"{name}.choices", ""),
            "is_first": place == 0,
            "is_last": place == len(self.draft.questions) - 1,
            "has_focus": self.focus == name,
            "wording": self._read(place, self.survey.default_language),
            "is_open": question.id is None or self._is_looked_at(name),
            "is_looked_at": self._is_looked_at(name),
        }

    def _is_looked_at(self, name: str) -> bool:
        """Whether somebody has just pressed one of its buttons, or has to see what is wrong or saved otherwise."""
        places = (self.focus, *self.errors)
        return self.theirs is not None or any(
            place == name or place.startswith((f"{name}.", f"{name}-")) for place in places
        )

    def _kinds(self, question: QuestionDraft) -> list[dict[str, Any]]:
        """The kinds to choose from; what has a purpose of its own is of the kind that serves it."""
        if question.role or question.is_comment:
            return []
        return [{"value": kind, "name": kind_name(kind), "is_chosen": kind == question.kind} for kind in KINDS]

    def _wording(self, place: int, question: QuestionDraft, code: str) -> dict[str, Any]:
        usual = self._read(place, code, without=True)
        label = gettext("Question in {language}").replace("{language}", language_name(code))
        return self._text(f"q{place}", code, label, question.texts.get(code, ""), usual, LIMITS["wording"])

    def _read(self, place: int, code: str, *, without: bool = False) -> str:
        """What customers read in a language; `without` is as if nothing were written in it."""
        row = self._row(code, place)
        question = self.draft.questions[place]
        own = "" if without else question.texts.get(code, "")
        has_usual = question.role or question.kind == QuestionKind.TEXT or row.texts
        return own or (question_text(row, code, default_language=self.survey.default_language) if has_usual else "")

    def _choice(self, place: int, question: QuestionDraft, at: int, choice: ChoiceDraft) -> dict[str, Any]:
        name = f"q{place}.c{at}"
        is_known = self._is_known(question, choice)
        # What is typed for a new choice is what everybody reads who has no other words.
        codes = [code for code in self.codes if is_known or code != self.survey.default_language]
        return {
            "name": name,
            "id": name.replace(".", "-"),
            "value": choice.value,
            "is_known": is_known,
            "at": at,
            "number": at + 1,
            "label": self._usual_label(place, at, self.survey.default_language) if is_known else choice.value,
            "texts": [self._label(place, at, choice, code) for code in codes],
            "error": self.errors.get(name, ""),
            "has_focus": self.focus == name.replace(".", "-"),
        }

    def _is_known(self, question: QuestionDraft, choice: ChoiceDraft) -> bool:
        """Whether answers are counted under the value, or will be: then it stays, and its labels are what changes."""
        ready = READY.get(question.role) if question.role != QuestionRole.COMPETITOR else None
        stored = [item for item in self.stored.questions if question.id is not None and item.id == question.id]
        return any(
            choice.value == item.value for known in (ready, *stored) if known is not None for item in known.choices
        )

    def _label(self, place: int, at: int, choice: ChoiceDraft, code: str) -> dict[str, Any]:
        usual = self._usual_label(place, at, code)
        label = gettext("{answer} in {language}").replace("{language}", language_name(code)).replace("{answer}", usual)
        own = choice.labels.get(code, "")
        shown = self._text(f"q{place}.c{at}", code, label, own, usual, LIMITS["label"]) | {"is_quiet": True}
        is_own_word = code == self.survey.default_language and choice.value not in REASONS
        # What staff wrote themselves is no suggestion.
        return shown | {"value": choice.value} if is_own_word and not own else shown

    def _usual_label(self, place: int, at: int, code: str) -> str:
        row = self._row(code, place)
        return choice_label(row.choices[at], code, default_language=self.survey.default_language)

    def _row(self, code: str, place: int) -> Question:
        return list(self.without[code].questions.all())[place]

    def _text(
        self, name: str, code: str, label: str, own: str, usual: str, limit: int, *, rows: int = 1
    ) -> dict[str, Any]:
        part = f"{name}.{code}"
        meanwhile = own if self.theirs is None else self.theirs.get(part, "")
        return {
            "name": part,
            "id": part.replace(".", "-"),
            "code": code,
            "at": self.codes.index(code),
            "direction": languages.direction(languages.spoken(code)),
            "label": label,
            "value": own,
            "placeholder": usual,
            "limit": limit,
            "rows": rows,
            "error": self.errors.get(part, ""),
            "is_clash": meanwhile != own,
            "meanwhile": meanwhile,
            "is_quiet": False,
        }


def texts_like(draft: Draft, theirs: Draft) -> dict[str, str]:
    """Return the texts of another draft by the names of fields in this one's form, where both have the question."""
    texts = {
        f"{name}.{code}": getattr(own, name)
        for code, own in theirs.words.items()
        for name in ("question", "subject", "thanks")
    }
    others = {question.id: question for question in theirs.questions}
    for place, question in enumerate(draft.questions):
        other = others.get(question.id, question) if question.id else question
        texts |= {f"q{place}.{code}": text for code, text in other.texts.items()}
        labels = {choice.value: choice.labels for choice in other.choices}
        for at, choice in enumerate(question.choices):
            texts |= {f"q{place}.c{at}.{code}": text for code, text in labels.get(choice.value, choice.labels).items()}
    return texts


def _without(draft: Draft, code: str) -> Draft:
    questions = tuple(
        replace(
            question,
            texts=_but(question.texts, code),
            choices=tuple(replace(choice, labels=_but(choice.labels, code)) for choice in question.choices),
        )
        for question in draft.questions
    )
    return replace(draft, words={at: own for at, own in draft.words.items() if at != code}, questions=questions)


def _but(texts: Mapping[str, str], code: str) -> dict[str, str]:
    return {other: text for other, text in texts.items() if other != code}


def names_of(questions: Iterable[QuestionDraft]) -> str:
    """Return what sorts of questions these are, in their order."""
    return ", ".join(question_name(question) for question in questions)
