"""No more mails about rewards, and back in."""

import pytest

from saleor_nps_plugin.rewards.models import PointsEntry
from saleor_nps_plugin.shoppers.models import Shopper


def opted_out(member):
    member.shopper.refresh_from_db()
    return member.shopper.rewards_opted_out_at is not None


def test_get_asks_before_the_mails_end(member):
    member.get("opt-out/")

    assert member.sees().one("h1").text == "No more e-mails about rewards?"
    assert not opted_out(member)


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
def test_one_click_from_a_mail_program_ends_the_mails_about_rewards_only(member, kind):
    body = b"List-Unsubscribe=One-Click"
    if "multipart" in kind:
        body = b'--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--\r\n'

    assert member.post(body, "opt-out/", content_type=kind).status_code == 200
    assert opted_out(member)
    assert member.shopper.opted_out_at is None


def test_who_left_can_come_back(member):
    member.post({}, "opt-out/")
    first = Shopper.objects.get().rewards_opted_out_at
    member.post({}, "opt-out/")
    assert Shopper.objects.get().rewards_opted_out_at == first
    assert member.sees().one("form")["action"] == "../opt-in/"

    assert member.get("opt-in/")["Location"] == "../opt-out/", "looking changes nothing"
    assert opted_out(member)
    member.post({}, "opt-in/")

    assert member.sees().one("h1").text == "You get e-mails about rewards again"
    assert not opted_out(member)


def test_looking_changes_nothing(member):
    member.earns(2000)
    before = list(PointsEntry.objects.values_list("pk", flat=True))

    for page in ("", "?before=1", "redeem/", "redeemed/", "opt-out/", "opt-in/"):
        member.get(page)

    assert list(PointsEntry.objects.values_list("pk", flat=True)) == before
    assert not opted_out(member)
