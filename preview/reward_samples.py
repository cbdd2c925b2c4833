"""People with points: their accounts in every state, by language."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from threading import Lock

from django.utils import timezone

from saleor_nps_plugin.links import shopper_token
from saleor_nps_plugin.referrals import codes
from saleor_nps_plugin.rewards import ledger
from saleor_nps_plugin.rewards.models import EntryKind, PointsAccount, PointsEntry
from saleor_nps_plugin.shoppers.models import Shopper
from saleor_nps_plugin.shoppers.recognizing import recognize_customer

from . import orders
from .words import NAMES, REMARKS

DAY = timedelta(days=1)


@dataclass(frozen=True)
class RewardSamples:
    """Tokens of sample shoppers, by what they have; `redemption` is the id of an entry of the promoter's."""

    promoter: str
    redemption: int
    beginner: str
    owing: str
    stranger: str
    opted_out: str


_samples: dict[str, RewardSamples] = {}
_making = Lock()


def of(language: str) -> RewardSamples:
    """Return the sample shoppers of a language, made when somebody first looks."""
    with _making:
        if language not in _samples:
            _samples[language] = _make(language)
        return _samples[language]


def forget_all() -> None:
    """Make them anew when somebody looks again."""
    _samples.clear()


class _Account:
    """One account and its past; points last a year, and can be used a month after they were earned."""

    def __init__(self, language: str, *, since: datetime) -> None:
        order = orders.place_order(
            first_name=NAMES[language], language=language, channel=orders.GALLERY, fulfilled_at=since
        )
        self.shopper = recognize_customer(email=order.email, user_id=None, order_id=order.id)
        self.account: PointsAccount = ledger.account_of(self.shopper, order.currency, now=since)

    def earn(self, kind: EntryKind, points: int, *, at: datetime, lasts: int = 365) -> PointsEntry:
        available_at = at + 30 * DAY
        return ledger.post(
            self.account,
            kind=kind,
            points=points,
            key=f"sample:{self.account.pk}:{at.isoformat()}",
            now=at,
            available_at=available_at,
            expires_at=available_at + lasts * DAY,
            channel=orders.GALLERY,
        )

    def spend(self, points: int, *, at: datetime) -> PointsEntry:
        return ledger.spend(
            self.account, points=points, key=at.isoformat(), now=at, channel=orders.GALLERY, gift_card_id=0
        )


def _make(language: str) -> RewardSamples:
    now = timezone.now()
    promoter, redemption = _promoter(language, now)
    beginner = _Account(language, since=now - 40 * DAY)
    beginner.earn(EntryKind.CASHBACK, 122, at=now - 35 * DAY)
    owing = _Account(language, since=now - 90 * DAY)
    taken_back = owing.earn(EntryKind.REFERRAL, 500, at=now - 80 * DAY)
    owing.spend(500, at=now - 20 * DAY)
    ledger.reverse(taken_back, share=Fraction(1), now=now - DAY)
    stranger = _Account(language, since=now)
    left = _Account(language, since=now).shopper
    Shopper.objects.filter(pk=left.pk).update(rewards_opted_out_at=now)
    return RewardSamples(
        promoter=_token(promoter.shopper),
        redemption=redemption.pk,
        beginner=_token(beginner.shopper),
        owing=_token(owing.shopper),
        stranger=_token(stranger.shopper),
        opted_out=_token(left),
    )


def _promoter(language: str, now: datetime) -> tuple[_Account, PointsEntry]:
    """Somebody with a code, with points of every kind, some of which wait and some of which end soon."""
    one = _Account(language, since=now - 130 * DAY)
    codes.ensure_code(one.shopper, orders.GALLERY, now=now - 125 * DAY)
    one.earn(EntryKind.CASHBACK, 640, at=now - 120 * DAY, lasts=110)
    refunded = one.earn(EntryKind.CASHBACK, 1240, at=now - 70 * DAY)
    one.earn(EntryKind.REFERRAL, 500, at=now - 60 * DAY)
    redemption = one.spend(500, at=now - 25 * DAY)
    ledger.reverse(refunded, share=Fraction(3, 10), now=now - 20 * DAY)
    ledger.adjust(one.account, points=100, key="sample", reason=REMARKS[language], author_id=None, now=now - 12 * DAY)
    one.earn(EntryKind.REFERRAL, 500, at=now - 6 * DAY)
    one.earn(EntryKind.CASHBACK, 422, at=now - 2 * DAY)
    return one, redemption


def _token(shopper: Shopper) -> str:
    return shopper_token(shopper.key)
