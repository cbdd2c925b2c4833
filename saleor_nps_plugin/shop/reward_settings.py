"""Settings about thanking: referral codes and points."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext_noop

from . import reading
from .reading import Discount
from .setting import DAYS, MONEY, PERCENT, POINTS, Option, Setting, whole_number

A_TENTH = Discount(Decimal(10), is_percentage=True)
CASHBACK_FOR = ("promoters", "respondents", "all_orders", "off")


@dataclass(frozen=True)
class RewardSettings:
    """What rewards go by in one channel. Points are the currency's smallest unit; days are whole numbers."""

    referral_enabled: bool = True
    referral_voucher: str = ""
    referral_discount: Discount = A_TENTH
    referral_minimum_spend: Decimal = Decimal(0)
    referral_code_uses: int = 0
    referral_points: int = 500
    referral_monthly_cap: int = 20
    share_url: str = ""
    cashback_percent: Decimal = Decimal(5)
    cashback_for: str = "promoters"
    return_window_days: int = 30
    points_valid_days: int = 365
    minimum_redemption: int = 500
    expiry_warning_days: tuple[int, ...] = (30, 7)

    @property
    def minimum_of_codes(self) -> Decimal:
        """What a friend's order has to come to; 0 for any order. An operator's own voucher has limits of its own instead."""
        return Decimal(0) if self.referral_voucher else self.referral_minimum_spend

    @property
    def uses_of_codes(self) -> int:
        """How many friends can use one code; 0 for any number. An operator's own voucher has limits of its own instead."""
        return 0 if self.referral_voucher else self.referral_code_uses


ONLY_AFTERWARDS = "Customers learn of it only after they have answered, so that it cannot buy a score."

