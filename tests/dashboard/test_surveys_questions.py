"""Staff make surveys and change what they ask: by buttons, seen before it is stored, and without losing what was answered."""

import json

import pytest

from preview.shop_desk import ADA
from saleor_nps_plugin.shop.staff import Staff
from saleor_nps_plugin.surveys.models import Question, Response, Survey
from tests.dashboard.test_surveys import Page, page, stored  # noqa: F401 (page is a fixture)
from tests.reading import read


class NewPage(Page):
    """The form of a survey that is not stored yet."""

    class _New:
        pk = "new"

    def __init__(self, desk, kind):
        self.desk, self.survey = desk, self._New()
        assert desk.get("surveys/new/", kind=kind).status_code == 200
        self.data = self.fields()


@pytest.fixture
def new(desk):
    return lambda kind, ada=None: NewPage(ada or desk(), kind)


def press(form, do, **where):
    """Press a button beside a question, as the page's script does."""
    place = "&".join([f"do={do}", *(f"{name}={value}" for name, value in where.items())])
    assert form.send(f"questions/?{place}").status_code == 200
    form.data = form.fields()
    return form


def asked(form):
    """The questions in the form: kind and role of each."""
    count = int(form.data["questions"][0])
    return [(form.data[f"q{place}:kind"][0], form.data[f"q{place}:role"][0]) for place in range(count)]


def made(slug):
    return Survey.objects.get(slug=slug)


COMMENTS = [("text", "")] * 3


def test_a_new_survey_begins_with_one_of_the_ready_ones_or_with_nothing(desk, survey):
    ada = desk()
    before = Survey.objects.count()

    ada.get("surveys/new/")

    starts = [link["href"].partition("?kind=")[2] for link in ada.sees().all("a") if "?kind=" in link["href"]]
    assert {"after-delivery", "product-used", "csat", "ces", "employee", "blank"} <= set(starts)
    for kind in starts:
        assert ada.get("surveys/new/", kind=kind).status_code == 200
        assert ada.sees().one("form", id="survey-form")["hx-post"].endswith("/surveys/new/save/")
    assert Survey.objects.count() == before, "looking stores nothing"


def test_a_survey_is_made_off_and_its_page_opened(new, survey):
    form = new("csat")

    answer = form.send(name="After a call", **{"question.en": "How was our help?"})

    draft = stored(made("after-a-call"))
    place = json.loads(answer["HX-Location"])
    assert place == {"path": f"/dashboard/surveys/{made('after-a-call').pk}/", "target": "#page"}
    assert (draft.scale, draft.touchpoint, draft.is_active) == ("csat", "support_contact", False)
    assert draft.words["en"].question == "How was our help?"
    assert form.told["text"] == "Survey saved."


def test_a_second_survey_of_that_name_has_an_address_of_its_own(new, survey):
    new("blank").send(name="Parcel")

    new("blank").send(name="Parcel")

    assert Survey.objects.filter(name="Parcel").count() == 2


def test_a_new_survey_without_a_name_is_not_made(new, survey):
    before = Survey.objects.count()
    form = new("blank")

    form.send(name="")

    assert "Give the survey a name." in form.desk.sees().text
    assert form.desk.sees().one("input", name="kind")["value"] == "blank"
    assert Survey.objects.count() == before


@pytest.mark.parametrize("action", ["save/", "questions/?do=add&add=liked", "preview/", "try/", "language/"])
@pytest.mark.parametrize("kind", ["", "recovery", "<script>"])
def test_a_survey_begins_with_nothing_else(desk, survey, action, kind):
    before = Survey.objects.count()

    assert desk().post(f"surveys/new/{action}", kind=kind, name="Odd").status_code == 404

    assert Survey.objects.count() == before


def test_what_a_survey_is_asked_for_is_stored(page, survey):  # noqa: F811
    page().send(
        touchpoint="relationship",
        weight="2,5",
        ignores_cooldown=["false", "true"],
        asks_discourage=["false", "true"],
        is_anonymous=["false", "true"],
    )

    draft = stored(survey)
    assert (draft.touchpoint, str(draft.weight)) == ("relationship", "2.500")
    assert draft.ignores_cooldown and draft.asks_discourage and draft.is_anonymous


@pytest.mark.parametrize("weight", ["", "-1", "1e3", "NaN", "1.2345", "1000", "much"])
def test_a_weight_that_is_none_is_told(page, survey, weight):  # noqa: F811
    form = page()

    form.send(weight=weight)

    assert form.desk.sees().one("input", name="weight")["value"] == weight
    assert form.desk.sees().one("p", id="weight-error").text.startswith("Write a number")
    assert stored(survey).weight == 1


