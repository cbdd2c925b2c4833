"""Lives through the sample year: the domain schedules, sends, records and thanks as it would have then.

Only the shop is a stand-in: it knows the year's orders, and its mails go nowhere. Its vouchers and gift cards are real.
"""

from collections.abc import Collection, Iterable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cached_property
from random import Random
from uuid import UUID

from django.conf import settings as django_settings
from django.db import transaction

from demo.sample_year import CURRENCIES, SampleSurvey
from saleor_nps_plugin.emails import Mail
from saleor_nps_plugin.links import invitation_token
from saleor_nps_plugin.referrals.models import ReferralCode
from saleor_nps_plugin.rewards import balances, expiring
from saleor_nps_plugin.rewards.models import Notice, PointsAccount
from saleor_nps_plugin.rewards.redemption import redeem
from saleor_nps_plugin.shop import get_shop
from saleor_nps_plugin.shop.interface import Contact, Line, Mailer, Order
from saleor_nps_plugin.shop.saleor import SaleorShop
from saleor_nps_plugin.shop.settings import ShopSettings, SurveySettings
from saleor_nps_plugin.surveys.answering import recording
from saleor_nps_plugin.surveys.asking import scheduling, sending
from saleor_nps_plugin.surveys.following_up import cases, thanking
from saleor_nps_plugin.surveys.models import CaseStatus, Invitation, InvitationStatus, Response

# Above the number of mails that fall due on one day.
ALL_OF_A_DAY = 10_000
CASE_NOTES = (
    "Called the customer, parcel found at the neighbour's.",
    "Replacement sent, no charge.",
    "Refunded the shipping costs and apologised.",
    "No answer after two attempts.",
    "Passed on to the warehouse: packaging is being changed.",
)


class NoMailer:
    def send(self, mail: Mail) -> None:
        """These mails were read long ago."""


class PastShop(SaleorShop):
    """Saleor as it might have been last year."""

    def __init__(self) -> None:
        self.past_orders: dict[UUID, Order] = {}
        self.known: set[str] = set()

    def settings(self) -> ShopSettings:
        return self._settings_of_the_year

    @cached_property
    def _settings_of_the_year(self) -> ShopSettings:
        settings = super().settings()
        # A reminder to each who did not answer would double the work and change no score.
        return replace(settings, base=replace(settings.base, reminder_after_hours=0))

    def orders(self, ids: Collection[UUID]) -> Mapping[UUID, Order]:
        return {order_id: self.past_orders[order_id] for order_id in ids if order_id in self.past_orders}

    def returning_customers(self, orders: Collection[Order]) -> set[UUID]:
        returning = {order.id for order in orders if order.email in self.known}
        self.known.update(order.email for order in orders)
        return returning

    def contacts(self, order_ids: Collection[UUID]) -> Mapping[UUID, Contact]:
        return {
            order.id: Contact(order.email, order.first_name, order.language_code, frozenset([order.email]))
            for order in self.orders(order_ids).values()
        }

    def mailer(self, channel: str, settings: SurveySettings) -> AbstractContextManager[Mailer]:
        return nullcontext(NoMailer())


def live_through(surveys: Iterable[SampleSurvey], *, until: datetime) -> None:
    django_settings.SALEOR_NPS_SHOP = f"{PastShop.__module__}.{PastShop.__name__}"
    # DEBUG would keep the text of every statement.
    django_settings.DEBUG = False
    shop = get_shop()
    assert isinstance(shop, PastShop)
    surveys = list(surveys)
    shop.past_orders = {survey.order_id: _order(survey) for survey in surveys}
    with shop.write_access(), transaction.atomic():
        waiting_since = None
        friends = _Friends()
        for moment, survey in _moments(surveys):
            if moment == survey.sent_at:
                friends.order(survey, shop)
                scheduling.schedule_order(shop.past_orders[survey.order_id], now=moment)
                thanking.follow_order(survey.order_id, now=moment)
                waiting_since = moment
                continue
            # The mails of a day go out together, before anybody can answer.
            if waiting_since is not None:
                sending.send_due(now=waiting_since, limit=ALL_OF_A_DAY)
                waiting_since = None
            if survey.answer is None:
                _look(survey, moment)
            else:
                _answer(survey)
        sending.send_due(now=until, limit=ALL_OF_A_DAY)
        _follow_up_cases(until)
        _send_things_back(shop, until)
        _redeem(until)
        expiring.expire_due(now=until, limit=ALL_OF_A_DAY)
        # These were read long ago too.
        Notice.objects.filter(due_at__isnull=False).update(due_at=None)


