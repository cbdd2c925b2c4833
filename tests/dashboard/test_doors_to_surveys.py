from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from uuid import uuid4

import pytest
from django.db import connection

from preview.shop_desk import ADA
from saleor_nps_plugin.links import order_path, order_token, qr_path
from saleor_nps_plugin.surveys.answering import doors
from saleor_nps_plugin.surveys.answering.doors import DoorDraft
from saleor_nps_plugin.surveys.answering.submission import Submission
from saleor_nps_plugin.surveys.following_up.cases import Changes, update_response
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


def test_answers_that_are_left_out_are_counted_and_named(desk, door_of, now):
    door, other = door_of(), door_of()
    given = [
        doors.record(one, Submission(score=9), key=uuid4(), language_code="en", now=now)
        for one in (door, door, door, other)
    ]
    for response in given[1:]:
        left_out = Changes(is_counted=False, exclusion_reason="Our own")
        update_response(response.pk, left_out, staff_id=ADA.id, now=now)
    page = desk()

    page.get(f"doors/{door.pk}/")
    assert "Answers 3, of which 2 are left out of the score" in " ".join(page.sees().text.split())
    page.get("doors/")
    assert "1, of which 1 is left out of the score" in page.sees().text


def test_a_form_sent_again_opens_one_door(desk, survey):
    page = desk()
    page.get("doors/new/")
    key = page.sees().one("input", name="key")["value"]
    form = {"kind": "link", "survey": survey.pk, "name": "Receipts", "key": key}

    told = {page.post("doors/create/", **form)["HX-Location"] for _ in range(3)}

    assert len(told) == 1 and Door.objects.count() == 1
    page.get("doors/new/")
    page.post("doors/create/", **form | {"key": page.sees().one("input", name="key")["value"]})
    assert Door.objects.count() == 2


def test_a_form_that_was_refused_can_be_put_right(desk, survey):
    form = {"kind": "link", "survey": survey.pk, "key": uuid4().hex}
    page = desk()

    assert page.post("doors/create/", **form, name=" ").status_code == 422
    page.post("doors/create/", **form, name="Receipts")

    assert Door.objects.get().name == "Receipts"


@pytest.mark.django_db(transaction=True)
def test_a_form_sent_many_times_at_once_opens_one_door(survey, shop):
    key = uuid4()

    def open_one(_):
        try:
            return doors.create(DoorDraft(kind="link", survey_id=survey.pk, name="Receipts"), key=key).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        made = set(pool.map(open_one, range(8)))

    assert made == {Door.objects.get().pk}


@pytest.mark.parametrize("kind", ["svg", "png"])
def test_a_sandboxed_tab_may_show_the_codes(desk, door_of, story, kind):
    page = desk()
    parcel = order_path(order_token(story.invite().order_id, door_of().survey_id))

    pictures = [page.browser.get(qr_path(path, kind)) for path in (doors.path_of(Door.objects.get()), parcel)]

    assert [picture.status_code for picture in pictures] == [200, 200]
    assert {picture["Cross-Origin-Opener-Policy"] for picture in pictures} == {"unsafe-none"}


@pytest.mark.parametrize(("kind", "words"), [("link", "Copy the address"), ("snippet", "Copy the script")])
def test_what_is_to_be_used_elsewhere_can_be_copied(desk, door_of, kind, words):
    page = desk()

    page.get(f"doors/{door_of(kind).pk}/")

    (button,) = [one for one in page.sees().all("button") if one.text == words]
    assert doors.url_of(Door.objects.get()) in page.sees().one(id=button["data-copies"]).text


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


def test_an_order_that_was_answered_needs_no_code(desk, story):
    from saleor_nps_plugin.dashboard.entities import global_id

    invitation = story.invite()
    story.answer(invitation, 9)
    page = desk()

    page.get("widgets/order/", orderId=global_id("Order", invitation.order_id))

    assert "QR code for the parcel" not in page.sees().text
