"""What the pages of surveys tell of them: own words as such, one fault at a time, names in the reader's language."""

import pytest

from saleor_nps_plugin.dashboard.surveys.untranslated import Untranslated, untranslated
from saleor_nps_plugin.surveys.making.drafts import ChoiceDraft, Draft, QuestionDraft, Words, errors_in
from saleor_nps_plugin.surveys.making.texts import READY_NAMES, shown_name
from saleor_nps_plugin.surveys.models import Question, QuestionKind, Response, Survey, SurveyText
from tests.dashboard.test_surveys import page, stored  # noqa: F401 (page is a fixture)
from tests.dashboard.test_surveys_questions import press
from tests.reading import read


def choices_of(survey, place=3):
    return [(choice.value, dict(choice.labels)) for choice in stored(survey).questions[place].choices]


@pytest.fixture
def own_question(survey):
    return Question.objects.create(
        survey=survey,
        position=7,
        kind=QuestionKind.SINGLE_CHOICE,
        texts={"en": "Who told you of us?"},
        choices=[{"value": "A friend"}, {"value": "price"}],
    )


def test_own_answers_to_choose_stay_words_not_suggestions(page, survey, story, own_question):  # noqa: F811
    story.answer(story.invite(), 9)

    form = page()

    field = form.desk.sees().one("textarea", name="q3.c0.en")
    assert field.source.strip() == "A friend"
    assert form.desk.sees().one("textarea", name="q3.c0.de").source.strip() == ""
    assert form.desk.sees().one("textarea", name="q3.c0.de")["placeholder"] == "A friend"
    assert form.desk.sees().one("textarea", name="q3.c1.en").source.strip() == "", "a reason that the plugin knows"
    form.send()
    assert choices_of(survey) == [("A friend", {}), ("price", {})]
    survey.refresh_from_db()
    assert survey.version == 1, "nothing else is asked"
    form.send(**{"q3.c0.en": "A friend of mine"})
    assert choices_of(survey)[0] == ("A friend", {"en": "A friend of mine"})
    survey.refresh_from_db()
    assert survey.version == 2 and Response.objects.get().survey_version == 1


def test_a_label_that_somebody_stored_stays_stored(page, survey, own_question):  # noqa: F811
    own_question.choices = [{"value": "A friend", "labels": {"en": "A friend"}}, {"value": "price"}]
    own_question.save()

    page().send(name="Other name")

    assert choices_of(survey)[0] == ("A friend", {"en": "A friend"})


def test_own_answers_are_no_news_where_somebody_else_saved(page, survey, own_question):  # noqa: F811
    first, second = page(), page()
    first.send(name="First")

    second.send(name="Second")

    assert second.desk.sees().all("p", class_="meanwhile") == []


def test_a_question_without_answers_to_choose_is_one_fault(page, survey):  # noqa: F811
    form = press(page(), "add", add="single_choice")

    form.send(**{"q3.en": "Well?"})

    seen = form.desk.sees()
    told = [error.text for error in seen.all("p", class_="error")]
    assert told == ["Write at least one answer to choose from."]
    assert seen.one("div", class_="problem").one("h2").text == "1 field needs something else"
    assert len(stored(survey).questions) == 3


@pytest.mark.parametrize("other", ["Same", "same", " SAME "])
def test_answers_that_are_alike_are_one_fault(page, survey, other):  # noqa: F811
    form = press(page(), "add", add="single_choice")

    form.send(**{"q3.en": "Well?", "q3.c0": "Same", "q3.c1": other})

    assert [error.text for error in form.desk.sees().all("p", class_="error")] == ["Two answers are alike."]
    assert len(stored(survey).questions) == 3


def test_an_answer_that_nobody_wrote_is_left_out(page, survey):  # noqa: F811
    form = press(page(), "add", add="single_choice")

    form.send(**{"q3.en": "Well?", "q3.c1": "Late"})

    assert form.told["text"] == "Survey saved."
    assert choices_of(survey) == [("Late", {})]


