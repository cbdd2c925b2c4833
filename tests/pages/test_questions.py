"""Surveys that ask more than the score and a comment: other scales, every kind of question, and who is asked what."""

from dataclasses import replace
from uuid import uuid4

import pytest

from saleor_nps_plugin.shop.interface import Line
from saleor_nps_plugin.surveys.models import Answer, Question, QuestionKind, Response, Scale, Trace
from tests.pages.conftest import chosen
from tests.reading import read

LINES = (
    Line(product_id="12", name="Assam"),
    Line(product_id="15", name="Darjeeling"),
    Line(product_id="12", name="Assam"),
)


@pytest.fixture
def ask(survey):
    """Adds a question to the survey: ask("yes_no", "Again?")."""

    def added(kind: str, text: str = "", *, values: tuple[str, ...] = (), **changes: object) -> Question:
        place = survey.questions.count()
        texts, choices = {"en": text} if text else {}, [{"value": value, "labels": {}} for value in values]
        return Question.objects.create(
            survey=survey, position=place, kind=kind, texts=texts, choices=choices, **changes
        )

    return added


@pytest.fixture
def buyer(story, visitor_of):
    """Somebody whose order has these products, with the survey in front of them."""

    def opens(*lines: Line) -> object:
        return visitor_of(story.invite(lines=lines, email=f"{uuid4().hex}@example.com"))

    return opens


@pytest.fixture
def competitors(ask):
    preference = ask("scale", role="preference")
    other = ask("single_choice", role="competitor", values=("Teapot Inc", "Leaf Ltd"), is_required=True)
    return preference, other


def on_scale(survey, scale: Scale) -> None:
    survey.scale = scale
    survey.save()


@pytest.mark.parametrize(
    ("scale", "scores", "ends"),
    [
        (Scale.CSAT, range(1, 6), "1 = Very dissatisfied 5 = Very satisfied"),
        (Scale.CES, range(1, 8), "1 = Very difficult 7 = Very easy"),
    ],
)
def test_a_survey_is_answered_on_its_own_scale(visitor, survey, answers, scale, scores, ends):
    on_scale(survey, scale)

    visitor.get(f"?score={scores[-1]}")

    page = visitor.sees()
    assert [radio["value"] for radio in page.all("input", name="score")] == [str(score) for score in scores]
    assert page.one("p", id="score-ends").text == ends
    assert chosen(page) == [str(scores[-1])] and page.one("form")["data-category"] == "promoter"
    assert visitor.post({"score": str(scores[0])}).status_code == 303
    assert answers() == [(1, "")]


@pytest.mark.parametrize("score", ["0", "6", "10", "", "x"])
def test_a_score_that_the_scale_does_not_have_is_not_taken(visitor, survey, answers, score):
    on_scale(survey, Scale.CSAT)

    assert visitor.post({"score": score}).status_code == 422

    error = visitor.sees().one("div", class_="errors").one("a")
    assert (error.text, error["href"]) == ("Please choose a number from 1 to 5.", "#score-1")
    assert answers() == []


def test_the_second_question_of_the_word_of_mouth_index_may_be_left_out(visitor, survey):
    visitor.get()
    assert not visitor.sees().all("input", name="discourage")
    survey.asks_discourage = True
    survey.save()

    visitor.get()

    row = visitor.sees().one("fieldset", id="discourage")
    assert "discourage a friend or colleague" in row.one("legend").text and "Tea & Co" in row.one("legend").text
    assert len(row.all("input")) == 11
    assert visitor.post({"score": "9", "discourage": "2"}).status_code == 303
    assert Response.objects.get().discourage_score == 2
    visitor.get()
    assert "checked" in visitor.sees().one("input", id="discourage-2")
    assert visitor.post({"score": "9", "discourage": "11"}).status_code == 303
    assert Response.objects.get().discourage_score is None


def test_a_survey_that_does_not_ask_the_second_question_records_none(visitor, answers):
    visitor.post({"score": "9", "discourage": "2"})

    assert Response.objects.get().discourage_score is None


def test_the_products_of_the_order_stand_to_choose_from(buyer, ask):
    question = ask("single_choice", "Which one was it about?", role="product", is_required=True)
    visitor = buyer(*LINES)

    visitor.get("?score=9")

    shown = visitor.sees().one("fieldset", id=f"q{question.pk}")
    assert [
        (item["value"], label.text) for item, label in zip(shown.all("input"), shown.all("label"), strict=True)
    ] == [
        ("12", "Assam"),
        ("15", "Darjeeling"),
    ]
    assert visitor.post({"score": "9"}).status_code == 422
    assert visitor.post({"score": "9", f"q{question.pk}": "15"}).status_code == 303
    assert Answer.objects.get().choices == ["15"]


def test_a_product_of_another_order_is_refused(buyer, ask, answers):
    question = ask("single_choice", role="product")
    visitor = buyer(*LINES)

    assert visitor.post({"score": "9", f"q{question.pk}": "99"}).status_code == 422

    assert answers() == []


def test_who_bought_one_product_is_not_asked_which(buyer, ask):
    question = ask("single_choice", role="product", is_required=True)
    visitor = buyer(LINES[0])

    visitor.get()

    assert not visitor.sees().all("fieldset", id=f"q{question.pk}")
    assert visitor.post({"score": "3"}).status_code == 303
    assert Answer.objects.get().choices == ["12"]


def test_pages_of_orders_with_other_products_are_told_apart(buyer, ask):
    question = ask("single_choice", role="product")
    first, second = buyer(*LINES), buyer(LINES[0], Line(product_id="21", name="Matcha"))

    pages = []
    for visitor in (first, second):
        visitor.get()
        pages.append([item["value"] for item in visitor.sees().all("input", name=f"q{question.pk}")])

    assert pages == [["12", "15"], ["12", "21"]]


