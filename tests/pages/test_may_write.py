"""Leave to be written to is asked of those to whom somebody could write."""

from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from saleor_nps_plugin import links
from saleor_nps_plugin.surveys.answering import doors
from saleor_nps_plugin.surveys.answering.doors import DoorDraft
from saleor_nps_plugin.surveys.asking import sending, waves
from saleor_nps_plugin.surveys.asking.address_lists import Person
from saleor_nps_plugin.surveys.models import Invitation, Question, Survey
from tests.surveys.story import an_order, daytime

ASKED = 'name="may_contact"'


def sees(address):
    page = Client().get(address)
    assert page.status_code == 200
    return page.content.decode()


def test_customers_are_asked_before_and_after_they_answered(story):
    story.now = timezone.now()
    invitation = story.invite()
    address = f"/s/{links.invitation_token(invitation.key)}/"

    assert ASKED in sees(address)
    story.answer(invitation, 3)

    assert ASKED in sees(address)


def test_whoever_came_through_a_door_is_not(survey, story):
    door = doors.create(DoorDraft(kind="link", survey_id=survey.pk, name="Receipt"))
    key = links.form_token(uuid4())

    assert ASKED not in sees(f"/d/{links.door_token(door.key)}/")
    sent = Client().post(f"/d/{links.door_token(door.key)}/", {"score": "3", "door_key": key})

    answered = sent["Location"].removeprefix("../..").removesuffix("thanks/")
    assert ASKED not in sees(answered)


@pytest.mark.parametrize(("email", "is_asked"), [("ada@example.com", True), ("", False)])
def test_a_link_in_the_parcel_asks_where_the_order_has_an_address(survey, shop, email, is_asked):
    order = an_order(email=email, fulfilled_at=timezone.now())
    shop.add_order(order)

    assert (ASKED in sees(f"/o/{links.order_token(order.id, survey.pk)}/")) is is_asked


def test_people_of_a_list_whom_the_shop_does_not_know_are_not_asked(story, shop):
    story.now = daytime(timezone.now())
    partners = Survey.objects.create(name="Partners", slug="partners", touchpoint="partner")
    Question.objects.create(survey=partners, position=0, is_comment=True)
    plan = waves.Plan(partners, "Partners", starts_at=story.now, days=1)
    waves.ask_addresses(
        plan, [Person("pia@partner.example")], channel="default-channel", is_anonymous=False, now=story.now
    )
    invitation = Invitation.objects.get()
    sending.send_due(now=invitation.send_at)
    invitation.refresh_from_db()

    address = f"/s/{links.invitation_token(invitation.key)}/"

    assert invitation.status == "sent"
    assert ASKED not in sees(address)
