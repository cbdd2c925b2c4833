from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections

from saleor_nps_plugin.surveys.models import Question, Response
from tests.pages.conftest import Visitor, asked, chosen
from tests.surveys.story import an_order


def test_an_answer_is_recorded_and_thanked_for(visitor, answers):
    response = visitor.post({"score": "9", "comment": "Lovely\r\ntea", "may_contact": "1"})

    assert (response.status_code, response["Location"]) == (303, "thanks/")
    assert answers() == [(9, "Lovely\ntea")]
    assert Response.objects.get().may_contact is True
    assert visitor.get("thanks/").status_code == 200
    assert visitor.sees().one("h1").text == "Thank you. Your answer helps us do better."
    assert "Your score: 9" in visitor.sees().text
    assert visitor.sees().one("a", href="../").text == "Change my answer"


def test_thanks_come_after_an_answer_only(visitor):
    response = visitor.get("thanks/")

    assert (response.status_code, response["Location"]) == (302, "../")


def test_thanks_offer_no_change_when_its_time_is_over(visitor, story, invitation):
    story.answer(invitation, 9)
    Response.objects.update(editable_until=story.now - timedelta(seconds=1))

    visitor.get("thanks/")

    assert visitor.sees().all("a", href="../") == []
    assert "You can change" not in visitor.sees().text


def test_a_change_of_mind_replaces_the_answer(visitor, answers):
    visitor.post({"score": "3", "comment": "Late", "may_contact": "1"})

    visitor.post({"score": "8", "comment": "They called"})

    assert answers() == [(8, "They called")]
    assert Response.objects.get().may_contact is False


def test_a_change_of_mind_that_comes_too_late_is_refused_and_changes_nothing(visitor, story, invitation, answers):
    story.answer(invitation, 3, "Late")
    Response.objects.update(editable_until=story.now - timedelta(seconds=1))

    response = visitor.post({"score": "10", "comment": "Never mind"})

    assert response.status_code == 409
    assert visitor.sees().one("h1").text == "You have answered already"
    assert answers() == [(3, "Late")]


@pytest.mark.parametrize("score", ["-1", "11", "9.5", "nine", "", None, "٣", " 9", "0x9", "9\x00"])
def test_a_score_that_is_none_is_asked_for_again_and_nothing_typed_is_lost(visitor, answers, score):
    data = {"comment": "Lovely <b>tea</b>", "may_contact": "1"} | ({} if score is None else {"score": score})

    response = visitor.post(data)

    page = visitor.sees()
    assert response.status_code == 422
    assert answers() == []
    assert page.one("textarea").text == "Lovely <b>tea</b>"
    assert "checked" in page.one("input", name="may_contact")
    summary = page.one("div", role="alert")
    assert summary.one("a")["href"] == "#score-0"
    assert summary.one("a").text == "Please choose a number from 0 to 10."
    assert "score-error" in page.one("fieldset", class_="scale")["aria-describedby"]
    assert page.one("p", id="score-error").text == "Please choose a number from 0 to 10."
    assert page.one("title").source.startswith("Please check your answers")


@pytest.mark.parametrize(
    ("length", "excess"), [(5001, "1 character too"), (5004, "4 characters too"), (1_000_000, "995000 characters too")]
)
def test_too_long_a_comment_says_by_how_much_and_is_kept(visitor, answers, length, excess):
    text = "ü" * length

    response = visitor.post({"score": "2", "comment": text})

    page = visitor.sees()
    assert response.status_code == 422
    assert answers() == []
    assert chosen(page) == ["2"]
    assert asked(page) == "What went wrong, and what should we do better?"
    assert page.one("p", id="comment-error").text == f"Your text is {excess} long; 5000 fit. Please shorten it."
    assert page.one("textarea").text == text
    assert "comment-error" in page.one("textarea")["aria-describedby"]


def test_a_comment_as_long_as_allowed_fits_however_its_lines_end(visitor, answers):
    text = "\r\n".join(["a" * 49] * 100)

    assert visitor.post({"score": "9", "comment": text}).status_code == 303
    ((_, comment),) = answers()
    assert len(comment) == 4999


def test_control_characters_are_left_out(visitor, answers):
    visitor.post({"score": "9", "comment": "Love\x00ly\x1b[31m\u202e tea\x7f"})

    assert answers() == [(9, "Lovely[31m tea")]


def test_control_characters_do_not_come_back_with_an_error(visitor):
    visitor.post({"comment": "a\x00b\x0bc"})

    assert visitor.sees().one("textarea").source.strip() == "abc"


