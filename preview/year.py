"""A year of answers in channels of its own, for the pages that staff see.

The rows are written as the domain would have left them, a few hundred at once, because a preview has to start in seconds;
codes, points and friends' orders come about through the domain's own functions.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import groupby
from random import Random
from typing import TYPE_CHECKING
from uuid import uuid4

from demo.sample_year import Product, SampleSurvey, Year
from saleor_nps_plugin.rewards.models import Notice
from saleor_nps_plugin.shop.interface import Contact, Line, Order
from saleor_nps_plugin.shoppers.models import Shopper
from saleor_nps_plugin.shoppers.recognizing import email_hash
from saleor_nps_plugin.surveys.following_up import thanking
from saleor_nps_plugin.surveys.models import (
    Answer,
    CaseNote,
    CaseStatus,
    Invitation,
    InvitationStatus,
    Question,
    QuestionKind,
    Response,
    SkipReason,
    Survey,
    Touchpoint,
)
from saleor_nps_plugin.surveys.reporting import tallies
from saleor_nps_plugin.surveys.reporting.scoring import Category, category

from .scales import measure

if TYPE_CHECKING:
    from .shop import PreviewShop

CURRENCIES = {"europe": "EUR", "channel-pln": "PLN"}
_CHANNELS = {"default-channel": "europe", "channel-pln": "channel-pln"}
ANSWERED, UNANSWERED, THANKED, FRIENDS = 460, 520, 60, 14
_SPARED = (*[SkipReason.COOLDOWN] * 6, *[SkipReason.SAMPLED_OUT] * 2, SkipReason.OPTED_OUT, SkipReason.ORDER_REFUNDED)
_CATALOGUE = [
    Product("1", "Birch tea tray", "11"),
    Product("2", "Linen apron", "12"),
    Product("3", "Mighty Mug", "11"),
    Product("4", "Wool blanket", "12"),
    Product("5", "Neck Warmer", "12"),
    Product("6", "Rye bread mix", "13"),
    Product("7", "Cloudberry jam", "13"),
    Product("8", "Candle, sea salt", "14"),
    Product("9", "Oak cutting board", "11"),
    Product("10", "Fern print", "14"),
]
CATEGORIES = {"11": "Kitchen", "12": "Textiles", "13": "Pantry", "14": "Home"}
_COUNTRIES = {
    "US": "United States",
    "GB": "United Kingdom",
    "DE": "Germany",
    "FR": "France",
    "ES": "Spain",
    "RO": "Romania",
}
LIKED = {"quality": "Quality", "delivery": "Fast delivery", "service": "Friendly service", "price": "Fair price"}
MISSED = {"late": "It came late", "damaged": "Something was damaged", "quality": "The quality", "price": "The price"}
_NOTES = (
    "Called the customer: parcel found at the neighbour's.",
    "Replacement sent, no charge.",
    "No answer after two attempts.",
)
_TAGS = ("delivery", "packaging", "quality", "price")


def live_through(shop: "PreviewShop", now: datetime) -> None:
    """Fill the year before `now`."""
    for channel, currency in CURRENCIES.items():
        shop.add_channel(channel, currency)
    shop.names = {
        "category": CATEGORIES,
        "country": _COUNTRIES,
        "channel": {"europe": "Europe", "channel-pln": "Poland"},
    }
    survey, liked, missed = _survey()
    made = Year(now, dict.fromkeys(_CHANNELS, _CATALOGUE), answered=ANSWERED, unanswered=UNANSWERED).surveys()
    surveys = sorted(made, key=lambda sample: sample.sent_at)
    orders = [_order(sample) for sample in surveys]
    for order in orders:
        shop.add_order(order, fulfilled_at=order.fulfilled_at, changed_at=order.fulfilled_at)
    shoppers = _shoppers(shop, orders)
    returning = shop.returning_customers(orders)
    invitations = [
        _invitation(survey, sample, order, shoppers[order.email], chance, is_returning=order.id in returning)
        for sample, order, chance in zip(surveys, orders, _chances(), strict=False)
    ]
    Invitation.objects.bulk_create(invitations)
    responses = [
        _response(invitation, sample, chance, liked, missed, now)
        for invitation, sample, chance in zip(invitations, surveys, _chances(), strict=False)
        if sample.answer is not None and invitation.status == InvitationStatus.ANSWERED
    ]
    Response.objects.bulk_create(responses)
    _write_down(responses, liked, missed)
    measure(responses, now)
    tallies.rebuild()
    _thank(shop, responses, now)


def _chances() -> Iterator[Random]:
    chance = Random(11)
    while True:
        yield chance


def _survey() -> tuple[Survey, Question, Question]:
    """Like the one that comes with the plugin, with reasons to choose from."""
    survey = Survey.objects.create(
        name="After delivery, with reasons",
        slug="with-reasons",
        touchpoint=Touchpoint.ORDER_FULFILLED,
        channels=list(CURRENCIES),
    )
    for position, asked in enumerate(Category):
        Question.objects.create(survey=survey, position=position, categories=[asked.value], is_comment=True)
    liked = _choices(survey, 3, "What did you like?", LIKED, [Category.PROMOTER])
    missed = _choices(survey, 4, "What should we improve?", MISSED, [Category.PASSIVE, Category.DETRACTOR])
    return survey, liked, missed


def _choices(survey: Survey, position: int, text: str, labels: dict[str, str], asked: Sequence[Category]) -> Question:
    return Question.objects.create(
        survey=survey,
        position=position,
        kind=QuestionKind.MULTIPLE_CHOICE,
        categories=[one.value for one in asked],
        texts={"en": text},
        choices=[{"value": value, "labels": {"en": label}} for value, label in labels.items()],
    )


def _order(sample: SampleSurvey) -> Order:
    channel = _CHANNELS[sample.market.channel]
    return Order(
        id=uuid4(),
        number=sample.number,
        channel=channel,
        currency=CURRENCIES[channel],
        total=sample.total,
        email=sample.person.email,
        user_id=None,
        language_code=sample.market.language,
        first_name=sample.person.first_name,
        country=sample.market.country,
        lines=tuple(Line(product.id, product.category_id, product.name) for product in sample.products),
        created_at=sample.sent_at - timedelta(days=9),
        fulfilled_at=sample.sent_at - timedelta(days=7),
        is_paid=True,
        goods_total=sample.total,
        goods_paid=sample.total,
        charged=sample.total,
    )


def _shoppers(shop: "PreviewShop", orders: Sequence[Order]) -> dict[str, Shopper]:
    """Every other one has an account."""
    last = {order.email: order for order in orders}
    rows = {}
    for number, (email, order) in enumerate(last.items()):
        user_id = 1000 + number if number % 2 == 0 else None
        rows[email] = Shopper(email_hash=email_hash(email), user_id=user_id, order_id=order.id)
        if user_id is not None:
            emails = frozenset([email])
            shop.add_customer(user_id, Contact(email, order.first_name, order.language_code, emails=emails))
    Shopper.objects.bulk_create(rows.values())
    return rows


def _invitation(
    survey: Survey, sample: SampleSurvey, order: Order, shopper: Shopper, chance: Random, *, is_returning: bool
) -> Invitation:
    segments = {
        "product": [line.product_id for line in order.lines],
        "category": sorted({line.category_id for line in order.lines}),
        "language": [order.language_code],
        "customer_kind": ["returning" if is_returning else "new"],
    }
    spared = chance.choice(_SPARED) if sample.answer is None and chance.random() < 0.35 else ""
    opened = sample.answer is not None or chance.random() < 0.4
    status = (
        InvitationStatus.SKIPPED
        if spared
        else InvitationStatus.ANSWERED
        if sample.answer
        else InvitationStatus.OPENED
        if opened
        else InvitationStatus.SENT
    )
    return Invitation(
        survey=survey,
        shopper=shopper,
        order_id=order.id,
        channel=order.channel,
        country=order.country,
        language_code=order.language_code,
        segments=segments,
        status=status,
        skip_reason=spared,
        send_at=sample.sent_at,
        sent_at=None if spared else sample.sent_at,
        opened_at=None if spared or not opened else sample.sent_at + timedelta(hours=5),
        expires_at=None if spared else sample.sent_at + timedelta(days=60),
        created_at=sample.sent_at - timedelta(days=7),
        is_tallied=True,
    )


def _response(
    invitation: Invitation, sample: SampleSurvey, chance: Random, liked: Question, missed: Question, now: datetime
) -> Response:
    assert sample.answer is not None
    answer = sample.answer
    is_detractor = category(answer.score) is Category.DETRACTOR
    question, labels = (liked, LIKED) if answer.score >= 9 else (missed, MISSED)
    reasons = chance.sample(list(labels), k=chance.choice((0, 1, 1, 2)))
    age = now - answer.answered_at
    case = CaseStatus.NONE
    if is_detractor:
        case = (
            CaseStatus.RESOLVED
            if age > timedelta(days=30)
            else chance.choice((CaseStatus.OPEN, CaseStatus.OPEN, CaseStatus.IN_PROGRESS))
        )
    return Response(
        survey_id=invitation.survey_id,
        invitation=invitation,
        shopper_id=invitation.shopper_id,
        order_id=invitation.order_id,
        channel=invitation.channel,
        country=invitation.country,
        language_code=invitation.language_code,
        segments={**invitation.segments, "reason": [f"{question.pk}:{value}" for value in reasons]},
        score=answer.score,
        comment=answer.comment,
        may_contact=is_detractor and chance.random() < 0.6,
        case_status=case,
        assignee_id=chance.choice((1, 2, None)) if case == CaseStatus.IN_PROGRESS else None,
        tags=chance.sample(_TAGS, k=1) if is_detractor and answer.comment else [],
        created_at=answer.answered_at,
        updated_at=answer.answered_at,
        editable_until=answer.answered_at + timedelta(days=1),
    )


def _write_down(responses: Sequence[Response], liked: Question, missed: Question) -> None:
    """What they chose, and what staff noted about cases that are settled."""
    by_question = {str(question.pk): question for question in (liked, missed)}
    answers = []
    for response in responses:
        for key, chosen in groupby(response.segments["reason"], key=lambda reason: reason.partition(":")[0]):
            values = [reason.partition(":")[2] for reason in chosen]
            answers.append(Answer(response=response, question=by_question[key], choices=values))
    Answer.objects.bulk_create(answers)
    settled = [response for response in responses if response.case_status == CaseStatus.RESOLVED]
    CaseNote.objects.bulk_create(
        CaseNote(
            response=response, author_id=1, text=_NOTES[number % 3], created_at=response.created_at + timedelta(days=1)
        )
        for number, response in enumerate(settled)
    )


def _thank(shop: "PreviewShop", responses: Sequence[Response], now: datetime) -> None:
    """The last promoters have codes and points; some friends ordered with them, and one sent it back."""
    promoters = [response for response in responses if category(response.score) is Category.PROMOTER][-THANKED:]
    for response in promoters:
        thanking.thank(response, now=response.created_at)
    owners = [
        response.shopper for response in promoters if response.shopper and response.shopper.referral_codes.exists()
    ]
    for number, owner in enumerate(owners[:FRIENDS]):
        code = owner.referral_codes.get()
        placed_at = now - timedelta(days=FRIENDS - number)
        order = replace(
            shop.orders([owner.order_id])[owner.order_id] if owner.order_id else next(iter(shop._orders.values())),
            id=uuid4(),
            number=str(shop.next_order_number()),
            channel=code.channel,
            currency=CURRENCIES[code.channel],
            email=f"friend-{number}@example.com",
            created_at=placed_at,
            fulfilled_at=None if number % 5 == 0 else placed_at + timedelta(hours=20),
            voucher_code=code.code,
        )
        shop.add_order(order, changed_at=placed_at)
        thanking.follow_order(order.id, now=placed_at + timedelta(days=1))
        if number % 6 == 1:
            shop.add_order(replace(order, refunded=order.charged, is_refunded=True))
            thanking.follow_order(order.id, now=now)
    # These were read long ago.
    Notice.objects.filter(due_at__isnull=False).update(due_at=None)
