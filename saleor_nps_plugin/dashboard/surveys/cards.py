"""How a survey is told of in the list."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext, ngettext

from ...shop import get_shop
from ...surveys.making.drafts import Draft, draft_of
from ...surveys.making.texts import REASONS, shown_name
from ...surveys.models import Scale, Survey
from ..tags import number
from ..words import SCALE_NAMES, touchpoint
from .naming import language_name, scale_name
from .reading import codes_of


def card_of(survey: Survey, channels: Mapping[str, str]) -> dict[str, Any]:
    """Return what surveys.html shows. `channels` are names by slug, those that this person sees."""
    is_recovery = survey.scale == Scale.RECOVERY
    days = _recovery_days(survey, list(channels)) if is_recovery else set()
    return {
        "pk": survey.pk,
        "name": shown_name(survey.slug, survey.name),
        "is_active": survey.is_active and days != {0},
        "is_left_out": survey.is_active and days == {0},
        "touchpoint": gettext(SCALE_NAMES[survey.scale]) if is_recovery else touchpoint(survey.touchpoint),
        "channels": ", ".join(channels.get(slug, slug) for slug in survey.channels),
        "waits": _told_days(days) if is_recovery else _told_hours(survey.delay_hours),
        "languages": ", ".join(sorted(language_name(code) for code in _written_in(draft_of(survey), survey))),
        "scale": scale_name(survey.scale),
        "questions": sum(not question.is_comment for question in survey.questions.all()),
    }


def _recovery_days(survey: Survey, channels: list[str]) -> set[int]:
    """After how many days it is asked, in each of its channels; 0 where nobody is."""
    settings = get_shop().settings()
    return {settings.for_channel(slug).recovery_after_days for slug in survey.channels or channels or [""]}


def _told_days(days: set[int]) -> str:
    if len(days) > 1:
        return gettext("As in Settings")
    (count,) = days
    if not count:
        return ""
    return ngettext("After {count} day", "After {count} days", count).format(count=number(count))


def _told_hours(hours: int | None) -> str:
    if hours is None:
        return gettext("As in Settings")
    return ngettext("%(hours)s hour", "%(hours)s hours", hours) % {"hours": number(hours)}


def _written_in(draft: Draft, survey: Survey) -> set[str]:
    """The languages of the survey's own words: what staff wrote to choose from is in its own language."""
    choices = (choice for question in draft.questions if question.has_choices for choice in question.choices)
    has_own = any(choice.value not in REASONS for choice in choices)
    return {*codes_of(draft), *([survey.default_language] if has_own else [])}
