"""The thanks of npsResponseSubmit: what the holder of a link is shown of code and points."""

import pytest
from saleor.discount.models import Voucher, VoucherCode

from saleor_nps_plugin.links import invitation_token
from saleor_nps_plugin.referrals.models import ReferralCode
from saleor_nps_plugin.rewards.models import PointsEntry
from saleor_nps_plugin.surveys.models import Response

from .conftest import ask, global_id, queries_of

SUBMIT = """
mutation ($token: String!, $score: Int!) {
  npsResponseSubmit(token: $token, input: {score: $score}) {
    thanks {
      message
      offerCode
      asksCallback
      referralCode {
        id code shareUrl isActive createdAt rewardedCount channel { slug } user { id } voucher { id }
        referrals(first: 5) { totalCount edges { node { id } } }
      }
      pointsEntry {
        id kind points note availableAt expiresAt createdAt order { id } giftCard { id } reverses { id }
      }
    }
    errors { field code }
  }
}
"""


@pytest.fixture
def submit(story, nps_plugin, place, channel_USD):
    nps_plugin(delay_hours="0", cooldown_days="0", delivery="django", share_url="https://shop.example/?voucher={code}")

    def submit(client, score, order=None):
        invitation = story.invite(order or place(language_code="de"))
        answer = ask(client, SUBMIT, token=invitation_token(invitation.key), score=score)["npsResponseSubmit"]
        assert answer["errors"] == []
        return answer["thanks"]

    return submit


@pytest.mark.every_version
def test_a_promoter_is_shown_the_code_and_nobodys_name(anybody, submit, bank):
    thanks = submit(anybody, 10)

    code = ReferralCode.objects.get()
    shown = thanks["referralCode"]
    assert shown.pop("id")
    assert shown == {
        "code": code.code,
        "shareUrl": f"https://shop.example/?voucher={code.code}",
        "isActive": True,
        "createdAt": code.created_at.isoformat(),
        "rewardedCount": 0,
        "channel": {"slug": "main"},
        "user": None,
        "voucher": None,
        "referrals": {"totalCount": 0, "edges": []},
    }
    assert (thanks["offerCode"], thanks["message"]) == (None, "Vielen Dank. Ihre Antwort hilft uns, besser zu werden.")


def test_friends_orders_are_not_told_to_the_holder_of_a_link(anybody, submit, bank, place):
    order = place()
    submit(anybody, 10, order)
    bank.referral(ReferralCode.objects.get(), place(), status="rewarded")

    shown = ask(anybody, SUBMIT, token=invitation_token(_invitation_of(order).key), score=9)
    code = shown["npsResponseSubmit"]["thanks"]["referralCode"]

    assert (code["rewardedCount"], code["referrals"]) == (0, {"totalCount": 0, "edges": []})


def _invitation_of(order):
    from saleor_nps_plugin.surveys.models import Invitation

    return Invitation.objects.get(order_id=order.pk)


def test_a_detractor_is_thanked_in_words(anybody, submit, bank):
    thanks = submit(anybody, 2)

    assert (thanks["referralCode"], thanks["pointsEntry"]) == (None, None)


def test_cashback_is_shown_without_the_order(anybody, submit, bank, place, customer_user):
    order = place(language_code="de")
    entry = bank.earn(customer_user, 70, order_id=order.pk, key=f"cashback:{order.pk}")

    shown = submit(anybody, 10, order)["pointsEntry"]

    assert shown.pop("id")
    assert shown == {
        "kind": "CASHBACK",
        "points": 70,
        "note": shown["note"],
        "availableAt": entry.available_at.isoformat(),
        "expiresAt": None,
        "createdAt": entry.created_at.isoformat(),
        "order": None,
        "giftCard": None,
        "reverses": None,
    }
    assert shown["note"]
    assert PointsEntry.objects.count() == 1


def test_what_is_not_asked_for_is_not_read(anybody, submit, bank, place, story):
    order = place()
    submit(anybody, 10, order)
    token = invitation_token(_invitation_of(order).key)
    short = SUBMIT.split("thanks {")[0] + "errors { field code } } }"

    assert queries_of(anybody, short, token=token, score=10) < queries_of(anybody, SUBMIT, token=token, score=10)


@pytest.mark.every_version
def test_a_passive_is_shown_a_code_of_the_operators_voucher_once(anybody, submit, nps_plugin, channel_USD):
    voucher = Voucher.objects.create(name="Nearly", single_use=True, discount_value_type="percentage")
    voucher.channel_listings.create(channel=channel_USD, currency="USD", discount_value=10)
    nps_plugin(delay_hours="0", cooldown_days="0", delivery="django", passive_offer_voucher="Nearly")

    first, second = submit(anybody, 8), submit(anybody, 7)

    code = VoucherCode.objects.get()
    assert (first["offerCode"], code.voucher.name, code.voucher.single_use) == (code.code, "Nearly", True)
    assert (second["offerCode"], first["referralCode"], first["asksCallback"]) == (None, None, False)


WISH = """
mutation ($token: String!, $score: Int!, $callback: String) {
  npsResponseSubmit(token: $token, input: {score: $score, callback: $callback}) {
    npsResponse { score callback }
    thanks { asksCallback }
    errors { field code }
  }
}
"""
READ = "query ($id: ID!) { npsResponse(id: $id) { callback caseStatus } }"


@pytest.mark.every_version
def test_an_unhappy_customer_may_say_how_to_be_called_and_staff_read_it(anybody, submit, staff, place):
    order = place()
    assert submit(anybody, 2, order)["asksCallback"] is True
    token = invitation_token(_invitation_of(order).key)

    answer = ask(anybody, WISH, token=token, score=2, callback="555 0100, after five")["npsResponseSubmit"]

    assert answer["errors"] == []
    assert answer["npsResponse"] == {"score": 2, "callback": ""}
    read = ask(staff, READ, id=global_id("NpsResponse", Response.objects.get().pk))["npsResponse"]
    assert read == {"callback": "555 0100, after five", "caseStatus": "OPEN"}


def test_a_wish_that_is_too_long_is_refused_and_the_answer_with_it(anybody, submit, place):
    order = place()
    submit(anybody, 2, order)
    token = invitation_token(_invitation_of(order).key)

    answer = ask(anybody, WISH, token=token, score=1, callback="x" * 201)["npsResponseSubmit"]

    assert answer["errors"] == [{"field": "callback", "code": "INVALID"}]
    assert (Response.objects.get().score, Response.objects.get().callback) == (2, "")


def test_a_wish_of_somebody_who_is_not_asked_comes_to_nothing(anybody, submit, place):
    order = place()
    submit(anybody, 10, order)
    token = invitation_token(_invitation_of(order).key)

    answer = ask(anybody, WISH, token=token, score=9, callback="555 0100")["npsResponseSubmit"]

    assert (answer["errors"], Response.objects.get().callback) == ([], "")
