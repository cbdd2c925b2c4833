from datetime import timedelta
from decimal import Decimal
from threading import Thread
from uuid import uuid4

import pytest
from django.db import connection, connections

from saleor_nps_plugin.errors import Invalid, NotFound, NotUnique
from saleor_nps_plugin.links import invitation_token
from saleor_nps_plugin.shoppers.models import Shopper
from saleor_nps_plugin.surveys.answering import recording
from saleor_nps_plugin.surveys.asking import scheduling
from saleor_nps_plugin.surveys.asking.schedule_function import BODY
from saleor_nps_plugin.surveys.models import Activation, Invitation, Survey
from tests.surveys.story import an_order


def test_a_fulfilled_order_is_asked_about_after_the_delay(story, shop):
    shop.configure(enabled=True, delay_hours="168", link_valid_days="60")

    invitation = story.fulfill(language_code="de", email="Ada@Example.com ", user_id=7)

    assert (invitation.status, invitation.skip_reason, invitation.language_code) == ("scheduled", "", "de")
    assert invitation.send_at == invitation.due_at == story.now + timedelta(days=7)
    assert invitation.expires_at == invitation.send_at + timedelta(days=60)
    assert invitation.shopper.user_id == 7


def test_the_address_of_a_shopper_is_nowhere_in_our_tables(story):
    story.fulfill(email="grace.hopper@example.com")

    with connection.cursor() as cursor:
        for table in [name for name in connection.introspection.table_names() if name.startswith("nps_")]:
            cursor.execute(f"SELECT count(*) FROM {table} AS row WHERE row::text ILIKE '%%hopper%%'")
            assert cursor.fetchone() == (0,), table


def test_scheduling_is_one_statement(story, shop, django_assert_num_queries):
    order = an_order()

    with django_assert_num_queries(1):
        scheduling.schedule_order(order, now=story.now, settings=shop.settings().for_channel(order.channel))


def test_a_repeated_event_changes_nothing(story):
    order = an_order()

    made = [scheduling.schedule_order(order, now=story.now) for _ in range(3)]

    assert made == [1, 0, 0]
    assert [row.status for row in Invitation.objects.all()] == ["scheduled"]


def test_nothing_happens_while_switched_off(story, shop):
    shop.configure(enabled=False)

    assert scheduling.schedule_order(an_order(), now=story.now) == 0
    assert not Invitation.objects.exists() and not Shopper.objects.exists()


def test_nothing_happens_in_a_channel_that_is_not_served(story, shop):
    shop.configure(enabled=True, channels="channel-pln")

    assert scheduling.schedule_order(an_order(channel="default-channel"), now=story.now) == 0
    assert scheduling.schedule_order(an_order(channel="channel-pln"), now=story.now) == 1


@pytest.mark.parametrize(
    ("configured", "order", "reason"),
    [
        ({"minimum_order_total": "40.01"}, {"total": Decimal("40.00")}, "below_minimum_total"),
        ({"sample_percent": "0"}, {}, "sampled_out"),
        ({}, {"email": ""}, "no_address"),
    ],
)
def test_who_is_spared_is_noted_with_the_reason(story, shop, configured, order, reason):
    shop.configure(enabled=True, **configured)

    invitation = story.fulfill(**order)

    assert (invitation.status, invitation.skip_reason, invitation.due_at) == ("skipped", reason, None)


def test_an_order_of_exactly_the_minimum_is_asked_about(story, shop):
    shop.configure(enabled=True, minimum_order_total="40")

    assert story.fulfill(total=Decimal("40.00")).status == "scheduled"


def test_reissued_and_imported_orders_are_never_asked_about(story):
    assert scheduling.schedule_order(an_order(is_askable=False), now=story.now) == 0


def test_sampling_is_a_property_of_the_order_and_near_the_wanted_share():
    ids = [uuid4() for _ in range(4000)]

    asked = [scheduling.is_sampled(order_id, 30) for order_id in ids]

    assert asked == [scheduling.is_sampled(order_id, 30) for order_id in ids]
    assert 0.25 < sum(asked) / len(asked) < 0.35


