"""What a wave would do, in words, before anybody is asked."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext, ngettext

from ...surveys.asking import wave_dry_run
from ...surveys.asking.wave_dry_run import WaveDryRun
from ..tags import day, number
from ..words import skip_reason
from .forms import WaveForm

MOST_ERRORS_SHOWN = 50


def told(form: WaveForm, *, now: datetime, is_question: bool = False) -> dict[str, Any]:
    """Return what the form would do, for a template; `is_question` asks whether it shall. Raises Invalid."""
    errors = form.people.errors
    # A list of which no row can be used has its rows to tell, and nobody to count.
    is_hopeless = bool(errors) and not form.people.people
    dry_run = WaveDryRun(0, {}) if is_hopeless else form.dry_run(now=now)
    may_ask = is_question and not form.has_errors and (dry_run.asked > 0 or dry_run.is_cut)
    return {
        "asked": _asked(dry_run.asked),
        "spared": [{"label": skip_reason(reason), "count": count} for reason, count in dry_run.spared.items()],
        "spared_told": _spared(dry_run.spared_people) if dry_run.spared_people else "",
        "cut_at": wave_dry_run.MOST_ORDERS if dry_run.is_cut else 0,
        "twice": _twice(form.people.duplicates) if form.people.duplicates else "",
        "errors": errors[:MOST_ERRORS_SHOWN],
        "errors_count": len(errors),
        "more_errors": max(0, len(errors) - MOST_ERRORS_SHOWN),
        "has_errors": form.has_errors,
        "is_left_out": form.leaves_out_errors,
        "may_agree": not is_hopeless,
        "not_planned": is_question and not may_ask,
        "question": " ".join(_question(form, dry_run, now)) if may_ask else "",
        "go_on": _go_on(dry_run),
    }


def _asked(count: int) -> str:
    if not count:
        return gettext("Nobody would be asked.")
    sentence = ngettext("{count} person would be asked.", "{count} people would be asked.", count)
    return sentence.replace("{count}", number(count))


def _spared(count: int) -> str:
    sentence = ngettext("{count} person would be spared.", "{count} people would be spared.", count)
    return sentence.replace("{count}", number(count))


def _twice(count: int) -> str:
    sentence = ngettext("{count} stands there twice.", "{count} stand there twice.", count)
    return sentence.replace("{count}", number(count))


def _question(form: WaveForm, dry_run: WaveDryRun, now: datetime) -> list[str]:
    """Sentences: who, and from when on."""
    if dry_run.is_cut:
        who = gettext("Ask every customer who ordered since then and is not spared?")
    else:
        who = ngettext("Ask {count} person?", "Ask {count} people?", dry_run.asked)
    spared = [_spared(dry_run.spared_people)] if dry_run.spared_people and not dry_run.is_cut else []
    start = form.plan.starts_at
    if form.is_all_at_once:
        when = (
            gettext("All e-mails leave at once, on {day}.")
            if start > now
            else gettext("All e-mails leave at once, now.")
        )
    elif start > now:
        when = ngettext(
            "The e-mails leave from {day} on, within {days} day.",
            "The e-mails leave from {day} on, spread over {days} days.",
            form.plan.days,
        )
    else:
        when = ngettext(
            "The e-mails leave from now on, within {days} day.",
            "The e-mails leave from now on, spread over {days} days.",
            form.plan.days,
        )
    when = when.replace("{day}", day(start)).replace("{days}", number(form.plan.days))
    return [who.replace("{count}", number(dry_run.asked)), *spared, when]


def _go_on(dry_run: WaveDryRun) -> str:
    """What the button says."""
    if dry_run.is_cut:
        return gettext("Ask them")
    sentence = ngettext("Ask {count} person", "Ask {count} people", dry_run.asked)
    return sentence.replace("{count}", number(dry_run.asked))
