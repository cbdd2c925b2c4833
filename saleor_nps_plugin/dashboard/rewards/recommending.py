"""The figures of the page "Rewards" about codes: how they lead to new customers, and what those pay."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext, ngettext

from ...referrals import reports
from ...referrals.reports import Funnel, Outcome
from ..tags import money as money_written
from ..tags import number, percent
from . import words as reward_words
from .choices import COUNTS, Choice


@dataclass(frozen=True)
class Step:
    """One step from codes to new customers; `share` says how many of the step before, and `width` is the bar's, 0 to 100."""

    label: str
    count: int
    width: int
    share: str = ""
    hint: str = ""
    link: str = ""


@dataclass(frozen=True)
class Ending:
    """So many friends' orders stand there, or were refused for this reason."""

    label: str
    tone: str
    orders: int
    width: int
    link: str


@dataclass(frozen=True)
class ReferralFigures:
    """What friends did; `revenue` is what they paid, by currency, as written and as numbers."""

    funnel: Funnel
    steps: list[Step]
    endings: list[Ending]
    revenue: Mapping[str, Decimal]

    @property
    def brought(self) -> list[str]:
        """What friends paid, a figure per currency, the largest number first."""
        ordered = sorted(self.revenue.items(), key=lambda item: (-item[1], item[0]))
        return [money_written(amount, currency) for currency, amount in ordered if amount]


def referral_figures(choice: Choice) -> ReferralFigures:
    """Return what codes led to. Four statements, and those in which the shop adds up orders."""
    outcomes = reports.outcomes(choice.wanted)
    funnel = reports.funnel(choice.wanted, outcomes)
    revenue = reports.revenue(choice.wanted)
    return ReferralFigures(funnel, _steps(funnel, choice), _endings(outcomes, choice), revenue)


def _steps(funnel: Funnel, choice: Choice) -> list[Step]:
    fresh = ngettext(
        "%(new)s of them was made in this period.", "%(new)s of them were made in this period.", funnel.new_codes
    )
    widest = max(funnel.codes, funnel.orders, 1)

    def step(label: str, count: int, **more: str) -> Step:
        return Step(label, count, round(100 * count / widest), **more)

    return [
        step(
            gettext("Codes that promoters can share"),
            funnel.codes,
            hint=fresh % {"new": number(funnel.new_codes)} if funnel.codes else "",
        ),
        step(
            gettext("Codes that friends used"),
            funnel.used_codes,
            share=_share(gettext("%(share)s of the codes"), funnel.used_codes, funnel.codes),
        ),
        step(gettext("Friends' orders"), funnel.orders, link=choice.friends()),
        step(
            gettext("New customers that count"),
            funnel.counted,
            share=_share(gettext("%(share)s of the orders"), funnel.counted, funnel.orders),
            hint=_waiting(funnel),
            link=choice.friends(status=COUNTS),
        ),
    ]


def _share(text: str, count: int, before: int) -> str:
    return text % {"share": percent(round(count / before, 2))} if before else ""


def _waiting(funnel: Funnel) -> str:
    if not funnel.waiting:
        return ""
    text = ngettext(
        "%(count)s more order waits to be paid and fulfilled.",
        "%(count)s more orders wait to be paid and fulfilled.",
        funnel.waiting,
    )
    return text % {"count": number(funnel.waiting)}


def _endings(outcomes: Collection[Outcome], choice: Choice) -> list[Ending]:
    most = max((outcome.orders for outcome in outcomes), default=1)
    return [
        Ending(
            label=reward_words.refusal(outcome.reason) or reward_words.status(outcome.status),
            tone=reward_words.STATUS_TONES[outcome.status],
            orders=outcome.orders,
            width=round(100 * outcome.orders / most),
            link=choice.friends(status=outcome.status, reason=outcome.reason),
        )
        for outcome in outcomes
    ]
