"""The page "Surveys": words and when to ask, seen and tried before customers see them."""

import json

import pytest

from preview.shop_desk import ADA
from saleor_nps_plugin.shop.staff import Staff
from saleor_nps_plugin.surveys.making import versions
from saleor_nps_plugin.surveys.making.drafts import draft_of
from saleor_nps_plugin.surveys.models import Invitation, Question, QuestionKind, Response, Survey, SurveyText
from tests.reading import read
from tests.surveys.story import an_order


class Page:
    """The form of a survey as a browser has it."""

    def __init__(self, desk, survey, language=""):
        self.desk, self.survey = desk, survey
        assert desk.get(f"surveys/{survey.pk}/", **({"language": language} if language else {})).status_code == 200
        self.data = self.fields()

    def fields(self):
        data = {}
        for field in self.desk.sees().all("input"):
            kind = field.attributes.get("type", "text")
            if kind not in ("checkbox", "radio") or "checked" in field:
                data.setdefault(field["name"], []).append(field.attributes.get("value", ""))
        for field in self.desk.sees().all("textarea"):
            data[field["name"]] = [field.source.removeprefix("\n")]
        for field in self.desk.sees().all("select"):
            options = field.all("option")
            data[field["name"]] = [next((one["value"] for one in options if "selected" in one), options[0]["value"])]
        return data

    def send(self, action="save/", **changes):
        data = self.data | {name: value if isinstance(value, list) else [value] for name, value in changes.items()}
        return self.desk.post(f"surveys/{self.survey.pk}/{action}", **data)

    def write(self, action="save/", **texts):
        """Write texts, such as question__de for the question in German."""
        return self.send(action, **{name.replace("__", "."): text for name, text in texts.items()})

    @property
    def told(self):
        return json.loads(self.desk.last["HX-Trigger"])["nps:notify"]

    def frames(self):
        """The pages in the preview: survey, mail, thanks."""
        return [frame["srcdoc"] for frame in self.desk.sees().all("iframe")]


@pytest.fixture
def page(desk, survey):
    return lambda language="", ada=None: Page(ada or desk(), survey, language)


def stored(survey):
    return draft_of(Survey.objects.prefetch_related("texts", versions.asked()).get(pk=survey.pk))


def test_surveys_are_listed(desk, survey):
    SurveyText.objects.create(survey=survey, language_code="de", question="Na?")
    ada = desk()

    ada.get("surveys/")

    card = ada.sees().all("section", class_="survey-card")[0]
    assert "After delivery" in card.text and "German" in card.text and "Every channel" in card.text
    assert card.one("a")["href"] == f"/dashboard/surveys/{survey.pk}/"


def test_what_customers_read_stands_in_the_empty_fields(page):
    seen = page().desk.sees()

    question = seen.one("textarea", name="question.de")
    assert question["placeholder"] == "Wie wahrscheinlich ist es, dass Sie Tea & Co Freunden oder Kollegen empfehlen?"
    assert seen.one("textarea", name="question.fa")["dir"] == "rtl"
    assert seen.one("textarea", name="subject.en")["placeholder"] == "How was your order from Tea & Co?"


def test_words_are_stored_per_language(page, survey):
    form = page()
    place = [question.categories for question in stored(survey).questions].index(("detractor",))

    form.send(
        **{"question.de": "Und, wie war's?", "thanks.pl": "Dzięki!\r\nDo widzenia", f"q{place}.de": "Was war los?"}
    )

    draft = stored(survey)
    assert form.told["text"] == "Survey saved."
    assert draft.words["de"].question == "Und, wie war's?"
    assert draft.words["pl"].thanks == "Dzięki!\nDo widzenia"
    assert draft.questions[place].texts == {"de": "Was war los?"}
    assert set(draft.words) == {"de", "pl"}


def test_words_in_the_surveys_own_language_stand_in_for_the_others(page, survey):
    page().write(question__en="Would you send a friend?")

    assert page().desk.sees().one("textarea", name="question.de")["placeholder"] == "Would you send a friend?"


def test_name_delay_and_channels_are_stored(page, survey):
    page().send(name="Parcel", is_active=["false"], delay_hours="72", every_channel="no", channels=["channel-pln"])

    draft = stored(survey)
    assert (draft.name, draft.is_active, draft.delay_hours) == ("Parcel", False, 72)
    assert draft.channels == ("channel-pln",)
    page().send(delay_hours="", every_channel="yes", channels=["channel-pln"])
    assert stored(survey).delay_hours is None and stored(survey).channels == ()


