"""What a customer would see of a survey: its page, its thanks and its e-mail, beside the form that changes them."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext

from ...emails import Mail, survey_mail
from ...pages.preview import still, survey_preview, thanks_preview
from ...shop import get_shop
from ...shop.mailing import brand_of
from ...shop.staff import Staff
from ...surveys.making.drafts import Draft
from ...surveys.making.editing import drafted
from ...surveys.making.texts import texts_of
from ...surveys.making.trial import Trial
from ...surveys.models import QuestionKind
from ...surveys.reporting.scoring import Category, scores_of
from .forms import Form

_NO_KEY = UUID(int=0)


def trial_of(form: Form, request: HttpRequest, staff: Staff) -> Trial:
    """Return the survey as the form has it, in the language and channel that are looked at."""
    served = [slug for slug in form.draft.channels or get_shop().channels() if staff.sees(slug)]
    wanted = request.POST.get("look_channel", "")
    channel = wanted if wanted in served else next(iter(served), "")
    return Trial(drafted(form.survey, form.draft), channel, form.language)


def previews_of(form: Form, request: HttpRequest, staff: Staff) -> dict[str, Any]:
    """Return what survey_previews.html shows."""
    trial = trial_of(replace(form, draft=_with_gaps(form.draft, form.language)), request, staff)
    score = _score_of(request.POST.get("look_score", ""), trial.survey.scale)
    mail = _mail(trial, staff)
    settings = get_shop().settings().for_channel(trial.channel)
    return {
        "page": survey_preview(trial, score),
        "thanks": thanks_preview(trial, score),
        "mail": still(str(mail.payload["html"])),
        "subject": mail.message.subject,
        "sender": settings.sender_name or settings.shop_name,
    }


def _with_gaps(draft: Draft, code: str) -> Draft:
    """Say where a question has no words yet: it is not stored without, so customers read none of the plugin's there."""
    gap = {code: gettext("(no question yet)")}
    questions = tuple(
        question
        if question.kind == QuestionKind.TEXT or question.role or question.texts
        else replace(question, texts=gap)
        for question in draft.questions
    )
    return replace(draft, questions=questions)


def _score_of(group: str, scale: str) -> int | None:
    """Return a score of a group, as the choice beside the preview has them; None before a score."""
    if group not in {asked.value for asked in Category}:
        return None
    scores = scores_of(Category(group), scale=scale)
    return scores[-1] if group == Category.PROMOTER.value else scores[len(scores) // 3]


def _mail(trial: Trial, staff: Staff) -> Mail:
    settings = get_shop().settings().for_channel(trial.channel)
    texts = texts_of(trial.survey, trial.language_code, shop_name=settings.shop_name)
    return survey_mail(
        key=_NO_KEY,
        to=staff.email or "nobody@localhost",
        language_code=trial.language_code,
        brand=brand_of(settings),
        scale=trial.survey.scale,
        question=texts.question,
        subject=texts.subject,
        survey_url="https://localhost/",
        opt_out_url="https://localhost/",
        order_number="1234",
        first_name=staff.name.split(" ")[0],
        is_reminder=False,
    )
