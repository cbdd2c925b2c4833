from datetime import timedelta

import pytest

from saleor_nps_plugin.surveys.models import Answer, Invitation, Question, Response, SurveyText
from tests.pages.conftest import asked, chosen


def test_the_page_asks_the_question_with_the_whole_scale(visitor):
    response = visitor.get()

    page = visitor.sees()
    assert response.status_code == 200
    scale = page.one("fieldset", class_="scale")
    assert scale.one("legend").one("h1").text == "How likely are you to recommend Tea & Co to a friend or colleague?"
    assert [radio["value"] for radio in scale.all("input", type="radio")] == [str(score) for score in range(11)]
    assert [label.text for label in scale.all("label")] == [str(score) for score in range(11)]
    assert page.one(id=scale["aria-describedby"]).text == "0 = Not at all likely 10 = Extremely likely"
    assert page.one("form")["method"] == "post"
    assert chosen(page) == []


@pytest.mark.parametrize(
    ("score", "question"),
    [
        (0, "What went wrong, and what should we do better?"),
        (6, "What went wrong, and what should we do better?"),
        (7, "What would make it a 10 for you?"),
        (8, "What would make it a 10 for you?"),
        (9, "What did you like most?"),
        (10, "What did you like most?"),
    ],
)
def test_the_score_of_the_link_is_chosen_and_its_question_asked(visitor, score, question):
    visitor.get(f"?score={score}")

    assert chosen(visitor.sees()) == [str(score)]
    assert asked(visitor.sees()) == question


def test_without_a_score_the_question_is_neutral(visitor):
    visitor.get()

    assert asked(visitor.sees()) == "Would you like to tell us more?"


@pytest.mark.parametrize("score", ["-1", "11", "9.5", "nine", "", "９", "9 ", "1e1", "\x00", "9&score=x"])
def test_a_link_with_a_score_that_is_none_shows_the_form_with_nothing_chosen(visitor, score):
    assert visitor.get(f"?score={score}").status_code == 200
    assert chosen(visitor.sees()) == []


@pytest.mark.parametrize("page", ["", "?score=9", "opt-out/", "thanks/", "seen/"])
def test_get_records_nothing(visitor, invitation, answers, page):
    before = Invitation.objects.values().get()

    visitor.get(page)

    assert answers() == []
    assert Invitation.objects.values().get() == before
    invitation.shopper.refresh_from_db()
    assert invitation.shopper.opted_out_at is None


def test_every_label_belongs_to_a_field(visitor):
    visitor.get("?score=3")

    page = visitor.sees()
    ids = {element["id"] for element in page.all() if "id" in element}
    assert len(ids) == len([element for element in page.all() if "id" in element])
    for label in page.all("label"):
        assert label.all("input") or label["for"] in ids
    for element in page.all():
        for name in ("aria-describedby", "aria-labelledby"):
            assert set(element.attributes.get(name, "").split()) <= ids


def test_the_form_shows_the_answer_while_it_can_be_changed_and_until_when(visitor, story, invitation):
    story.answer(invitation, 4, "Late, and\nno word <i>")

    visitor.get()

    page = visitor.sees()
    response = Response.objects.get()
    assert chosen(page) == ["4"]
    assert page.one("textarea").source == "\nLate, and\nno word <i>"
    assert "You gave us the score 4. You can change your answer until" in page.one("p", class_="note").text
    assert page.one("time")["datetime"] == response.editable_until.isoformat()
    assert page.one("time").text.endswith("UTC")
    assert "data-seen" not in page.one("form"), "nothing is left for the script to record"


def test_another_score_in_the_e_mail_is_chosen_but_not_recorded(visitor, story, invitation, answers):
    story.answer(invitation, 4, "Late")

    visitor.get("?score=9")

    assert chosen(visitor.sees()) == ["9"]
    assert visitor.sees().one("textarea").text == "Late"
    assert answers() == [(4, "Late")]


