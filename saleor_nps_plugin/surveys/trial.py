"""A survey that staff send to themselves: a real mail, and a page that records nothing."""

import smtplib
from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

from django.core import signing
from django.utils import translation
from django.utils.translation import gettext

from .. import languages
from ..emails import survey_mail
from ..errors import Invalid, TokenExpired, TokenInvalid
from ..links import trial_path
from ..shop import get_shop
from ..shop.mailing import MailServerDown, brand_of, describe
from .editing import Draft, Words, draft_of, drafted
from .models import Survey
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
    survey, code, default = trial.survey, trial.language_code, trial.survey.default_language
    texts = texts_of(survey, code, shop_name="{shop_name}")
    questions = list(survey.questions.all())
    held = {
        "s": survey.pk,
        "c": trial.channel,
        "l": code,
        "w": [texts.question, texts.thanks],
        "q": {question.pk: question_text(question, code, default_language=default) for question in questions},
        "o": {
            question.pk: {
                str(choice["value"]): choice_label(choice, code, default_language=default)
                for choice in question.choices
            }
            for question in questions
            if question.choices
        },
    }
    token = signing.dumps(held, salt=_SALT, compress=True)
    if len(token) > _LONGEST:
        raise Invalid(gettext("There are too many words for a test."))
    return token


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
    survey = Survey.objects.prefetch_related("questions", "texts").filter(pk=held["s"]).first()
    if survey is None:
        raise TokenExpired
    code = held["l"]
    draft = draft_of(survey)
    words = Draft(
        name=draft.name,
        is_active=draft.is_active,
        words={code: Words(question=held["w"][0], thanks=held["w"][1])},
        wordings={int(pk): {code: text} for pk, text in held["q"].items()},
        labels={int(pk): {value: {code: label} for value, label in labels.items()} for pk, labels in held["o"].items()},
    )
    return Trial(drafted(survey, words), held["c"], code)


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
