"""Pages as staff see them beside the form that they change: written by the code that answers customers, without scripts and
links, for a frame in which nothing leads away."""

import re

from ..surveys.models import Invitation
from ..surveys.trial import Trial
from .form import Form
from .frame import Page
from .survey import show_form
from .trial import thanks_page

_SCRIPT = re.compile(r"<script>.*?</script>", re.DOTALL)
_ADDRESS = re.compile(r'(<a\b[^>]*?) href="[^"]*"')


def survey_preview(trial: Trial, score: int | None) -> str:
    """Return the HTML of the survey with a score chosen, or none yet."""
    return still(_html(show_form(_invitation(trial), None, Form(score=score))))


def thanks_preview(trial: Trial, score: int | None) -> str:
    """Return the HTML of the thanks."""
    return still(_html(thanks_page(_invitation(trial), score=9 if score is None else score)))


def still(html: str) -> str:
    """Return a page in which nothing runs, is sent or leads away."""
    return _ADDRESS.sub(r"\1", _SCRIPT.sub("", html)).replace("<button ", '<button type="button" ')


def _html(page: Page) -> str:
    return page.html.decode()


def _invitation(trial: Trial) -> Invitation:
    return Invitation(survey=trial.survey, channel=trial.channel, language_code=trial.language_code)
