"""Waves: who is asked at once, from a list or from the orders; and how far that is."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.utils import timezone

from preview.shop_desk import ADA, BEN
from saleor_nps_plugin.dashboard.waves.forms import WaveForm
from saleor_nps_plugin.surveys.asking import address_lists, sending, waves
from saleor_nps_plugin.surveys.asking.address_lists import AddressList, Person
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
        "agreed": "yes",
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
    assert cells[:2] == ["3", "nobody"] and cells[3:5] == ["4", "tom@shop.example, tlh"]
    assert "Nothing was planned." in ada.sees().text and "1 stands there twice." in ada.sees().text
    assert not Wave.objects.exists()
    ada.post("waves/create/", **broken, leave_out="yes")
    assert Wave.objects.get().total == 1


def test_a_form_sent_again_asks_nobody_twice(ada, employees):
    Survey.objects.update(ignores_cooldown=True)
    ada.get("waves/new/")
    key = ada.sees().one("input", name="key")["value"]

    told = [ada.post("waves/create/", **fields(employees, key=key))["HX-Location"] for _ in range(3)]

    assert len(set(told)) == 1
    assert Wave.objects.count() == 1 and Invitation.objects.count() == 2


def test_two_forms_are_two_waves(ada, employees):
    for _ in range(2):
        ada.get("waves/new/")
        ada.post("waves/create/", **fields(employees, key=ada.sees().one("input", name="key")["value"]))

    assert Wave.objects.count() == 2


@pytest.mark.parametrize("key", ["", "x", "0" * 5000, "\x00"])
def test_a_form_without_a_key_of_ours_is_a_wave_of_its_own(ada, employees, key):
    for _ in range(2):
        assert ada.post("waves/create/", **fields(employees, key=key)).status_code == 204

    assert Wave.objects.count() == 2


def test_checking_plans_nothing(ada, employees):
    ada.post("waves/check/", **fields(employees))

    assert "2 people would be asked." in ada.sees().text
    assert not Wave.objects.exists()


def test_customers_are_counted_before_and_asked_after(ada, shop, survey):
    relationship = Survey.objects.create(name="Yearly", slug="yearly", touchpoint=Touchpoint.RELATIONSHIP)
    shop.add_order(an_order(created_at=timezone.now() - timedelta(days=5)))
    form = fields(relationship, audience="customers", channel="")

    ada.post("waves/check/", **form)
    assert "1 person would be asked." in ada.sees().text
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


@pytest.mark.parametrize(
    "content",
    [
        b"\xff\xfe\x00",
        b"\x81\x8d\x8f",
        b"\x00" * 5000,
        b"PK\x03\x04" + bytes(range(256)),
        b'"' * 3000,
        b"=cmd()|A1\n" * 50,
    ],
    ids=["half a letter", "no text", "zeros", "a spreadsheet", "quotes", "formulas"],
)
def test_a_file_that_is_no_list_plans_nothing(ada, employees, content):
    file = SimpleUploadedFile("staff.csv", content)

    answer = ada.post("waves/create/", **fields(employees, addresses="", file=file))

    assert answer.status_code in (200, 422) and answer.content.strip()
    assert not Wave.objects.exists() and not Invitation.objects.exists()


def test_what_stands_in_a_list_is_never_shown_as_markup(ada, employees):
    ada.post(
        "waves/check/", **fields(employees, addresses="<script>alert(1)</script>@x\n\u202eeva@shop.example", name="<b>")
    )

    assert b"<script>" not in ada.last.content and "\u202e" not in ada.last.content.decode()


def test_a_long_list_is_planned_at_once(ada, employees):
    people = "\n".join(f"eva{number}@shop.example" for number in range(2_000))
    file = SimpleUploadedFile("staff.csv", people.encode())

    assert ada.post("waves/create/", **fields(employees, addresses="", file=file)).status_code == 204
    assert Invitation.objects.count() == 2_000


@pytest.mark.parametrize("browser", ["nobody", "ben"])
def test_a_stranger_and_who_lacks_the_permission_plan_nothing(client, desk, employees, browser):
    if browser == "nobody":
        answer = client.post("/dashboard/waves/create/", fields(employees))
    else:
        answer = desk(BEN).post("waves/create/", **fields(employees))

    assert answer.status_code in (401, 403)
    assert not Wave.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_form_sent_many_times_at_once_is_one_wave(shop):
    people = Survey.objects.create(name="People", slug="people", touchpoint=Touchpoint.EMPLOYEE, ignores_cooldown=True)
    key = uuid4()

    def plan(_):
        try:
            list_ = AddressList((Person("eva@shop.example"), Person("tom@shop.example")))
            wanted = waves.Plan(people, "Autumn", starts_at=timezone.now(), days=1, key=key)
            form = WaveForm(
                wanted,
                "addresses",
                (),
                "default-channel",
                timezone.now(),
                is_anonymous=False,
                people=list_,
                leaves_out_errors=False,
            )
            return form.create(now=timezone.now()).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        made = set(pool.map(plan, range(8)))

    assert made == {Wave.objects.get().pk}
    assert Invitation.objects.count() == 2
