"""npsReferralCode: what a stranger learns of a code, and how often."""

import pytest
from django.utils import timezone
from freezegun import freeze_time

from saleor_nps_plugin.referrals import codes
from saleor_nps_plugin.referrals.lookups import LOOKUPS_PER_MINUTE
from saleor_nps_plugin.referrals.models import LookupCount

from .conftest import ask, complaint

LOOK_UP = """
query ($code: String!, $channel: String!) {
  npsReferralCode(code: $code, channel: $channel) { code isActive referrerFirstName discount }
}
"""


def look_up(client, code, channel="main"):
    return ask(client, LOOK_UP, code=code, channel=channel)["npsReferralCode"]


@pytest.fixture
def code(bank, customer_user):
    return bank.code(customer_user)


@pytest.fixture
def within_a_minute():
    """Lookups are counted by the clock's minutes, and a test may begin at the end of one."""
    with freeze_time(timezone.now()):
        yield


@pytest.mark.every_version
def test_a_stranger_learns_that_a_code_is_good(anybody, customer, staff, customer_user, code):
    expected = {
        "code": code.code,
        "isActive": True,
        "referrerFirstName": customer_user.first_name,
        "discount": "10%",
    }

    assert look_up(anybody, code.code) == look_up(customer, code.code) == look_up(staff, code.code) == expected
    assert look_up(anybody, f" {code.code.lower()} ") == expected


def test_a_discount_of_money_is_written_with_its_currency(anybody, nps_plugin, bank, customer_user):
    nps_plugin(referral_discount="5")

    assert look_up(anybody, bank.code(customer_user).code)["discount"] == "$5.00"


@pytest.mark.every_version
def test_of_a_code_that_is_off_a_stranger_learns_nothing_more(anybody, bank, code):
    codes.deactivate(code, now=bank.now)

    assert look_up(anybody, code.code) == {
        "code": code.code,
        "isActive": False,
        "referrerFirstName": None,
        "discount": None,
    }


@pytest.mark.parametrize("wrong", ["", "UNKNOWN1", "\x00", "%", "x" * 5000])
def test_an_unknown_code_is_null(anybody, code, wrong):
    assert look_up(anybody, wrong) is None


@pytest.mark.parametrize("channel", ["", "nowhere", "channel-pln", "main\x00x"])
def test_a_code_is_unknown_in_other_channels(anybody, code, channel_PLN, channel):
    assert look_up(anybody, code.code, channel) is None


@pytest.mark.every_version
@pytest.mark.usefixtures("within_a_minute")
def test_who_asks_too_often_is_refused_whatever_is_asked(anybody, code):
    for _ in range(LOOKUPS_PER_MINUTE):
        look_up(anybody, "UNKNOWN1")

    assert "minute" in complaint(anybody, LOOK_UP, code=code.code, channel="main")


@pytest.mark.usefixtures("within_a_minute")
def test_lookups_in_one_request_are_counted_one_by_one(anybody, code):
    one = f'npsReferralCode(code: "{code.code}", channel: "main") {{ isActive }}'
    aliases = " ".join(f"a{number}: {one}" for number in range(LOOKUPS_PER_MINUTE + 1))

    answer = anybody.post_graphql(f"query {{ {aliases} }}").json()

    assert len(answer["errors"]) == 1
    assert answer["data"][f"a{LOOKUPS_PER_MINUTE}"] is None
    assert answer["data"]["a0"] == {"isActive": True}


@pytest.mark.usefixtures("within_a_minute")
def test_visitors_are_counted_apart_and_their_addresses_are_not_kept(anybody, code):
    def look_up_from(address):
        body = {"query": LOOK_UP, "variables": {"code": code.code, "channel": "main"}}
        return anybody.post(body, HTTP_X_FORWARDED_FOR=address).json()

    for _ in range(LOOKUPS_PER_MINUTE):
        look_up_from("192.0.2.1")

    assert "errors" in look_up_from("192.0.2.1")
    assert look_up_from("192.0.2.2")["data"]["npsReferralCode"]["isActive"] is True
    assert not LookupCount.objects.filter(visitor__contains="192").exists()