class _Friends:
    """One order in thirty comes with a code of somebody in the same market."""

    def __init__(self) -> None:
        self._chance = Random(7)

    def order(self, survey: SampleSurvey, shop: PastShop) -> None:
        if self._chance.random() > 1 / 30:
            return
        shared = ReferralCode.objects.filter(channel=survey.market.channel, deactivated_at=None)
        codes = list(shared.order_by("-pk").values_list("code", flat=True)[:40])
        if codes:
            order = shop.past_orders[survey.order_id]
            shop.past_orders[order.id] = replace(order, voucher_code=self._chance.choice(codes))


def _send_things_back(shop: PastShop, until: datetime) -> None:
    """Of every forty answered orders one was refunded in part, and one in full."""
    for number, order_id in enumerate(Response.objects.order_by("pk").values_list("order_id", flat=True)):
        share = {0: Decimal("0.3"), 20: Decimal(1)}.get(number % 40)
        if share and order_id:
            order = shop.past_orders[order_id]
            shop.past_orders[order_id] = replace(order, refunded=order.charged * share, is_refunded=share == 1)
            thanking.follow_order(order_id, now=until)


def _redeem(until: datetime) -> None:
    """One customer in four has turned points into a gift card."""
    for number, account in enumerate(PointsAccount.objects.select_related("shopper").order_by("pk")):
        has = balances.balance(account, now=until).available
        channel = next((name for name, currency in CURRENCIES.items() if currency == account.currency), "")
        if number % 4 == 0 and has >= 500 and channel:
            redeem(account, points=has - has % 100, channel=channel, key="demo", now=until)


def _follow_up_cases(until: datetime) -> None:
    """Staff have settled what is older than three weeks; the rest waits for whoever tries the demo."""
    old = Response.objects.filter(case_status=CaseStatus.OPEN, created_at__lt=until - timedelta(days=21))
    for number, response in enumerate(old.order_by("created_at")):
        changes = cases.Changes(case_status=CaseStatus.RESOLVED, note=CASE_NOTES[number % len(CASE_NOTES)])
        cases.update_response(response.pk, changes, staff_id=None, now=response.created_at + timedelta(days=2))


def _moments(surveys: Iterable[SampleSurvey]) -> list[tuple[datetime, SampleSurvey]]:
    """Everything that happened, in its order."""
    sent = [(survey.sent_at, survey) for survey in surveys]
    answered = [(survey.answer.answered_at, survey) for survey in surveys if survey.answer is not None]
    silent = [survey for survey in surveys if survey.answer is None]
    # Two of five who did not answer had a look at the page.
    looked = [(survey.sent_at + timedelta(hours=5), survey) for survey in silent if survey.order_id.int % 5 < 2]
    return sorted(sent + answered + looked, key=lambda moment: moment[0])


def _look(survey: SampleSurvey, now: datetime) -> None:
    invitation = Invitation.objects.filter(order_id=survey.order_id, status=InvitationStatus.SENT).first()
    if invitation is not None:
        recording.note_seen(invitation_token(invitation.key), now=now)


def _answer(survey: SampleSurvey) -> None:
    assert survey.answer is not None
    now = survey.answer.answered_at
    invitation = Invitation.objects.get(order_id=survey.order_id)
    submission = recording.Submission(score=survey.answer.score, comment=survey.answer.comment)
    thanking.thank(recording.submit(invitation_token(invitation.key), submission, now=now), now=now)


def _order(survey: SampleSurvey) -> Order:
    market = survey.market
    return Order(
        id=survey.order_id,
        number=survey.number,
        channel=market.channel,
        currency=CURRENCIES[market.channel],
        total=survey.total,
        email=survey.person.email,
        user_id=None,
        language_code=market.language,
        first_name=survey.person.first_name,
        created_at=survey.sent_at - timedelta(days=2),
        fulfilled_at=survey.sent_at,
        is_paid=True,
        goods_paid=survey.total,
        charged=survey.total,
        country=market.country,
        lines=tuple(
            Line(product_id=product.id, category_id=product.category_id, name=product.name)
            for product in survey.products
        ),
    )
