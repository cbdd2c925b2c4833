"""The words of a survey in a language: the operator's own where there are any, else the plugin's translation."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils import translation
from django.utils.translation import gettext

from .. import languages
from .models import Question, Survey, SurveyText
from .scoring import Category


@dataclass(frozen=True)
class SurveyTexts:
    """What a respondent reads."""

    question: str
    subject: str
    thanks: str


def _fallbacks(language_code: str, default: str) -> list[str]:
    """Languages to look for, best first: pt-br, pt, then the survey's own."""
    return [language_code, language_code.split("-")[0], default]


def _best[Value](by_language: Mapping[str, Value], language_code: str, default: str) -> Value | None:
    return next((by_language[code] for code in _fallbacks(language_code, default) if by_language.get(code)), None)


def texts_of(
    survey: Survey, language_code: str, *, shop_name: str, own: Iterable[SurveyText] | None = None
) -> SurveyTexts:
    """Return the survey's texts in a language. `own` are the survey's text rows, for callers that have loaded them."""
    rows = {row.language_code: row for row in (survey.texts.all() if own is None else own)}

    def written(field: str) -> str:
        values = {code: getattr(row, field) for code, row in rows.items()}
        # str.replace, not format: an operator's text may hold other braces.
        return (_best(values, language_code, survey.default_language) or "").replace("{shop_name}", shop_name)

    with translation.override(languages.spoken(language_code)):
        return SurveyTexts(
            question=written("question")
            or gettext("How likely are you to recommend {shop_name} to a friend or colleague?").replace(
                "{shop_name}", shop_name
            ),
            subject=written("subject")
            or gettext("How was your order from {shop_name}?").replace("{shop_name}", shop_name),
            thanks=written("thanks") or gettext("Thank you. Your answer helps us do better."),
        )


def _own_wording(asked: Category | None) -> str:
    if asked is Category.PROMOTER:
        return gettext("What did you like most?")
    if asked is Category.PASSIVE:
        return gettext("What would make it a 10 for you?")
    return gettext("What went wrong, and what should we do better?")


def question_text(question: Question, language_code: str, *, default_language: str) -> str:
    """Return the wording of a follow-up question in a language."""
    written = _best(question.texts, language_code, default_language)
    if written:
        return written
    with translation.override(languages.spoken(language_code)):
        return _own_wording(Category(question.categories[0]) if question.categories else None)


def choice_label(choice: Mapping[str, object], language_code: str, *, default_language: str) -> str:
    """Return the label of one choice of a question in a language; its value where it has none."""
    labels = choice.get("labels")
    return (_best(labels, language_code, default_language) if isinstance(labels, dict) else None) or str(
        choice["value"]
    )