def test_markup_is_stored_as_it_was_typed_and_shown_as_text(visitor, answers):
    evil = '</textarea><script>alert("x")</script>'
    visitor.post({"score": "1", "comment": evil})

    visitor.get()

    assert answers() == [(1, evil)]
    assert visitor.sees().one("textarea").text == evil
    assert len(visitor.sees().all("script")) == 1


def test_bytes_that_are_no_text_are_taken_as_well_as_can_be(visitor, answers):
    visitor.post(b"score=9&comment=%ff%fe", content_type="application/x-www-form-urlencoded")

    assert answers() == [(9, "��")]


def test_a_body_of_several_megabytes_gets_a_page_and_keeps_the_browser_s_text(visitor, answers):
    body = b"score=9&comment=" + b"x" * 3_000_000
    response = visitor.post(body, content_type="application/x-www-form-urlencoded")

    assert response.status_code == 413
    assert "go back with your browser" in visitor.sees().text
    assert answers() == []


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"score=9" + b"&a=1" * 2000, "application/x-www-form-urlencoded"),
        (b"score=9", "application/x-www-form-urlencoded; charset=latin-1"),
        (b"broken", "multipart/form-data"),
        (b"--x\r\nbroken", "multipart/form-data; boundary=\xff"),
    ],
)
def test_a_request_that_no_form_of_ours_sends_gets_a_page(visitor, answers, body, kind):
    response = visitor.post(body, content_type=kind)

    assert response.status_code == 400
    assert visitor.sees().one("h1").text == "We could not read that"
    assert answers() == []


def test_json_is_no_form(visitor, answers):
    assert visitor.post(b'{"score": 9}', content_type="application/json").status_code == 422
    assert answers() == []


@pytest.mark.django_db(transaction=True)
def test_a_double_click_is_one_answer(story, invitation, visitor):
    def send(_):
        try:
            return Visitor(visitor.token).post({"score": "9", "comment": "Twice"}).status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        statuses = list(pool.map(send, range(4)))

    assert statuses == [303] * 4
    assert Response.objects.count() == 1


def test_a_required_question_is_asked_for_again_where_it_is_asked_at_all(visitor, survey, answers):
    Question.objects.filter(categories=["detractor"]).update(is_required=True)

    assert visitor.post({"score": "2", "comment": " "}).status_code == 422
    hints = {one["class"]: one.text for one in visitor.sees().one("p", id="comment-hint").all("span")}
    assert hints["for detractor"] == "An answer is needed here, in your own words. At most 5000 characters."
    assert hints["for promoter"] == "If you like, in your own words. At most 5000 characters."
    assert visitor.sees().one("p", id="comment-error").text == "Please answer this question."
    assert visitor.post({"score": "9", "comment": ""}).status_code == 303
    assert visitor.post({"score": "2", "comment": "Late"}).status_code == 303
    assert answers() == [(2, "Late")]


@pytest.mark.parametrize("number", ["seven", "nan", "inf", "1_0", "1" * 400])
def test_a_number_that_is_none_is_asked_for_again(visitor, survey, answers, number):
    question = Question.objects.create(survey=survey, position=9, kind="number", texts={"en": "How many?"})

    response = visitor.post({"score": "9", f"q{question.pk}": number})

    assert response.status_code == 422
    assert visitor.sees().one("p", id=f"q{question.pk}-error").text == "Please write a number."
    assert visitor.sees().one("input", name=f"q{question.pk}")["value"] == number
    assert answers() == []


def test_a_choice_that_was_never_offered_is_refused_and_nothing_typed_is_lost(visitor, survey, answers):
    question = Question.objects.create(
        survey=survey, position=9, kind="single_choice", texts={"en": "Why?"}, choices=[{"value": "late"}]
    )

    response = visitor.post({"score": "9", "comment": "Hm", f"q{question.pk}": "invented"})

    assert response.status_code == 422
    assert visitor.sees().one("div", role="alert").one("a")["href"] == "#form"
    assert visitor.sees().one("textarea").text == "Hm"
    assert answers() == []


def test_a_question_of_another_survey_is_ignored(visitor, answers):
    assert visitor.post({"score": "9", "q999999": "x"}).status_code == 303
    assert answers() == [(9, "")]


def test_the_answer_belongs_to_the_order_of_the_link(story, visitor_of):
    first, second = story.invite(email="a@example.com"), story.invite(id=an_order().id, email="b@example.com")

    visitor_of(second).post({"score": "5"})

    assert Response.objects.get().order_id == second.order_id != first.order_id
