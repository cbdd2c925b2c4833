"""Order.npsSurveyLinks: what a shop prints into its parcels; and doors at Saleor's own addresses."""

from urllib.parse import urlencode, urlsplit
from uuid import uuid4

import pytest
from django.utils import timezone

from saleor_nps_plugin.links import PAGES_PATH, door_token, kiosk_path, snippet_path
from saleor_nps_plugin.surveys.answering import door_answers, doors
from saleor_nps_plugin.surveys.answering.doors import DoorDraft
from saleor_nps_plugin.surveys.models import DoorAnswer, Invitation, Response

from .conftest import ask, global_id, refusal

LINKS = "query ($id: ID!) { order(id: $id) { npsSurveyLinks { survey { slug } url qrUrl } } }"
CREATE = """
mutation ($input: NpsInvitationCreateInput!) {
  npsInvitationCreate(input: $input) { npsInvitation { status } askedBefore errors { code } }
}
"""
FORM = "application/x-www-form-urlencoded"


def links_of(client, order):
    return ask(client, LINKS, id=global_id("Order", order.pk))["order"]["npsSurveyLinks"]


@pytest.mark.every_version
def test_a_parcel_s_code_leads_to_the_order_s_survey(staff, client, story, survey, order):
    (link,) = [found for found in links_of(staff, order) if found["survey"]["slug"] == survey.slug]

    picture = client.get(urlsplit(link["qrUrl"]).path)
    page = client.get(urlsplit(link["url"]).path)
    assert (picture.status_code, picture["Content-Type"], page.status_code) == (200, "image/svg+xml", 200)
    assert not Invitation.objects.exists()

    answered = client.post(urlsplit(link["url"]).path, {"score": "9"})

    assert answered.status_code == 303
    assert Response.objects.get().order_id == order.pk


def test_customers_do_not_see_it(customer, story, order):
    assert refusal(customer, LINKS, id=global_id("Order", order.pk)) == "PermissionDenied"


@pytest.mark.every_version
@pytest.mark.parametrize(("kind", "path"), [("kiosk", kiosk_path), ("snippet", snippet_path)])
def test_answers_come_in_at_saleor_s_address(client, story, survey, kind, path):
    door = doors.create(DoorDraft(kind=kind, survey_id=survey.pk, name="Door"))
    address = PAGES_PATH + path(door_token(door.key))
    assert client.get(address).status_code == 200
    body = urlencode({"key": str(uuid4()), "score": "4", "comment": "Slow"})

    kept = client.post(address.replace(".js", "/").rstrip("/") + "/answers", body, content_type=FORM)

    assert kept.status_code == 202
    assert DoorAnswer.objects.count() == 1
    door_answers.record_due(now=timezone.now())
    response = Response.objects.get()
    assert (response.score, response.comment, response.invitation.source) == (4, "Slow", kind)


def test_a_help_desk_is_told_of_the_cooldown(staff, story, nps_plugin, survey, order):
    nps_plugin(delay_hours="0", cooldown_days="30", delivery="django", shop_name="Tea & Co")
    story.invite_all(order)
    ours = global_id("NpsSurvey", survey.pk)

    first = ask(staff, CREATE, input={"survey": ours, "email": "stranger@example.com"})["npsInvitationCreate"]
    again = ask(staff, CREATE, input={"survey": ours, "email": order.user_email})["npsInvitationCreate"]

    assert (first["npsInvitation"]["status"], first["askedBefore"]) == ("SCHEDULED", None)
    assert again["npsInvitation"]["status"] == "SCHEDULED"
    assert again["askedBefore"] is not None
