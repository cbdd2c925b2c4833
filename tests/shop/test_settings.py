from decimal import Decimal

import pytest

from saleor_nps_plugin.shop.settings import CHANNEL_SETTINGS, ChannelSettings, SettingsInvalid, parse, read_leniently


def defaults(**values):
    return (
        {setting.name: setting.default for setting in CHANNEL_SETTINGS}
        | {"enabled": False, "channels": "", "overrides": ""}
        | values
    )


def test_defaults_as_text_are_the_defaults_as_values():
    assert parse(defaults()).base == ChannelSettings()


def test_a_channel_has_its_overrides_and_the_rest_of_the_shop():
    settings = parse(
        defaults(enabled=True, cooldown_days="30", overrides="[channel-pln]\ndelay_hours = 72\nbrand_color = #003300\n")
    )

    assert settings.for_channel("channel-pln").delay_hours == 72
    assert settings.for_channel("channel-pln").brand_color == "#003300"
    assert settings.for_channel("channel-pln").cooldown_days == 30
    assert settings.for_channel("default-channel").delay_hours == 168


def test_only_listed_channels_are_served():
    settings = parse(defaults(enabled=True, channels="a, b"))

    assert [settings.for_channel(channel).enabled for channel in ("a", "b", "c", "")] == [True, True, False, True]


@pytest.mark.parametrize(
    ("name", "value", "advice"),
    [
        ("delay_hours", "soon", "whole number from 0 to 8760"),
        ("delay_hours", "-1", "whole number from 0 to 8760"),
        ("delay_hours", "1.5", "whole number from 0 to 8760"),
        ("delay_hours", "", "whole number from 0 to 8760"),
        ("delay_hours", "١٢", "whole number from 0 to 8760"),
        ("sample_percent", "101", "whole number from 0 to 100"),
        ("link_valid_days", "0", "whole number from 1 to 730"),
        ("minimum_order_total", "ten", "such as 25 or 19.90"),
        ("minimum_order_total", "NaN", "such as 25 or 19.90"),
        ("minimum_order_total", "-5", "such as 25 or 19.90"),
        ("brand_color", "red", "six hexadecimal digits"),
        ("brand_color", "#12345", "six hexadecimal digits"),
        ("brand_color", "#ffff00", "Write a darker colour, such as #"),
        ("logo_url", "javascript:alert(1)", "starts with https://"),
        ("logo_url", "logo.png", "starts with https://"),
        ("survey_url", "https://shop.example/survey", "{token} in it once"),
        ("survey_url", "shop/{token}", "starts with https://"),
        ("delivery", "pigeon", "saleor, django, notify"),
        ("sender_address", "care", "no e-mail address"),
        ("sender_name", "Shop\r\nBcc: all@example.com", "one line"),
        ("staff_emails", "care@shop.example, nobody", '"nobody" is no e-mail address'),
        ("channels", "default channel/", "no channel slug"),
        ("overrides", "delay_hours = 3", "Write a line [slug-of-the-channel]"),
        ("overrides", "[pln]\ncolour = red", '[pln] has no setting "colour"'),
        ("overrides", "[pln]\ndelay_hours = never", "delay_hours: Write a whole number"),
    ],
)
def test_a_wrong_value_is_refused_with_what_to_write_instead(name, value, advice):
    with pytest.raises(SettingsInvalid) as refusal:
        parse(defaults(**{name: value}))

    assert list(refusal.value.errors) == [name]
    assert advice in refusal.value.errors[name]


def test_the_colour_proposed_instead_is_accepted():
    with pytest.raises(SettingsInvalid) as refusal:
        parse(defaults(brand_color="#ffcc00"))

    proposed = refusal.value.errors["brand_color"].rstrip(".").split()[-1]
    assert parse(defaults(brand_color=proposed)).base.brand_color == proposed


def test_a_stored_value_that_is_wrong_has_its_default_and_is_reported():
    settings, errors = read_leniently(defaults(delay_hours="soon", minimum_order_total="12.50"))

    assert settings.base.delay_hours == 168
    assert settings.base.minimum_order_total == Decimal("12.50")
    assert list(errors) == ["delay_hours"]
