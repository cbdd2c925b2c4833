"""The form of a survey: what stands in it, and what somebody else saved meanwhile."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.conf.global_settings import LANGUAGES
from django.http import QueryDict
from django.utils.translation import gettext, ngettext

from ... import languages
from ...shop import get_shop
from ...surveys.making import versions
from ...surveys.making.drafts import MOST_QUESTIONS, Draft, draft_of, errors_in, parts
from ...surveys.making.editing import makes_version
from ...surveys.making.ready_questions import READY, name_of
from ...surveys.making.texts import shown_name
from ...surveys.models import QuestionRole, Scale, Survey, Touchpoint
from ..tags import number
from ..words import touchpoint
from .arranging import COMMENT, Step, arrange
from .naming import KINDS, kind_name, language_name, scale_name
from .reading import codes_of, is_language, typed, without_blanks
from .showing import Shown, names_of, texts_like
from .untranslated import Untranslated, untranslated


@dataclass(frozen=True)
class Form:
    """A survey as somebody is changing it. `known` is the fingerprint of what they began with, `language` what they look at.

    `stored` is what the survey is now, for a new one what it begins with. `wrong` is what was typed where that is no
    number. `theirs` is what somebody else saved meanwhile. `focus` names the element at which to go on.
    """

    survey: Survey
    stored: Draft
    draft: Draft
    known: str
    language: str
    wrong: Mapping[str, str] = field(default_factory=dict)
    added: tuple[str, ...] = ()
    errors: Mapping[str, str] = field(default_factory=dict)
    theirs: Draft | None = None
    focus: str = ""

    @classmethod
    def opened(cls, survey: Survey, language: str, beginning: Draft | None = None) -> "Form":
        """Return the form of what is stored, or of what a new survey begins with."""
        draft = beginning or draft_of(survey)
        known = (*languages.SUPPORTED, *codes_of(draft))
        return cls(survey, draft, draft, draft.fingerprint, language if language in known else survey.default_language)

    @classmethod
    def sent(cls, survey: Survey, data: QueryDict, beginning: Draft | None = None, *, goes_on: bool = False) -> "Form":
        """Return the form as it came back. What it does not ask for stays as it is stored.

        `goes_on` keeps answers to choose that are empty: somebody is about to write them.
        """
        stored = beginning or draft_of(survey)
        added = tuple(code for code in data.getlist("added") if is_language(code))
        read = typed(stored, data, default_language=survey.default_language, added=added)
        draft = read.draft if goes_on else without_blanks(read.draft)
        form = cls(survey, stored, draft, data.get("known", ""), survey.default_language, read.wrong, added)
        language = data.get("language", "")
        form = replace(form, language=language if language in form.codes else form.language)
        return replace(form, errors=form.found_errors(data))

    def found_errors(self, data: QueryDict) -> dict[str, str]:
        """Return a sentence for each part that cannot be stored."""
        errors = errors_in(self.draft)
        if "delay_hours" in self.wrong:
            errors["delay_hours"] = gettext("Write a whole number of hours, or nothing.")
        if "weight" in self.wrong:
            errors["weight"] = gettext("Write a number such as 1 or 0.5.")
        if data.get("every_channel") == "no" and not self.draft.channels:
            errors["channels"] = gettext("Choose at least one channel, or every channel.")
        return errors

    def arranged(self, step: Step) -> "Form":
        """Return the form after a button beside a question was pressed; what is wrong is told when it is saved."""
        result = arrange(self.draft.questions, step)
        return replace(self, draft=replace(self.draft, questions=result.questions), focus=result.focus, errors={})

    def following(self, theirs: Draft) -> "Form":
        """Return the form with what somebody else saved meanwhile beside it.

        A question that they changed has another id now, and one that they took away has none.
        """
        asked = {question.id for question in theirs.questions}
        rows = self.survey.questions.model.objects.filter(survey=self.survey)
        line_of = {row.pk: row.line_id for row in rows}
        now = {line_of[pk]: pk for pk in asked if pk in line_of}
        questions = tuple(
            item if item.id is None or item.id in asked else replace(item, id=now.get(line_of.get(item.id, 0)))
            for item in self.draft.questions
        )
        draft = replace(self.draft, questions=questions)
        return replace(self, draft=draft, stored=theirs, theirs=theirs, known=theirs.fingerprint)

    @property
    def is_new(self) -> bool:
        return not self.survey.pk

    @property
    def codes(self) -> list[str]:
        """The languages to write in: the survey's own first, those that the plugin speaks, those that have words."""
        spoken = sorted(languages.SUPPORTED, key=language_name)
        return list(dict.fromkeys([self.survey.default_language, *spoken, *codes_of(self.draft), *self.added]))

    def told_of_version(self) -> str:
        """Return what saving this means for answers that are there already, or ""."""
        if self.is_new or not makes_version(self.survey, self.draft):
            return ""
        kept = versions.answers(self.survey.pk)
        sentence = ngettext(
            "Saving makes a new version: {count} answer keeps its questions.",
            "Saving makes a new version: {count} answers keep their questions.",
            kept,
        )
        return sentence.format(count=number(kept))

    def context(self, channels: Mapping[str, str]) -> dict[str, Any]:
        """Return what the template shows. `channels` are names by slug, those that this person sees."""
        codes, draft = self.codes, self.draft
        theirs = None if self.theirs is None else texts_like(draft, self.theirs)
        shown = Shown.of(self.survey, draft, self.stored, codes, errors=self.errors, theirs=theirs, focus=self.focus)
        return {
            "survey": self.survey,
            "address": self.survey.pk or "new",
            "is_new": self.is_new,
            "known": self.known,
            "draft": draft,
            "name": shown_name(draft.slug, draft.name),
            "scale_name": scale_name(draft.scale),
            "delay": self.wrong.get("delay_hours") or ("" if draft.delay_hours is None else draft.delay_hours),
            "weight": self.wrong.get("weight", f"{draft.weight.normalize():f}"),
            "usual_delay": get_shop().settings().for_channel(next(iter(draft.channels), "")).delay_hours,
            "every": not draft.channels,
            "channels": [
                {"slug": slug, "name": channels.get(slug, slug), "is_chosen": slug in draft.channels}
                for slug in dict.fromkeys([*channels, *draft.channels])
            ],
            "touchpoints": [
                {"value": moment.value, "name": touchpoint(moment), "is_chosen": moment == draft.touchpoint}
                for moment in Touchpoint
            ],
            "may_discourage": draft.scale == Scale.NPS,
            "languages": [self._language(code, at, shown) for at, code in enumerate(codes)],
            "questions": shown.questions(),
            "ready": self._ready(),
            "kinds": [{"value": kind, "name": kind_name(kind)} for kind in KINDS],
            "most": number(MOST_QUESTIONS),
            "is_at_add": self.focus == "add-question",
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
            "version_note": self.told_of_version(),
        }

    def _language(self, code: str, at: int, shown: Shown) -> dict[str, Any]:
        count = untranslated(self.draft, code, default_language=self.survey.default_language)
        return {
            "code": code,
            "at": at,
            "name": language_name(code),
            "is_default": code == self.survey.default_language,
            "is_chosen": code == self.language,
            "has_own": any(text for part, text, _ in parts(self.draft) if part.endswith(f".{code}")),
            "is_wrong": any(part.endswith(f".{code}") for part in self.errors),
            "fields": shown.words(code),
            "there": f"{number(count.there)}/{number(count.total)}",
            "untranslated": self._told_untranslated(count) if code != self.survey.default_language else "",
        }

    def _told_untranslated(self, count: Untranslated) -> str:
        sentence = ngettext(
            "{count} of {total} texts is in {language} still.",
            "{count} of {total} texts are in {language} still.",
            count.missing,
        )
        sentence = sentence.replace("{language}", language_name(self.survey.default_language))
        return sentence.format(count=number(count.missing), total=number(count.total)) if count.missing else ""

    def _ready(self) -> list[dict[str, str]]:
        """The questions that are added with one click: those that may be asked twice, and those not there yet."""
        there = {question.role for question in self.draft.questions}
        offered = [key for key in READY if key in (QuestionRole.LIKED, QuestionRole.IMPROVE) or key not in there]
        if QuestionRole.PREFERENCE not in there:
            offered = [key for key in offered if key != QuestionRole.COMPETITOR]
        if self.draft.touchpoint not in (Touchpoint.ORDER_FULFILLED, Touchpoint.PRODUCT_USED):
            offered = [key for key in offered if key != QuestionRole.PRODUCT]
        ready = [{"value": str(key), "name": name_of(key)} for key in offered]
        return [*ready, {"value": COMMENT, "name": gettext("Comment")}]

    def _their_changes(self) -> list[str]:
        """What differs beside the texts, which say so themselves."""
        theirs, mine = self.theirs, self.draft
        if theirs is None:
            return []
        changes = [
            (theirs.name != mine.name, gettext("Name: {value}"), theirs.name),
            (
                theirs.is_active != mine.is_active,
                gettext("Asking: {value}"),
                gettext("On") if theirs.is_active else gettext("Off"),
            ),
            (theirs.touchpoint != mine.touchpoint, gettext("Asked when: {value}"), touchpoint(theirs.touchpoint)),
            (
                theirs.channels != mine.channels,
                gettext("Channels: {value}"),
                ", ".join(theirs.channels) or gettext("Every channel"),
            ),
            (
                theirs.delay_hours != mine.delay_hours,
                gettext("Hours of waiting: {value}"),
                gettext("As in Settings") if theirs.delay_hours is None else str(theirs.delay_hours),
            ),
            (theirs.weight != mine.weight, gettext("Weight: {value}"), f"{theirs.weight.normalize():f}"),
            (
                names_of(theirs.questions) != names_of(mine.questions),
                gettext("Questions: {value}"),
                names_of(theirs.questions) or gettext("None"),
            ),
        ]
        return [sentence.replace("{value}", value) for is_other, sentence, value in changes if is_other]