def test_ready_questions_are_added_with_one_click_and_stored_with_the_form(page, survey):  # noqa: F811
    form = page()

    for role in ("liked", "improve", "product", "preference", "competitor"):
        press(form, "add", add=role)

    assert [role for _, role in asked(form)] == ["", "", "", "liked", "improve", "product", "preference", "competitor"]
    assert len(stored(survey).questions) == 3, "nothing is stored before it is saved"
    press(form, "add-choice", at=7)
    form.send(**{"q7.c0": "Teapot Inc"})
    draft = stored(survey)
    assert [question.role for question in draft.questions][3:] == [
        "liked",
        "improve",
        "product",
        "preference",
        "competitor",
    ]
    assert draft.questions[3].categories == ("promoter",) and draft.questions[3].choices
    assert [choice.value for choice in draft.questions[7].choices] == ["Teapot Inc"]


def test_what_is_there_already_or_makes_no_sense_is_not_offered(page, survey):  # noqa: F811
    form = page()
    offered = lambda: {  # noqa: E731
        button["hx-post"].rpartition("add=")[2]
        for button in form.desk.sees().all("button")
        if "hx-post" in button and "do=add&add=" in button["hx-post"].replace("&amp;", "&")
    }

    assert offered() == {"liked", "improve", "product", "preference", "comment"}
    press(form, "add", add="preference")
    assert offered() == {"liked", "improve", "product", "competitor", "comment"}
    form.data["touchpoint"] = ["employee"]
    press(form, "show")
    assert "product" not in offered()


@pytest.mark.parametrize("kind", ["text", "single_choice", "multiple_choice", "yes_no", "scale", "number"])
def test_questions_of_every_kind_are_added(page, survey, kind):  # noqa: F811
    form = page()
    press(form, "add", add=kind)
    words = {"q3.en": "Well?", "q3.de": "Und?"}
    if kind.endswith("choice"):
        words |= {"q3.c0": "Late", "q3.c1": "Broken", "q3.c0.de": "Zu spät"}

    form.send(**words, **{"q3:categories": ["detractor"], "q3:required": "true"})

    question = stored(survey).questions[3]
    assert (question.kind, question.is_required, question.categories) == (kind, True, ("detractor",))
    assert question.texts == {"en": "Well?", "de": "Und?"}
    labels = [(choice.value, choice.labels) for choice in question.choices]
    assert labels == ([("Late", {"de": "Zu spät"}), ("Broken", {})] if kind.endswith("choice") else [])


def test_questions_are_moved_and_taken_away_by_buttons(page, survey):  # noqa: F811
    form = page()
    ids = [form.data[f"q{place}:id"][0] for place in range(3)]
    order = lambda: [form.data[f"q{place}:id"][0] for place in range(int(form.data["questions"][0]))]  # noqa: E731

    press(form, "down", at=0)
    assert order() == [ids[1], ids[0], ids[2]]
    assert form.desk.sees().one("li", id="q1").attributes.get("data-focus") is not None
    press(form, "up", at=2)
    press(form, "remove", at=0)
    assert order() == [ids[2], ids[0]]
    form.send()
    assert [str(question.id) for question in stored(survey).questions] == [ids[2], ids[0]]


@pytest.mark.parametrize(
    "step",
    [
        "do=up&at=0",
        "do=down&at=2",
        "do=remove&at=99",
        "do=remove&at=-1",
        "do=remove&at=x",
        "do=evil&at=0",
        "do=add&add=evil",
        "",
    ],
)
def test_a_button_that_makes_no_sense_changes_nothing(page, step):  # noqa: F811
    form = page()

    assert form.send(f"questions/?{step}").status_code == 200

    assert form.fields()["questions"] == ["3"] and form.fields()["q0:id"] == form.data["q0:id"]


def test_too_many_questions_for_one_group_are_told_and_not_stored(page, survey):  # noqa: F811
    form = page()
    for _ in range(8):
        press(form, "add", add="text")

    form.send(**{f"q{place}.en": "Well?" for place in range(3, 11)})

    assert "Nobody is asked more than 8 questions." in form.desk.sees().text
    assert len(stored(survey).questions) == 3


def test_what_is_wrong_with_a_question_is_told_beside_it(page, survey):  # noqa: F811
    form = page()
    press(form, "add", add="single_choice")

    form.send(**{"q3.c0": "Same", "q3.c1": "Same"})

    item = form.desk.sees().one("li", id="q3")
    assert "wrong" in item["class"] and "Write the question." in item.text
    assert "Two answers are alike." in item.one("p", id="q3-choices-error").text
    assert len(stored(survey).questions) == 3