@pytest.mark.parametrize(
    ("preference", "is_asked"), [("0", True), ("6", True), ("7", False), ("8", False), ("9", True)]
)
def test_the_competitor_is_asked_of_those_who_are_decided(visitor, competitors, preference, is_asked):
    asks, other = competitors

    first = visitor.post({"score": "9", f"q{asks.pk}": preference})

    assert first.status_code == (422 if is_asked else 303)
    visitor.post({"score": "9", f"q{asks.pk}": preference, f"q{other.pk}": "Leaf Ltd"})
    assert Answer.objects.filter(question=other).exists() is is_asked


def test_the_competitor_is_not_asked_of_those_who_say_nothing_of_preference(visitor, competitors):
    assert visitor.post({"score": "9"}).status_code == 303

    assert not Answer.objects.exists()


def test_each_step_of_the_way_is_marked_for_the_script(visitor, ask, survey):
    survey.asks_discourage = True
    survey.save()
    ask("yes_no", "Again?", is_required=True)

    visitor.get()

    page = visitor.sees()
    steps = [element for element in page.all() if "data-step" in element]
    assert len(steps) == 4
    assert [("data-required" in step) for step in steps] == [False, False, True, False]
    way = page.one("div", id="way")
    assert "hidden" in way and [button.text for button in way.all("button")] == ["Next", "Back"]
    assert page.one("p", id="progress").text == "{number} of {count}"


def test_a_survey_of_one_question_has_no_steps(visitor):
    visitor.get()

    assert not visitor.sees().all("div", id="way")


def test_a_page_from_before_the_survey_was_edited_is_answered_as_it_was(visitor, survey, ask):
    old = ask("yes_no", "Again?")
    visitor.get()
    opened = visitor.sees().one("input", name="version")["value"]
    survey.version, old.until_version = 2, 1
    survey.save()
    old.save()
    new = ask("number", "How often?", since_version=2, is_required=True)

    answered = visitor.post({"score": "9", "version": opened, f"q{old.pk}": "yes"})

    assert answered.status_code == 303
    response = Response.objects.get()
    assert response.survey_version == 1 and response.answers.get().question == old
    visitor.get()
    assert visitor.sees().all("fieldset", id=f"q{old.pk}"), (
        "who changes an answer sees the questions that were answered"
    )
    assert not visitor.sees().all("input", id=f"q{new.pk}")


@pytest.mark.parametrize("version", ["", "0", "-1", "99", "1e3", "x" * 500, "٣"])
def test_a_version_that_there_is_not_is_the_newest(visitor, answers, version):
    assert visitor.post({"score": "9", "version": version}).status_code == 303

    assert Response.objects.get().survey_version == 1


def test_the_form_says_when_it_was_opened_and_only_we_can_say_so(visitor, story, visitor_of, monkeypatch):
    visitor.get()
    page = visitor.sees()
    moment = page.one("input", name="opened")["value"]
    assert page.one("input", name="homepage")["tabindex"] == "-1"

    visitor.post({"score": "9", "opened": moment}, headers={"user-agent": "A phone"})
    forger = visitor_of(story.invite(email="other@example.com"))
    forger.post({"score": "9", "opened": "100.0:forged", "homepage": "http://spam.example"})

    honest, forged = Trace.objects.order_by("pk")
    assert honest.seconds is not None and 0 <= honest.seconds < 60
    assert honest.hints == [] and honest.device and honest.network
    assert forged.seconds is None and forged.hints
    assert "phone" not in honest.device.lower()


def test_every_visit_has_its_own_moment_on_a_page_that_is_kept(visitor):
    from saleor_nps_plugin.pages.opening import seconds_since

    visitor.get()
    moment = visitor.sees().one("input", name="opened")["value"]

    from django.utils import timezone

    assert seconds_since(moment, now=timezone.now()) is not None
    assert seconds_since(moment + "0", now=timezone.now()) is None
    assert b"opened-" not in visitor.last.content


@pytest.mark.parametrize("kind", QuestionKind.values)
def test_nonsense_for_any_kind_of_question_is_refused_or_dropped_never_an_error(visitor, ask, kind):
    question = ask(kind, "Well?", values=("a", "b"))

    for nonsense in ("\x00", "x" * 6000, "nan", "1e999", "-1", "11", "<script>", "c"):
        status = visitor.post({"score": "9", f"q{question.pk}": nonsense}).status_code
        assert status in (303, 422), (kind, nonsense)
        assert b"<script>c" not in visitor.last.content


def test_a_question_of_another_survey_is_no_answer(visitor, survey, ask):
    from saleor_nps_plugin.surveys.models import Survey

    other = Survey.objects.create(name="Other", slug="other", touchpoint="site_visit")
    theirs = Question.objects.create(survey=other, position=0, kind="yes_no", texts={"en": "?"})

    assert visitor.post({"score": "9", f"q{theirs.pk}": "yes"}).status_code == 303

    assert not Answer.objects.exists()


def test_products_that_are_gone_are_not_asked_about(story, visitor_of, ask, shop):
    question = ask("single_choice", role="product", is_required=True)
    invitation = story.invite(lines=LINES)
    shop.add_order(replace(shop.orders([invitation.order_id])[invitation.order_id], lines=()))
    visitor = visitor_of(invitation)

    visitor.get()

    assert not read(visitor.last.content).all("fieldset", id=f"q{question.pk}")
    assert visitor.post({"score": "9"}).status_code == 303
