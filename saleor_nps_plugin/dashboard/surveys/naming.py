"""How a survey's parts are called where staff read of them."""

from babel import Locale, UnknownLocaleError
from django.utils.translation import gettext, gettext_noop

from ... import languages
from ...surveys.making.drafts import QuestionDraft
from ...surveys.making.ready_questions import READY, name_of
from ...surveys.models import QuestionKind, QuestionRole, Scale
from ...surveys.reporting.scoring import Category, scores_of

KINDS = {
    QuestionKind.TEXT: gettext_noop("Text"),
    QuestionKind.SINGLE_CHOICE: gettext_noop("One of several answers"),
    QuestionKind.MULTIPLE_CHOICE: gettext_noop("Several answers"),
    QuestionKind.YES_NO: gettext_noop("Yes or no"),
    QuestionKind.SCALE: gettext_noop("Number from 0 to 10"),
    QuestionKind.NUMBER: gettext_noop("Any number"),
}
_ROLE_HINTS = {
    QuestionRole.PRODUCT: gettext_noop(
        "The products of the order stand to choose from. Who bought only one is not asked."
    ),
    QuestionRole.COMPETITOR: gettext_noop("Asked after 0–6 and 9–10 to the question whether they prefer you."),
}
SCALES = {
    Scale.NPS: gettext_noop("0 to 10: how likely to recommend (NPS)"),
    Scale.CSAT: gettext_noop("1 to 5: how satisfied (CSAT)"),
    Scale.CES: gettext_noop("1 to 7: how easy it was (CES)"),
    Scale.RECOVERY: gettext_noop("0 to 10: have we made it right?"),
}


def language_name(code: str) -> str:
    """Return the name of a language in the reader's."""
    try:
        reader = languages.current()
        return Locale.parse(code, sep="-").get_display_name(reader) or code
    except (ValueError, UnknownLocaleError):
        return code


def group_scores(asked: Category, scale: str = Scale.NPS) -> str:
    """Return the scores of a group as the reader writes them: 0–6."""
    scores = scores_of(asked, scale=scale)
    # Words, not a dash, where a dash would read from the other side.
    text = gettext("{low}–{high}").format(low=scores[0], high=scores[-1]) if len(scores) > 1 else str(scores[0])
    return languages.localize_digits(text, languages.current())


def question_name(question: QuestionDraft) -> str:
    """Return what sort of question it is, in the reader's language."""
    if question.is_comment:
        return gettext("Comment")
    if question.role in READY:
        return name_of(question.role)
    return kind_name(question.kind)


def kind_name(kind: str) -> str:
    """Return what an answer of this kind is, in the reader's language."""
    return gettext(KINDS[QuestionKind(kind)]) if kind in QuestionKind.values else kind


def scale_name(scale: str) -> str:
    """Return what a survey measures and on which numbers, in the reader's language."""
    return gettext(SCALES[Scale(scale)]) if scale in Scale.values else scale


def hint_for(question: QuestionDraft) -> str:
    """Return what staff should know of such a question, or ""."""
    if question.is_comment:
        return gettext("The comment comes last, whatever its place here.")
    return gettext(_ROLE_HINTS[QuestionRole(question.role)]) if question.role in _ROLE_HINTS else ""