def test_the_cooldown_spares_a_second_order_and_ends(story):
    first, second = story.fulfill(), story.fulfill()
    story.later(days=90)
    third = story.fulfill()

    assert [first.status, second.status, second.skip_reason, third.status] == [
        "scheduled",
        "skipped",
        "cooldown",
        "scheduled",
    ]


def test_the_cooldown_knows_a_guest_by_any_spelling_of_the_address(story):
    story.fulfill(email="ada@example.com")

    assert story.fulfill(email=" ADA@example.COM").skip_reason == "cooldown"


def test_an_order_spared_for_another_reason_starts_no_cooldown(story, shop):
    shop.configure(enabled=True, minimum_order_total="100")
    story.fulfill()
    shop.configure(enabled=True, minimum_order_total="0")

    assert story.fulfill().status == "scheduled"


def test_several_surveys_about_one_order_share_one_cooldown(story, survey):
    Survey.objects.create(name="Second", slug="second", touchpoint="order_fulfilled", delay_hours=1)
    Survey.objects.create(name="Later", slug="later", touchpoint="product_used", delay_hours=720, ignores_cooldown=True)
    Survey.objects.create(name="Elsewhere", slug="elsewhere", touchpoint="order_fulfilled", channels=["channel-pln"])
    Survey.objects.create(name="Off", slug="off", touchpoint="order_fulfilled", is_active=False)

    scheduling.schedule_order(an_order(), now=story.now)

    rows = Invitation.objects.order_by("send_at").values_list("survey__slug", "status", "skip_reason", "send_at")
    assert list(rows) == [
        ("after-delivery", "scheduled", "", story.now),
        ("second", "skipped", "cooldown", story.now + timedelta(hours=1)),
        ("later", "scheduled", "", story.now + timedelta(days=30)),
    ]


def test_without_a_cooldown_every_survey_asks_about_an_order(story, survey, shop):
    shop.configure(enabled=True, delay_hours="0", cooldown_days="0")
    Survey.objects.create(name="Second", slug="second", touchpoint="order_fulfilled", delay_hours=1)

    scheduling.schedule_order(an_order(), now=story.now)

    assert set(Invitation.objects.values_list("status", flat=True)) == {"scheduled"}


def test_a_survey_that_ignores_the_cooldown_does_not_begin_one(story, survey):
    Survey.objects.update(ignores_cooldown=True)
    story.fulfill()
    Survey.objects.update(ignores_cooldown=False)

    assert story.fulfill().status == "scheduled"


def test_somebody_who_opted_out_is_never_asked_again(story):
    invitation = story.invite()
    recording.opt_out(invitation_token(invitation.key), now=story.now)
    story.later(days=365)

    assert story.fulfill().skip_reason == "opted_out"