def test_an_answer_in_another_language_alone_is_one_fault():
    question = QuestionDraft(
        kind="single_choice", texts={"en": "?"}, choices=(ChoiceDraft("Late"), ChoiceDraft("", {"de": "Kaputt"}))
    )

    assert errors_in(Draft("x", True, questions=(question,))) == {"q0.c1": "Write this answer."}


def test_a_long_answer_is_told_and_not_cut(page, survey):  # noqa: F811
    form = press(page(), "add", add="single_choice")
    assert "maxlength" not in form.desk.sees().one("input", name="q3.c0")

    form.send(**{"q3.en": "Well?", "q3.c0": "x" * 101, "q3.c1": "Late"})

    seen = form.desk.sees()
    assert seen.one("p", id="q3-c0-error").text == "Shorten this to 100 letters."
    assert seen.one("input", name="q3.c0")["value"] == "x" * 101
    assert len(stored(survey).questions) == 3


def test_the_ready_question_for_other_shops_has_room_for_two(page):  # noqa: F811
    form = press(page(), "add", add="preference")

    press(form, "add", add="competitor")

    assert form.data["q4:choices"] == ["2"]
    assert form.desk.sees().one("input", id="q4-c1")["value"] == ""


def test_the_preview_says_where_a_question_has_no_words_yet(page):  # noqa: F811
    form = press(press(page(), "add", add="yes_no"), "add", add="single_choice")

    form.send("preview/", language="de", look_score="promoter")

    shown = read(form.frames()[0]).text
    assert shown.count("(no question yet)") == 2
    assert "Hauptgrund" not in shown


GERMAN = Draft(
    "x",
    True,
    words={"en": Words(question="Well?"), "de": Words(subject="Na?")},
    questions=(
        QuestionDraft(is_comment=True),
        QuestionDraft(kind="yes_no", texts={"en": "Again?", "de": "Noch einmal?"}),
        QuestionDraft(kind="single_choice", texts={"en": "Why?"}, choices=(ChoiceDraft("price"), ChoiceDraft("Late"))),
        QuestionDraft(kind="single_choice", role="competitor", choices=(ChoiceDraft("Nile"),)),
        QuestionDraft(kind="yes_no"),
    ),
)


@pytest.mark.parametrize(
    ("code", "missing"),
    [
        # The first question, the wording of the third and what was written to choose from.
        ("de", 3),
        ("de-at", 3),
        # One more: the wording of the second.
        ("pl", 4),
        # What the plugin says in no such language either.
        ("it", 9),
        ("en", 0),
        ("en-gb", 0),
    ],
)
def test_what_is_in_another_language_is_counted(code, missing):
    assert untranslated(GERMAN, code, default_language="en") == Untranslated(missing, 9)


def test_a_survey_in_the_plugins_own_words_is_translated(survey):
    assert untranslated(stored(survey), "de", default_language="en") == Untranslated(0, 6)


def test_what_is_untranslated_is_told_beside_the_language(page, survey, own_question):  # noqa: F811
    form = page()
    assert form.desk.sees().all("small", class_="how-far") == [], "no language has words of its own"

    form.send(**{"question.de": "Na?"})

    seen = form.desk.sees()
    told = "2 of 9 texts are in English still."
    assert [mark.text for mark in seen.all("small", class_="how-far")] == [f"7/9 {told}"]
    assert told in [hint.text for hint in seen.all("p", class_="untranslated")]


def cards(desk, **options):
    ada = desk(**options)
    ada.get("surveys/")
    return {card.all("a")[0]["href"].split("/")[-2]: card for card in ada.sees().all("section", class_="survey-card")}


def test_a_card_names_the_languages_of_every_own_word(desk, survey, own_question):
    own_question.choices[1]["labels"] = {"fr": "Les prix"}
    own_question.save()
    SurveyText.objects.create(survey=survey, language_code="de", question="Na?")

    assert "English, French, German" in cards(desk)[str(survey.pk)].text


