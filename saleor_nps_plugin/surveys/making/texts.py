"""The words of a survey in a language: the operator's own where there are any, else the plugin's translation."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils import translation
from django.utils.translation import gettext, gettext_noop

from ... import languages
from ..models import Question, QuestionKind, QuestionRole, Scale, Survey, SurveyText, Touchpoint
from ..reporting.scoring import Category


@dataclass(frozen=True)
class SurveyTexts:
    """What a respondent reads. `discourage` is the second question of the word-of-mouth index."""

    question: str
    subject: str
    thanks: str
    discourage: str = ""


_QUESTIONS: Mapping[str, str] = {
    Touchpoint.EMPLOYEE: gettext_noop("How likely are you to recommend {shop_name} as a place to work?"),
    Touchpoint.PARTNER: gettext_noop("How likely are you to recommend {shop_name} as a business partner?"),
    Scale.CSAT: gettext_noop("How satisfied are you with the help of {shop_name}?"),
    Scale.CES: gettext_noop("How easy was it to get help from {shop_name}?"),
    Scale.RECOVERY: gettext_noop(
        "Have we made it right? How likely are you now to recommend {shop_name} to a friend or colleague?"
    ),
}
_SUBJECTS: Mapping[str, str] = {
    Touchpoint.PRODUCT_USED: gettext_noop("How do you like what you bought from {shop_name}?"),
    Touchpoint.SUPPORT_CONTACT: gettext_noop("How did {shop_name} help you?"),
    Touchpoint.SITE_VISIT: gettext_noop("How was your visit to {shop_name}?"),
    Touchpoint.STORE_VISIT: gettext_noop("How was your visit to {shop_name}?"),
    Touchpoint.RELATIONSHIP: gettext_noop("How do you like {shop_name}?"),
    Touchpoint.EMPLOYEE: gettext_noop("How do you like working at {shop_name}?"),
    Touchpoint.PARTNER: gettext_noop("How do you like working with {shop_name}?"),
    Scale.RECOVERY: gettext_noop("Has {shop_name} made it right?"),
}
_OF_ROLES: Mapping[str, str] = {
    QuestionRole.LIKED: gettext_noop("What did you like?"),
    QuestionRole.IMPROVE: gettext_noop("What should we improve?"),
    QuestionRole.PRODUCT: gettext_noop("Which product is your answer about?"),
    QuestionRole.PREFERENCE: gettext_noop("How likely are you to prefer us to another shop?"),
    QuestionRole.COMPETITOR: gettext_noop("Which other shop do you have in mind?"),
}
# Reasons that need no label of the operator's; any question can have them among its choices.
REASONS: Mapping[str, str] = {
    "quality": gettext_noop("Quality of the products"),
    "price": gettext_noop("Prices"),
    "choice": gettext_noop("Choice of products"),
    "delivery": gettext_noop("Delivery"),
    "packaging": gettext_noop("Packaging"),
    "service": gettext_noop("Customer service"),
    "website": gettext_noop("Website"),
    "description": gettext_noop("Descriptions of the products"),
    "returns": gettext_noop("Returns and refunds"),
}

# By slug, what ready surveys are called where staff have not called them otherwise; first the name that they get, then those
# that older versions of the plugin gave.
READY_NAMES: Mapping[str, tuple[str, ...]] = {
    "after-delivery": (gettext_noop("After delivery"),),
    "product-used": (gettext_noop("When the product has been used"), "When the product has been lived with"),
    "csat": (gettext_noop("Satisfaction with support"),),
    "ces": (gettext_noop("Effort to get help"),),
    "recovery": (gettext_noop("Have we made it right?"),),
}


def shown_name(slug: str, name: str) -> str:
    """Return how staff read a survey's name: that of a ready one in their language, unless they have changed it."""
    names = READY_NAMES.get(slug, ())
    return gettext(names[0]) if name in names else name


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
            question=written("question") or gettext(_usual_question(survey)).replace("{shop_name}", shop_name),
            subject=written("subject") or gettext(_usual_subject(survey)).replace("{shop_name}", shop_name),
            thanks=written("thanks") or gettext("Thank you. Your answer helps us do better."),
            discourage=gettext("How likely are you to advise others against buying from {shop_name}?").replace(
                "{shop_name}", shop_name
            ),
        )


def _usual_question(survey: Survey) -> str:
    usual = gettext_noop("How likely are you to recommend {shop_name} to a friend or colleague?")
    return _QUESTIONS.get(survey.scale) or _QUESTIONS.get(survey.touchpoint) or usual


def _usual_subject(survey: Survey) -> str:
    usual = gettext_noop("How was your order from {shop_name}?")
    return _SUBJECTS.get(survey.scale) or _SUBJECTS.get(survey.touchpoint) or usual


def _own_wording(question: Question) -> str:
    if question.role:
        return gettext(_OF_ROLES[question.role])
    asked = Category(question.categories[0]) if len(question.categories) == 1 else None
    if asked is Category.PROMOTER:
        return gettext("What did you like most?")
    if asked is Category.PASSIVE:
        return gettext("What would make it a 10 for you?")
    if asked is Category.DETRACTOR:
        return gettext("What went wrong, and what should we do better?")
    return gettext("What is the main reason for your answer?")


def question_text(question: Question, language_code: str, *, default_language: str) -> str:
    """Return the wording of a follow-up question in a language: the operator's, else the plugin's for its role.

    Without either, what was written in another language is better than words that ask something else.
    """
    written = _best(question.texts, language_code, default_language)
    if not written and question.kind != QuestionKind.TEXT and not question.role:
        written = next((text for text in question.texts.values() if text), None)
    if written:
        return written
    with translation.override(languages.spoken(language_code)):
        return _own_wording(question)


def choice_label(choice: Mapping[str, object], language_code: str, *, default_language: str) -> str:
    """Return the label of one choice of a question in a language.

    Without one of the operator's it is the plugin's word for a reason of the ready lists, else the value itself.
    """
    labels, value = choice.get("labels"), str(choice["value"])
    if isinstance(labels, dict) and (written := _best(labels, language_code, default_language)):
        return written
    if value not in REASONS:
        return value
    with translation.override(languages.spoken(language_code)):
        return gettext(REASONS[value])
