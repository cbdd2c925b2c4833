"""What an operator may write into the settings of rewards, and what is said to anything else."""

from decimal import Decimal

import pytest

from saleor_nps_plugin.shop.reading import Discount
from saleor_nps_plugin.shop.settings import CHANNEL_SETTINGS, SettingsInvalid, parse

DEFAULTS = {setting.name: setting.default for setting in CHANNEL_SETTINGS}


def read(**values):
    return parse(DEFAULTS | values).base


def test_the_defaults_are_what_the_readme_promises():
    base = read()

    assert base.referral_enabled and base.referral_voucher == "" and base.share_url == ""
    assert base.referral_discount == Discount(Decimal(10), is_percentage=True)
    assert (base.referral_minimum_spend, base.referral_code_uses, base.referral_points) == (0, 0, 500)
    assert (base.referral_monthly_cap, base.cashback_percent, base.cashback_for) == (20, 5, "promoters")
    assert (base.return_window_days, base.points_valid_days, base.minimum_redemption) == (30, 365, 500)
    assert base.expiry_warning_days == (30, 7)


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("referral_enabled", "False", False),
        ("referral_discount", "7.50", Discount(Decimal("7.50"), is_percentage=False)),
        ("referral_discount", "12.5 %", Discount(Decimal("12.5"), is_percentage=True)),
        ("cashback_percent", "2.5%", Decimal("2.5")),
        ("cashback_for", "all_orders", "all_orders"),
        ("share_url", "https://shop.example/?v={code}", "https://shop.example/?v={code}"),
        ("expiry_warning_days", "7, 30 14", (30, 14, 7)),
        ("expiry_warning_days", "", ()),
        ("points_valid_days", "0", 0),
    ],
)
def test_what_is_read(name, text, value):
    assert getattr(read(**{name: text}), name) == value


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("referral_enabled", "yes", "true or false"),
        ("referral_discount", "0", "10%"),
        ("referral_discount", "-5", "10%"),
        ("referral_discount", "120%", "10%"),
        ("referral_discount", "ten", "10%"),
        ("referral_minimum_spend", "-1", "0 or more"),
        ("referral_points", "5.5", "whole number"),
        ("referral_code_uses", "many", "whole number"),
        ("referral_monthly_cap", "", "whole number"),
        ("share_url", "https://shop.example/", "{code}"),
        ("share_url", "shop.example/{code}", "https://"),
        ("cashback_percent", "101", "0 to 100"),
        ("cashback_percent", "NaN", "0 to 100"),
        ("cashback_for", "everybody", "promoters, respondents, all_orders, off"),
        ("return_window_days", "1e3", "whole number"),
        ("minimum_redemption", "0", "from 1"),
        ("expiry_warning_days", "soon", "30, 7"),
    ],
)
def test_what_is_refused_says_what_to_write(name, text, says):
    with pytest.raises(SettingsInvalid) as refused:
        read(**{name: text})

    assert says in refused.value.errors[name]
    with pytest.raises(SettingsInvalid) as refused:
        read(overrides=f"[main]\n{name} = {text}")
    assert name in refused.value.errors["overrides"]


def test_a_channel_has_values_of_its_own():
    settings = parse(DEFAULTS | {"overrides": "[channel-pln]\nreferral_points = 2000\ncashback_for = off"})

    own = settings.for_channel("channel-pln")
    assert (own.referral_points, own.cashback_for) == (2000, "off")
    assert settings.for_channel("main").referral_points == 500
