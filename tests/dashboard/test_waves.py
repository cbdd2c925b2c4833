"""Waves: who is asked at once, from a list or from the orders; and how far that is."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from preview.shop_desk import ADA
from saleor_nps_plugin.surveys.asking import address_lists, sending, waves
from saleor_nps_plugin.surveys.models import Invitation, Survey, Touchpoint, Wave
from tests.surveys.story import an_order


@pytest.fixture
def employees(survey):
    return Survey.objects.create(name="Our people", slug="our-people", touchpoint=Touchpoint.EMPLOYEE)


@pytest.fixture
def ada(desk, employees):
    return desk()


def fields(survey, /, **changes):
    return {
        "name": "Autumn",
        "survey": str(survey.pk),
        "audience": "addresses",
        "channel": "default-channel",
        "days": "3",
        "is_anonymous": "false",
        "addresses": "eva@shop.example\ntom@shop.example, de",
    } | changes


def test_without_a_wave_the_page_says_so(ada):
    ada.get("waves/")

    assert "There has been no wave yet." in ada.sees().text


def test_the_form_offers_surveys_that_no_order_prompts(ada):
    ada.get("waves/new/")

    options = [option.text for option in ada.sees().one("select", name="survey").all("option")]
    assert any("Our people" in option for option in options)
    assert not any("After delivery" in option for option in options)


def test_a_pasted_list_becomes_a_wave(ada, employees):
    response = ada.post("waves/create/", **fields(employees))

    wave = Wave.objects.get()
    assert response.status_code == 204 and f"waves/{wave.pk}/" in response["HX-Location"]
    assert (wave.name, wave.total, wave.days, wave.author_id) == ("Autumn", 2, 3, ADA.id)
    assert dict(Invitation.objects.values_list("address", "language_code")) == {
        "eva@shop.example": "en",
        "tom@shop.example": "de",
    }
    ada.get(f"waves/{wave.pk}/")
    assert "On its way" in ada.sees().text
    ada.get("waves/")
    assert "Autumn" in ada.sees().text


def test_a_file_is_read_in_place_of_the_field(ada, employees):
    file = SimpleUploadedFile("staff.csv", "\ufeffName;E-Mail\nÉva;eva@shop.example\n".encode())

    ada.post("waves/create/", **fields(employees, addresses="", file=file))

    assert Invitation.objects.get().address == "eva@shop.example"


def test_rows_that_cannot_be_used_are_named_and_nothing_is_planned_until_staff_agree(ada, employees):
    broken = fields(employees, addresses="eva@shop.example\n\nnobody\ntom@shop.example, tlh\neva@shop.example")

    ada.post("waves/create/", **broken)

    cells = [cell.text for cell in ada.sees().all("td")]
    assert cells[0] == "3" and cells[2] == "4"
    assert "Nothing was planned." in ada.sees().text and "1 stands there twice." in ada.sees().text
    assert not Wave.objects.exists()
    ada.post("waves/create/", **broken, leave_out="yes")
    assert Wave.objects.get().total == 1


def test_checking_plans_nothing(ada, employees):
    ada.post("waves/check/", **fields(employees))

    assert "2 addresses can be asked." in ada.sees().text
    assert not Wave.objects.exists()


def test_customers_are_counted_before_and_asked_after(ada, shop, survey):
    relationship = Survey.objects.create(name="Yearly", slug="yearly", touchpoint=Touchpoint.RELATIONSHIP)
    shop.add_order(an_order(created_at=timezone.now() - timedelta(days=5)))
    form = fields(relationship, audience="customers", channel="")

    ada.post("waves/check/", **form)
    assert "1 customer ordered since then." in ada.sees().text
    ada.post("waves/create/", **form)

    waves.step_due(now=timezone.now())
    assert Wave.objects.get().asked == 1


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"name": " "}, 422),
        ({"days": "x"}, 422),
        ({"days": "91"}, 422),
        ({"addresses": ""}, 422),
        ({"survey": "0"}, 404),
        ({"channel": "secret"}, 404),
        ({"channel": ""}, 422),
        ({"starts_on": "tomorrow"}, 422),
        ({"starts_on": "2999-01-01"}, 422),
        ({"is_anonymous": "true"}, 422),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(ada, employees, changes, status):
    answer = ada.post("waves/create/", **fields(employees, **changes))

    assert answer.status_code == status and answer.content.strip()
    assert not Wave.objects.exists()


def test_a_file_that_is_too_large_is_refused(ada, employees):
    file = SimpleUploadedFile("staff.csv", b"a" * (address_lists.LARGEST + 1))

    answer = ada.post("waves/create/", **fields(employees, file=file))

    assert answer.status_code == 422 and "5 MB" in answer.content.decode()


def test_a_wave_can_be_stopped(ada, employees):
    ada.post("waves/create/", **fields(employees))
    wave = Wave.objects.get()

    ada.post(f"waves/{wave.pk}/stop/")

    assert "Stopped" in ada.sees().text
    assert set(Invitation.objects.values_list("status", flat=True)) == {"canceled"}
    assert sending.send_due(now=timezone.now() + timedelta(days=4)) == 0


def test_whoever_works_for_one_channel_sees_and_makes_waves_of_that_only(shop, employees, ada):
    ada.post("waves/create/", **fields(employees))
    wave = Wave.objects.get()
    shop.people[ADA.id] = replace(ADA, channels=frozenset({"channel-pln"}))

    assert ada.get(f"waves/{wave.pk}/").status_code == 404
    assert ada.post(f"waves/{wave.pk}/stop/").status_code == 404
    ada.get("waves/")
    assert "Autumn" not in ada.sees().text
    assert ada.post("waves/create/", **fields(employees)).status_code == 404
    wave.refresh_from_db()
    assert not wave.is_stopped


def test_anonymous_waves_show_no_number_below_five(ada, employees):
    people = "\n".join(f"{number}@shop.example" for number in range(6))

    ada.post("waves/create/", **fields(employees, addresses=people, is_anonymous="true"))

    wave = Wave.objects.get()
    assert wave.is_anonymous
    ada.get(f"waves/{wave.pk}/")
    assert "< 5" in ada.sees().text