def test_a_form_with_thousands_of_questions_is_cut_not_stored(page, survey):  # noqa: F811
    form = page()

    form.send(questions="9999", **{f"q{place}:kind": "text" for place in range(3, 60)})

    assert len(form.desk.sees().all("li", class_="question")) == 40
    assert len(stored(survey).questions) == 3


def test_saving_says_beforehand_that_answers_keep_their_questions(page, survey, story):  # noqa: F811
    story.answer(story.invite(), 9)
    form = page()
    assert form.desk.sees().one("p", id="version-note").text == ""

    form.send("preview/", **{"question.en": "Would you send a friend?"})

    assert (
        form.desk.sees().one("p", id="version-note").text == "Saving makes a new version: 1 answer keeps its questions."
    )
    form.send("preview/", name="Another name", delay_hours="3", weight="2")
    assert form.desk.sees().one("p", id="version-note").text == "", "none of that is asked"
    press(form, "add", add="liked").send()
    survey.refresh_from_db()
    assert survey.version == 2 and Response.objects.get().survey_version == 1


def test_a_question_that_was_answered_keeps_its_row(page, survey, story):  # noqa: F811
    question = Question.objects.create(survey=survey, position=7, kind="yes_no", texts={"en": "Again?"})
    story.answer(story.invite(), 9)
    form = page()

    form.send(**{"q3.en": "Will you come again?"})

    question.refresh_from_db()
    assert (question.texts, question.until_version) == ({"en": "Again?"}, 1)
    now = stored(survey).questions[3]
    assert now.texts == {"en": "Will you come again?"} and Question.objects.get(pk=now.id).line_id == question.pk


def test_who_saves_second_after_a_new_version_loses_nothing(page, survey, story):  # noqa: F811
    Question.objects.create(survey=survey, position=7, kind="yes_no", texts={"en": "Again?"})
    story.answer(story.invite(), 9)
    first, second = page(), page()
    first.send(**{"q3.en": "Will you come again?"})

    second.send(**{"q3.de": "Noch einmal?"})

    assert "Somebody else has saved" in second.desk.sees().one("div", class_="remark").text
    told = [item.text for item in second.desk.sees().one("li", id="q3").all("p", class_="meanwhile")]
    assert "Saved now: Will you come again?" in told
    second.data = second.fields()
    second.send()
    assert second.told["text"] == "Survey saved."
    assert stored(survey).questions[3].texts == {"en": "Again?", "de": "Noch einmal?"}


def test_the_preview_shows_questions_that_are_not_stored(page):  # noqa: F811
    form = page()
    press(form, "add", add="yes_no")
    press(form, "add", add="product")

    form.send("preview/", look_score="promoter", asks_discourage=["false", "true"], **{"q3.en": "Will you be back?"})

    shown = read(form.frames()[0])
    assert "Will you be back?" in shown.text and "Another product of the order" in shown.text
    assert shown.all("fieldset", id="discourage")


def test_a_test_has_the_questions_of_the_form(page, shop, client):  # noqa: F811
    form = page()
    press(form, "add", add="yes_no")

    form.send("test/", **{"q3.en": "Will you be back?"})

    path = shop.outbox[0].payload["survey_url"].removeprefix("http://localhost:8010")
    assert "Will you be back?" in read(client.get(path).content).text
    assert client.post(path, {"score": "9", "opened": "x", "homepage": "spam"}).status_code == 200
    assert not Response.objects.exists()


def test_who_works_for_some_channels_makes_surveys_of_those_alone(new, desk, shop, survey):
    limited = Staff(ADA.id, ADA.name, ADA.email, ADA.permissions, frozenset({"channel-pln"}), ADA.fingerprint)
    shop.people[ADA.id] = limited
    before = Survey.objects.count()
    form = new("blank", desk(limited))

    for channels in ({"every_channel": "yes"}, {"every_channel": "no", "channels": ["default-channel"]}):
        assert form.send(name="Ours", **channels).status_code == 404
    assert Survey.objects.count() == before
    assert form.send(name="Ours", every_channel="no", channels=["channel-pln"]).status_code == 204
    assert made("ours").channels == ["channel-pln"]


def test_words_of_staff_are_text_and_nothing_else(page):  # noqa: F811
    form = page()
    press(form, "add", add="single_choice")

    form.send(**{"q3.en": "<b>x</b>", "q3.c0": '"><script>alert(1)</script>', "q3.c1": "b"})

    assert b"<script>alert" not in form.desk.last.content and b"<b>x</b>" not in form.desk.last.content
    form.send("preview/")
    assert "<script>alert" not in form.frames()[0]
