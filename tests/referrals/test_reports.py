from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from saleor_nps_plugin.referrals import codes, reports
from saleor_nps_plugin.referrals.reports import Funnel, Outcome, ReferralFilter

MARCH_2 = date(2026, 3, 2)


def funnel(wanted: ReferralFilter) -> Funnel:
    return reports.funnel(wanted, reports.outcomes(wanted))


def test_without_codes_there_is_nothing(referring):
    assert funnel(ReferralFilter()) == Funnel(0, 0, 0, 0, 0, 0, 0, 0)
    assert reports.revenue(ReferralFilter()) == {}


def test_the_funnel_leads_from_codes_to_new_customers(referring):
    """Two codes; with one of them five friends order: one waits, two count, one had ordered before, one sends it back."""
    code = referring.code()
    referring.code(referring.shopper(8, "bob@example.com"))
    referring.follow(referring.place(code, "waits@example.com"))
    referring.rewarded(code, "one@example.com")
    referring.rewarded(code, "two@example.com")
    back = referring.rewarded(code, "three@example.com")
    referring.follow_as(back, is_refunded=True, refunded=back.charged)
    referring.follow(referring.place(code, "two@example.com"))

    assert funnel(ReferralFilter()) == Funnel(
        codes=2, new_codes=2, used_codes=1, orders=5, waiting=1, counted=2, refused=1, taken_back=1
    )


def test_outcomes_tell_why_most_frequent_first(referring):
    code = referring.code()
    referring.rewarded(code, "one@example.com")
    for _ in range(2):
        referring.follow(referring.place(code, "ada@example.com"))

    assert reports.outcomes(ReferralFilter()) == [
        Outcome("rejected", "own_email", 2),
        Outcome("rewarded", "", 1),
    ]


def test_an_order_that_earns_nothing_by_the_settings_counts_too(referring):
    code = referring.code()
    referring.shop.configure(enabled=True, referral_points="0")

    assert referring.deliver(referring.place(code)) == ("qualified", "")
    assert funnel(ReferralFilter()).counted == 1


def test_revenue_is_what_friends_who_count_have_paid(referring):
    code = referring.code()
    referring.rewarded(code, "one@example.com")
    partly = referring.rewarded(code, "two@example.com")
    referring.follow_as(partly, refunded=Decimal("10.00"))
    back = referring.rewarded(code, "three@example.com")
    referring.follow_as(back, is_refunded=True, refunded=back.charged)
    referring.follow(referring.place(code, "waits@example.com"))

    assert reports.revenue(ReferralFilter()) == {"USD": Decimal("70.00")}


def test_a_period_has_the_codes_that_were_shared_in_it(referring):
    """One code is switched off on the second day, one is made on the third."""
    old = referring.code()
    referring.later(days=1)
    codes.deactivate(old, now=referring.now)
    referring.later(days=1)
    referring.code(referring.shopper(8, "bob@example.com"))

    def shared(since: int, until: int) -> tuple[int, int]:
        found = funnel(ReferralFilter(since=date(2026, 3, since), until=date(2026, 3, until)))
        return found.codes, found.new_codes

    assert shared(1, 1) == (0, 0)
    assert shared(2, 2) == (1, 1)
    assert shared(3, 3) == (1, 0)
    assert shared(4, 4) == (1, 1)
    assert shared(1, 9) == (2, 2)


def test_a_period_has_the_orders_that_were_noted_in_it(referring):
    code = referring.code()
    referring.follow(referring.place(code, "one@example.com"))
    referring.later(hours=12)
    referring.follow(referring.place(code, "two@example.com"))

    assert funnel(ReferralFilter(until=MARCH_2)).orders == 1
    assert funnel(ReferralFilter(since=MARCH_2)).orders == 2
    assert funnel(ReferralFilter(since=date(2026, 3, 3))).orders == 1


def test_channels_are_kept_apart(referring):
    here = referring.code()
    there = referring.code(referring.shopper(8, "bob@example.com"), "channel-pln")
    referring.rewarded(here, "one@example.com")
    referring.rewarded(there, "two@example.com", channel="channel-pln", currency="PLN")

    polish = ReferralFilter(channels=("channel-pln",))

    assert (funnel(polish).codes, funnel(polish).counted) == (1, 1)
    assert reports.revenue(polish) == {"PLN": Decimal("40.00")}
    assert [row.code for row in reports.matching(polish)] == [there]
    assert reports.matching(ReferralFilter(channels=())).count() == 0
    assert funnel(ReferralFilter(channels=())).codes == 0


def test_the_list_can_be_narrowed_down(referring):
    code = referring.code()
    good = referring.rewarded(code, "one@example.com", number="2001")
    own = referring.place(code, "ada@example.com", number="2002")
    referring.follow(own)

    def found(**wanted: object) -> list[object]:
        return [row.order_id for row in reports.matching(ReferralFilter(**wanted))]

    assert found() == [own.id, good.id]
    assert found(statuses=("rewarded", "qualified")) == [good.id]
    assert found(reason="own_email") == [own.id]
    assert found(search=" 2001 ") == [good.id]
    assert found(search=code.code.lower()) == [own.id, good.id]
    assert found(search="NOSUCHCODE\0") == []


@pytest.mark.parametrize("many", [1, 4])
def test_statements_do_not_grow_with_orders(referring, many):
    code = referring.code()
    for number in range(many):
        referring.rewarded(code, f"{number}@example.com")

    with CaptureQueriesContext(connection) as statements:
        funnel(ReferralFilter())
        reports.revenue(ReferralFilter())

    assert len(statements) == 3
