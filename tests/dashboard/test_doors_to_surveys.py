from dataclasses import replace
from uuid import uuid4

import pytest

from preview.shop_desk import ADA
from saleor_nps_plugin.surveys.answering import doors
from saleor_nps_plugin.surveys.answering.doors import DoorDraft
from saleor_nps_plugin.surveys.answering.submission import Submission
from saleor_nps_plugin.surveys.models import Door, DoorAnswer

POLISH = replace(ADA, channels=frozenset({"channel-pln"}))


@pytest.fixture
def door_of(survey, shop):
    def make(kind="link", **values):
        return doors.create(DoorDraft(kind=kind, survey_id=survey.pk, name="At the till", **values))

    return make


def test_without_any_the_page_says_what_they_are_for(desk):
    page = desk()

    assert page.get("doors/").status_code == 200
    assert "There is none yet" in page.sees().text


def test_a_new_one_opens_and_is_shown(desk, survey):
    page = desk()
    page.get("doors/new/")

    response = page.post("doors/create/", kind="link", survey=survey.pk, name="Receipts", channel="", language_code="")

    door = Door.objects.get()
    assert (door.name, door.kind, door.is_active) == ("Receipts", "link", True)
    assert f"/doors/{door.pk}/" in response["HX-Location"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": " "},
        {"kind": "window"},
        {"survey": "0"},
        {"survey": "x"},
        {"channel": "nowhere"},
        {"kind": "snippet", "origins": "shop"},
        {"kind": "snippet", "sample_percent": "many"},
        {"language_code": "xx"},
    ],
)
def test_what_cannot_work_is_refused(desk, survey, wrong):
    response = desk().post("doors/create/", **{"kind": "link", "survey": survey.pk, "name": "Receipts", **wrong})

    assert response.status_code in (404, 422)
    assert not Door.objects.exists()


def test_a_link_has_an_address_and_its_qr_code(desk, door_of):
    door = door_of()
    page = desk()

    page.get(f"doors/{door.pk}/")

    assert doors.url_of(door) in page.sees().text
    picture = page.sees().one("img")["src"]
    assert page.browser.get(picture).status_code == 200


def test_a_storefront_s_has_a_line_to_paste(desk, door_of):
    door = door_of("snippet")
    page = desk()

    page.get(f"doors/{door.pk}/")

    assert f'<script async src="{doors.url_of(door)}"></script>' in page.sees().text


def test_closing_it_keeps_its_address(desk, door_of):
    door = door_of()
    before = doors.url_of(door)

    response = desk().post(f"doors/{door.pk}/save/", name="Till", is_active="false")

    door.refresh_from_db()
    assert response.status_code == 200
    assert (door.name, door.is_active) == ("Till", False)
    assert doors.url_of(door) == before


def test_answers_are_counted(desk, door_of, now):
    door = door_of()
    for score in (9, 3):
        doors.record(door, Submission(score=score), key=uuid4(), language_code="en", now=now)
    page = desk()

    page.get("doors/")

    assert "Answers 2" in " ".join(page.sees().text.split())


def test_what_could_not_be_recorded_is_told(desk, door_of, now):
    DoorAnswer.objects.create(key=uuid4(), door=door_of("kiosk"), content={}, received_at=now, error="It is broken.")
    page = desk()

    page.get(f"doors/{Door.objects.get().pk}/")

    assert "1 answer could not be recorded: It is broken." in page.sees().text


def test_staff_of_a_channel_see_and_change_its_doors_only(desk, door_of, shop):
    whole, own = door_of(), door_of(channel="channel-pln")
    shop.people[ADA.id] = POLISH
    page = desk()

    assert page.get(f"doors/{whole.pk}/").status_code == 404
    assert page.get(f"doors/{own.pk}/").status_code == 200
    assert page.post(f"doors/{whole.pk}/save/", name="Mine").status_code == 404
    assert page.post(f"doors/{own.pk}/save/", name="Mine", channel="default-channel").status_code == 404
    assert set(Door.objects.values_list("name", flat=True)) == {"At the till"}


def test_an_order_has_a_code_for_its_parcel(desk, story):
    from saleor_nps_plugin.dashboard.entities import global_id

    invitation = story.invite()
    page = desk()

    page.get("widgets/order/", orderId=global_id("Order", invitation.order_id))

    assert "QR code for the parcel" in page.sees().text
    response = page.browser.get(page.sees().all("img")[0]["src"])
    assert response.content.startswith(b"<svg")