REWARD_SETTINGS = (
    Setting(
        "referral_enabled",
        gettext_noop("Referral codes"),
        f"true: whoever answers 9 or 10 gets a code for friends. false: no codes, and no rewards for them. {ONLY_AFTERWARDS}",
        "true",
        reading.yes_or_no,
        group="referrals",
        kind="switch",
        explanation=gettext_noop(
            "On: whoever answers 9 or 10 gets a code for friends. Off: no codes, and no rewards for them. "
            "Customers learn of it only after they have answered, so that it cannot buy a score."
        ),
    ),
    Setting(
        "referral_voucher",
        gettext_noop("Voucher of the codes"),
        "Empty: the plugin keeps a voucher of its own in each channel, as set below. Else the name, or one code, of a "
        "voucher of yours; codes are added to it, and its own discount and limits apply instead of the three settings below.",
        "",
        reading.text,
        group="referrals",
        explanation=gettext_noop(
            "Empty: the codes give the discount set below. Else the name, or one code, of a voucher of yours in Saleor: "
            "codes are added to it, and its own discount and limits apply instead of the three settings below."
        ),
    ),
    Setting(
        "referral_discount",
        gettext_noop("Discount for friends"),
        gettext_noop(
            "What the code takes off a friend's first order: a percentage such as 10%, or an amount in the channel's "
            "currency such as 5."
        ),
        "10%",
        reading.discount,
        group="referrals",
        kind="short",
    ),
    Setting(
        "referral_minimum_spend",
        gettext_noop("Minimum order of friends"),
        gettext_noop(
            "The code works, and its owner is rewarded, from this order total on, in the channel's currency. 0: any order."
        ),
        "0",
        reading.amount,
        group="referrals",
        kind="decimal",
        unit=MONEY,
        title=gettext_noop("Smallest order of a friend"),
    ),
    whole_number(
        "referral_code_uses",
        gettext_noop("Uses per code"),
        gettext_noop(
            "How many friends can use one code. 0: as many as there are. Each friend can use a code once in any case."
        ),
        "0",
        low=0,
        high=100_000,
        group="referrals",
        title=gettext_noop("Friends per code"),
    ),
    whole_number(
        "referral_points",
        gettext_noop("Points per referral"),
        gettext_noop(
            "Points for the owner of the code when a friend's order is paid and fulfilled. 100 points are 1.00 in "
            "currencies with cents. 0: the friend has a discount, the owner no reward."
        ),
        "500",
        low=0,
        high=100_000_000,
        unit=POINTS,
        group="referrals",
        title=gettext_noop("Reward for the owner of the code"),
    ),
    whole_number(
        "referral_monthly_cap",
        gettext_noop("Referral rewards per month"),
        gettext_noop("How many referrals of one person are rewarded in a calendar month. 0: no limit."),
        "20",
        low=0,
        high=100_000,
        group="referrals",
        title=gettext_noop("Rewards per person and month"),
    ),
    Setting(
        "share_url",
        gettext_noop("Address to share"),
        gettext_noop(
            "Address of your storefront with {code} in it, such as https://shop.example/?voucher={code}. It is shared "
            "together with the code. Empty: the code alone is shared."
        ),
        "",
        reading.share_url,
        group="referrals",
        kind="url",
    ),
    Setting(
        "cashback_percent",
        gettext_noop("Cashback in percent"),
        gettext_noop(
            "Percent of what was paid for the goods of an order, as points: after discounts, without shipping, gift cards "
            "bought, and what was paid with gift cards. Rounded down."
        ),
        "5",
        reading.percentage,
        group="points",
        kind="decimal",
        unit=PERCENT,
        title=gettext_noop("Cashback"),
    ),
    Setting(
        "cashback_for",
        gettext_noop("Cashback for"),
        "promoters: for answers of 9 and 10. respondents: for every answer. all_orders: for every fulfilled order, answered "
        f"or not. off: for nobody. {ONLY_AFTERWARDS} In the United States a rule in force since 21 October 2024 (16 CFR 465) "
        "forbids rewards that depend on a review being positive: do not use answers of promoters as reviews, or choose "
        "respondents or all_orders.",
        "promoters",
        reading.choice(*CASHBACK_FOR),
        group="points",
        kind="choice",
        explanation=gettext_noop(
            "Who gets a part of an order back as points. Customers learn of it only after they have answered, so that it "
            "cannot buy a score. In the United States a rule in force since 21 October 2024 (16 CFR 465) forbids rewards "
            "that depend on a review being positive: there choose every answer or every order, or never show answers as "
            "reviews."
        ),
        options=(
            Option("promoters", gettext_noop("Answers of 9 and 10")),
            Option("respondents", gettext_noop("Every answer")),
            Option("all_orders", gettext_noop("Every fulfilled order, answered or not")),
            Option("off", gettext_noop("Nobody")),
        ),
    ),
    whole_number(
        "return_window_days",
        gettext_noop("Return window in days"),
        gettext_noop(
            "Points can be used so many days after the order was fulfilled, when it can no longer be returned."
        ),
        "30",
        low=0,
        high=730,
        unit=DAYS,
        group="points",
        title=gettext_noop("Points can be used after"),
    ),
    whole_number(
        "points_valid_days",
        gettext_noop("Points valid for days"),
        gettext_noop("Days after which unused points expire, from the day they can be used. 0: never."),
        "365",
        low=0,
        high=3650,
        unit=DAYS,
        group="points",
        title=gettext_noop("Points expire after"),
    ),
    whole_number(
        "minimum_redemption",
        gettext_noop("Minimum to redeem"),
        gettext_noop("The least number of points that can be turned into a gift card."),
        "500",
        low=1,
        high=100_000_000,
        unit=POINTS,
        group="points",
        title=gettext_noop("Smallest number to redeem"),
    ),
    Setting(
        "expiry_warning_days",
        gettext_noop("Warn before expiry, days"),
        gettext_noop(
            "So many days before points expire their owner is told, with commas between. Empty: nobody is told."
        ),
        "30, 7",
        reading.days_before,
        group="points",
        kind="short",
        title=gettext_noop("Warn before points expire, days"),
    ),
)
