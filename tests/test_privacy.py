import pytest

from saleor_nps_plugin import accounts, privacy
from saleor_nps_plugin.errors import TokenExpired
from saleor_nps_plugin.links import invitation_token
from saleor_nps_plugin.shoppers.models import Shopper
from saleor_nps_plugin.surveys.answering import recording
from saleor_nps_plugin.surveys.asking import scheduling
from saleor_nps_plugin.surveys.following_up import cases
from saleor_nps_plugin.surveys.models import CaseNote, Invitation, Response
from saleor_nps_plugin.surveys.reporting import reports, score_filter, tallies


def test_a_deleted_customer_leaves_counts_and_nothing_else(story):
    invitation = story.invite(user_id=7)
    response = story.answer(invitation, 2, "I am Ada, call me")
    cases.update_response(response.pk, cases.Changes(note="Called Ada", tags=["Ada"]), staff_id=1, now=story.now)
    waiting = story.fulfill(email="ada2@example.com", user_id=7)

    forgotten = privacy.forget(email="ada@example.com", user_id=7, now=story.now)

    response.refresh_from_db()
    waiting.refresh_from_db()
    assert forgotten == privacy.Forgotten(invitations=2, responses=1)
    assert (response.comment, response.tags, response.order_id, response.invitation_id, response.shopper_id) == (
        "",
        [],
        None,
        None,
        None,
    )
    assert (waiting.status, waiting.skip_reason) == ("skipped", "customer_deleted")
    assert not CaseNote.objects.exists() and not Shopper.objects.exists()
    assert (reports.score(score_filter.ScoreFilter()).value, response.score) == (-100, 2)
    assert tallies.differences() == 0


def test_the_forgotten_order_is_never_asked_about_again(story, shop):
    invitation = story.invite()
    privacy.forget(email="ADA@example.com", now=story.now)
    order = shop.orders([invitation.order_id])[invitation.order_id]

    assert scheduling.schedule_order(order, now=story.now) == 0
    assert story.send() == []


def test_the_link_of_somebody_forgotten_takes_no_answer(story):
    answered, silent = story.invite(email="ada@example.com"), story.invite(email="bob@example.com")
    story.answer(answered, 9)
    for email in ("ada@example.com", "bob@example.com"):
        privacy.forget(email=email, now=story.now)

    for invitation in (answered, silent):
        with pytest.raises(TokenExpired):
            story.answer(invitation, 0)
    assert Response.objects.get().score == 9
    assert tallies.differences() == 0


def test_a_refusal_outlives_its_author_as_a_hash_alone(story):
    invitation = story.invite(user_id=7)
    recording.opt_out(invitation_token(invitation.key), now=story.now)

    privacy.forget(email="ada@example.com", user_id=7, now=story.now)

    shopper = Shopper.objects.get()
    assert (shopper.user_id, shopper.asked_about) == (None, None)
    assert story.fulfill().skip_reason == "opted_out"


def test_others_are_left_alone(story):
    other = story.answer(story.invite(email="bob@example.com"), 9, "Bob was here")
    story.answer(story.invite(email="ada@example.com"), 9, "Ada was here")

    privacy.forget(email="ada@example.com", now=story.now)

    assert list(Response.objects.exclude(comment="").values_list("pk", flat=True)) == [other.pk]


def test_forgetting_somebody_unknown_changes_nothing(story):
    story.invite()

    assert privacy.forget(email="nobody@example.com", now=story.now) == privacy.Forgotten()
    assert Invitation.objects.get().shopper is not None


def test_a_changed_address_keeps_one_shopper_with_cooldown_and_refusal(story):
    old = story.invite(email="old@example.com", user_id=7)
    guest = story.invite(email="new@example.com")
    recording.opt_out(invitation_token(guest.key), now=story.now)

    accounts.follow_account(user_id=7, email="new@example.com", now=story.now)

    shopper = Shopper.objects.get()
    old.refresh_from_db()
    assert (shopper.user_id, old.shopper_id) == (7, shopper.pk)
    assert shopper.opted_out_at == story.now
    assert story.fulfill(email="new@example.com", user_id=7).skip_reason == "opted_out"
