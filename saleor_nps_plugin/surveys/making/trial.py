"""A survey that staff send to themselves: a real mail, and a page that records nothing."""

import smtplib
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.core import signing
from django.utils import translation
from django.utils.translation import gettext

from ... import languages
from ...emails import survey_mail
from ...errors import Invalid, TokenExpired, TokenInvalid
from ...links import trial_path
from ...shop import get_shop
from ...shop.mailing import MailServerDown, brand_of, describe
from ..models import Question, Survey
from . import versions
from .editing import ChoiceDraft, QuestionDraft, Words, draft_of, drafted
from .texts import choice_label, question_text, texts_of

LIFETIME = timedelta(days=30)
_SALT = "saleor_nps_plugin.trial"
# The words of one language, packed; browsers and servers take addresses of 8,000 letters.
_LONGEST = 7000


@dataclass(frozen=True)
class Trial:
    """A survey with the words of one language, in memory only: never save it."""

    survey: Survey
    channel: str
    language_code: str


def trial_token(trial: Trial) -> str:
    """Return a token that holds the words themselves, so that what is not saved can be tried. Raises Invalid for too many."""
    survey, code = trial.survey, trial.language_code
    texts = texts_of(survey, code, shop_name="{shop_name}")
    held = {
        "s": survey.pk,
        "c": trial.channel,
        "l": code,
        "w": [texts.question, texts.thanks],
        "d": survey.asks_discourage,
        "q": [_held(question, trial) for question in survey.questions.all()],
    }
    token = signing.dumps(held, salt=_SALT, compress=True)
    if len(token) > _LONGEST:
        raise Invalid(gettext("There are too many words for a test."))
    return token


def _held(question: Question, trial: Trial) -> list[Any]:
    code, default = trial.language_code, trial.survey.default_language
    return [
        question.pk if question.pk > 0 else None,
        question.kind,
        question.role,
        question.categories,
        question.is_required,
        question.is_comment,
        question_text(question, code, default_language=default),
        [[str(item["value"]), choice_label(item, code, default_language=default)] for item in question.choices],
    ]


def _drafted(held: list[Any], code: str) -> QuestionDraft:
    pk, kind, role, categories, is_required, is_comment, text, choices = held
    return QuestionDraft(
        id=pk,
        kind=kind,
        role=role,
        categories=tuple(categories),
        is_required=is_required,
        is_comment=is_comment,
        texts={code: text},
        choices=tuple(ChoiceDraft(value, {code: label}) for value, label in choices),
    )


def read_trial(token: str) -> Trial:
    """Return the trial that a link opens. Raises TokenInvalid, and TokenExpired when its time or its survey is gone."""
    if len(token) > _LONGEST:
        raise TokenInvalid
    try:
        held = signing.loads(token, salt=_SALT, max_age=LIFETIME)
    except signing.SignatureExpired:
        raise TokenExpired from None
    except signing.BadSignature:
        raise TokenInvalid from None
    survey = Survey.objects.prefetch_related(versions.asked(), "texts").filter(pk=held["s"]).first()
    if survey is None:
        raise TokenExpired
    code = held["l"]
    draft = replace(
        draft_of(survey),
        words={code: Words(question=held["w"][0], thanks=held["w"][1])},
        asks_discourage=held["d"],
        questions=tuple(_drafted(question, code) for question in held["q"]),
    )
    return Trial(drafted(survey, draft), held["c"], code)


def send_trial(trial: Trial, *, to: str, first_name: str) -> None:
    """Send the invitation to one address, the way the channel delivers. Raises Invalid with what went wrong."""
    shop = get_shop()
    settings = shop.settings().for_channel(trial.channel)
    texts = texts_of(trial.survey, trial.language_code, shop_name=settings.shop_name)
    with translation.override(languages.spoken(trial.language_code)):
        subject = gettext("Test: {subject}").replace("{subject}", texts.subject)
    url = shop.public_url(trial_path(trial_token(trial)))
    mail = survey_mail(
        key=uuid4(),
        to=to,
        language_code=trial.language_code,
        brand=brand_of(settings),
        scale=trial.survey.scale,
        question=texts.question,
        subject=subject,
        survey_url=url,
        opt_out_url=f"{url}opt-out/",
        order_number="1234",
        first_name=first_name,
        is_reminder=False,
    )
    try:
        with shop.mailer(trial.channel, settings) as mailer:
            mailer.send(mail)
    except (MailServerDown, OSError, smtplib.SMTPException, ValueError) as error:
        sentence = gettext("The test could not be sent: {reason}")
        raise Invalid(sentence.replace("{reason}", describe(error))) from error