def test_what_is_wrong_is_said_and_nothing_is_lost(page, survey):
    form = page()
    before = stored(survey)

    form.send(name="", delay_hours="soon", every_channel="no", channels=[], **{"question.de": "x" * 501})

    assert "HX-Trigger" not in form.desk.last
    assert "4 fields need something else" in form.desk.sees().one("div", role="alert").text
    seen = form.desk.sees()
    assert seen.one("input", name="delay_hours")["value"] == "soon"
    assert "Shorten this to 500 letters." in seen.text and "at least one channel" in seen.text
    assert seen.one("textarea", name="question.de").source.strip() == "x" * 501
    assert "data-unsent" in seen.one("form", id="survey-form")
    assert stored(survey) == before


def test_who_saves_second_is_told_and_may_save_all_the_same(page, survey):
    first, second = page(), page()
    first.write(question__de="Erste?", name="First")

    second.write(question__de="Zweite?")

    assert "HX-Trigger" not in second.desk.last
    assert "Somebody else has saved" in second.desk.sees().one("div", role="alert").text
    assert stored(survey).words["de"].question == "Erste?"
    seen = second.desk.sees()
    assert seen.one("textarea", name="question.de").source.strip() == "Zweite?"
    assert [item.text for item in seen.all("p", class_="meanwhile")] == ["Saved now: Erste?"]
    assert "Name: First" in seen.one("div", role="alert").text

    second.data = second.fields()
    second.send()
    assert stored(survey).words["de"].question == "Zweite?"


def test_a_language_that_the_plugin_does_not_speak_can_be_added(page, survey):
    form = page()

    form.send("language/", more="it", **{"question.de": "Na?"})

    seen = form.desk.sees()
    assert seen.one("textarea", name="question.it")["placeholder"].startswith("How likely")
    assert seen.one("textarea", name="question.de").source.strip() == "Na?"
    assert stored(survey).words == {}
    form.data = form.fields()
    form.write(question__it="Ci consiglierebbe?")
    assert stored(survey).words["it"].question == "Ci consiglierebbe?"
    assert page().desk.sees().one("textarea", name="question.it")
    form.send("language/", more="<script>")
    assert b"<script>" not in form.desk.last.content


def test_answers_to_choose_are_worded_too(page, survey):
    question = Question.objects.create(
        survey=survey,
        position=7,
        kind=QuestionKind.SINGLE_CHOICE,
        categories=["passive", "detractor"],
        texts={"en": "Why?"},
        choices=[{"value": "too late"}],
    )

    page().send(**{"q3.c0.de": "Zu spät"})

    asked = page().desk.sees().all("input", name="q3:categories")
    assert [group["value"] for group in asked if "checked" in group] == ["detractor", "passive"]
    assert [choice.labels for choice in stored(survey).questions[3].choices] == [{"de": "Zu spät"}]
    assert stored(survey).questions[3].id == question.pk


def test_the_preview_shows_unsaved_words_in_the_language_looked_at(page, survey):
    form = page()

    form.send(
        "preview/", language="de", look_score="detractor", **{"question.de": "Na, {shop_name}?", "thanks.de": "Toll!"}
    )

    survey_page, mail, thanks = form.frames()
    assert read(survey_page).one("h1").text == "Na, Tea & Co?"
    assert "checked" in read(survey_page).one("input", id="score-2")
    assert 'data-category="detractor"' in survey_page
    assert "<h1" in mail and "Na, Tea" in mail and "Toll!" in thanks
    assert 'lang="de"' in survey_page and 'lang="de"' in mail
    assert form.desk.sees().one("p", class_="mail-head").one("b").text == "Wie war Ihre Bestellung bei Tea & Co?"
    assert stored(survey).words == {}


def test_nothing_runs_in_the_preview_or_leads_away(page):
    form = page()

    form.send("preview/", **{"question.en": "<script>alert(1)</script>"})

    for frame in form.desk.sees().all("iframe"):
        assert "sandbox" in frame and not frame["sandbox"]
        assert "<script" not in frame["srcdoc"] and "href=" not in frame["srcdoc"].split("<body")[1]