def test_an_answer_that_can_no_longer_be_changed_is_acknowledged(visitor, story, invitation):
    story.answer(invitation, 4, "Late")
    Response.objects.update(editable_until=story.now - timedelta(seconds=1))

    response = visitor.get("?score=9")

    assert response.status_code == 200
    assert visitor.sees().one("h1").text == "You have answered already"
    assert visitor.sees().all("form") == []


def test_the_operator_s_own_words_are_used(visitor, survey):
    SurveyText.objects.create(survey=survey, language_code="en", question="Would you send a friend to {shop_name}?")
    Question.objects.filter(categories=["promoter"]).update(texts={"en": "What made you smile?"})

    visitor.get("?score=9")

    assert visitor.sees().one("h1").text == "Would you send a friend to Tea & Co?"
    assert asked(visitor.sees()) == "What made you smile?"


def test_a_link_that_lost_its_last_slash_arrives(visitor):
    for page in ("", "/opt-out"):
        response = visitor.browser.get(f"/s/{visitor.token}{page}?score=9")
        last = (visitor.token + page).rpartition("/")[2]
        assert (response.status_code, response["Location"]) == (302, f"./{last}/?score=9")


@pytest.mark.parametrize("token", ["http:evil.example", "javascript:alert(1)", "%0d%0aX-Evil:1"])
def test_a_redirect_never_leaves_the_site(client, token):
    location = client.get(f"/s/{token}")["Location"]

    assert location.startswith("./")
    assert "\n" not in location


def test_further_questions_are_shown_to_the_categories_that_are_asked(visitor, survey):
    delivery = Question.objects.create(
        survey=survey,
        position=7,
        kind="single_choice",
        categories=["detractor"],
        texts={"en": "What was it about?", "de": "Worum ging es?"},
        choices=[{"value": "late", "labels": {"en": "It came late"}}, {"value": "broken", "labels": {}}],
    )
    again = Question.objects.create(survey=survey, position=8, kind="yes_no", texts={"en": "Will you be back?"})

    visitor.get("?score=9")

    page = visitor.sees()
    choice = page.one("fieldset", id=f"q{delivery.pk}")
    assert choice["class"].split() == ["field", "for", "detractor"]
    assert choice.one("legend").text == "What was it about?"
    assert [(radio["value"], radio["type"]) for radio in choice.all("input")] == [
        ("late", "radio"),
        ("broken", "radio"),
    ]
    assert [label.text for label in choice.all("label")] == ["It came late", "broken"]
    assert page.one("fieldset", id=f"q{again.pk}")["class"].split() == ["field"]


def test_answers_to_further_questions_come_back_into_the_form(visitor, survey):
    kinds = {"text": "Nice box", "number": "7,5", "yes_no": "yes", "scale": "8", "multiple_choice": ["a", "c"]}
    questions = {
        kind: Question.objects.create(
            survey=survey, position=10 + at, kind=kind, texts={"en": kind}, choices=[{"value": v} for v in "abc"]
        )
        for at, kind in enumerate(kinds)
    }
    sent = {f"q{question.pk}": kinds[kind] for kind, question in questions.items()}

    assert visitor.post({"score": "9", **sent}).status_code == 303
    visitor.get()

    page = visitor.sees()
    recorded = {answer.question.kind: answer for answer in Answer.objects.select_related("question")}
    assert recorded["number"].number == 7.5
    assert recorded["yes_no"].yes is True
    assert recorded["multiple_choice"].choices == ["a", "c"]
    assert page.one("textarea", name=f"q{questions['text'].pk}").text == "Nice box"
    assert page.one("input", name=f"q{questions['number'].pk}")["value"] == "7.5"
    for kind, values in (("yes_no", ["yes"]), ("scale", ["8"]), ("multiple_choice", ["a", "c"])):
        fields = page.all("input", name=f"q{questions[kind].pk}")
        assert [one["value"] for one in fields if "checked" in one] == values
