"""Where an answer came from, and who of its authors can be written to."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from preview.shop_desk import BEN
from saleor_nps_plugin import privacy
from saleor_nps_plugin.links import invitation_token
from saleor_nps_plugin.surveys.answering import doors
from saleor_nps_plugin.surveys.answering.doors import DoorDraft
from saleor_nps_plugin.surveys.answering.submission import Submission
from saleor_nps_plugin.surveys.asking import sending
from saleor_nps_plugin.surveys.following_up import apologies, cases
from saleor_nps_plugin.surveys.models import CaseNote, Invitation, Response, Survey, Touchpoint

ON = {"enabled": True, "delay_hours": "0"}


@pytest.fixture
def ada(desk):
    return desk()


@pytest.fixture
def through(story, survey):
    """Somebody answers through a door: through("kiosk", "Till 2", 3)."""

    def answer(kind, name, score):
        door = doors.create(DoorDraft(kind=kind, survey_id=survey.pk, name=name))
        given = Submission(score=score)
        return doors.record(door, given, key=uuid4(), language_code="en", now=story.now)

    return answer


def opened(ada, response):
    ada.get(f"responses/{response.pk}/")
    return ada.sees().one("article")


def facts(page):
    listed = page.one("dl", class_="case-from")
    return [item.text for item in listed.all("dd")]


@pytest.mark.parametrize(
    ("kind", "way"), [("link", "Link and QR code"), ("kiosk", "Tablet in the store"), ("snippet", "Storefront")]
)
def test_a_case_and_its_row_name_the_door(ada, through, survey, kind, way):
    response = through(kind, "Till <2>", 3)

    page = opened(ada, response)

    assert facts(page) == [survey.name, "Order fulfilled", f"{way}: Till <2>"]
    row = ada.sees().one("a", id=f"row-{response.pk}")
    assert row.one("span", class_="case-row-who").text == f"{way}: Till <2>"
    assert f"{survey.name} · Order fulfilled" in row.text


def test_a_case_and_its_row_say_that_a_mail_asked(ada, story, survey):
    response = story.answer(story.invite(number="1058"), 3)

    page = opened(ada, response)

    assert facts(page) == [survey.name, "Order fulfilled", "E-mail after an order"]
    assert "E-mail after an order" in ada.sees().one("a", id=f"row-{response.pk}").text


def test_nobody_is_promised_a_reply_who_was_never_known(ada, through):
    page = opened(ada, through("kiosk", "Till 2", 3))

    compose = page.one("section", id="case-compose")
    assert compose.one("h3").text == "Nobody can be written to"
    assert "without a name or an address (Tablet in the store: Till 2)" in compose.text
    assert not compose.all("form") and not compose.all("textarea")
    assert "nobody can be written to" in page.one("div", id="case-head").text
    assert "any more" not in page.text and "Nobody knows who gave this answer." in page.text


def test_a_stranger_who_left_a_number_is_reached_by_it(ada, through, shop, story):
    shop.configure(**ON, detractor_apology="true", callback="true")
    response = through("link", "Receipt", 2)
    apologies.ask_callback(invitation_token(response.invitation.key), "555 0100", now=story.now)

    page = opened(ada, response)

    assert "What they wrote of how to be contacted is the only way" in page.one("section", id="case-compose").text


def test_whoever_was_known_and_is_forgotten_is_no_stranger(ada, story):
    response = story.answer(story.invite(email="ada@example.com"), 3)
    privacy.forget(email="ada@example.com", now=story.now)

    page = opened(ada, response)

    assert facts(page)[2:] == []
    assert "The shop does not know this customer any more." in page.text


def test_answers_are_found_by_the_way_they_came(ada, through, story):
    by_mail = story.answer(story.invite(number="7"), 9)
    till, receipt = through("kiosk", "Till", 3), through("link", "Receipt", 4)
    imported = Response.objects.create(
        survey=by_mail.survey,
        score=1,
        import_key="old-1",
        created_at=story.now,
        updated_at=story.now,
        editable_until=story.now,
    )

    def found(**asked):
        ada.get("responses/", sort="oldest", **asked)
        return {int(row["id"].removeprefix("row-")) for row in ada.sees().all("a", class_="case-row")}

    assert found(by="order") == {by_mail.pk}
    assert found(by="kiosk") == {till.pk}
    assert found(by="imported") == {imported.pk}
    assert found(by=["kiosk", "link", "imported"]) == {till.pk, receipt.pk, imported.pk}
    assert found(by="nonsense") == {by_mail.pk, till.pk, receipt.pk, imported.pk}
    assert found(by="staff") == set()


def test_anonymous_answers_came_in_a_wave(ada, story):
    people = Survey.objects.create(
        name="Our people", slug="our-people", touchpoint=Touchpoint.EMPLOYEE, is_anonymous=True
    )
    day = story.now.replace(hour=0, minute=0, second=0, microsecond=0)
    response = Response.objects.create(survey=people, score=2, created_at=day, updated_at=day, editable_until=day)

    assert facts(opened(ada, response)) == ["Our people", "Employees", "Wave"]
    ada.get("responses/", by="wave", sort="newest")
    assert len(ada.sees().all("a", class_="case-row")) == 1


def test_the_form_of_filters_offers_surveys_touchpoints_and_ways(ada, survey, through):
    through("kiosk", "Till", 3)

    ada.get("responses/", survey=survey.pk, touchpoint="order_fulfilled", by="kiosk")

    chosen = {name: [] for name in ("survey", "touchpoint", "by")}
    for name in chosen:
        options = ada.sees().one("select", name=name).all("option")
        chosen[name] = [one["value"] for one in options if "selected" in one]
    assert chosen == {"survey": [str(survey.pk)], "touchpoint": ["order_fulfilled"], "by": ["kiosk"]}
    chips = ada.sees().one("div", class_="desk-chips").text
    assert f"Survey: {survey.name}" in chips and "Came by: Tablet in the store" in chips


def test_more_than_one_survey_from_elsewhere_stays_as_it_is(ada, survey, through):
    other = Survey.objects.create(name="Other", slug="other", touchpoint=Touchpoint.SITE_VISIT)
    through("kiosk", "Till", 3)

    ada.get("responses/", survey=[survey.pk, other.pk])

    seen = ada.sees()
    assert not seen.all("select", name="survey")
    assert [field["value"] for field in seen.all("input", name="survey")] == [str(survey.pk), str(other.pk)]


def test_surveys_of_other_channels_are_not_offered(desk, survey):
    Survey.objects.create(name="Elsewhere", slug="other", touchpoint="site_visit", channels=["default-channel"])
    ben = desk(BEN)

    ben.get("responses/")

    assert "Elsewhere" not in ben.sees().one("select", name="survey").text


def test_a_list_of_many_doors_asks_no_more_than_one_of_one(ada, through):
    for number in range(3):
        through("kiosk", f"Till {number}", 3)

    with CaptureQueriesContext(connection) as three:
        ada.get("responses/list/", sort="newest")
    for number in range(5):
        through("link", f"Receipt {number}", 3)
    with CaptureQueriesContext(connection) as eight:
        ada.get("responses/list/", sort="newest")

    assert len(eight) == len(three)


def test_beside_resolving_stands_whether_and_when_the_customer_is_asked(ada, shop, story):
    shop.configure(**ON, recovery_after_days="5")
    response = story.answer(story.invite(), 3)

    assert "asked after 5 days whether it is right now" in opened(ada, response).one("div", id="case-head").text
    shop.configure(**ON, recovery_after_days="0")

    assert "the customer is not asked whether" in opened(ada, response).one("div", id="case-head").text


def test_the_history_tells_of_asking_again(ada, shop, story):
    shop.configure(**ON, recovery_after_days="5")
    response = story.answer(story.invite(), 3)

    def history():
        return [item.text for item in opened(ada, response).one("ol", id="case-history").all("li")]

    story.later(minutes=1)
    cases.update_response(response.pk, cases.Changes(case_status="resolved"), staff_id=1, now=story.now)
    assert history()[0].startswith("The customer will be asked on")
    assert history()[1].startswith("Ada Lovelace resolved the case.")

    story.later(days=5)
    sending.send_due(now=story.now)
    assert history()[0].startswith("The customer was asked whether it is right now.")
    story.later(minutes=1)
    story.answer(Invitation.objects.get(source="case"), 4)

    assert history()[0].startswith("The customer says whether it is right now: 4")
    assert "not asked" not in " ".join(history())


def test_the_history_says_that_nobody_is_asked_again(ada, shop, story):
    shop.configure(**ON, recovery_after_days="0")
    response = story.answer(story.invite(), 3)
    cases.update_response(response.pk, cases.Changes(case_status="resolved"), staff_id=1, now=story.now)

    text = opened(ada, response).one("ol", id="case-history").text

    assert "The customer is not asked whether it is right now." in text


def test_a_wish_to_be_contacted_is_in_the_history_without_the_number(ada, shop, story):
    shop.configure(**ON, detractor_apology="true", callback="true")
    invitation = story.invite()
    response = story.answer(invitation, 3)
    cases.update_response(response.pk, cases.Changes(case_status="resolved"), staff_id=1, now=story.now)
    token = invitation_token(invitation.key)

    def wish(text):
        story.later(minutes=1)
        apologies.ask_callback(token, text, now=story.now)
        return opened(ada, response).one("ol", id="case-history").all("li")[0].text

    asked = wish("555 0100")
    assert "The customer asked to be contacted." in asked and "That opened the case again." in asked
    assert "An app" not in asked
    assert "changed how they want to be contacted" in wish("555 0199")
    assert "does not want to be contacted any more" in wish("")
    assert "555" not in str(list(CaseNote.objects.values_list("facts", flat=True)))
