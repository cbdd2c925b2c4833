"""What single channels have of their own is a text that people write by hand and pages write back."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from saleor_nps_plugin.shop.overrides import Unreadable, sections, with_section

BY_HAND = """\
# Poland pays in zloty
[channel-pln]
; a week is too long there
delay_hours = 72
staff_emails = care@shop.example,
    pl@shop.example
# no reminder
reminder_after_hours: 0

[eu]
cooldown_days=30
"""


def test_a_changed_value_takes_the_place_of_the_old_one_and_remarks_stay():
    own = sections(BY_HAND)["channel-pln"] | {"delay_hours": "48", "brand_color": "#003300"}

    written = with_section(BY_HAND, "channel-pln", own)

    assert written == BY_HAND.rstrip("\n").replace("delay_hours = 72", "delay_hours = 48").replace(
        "reminder_after_hours: 0\n", "reminder_after_hours: 0\nbrand_color = #003300\n"
    )


def test_a_channel_without_values_of_its_own_has_no_section_any_more():
    written = with_section(BY_HAND, "channel-pln", {})

    assert sections(written) == {"eu": {"cooldown_days": "30"}}
    assert "# Poland pays in zloty" in written


def test_a_channel_that_had_none_gets_a_section():
    assert with_section("", "eu", {"delay_hours": "3"}) == "[eu]\ndelay_hours = 3"
    assert with_section("[a]\nx = 1\n", "b", {"y": "2"}) == "[a]\nx = 1\n\n[b]\ny = 2"


def test_an_inset_is_kept_so_that_the_next_line_is_not_taken_for_more_of_the_value():
    text = "[a]\n  delay_hours = 3\n  cooldown_days = 4\n  [b]\nx = 1"

    written = with_section(text, "a", {"delay_hours": "5", "cooldown_days": "4"})

    assert sections(written)["a"] == {"delay_hours": "5", "cooldown_days": "4"}


@pytest.mark.parametrize("text", ["delay_hours = 3", "[a]\n[a]\n", "[a]\nx = 1\nx = 2", "[a]\nnonsense"])
def test_what_is_no_such_text_is_refused(text):
    with pytest.raises(Unreadable):
        with_section(text, "a", {"delay_hours": "3"})


NAMES = st.sampled_from(["delay_hours", "shop_name", "survey_url"])
VALUES = st.sampled_from(["", "1", "a = b", "x; y", "# no remark", "100%", "https://a.example/{token}", "[b]"])
OWN = st.dictionaries(NAMES, VALUES)
LINES = st.lists(
    st.sampled_from(
        [
            "[a]",
            "[b]",
            "  [c]",
            "delay_hours = 1",
            "DELAY_HOURS=2",
            "  shop_name: x",
            "shop_name = [b]",
            "survey_url =",
            "    second line",
            "\tmore of it",
            "# remark",
            "   ; inset remark",
            "",
        ]
    ),
    max_size=9,
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(lines=LINES, channel=st.sampled_from(["a", "b", "new"]), own=OWN)
def test_one_channel_changes_and_no_other(lines, channel, own):
    text = "\n".join(lines)
    try:
        before = sections(text)
    except Unreadable:
        return

    after = sections(with_section(text, channel, own))

    expected = {**before, channel: own}
    assert after == (expected if own else {name: values for name, values in expected.items() if name != channel})
