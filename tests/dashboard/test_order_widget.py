"""On an order: was it asked, why not, what came of it; and asking now."""

import json
from uuid import UUID

import pytest

from preview.shop_desk import ADA, BEN
from saleor_nps_plugin.dashboard.entities import global_id
from saleor_nps_plugin.links import invitation_token
from saleor_nps_plugin.surveys.answering import recording
from saleor_nps_plugin.surveys.asking import scheduling
from saleor_nps_plugin.surveys.models import Invitation, SkipReason
from tests.surveys.story import an_order


@pytest.fixture
def see(desk, survey):
    """The widget, or the popup, of an order; what it says."""

    def see(order_id, who=ADA, *, popup=False):
        person = desk(who)
        person.get("actions/ask/" if popup else "widgets/order/", orderId=global_id("Order", order_id))
        return person

    return see


def act(person, order_id, action="ask", where="widget"):
    survey = person.sees().all("input", name="survey")[0]["value"]
    data = {"orderId": global_id("Order", order_id), "survey": survey, "where": where}
    return person.post(f"actions/ask/{action}/", **data)


def test_a_scheduled_survey_says_when(see, story):
    story.shop.configure(enabled=True, delay_hours="48")
    invitation = story.fulfill()

    ada = see(invitation.order_id)

    assert "Is asked on Mar 4, 2026" in ada.sees().text
    assert [button.text for button in ada.sees().all("button")] == ["Ask now", "Do not ask"]


def test_asking_now_brings_it_forward(see, story):
    story.shop.configure(enabled=True, delay_hours="48")
    invitation = story.fulfill()
    valid = invitation.expires_at - invitation.send_at

    answered = act(see(invitation.order_id), invitation.order_id)

    assert json.loads(answered["HX-Trigger"])["nps:notify"]["text"] == "The survey goes out within a minute."
    invitation.refresh_from_db()
    assert invitation.due_at == invitation.send_at
    assert invitation.expires_at - invitation.send_at == valid
    story.now = invitation.due_at
    assert len(story.send()) == 1


def test_taking_back(see, story):
    invitation = story.fulfill()

    ada = see(invitation.order_id)
    act(ada, invitation.order_id, "cancel")

    assert "staff have taken the survey back" in ada.sees().text
    assert story.send() == []
    act(ada, invitation.order_id)
    invitation.refresh_from_db()
    assert invitation.status == "scheduled"


def test_an_answer_leads_to_its_case(see, story):
    response = story.answer(story.invite(), 3, "Late <b>")

    page = see(response.order_id).sees()

    assert page.one("span", class_="score").text == "3"
    assert page.one("span", class_="comment").text == "Late <b>"
    assert page.one("a", class_="ask-answer")["href"] == f"/dashboard/responses/{response.pk}/"
    assert not page.all("button")


def test_who_was_spared_is_told_why_and_can_be_asked(see, story):
    story.fulfill()
    second = story.fulfill()
    assert second.skip_reason == SkipReason.COOLDOWN

    ada = see(second.order_id)
    assert "Asked not long ago" in ada.sees().text
    act(ada, second.order_id)

    second.refresh_from_db()
    assert (second.status, second.skip_reason) == ("scheduled", "")


def test_a_refusal_is_honoured(see, story):
    invitation = story.invite()
    recording.opt_out(invitation_token(invitation.key), now=story.now)
    scheduling.cancel(invitation.pk, now=story.now)
    ada = see(invitation.order_id)

    refused = act(ada, invitation.order_id)

    assert (refused.status_code, refused.content.decode()) == (422, "Does not want surveys")
    invitation.refresh_from_db()
    assert (invitation.status, invitation.skip_reason) == ("skipped", "opted_out")
    assert story.send() == []


@pytest.mark.parametrize(
    ("changes", "settings", "why"),
    [
        ({}, {}, "Customers are asked after the order is fulfilled."),
        ({}, {"enabled": False}, "Surveys are switched off in this channel."),
        ({"email": ""}, {}, "This order has no e-mail address."),
        ({"is_askable": False}, {}, "No customer placed this order in the shop."),
    ],
)
def test_an_order_that_nobody_was_asked_about_says_why(see, story, changes, settings, why):
    order = an_order(**changes)
    story.shop.add_order(order)
    story.shop._orders[order.id] = order
    story.shop.configure(**{"enabled": True, **settings})

    assert why in see(order.id).sees().text


def test_an_order_of_before(see, story):
    scheduling.note_activation(story.shop.settings(), now=story.now)
    order = an_order(fulfilled_at=story.now.replace(year=2020))
    story.shop.add_order(order)

    ada = see(order.id)
    assert "fulfilled before surveys were switched on" in ada.sees().text
    act(ada, order.id)

    assert Invitation.objects.get().status == "scheduled"


def test_the_popup_asks_and_closes(see, story):
    story.shop.configure(enabled=True, delay_hours="48")
    invitation = story.fulfill()

    ada = see(invitation.order_id, popup=True)
    assert "Order #1001" in ada.sees().text
    answered = act(ada, invitation.order_id, where="popup")

    assert json.loads(answered["HX-Trigger"])["nps:notify"]["close"]


@pytest.mark.parametrize("written", ["", "x", "T3JkZXI6MQ==", global_id("Order", UUID(int=7)), global_id("User", 1)])
@pytest.mark.parametrize("address", ["widgets/order/", "actions/ask/"])
def test_an_order_that_is_not_there(desk, survey, address, written):
    assert desk().get(address, orderId=written).status_code == 404


def test_only_the_last_id_counts(desk, story):
    mine, other = story.fulfill(number="7001"), story.fulfill(number="7002", email="b@example.com")
    ids = [global_id("Order", one.order_id) for one in (other, mine)]

    ada = desk()
    ada.get("actions/ask/", orderId=ids)

    assert "7001" in ada.sees().text


def test_staff_of_another_channel_see_nothing(see, story):
    invitation = story.fulfill()

    ben = see(invitation.order_id, BEN)
    assert ben.last.status_code == 404
    data = {"orderId": global_id("Order", invitation.order_id), "survey": invitation.survey_id}
    assert ben.post("actions/ask/cancel/", **data).status_code == 404

    invitation.refresh_from_db()
    assert invitation.status == "scheduled"


def test_the_dashboard_opens_the_widget_with_its_form(client, story):
    invitation = story.fulfill()
    data = {"accessToken": "token of ada@example.com", "orderId": global_id("Order", invitation.order_id)}

    answered = client.post("/dashboard/widgets/order/", data)

    assert answered.status_code == 200 and b"Is asked on" in answered.content
