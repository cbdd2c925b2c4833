"""Settings about thanking: referral codes and points."""

from dataclasses import dataclass
from decimal import Decimal

from . import reading
from .reading import Discount
from .setting import Setting

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
        "Referral codes",
        f"true: whoever answers 9 or 10 gets a code for friends. false: no codes, and no rewards for them. {ONLY_AFTERWARDS}",
        "true",
        reading.yes_or_no,
    ),
    Setting(
        "referral_voucher",
        "Voucher of the codes",
        "Empty: the plugin keeps a voucher of its own in each channel, as set below. Else the name, or one code, of a "
        "voucher of yours; codes are added to it, and its own discount and limits apply instead of the three settings below.",
        "",
        reading.text,
    ),
    Setting(
        "referral_discount",
        "Discount for friends",
        "What the code takes off a friend's first order: a percentage such as 10%, or an amount in the channel's currency "
        "such as 5.",
        "10%",
        reading.discount,
    ),
    Setting(
        "referral_minimum_spend",
        "Minimum order of friends",
        "The code works, and its owner is rewarded, from this order total on, in the channel's currency. 0: any order.",
        "0",
        reading.amount,
    ),
    Setting(
        "referral_code_uses",
        "Uses per code",
        "How many friends can use one code. 0: as many as there are. Each friend can use a code once in any case.",
        "0",
        reading.whole_number(0, 100_000),
    ),
    Setting(
        "referral_points",
        "Points per referral",
        "Points for the owner of the code when a friend's order is paid and fulfilled. 100 points are 1.00 in currencies "
        "with cents. 0: the friend has a discount, the owner no reward.",
        "500",
        reading.whole_number(0, 100_000_000),
    ),
    Setting(
        "referral_monthly_cap",
        "Referral rewards per month",
        "How many referrals of one person are rewarded in a calendar month. 0: no limit.",
        "20",
        reading.whole_number(0, 100_000),
    ),
    Setting(
        "share_url",
        "Address to share",
        "Address of your storefront with {code} in it, such as https://shop.example/?voucher={code}. It is shared together "
        "with the code. Empty: the code alone is shared.",
        "",
        reading.share_url,
    ),
    Setting(
        "cashback_percent",
        "Cashback in percent",
        "Percent of what was paid for the goods of an order, as points: after discounts, without shipping, gift cards "
        "bought, and what was paid with gift cards. Rounded down.",
        "5",
        reading.percentage,
    ),
    Setting(
        "cashback_for",
        "Cashback for",
        "promoters: for answers of 9 and 10. respondents: for every answer. all_orders: for every fulfilled order, answered "
        f"or not. off: for nobody. {ONLY_AFTERWARDS} In the United States a rule in force since 21 October 2024 (16 CFR 465) "
        "forbids rewards that depend on a review being positive: do not use answers of promoters as reviews, or choose "
        "respondents or all_orders.",
        "promoters",
        reading.choice(*CASHBACK_FOR),
    ),
    Setting(
        "return_window_days",
        "Return window in days",
        "Points can be used so many days after the order was fulfilled, when it can no longer be returned.",
        "30",
        reading.whole_number(0, 730),
    ),
    Setting(
        "points_valid_days",
        "Points valid for days",
        "Days after which unused points expire, from the day they can be used. 0: never.",
        "365",
        reading.whole_number(0, 3650),
    ),
    Setting(
        "minimum_redemption",
        "Minimum to redeem",
        "The least number of points that can be turned into a gift card.",
        "500",
        reading.whole_number(1, 100_000_000),
    ),
    Setting(
        "expiry_warning_days",
        "Warn before expiry, days",
        "So many days before points expire their owner is told, with commas between. Empty: nobody is told.",
        "30, 7",
        reading.days_before,
    ),
)
