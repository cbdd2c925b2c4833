"""Codes and points of Saleor's own customers, on the pages for staff."""

import graphene
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from saleor_nps_plugin.referrals import codes
from saleor_nps_plugin.rewards.models import PointsEntry
from saleor_nps_plugin.shoppers.recognizing import recognize

from .conftest import BASE

pytestmark = pytest.mark.every_version


@pytest.fixture
def customer_id(customer_user):
    return graphene.Node.to_global_id("User", customer_user.pk)


def adjust(page, customer_id, **typed):
    headers = {"authorization": f"Bearer {page.exchange().json()['pass']}", "hx-request": "true"}
    form = {"customerId": customer_id, "currency": "USD", "points": "500", "reason": "Sorry", "key": "k", **typed}
    return page.browser.post(f"{BASE}actions/adjust/save/", form, headers=headers)


def test_points_are_adjusted_and_seen_everywhere(frame, ada, customer_user, customer_id, channel_USD):
    page = frame(ada)

    answer = adjust(page, customer_id)

    assert b"The customer now has 500 ($5.00)." in answer.content
    entry = PointsEntry.objects.get()
    assert (entry.points, entry.account.shopper.user_id, entry.remark.author_id) == (500, customer_user.pk, ada.pk)
    for place in (
        "rewards/",
        "rewards/points/",
        "rewards/accounts/",
        f"rewards/accounts/{entry.account_id}/",
        f"widgets/customer/?customerId={customer_id}",
        f"actions/adjust/?customerId={customer_id}",
    ):
        answer = page.open(place)
        assert answer.status_code == 200
        assert b"$5.00" in answer.content, place


def test_a_customer_has_a_code(frame, ada, customer_user, customer_id, channel_USD):
    shopper = recognize(email=customer_user.email, user_id=customer_user.pk)
    code = codes.ensure_code(shopper, channel_USD.slug, now=timezone.now())
    page = frame(ada)

    assert code.code.encode() in page.open(f"widgets/customer/?customerId={customer_id}").content
    assert b"Codes that promoters can share" in page.open("rewards/").content
    assert page.open("rewards/friends/").status_code == 200


def test_staff_see_points_in_the_currencies_of_their_channels(
    frame, hire, customer_user, customer_id, channel_USD, channel_PLN
):
    page = frame(hire("pola@example.com", "manage_orders", "manage_gift_card", channels=[channel_PLN]))

    assert b"None of your channels sells in this currency." in adjust(page, customer_id).content
    assert PointsEntry.objects.count() == 0
    assert adjust(page, customer_id, currency="PLN").status_code == 200
    assert PointsEntry.objects.count() == 1


def test_the_widget_asks_little(frame, ada, customer_user, customer_id, channel_USD):
    page = frame(ada)
    adjust(page, customer_id)
    allowed = page.exchange().json()["pass"]

    with CaptureQueriesContext(connection) as statements:
        page.open(f"widgets/customer/?customerId={customer_id}", with_pass=allowed)

    assert len(statements) <= 20, [one["sql"][:120] for one in statements]
