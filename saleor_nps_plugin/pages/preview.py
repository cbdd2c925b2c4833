"""Pages as staff see them beside the form that they change: written by the code that answers customers, without scripts and
links, for a frame in which nothing leads away."""

import re

from ..surveys.making.trial import Trial
from ..surveys.models import Invitation
from ..surveys.reporting.scoring import scores_on
from .form import Form
from .frame import Page
from .products import sample_products
from .survey import questions_of, show_form
from .trial import thanks_page

_SCRIPT = re.compile(r"<script>.*?</script>", re.DOTALL)
_BUTTON = re.compile(r'<button (?!type="button")')
_ADDRESS = re.compile(r'(<a\b[^>]*?) href="[^"]*"')


def survey_preview(trial: Trial, score: int | None) -> str:
    """Return the HTML of the survey with a score chosen, or none yet."""
    invitation = _invitation(trial)
    products = sample_products(questions_of(invitation), trial.language_code)
    form = Form(score=score, scale=trial.survey.scale)
    return still(_html(show_form(invitation, None, form, products=products)))


def thanks_preview(trial: Trial, score: int | None) -> str:
    """Return the HTML of the thanks."""
    shown = scores_on(trial.survey.scale)[-1] if score is None else score
    return still(_html(thanks_page(_invitation(trial), score=shown)))


def still(html: str) -> str:
    """Return a page in which nothing runs, is sent or leads away."""
    return _BUTTON.sub('<button type="button" ', _ADDRESS.sub(r"\1", _SCRIPT.sub("", html)))


def _html(page: Page) -> str:
    return page.html.decode()


def _invitation(trial: Trial) -> Invitation:
    return Invitation(survey=trial.survey, channel=trial.channel, language_code=trial.language_code)
