"""What happens at the same moment, in connections of their own."""

from dataclasses import replace
from datetime import timedelta
from threading import Thread

import pytest
from django.db import OperationalError, transaction

from saleor_nps_plugin.errors import RewardsInactive
from saleor_nps_plugin.referrals import codes, qualification
from saleor_nps_plugin.referrals.models import Referral, ReferralCode
from saleor_nps_plugin.rewards.models import Notice, PointsAccount, PointsEntry
from saleor_nps_plugin.shoppers.models import Shopper
from saleor_nps_plugin.shoppers.recognizing import recognize
from tests.referrals.story import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_asked_for_by_many_at_once_a_code_is_made_once(referring, shop):
    ada = referring.shopper()

    made = at_once([lambda: referring.code(ada).code] * 8)

    assert made == [ReferralCode.objects.get().code] * 8
    assert list(shop.rewards.codes) == made[:1], "no voucher code is left over"


def test_channels_do_not_wait_for_each_other_for_ever(referring):
    people = [referring.shopper(n, f"ada{n}@example.com") for n in range(3)]
    channels = ("default-channel", "channel-pln")

    at_once([lambda p=person, c=channel: referring.code(p, c) for person in people for channel in channels] * 2)

    assert ReferralCode.objects.count() == 6


def test_a_code_that_vanished_is_published_once(referring, shop):
    ada = referring.shopper()
    code = referring.code(ada)
    shop.rewards.remove_voucher(code.voucher_id)

    results = at_once([lambda: referring.code(ada)] * 6)

    assert results == [code] * 6
    assert len({result.voucher_id for result in results}) == 1 == len(shop.rewards.codes)


def test_made_and_switched_off_at_once_there_is_at_most_one(referring, now):
    ada = referring.shopper()
    code = referring.code(ada)

    results = at_once([lambda: codes.deactivate(code, now=now), lambda: referring.code(ada)] * 3)

    assert not ReferralCode.objects.filter(deactivated_at=None).exists()
    assert {type(result) for result in results} <= {ReferralCode, RewardsInactive}


def test_an_order_reported_by_many_events_is_one_referral(referring, shop):
    code = referring.code()
    order = referring.place(code)

    results = at_once([lambda: referring.follow(order)] * 8)

    assert {referral.pk for referral in results} == {Referral.objects.get().pk}
    assert Referral.objects.get().status == "pending"


def test_an_order_is_rewarded_once(referring):
    code = referring.code()
    order = referring.becomes(referring.place(code), is_paid=True, fulfilled_at=referring.now)

    results = at_once([lambda: referring.follow(order)] * 8)

    assert [referral.status for referral in results] == ["rewarded"] * 8
    assert PointsEntry.objects.get().points == 500 == PointsAccount.objects.get().pending
    assert Notice.objects.count() == 1


def test_two_orders_at_once_cannot_exceed_the_cap(referring, shop):
    shop.configure(enabled=True, referral_monthly_cap="3")
    ada = referring.shopper()
    both = [referring.code(ada), referring.code(ada, "channel-pln")]
    orders = [
        referring.becomes(
            referring.place(both[n % 2], f"friend{n}@example.com"), is_paid=True, fulfilled_at=referring.now
        )
        for n in range(8)
    ]

    at_once([lambda order=order: referring.follow(order) for order in orders])

    outcomes = sorted(Referral.objects.values_list("status", "refusal"))
    assert outcomes == [("rejected", "cap_reached")] * 5 + [("rewarded", "")] * 3
    assert PointsEntry.objects.count() == 3


def test_refunded_and_reported_at_once_a_reward_is_taken_back_once(referring):
    order = referring.rewarded(referring.code())
    gone = referring.becomes(order, is_canceled=True)

    at_once([lambda: referring.follow(gone)] * 6)

    assert sorted(PointsEntry.objects.values_list("points", flat=True)) == [-500, 500]
    assert Notice.objects.filter(kind="reversal").count() == 1


def test_a_code_is_switched_off_before_or_after_the_reward_but_not_in_between(referring, now):
    for n in range(5):
        code = referring.code(referring.shopper(100 + n, f"ada{n}@example.com"))
        order = referring.becomes(
            referring.place(code, f"friend{n}@example.com"), is_paid=True, fulfilled_at=referring.now
        )
        results = at_once(
            [lambda c=code: codes.deactivate(c, now=now), lambda o=order: qualification.follow_order(o, now=now)]
        )
        assert not [result for result in results if isinstance(result, Exception)]
        referral = Referral.objects.get(order_id=order.id)
        assert (referral.status, referral.entry is not None) in [("rewarded", True), ("rejected", False)]


