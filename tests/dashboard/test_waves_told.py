"""What a wave would do is told before it does it; and what is told of one afterwards."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from saleor_nps_plugin.links import ballot_token
from saleor_nps_plugin.shoppers.models import Shopper
from saleor_nps_plugin.shoppers.recognizing import email_hash
from saleor_nps_plugin.surveys.answering import ballots
from saleor_nps_plugin.surveys.answering.submission import Submission
from saleor_nps_plugin.surveys.asking import waves
from saleor_nps_plugin.surveys.models import Ballot, Invitation, InvitationStatus, Survey, Touchpoint, Wave
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


def test_a_wave_is_planned_only_after_it_was_asked_with_numbers(ada, employees):
    refusing = Shopper.objects.create(email_hash=email_hash("eva@shop.example"), opted_out_at=timezone.now())
    form = fields(employees, agreed="", addresses="eva@shop.example\ntom@shop.example\nida@shop.example")

    ada.post("waves/create/", **form)

    asks = ada.sees().one("span", hx_trigger="load")
    assert asks["hx-confirm"] == (
        "Ask 2 people? 1 person would be spared. The e-mails leave from now on, spread over 3 days."
    )
    assert asks["data-confirm-do"] == "Ask 2 people"
    assert not Wave.objects.exists() and refusing.invitations.count() == 0
    ada.post("waves/create/", **form | {"agreed": "yes"})
    assert Wave.objects.get().asked == 2


def test_nothing_is_asked_where_nobody_would_be(ada, employees):
    Shopper.objects.create(email_hash=email_hash("eva@shop.example"), opted_out_at=timezone.now())

    ada.post("waves/create/", **fields(employees, agreed="", addresses="eva@shop.example"))

    assert "Nobody would be asked. 1 person would be spared. Nothing was planned." in ada.sees().text
    assert not ada.sees().all("span", hx_trigger="load")


def test_the_check_counts_whom_the_wave_asks_and_spares(ada, shop, story):
    relationship = Survey.objects.create(name="Yearly", slug="yearly", touchpoint=Touchpoint.RELATIONSHIP)
    for number in range(4):
        for day in range(2):
            email = f"{number}@shop.example"
            shop.add_order(an_order(email=email, created_at=timezone.now() - timedelta(days=5 + day)))
    Shopper.objects.create(email_hash=email_hash("0@shop.example"), opted_out_at=timezone.now())
    Shopper.objects.create(email_hash=email_hash("1@shop.example"), asked_at=timezone.now() - timedelta(days=1))
    form = fields(relationship, audience="customers", channel="")

    ada.post("waves/check/", **form)

    told = [term.text for term in ada.sees().all("dt")], [number.text for number in ada.sees().all("dd")]
    assert "2 people would be asked. 2 people would be spared." in ada.sees().text
    assert {*zip(*told, strict=True)} == {("Does not want surveys", "1"), ("Asked not long ago", "1")}
    ada.post("waves/create/", **form)
    waves.step_due(now=timezone.now())
    wave = Wave.objects.get()
    assert (wave.asked, wave.spared) == (2, 2)


@pytest.mark.parametrize("address", ["waves/check/", "waves/create/"])
@pytest.mark.parametrize("is_anonymous", [True, False])
def test_a_survey_of_employees_asks_no_customers(ada, shop, employees, address, is_anonymous):
    shop.add_order(an_order(created_at=timezone.now() - timedelta(days=5)))
    Survey.objects.filter(pk=employees.pk).update(is_anonymous=is_anonymous)

    answer = ada.post(address, **fields(employees, audience="customers", channel=""))

    assert answer.status_code == 422 and "asks the addresses of a list." in ada.sees().text
    assert not Wave.objects.exists()


def test_a_refusal_takes_the_place_of_what_was_told_before(ada, employees):
    file = SimpleUploadedFile("staff.csv", b"\xff\xfe\x00")

    answer = ada.post("waves/check/", **fields(employees, addresses="", file=file))

    # A page's script puts into the page what is not plain text.
    assert answer.status_code == 422 and answer["Content-Type"].startswith("text/html")
    assert ada.sees().one("p").text == "The file is no text. Save it as CSV and try again."


def test_a_file_without_a_column_of_addresses_is_told_so(ada, employees):
    file = SimpleUploadedFile("staff.csv", b"Name;Team\nEva;Sales\nTom;<b>Stock</b>")

    ada.post("waves/check/", **fields(employees, addresses="", file=file))

    assert ada.sees().text == "There is no column “email”. The columns are: Name, Team."


def test_an_anonymous_survey_is_marked_so_that_the_form_follows_it(ada, employees):
    Survey.objects.filter(pk=employees.pk).update(is_anonymous=True)

    ada.get("waves/new/")

    marked = [option for option in ada.sees().all("option") if "data-anonymous" in option.attributes]
    assert [option.text for option in marked] == ["\u2068Our people\u2069 – \u2068Employees\u2069"]


def test_where_there_is_no_survey_for_a_wave_one_can_be_made(desk, survey):
    ada = desk()
    Survey.objects.exclude(touchpoint=Touchpoint.ORDER_FULFILLED).update(is_active=False)

    ada.get("waves/new/")

    assert not ada.sees().all("form")
    assert [link for link in ada.sees().all("a", class_="primary") if link["href"].endswith("/surveys/new/")]


def test_a_wave_of_which_everybody_is_asked_has_nothing_to_stop(ada, employees):
    ada.post("waves/create/", **fields(employees))
    wave = Wave.objects.get()
    ada.get(f"waves/{wave.pk}/")
    assert "Stop the wave" in ada.sees().text

    Invitation.objects.update(status=InvitationStatus.SENT, sent_at=timezone.now())

    ada.get(f"waves/{wave.pk}/")
    assert "Everybody is asked" in ada.sees().text
    assert "Stop the wave" not in ada.sees().text


@pytest.mark.parametrize(
    ("answered", "told"),
    [
        (4, ""),
        (5, ""),
        (6, "1 of these waits for 4 more."),
        (8, "3 of these wait for 2 more."),
    ],
)
def test_anonymous_answers_that_wait_for_others_are_told(ada, employees, answered, told):
    people = "\n".join(f"{number}@shop.example" for number in range(12))
    ada.post("waves/create/", **fields(employees, addresses=people, is_anonymous="true"))
    wave = Wave.objects.get()
    keys = list(Ballot.objects.values_list("key", flat=True)[:answered])
    Ballot.objects.update(is_out=True)
    for key in keys:
        ballots.cast(ballot_token(key, "en"), Submission(score=9), now=timezone.now())

    ada.get(f"waves/{wave.pk}/")

    assert ("by fives" in ada.sees().text) == bool(told) and told in ada.sees().text