def test_a_card_has_the_words_of_its_scale(desk, survey):
    for scale in ("csat", "ces", "recovery"):
        Survey.objects.filter(slug=scale).delete()
        Survey.objects.create(slug=scale, name=scale, touchpoint="support_contact", scale=scale)

    told = {pk: card.text for pk, card in cards(desk).items()}

    by_slug = {one.slug: told[str(one.pk)] for one in Survey.objects.all()}
    assert "0 to 10: how likely to recommend" in by_slug["after-delivery"]
    assert "1 to 5: how satisfied" in by_slug["csat"] and "1 to 7: how easy" in by_slug["ces"]
    assert "have we made it right?" in by_slug["recovery"] and "Contact with support" not in by_slug["recovery"]


@pytest.mark.parametrize(("days", "is_asked", "told"), [(0, False, "Nobody is asked"), (7, True, "7 days")])
def test_a_survey_that_settings_leave_out_says_so(desk, shop, survey, days, is_asked, told):
    shop.configure(enabled=True, recovery_after_days=days)
    Survey.objects.filter(slug="recovery").delete()
    again = Survey.objects.create(
        slug="recovery", name="Again", touchpoint="support_contact", scale="recovery", delay_hours=0
    )

    card = cards(desk)[str(again.pk)]

    assert told in card.text and "0 hours" not in card.text
    assert card.one("span", class_="pill").text == ("On" if is_asked else "Off")
    assert [link["href"] for link in card.all("a")[1:]] == ([] if is_asked else ["/dashboard/settings/"])


def test_ready_surveys_have_their_names_in_the_readers_language_until_they_are_renamed():
    for slug, names in READY_NAMES.items():
        assert {shown_name(slug, name) for name in names} == {names[0]}
        assert shown_name(slug, "Ours") == "Ours"
    assert shown_name("parcel", "After delivery") == "After delivery"


def test_a_name_that_is_shown_translated_renames_nothing(desk, survey):
    older = Survey.objects.filter(slug="product-used")
    older.delete()
    used = Survey.objects.create(
        slug="product-used", name="When the product has been lived with", touchpoint="product_used"
    )
    ada = desk()
    ada.get(f"surveys/{used.pk}/")
    assert ada.sees().one("h1").text == "When the product has been used"
    assert ada.sees().one("input", name="name")["value"] == "When the product has been used"

    ada.post(f"surveys/{used.pk}/save/", name="When the product has been used", known=stored(used).fingerprint)

    used.refresh_from_db()
    assert used.name == "When the product has been lived with"
    ada.post(f"surveys/{used.pk}/save/", name="Ours", known=stored(used).fingerprint)
    used.refresh_from_db()
    assert used.name == "Ours"


def test_names_and_numbers_stand_apart_from_text_in_the_other_direction(desk, survey, own_question):
    survey.name = "Parcel?"
    survey.save()
    ada = desk(language="fa")

    ada.get(f"surveys/{survey.pk}/")

    seen = ada.sees()
    assert seen.one("h1").one("bdi").text == "Parcel?"
    assert seen.one("b", id="q3-title").text.startswith("۴. ")
    moved = next(button for button in seen.all("button") if "do=up&at=3" in button.attributes.get("hx-post", ""))
    assert "۴" in moved["aria-label"] and "4" not in moved["aria-label"]
    assert cards(desk, language="fa")[str(survey.pk)].one("h2").one("bdi").text == "Parcel?"


def test_ready_surveys_are_named_in_the_readers_language_wherever_staff_read_of_them(desk, survey, story):
    Survey.objects.create(slug="second", name="Second")
    story.answer(story.invite(), 9)
    ada = desk(language="de")

    ada.get(f"surveys/{survey.pk}/")
    assert ada.sees().one("h1").text == "Nach der Lieferung"
    for address, select in (("overview/", "survey"), ("doors/new/", "survey"), ("responses/", "survey")):
        ada.get(address)
        options = {option["value"]: option.text for option in ada.sees().one("select", name=select).all("option")}
        assert "Nach der Lieferung" in options[str(survey.pk)], address
        assert "Second" in options[str(Survey.objects.get(slug="second").pk)], address
    assert cards(desk, language="de")[str(survey.pk)].one("h2").text == "Nach der Lieferung"