def test_a_language_that_nobody_offers_is_the_surveys_own(page, shop):
    form = page()

    form.send("test/", language="<script>" * 900)

    assert shop.outbox[0].message.subject == "Test: How was your order from Tea & Co?"


def test_the_preview_has_the_look_of_the_channel(page, shop):
    shop.configure(enabled=True, overrides="[channel-pln]\nbrand_color = #003300")
    form = page()

    form.send("preview/", look_channel="channel-pln")

    assert "#003300" in form.frames()[0] and "#003300" in form.frames()[1]


def test_a_test_is_a_real_mail_to_oneself_that_records_nothing(page, shop, survey, client):
    form = page()

    form.send("test/", language="de", **{"question.de": "Ungespeichert?"})

    (mail,) = shop.outbox
    assert mail.message.to == ["ada@example.com"]
    assert mail.message.subject == "Test: Wie war Ihre Bestellung bei Tea & Co?"
    assert "Ungespeichert?" in mail.message.body
    assert "ada@example.com" in form.told["text"] and "German" in form.told["text"]
    path = mail.payload["survey_url"].removeprefix("http://localhost:8010")
    opened = client.get(path, {"score": "9"})
    assert opened.status_code == 200
    assert "Ungespeichert?" in read(opened.content).text and "checked" in read(opened.content).one(
        "input", id="score-9"
    )
    assert "Es wird nichts gespeichert" in read(opened.content).one("p", class_="note").text
    answered = client.post(path, {"score": "9", "comment": "Nice"})
    assert answered.status_code == 200 and "Es wird nichts gespeichert" in read(answered.content).text
    assert client.post(path, {"comment": "no score"}).status_code == 422
    assert client.post(f"{path}seen/", {"score": "9"}).status_code == 204
    assert client.post(f"{path}opt-out/").status_code == 200
    assert not Response.objects.exists() and not Invitation.objects.exists()


def test_a_forged_test_link_opens_nothing(client, shop, survey):
    assert client.get("/t/eyJzIjoxfQ:1abc:forged/").status_code == 404
    assert client.get(f"/t/{'x' * 9000}/").status_code == 404


def test_a_test_that_the_mail_server_refuses_is_told(page, shop):
    shop.mail_errors.append(OSError("connection refused by mail.example"))
    form = page()

    assert form.send("test/").status_code == 422
    assert b"could not be sent: OSError: connection refused" in form.desk.last.content


def test_a_dry_run_goes_by_what_stands_in_the_form(page, shop, survey):
    shop.add_order(an_order(email="ada@example.com"))
    shop.add_order(an_order(email="ben@example.com", channel="channel-pln"))
    form = page()

    form.send("try/", days="30", every_channel="no", channels=["channel-pln"])

    assert "1 order was fulfilled in the last 30 days" in form.desk.sees().text
    assert "1 customer would have been asked" in form.desk.sees().text
    form.send("try/", days="999")
    assert "2 orders were fulfilled in the last 7 days" in form.desk.sees().text


def test_a_survey_that_is_not_there_is_not_found(desk, survey):
    for address in ("surveys/99999/", "surveys/999999999/"):
        assert desk().get(address).status_code == 404
    assert desk().post("surveys/99999/save/").status_code == 404


def test_who_works_for_some_channels_changes_surveys_of_those_alone(page, desk, shop, survey):
    limited = Staff(ADA.id, ADA.name, ADA.email, ADA.permissions, frozenset({"channel-pln"}), ADA.fingerprint)
    shop.people[ADA.id] = limited
    before = stored(survey)
    ada = desk(limited)

    everywhere = page(ada=ada)
    assert not ada.sees().all("button", id="save-survey")
    assert everywhere.send(name="Mine").status_code == 404
    assert stored(survey) == before

    Survey.objects.update(channels=["default-channel"])
    assert ada.get(f"surveys/{survey.pk}/").status_code == 404
    assert ada.get("surveys/") and not ada.sees().all("section", class_="survey-card")

    Survey.objects.update(channels=["channel-pln"])
    own = page(ada=ada)
    assert own.send(name="Mine").status_code == 200 and stored(survey).name == "Mine"
    assert own.send(every_channel="yes").status_code == 404
    assert own.send(channels=["default-channel"]).status_code == 404