@pytest.mark.django_db(transaction=True)
def test_of_two_orders_fulfilled_at_the_same_moment_one_is_asked_about(story, shop):
    orders = [an_order(email="ada@example.com") for _ in range(8)]

    def fulfill(order):
        scheduling.schedule_order(order, now=story.now)
        connections.close_all()

    threads = [Thread(target=fulfill, args=(order,)) for order in orders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(Invitation.objects.values_list("status", flat=True)) == ["scheduled"] + ["skipped"] * 7


def test_a_sweep_finds_what_no_event_told(story, shop):
    Activation.objects.create(channel="", since=story.now - timedelta(days=30))
    missed, known = an_order(email="missed@example.com"), an_order(email="known@example.com")
    for order in (missed, known):
        shop.add_order(order, fulfilled_at=story.now - timedelta(hours=5))
    scheduling.schedule_order(known, now=story.now)

    assert scheduling.sweep(now=story.now) == 1
    assert scheduling.sweep(now=story.now) == 0
    assert Invitation.objects.get(order_id=missed.id).status == "scheduled"


def test_a_sweep_never_looks_before_the_moment_of_switching_on(story, shop):
    shop.add_order(an_order(), fulfilled_at=story.now - timedelta(minutes=1))

    assert scheduling.sweep(now=story.now) == 0
    assert Activation.objects.get().since == story.now


def test_a_sweep_passes_over_orders_older_than_the_delay_and_a_week(story, shop):
    shop.configure(enabled=True, delay_hours="24")
    Activation.objects.create(channel="", since=story.now - timedelta(days=300))
    old, recent = an_order(email="old@example.com"), an_order(email="recent@example.com")
    shop.add_order(old, fulfilled_at=story.now - timedelta(days=8, minutes=1))
    shop.add_order(recent, fulfilled_at=story.now - timedelta(days=7, hours=23))

    assert scheduling.sweep(now=story.now) == 1
    assert Invitation.objects.get().order_id == recent.id


def test_switching_off_and_on_again_starts_anew(story, shop):
    scheduling.note_activation(shop.settings(), now=story.now)
    shop.configure(enabled=False)
    scheduling.note_activation(shop.settings(), now=story.later(days=1))
    shop.configure(enabled=True)
    scheduling.note_activation(shop.settings(), now=story.later(days=1))

    assert Activation.objects.get().since == story.now


def test_staff_ask_in_spite_of_the_cooldown_but_not_of_a_refusal(story, survey):
    story.fulfill(email="ada@example.com")
    refused = story.invite(email="bob@example.com")
    recording.opt_out(invitation_token(refused.key), now=story.now)

    asked = scheduling.invite_for_order(survey, an_order(email="ada@example.com"), send_at=story.now, now=story.now)
    spared = scheduling.invite_for_order(survey, an_order(email="bob@example.com"), send_at=story.now, now=story.now)

    assert (asked.status, spared.status, spared.skip_reason) == ("scheduled", "skipped", "opted_out")


def test_staff_cannot_ask_twice_about_one_order(story, survey):
    order = an_order()
    scheduling.invite_for_order(survey, order, send_at=story.now, now=story.now)

    with pytest.raises(NotUnique):
        scheduling.invite_for_order(survey, order, send_at=story.now, now=story.now)

    assert Invitation.objects.count() == 1


def test_staff_take_up_a_skipped_invitation_again_under_a_new_link(story, shop, survey):
    shop.configure(enabled=True, sample_percent="0")
    order = an_order()
    shop.add_order(order)
    scheduling.schedule_order(order, now=story.now)
    skipped = Invitation.objects.get()

    asked = scheduling.invite_for_order(survey, order, send_at=story.now, now=story.now)

    assert (asked.pk, asked.status, asked.skip_reason) == (skipped.pk, "scheduled", "")
    assert asked.key != skipped.key


def test_an_address_that_the_shop_does_not_know_is_kept_only_while_needed(story, survey):
    invitation = scheduling.invite_address(
        survey, "eve@example.com", channel="", language_code="pl", send_at=story.now, now=story.now
    )
    assert invitation.address == "eve@example.com"

    mails = story.send()
    story.answer(invitation, 9)

    invitation.refresh_from_db()
    assert mails[0].message.to == ["eve@example.com"]
    assert (invitation.address, invitation.status) == ("", "answered")


def test_cancelling_stops_the_mail_and_frees_the_shopper(story):
    invitation = story.fulfill()

    scheduling.cancel(invitation.pk, now=story.now)

    assert story.send() == []
    assert story.fulfill().status == "scheduled"


def test_what_is_over_cannot_be_cancelled(story):
    invitation = story.invite()
    story.answer(invitation, 10)

    with pytest.raises(Invalid, match="answered"):
        scheduling.cancel(invitation.pk, now=story.now)
    with pytest.raises(NotFound):
        scheduling.cancel(0, now=story.now)


def test_the_rule_in_the_database_is_the_one_in_the_code(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT prosrc FROM pg_proc WHERE proname = 'nps_schedule'")
        assert cursor.fetchall() == [(BODY,)]