def test_codes_change_hands_while_friends_order(referring, now):
    kept = referring.shopper()
    guest = recognize(email="ada@work.example", user_id=None)
    mine = referring.code(kept)
    referring.later(hours=1)
    theirs = referring.code(guest)
    orders = [
        referring.becomes(referring.place(code, f"friend{n}@example.com"), is_paid=True, fulfilled_at=referring.now)
        for n, code in enumerate([mine, theirs] * 3)
    ]
    referring.later(hours=1)
    actions = [lambda order=order: qualification.follow_order(order, now=referring.now) for order in orders]

    results = at_once(
        [
            *actions,
            lambda: codes.hand_over(guest, kept, now=referring.now),
            lambda: codes.hand_over(kept, guest, now=referring.now),
        ]
    )

    assert not [result for result in results if isinstance(result, Exception)]
    assert set(Referral.objects.values_list("status", flat=True)) == {"rewarded"}
    assert ReferralCode.objects.get(deactivated_at=None) == mine


def test_whoever_meets_a_code_that_changed_hands_waits_for_its_new_owner_only(referring, monkeypatch):
    guest, ada = recognize(email="ada@work.example", user_id=None), referring.shopper()
    code = referring.code(guest)
    lock_shopper, calls = codes._lock_shopper, []

    def lock_late(*ids: int) -> int:
        # Just before the owner is locked, the code is handed over.
        calls.append(ids)
        if len(calls) == 1:
            at_once([lambda: codes.hand_over(guest, ada, now=referring.now)])
        return lock_shopper(*ids)

    monkeypatch.setattr(codes, "_lock_shopper", lock_late)

    def lock_other(shopper: Shopper) -> object:
        with transaction.atomic():
            return list(Shopper.objects.select_for_update(nowait=True).filter(pk=shopper.pk))

    with transaction.atomic():
        assert codes.lock_code(code.pk).shopper == ada
        assert at_once([lambda: lock_other(guest)]) == [[guest]]
        assert isinstance(at_once([lambda: lock_other(ada)])[0], OperationalError)


def test_a_code_is_not_made_while_another_is_handed_over(referring, monkeypatch):
    guest, ada = recognize(email="ada@work.example", user_id=None), referring.shopper()
    theirs = referring.code(guest)
    referring.later(hours=1)
    outcomes: list[object] = []
    handing_over = Thread(
        target=lambda: outcomes.extend(at_once([lambda: codes.hand_over(guest, ada, now=referring.now)]))
    )

    def new_code() -> str:
        # Half-way through making Ada's.
        handing_over.start()
        handing_over.join(timeout=0.5)
        assert handing_over.is_alive()
        return "RVWX7654"

    monkeypatch.setattr(codes, "new_code", new_code)
    referring.code(ada)
    handing_over.join(timeout=30)

    assert outcomes == [None]
    assert ReferralCode.objects.get(deactivated_at=None) == theirs
    assert set(ReferralCode.objects.values_list("shopper", flat=True)) == {ada.pk}


def test_reported_with_several_codes_at_once_an_order_is_rewarded_once(referring):
    mine, bobs = referring.code(), referring.code(referring.shopper(8, "bob@example.com"))
    for n in range(6):
        order = referring.place(mine, f"friend{n}@example.com")
        if n % 2:
            referring.follow(order)
        order = referring.becomes(order, is_paid=True, fulfilled_at=referring.now)
        seen = [replace(order, voucher_code=text) for text in (mine.code, bobs.code)] * 4

        results = at_once([lambda version=version: referring.follow(version) for version in seen])

        assert not [result for result in results if isinstance(result, Exception)]
        referral = Referral.objects.get(order_id=order.id)
        entry = PointsEntry.objects.get(order_id=order.id)
        assert (referral.status, referral.entry) == ("rewarded", entry)
        assert entry.account.shopper == referral.code.shopper


def test_a_lock_on_the_owner_does_not_hold_up_rows_that_refer_to_it(referring, now):
    ada = referring.shopper()
    code = referring.code(ada)

    def refer() -> None:
        PointsAccount.objects.create(shopper=ada, currency="EUR", as_of=now, created_at=now)

    with transaction.atomic():
        codes.lock_code(code.pk)
        assert at_once([refer]) == [None]
    assert PointsAccount.objects.get().created_at == now < now + timedelta(seconds=1)
