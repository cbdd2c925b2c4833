"""Surveys that ask more than one question, and surveys on other scales, each waiting for an answer in every language."""

from dataclasses import dataclass
from datetime import timedelta
from threading import Lock
from typing import Any
from uuid import uuid4

from django.utils import timezone

from saleor_nps_plugin.links import invitation_token
from saleor_nps_plugin.shop.interface import Line
from saleor_nps_plugin.surveys.models import (
    Invitation,
    InvitationStatus,
    Question,
    QuestionKind,
    QuestionRole,
    Scale,
    Survey,
    Touchpoint,
)

from . import orders
from .words import NAMES

LINES = (
    Line(product_id="12", category_id="3", name="Birch tea tray"),
    Line(product_id="15", category_id="3", name="Linen cushion, moss green"),
    Line(product_id="21", category_id="4", name="Enamel mug"),
)
REASONS = [{"value": value, "labels": {}} for value in ("quality", "price", "delivery", "service")]
SHOPS = [{"value": name, "labels": {}} for name in ("Nordlys Home", "Havn & Co", "Another one")]
QUESTIONS: list[dict[str, Any]] = [
    {"kind": QuestionKind.MULTIPLE_CHOICE, "role": QuestionRole.LIKED, "categories": ["promoter"], "choices": REASONS},
    {
        "kind": QuestionKind.MULTIPLE_CHOICE,
        "role": QuestionRole.IMPROVE,
        "categories": ["passive", "detractor"],
        "choices": REASONS,
        "is_required": True,
    },
    {"kind": QuestionKind.SINGLE_CHOICE, "role": QuestionRole.PRODUCT},
    {"kind": QuestionKind.SCALE, "role": QuestionRole.PREFERENCE},
    {"kind": QuestionKind.SINGLE_CHOICE, "role": QuestionRole.COMPETITOR, "choices": SHOPS},
    {"kind": QuestionKind.YES_NO, "texts": {"en": "Did it come in time?"}, "categories": ["promoter"]},
    {"kind": QuestionKind.NUMBER, "texts": {"en": "How many people live with you?"}, "categories": ["promoter"]},
]


@dataclass(frozen=True)
class SurveySamples:
    """Tokens of invitations to surveys of each sort."""

    many: str
    csat: str
    ces: str


_samples: dict[str, SurveySamples] = {}
_making = Lock()


def of(language: str) -> SurveySamples:
    """Return the sample invitations in a language, made when somebody first looks."""
    with _making:
        if language not in _samples:
            _samples[language] = SurveySamples(
                many=_invite(many(), language),
                csat=_invite(_survey("sample-csat", "Satisfaction", Scale.CSAT), language),
                ces=_invite(_survey("sample-ces", "Effort", Scale.CES), language),
            )
        return _samples[language]


def forget_all() -> None:
    """Make them anew when somebody looks again."""
    _samples.clear()


def many() -> Survey:
    """Return the survey that asks every kind of question."""
    survey = _survey("sample-many", "Every kind of question", Scale.NPS, asks_discourage=True)
    if not survey.questions.exists():
        Question.objects.bulk_create(
            Question(survey=survey, position=position, **values) for position, values in enumerate(QUESTIONS)
        )
    return survey


def _survey(slug: str, name: str, scale: str, **values: Any) -> Survey:
    # Nothing of the journey prompts these, so they ask nobody by themselves.
    values |= {"name": name, "touchpoint": Touchpoint.SUPPORT_CONTACT, "scale": scale, "channels": [orders.GALLERY]}
    return Survey.objects.get_or_create(slug=slug, defaults=values)[0]


def _invite(survey: Survey, language: str) -> str:
    now = timezone.now()
    order = orders.place_order(
        first_name=NAMES[language], language=language, channel=orders.GALLERY, fulfilled_at=now, lines=LINES
    )
    invitation = Invitation.objects.create(
        key=uuid4(),
        survey=survey,
        order_id=order.id,
        channel=order.channel,
        language_code=language,
        status=InvitationStatus.SENT,
        send_at=now,
        sent_at=now,
        expires_at=now + timedelta(days=90),
        created_at=now,
    )
    return invitation_token(invitation.key)
