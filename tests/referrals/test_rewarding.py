"""Friends' orders that earn points, and what is left of these when money goes back."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from saleor_nps_plugin.referrals import codes
from saleor_nps_plugin.referrals.models import Referral, ReferralCode
from saleor_nps_plugin.rewards.models import EntryKind, Notice, PointsAccount, PointsEntry
from tests.referrals.story import Referring


@pytest.fixture
def code(referring):
    return referring.code()


def entries() -> list[tuple[str, int]]:
    return list(PointsEntry.objects.order_by("pk").values_list("kind", "points"))


def notices() -> list[tuple[str, int]]:
    return [(notice.kind, notice.facts["points"]) for notice in Notice.objects.order_by("pk")]


def test_a_friends_order_is_pending_until_it_is_paid_and_fulfilled(referring, code):
    order = referring.place(code)

    assert referring.follow(order).status == "pending"
    assert referring.follow_as(order, is_paid=True) == ("pending", "")
    assert referring.follow_as(order, is_paid=False, fulfilled_at=referring.now) == ("pending", "")
    assert entries() == [] == notices()


def test_a_paid_and_fulfilled_order_is_rewarded_at_once(referring, code):
    order = referring.place(code)
    fulfilled_at = referring.later(days=2)
    referring.becomes(order, is_paid=True, fulfilled_at=fulfilled_at)
    now = referring.later(hours=3)

    referral = referring.follow(referring.becomes(order))

    assert (referral.status, referral.refusal, referral.rewarded_at) == ("rewarded", "", now)
    entry = PointsEntry.objects.get()
    assert referral.entry == entry
    assert (entry.kind, entry.points, entry.key) == (EntryKind.REFERRAL, 500, f"referral:{order.id}")
    assert (entry.channel, entry.order_id, entry.created_at) == ("default-channel", order.id, now)
    assert entry.available_at == fulfilled_at + timedelta(days=30)
    assert entry.expires_at == entry.available_at + timedelta(days=365)
    assert (entry.account.shopper, entry.account.currency) == (code.shopper, "USD")
    assert (entry.account.pending, entry.account.available) == (500, 0)


def test_the_owner_is_told(referring, code):
    order = referring.rewarded(code)

    notice = Notice.objects.get()
    assert (notice.kind, notice.key) == ("referral_reward", f"referral_reward:{order.id}")
    assert (notice.shopper, notice.channel) == (code.shopper, "default-channel")
    available_at = (referring.now + timedelta(days=30)).isoformat()
    assert notice.facts == {"points": 500, "currency": "USD", "available_at": available_at}


def test_repeated_events_change_nothing(referring, code):
    order = referring.rewarded(code)
    referral = Referral.objects.values().get()
    referring.later(days=1)

    for _ in range(3):
        assert referring.deliver(order) == ("rewarded", "")

    assert Referral.objects.values().get() == referral
    assert entries() == [("referral", 500)] and notices() == [("referral_reward", 500)]


def test_points_that_never_expire(referring, shop, code):
    shop.configure(enabled=True, points_valid_days="0", return_window_days="0", referral_points="70")

    referring.rewarded(code)

    assert PointsEntry.objects.values_list("points", "expires_at").get() == (70, None)


def test_the_settings_of_the_orders_channel_count(referring, shop, code):
    shop.configure(enabled=True, overrides="[channel-pln]\nreferral_points = 2000")

    referring.rewarded(code, channel="channel-pln", currency="PLN")

    assert PointsEntry.objects.values_list("points", "account__currency").get() == (2000, "PLN")


def test_without_points_a_referral_qualifies_and_no_more(referring, shop, code):
    shop.configure(enabled=True, referral_points="0", referral_monthly_cap="1")
    orders = [referring.place(code, f"friend{n}@example.com") for n in range(2)]

    assert [referring.deliver(order) for order in orders] == [("qualified", "")] * 2
    shop.configure(enabled=True)
    assert referring.deliver(orders[0]) == ("qualified", ""), "what was in force then counts"
    assert entries() == [] == notices()
    assert referring.follow_as(orders[0], is_canceled=True) == ("rejected", "order_canceled")
    codes.deactivate(code, now=referring.now)
    assert referring.follow_as(orders[1], voucher_code="") == ("qualified", "")


def test_without_points_there_is_no_cap(referring, shop, code):
    shop.configure(enabled=True, referral_monthly_cap="1")
    referring.rewarded(code, "one@example.com")
    shop.configure(enabled=True, referral_monthly_cap="1", referral_points="0")

    assert referring.deliver(referring.place(code, "two@example.com")) == ("qualified", "")


def test_one_cap_per_calendar_month(referring, shop, code):
    shop.configure(enabled=True, referral_monthly_cap="2")
    referring.now = datetime(2026, 3, 31, 23, 0, tzinfo=UTC)
    referring.rewarded(code, "one@example.com")
    referring.rewarded(code, "two@example.com")

    third = referring.place(code, "three@example.com")
    assert referring.deliver(third) == ("rejected", "cap_reached")
    referring.later(hours=1)
    assert referring.deliver(third) == ("rejected", "cap_reached"), "for good"
    referring.rewarded(code, "four@example.com")


def test_a_cap_counts_all_codes_of_a_person(referring, shop, code):
    shop.configure(enabled=True, referral_monthly_cap="1")
    other = referring.code(code.shopper, "channel-pln")
    referring.rewarded(code, "one@example.com")

    pln = {"channel": "channel-pln", "currency": "PLN"}
    assert referring.deliver(referring.place(other, "two@example.com", **pln)) == ("rejected", "cap_reached")
    bobs = referring.code(referring.shopper(8, "bob@example.com"))
    referring.rewarded(bobs, "three@example.com")


def test_a_reversed_reward_makes_room_under_the_cap(referring, shop, code):
    shop.configure(enabled=True, referral_monthly_cap="1")
    order = referring.rewarded(code, "one@example.com")
    referring.follow_as(order, is_canceled=True)

    referring.rewarded(code, "two@example.com")


def test_no_cap(referring, shop, code):
    shop.configure(enabled=True, referral_monthly_cap="0")

    for n in range(25):
        referring.rewarded(code, f"friend{n}@example.com")


def test_the_minimum_itself_is_enough(referring, shop, code):
    shop.configure(enabled=True, referral_minimum_spend="40")

    referring.rewarded(code)


def test_an_order_that_was_edited_counts_as_it_is_when_sent(referring, shop, code):
    shop.configure(enabled=True, referral_minimum_spend="50")
    order = referring.place(code)
    referring.follow(order)

    referring.becomes(order, goods_total=Decimal("50.00"))
    assert referring.deliver(order) == ("rewarded", "")


def test_an_operators_voucher_has_a_minimum_of_its_own(referring, shop, code):
    shop.configure(enabled=True, referral_minimum_spend="500", referral_voucher="Friends", referral_code_uses="1")

    referring.rewarded(code)
    assert shop.rewards.codes[code.code].is_active, "and limits of its own"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"is_canceled": True}, "order_canceled"),
        ({"is_returned": True}, "order_returned"),
        ({"is_refunded": True}, "order_refunded"),
        ({"refunded": Decimal("40.00")}, "order_refunded"),
    ],
)
def test_a_reward_is_taken_back_when_nothing_is_left_of_the_order(referring, code, change, reason):
    order = referring.rewarded(code)
    referring.later(days=3)

    for _ in range(3):
        assert referring.follow_as(order, **change) == ("reversed", reason)

    assert entries() == [("referral", 500), ("reversal", -500)]
    assert notices() == [("referral_reward", 500), ("reversal", 500)]
    reversal = PointsEntry.objects.latest("pk")
    assert reversal.reverses == Referral.objects.get().entry
    notice = Notice.objects.get(key=f"reversal:{reversal.pk}")
    assert (notice.shopper, notice.facts["reason"], notice.facts["currency"]) == (code.shopper, reason, "USD")
    account = PointsAccount.objects.get()
    assert (account.available, account.pending, account.debt) == (0, 0, 0)


def test_partial_refunds_take_their_share(referring, code):
    order = referring.rewarded(code)

    assert referring.follow_as(order, refunded=Decimal("12.00")) == ("rewarded", "")
    assert referring.follow_as(order, refunded=Decimal("12.00")) == ("rewarded", "")
    assert referring.follow_as(order, refunded=Decimal("12.01")) == ("rewarded", "")
    assert referring.follow_as(order, refunded=Decimal("40.00")) == ("reversed", "order_refunded")

    # 30 % of 500; 30.025 % is 150.125, rounded down; the rest.
    assert entries() == [("referral", 500), ("reversal", -150), ("reversal", -350)]
    assert notices() == [("referral_reward", 500), ("reversal", 150), ("reversal", 350)]
    assert Notice.objects.filter(kind="reversal").order_by("pk")[0].facts["reason"] == "refund"


def test_a_refund_before_the_reward_is_taken_off_at_once(referring, code):
    order = referring.place(code, refunded=Decimal("10.00"))

    assert referring.deliver(order) == ("rewarded", "")

    assert entries() == [("referral", 500), ("reversal", -125)]
    assert notices() == [("referral_reward", 375)], "one mail, about what there is"
    assert referring.deliver(order) == ("rewarded", "")
    assert len(entries()) == 2


def test_a_reversed_referral_stays_reversed(referring, code):
    order = referring.rewarded(code)
    referring.follow_as(order, refunded=Decimal("40.00"))

    assert referring.follow_as(order, refunded=Decimal("0.00")) == ("reversed", "order_refunded")
    assert referring.follow_as(order, is_canceled=True) == ("reversed", "order_refunded"), "the first reason is the one"
    assert len(entries()) == 2


def test_points_that_were_spent_are_owed(referring, shop, code):
    shop.configure(enabled=True, return_window_days="0")
    order = referring.rewarded(code)
    referring.later(days=1)
    from saleor_nps_plugin.rewards import ledger

    account = ledger.account_of(code.shopper, "USD", now=referring.now)
    ledger.spend(account, points=400, key="k", now=referring.now, channel="default-channel", gift_card_id=1)

    referring.follow_as(order, is_canceled=True)

    account.refresh_from_db()
    assert (account.available, account.debt) == (0, 400)


@pytest.mark.parametrize("change", ["code off", "program off", "code removed", "another code", "own address"])
def test_a_reward_once_given_is_taken_back_for_money_only(referring, shop, code, change):
    order = referring.rewarded(code)
    changes = {}
    if change == "code off":
        codes.deactivate(code, now=referring.now)
    elif change == "program off":
        shop.configure(enabled=True, referral_enabled="false")
    elif change == "code removed":
        changes["voucher_code"] = ""
    elif change == "another code":
        changes["voucher_code"] = referring.code(referring.shopper(8, "bob@example.com")).code
    else:
        changes["email"] = "ada@example.com"

    assert referring.follow_as(order, **changes) == ("rewarded", "")
    assert Referral.objects.get().code == code
    assert referring.follow_as(order, is_canceled=True) == ("reversed", "order_canceled")
    assert sum(points for _, points in entries()) == 0


def test_an_order_belongs_to_the_code_that_is_on_it_when_it_is_sent(referring, code):
    bobs = referring.code(referring.shopper(8, "bob@example.com"))
    order = referring.place(code)
    referring.follow(order)

    assert referring.follow_as(order, voucher_code=bobs.code) == ("pending", "")
    assert referring.deliver(order) == ("rewarded", "")

    referral = Referral.objects.get()
    assert (referral.code, referral.entry.account.shopper) == (bobs, bobs.shopper)


def test_whoever_uses_their_own_code_may_still_use_a_friends(referring, code):
    bobs = referring.code(referring.shopper(8, "bob@example.com"))
    order = referring.place(code, "ada@example.com")
    assert referring.follow(order).refusal == "own_email"

    assert referring.follow_as(order, voucher_code=bobs.code) == ("pending", "")
    assert referring.follow_as(order, voucher_code=code.code) == ("rejected", "own_email")


def test_a_code_that_was_taken_off_may_come_back(referring, code):
    order = referring.place(code)
    referring.follow(order)
    referring.follow_as(order, voucher_code="")

    assert referring.follow_as(order, voucher_code=code.code) == ("pending", "")
    assert referring.deliver(order) == ("rewarded", "")


def test_as_many_friends_as_the_operator_says(referring, shop):
    shop.configure(enabled=True, referral_code_uses="2")
    code = referring.code()

    def is_good() -> bool:
        return shop.rewards.codes[code.code].is_active

    assert referring.follow(referring.place(code, "ada@example.com")).status == "rejected"
    first = referring.place(code, "one@example.com")
    referring.follow(first)
    referring.follow(first)
    assert is_good(), "a refused order is no friend"
    second = referring.place(code, "two@example.com")
    referring.follow(second)
    assert not is_good()
    assert ReferralCode.objects.get().deactivated_at is None

    # Both are rewarded all the same, and so is one who checked out at the same moment.
    third = referring.place(code, "three@example.com")
    assert [referring.deliver(order)[0] for order in (first, second, third)] == ["rewarded"] * 3


def test_a_withdrawn_code_does_not_come_back_with_a_cancelled_order(referring, shop):
    shop.configure(enabled=True, referral_code_uses="1")
    code = referring.code()
    order = referring.place(code)
    referring.follow(order)

    referring.follow_as(order, is_canceled=True)

    assert not shop.rewards.codes[code.code].is_active


def test_a_used_up_code_that_staff_let_work_again_is_left_alone(referring, shop):
    shop.configure(enabled=True, referral_code_uses="1")
    code = referring.code()
    order = referring.place(code)
    referring.follow(order)
    shop.rewards.codes[code.code].is_active = True

    referring.deliver(order)

    assert shop.rewards.codes[code.code].is_active


def test_opted_out_of_mails_the_points_come_without(referring, code):
    code.shopper.rewards_opted_out_at = referring.now
    code.shopper.save()

    referring.rewarded(code)

    assert entries() == [("referral", 500)]
    assert not Notice.objects.filter(due_at__isnull=False).exists()


def test_nothing_is_half_done_when_the_points_cannot_be_booked(referring: Referring, shop, code, monkeypatch):
    from saleor_nps_plugin.rewards import notices as mails

    order = referring.place(code)

    def fail(*args, **values):
        raise RuntimeError("the database went away")

    with monkeypatch.context() as context:
        context.setattr(mails, "add", fail)
        with pytest.raises(RuntimeError):
            referring.deliver(order)
    assert not Referral.objects.exists() and entries() == []

    assert referring.deliver(order) == ("rewarded", "")
